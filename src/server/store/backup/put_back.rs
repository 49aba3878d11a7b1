//! Putting a backup back: the whole file is checked first, then one transaction empties the database and fills it again.
//! A server that runs meanwhile sees the old or the new, never a mix.

use std::path::Path;

use sqlx::{AssertSqlSafe, Database, Encode, Type, query::Query};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    BackupError,
    format::{self, Cell, Contents, Section},
    tables::{LEFT_OUT, TABLES},
};
use crate::server::{
    failure::{Failure, Outcome},
    store::{
        db::{Db, Engine, Tx},
        derived, schema,
    },
};

/// Values in one statement: SQLite takes 32,766 of them, Postgres 65,535.
const MOST_VALUES: usize = 2_000;

type Batch = (Section, Vec<Vec<Cell>>);

/// Replaces everything in the database with what the file holds, and gives what that was.
///
/// # Errors
/// When the file is not whole or from a newer Galley, or the database fails; the database is then as it was.
pub async fn put_back(db: &Db, path: &Path) -> Result<Contents, BackupError> {
    let contents = {
        let path = path.to_owned();
        tokio::task::spawn_blocking(move || format::read(&path, |_, _| Ok(())))
            .await
            .map_err(std::io::Error::other)??
    };
    let known = schema::known(db.engine());
    if contents.header.schema > known {
        return Err(BackupError::Refused(format!(
            "the backup is from a newer Galley: it has schema {} and this one knows {known}",
            contents.header.schema
        )));
    }
    db.write(|tx| {
        let sha256 = contents.sha256.as_str();
        Box::pin(async move {
            empty(tx).await?;
            fill(tx, path, sha256).await?;
            Ok(derived::fill(tx).await?)
        })
    })
    .await?;
    Ok(contents)
}

/// Deletes every row. What nothing may change only yields where a purge names its agent.
async fn empty(tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
    if tx.engine() == Engine::Postgres {
        // Readers go on with what they see; writers wait. SQLite has one writer anyway.
        let all: Vec<_> = TABLES.iter().map(|table| table.name).chain(LEFT_OUT.iter().copied()).collect();
        let sql = format!("LOCK TABLE {} IN EXCLUSIVE MODE", all.join(", "));
        on!(tx, c => sqlx::query(AssertSqlSafe(sql)).execute(c).await.map(drop))?;
    }
    // Bodies may be left over that no agent uses; deleting them takes a purge too, and so an agent.
    let stand_in = "INSERT INTO agents (id, workspace_id, owner_id, name, name_key, description, icon, draft_hash, \
         last_draft, last_release, created_at, updated_at) \
         SELECT $1, c.workspace_id, a.id, '', '', '', '', c.hash, 0, 0, 0, 0 \
         FROM (SELECT workspace_id, hash FROM configs LIMIT 1) c CROSS JOIN (SELECT id FROM accounts LIMIT 1) a \
         WHERE NOT EXISTS (SELECT 1 FROM agents)";
    on!(tx, c => sqlx::query(stand_in).bind(Uuid::nil()).execute(c).await.map(drop))?;
    let purge = "INSERT INTO purges (agent_id, at) SELECT id, 0 FROM agents a \
         WHERE NOT EXISTS (SELECT 1 FROM purges p WHERE p.agent_id = a.id)";
    on!(tx, c => sqlx::query(purge).execute(c).await.map(drop))?;
    // A sign-in is of an account that may not come back, and a throttle is not: it stays.
    on!(tx, c => sqlx::query("DELETE FROM sign_ins").execute(c).await.map(drop))?;
    for table in TABLES.iter().rev() {
        let sql = AssertSqlSafe(format!("DELETE FROM {}", table.name));
        on!(tx, c => sqlx::query(sql).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Inserts every row of the file, which must still be the one that was checked.
async fn fill(tx: &mut Tx<'_>, path: &Path, sha256: &str) -> Outcome<()> {
    let (send, mut batches) = mpsc::channel::<Batch>(4);
    let path = path.to_owned();
    let reader = tokio::task::spawn_blocking(move || read_batches(&path, &send));
    while let Some((section, rows)) = batches.recv().await {
        let columns: Vec<_> = section.columns.iter().map(|(column, _)| *column).collect();
        let width = columns.len();
        let tuples = (0..rows.len()).map(|row| {
            let marks: Vec<_> = (1..=width).map(|column| format!("${}", row * width + column)).collect();
            format!("({})", marks.join(", "))
        });
        let tuples: Vec<_> = tuples.collect();
        let sql = format!("INSERT INTO {} ({}) VALUES {}", section.table.name, columns.join(", "), tuples.join(", "));
        on!(tx, c => bind_all(sqlx::query(AssertSqlSafe(sql)), rows).execute(c).await.map(drop))?;
    }
    let read = reader.await.map_err(Failure::internal)?.map_err(Failure::internal)?;
    if read.sha256 == sha256 { Ok(()) } else { Err(Failure::internal("the file was changed while it was read")) }
}

/// Reads the file again and sends its rows in batches; a receiver that has gone away ends it.
fn read_batches(path: &Path, send: &mpsc::Sender<Batch>) -> Result<Contents, BackupError> {
    let gone = |_| BackupError::Refused("the database stopped listening".to_owned());
    let mut waiting: Option<Batch> = None;
    let contents = format::read(path, |section, row| {
        match &mut waiting {
            Some((of, rows))
                if of.table.name == section.table.name && rows.len() < MOST_VALUES / section.columns.len().max(1) =>
            {
                rows.push(row);
            }
            _ => {
                if let Some(full) = waiting.replace((section.clone(), vec![row])) {
                    send.blocking_send(full).map_err(gone)?;
                }
            }
        }
        Ok(())
    })?;
    if let Some(last) = waiting {
        send.blocking_send(last).map_err(gone)?;
    }
    Ok(contents)
}

fn bind_all<DB>(mut query: Query<'_, DB, DB::Arguments>, rows: Vec<Vec<Cell>>) -> Query<'_, DB, DB::Arguments>
where
    DB: Database,
    Option<Uuid>: for<'q> Encode<'q, DB> + Type<DB>,
    Option<Vec<u8>>: for<'q> Encode<'q, DB> + Type<DB>,
    Option<String>: for<'q> Encode<'q, DB> + Type<DB>,
    Option<i64>: for<'q> Encode<'q, DB> + Type<DB>,
{
    for cell in rows.into_iter().flatten() {
        query = match cell {
            Cell::Id(id) => query.bind(id),
            Cell::Bytes(bytes) => query.bind(bytes),
            Cell::Text(text) => query.bind(text),
            Cell::Number(number) => query.bind(number),
        };
    }
    query
}
