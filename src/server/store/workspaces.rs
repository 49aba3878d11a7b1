//! Workspaces: the tenants.

use uuid::Uuid;

use super::db::Tx;
use crate::model::{
    publishing::{Publishing, WorkspaceSettings},
    timestamp::Timestamp,
};

/// The key of the lock under which first workspaces are made.
const FOUNDING: i64 = 0x6761_6c6c_6579;

/// Makes whoever founds a workspace wait for the one before, until the transaction ends: of two first sign-ups at once,
/// the second then sees what the first did. SQLite has one writer, which is lock enough.
pub async fn lock_founding(tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
    if let super::db::Kind::Postgres(inner) = &mut tx.kind {
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(FOUNDING).execute(&mut **inner).await?;
    }
    Ok(())
}

/// Makes a workspace.
pub async fn insert(tx: &mut Tx<'_>, id: Uuid, name: &str, at: Timestamp) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("INSERT INTO workspaces (id, name, created_at) VALUES ($1, $2, $3)")
        .bind(id).bind(name).bind(at.0).execute(c).await.map(drop))
}

/// The first workspace ever made.
pub async fn first(tx: &mut Tx<'_>) -> Result<Option<Uuid>, sqlx::Error> {
    on!(tx, c => sqlx::query_scalar("SELECT id FROM workspaces ORDER BY id LIMIT 1").fetch_optional(c).await)
}

/// The first workspace with this name.
pub async fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Uuid>, sqlx::Error> {
    on!(tx, c => sqlx::query_scalar("SELECT id FROM workspaces WHERE name = $1 ORDER BY id LIMIT 1")
        .bind(name).fetch_optional(c).await)
}

/// What an admin sets of a workspace.
pub async fn settings(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<WorkspaceSettings>, sqlx::Error> {
    read(tx, id, "SELECT name, publishing FROM workspaces WHERE id = $1").await
}

/// Like [`settings`], and holds the row until the transaction ends. SQLite has one writer, which is lock enough.
pub async fn settings_locked(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<WorkspaceSettings>, sqlx::Error> {
    let text = tx.pick(
        "SELECT name, publishing FROM workspaces WHERE id = $1",
        "SELECT name, publishing FROM workspaces WHERE id = $1 FOR NO KEY UPDATE",
    );
    read(tx, id, text).await
}

async fn read(tx: &mut Tx<'_>, id: Uuid, text: &'static str) -> Result<Option<WorkspaceSettings>, sqlx::Error> {
    let row: Option<(String, String)> = on!(tx, c => sqlx::query_as(text).bind(id).fetch_optional(c).await)?;
    row.map(|(name, publishing)| Ok(WorkspaceSettings { name, publishing: parse(&publishing)? })).transpose()
}

/// Changes what an admin sets.
pub async fn set(tx: &mut Tx<'_>, id: Uuid, new: &WorkspaceSettings) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("UPDATE workspaces SET name = $2, publishing = $3 WHERE id = $1")
        .bind(id).bind(&new.name).bind(new.publishing.as_str()).execute(c).await.map(drop))
}

/// Who publishes in a workspace.
pub async fn publishing(tx: &mut Tx<'_>, id: Uuid) -> Result<Publishing, sqlx::Error> {
    rule(tx, id, "SELECT publishing FROM workspaces WHERE id = $1").await
}

/// Like [`publishing`], and keeps the rule from changing until the transaction ends.
pub async fn publishing_held(tx: &mut Tx<'_>, id: Uuid) -> Result<Publishing, sqlx::Error> {
    let text = tx.pick(
        "SELECT publishing FROM workspaces WHERE id = $1",
        "SELECT publishing FROM workspaces WHERE id = $1 FOR SHARE",
    );
    rule(tx, id, text).await
}

async fn rule(tx: &mut Tx<'_>, id: Uuid, text: &'static str) -> Result<Publishing, sqlx::Error> {
    let word: String = on!(tx, c => sqlx::query_scalar(text).bind(id).fetch_one(c).await)?;
    parse(&word)
}

fn parse(publishing: &str) -> Result<Publishing, sqlx::Error> {
    Publishing::parse(publishing).ok_or_else(|| super::unreadable("workspaces.publishing"))
}
