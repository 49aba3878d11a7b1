//! Rights on agents: of one account, or of everyone in the workspace.

use uuid::Uuid;

use super::db::Tx;
use crate::model::{
    account::Person,
    agent::Right,
    grants::{Grant, GrantedAccount},
    session::EndReason,
    timestamp::Timestamp,
};

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

/// Who gave an account its own right on an agent.
pub async fn granted_by(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    account: Uuid,
) -> Result<Option<Person>, sqlx::Error> {
    let row: Option<(Uuid, String)> = on!(tx, c => sqlx::query_as(
        "SELECT b.id, b.name FROM grants g JOIN accounts b ON b.id = g.granted_by \
         WHERE g.workspace_id = $1 AND g.agent_id = $2 AND g.account_id = $3")
        .bind(workspace).bind(agent).bind(account).fetch_optional(c).await)?;
    Ok(row.map(|(id, name)| Person { id, name }))
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

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    email: String,
    role: String,
}

/// The rights of single accounts on an agent, in the order in which the accounts were made.
pub async fn list(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid) -> Result<Vec<Grant>, sqlx::Error> {
    let rows = on!(tx, c => sqlx::query_as::<_, Row>(
        "SELECT a.id, a.name, a.email, g.role FROM grants g JOIN accounts a ON a.id = g.account_id \
         WHERE g.workspace_id = $1 AND g.agent_id = $2 ORDER BY a.id")
        .bind(workspace).bind(agent).fetch_all(c).await)?;
    rows.into_iter()
        .map(|row| {
            let Row { id, name, email, role } = row;
            let right = Right::parse(&role).ok_or_else(|| super::unreadable("grants.role"))?;
            Ok(Grant { account: GrantedAccount { id, name, email }, right })
        })
        .collect()
}

/// Takes the right of one account away.
pub async fn remove(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, account: Uuid) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM grants WHERE workspace_id = $1 AND agent_id = $2 AND account_id = $3")
        .bind(workspace).bind(agent).bind(account).execute(c).await.map(drop))
}

/// Ends the open conversations of those who may no longer have them: live ones need any right, previews an editor's. A
/// visitor of the public link has none and needs none.
pub async fn end_revoked(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, at: Timestamp) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE sessions SET ended_at = $3, end_reason = $4 \
         WHERE workspace_id = $1 AND agent_id = $2 AND ended_at IS NULL AND visitor IS NULL \
         AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.agent_id = sessions.agent_id \
         AND (g.account_id = sessions.account_id OR g.account_id IS NULL) \
         AND (sessions.reason = 'live_at_start' OR g.role <> 'user'))")
        .bind(workspace).bind(agent).bind(at.0).bind(EndReason::Revoked.as_str()).execute(c).await.map(drop))
}
