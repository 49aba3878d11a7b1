//! Refused forms, kept for a day so that a plain form post loses no typing.

use uuid::Uuid;

use super::db::Tx;
use crate::model::timestamp::Timestamp;

/// Keeps a refused form; only the account that typed it can read it again.
pub async fn insert(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    account: Uuid,
    id: Uuid,
    agent: Option<Uuid>,
    body: &str,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO save_attempts (id, workspace_id, account_id, agent_id, body, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(id).bind(workspace).bind(account).bind(agent).bind(body).bind(at.0).execute(c).await.map(drop))
}

/// The refused form of an agent, or of a new one.
pub async fn find(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    account: Uuid,
    agent: Option<Uuid>,
    id: Uuid,
) -> Result<Option<String>, sqlx::Error> {
    let found: Option<(Option<Uuid>, String)> = on!(tx, c => sqlx::query_as(
        "SELECT agent_id, body FROM save_attempts WHERE workspace_id = $1 AND account_id = $2 AND id = $3")
        .bind(workspace).bind(account).bind(id).fetch_optional(c).await)?;
    Ok(found.filter(|(of, _)| *of == agent).map(|(_, body)| body))
}

/// Forgets what is older than `before`; gives how many.
pub async fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM save_attempts WHERE created_at < $1")
        .bind(before.0).execute(c).await.map(|done| done.rows_affected()))
}
