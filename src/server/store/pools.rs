//! The connections to either engine, and how they are opened.

use std::{
    path::Path,
    str::FromStr,
    time::{Duration, Instant},
};

use sqlx::{
    PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

/// Below this version a WAL database can be corrupted when the log is reset (sqlite.org, "walresetbug").
pub const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// How long to wait for another process that writes the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections to either engine.
#[derive(Clone, Debug)]
pub enum Pools {
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

impl Pools {
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
            .busy_timeout(BUSY_TIMEOUT)
            // Without it `INSERT OR REPLACE` slips past the triggers that refuse a delete.
            .pragma("recursive_triggers", "ON")
            .optimize_on_close(true, 400);
        let write = open_writer(&options).await?;
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
}

/// Opens the one writing connection. A new file is turned to write-ahead logging by whoever comes first, and SQLite refuses
/// a second process that tries at the same moment without waiting, whatever the busy timeout is.
async fn open_writer(options: &SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    let began = Instant::now();
    loop {
        let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(30));
        match pool.connect_with(options.clone()).await {
            Err(sqlx::Error::Database(error))
                if error.code().as_deref() == Some("5") && began.elapsed() < BUSY_TIMEOUT =>
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            answer => return answer,
        }
    }
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
