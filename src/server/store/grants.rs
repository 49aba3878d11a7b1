//! Rights on agents: of one account, or of everyone in the workspace.

use uuid::Uuid;

use super::db::Tx;
use crate::model::{agent::Right, timestamp::Timestamp};

/// The strongest right that an account has on an agent, through a grant of its own or everyone's.
pub async fn right_of(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    account: Uuid,
) -> Result<Option<Right>, sqlx::Error> {
    let roles: Vec<String> = on!(tx, c => sqlx::query_scalar(
        "SELECT role FROM grants WHERE workspace_id = $1 AND agent_id = $2 AND (account_id = $3 OR account_id IS NULL)")
        .bind(workspace).bind(agent).bind(account).fetch_all(c).await)?;
    Ok(roles.iter().filter_map(|role| Right::parse(role)).max())
}

/// Gives an account a right, in place of the one it had.
pub async fn set(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    account: Uuid,
    right: Right,
    by: Uuid,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO grants (workspace_id, agent_id, account_id, role, granted_by, granted_at) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (agent_id, account_id) WHERE account_id IS NOT NULL \
         DO UPDATE SET role = excluded.role, granted_by = excluded.granted_by, granted_at = excluded.granted_at")
        .bind(workspace).bind(agent).bind(account).bind(right.as_str()).bind(by).bind(at.0).execute(c).await.map(drop))
}

/// Whether everyone in the workspace may use the agent.
pub async fn everyone(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid) -> Result<bool, sqlx::Error> {
    let found: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "SELECT granted_at FROM grants WHERE workspace_id = $1 AND agent_id = $2 AND account_id IS NULL")
        .bind(workspace).bind(agent).fetch_optional(c).await)?;
    Ok(found.is_some())
}

/// Lets everyone in the workspace use the agent, or no longer.
pub async fn set_everyone(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    on: bool,
    by: Uuid,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    if on {
        on!(tx, c => sqlx::query(
            "INSERT INTO grants (workspace_id, agent_id, account_id, role, granted_by, granted_at) \
             VALUES ($1, $2, NULL, 'user', $3, $4) ON CONFLICT (agent_id) WHERE account_id IS NULL DO NOTHING")
            .bind(workspace).bind(agent).bind(by).bind(at.0).execute(c).await.map(drop))
    } else {
        on!(tx, c => sqlx::query(
            "DELETE FROM grants WHERE workspace_id = $1 AND agent_id = $2 AND account_id IS NULL")
            .bind(workspace).bind(agent).execute(c).await.map(drop))
    }
}
