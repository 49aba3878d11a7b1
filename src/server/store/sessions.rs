//! Conversations. A live one names the release it is pinned to; a draft one names none.

use uuid::Uuid;

use super::db::Tx;
use crate::model::{session::EndReason, timestamp::Timestamp};

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
         AND release_id IS NOT NULL AND release_id <> $3 AND ended_at IS NULL")
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
         AND release_id IS NOT NULL AND ended_at IS NULL")
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
         AND release_id IS NOT NULL AND release_id <> $3 AND ended_at IS NULL")
        .bind(workspace).bind(agent).bind(keep).fetch_one(c).await)?;
    Ok(count.unsigned_abs())
}
