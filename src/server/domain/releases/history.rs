//! Reading what was released, and what was live when.

use futures_util::FutureExt;
use uuid::Uuid;

use super::get_in;
use crate::{
    model::{
        page::{self, Page},
        release::{LiveEvent, Release},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        domain::{
            access::{self, Access},
            caller::Caller,
            drafts,
        },
        failure::Outcome,
        store::{live, releases},
    },
};

/// The releases of an agent, newest first, tombstones included.
///
/// # Errors
/// As [`access::agent`] for an editor.
pub async fn list(core: &Core, caller: &Caller, id: Uuid, cursor: Option<&str>, limit: u32) -> Outcome<Page<Release>> {
    let before = drafts::before(cursor)?;
    core.db
        .read(|tx| {
            async move {
                access::agent(tx, caller, id, Access::Edit).await?;
                let rows = releases::page(tx, caller.workspace, id, before, limit + 1).await?;
                Ok(Page::cut(rows, limit, |release| release.version.to_string()))
            }
            .boxed()
        })
        .await
}

/// The history of what is live, newest first.
///
/// # Errors
/// As [`access::agent`] for an editor.
pub async fn timeline(
    core: &Core,
    caller: &Caller,
    id: Uuid,
    cursor: Option<&str>,
    limit: u32,
) -> Outcome<Page<LiveEvent>> {
    let before = page::before(cursor)?;
    core.db
        .read(|tx| {
            async move {
                access::agent(tx, caller, id, Access::Edit).await?;
                let rows = live::events(tx, caller.workspace, id, before, limit + 1).await?;
                Ok(Page::cut(rows, limit, |event| event.id.to_string()))
            }
            .boxed()
        })
        .await
}

/// What is live, or was at a time; a release that was deleted since included.
///
/// # Errors
/// As [`access::agent`] for an editor.
pub async fn live_at(core: &Core, caller: &Caller, id: Uuid, at: Option<Timestamp>) -> Outcome<Option<Release>> {
    core.db
        .read(|tx| {
            async move {
                let agent = access::agent(tx, caller, id, Access::Edit).await?.agent;
                let Some(at) = at else { return Ok(releases::live(tx, agent.workspace, id).await?) };
                match live::release_at(tx, agent.workspace, id, at).await? {
                    Some(release) => get_in(tx, &agent, release).await.map(Some),
                    None => Ok(None),
                }
            }
            .boxed()
        })
        .await
}
