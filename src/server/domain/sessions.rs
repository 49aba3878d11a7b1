//! Conversations: starting them, and ending them when what they run on goes away.
//!
//! A conversation is its account's alone: nobody else reads it or writes in it, whatever their role.

use std::collections::HashMap;

use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    access::{self, Access},
    caller::Caller,
    channels as switches,
    party::Party,
    runs,
    serving::{self, Serving},
};
use crate::{
    model::{
        channel::Channel,
        error::{Code, Error},
        page::{self, Page},
        session::{EndReason, Message, Receipt, ServedBecause, Session, first_end},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{
            agents::{self, Agent},
            channels,
            db::Tx,
            messages,
            runs::Those,
            sessions::{self, Filter, SessionRow, Talker},
        },
    },
};

/// Begins a conversation: with what is live now or with a revision of the caller's choice, which it keeps to its end, or in
/// draft mode with the draft, which it follows. A chosen revision counts in draft mode too.
///
/// # Errors
/// As [`serving::pin`]. In draft mode everyone but an editor gets `not_found`.
pub async fn start(
    core: &Core,
    caller: &Caller,
    agent: Uuid,
    draft_mode: bool,
    revision: Option<Uuid>,
) -> Outcome<Session> {
    let at = core.clock.now();
    let id = Uuid::now_v7();
    core.db
        .write(|tx| {
            async move {
                if draft_mode {
                    access::editor(tx, caller, agent).await?;
                    switches::refuse_off(tx, caller, agent).await?;
                }
                let (pinned, reason) = if draft_mode && revision.is_none() {
                    (None, ServedBecause::Draft)
                } else {
                    let (pinned, reason) = serving::pin(tx, caller, agent, revision).await?;
                    (Some(pinned), reason)
                };
                let row = SessionRow {
                    id,
                    agent,
                    account: caller.account,
                    channel: channel(caller, reason),
                    visit: None,
                    pinned,
                    reason,
                    created_at: at,
                    active_at: at,
                    answering_until: None,
                    ended: None,
                };
                sessions::insert(tx, caller.workspace, &row).await?;
                let receipt = serving(tx, caller.workspace, &row).await?.receipt;
                Ok(session(&row, receipt, None))
            }
            .boxed()
        })
        .await
}

/// The way in by which a member begins what answers for this reason.
pub(super) const fn channel(caller: &Caller, reason: ServedBecause) -> Channel {
    match (caller.key, reason) {
        (Some(_), _) => Channel::Api,
        (None, ServedBecause::LiveAtStart) => Channel::Coworker,
        (None, ServedBecause::Draft | ServedBecause::Chosen) => Channel::Preview,
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
    let before = page::before(cursor)?;
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

/// The caller's own conversations, with one agent or with all, newest first.
///
/// # Errors
/// `validation_failed` for a cursor that no list gave.
pub async fn list(
    core: &Core,
    caller: &Caller,
    agent: Option<Uuid>,
    cursor: Option<&str>,
    limit: u32,
) -> Outcome<Page<Session>> {
    let before = page::before(cursor)?;
    let at = core.clock.now();
    if agent.is_some_and(|agent| !caller.reaches(agent)) {
        return Ok(Page { data: Vec::new(), next_cursor: None });
    }
    let agent = agent.or(caller.only_agent());
    core.db
        .read(|tx| {
            async move {
                let filter = Filter { agent, live_only: !caller.tries_drafts() };
                let rows = sessions::page(tx, caller.workspace, caller.account, filter, before, limit + 1).await?;
                let page = Page::cut(rows, limit, |row| row.id.to_string());
                let mut data = Vec::with_capacity(page.data.len());
                // Many conversations are with few revisions.
                let mut receipts: HashMap<_, Receipt> = HashMap::new();
                for row in &page.data {
                    let key = (row.agent, row.pinned, row.reason);
                    let receipt = match receipts.get(&key) {
                        Some(receipt) => receipt.clone(),
                        None => serving(tx, caller.workspace, row).await?.receipt,
                    };
                    receipts.insert(key, receipt.clone());
                    data.push(session(row, receipt, over(core, tx, caller, row, at).await?));
                }
                Ok(Page { data, next_cursor: page.next_cursor })
            }
            .boxed()
        })
        .await
}

/// Removes a conversation of the caller's with its messages, for good. An answer that is being written stops and is not kept.
///
/// # Errors
/// As [`get`]; again: `not_found`.
pub async fn delete(core: &Core, caller: &Caller, id: Uuid) -> Outcome<()> {
    core.db
        .write(|tx| {
            async move {
                let row = sessions::find_locked(tx, caller.workspace, Talker::Member(caller.account), id).await?;
                row.filter(|row| is_there(caller.into(), row)).ok_or_else(Error::not_found)?;
                Ok(sessions::delete(tx, caller.workspace, caller.account, id).await?)
            }
            .boxed()
        })
        .await?;
    let _ = core.engine.stop(id);
    Ok(())
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
    let since = idle_since(core);
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

/// The row of a conversation of theirs.
pub(super) async fn own<'a>(tx: &mut Tx<'_>, party: impl Into<Party<'a>>, id: Uuid) -> Outcome<SessionRow> {
    let party = party.into();
    let row = sessions::find(tx, party.workspace(), party.talker(), id).await?;
    Ok(row.filter(|row| is_there(party, row)).ok_or_else(Error::not_found)?)
}

/// Whether a conversation of theirs is there for them: for a member, as far as their key goes.
pub(super) fn is_there(party: Party<'_>, row: &SessionRow) -> bool {
    match party {
        Party::Member(caller) => {
            caller.reaches(row.agent) && (row.reason == ServedBecause::LiveAtStart || caller.tries_drafts())
        }
        Party::Visitor(visitor) => row.agent == visitor.agent && row.visit == Some(visitor.visit),
    }
}

/// When and why a conversation is over, if it is: as its row says, or as it would be found out by the next message.
pub(super) async fn over<'a>(
    core: &Core,
    tx: &mut Tx<'_>,
    party: impl Into<Party<'a>>,
    row: &SessionRow,
    at: Timestamp,
) -> Outcome<Option<(Timestamp, EndReason)>> {
    if let Some(end) = first_end(row.active_at, core.settings.session_idle_seconds, row.ended, at) {
        return Ok(Some(end));
    }
    let party = party.into();
    let workspace = party.workspace();
    if let Party::Member(caller) = party {
        let needed = if row.reason == ServedBecause::LiveAtStart { Access::Use } else { Access::Edit };
        match access::agent(tx, caller, row.agent, needed).await {
            Ok(_) => {}
            Err(failure) if matches!(failure.public.code, Code::NotFound | Code::Forbidden) => {
                let there = agents::find(tx, workspace, row.agent).await?.is_some();
                return Ok(Some((at, if there { EndReason::Revoked } else { EndReason::AgentDeleted })));
            }
            Err(failure) => return Err(failure),
        }
    }
    let on = channels::is_on(tx, workspace, row.agent, row.channel).await?;
    Ok((!on).then_some((at, EndReason::ChannelOff)))
}

/// Who was last written in at this moment or before has idled for too long.
fn idle_since(core: &Core) -> Timestamp {
    core.clock.now().plus_seconds(-core.settings.session_idle_seconds)
}

/// What answers in a conversation now.
pub(super) async fn serving(tx: &mut Tx<'_>, workspace: Uuid, row: &SessionRow) -> Outcome<Serving> {
    serving::of(tx, workspace, row.agent, row.pinned, row.reason).await
}

/// A conversation as it is shown.
pub(super) async fn show<'a>(
    core: &Core,
    tx: &mut Tx<'_>,
    party: impl Into<Party<'a>>,
    row: &SessionRow,
    at: Timestamp,
) -> Outcome<Session> {
    let party = party.into();
    let over = over(core, tx, party, row, at).await?;
    let receipt = serving(tx, party.workspace(), row).await?.receipt;
    Ok(session(row, receipt, over))
}

fn session(row: &SessionRow, receipt: Receipt, over: Option<(Timestamp, EndReason)>) -> Session {
    Session {
        id: row.id,
        agent_id: row.agent,
        draft_mode: row.pinned.is_none(),
        receipt,
        created_at: row.created_at,
        ended_at: over.map(|(at, _)| at),
        end_reason: over.map(|(_, reason)| reason),
    }
}

/// Ends the open live conversations that run on another release than `keep`, and gives how many; live runs end with them.
///
/// # Errors
/// When the database fails.
pub async fn end_others(tx: &mut Tx<'_>, agent: &Agent, keep: Uuid, reason: EndReason, at: Timestamp) -> Outcome<u64> {
    runs::end_with(tx, agent.workspace, Those::OnOthers(agent.id, keep), reason, at).await?;
    Ok(sessions::end_others(tx, agent.workspace, agent.id, keep, reason, at).await?)
}

/// Ends every open live conversation of the agent, and gives how many; live runs end with them.
///
/// # Errors
/// When the database fails.
pub async fn end_live(tx: &mut Tx<'_>, agent: &Agent, reason: EndReason, at: Timestamp) -> Outcome<u64> {
    runs::end_with(tx, agent.workspace, Those::OnLive(agent.id), reason, at).await?;
    Ok(sessions::end_live(tx, agent.workspace, agent.id, reason, at).await?)
}

/// Ends the open conversations that run on one release, and gives how many; runs on it end with them.
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
    runs::end_with(tx, agent.workspace, Those::OnRelease(agent.id, release), reason, at).await?;
    Ok(sessions::end_of_release(tx, agent.workspace, agent.id, release, reason, at).await?)
}
