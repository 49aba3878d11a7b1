//! Keys that programs sent along, and the answers kept under them.

use uuid::Uuid;

use super::db::Tx;
use crate::model::timestamp::Timestamp;

/// What is kept under a key.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// The method and the path of the first use.
    pub route: String,
    /// SHA-256 of the body of the first use.
    pub body_hash: Vec<u8>,
    /// The sealed answer, once there is one.
    pub answer: Option<Vec<u8>>,
    /// Until when whoever makes the answer is not to be disturbed.
    pub lease_until: i64,
}

/// Takes a key; false when it is taken. On Postgres this waits for who is just taking it.
pub async fn insert(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    principal: Uuid,
    key: &str,
    new: &Row,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO idempotency (workspace_id, principal_id, key, route, body_hash, lease_until, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING")
        .bind(workspace).bind(principal).bind(key).bind(&new.route).bind(&new.body_hash).bind(new.lease_until)
        .bind(at.0).execute(c).await.map(|done| done.rows_affected() == 1))
}

/// What is kept under a key.
pub async fn find(tx: &mut Tx<'_>, workspace: Uuid, principal: Uuid, key: &str) -> Result<Option<Row>, sqlx::Error> {
    on!(tx, c => sqlx::query_as(
        "SELECT route, body_hash, answer, lease_until FROM idempotency \
         WHERE workspace_id = $1 AND principal_id = $2 AND key = $3")
        .bind(workspace).bind(principal).bind(key).fetch_optional(c).await)
}

/// Renews a lease that is over; false when somebody else did.
pub async fn take_over(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    principal: Uuid,
    key: &str,
    seen: Timestamp,
    until: Timestamp,
) -> Result<bool, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE idempotency SET lease_until = $5 WHERE workspace_id = $1 AND principal_id = $2 AND key = $3 \
         AND lease_until = $4 AND answer IS NULL")
        .bind(workspace).bind(principal).bind(key).bind(seen.0).bind(until.0).execute(c).await
        .map(|done| done.rows_affected() == 1))
}

/// Keeps an answer; false when the lease that was taken is somebody else's by now.
pub async fn answer(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    principal: Uuid,
    key: &str,
    lease_until: Timestamp,
    answer: &[u8],
) -> Result<bool, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE idempotency SET answer = $5 WHERE workspace_id = $1 AND principal_id = $2 AND key = $3 \
         AND lease_until = $4 AND answer IS NULL")
        .bind(workspace).bind(principal).bind(key).bind(lease_until.0).bind(answer).execute(c).await
        .map(|done| done.rows_affected() == 1))
}

/// Lets go of a key that has no answer, while the lease that was taken is one's own.
pub async fn delete(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    principal: Uuid,
    key: &str,
    lease_until: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "DELETE FROM idempotency WHERE workspace_id = $1 AND principal_id = $2 AND key = $3 AND lease_until = $4 \
         AND answer IS NULL")
        .bind(workspace).bind(principal).bind(key).bind(lease_until.0).execute(c).await.map(drop))
}

/// Forgets a key that was taken before a moment.
pub async fn forget_before(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    principal: Uuid,
    key: &str,
    moment: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "DELETE FROM idempotency WHERE workspace_id = $1 AND principal_id = $2 AND key = $3 AND created_at < $4")
        .bind(workspace).bind(principal).bind(key).bind(moment.0).execute(c).await.map(drop))
}

/// Forgets every key that was taken before a moment; gives how many.
pub async fn tidy(tx: &mut Tx<'_>, moment: Timestamp) -> Result<u64, sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM idempotency WHERE created_at < $1").bind(moment.0).execute(c).await
        .map(|done| done.rows_affected()))
}
