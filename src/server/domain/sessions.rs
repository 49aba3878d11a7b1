//! Conversations: starting them, and ending them when what they run on goes away.
//!
//! A conversation is its account's alone: nobody else reads it or writes in it, whatever their role.

use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    access::{self, Access},
    caller::Caller,
    serving::{self, Serving},
};
use crate::{
    model::{
        error::{Code, Error},
        page::Page,
        session::{EndReason, Message, ServedBecause, Session},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{
            agents::{self, Agent},
            db::Tx,
            messages, releases,
            sessions::{self, SessionRow},
        },
    },
};

/// Begins a conversation: with what is live now, which it keeps to its end, or in draft mode with the draft.
///
/// # Errors
/// `not_found`; `forbidden` for an admin who merely sees the agent; `no_published_version` when nothing is live. In draft
/// mode everyone but an editor gets `not_found`.
pub async fn start(core: &Core, caller: &Caller, agent: Uuid, draft_mode: bool) -> Outcome<Session> {
    let at = core.clock.now();
    let id = Uuid::now_v7();
    core.db
        .write(|tx| {
            async move {
                let (release, reason, channel) = if draft_mode {
                    may_draft(tx, caller, agent).await?;
                    (None, ServedBecause::Draft, "preview")
                } else {
                    // The lock keeps an unpublish from missing a conversation that is about to begin.
                    access::agent_locked(tx, caller, agent, Access::Use).await?;
                    let live = releases::live(tx, caller.workspace, agent).await?;
                    let live = live.ok_or_else(|| Error::new(Code::NoPublishedVersion, "no_published_version"))?;
                    (Some(live.id), ServedBecause::LiveAtStart, "coworker")
                };
                let row = SessionRow {
                    id,
                    agent,
                    account: caller.account,
                    release,
                    reason,
                    created_at: at,
                    active_at: at,
                    answering_until: None,
                    ended: None,
                };
                sessions::insert(tx, caller.workspace, &row, channel).await?;
                let serving = serving(tx, caller, &row).await?;
                Ok(session(&row, serving, None))
            }
            .boxed()
        })
        .await
}

/// The draft of an agent is for its editors; for everyone else there is no such agent here.
pub(super) async fn may_draft(tx: &mut Tx<'_>, caller: &Caller, agent: Uuid) -> Outcome<()> {
    match access::agent(tx, caller, agent, Access::Edit).await {
        Ok(_) => Ok(()),
        Err(failure) if failure.public.code == Code::Forbidden => Err(Error::not_found().into()),
        Err(failure) => Err(failure),
    }
}

/// A conversation of the caller's.
///
/// # Errors
/// `not_found` for an id that is not there and for one that is somebody else's.
pub async fn get(core: &Core, caller: &Caller, id: Uuid) -> Outcome<Session> {
    let at = core.clock.now();
    core.db
        .read(|tx| {
            async move {
                let row = own(tx, caller, id).await?;
                show(core, tx, caller, &row, at).await
            }
            .boxed()
        })
        .await
}

/// The messages of a conversation of the caller's, newest first.
///
/// # Errors
/// As [`get`]; `validation_failed` for a cursor that no list gave.
pub async fn messages(
    core: &Core,
    caller: &Caller,
    id: Uuid,
    cursor: Option<&str>,
    limit: u32,
) -> Outcome<Page<Message>> {
    let before = match cursor {
        None => Uuid::max(),
        Some(text) => text.parse().map_err(|_| Error::field("cursor", "not a cursor that this list gave"))?,
    };
    core.db
        .read(|tx| {
            async move {
                let row = own(tx, caller, id).await?;
                let rows = messages::page(tx, caller.workspace, row.id, before, limit + 1).await?;
                Ok(Page::cut(rows, limit, |message| message.id.to_string()))
            }
            .boxed()
        })
        .await
}

/// Ends a conversation of the caller's; again: nothing happens. An answer that is being written stops.
///
/// # Errors
/// As [`get`].
pub async fn end(core: &Core, caller: &Caller, id: Uuid) -> Outcome<Session> {
    let at = core.clock.now();
    let ended = core
        .db
        .write(|tx| {
            async move {
                let row = own(tx, caller, id).await?;
                if over(core, tx, caller, &row, at).await?.is_none() {
                    sessions::end(tx, caller.workspace, id, EndReason::User, at).await?;
                }
                let row = own(tx, caller, id).await?;
                show(core, tx, caller, &row, at).await
            }
            .boxed()
        })
        .await?;
    let _ = core.engine.stop(id);
    Ok(ended)
}

/// How many conversations are open on each release of an agent, newest release first.
///
/// # Errors
/// As [`access::agent`] for an editor.
pub async fn open_count(core: &Core, caller: &Caller, agent: Uuid) -> Outcome<Vec<(i64, i64)>> {
    let since = core.clock.now().plus_seconds(-core.settings.session_idle_seconds);
    core.db
        .read(|tx| {
            async move {
                access::agent(tx, caller, agent, Access::Edit).await?;
                Ok(sessions::open_counts(tx, caller.workspace, agent, since).await?)
            }
            .boxed()
        })
        .await
}

/// The row of a conversation of the caller's.
pub(super) async fn own(tx: &mut Tx<'_>, caller: &Caller, id: Uuid) -> Outcome<SessionRow> {
    let row = sessions::find(tx, caller.workspace, caller.account, id).await?;
    Ok(row.filter(|row| caller.reaches(row.agent)).ok_or_else(Error::not_found)?)
}

/// When and why a conversation is over, if it is: as its row says, or as it would be found out by the next message.
pub(super) async fn over(
    core: &Core,
    tx: &mut Tx<'_>,
    caller: &Caller,
    row: &SessionRow,
    at: Timestamp,
) -> Outcome<Option<(Timestamp, EndReason)>> {
    if row.ended.is_some() {
        return Ok(row.ended);
    }
    let idle = core.settings.session_idle_seconds;
    if at.seconds_since(row.active_at) >= idle {
        return Ok(Some((row.active_at.plus_seconds(idle), EndReason::Idle)));
    }
    let needed = if row.release.is_some() { Access::Use } else { Access::Edit };
    match access::agent(tx, caller, row.agent, needed).await {
        Ok(_) => Ok(None),
        Err(failure) if matches!(failure.public.code, Code::NotFound | Code::Forbidden) => {
            let there = agents::find(tx, caller.workspace, row.agent).await?.is_some();
            Ok(Some((at, if there { EndReason::Revoked } else { EndReason::AgentDeleted })))
        }
        Err(failure) => Err(failure),
    }
}

/// What answers in a conversation now.
pub(super) async fn serving(tx: &mut Tx<'_>, caller: &Caller, row: &SessionRow) -> Outcome<Serving> {
    match row.release {
        Some(release) => serving::release(tx, caller.workspace, row.agent, release).await,
        None => serving::draft(tx, caller.workspace, row.agent).await,
    }
}

/// A conversation as it is shown.
pub(super) async fn show(
    core: &Core,
    tx: &mut Tx<'_>,
    caller: &Caller,
    row: &SessionRow,
    at: Timestamp,
) -> Outcome<Session> {
    let over = over(core, tx, caller, row, at).await?;
    let serving = serving(tx, caller, row).await?;
    Ok(session(row, serving, over))
}

pub(super) fn session(row: &SessionRow, serving: Serving, over: Option<(Timestamp, EndReason)>) -> Session {
    Session {
        id: row.id,
        agent_id: row.agent,
        draft_mode: row.release.is_none(),
        receipt: serving.receipt,
        created_at: row.created_at,
        ended_at: over.map(|(at, _)| at),
        end_reason: over.map(|(_, reason)| reason),
    }
}

/// Ends the open live conversations that run on another release than `keep`; gives how many.
///
/// # Errors
/// When the database fails.
pub async fn end_others(tx: &mut Tx<'_>, agent: &Agent, keep: Uuid, reason: EndReason, at: Timestamp) -> Outcome<u64> {
    Ok(sessions::end_others(tx, agent.workspace, agent.id, keep, reason, at).await?)
}

/// Ends every open live conversation of the agent; gives how many.
///
/// # Errors
/// When the database fails.
pub async fn end_live(tx: &mut Tx<'_>, agent: &Agent, reason: EndReason, at: Timestamp) -> Outcome<u64> {
    Ok(sessions::end_live(tx, agent.workspace, agent.id, reason, at).await?)
}

/// Ends the open conversations that run on one release; gives how many.
///
/// # Errors
/// When the database fails.
pub async fn end_of_release(
    tx: &mut Tx<'_>,
    agent: &Agent,
    release: Uuid,
    reason: EndReason,
    at: Timestamp,
) -> Outcome<u64> {
    Ok(sessions::end_of_release(tx, agent.workspace, agent.id, release, reason, at).await?)
}
