//! What `galley doctor` asks the database.

use uuid::Uuid;

use super::db::{Engine, Tx};

/// The engine's own version.
pub async fn engine_version(tx: &mut Tx<'_>) -> Result<String, sqlx::Error> {
    let sql = tx.pick("SELECT sqlite_version()", "SHOW server_version");
    on!(tx, c => sqlx::query_scalar(sql).fetch_one(c).await)
}

/// What is wrong with the file itself; `None` when nothing is, and on a server, which looks after its own files.
pub async fn damage(tx: &mut Tx<'_>) -> Result<Option<String>, sqlx::Error> {
    if tx.engine() == Engine::Postgres {
        return Ok(None);
    }
    let found: String = on!(tx, c => sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(c).await)?;
    Ok(Some(found).filter(|found| found != "ok"))
}

/// How many agents there are, those in the trash too.
pub async fn agents(tx: &mut Tx<'_>) -> Result<i64, sqlx::Error> {
    on!(tx, c => sqlx::query_scalar("SELECT count(*) FROM agents").fetch_one(c).await)
}

/// How many accounts there are.
pub async fn accounts(tx: &mut Tx<'_>) -> Result<i64, sqlx::Error> {
    on!(tx, c => sqlx::query_scalar("SELECT count(*) FROM accounts").fetch_one(c).await)
}

/// Every provider's address, and its key if it has one.
pub async fn providers(tx: &mut Tx<'_>) -> Result<Vec<(Uuid, Option<Vec<u8>>)>, sqlx::Error> {
    on!(tx, c => sqlx::query_as("SELECT id, key_sealed FROM providers ORDER BY id").fetch_all(c).await)
}
