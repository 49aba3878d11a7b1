//! Conversations. One that follows the draft is pinned to nothing; any other names its release or its save.
//!
//! A conversation is found by who has it, a [`Talker`]. What asks for a member's never finds a visitor's: the condition is
//! part of the columns that every such statement begins with.

use uuid::Uuid;

use super::{db::Tx, pinned::Pinned};
use crate::model::{
    channel::Channel,
    session::{EndReason, ServedBecause},
    timestamp::Timestamp,
};

/// Who has a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Talker {
    /// This account, in person or by a key.
    Member(Uuid),
    /// Whoever has the token with this hash.
    Visitor([u8; 32]),
}

/// What is known of the visitor that a conversation is with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The hash of their token.
    pub token: [u8; 32],
    /// The public link that they came by.
    pub link: Uuid,
}

/// A conversation's row.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// The session's id.
    pub id: Uuid,
    /// The agent.
    pub agent: Uuid,
    /// Whose conversation it is; of a visitor's, who owned the agent then.
    pub account: Uuid,
    /// The way in.
    pub channel: Channel,
    /// Of a visitor's conversation, what is known of them.
    pub visit: Option<Visit>,
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
    channel: String,
    visitor: Option<Vec<u8>>,
    link_id: Option<Uuid>,
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
            channel,
            visitor,
            link_id,
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
        let visit = match (visitor.map(TryInto::try_into), link_id) {
            (None, None) => None,
            (Some(Ok(token)), Some(link)) => Some(Visit { token, link }),
            _ => return Err(super::unreadable("sessions.visitor")),
        };
        Ok(Self {
            id,
            agent: agent_id,
            account: account_id,
            channel: Channel::parse(&channel).ok_or_else(|| super::unreadable("sessions.channel"))?,
            visit,
            pinned: Pinned::read(release_id, draft_id),
            reason: ServedBecause::parse(&reason).ok_or_else(|| super::unreadable("sessions.reason"))?,
            created_at: Timestamp(created_at),
            active_at: Timestamp(active_at),
            answering_until: answering_until.map(Timestamp),
            ended,
        })
    }
}

/// The columns of a session, read as [`SessionRow`]: of a member's own, whose account is `$2`, or of a visitor's, by the
/// hash of their token; a condition follows.
macro_rules! select {
    (visitor $rest:literal) => { select!("AND visitor = $2 ", $rest) };
    ($rest:literal) => { select!("AND visitor IS NULL AND account_id = $2 ", $rest) };
    ($whose:literal, $rest:literal) => {
        concat!(
            "SELECT id, agent_id, account_id, channel, visitor, link_id, release_id, draft_id, reason, created_at, active_at, \
             answering_until, ended_at, end_reason FROM sessions WHERE workspace_id = $1 ",
            $whose,
            $rest
        )
    };
}

/// Writes a session that begins now.
pub async fn insert(tx: &mut Tx<'_>, workspace: Uuid, row: &SessionRow) -> Result<(), sqlx::Error> {
    let (release, draft) = Pinned::columns(row.pinned);
    let (visitor, link) = (row.visit.map(|visit| visit.token.to_vec()), row.visit.map(|visit| visit.link));
    on!(tx, c => sqlx::query(
        "INSERT INTO sessions (id, workspace_id, agent_id, account_id, channel, visitor, link_id, release_id, draft_id, \
         reason, created_at, active_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
        .bind(row.id).bind(workspace).bind(row.agent).bind(row.account).bind(row.channel.as_str()).bind(visitor)
        .bind(link).bind(release).bind(draft).bind(row.reason.as_str()).bind(row.created_at.0).bind(row.active_at.0)
        .execute(c).await.map(drop))
}

/// A session of this talker: nobody else has it.
pub async fn find(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    talker: Talker,
    id: Uuid,
) -> Result<Option<SessionRow>, sqlx::Error> {
    let row = match talker {
        Talker::Member(account) => on!(tx, c => sqlx::query_as::<_, Row>(select!("AND id = $3"))
            .bind(workspace).bind(account).bind(id).fetch_optional(c).await)?,
        Talker::Visitor(token) => on!(tx, c => sqlx::query_as::<_, Row>(select!(visitor "AND id = $3"))
            .bind(workspace).bind(token.to_vec()).bind(id).fetch_optional(c).await)?,
    };
    row.map(TryInto::try_into).transpose()
}

/// Like [`find`], and holds the row until the transaction ends. SQLite has one writer, which is lock enough.
pub async fn find_locked(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    talker: Talker,
    id: Uuid,
) -> Result<Option<SessionRow>, sqlx::Error> {
    if let super::db::Kind::Postgres(inner) = &mut tx.kind {
        // Whose it is, the next statement asks.
        sqlx::query("SELECT 1 FROM sessions WHERE workspace_id = $1 AND id = $2 FOR UPDATE")
            .bind(workspace)
            .bind(id)
            .execute(&mut **inner)
            .await?;
    }
    find(tx, workspace, talker, id).await
}

/// The session of a visitor who came by this link with this token.
pub async fn of_visitor(tx: &mut Tx<'_>, workspace: Uuid, visit: Visit) -> Result<Option<SessionRow>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(select!(visitor "AND link_id = $3"))
        .bind(workspace).bind(visit.token.to_vec()).bind(visit.link).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
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
         WHERE s.workspace_id = $1 AND s.account_id = $2 AND s.id = $3 AND s.visitor IS NULL)")
        .bind(workspace).bind(account).bind(id).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query(
        "DELETE FROM sessions WHERE workspace_id = $1 AND account_id = $2 AND id = $3 AND visitor IS NULL")
        .bind(workspace).bind(account).bind(id).execute(c).await.map(drop))
}

/// Removes a session in which nothing was said.
pub async fn delete_unsaid(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "DELETE FROM sessions WHERE workspace_id = $1 AND id = $2 \
         AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.session_id = $2)")
        .bind(workspace).bind(id).execute(c).await.map(drop))
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

/// Notes until when the answer that is being written may be so.
pub async fn hold_answer(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid, until: Timestamp) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE sessions SET answering_until = $3 WHERE workspace_id = $1 AND id = $2 AND answering_until IS NOT NULL")
        .bind(workspace).bind(id).bind(until.0).execute(c).await.map(drop))
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

/// Ends the open conversations of an agent that came by a channel; gives their ids.
pub async fn end_of_channel(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    channel: Channel,
    reason: EndReason,
    at: Timestamp,
) -> Result<Vec<Uuid>, sqlx::Error> {
    on!(tx, c => sqlx::query_scalar(
        "UPDATE sessions SET ended_at = $4, end_reason = $5 WHERE workspace_id = $1 AND agent_id = $2 \
         AND channel = $3 AND ended_at IS NULL RETURNING id")
        .bind(workspace).bind(agent).bind(channel.as_str()).bind(at.0).bind(reason.as_str()).fetch_all(c).await)
}
