//! Conversations. One that follows the draft is pinned to nothing; any other names its release or its save.

use uuid::Uuid;

use super::{db::Tx, pinned::Pinned};
use crate::model::{
    session::{EndReason, ServedBecause},
    timestamp::Timestamp,
};

/// A conversation's row.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// The session's id.
    pub id: Uuid,
    /// The agent.
    pub agent: Uuid,
    /// Whose conversation it is.
    pub account: Uuid,
    /// What it is pinned to; nothing for one that follows the draft.
    pub pinned: Option<Pinned>,
    /// Why what answers answers.
    pub reason: ServedBecause,
    /// When it began.
    pub created_at: Timestamp,
    /// When somebody last wrote.
    pub active_at: Timestamp,
    /// Until when an answer may be being written.
    pub answering_until: Option<Timestamp>,
    /// When it ended and why.
    pub ended: Option<(Timestamp, EndReason)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    agent_id: Uuid,
    account_id: Uuid,
    release_id: Option<Uuid>,
    draft_id: Option<Uuid>,
    reason: String,
    created_at: i64,
    active_at: i64,
    answering_until: Option<i64>,
    ended_at: Option<i64>,
    end_reason: Option<String>,
}

impl TryFrom<Row> for SessionRow {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let Row {
            id,
            agent_id,
            account_id,
            release_id,
            draft_id,
            reason,
            created_at,
            active_at,
            answering_until,
            ended_at,
            end_reason,
        } = row;
        let ended = match (ended_at, end_reason.as_deref().map(EndReason::parse)) {
            (None, _) => None,
            (Some(at), Some(Some(reason))) => Some((Timestamp(at), reason)),
            (Some(_), _) => return Err(super::unreadable("sessions.end_reason")),
        };
        Ok(Self {
            id,
            agent: agent_id,
            account: account_id,
            pinned: Pinned::read(release_id, draft_id),
            reason: ServedBecause::parse(&reason).ok_or_else(|| super::unreadable("sessions.reason"))?,
            created_at: Timestamp(created_at),
            active_at: Timestamp(active_at),
            answering_until: answering_until.map(Timestamp),
            ended,
        })
    }
}

/// The columns of a session, read as [`SessionRow`]; a condition follows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, agent_id, account_id, release_id, draft_id, reason, created_at, active_at, answering_until, ended_at, \
             end_reason FROM sessions WHERE workspace_id = $1 AND account_id = $2 ",
            $rest
        )
    };
}

/// Writes a session that begins now.
pub async fn insert(tx: &mut Tx<'_>, workspace: Uuid, row: &SessionRow, channel: &str) -> Result<(), sqlx::Error> {
    let (release, draft) = Pinned::columns(row.pinned);
    on!(tx, c => sqlx::query(
        "INSERT INTO sessions (id, workspace_id, agent_id, account_id, channel, release_id, draft_id, reason, created_at, \
         active_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
        .bind(row.id).bind(workspace).bind(row.agent).bind(row.account).bind(channel).bind(release).bind(draft)
        .bind(row.reason.as_str()).bind(row.created_at.0).bind(row.active_at.0).execute(c).await.map(drop))
}

/// A session of this account: nobody else has it.
pub async fn find(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    account: Uuid,
    id: Uuid,
) -> Result<Option<SessionRow>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(select!("AND id = $3"))
        .bind(workspace).bind(account).bind(id).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
}

/// Like [`find`], and holds the row until the transaction ends. SQLite has one writer, which is lock enough.
pub async fn find_locked(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    account: Uuid,
    id: Uuid,
) -> Result<Option<SessionRow>, sqlx::Error> {
    if let super::db::Kind::Postgres(inner) = &mut tx.kind {
        sqlx::query("SELECT 1 FROM sessions WHERE workspace_id = $1 AND account_id = $2 AND id = $3 FOR UPDATE")
            .bind(workspace)
            .bind(account)
            .bind(id)
            .execute(&mut **inner)
            .await?;
    }
    find(tx, workspace, account, id).await
}

/// Which sessions of an account.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Those with this agent; with all of them when there is none.
    pub agent: Option<Uuid>,
    /// Only those that began with what was live.
    pub live_only: bool,
}

/// Sessions of this account with an id below `before`, newest first.
pub async fn page(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    account: Uuid,
    filter: Filter,
    before: Uuid,
    limit: u32,
) -> Result<Vec<SessionRow>, sqlx::Error> {
    let Filter { agent, live_only } = filter;
    let live_only = i64::from(live_only);
    let rows = match agent {
        None => on!(tx, c => sqlx::query_as::<_, Row>(
            select!("AND id < $3 AND ($4 = 0 OR reason = 'live_at_start') ORDER BY id DESC LIMIT $5"))
            .bind(workspace).bind(account).bind(before).bind(live_only).bind(i64::from(limit)).fetch_all(c).await)?,
        Some(agent) => on!(tx, c => sqlx::query_as::<_, Row>(
            select!("AND agent_id = $3 AND id < $4 AND ($5 = 0 OR reason = 'live_at_start') ORDER BY id DESC LIMIT $6"))
            .bind(workspace).bind(account).bind(agent).bind(before).bind(live_only).bind(i64::from(limit))
            .fetch_all(c).await)?,
    };
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Removes a session of this account whose row the transaction holds, with its messages.
pub async fn delete(tx: &mut Tx<'_>, workspace: Uuid, account: Uuid, id: Uuid) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "DELETE FROM messages WHERE workspace_id = $1 AND session_id = $3 AND EXISTS (SELECT 1 FROM sessions s \
         WHERE s.workspace_id = $1 AND s.account_id = $2 AND s.id = $3)")
        .bind(workspace).bind(account).bind(id).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query("DELETE FROM sessions WHERE workspace_id = $1 AND account_id = $2 AND id = $3")
        .bind(workspace).bind(account).bind(id).execute(c).await.map(drop))
}

/// The account's newest live session with an agent.
pub async fn latest_live(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    account: Uuid,
    agent: Uuid,
) -> Result<Option<SessionRow>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(
        select!("AND agent_id = $3 AND reason = 'live_at_start' ORDER BY id DESC LIMIT 1"))
        .bind(workspace).bind(account).bind(agent).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
}

/// Notes that somebody writes, and until when the answer may be being written.
pub async fn begin_answer(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    id: Uuid,
    until: Timestamp,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE sessions SET active_at = $3, answering_until = $4 WHERE workspace_id = $1 AND id = $2")
        .bind(workspace).bind(id).bind(at.0).bind(until.0).execute(c).await.map(drop))
}

/// Notes that no answer is being written any more; false when there is no such session any more.
pub async fn end_answer(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid, at: Timestamp) -> Result<bool, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE sessions SET active_at = $3, answering_until = NULL WHERE workspace_id = $1 AND id = $2")
        .bind(workspace).bind(id).bind(at.0).execute(c).await.map(|done| done.rows_affected() > 0))
}

/// Ends one session that is still open.
pub async fn end(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    id: Uuid,
    reason: EndReason,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE sessions SET ended_at = $3, end_reason = $4 WHERE workspace_id = $1 AND id = $2 AND ended_at IS NULL")
        .bind(workspace).bind(id).bind(at.0).bind(reason.as_str()).execute(c).await.map(drop))
}

/// How many live sessions of an agent are open and were written in since `since`, by release number.
pub async fn open_counts(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    since: Timestamp,
) -> Result<Vec<(i64, i64)>, sqlx::Error> {
    on!(tx, c => sqlx::query_as(
        "SELECT r.version, COUNT(*) FROM sessions s JOIN releases r ON r.id = s.release_id \
         WHERE s.workspace_id = $1 AND s.agent_id = $2 AND s.reason = 'live_at_start' AND s.ended_at IS NULL AND s.active_at >= $3 \
         GROUP BY r.version ORDER BY r.version DESC")
        .bind(workspace).bind(agent).bind(since.0).fetch_all(c).await)
}

/// Ends the open live conversations of an agent that run on another release than `keep`.
pub async fn end_others(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    keep: Uuid,
    reason: EndReason,
    at: Timestamp,
) -> Result<u64, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE sessions SET ended_at = $4, end_reason = $5 WHERE workspace_id = $1 AND agent_id = $2 \
         AND reason = 'live_at_start' AND release_id <> $3 AND ended_at IS NULL")
        .bind(workspace).bind(agent).bind(keep).bind(at.0).bind(reason.as_str())
        .execute(c).await.map(|done| done.rows_affected()))
}

/// Ends every open live conversation of an agent.
pub async fn end_live(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    reason: EndReason,
    at: Timestamp,
) -> Result<u64, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE sessions SET ended_at = $3, end_reason = $4 WHERE workspace_id = $1 AND agent_id = $2 \
         AND reason = 'live_at_start' AND ended_at IS NULL")
        .bind(workspace).bind(agent).bind(at.0).bind(reason.as_str())
        .execute(c).await.map(|done| done.rows_affected()))
}

/// Ends the open conversations that run on one release.
pub async fn end_of_release(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    release: Uuid,
    reason: EndReason,
    at: Timestamp,
) -> Result<u64, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE sessions SET ended_at = $4, end_reason = $5 WHERE workspace_id = $1 AND agent_id = $2 \
         AND release_id = $3 AND ended_at IS NULL")
        .bind(workspace).bind(agent).bind(release).bind(at.0).bind(reason.as_str())
        .execute(c).await.map(|done| done.rows_affected()))
}

/// How many live conversations of an agent are open on another release than `keep`.
pub async fn count_others(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, keep: Uuid) -> Result<u64, sqlx::Error> {
    let count: i64 = on!(tx, c => sqlx::query_scalar(
        "SELECT COUNT(*) FROM sessions WHERE workspace_id = $1 AND agent_id = $2 \
         AND reason = 'live_at_start' AND release_id <> $3 AND ended_at IS NULL")
        .bind(workspace).bind(agent).bind(keep).fetch_one(c).await)?;
    Ok(count.unsigned_abs())
}
