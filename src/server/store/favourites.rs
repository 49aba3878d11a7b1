//! The agents that a person wants at hand in Coworker.

use uuid::Uuid;

use super::db::Tx;
use crate::model::timestamp::Timestamp;

/// Marks an agent; again: nothing happens.
pub async fn add(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    account: Uuid,
    agent: Uuid,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO favourites (workspace_id, account_id, agent_id, made_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (workspace_id, account_id, agent_id) DO NOTHING")
        .bind(workspace).bind(account).bind(agent).bind(at.0).execute(c).await.map(drop))
}

/// Takes the mark away; again: nothing happens.
pub async fn remove(tx: &mut Tx<'_>, workspace: Uuid, account: Uuid, agent: Uuid) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM favourites WHERE workspace_id = $1 AND account_id = $2 AND agent_id = $3")
        .bind(workspace).bind(account).bind(agent).execute(c).await.map(drop))
}

/// Whether an agent is marked.
pub async fn has(tx: &mut Tx<'_>, workspace: Uuid, account: Uuid, agent: Uuid) -> Result<bool, sqlx::Error> {
    let found: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "SELECT made_at FROM favourites WHERE workspace_id = $1 AND account_id = $2 AND agent_id = $3")
        .bind(workspace).bind(account).bind(agent).fetch_optional(c).await)?;
    Ok(found.is_some())
}
