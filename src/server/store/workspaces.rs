//! Workspaces: the tenants.

use uuid::Uuid;

use super::db::Tx;
use crate::model::timestamp::Timestamp;

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
