//! Links that set a new password once. The link's token is stored only as its SHA-256.

use uuid::Uuid;

use super::db::Tx;
use crate::model::timestamp::Timestamp;

/// Keeps a link; the ones that the account had before no longer work.
pub async fn insert(
    tx: &mut Tx<'_>,
    account: Uuid,
    token_hash: &[u8],
    at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), sqlx::Error> {
    forget(tx, account).await?;
    on!(tx, c => sqlx::query(
        "INSERT INTO reset_links (token_hash, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(token_hash).bind(account).bind(at.0).bind(expires_at.0).execute(c).await.map(drop))
}

/// Forgets every link of an account.
pub async fn forget(tx: &mut Tx<'_>, account: Uuid) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM reset_links WHERE account_id = $1").bind(account).execute(c).await.map(drop))
}

/// Whose password a link may still set.
pub async fn account_of(tx: &mut Tx<'_>, token_hash: &[u8], now: Timestamp) -> Result<Option<Uuid>, sqlx::Error> {
    on!(tx, c => sqlx::query_scalar(
        "SELECT account_id FROM reset_links WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2")
        .bind(token_hash).bind(now.0).fetch_optional(c).await)
}

/// Uses a link up; `None` when it was used, expired or never was.
pub async fn take(tx: &mut Tx<'_>, token_hash: &[u8], at: Timestamp) -> Result<Option<Uuid>, sqlx::Error> {
    on!(tx, c => sqlx::query_scalar(
        "UPDATE reset_links SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 \
         RETURNING account_id")
        .bind(token_hash).bind(at.0).fetch_optional(c).await)
}
