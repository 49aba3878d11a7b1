//! Running Galley: its command line, what the database itself refuses, backups, nodes that start together.

pub mod backup;
mod commands;
pub mod crash;
mod damaged_backup;
mod immutable;
mod migrations;
pub mod process;

use galley::server::store::backup::{
    self as backups, Counts,
    format::{self, Cell},
};

use crate::support::TestApp;

/// Every row that a backup keeps, in the backup's order.
pub type Rows = Vec<(&'static str, Vec<Cell>)>;

/// What is in the database, through a backup of it.
async fn rows(app: &TestApp) -> Rows {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rows");
    take(app, &file).await;
    read(&file)
}

async fn take(app: &TestApp, file: &std::path::Path) -> Counts {
    backups::take(&app.core.db, file, app.clock().now()).await.unwrap()
}

fn read(file: &std::path::Path) -> Rows {
    let mut rows = Vec::new();
    let keep = |section: &format::Section, row| {
        rows.push((section.table.name, row));
        Ok(())
    };
    format::read(file, keep).unwrap();
    rows
}
