//! Backups: one file that holds the whole database and goes back into either engine.
//!
//! The file is gzip over lines of JSON, so that it can be read without Galley:
//!
//! ```text
//! {"galley_backup":1,"schema":2,"engine":"sqlite","made_at":"…","tables":[{"name":"workspaces","columns":["id",…]},…]}
//! ["workspaces",["0199…","Workshop",1795327200000000]]        one line a row, tables in foreign-key order
//! {"end":{"rows":{"workspaces":1,…},"sha256":"…"}}            the hash is of all lines before this one
//! ```
//!
//! Ids are written as UUIDs, bytes as base64, moments as microseconds. Left out is what the other engine does not have
//! (`agents.seq`, `agents.search`), what is made again (`agents.status`, `agents.words`, the search index), and what belongs
//! to the moment (`sign_ins`, `throttles`). The secret key is not in the database, so it is not here either.
//!
//! [`tables`] lists what is kept, and a test compares it with the database: a new table or column goes there.
//! [`mod@format`] writes and reads the file, [`mod@take`] and [`mod@put_back`] move rows between it and the database.

pub mod format;
mod put_back;
pub mod table;
pub mod tables;
mod take;

use std::collections::BTreeMap;

pub use self::{put_back::put_back, take::take};

/// How many rows of each table.
pub type Counts = BTreeMap<String, u64>;

/// Why a backup was not made or not put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file is not one that can be put back; the database is as it was.
    #[error("{0}")]
    Refused(String),
    /// The file could not be written or read.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// The database failed.
    #[error("{}", .0.cause.as_ref().map_or_else(|| .0.public.detail.clone(), ToString::to_string))]
    Database(crate::server::failure::Failure),
}

impl From<crate::server::failure::Failure> for BackupError {
    fn from(failure: crate::server::failure::Failure) -> Self {
        Self::Database(failure)
    }
}
