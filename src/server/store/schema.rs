//! The version of the database's schema: the number of the last migration that ran.

use sqlx::migrate::{MigrateError, Migrator};

use super::db::{Db, Engine, POSTGRES_MIGRATIONS, SQLITE_MIGRATIONS};
use crate::server::failure::Outcome;

/// The version that this program works with.
#[must_use]
pub fn known(engine: Engine) -> i64 {
    let migrator: &Migrator = match engine {
        Engine::Sqlite => &SQLITE_MIGRATIONS,
        Engine::Postgres => &POSTGRES_MIGRATIONS,
    };
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The version that the database has; 0 before the first migration.
///
/// # Errors
/// The database's own failure.
pub async fn version(db: &Db) -> Outcome<i64> {
    db.read(|tx| {
        Box::pin(async move {
            let exists = tx.pick(
                "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'",
                "SELECT count(*) FROM pg_catalog.pg_tables
                 WHERE schemaname = current_schema() AND tablename = '_sqlx_migrations'",
            );
            if on!(tx, c => sqlx::query_scalar::<_, i64>(exists).fetch_one(c).await)? == 0 {
                return Ok(0);
            }
            let newest = "SELECT coalesce(max(version), 0) FROM _sqlx_migrations WHERE success";
            Ok(on!(tx, c => sqlx::query_scalar(newest).fetch_one(c).await)?)
        })
    })
    .await
}

/// What went wrong, in words for the person who starts Galley.
#[must_use]
pub fn explain(error: &MigrateError) -> String {
    match error {
        MigrateError::VersionMissing(version) => format!(
            "the database was made by a newer Galley (its schema {version} is unknown to this one): start that one, or \
             restore a backup"
        ),
        MigrateError::VersionMismatch(version) => {
            format!("the database was not made by this Galley: its schema {version} is another")
        }
        _ => format!("the database cannot be brought up to date: {error}"),
    }
}
