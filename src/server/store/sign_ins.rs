//! Browsers that are signed in. The cookie's value is stored only as its SHA-256.

use uuid::Uuid;

use super::db::Tx;
use crate::model::timestamp::Timestamp;

/// A sign-in's row.
#[derive(Clone, Debug)]
pub struct Row {
    /// The SHA-256 of the cookie's value.
    pub id_hash: Vec<u8>,
    /// Who is signed in.
    pub account: Option<Uuid>,
    /// The workspace that they last looked at.
    pub workspace: Option<Uuid>,
    /// What the sign-in remembers, as JSON.
    pub data: String,
    /// What the browser says it is.
    pub user_agent: String,
    /// The address it last came from.
    pub address: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last seen.
    pub seen_at: Timestamp,
    /// When it ends unless seen again.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Columns {
    id_hash: Vec<u8>,
    account_id: Option<Uuid>,
    workspace_id: Option<Uuid>,
    data: String,
    user_agent: String,
    address: String,
    created_at: i64,
    seen_at: i64,
    expires_at: i64,
}

impl From<Columns> for Row {
    fn from(columns: Columns) -> Self {
        let Columns { id_hash, account_id, workspace_id, data, user_agent, address, created_at, seen_at, expires_at } =
            columns;
        Self {
            id_hash,
            account: account_id,
            workspace: workspace_id,
            data,
            user_agent,
            address,
            created_at: Timestamp(created_at),
            seen_at: Timestamp(seen_at),
            expires_at: Timestamp(expires_at),
        }
    }
}

/// Keeps a new sign-in; `false` when its id is taken.
pub async fn insert(tx: &mut Tx<'_>, row: &Row) -> Result<bool, sqlx::Error> {
    let made = on!(tx, c => sqlx::query(
        "INSERT INTO sign_ins (id_hash, account_id, workspace_id, data, user_agent, address, created_at, seen_at, \
         expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id_hash) DO NOTHING")
        .bind(&row.id_hash).bind(row.account).bind(row.workspace).bind(&row.data).bind(&row.user_agent)
        .bind(&row.address).bind(row.created_at.0).bind(row.seen_at.0).bind(row.expires_at.0)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(made == 1)
}

/// Writes what a standing sign-in remembers. One that was ended meanwhile stays ended.
pub async fn update(tx: &mut Tx<'_>, row: &Row) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE sign_ins SET account_id = $2, workspace_id = $3, data = $4, user_agent = $5, address = $6, seen_at = $7, \
         expires_at = $8 WHERE id_hash = $1")
        .bind(&row.id_hash).bind(row.account).bind(row.workspace).bind(&row.data).bind(&row.user_agent)
        .bind(&row.address).bind(row.seen_at.0).bind(row.expires_at.0).execute(c).await.map(drop))
}

/// The sign-in under this hash, unless it has expired.
pub async fn find(tx: &mut Tx<'_>, id_hash: &[u8], now: Timestamp) -> Result<Option<Row>, sqlx::Error> {
    let row = on!(tx, c => sqlx::query_as::<_, Columns>(
        "SELECT id_hash, account_id, workspace_id, data, user_agent, address, created_at, seen_at, expires_at \
         FROM sign_ins WHERE id_hash = $1 AND expires_at > $2")
        .bind(id_hash).bind(now.0).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// Ends the sign-in under this hash.
pub async fn delete(tx: &mut Tx<'_>, id_hash: &[u8]) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM sign_ins WHERE id_hash = $1").bind(id_hash).execute(c).await.map(drop))
}

/// Ends one sign-in of an account; `false` when it has no such one.
pub async fn delete_of(tx: &mut Tx<'_>, account: Uuid, id_hash: &[u8]) -> Result<bool, sqlx::Error> {
    let gone = on!(tx, c => sqlx::query("DELETE FROM sign_ins WHERE account_id = $1 AND id_hash = $2")
        .bind(account).bind(id_hash).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone > 0)
}

/// Ends every sign-in of an account but the one under `keep`; gives how many.
pub async fn delete_others(tx: &mut Tx<'_>, account: Uuid, keep: &[u8]) -> Result<u64, sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM sign_ins WHERE account_id = $1 AND id_hash <> $2")
        .bind(account).bind(keep).execute(c).await.map(|done| done.rows_affected()))
}

/// Forgets the sign-ins that have expired.
pub async fn delete_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM sign_ins WHERE expires_at <= $1").bind(now.0).execute(c).await.map(drop))
}

/// The standing sign-ins of an account, last seen first; no more than `limit`.
pub async fn of_account(tx: &mut Tx<'_>, account: Uuid, now: Timestamp, limit: u32) -> Result<Vec<Row>, sqlx::Error> {
    let rows = on!(tx, c => sqlx::query_as::<_, Columns>(
        "SELECT id_hash, account_id, workspace_id, data, user_agent, address, created_at, seen_at, expires_at \
         FROM sign_ins WHERE account_id = $1 AND expires_at > $2 ORDER BY seen_at DESC, id_hash LIMIT $3")
        .bind(account).bind(now.0).bind(i64::from(limit)).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}
