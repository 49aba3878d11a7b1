//! Failed attempts to sign in, per account and per address. The subject is a keyed hash, never the address itself.

use super::db::Tx;
use crate::model::timestamp::Timestamp;

/// What is known of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Attempts that failed, or that have not succeeded yet.
    pub failures: i64,
    /// When the last of them began.
    pub last: Timestamp,
}

/// The count of a subject, whose row is held until the transaction ends, so that attempts at once are counted one by one.
pub async fn find_locked(tx: &mut Tx<'_>, subject: &[u8]) -> Result<Count, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO throttles (subject, failures, last_failure_at) VALUES ($1, 0, 0) ON CONFLICT (subject) DO NOTHING")
        .bind(subject).execute(c).await.map(drop))?;
    let text = tx.pick(
        "SELECT failures, last_failure_at FROM throttles WHERE subject = $1",
        "SELECT failures, last_failure_at FROM throttles WHERE subject = $1 FOR UPDATE",
    );
    let (failures, last): (i64, i64) = on!(tx, c => sqlx::query_as(text).bind(subject).fetch_one(c).await)?;
    Ok(Count { failures, last: Timestamp(last) })
}

/// Writes the count of a subject.
pub async fn set(tx: &mut Tx<'_>, subject: &[u8], count: Count) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("UPDATE throttles SET failures = $2, last_failure_at = $3 WHERE subject = $1")
        .bind(subject).bind(count.failures).bind(count.last.0).execute(c).await.map(drop))
}

/// Takes back the one attempt that turned out to be right.
pub async fn forgive_one(tx: &mut Tx<'_>, subject: &[u8]) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("UPDATE throttles SET failures = failures - 1 WHERE subject = $1 AND failures > 0")
        .bind(subject).execute(c).await.map(drop))
}

/// Forgets a subject.
pub async fn delete(tx: &mut Tx<'_>, subject: &[u8]) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM throttles WHERE subject = $1").bind(subject).execute(c).await.map(drop))
}

/// Forgets the subjects that have been quiet since `before`.
pub async fn delete_quiet(tx: &mut Tx<'_>, before: Timestamp) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM throttles WHERE last_failure_at < $1 AND last_failure_at > 0")
        .bind(before.0).execute(c).await.map(drop))
}
