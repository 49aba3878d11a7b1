//! Tags of agents. They are no part of the config, so nothing here touches a draft, its hash or the badge.

use uuid::Uuid;

use super::db::Tx;
use crate::model::timestamp::Timestamp;

/// The tags of an agent, in alphabetical order.
pub async fn of(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid) -> Result<Vec<String>, sqlx::Error> {
    let mut tags: Vec<String> = on!(tx, c => sqlx::query_scalar(
        "SELECT tag FROM agent_tags WHERE workspace_id = $1 AND agent_id = $2")
        .bind(workspace).bind(agent).fetch_all(c).await)?;
    tags.sort_unstable();
    Ok(tags)
}

/// Adds a tag; false when the agent has it already.
pub async fn add(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, tag: &str) -> Result<bool, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO agent_tags (workspace_id, agent_id, tag) VALUES ($1, $2, $3) ON CONFLICT (agent_id, tag) DO NOTHING")
        .bind(workspace).bind(agent).bind(tag).execute(c).await.map(|done| done.rows_affected() > 0))
}

/// Removes a tag; false when the agent does not have it.
pub async fn remove(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, tag: &str) -> Result<bool, sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM agent_tags WHERE workspace_id = $1 AND agent_id = $2 AND tag = $3")
        .bind(workspace).bind(agent).bind(tag).execute(c).await.map(|done| done.rows_affected() > 0))
}

/// Notes on the agent's row that its metadata changed, and nothing else.
pub async fn touch(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, at: Timestamp) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("UPDATE agents SET updated_at = $3 WHERE workspace_id = $1 AND id = $2")
        .bind(workspace).bind(agent).bind(at.0).execute(c).await.map(drop))
}
