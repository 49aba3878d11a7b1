//! The database: two engines behind one type, one way to write, one way to read.
//!
//! A write is a closure over a [`Tx`] that may run more than once: it must not do anything but SQL. Group commit could
//! live behind [`Db::write`] later without any caller noticing. [`Db::join`] puts several acts into one transaction.

use std::{marker::PhantomData, sync::Arc};

use futures_util::future::BoxFuture;
use sqlx::{Postgres, Sqlite, Transaction, migrate::Migrator};

use tokio::sync::Mutex;

use super::derived;
pub use super::pools::Pools;
use crate::server::failure::{Failure, Outcome};

pub(super) static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
pub(super) static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// How often a write is tried again when the engine asks for it.
const WRITE_TRIES: u32 = 5;

/// The database.
#[derive(Clone, Debug)]
pub struct Db {
    /// The connections.
    pub pools: Pools,
    /// The open transaction that everything done through this handle takes part in.
    joined: Option<Joined>,
}

/// An open transaction that is lent to one act after the other; empty while one has it, and once it has ended.
type Joined = Arc<Mutex<Option<Kind>>>;

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
    /// As [`Pools::open`].
    pub async fn open(url: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self { pools: Pools::open(url).await?, joined: None })
    }

    /// Brings the schema up to date; safe with several nodes starting at once.
    ///
    /// # Errors
    /// When a migration fails, or one that ran has been edited since.
    pub async fn migrate(&self) -> Result<(), sqlx::migrate::MigrateError> {
        match &self.pools {
            Pools::Sqlite { write, .. } => {
                // sqlx locks Postgres while it migrates, but not a file: two processes would both make the tables.
                let mut inner = write.begin_with("BEGIN IMMEDIATE").await?;
                SQLITE_MIGRATIONS.run(&mut *inner).await?;
                let mut tx = Tx::new(Kind::Sqlite(inner));
                derived::fill(&mut tx).await?;
                Ok(tx.commit().await?)
            }
            Pools::Postgres(pool) => {
                POSTGRES_MIGRATIONS.run(pool).await?;
                let mut tx = Tx::new(Kind::Postgres(pool.begin().await?));
                derived::fill(&mut tx).await?;
                Ok(tx.commit().await?)
            }
        }
    }

    /// Which engine it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match &self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
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
        if let Some(joined) = &self.joined {
            return lend(joined, work).await;
        }
        let mut tries = 0;
        loop {
            tries += 1;
            let mut tx = Tx::new(self.begin().await?);
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
            if !again(tries, &failure) {
                return Err(failure);
            }
        }
    }

    /// Runs `work` with a handle whose every write and read takes part in one transaction, and commits that when `work`
    /// succeeds. Each write in it is undone by itself when it fails.
    ///
    /// `work` may run again when the engine asks for another try, so it does nothing but work on the database. Until it
    /// ends, nothing may be written past the handle: on SQLite that would wait for itself.
    ///
    /// # Errors
    /// What `work` fails with, or the database's own failure.
    pub async fn join<'env, T, F>(&self, work: F) -> Outcome<T>
    where
        F: Fn(Self) -> BoxFuture<'env, Outcome<T>> + Send + Sync,
        T: Send,
    {
        if self.joined.is_some() {
            return work(self.clone()).await;
        }
        let mut tries = 0;
        loop {
            tries += 1;
            let joined = Arc::new(Mutex::new(Some(self.begin().await?)));
            let answer = work(Self { pools: self.pools.clone(), joined: Some(joined.clone()) }).await;
            let tx = Tx::new(take(&mut *joined.lock().await)?);
            let failure = match answer {
                Ok(value) => match tx.commit().await {
                    Ok(()) => return Ok(value),
                    Err(error) => error.into(),
                },
                Err(failure) => {
                    tx.rollback().await?;
                    failure
                }
            };
            if !again(tries, &failure) {
                return Err(failure);
            }
        }
    }

    async fn begin(&self) -> Result<Kind, sqlx::Error> {
        Ok(match &self.pools {
            Pools::Sqlite { write, .. } => Kind::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => Kind::Postgres(pool.begin().await?),
        })
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
        if let Some(joined) = &self.joined {
            return lend(joined, work).await;
        }
        let mut tx = Tx::new(match &self.pools {
            Pools::Sqlite { read, .. } => Kind::Sqlite(read.begin().await?),
            Pools::Postgres(pool) => {
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
        match &self.pools {
            Pools::Sqlite { read, .. } => sqlx::query("SELECT 1").execute(read).await.map(drop)?,
            Pools::Postgres(pool) => sqlx::query("SELECT 1").execute(pool).await.map(drop)?,
        }
        Ok(())
    }

    /// Closes the connections; on SQLite this folds the log into the file.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// Lends an open transaction to one act, and undoes what it did when it fails.
async fn lend<'env, T, F>(joined: &Joined, work: F) -> Outcome<T>
where
    F: for<'t> FnOnce(&'t mut Tx<'env>) -> BoxFuture<'t, Outcome<T>> + Send,
{
    let mut open = joined.lock().await;
    // Whoever is dropped in the middle leaves it empty: the transaction is gone with them.
    let mut tx = Tx::new(take(&mut open)?);
    execute(&mut tx, "SAVEPOINT act").await?;
    let answer = work(&mut tx).await;
    if answer.is_err() {
        execute(&mut tx, "ROLLBACK TO SAVEPOINT act").await?;
    }
    execute(&mut tx, "RELEASE SAVEPOINT act").await?;
    *open = Some(tx.kind);
    answer
}

fn take(open: &mut Option<Kind>) -> Outcome<Kind> {
    open.take().ok_or_else(|| Failure::internal("the transaction has ended"))
}

async fn execute(tx: &mut Tx<'_>, sql: &'static str) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(sql).execute(c).await.map(drop))
}

/// Whether a write that failed for the `tries`th time is worth another one.
fn again(tries: u32, failure: &Failure) -> bool {
    let worth = tries < WRITE_TRIES && wants_another_try(failure);
    if worth {
        tracing::debug!(tries, "the database asked for another try");
    }
    worth
}

/// Serialisation failure (40001), deadlock (40P01), `SQLITE_BUSY` (5) and its snapshot form (517).
fn wants_another_try(failure: &Failure) -> bool {
    let Some(sqlx::Error::Database(error)) = failure.cause.as_deref().and_then(|cause| cause.downcast_ref()) else {
        return false;
    };
    matches!(error.code().as_deref(), Some("40001" | "40P01" | "5" | "517"))
}
