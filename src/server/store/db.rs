//! The database: two engines behind one type, one way to write, one way to read.
//!
//! A write is a closure over a [`Tx`] that may run more than once: it must not do anything but SQL. Group commit could
//! live behind [`Db::write`] later without any caller noticing.

use std::{marker::PhantomData, path::Path, str::FromStr, time::Duration};

use futures_util::future::BoxFuture;
use sqlx::{
    PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::server::failure::{Failure, Outcome};

pub(super) static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
pub(super) static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Below this version a WAL database can be corrupted when the log is reset (sqlite.org, "walresetbug").
pub const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// How often a write is tried again when the engine asks for it.
const WRITE_TRIES: u32 = 5;

/// The database.
#[derive(Clone, Debug)]
pub enum Db {
    /// One file: one connection that writes and several that read.
    Sqlite {
        /// The one writer.
        write: SqlitePool,
        /// The readers.
        read: SqlitePool,
    },
    /// A server.
    Postgres(PgPool),
}

/// Which engine a database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in this process.
    Sqlite,
    /// A Postgres server.
    Postgres,
}

/// The transaction of either engine; use it through `on!`.
#[derive(Debug)]
pub enum Kind {
    /// On the file.
    Sqlite(Transaction<'static, Sqlite>),
    /// On the server.
    Postgres(Transaction<'static, Postgres>),
}

/// A transaction. `'env` is the life of what its closure borrows.
#[derive(Debug)]
pub struct Tx<'env> {
    /// The engine's own transaction.
    pub kind: Kind,
    env: PhantomData<&'env ()>,
}

/// Runs one expression on whichever engine the transaction is of: `on!(tx, c => query.fetch_one(c).await)`.
macro_rules! on {
    ($tx:expr, $conn:ident => $body:expr) => {
        match &mut $tx.kind {
            $crate::server::store::db::Kind::Sqlite(inner) => {
                let $conn = &mut **inner;
                $body
            }
            $crate::server::store::db::Kind::Postgres(inner) => {
                let $conn = &mut **inner;
                $body
            }
        }
    };
}

impl Tx<'_> {
    /// The engine, where two texts are needed.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.kind {
            Kind::Sqlite(_) => Engine::Sqlite,
            Kind::Postgres(_) => Engine::Postgres,
        }
    }

    /// The text for this engine, where one text does not serve both.
    #[must_use]
    pub fn pick(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.kind {
            Kind::Sqlite(_) => sqlite,
            Kind::Postgres(_) => postgres,
        }
    }

    fn new(kind: Kind) -> Self {
        Self { kind, env: PhantomData }
    }

    async fn commit(self) -> Result<(), sqlx::Error> {
        match self.kind {
            Kind::Sqlite(tx) => tx.commit().await,
            Kind::Postgres(tx) => tx.commit().await,
        }
    }

    async fn rollback(self) -> Result<(), sqlx::Error> {
        match self.kind {
            Kind::Sqlite(tx) => tx.rollback().await,
            Kind::Postgres(tx) => tx.rollback().await,
        }
    }
}

impl Db {
    /// Opens the database named by `sqlite://PATH` or `postgres://…`; a missing file is made.
    ///
    /// # Errors
    /// When the address cannot be read or the database not be reached, or SQLite is older than [`OLDEST_SQLITE`].
    pub async fn open(url: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url)?.application_name("galley");
            let pool = PgPoolOptions::new()
                .max_connections(20)
                .acquire_timeout(Duration::from_secs(30))
                .connect_with(options)
                .await?;
            return Ok(Self::Postgres(pool));
        }
        let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) else {
            return Err("expected sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE".into());
        };
        let path = Path::new(path);
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            tokio::fs::create_dir_all(folder).await?;
        }
        // SQLite itself would let everybody on the machine read it; its log takes the file's rights over.
        if let Err(error) = tokio::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).await
            && error.kind() != std::io::ErrorKind::AlreadyExists
        {
            return Err(format!("{}: {error}", path.display()).into());
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            // Without it `INSERT OR REPLACE` slips past the triggers that refuse a delete.
            .pragma("recursive_triggers", "ON")
            .optimize_on_close(true, 400);
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options.clone())
            .await?;
        let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&write).await?;
        if parse_version(&version) < Some(OLDEST_SQLITE) {
            let (a, b, c) = OLDEST_SQLITE;
            return Err(format!("SQLite {version} can corrupt a database; expected {a}.{b}.{c} or later").into());
        }
        let read = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options.pragma("query_only", "ON"))
            .await?;
        Ok(Self::Sqlite { write, read })
    }

    /// Brings the schema up to date; safe with several nodes starting at once.
    ///
    /// # Errors
    /// When a migration fails, or one that ran has been edited since.
    pub async fn migrate(&self) -> Result<(), sqlx::migrate::MigrateError> {
        match self {
            Self::Sqlite { write, .. } => {
                // sqlx locks Postgres while it migrates, but not a file: two processes would both make the tables.
                let mut tx = write.begin_with("BEGIN IMMEDIATE").await?;
                SQLITE_MIGRATIONS.run(&mut *tx).await?;
                Ok(tx.commit().await?)
            }
            Self::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await,
        }
    }

    /// Which engine it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs `work` in one writing transaction and commits it; when `work` fails, nothing is changed.
    ///
    /// `work` may run again when the engine asks for another try, so it does SQL and nothing else.
    ///
    /// # Errors
    /// What `work` fails with, or the database's own failure.
    pub async fn write<'env, T, F>(&'env self, work: F) -> Outcome<T>
    where
        F: for<'t> Fn(&'t mut Tx<'env>) -> BoxFuture<'t, Outcome<T>> + Send + Sync,
        T: Send,
    {
        let mut tries = 0;
        loop {
            tries += 1;
            let mut tx = Tx::new(match self {
                Self::Sqlite { write, .. } => Kind::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
                Self::Postgres(pool) => Kind::Postgres(pool.begin().await?),
            });
            let failure = match work(&mut tx).await {
                Ok(value) => match tx.commit().await {
                    Ok(()) => return Ok(value),
                    Err(error) => error.into(),
                },
                Err(failure) => {
                    tx.rollback().await?;
                    failure
                }
            };
            if tries == WRITE_TRIES || !wants_another_try(&failure) {
                return Err(failure);
            }
            tracing::debug!(tries, "the database asked for another try");
        }
    }

    /// Runs `work` on one snapshot of the database, without writing.
    ///
    /// # Errors
    /// What `work` fails with, or the database's own failure.
    pub async fn read<'env, T, F>(&'env self, work: F) -> Outcome<T>
    where
        F: for<'t> FnOnce(&'t mut Tx<'env>) -> BoxFuture<'t, Outcome<T>> + Send,
        T: Send,
    {
        let mut tx = Tx::new(match self {
            Self::Sqlite { read, .. } => Kind::Sqlite(read.begin().await?),
            Self::Postgres(pool) => {
                Kind::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        });
        let answer = work(&mut tx).await;
        tx.rollback().await?;
        answer
    }

    /// Asks the database for nothing, to see whether it answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Outcome<()> {
        match self {
            Self::Sqlite { read, .. } => sqlx::query("SELECT 1").execute(read).await.map(drop)?,
            Self::Postgres(pool) => sqlx::query("SELECT 1").execute(pool).await.map(drop)?,
        }
        Ok(())
    }

    /// Closes the connections; on SQLite this folds the log into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Serialisation failure (40001), deadlock (40P01), `SQLITE_BUSY` (5) and its snapshot form (517).
fn wants_another_try(failure: &Failure) -> bool {
    let Some(sqlx::Error::Database(error)) = failure.cause.as_deref().and_then(|cause| cause.downcast_ref()) else {
        return false;
    };
    matches!(error.code().as_deref(), Some("40001" | "40P01" | "5" | "517"))
}

fn parse_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions() {
        assert_eq!(parse_version("3.51.3"), Some(OLDEST_SQLITE));
        assert!(parse_version("3.9.0") < Some(OLDEST_SQLITE));
        assert!(parse_version("nonsense") < Some(OLDEST_SQLITE));
    }
}
