//! Deleting an agent, bringing it back, and erasing it for good.
//!
//! A deleted agent is gone from every list and channel at once. For 30 days its owner or an admin can restore it: it
//! comes back as it was, except that nothing is live, because only a publish or a roll back may reach users.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::{
    access::{self, Access},
    agent_list::viewer,
    audit,
    caller::Caller,
};
use crate::{
    model::{
        error::Error,
        page::{self, Page},
        release::LiveEventKind,
        session::EndReason,
        timestamp::Timestamp,
        trash::{KEPT_DAYS, TrashedAgent},
    },
    server::{
        core::Core,
        domain::{runs, sessions},
        failure::Outcome,
        store::{
            agents::{self, Agent},
            db::Tx,
            live::{self, NewEvent},
            releases,
            runs::Those,
            trash,
        },
    },
};

/// Agents erased in one transaction each; so many are looked for at a time.
const ERASED_AT_A_TIME: u32 = 100;

/// Deletes an agent and gives its name: nothing is live any more, every conversation with it ends.
///
/// # Errors
/// As [`access::agent`] for an owner.
pub async fn delete(core: &Core, caller: &Caller, id: Uuid) -> Outcome<String> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Own).await?.agent;
                let was_live = releases::live(tx, agent.workspace, id).await?.map(|release| release.id);
                if was_live.is_some() {
                    live::clear(tx, agent.workspace, id).await?;
                    agents::set_live_hash(tx, agent.workspace, id, None, at).await?;
                }
                record(tx, caller, &agent, LiveEventKind::Delete, was_live, at).await?;
                sessions::end_live(tx, &agent, EndReason::AgentDeleted, at).await?;
                trash::end_sessions(tx, agent.workspace, id, at).await?;
                runs::end_with(tx, agent.workspace, Those::OfAgent(id), EndReason::AgentDeleted, at).await?;
                trash::put(tx, agent.workspace, id, caller.account, at).await?;
                let detail = json!({ "name": agent.name, "was_live": was_live });
                audit::record(tx, caller, "agent.delete", Some(id), detail, at).await?;
                Ok(agent.name)
            }
            .boxed()
        })
        .await
}

/// Brings an agent back from the trash, with nothing live, and gives its name.
///
/// # Errors
/// `not_found` for what is not in the trash, or not the caller's to restore.
pub async fn restore(core: &Core, caller: &Caller, id: Uuid) -> Outcome<String> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let found =
                    trash::find(tx, caller.workspace, viewer(caller), id).await?.ok_or_else(Error::not_found)?;
                if !trash::take(tx, caller.workspace, id, at).await? {
                    return Err(Error::not_found().into());
                }
                let agent = agents::find_locked(tx, caller.workspace, id).await?.ok_or_else(Error::not_found)?;
                record(tx, caller, &agent, LiveEventKind::Restore, None, at).await?;
                let detail = json!({ "deleted_at": found.deleted_at });
                audit::record(tx, caller, "agent.restore", Some(id), detail, at).await?;
                Ok(agent.name)
            }
            .boxed()
        })
        .await
}

/// What the caller may restore, last deleted first.
///
/// # Errors
/// `validation_failed` for a limit or a cursor that is not valid.
pub async fn list(
    core: &Core,
    caller: &Caller,
    cursor: Option<&str>,
    limit: Option<u32>,
) -> Outcome<Page<TrashedAgent>> {
    let before = before(cursor)?;
    let limit = page::limit(limit)?;
    core.db
        .read(|tx| {
            async move {
                let rows = trash::page(tx, caller.workspace, viewer(caller), before, limit + 1).await?;
                Ok(Page::cut(rows, limit, |row| cursor_at(row.deleted_at, row.id)))
            }
            .boxed()
        })
        .await
}

/// Erases every agent that has been in the trash for 30 days, of all workspaces, and gives how many.
///
/// # Errors
/// When the database fails; what was erased before that stays erased.
pub async fn purge_expired(core: &Core) -> Outcome<u64> {
    let at = core.clock.now();
    let moment = at.plus_seconds(-KEPT_DAYS * 86_400);
    let mut erased = 0;
    loop {
        let due = core
            .db
            .read(|tx| async move { Ok(trash::older_than(tx, moment, ERASED_AT_A_TIME).await?) }.boxed())
            .await?;
        if due.is_empty() {
            return Ok(erased);
        }
        for (workspace, id) in due {
            let gone = core
                .db
                .write(|tx| async move { Ok(trash::erase(tx, workspace, id, moment, at).await?) }.boxed())
                .await?;
            erased += u64::from(gone);
        }
    }
}

async fn record(
    tx: &mut Tx<'_>,
    caller: &Caller,
    agent: &Agent,
    kind: LiveEventKind,
    previous: Option<Uuid>,
    at: Timestamp,
) -> Outcome<()> {
    let event = NewEvent {
        id: Uuid::now_v7(),
        kind,
        release: None,
        previous,
        reason: "",
        by: caller.account,
        via: caller.via.as_str(),
        at,
    };
    Ok(live::record(tx, agent.workspace, agent.id, &event).await?)
}

fn cursor_at(at: Timestamp, id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}/{id}", at.0))
}

fn before(cursor: Option<&str>) -> Outcome<(Timestamp, Uuid)> {
    let Some(cursor) = cursor else { return Ok((Timestamp(i64::MAX), Uuid::max())) };
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (at, id) = text.split_once('/')?;
        Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
    };
    read().ok_or_else(|| page::unknown_cursor().into())
}
