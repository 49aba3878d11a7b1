//! Taking a backup: one snapshot of the database into one file, while others go on reading and writing.

use std::path::Path;

use futures_util::{StreamExt, stream::BoxStream};
use sqlx::{AssertSqlSafe, ColumnIndex, Decode, Row, Type};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    BackupError, Counts,
    format::{self, Cell, FORMAT, Header, HeaderTable, Line},
    table::{Kind, Table},
    tables::TABLES,
};
use crate::{
    model::timestamp::Timestamp,
    server::{
        failure::{Failure, Outcome},
        store::{
            db::{Db, Engine},
            schema,
        },
    },
};

/// Rows that travel together.
const BATCH: usize = 256;

/// Writes the whole database to `path`; gives how many rows of each table.
///
/// # Errors
/// When the schema is not this Galley's, the database fails or the file cannot be written; `path` is then as it was.
pub async fn take(db: &Db, path: &Path, now: Timestamp) -> Result<Counts, BackupError> {
    let schema = schema::version(db).await?;
    let known = schema::known(db.engine());
    if schema != known {
        return Err(BackupError::Refused(format!(
            "the database has schema {schema} and this Galley works with {known}: back it up with the Galley that runs on \
             it, or bring it up to date with `galley migrate`"
        )));
    }
    let tables = TABLES.iter().map(|table| HeaderTable {
        name: table.name.to_owned(),
        columns: table.columns.iter().map(|(column, _)| (*column).to_owned()).collect(),
    });
    let engine = match db.engine() {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    let header =
        Header { galley_backup: FORMAT, schema, engine: engine.to_owned(), made_at: now, tables: tables.collect() };

    let (lines, received) = mpsc::channel(8);
    let path = path.to_owned();
    let writer = tokio::task::spawn_blocking(move || format::write(&path, received));
    let sent = send_all(db, header, lines).await;
    // A writer that failed says why; the sender would only say that nobody listened.
    let counts = writer.await.map_err(std::io::Error::other)?;
    match (counts, sent) {
        (Ok(counts), Ok(())) => Ok(counts),
        (_, Err(Unsent::Database(failure))) => Err(failure.into()),
        (Err(error), _) => Err(error.into()),
        (Ok(_), Err(Unsent::NobodyListens)) => Err(BackupError::Refused("the file was not finished".to_owned())),
    }
}

enum Unsent {
    NobodyListens,
    Database(Failure),
}

async fn send_all(db: &Db, header: Header, lines: mpsc::Sender<Line>) -> Result<(), Unsent> {
    let sent = db
        .read(|tx| {
            Box::pin(async move {
                if lines.send(Line::Header(header)).await.is_err() {
                    return Ok(false);
                }
                for table in TABLES {
                    let columns: Vec<_> = table.columns.iter().map(|(column, _)| *column).collect();
                    let (name, order) = (table.name, table.order);
                    let sql = AssertSqlSafe(format!("SELECT {} FROM {name} ORDER BY {order}", columns.join(", ")));
                    if !on!(tx, c => send_rows(table, sqlx::query(sql).fetch(c), &lines).await)? {
                        return Ok(false);
                    }
                }
                Ok(lines.send(Line::End).await.is_ok())
            })
        })
        .await
        .map_err(Unsent::Database)?;
    if sent { Ok(()) } else { Err(Unsent::NobodyListens) }
}

/// Gives `false` when nobody listens any more.
async fn send_rows<R>(
    table: &'static Table,
    rows: BoxStream<'_, Result<R, sqlx::Error>>,
    lines: &mpsc::Sender<Line>,
) -> Outcome<bool>
where
    R: Row,
    usize: ColumnIndex<R>,
    Uuid: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    String: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    i64: for<'r> Decode<'r, R::Database> + Type<R::Database>,
{
    let mut batches = rows.ready_chunks(BATCH);
    while let Some(batch) = batches.next().await {
        let mut cells = Vec::with_capacity(batch.len());
        for row in batch {
            let row = row?;
            let row = table.columns.iter().enumerate().map(|(index, (_, kind))| cell(&row, index, *kind));
            cells.push(row.collect::<Result<Vec<_>, _>>()?);
        }
        if lines.send(Line::Rows(table.name, cells)).await.is_err() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn cell<R>(row: &R, index: usize, kind: Kind) -> Result<Cell, sqlx::Error>
where
    R: Row,
    usize: ColumnIndex<R>,
    Uuid: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    String: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    i64: for<'r> Decode<'r, R::Database> + Type<R::Database>,
{
    Ok(match kind {
        Kind::Id => Cell::Id(row.try_get(index)?),
        Kind::Bytes => Cell::Bytes(row.try_get(index)?),
        Kind::Text => Cell::Text(row.try_get(index)?),
        Kind::Number => Cell::Number(row.try_get(index)?),
    })
}
