//! Agents that were deleted: out of every list, restorable for a while, then erased with all that was theirs.

use uuid::Uuid;

use super::{
    agent_list::Viewer,
    db::{Engine, Tx},
};
use crate::model::{account::Person, session::EndReason, timestamp::Timestamp, trash::TrashedAgent};

/// Puts an agent into the trash.
pub async fn put(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid, by: Uuid, at: Timestamp) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("UPDATE agents SET deleted_at = $3, deleted_by = $4 WHERE workspace_id = $1 AND id = $2")
        .bind(workspace).bind(id).bind(at.0).bind(by).execute(c).await.map(drop))
}

/// Takes an agent out of the trash; false when it is not there.
pub async fn take(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid, at: Timestamp) -> Result<bool, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE agents SET deleted_at = NULL, deleted_by = NULL, updated_at = $3 \
         WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NOT NULL")
        .bind(workspace).bind(id).bind(at.0).execute(c).await.map(|done| done.rows_affected() > 0))
}

/// Ends every open conversation with the agent, those with its draft too.
pub async fn end_sessions(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, at: Timestamp) -> Result<u64, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE sessions SET ended_at = $3, end_reason = $4 WHERE workspace_id = $1 AND agent_id = $2 AND ended_at IS NULL")
        .bind(workspace).bind(agent).bind(at.0).bind(EndReason::AgentDeleted.as_str())
        .execute(c).await.map(|done| done.rows_affected()))
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    icon: String,
    owner_id: Uuid,
    owner_name: String,
    deleted_at: i64,
    deleted_by: Uuid,
    deleted_by_name: String,
}

impl From<Row> for TrashedAgent {
    fn from(row: Row) -> Self {
        let Row { id, name, icon, owner_id, owner_name, deleted_at, deleted_by, deleted_by_name } = row;
        Self {
            id,
            name,
            icon,
            owner: Person { id: owner_id, name: owner_name },
            deleted_at: Timestamp(deleted_at),
            deleted_by: Person { id: deleted_by, name: deleted_by_name },
        }
    }
}

/// The columns of an agent in the trash, of those that the viewer `$2` may restore when `$3` is 0, and only `$4` where that
/// is all there is for the viewer; a condition follows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.name, a.icon, a.owner_id, o.name AS owner_name, a.deleted_at, a.deleted_by, \
             d.name AS deleted_by_name FROM agents a JOIN accounts o ON o.id = a.owner_id \
             JOIN accounts d ON d.id = a.deleted_by WHERE a.workspace_id = $1 AND a.deleted_at IS NOT NULL \
             AND (a.owner_id = $2 OR $3 = 1) AND ($4 IS NULL OR a.id = $4) ",
            $rest
        )
    };
}

/// An agent in the trash that the viewer may restore: its owner, or who sees all.
pub async fn find(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    viewer: Viewer,
    id: Uuid,
) -> Result<Option<TrashedAgent>, sqlx::Error> {
    let row = on!(tx, c => sqlx::query_as::<_, Row>(select!("AND a.id = $5"))
        .bind(workspace).bind(viewer.account).bind(i64::from(viewer.sees_all)).bind(viewer.only).bind(id).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// Agents in the trash that the viewer may restore, last deleted first, before the place of the last page's last row.
pub async fn page(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    viewer: Viewer,
    before: (Timestamp, Uuid),
    limit: u32,
) -> Result<Vec<TrashedAgent>, sqlx::Error> {
    let rows = on!(tx, c => sqlx::query_as::<_, Row>(select!(
        "AND (a.deleted_at, a.id) < ($5, $6) ORDER BY a.deleted_at DESC, a.id DESC LIMIT $7"))
        .bind(workspace).bind(viewer.account).bind(i64::from(viewer.sees_all)).bind(viewer.only).bind(before.0.0)
        .bind(before.1).bind(i64::from(limit)).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Agents, of any workspace, that went into the trash before `moment`: the workspace and the id.
pub async fn older_than(tx: &mut Tx<'_>, moment: Timestamp, limit: u32) -> Result<Vec<(Uuid, Uuid)>, sqlx::Error> {
    on!(tx, c => sqlx::query_as(
        "SELECT workspace_id, id FROM agents WHERE deleted_at IS NOT NULL AND deleted_at < $1 \
         ORDER BY deleted_at, id LIMIT $2")
        .bind(moment.0).bind(i64::from(limit)).fetch_all(c).await)
}

/// Erases an agent that has been in the trash since before `moment`, with everything that was only its own; false when it
/// is not there any more, or was restored.
pub async fn erase(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    moment: Timestamp,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    if tx.engine() == Engine::Postgres {
        // A save elsewhere may be about to name a body that only this agent names: let it finish, or wait.
        on!(tx, c => sqlx::query("LOCK TABLE configs IN SHARE ROW EXCLUSIVE MODE").execute(c).await.map(drop))?;
    }
    let due: Option<Uuid> = on!(tx, c => sqlx::query_scalar(
        "UPDATE agents SET deleted_at = deleted_at WHERE workspace_id = $1 AND id = $2 AND deleted_at < $3 RETURNING id")
        .bind(workspace).bind(agent).bind(moment.0).fetch_optional(c).await)?;
    if due.is_none() {
        return Ok(false);
    }
    // The triggers that keep saves and releases look for this row.
    on!(tx, c => sqlx::query("INSERT INTO purges (agent_id, at) VALUES ($1, $2)")
        .bind(agent).bind(at.0).execute(c).await.map(drop))?;
    let bodies: Vec<Vec<u8>> = on!(tx, c => sqlx::query_scalar(
        "SELECT config_hash FROM drafts WHERE agent_id = $1 UNION SELECT config_hash FROM releases WHERE agent_id = $1 \
         UNION SELECT compiled_hash FROM releases WHERE agent_id = $1").bind(agent).fetch_all(c).await)?;
    for statement in OWN_ROWS {
        on!(tx, c => sqlx::query(*statement).bind(agent).execute(c).await.map(drop))?;
    }
    for body in bodies {
        on!(tx, c => sqlx::query(
            "DELETE FROM configs WHERE workspace_id = $1 AND hash = $2 \
             AND NOT EXISTS (SELECT 1 FROM drafts d WHERE d.workspace_id = $1 AND d.config_hash = $2) \
             AND NOT EXISTS (SELECT 1 FROM releases r WHERE r.workspace_id = $1 AND r.config_hash = $2) \
             AND NOT EXISTS (SELECT 1 FROM releases r WHERE r.workspace_id = $1 AND r.compiled_hash = $2)")
            .bind(workspace).bind(body).execute(c).await.map(drop))?;
    }
    on!(tx, c => sqlx::query("DELETE FROM purges WHERE agent_id = $1").bind(agent).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query("DELETE FROM agents WHERE id = $1").bind(agent).execute(c).await.map(drop))?;
    Ok(true)
}

/// Everything that names an agent, in the order that the references between them allow.
///
/// A new table that names an agent gets a line here; `tests/agents/trash.rs` fails without it.
const OWN_ROWS: &[&str] = &[
    "DELETE FROM messages WHERE session_id IN (SELECT id FROM sessions WHERE agent_id = $1)",
    "DELETE FROM sessions WHERE agent_id = $1",
    "DELETE FROM link_usage WHERE link_id IN (SELECT id FROM links WHERE agent_id = $1)",
    "DELETE FROM links WHERE agent_id = $1",
    "DELETE FROM channels WHERE agent_id = $1",
    "DELETE FROM channel_activity WHERE agent_id = $1",
    "DELETE FROM runs WHERE agent_id = $1",
    "DELETE FROM save_attempts WHERE agent_id = $1",
    "DELETE FROM approvals WHERE agent_id = $1",
    "DELETE FROM live WHERE agent_id = $1",
    "DELETE FROM live_events WHERE agent_id = $1",
    "DELETE FROM release_deletions WHERE release_id IN (SELECT id FROM releases WHERE agent_id = $1)",
    "DELETE FROM release_faces WHERE agent_id = $1",
    "DELETE FROM releases WHERE agent_id = $1",
    "DELETE FROM drafts WHERE agent_id = $1",
    "DELETE FROM grants WHERE agent_id = $1",
    "DELETE FROM agent_tags WHERE agent_id = $1",
    "DELETE FROM favourites WHERE agent_id = $1",
    "DELETE FROM api_keys WHERE agent_id = $1",
];
