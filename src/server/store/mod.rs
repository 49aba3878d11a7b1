//! The only SQL: one file per noun, plus `db` (pools and transactions).
//!
//! Every function takes the transaction and the workspace, lists its columns, and answers `Ok(None)` for what is absent.
//! One SQL text with `$1` serves both engines; where they differ, both texts stand side by side in the file of the noun.
//! To add a noun: a table in `migrations/sqlite` and `migrations/postgres`, and a file here.

#[macro_use]
pub mod db;
#[macro_use]
mod sql_text;

pub mod accounts;
pub mod agent_choices;
pub mod agent_list;
mod agent_list_row;
pub mod agent_tags;
pub mod agents;
pub mod api_keys;
pub mod approvals;
pub mod audit;
pub mod backup;
pub mod channels;
pub mod checkup;
pub mod configs;
pub mod conversations;
mod derived;
pub mod drafts;
pub mod faces;
pub mod favourites;
pub mod grants;
pub mod idempotency;
pub mod invitations;
pub mod links;
pub mod live;
pub mod memberships;
pub mod messages;
pub mod pinned;
pub mod pools;
pub mod providers;
pub mod releases;
pub mod reset_links;
pub mod runs;
pub mod save_attempts;
pub mod schema;
pub mod search_words;
pub mod sessions;
pub mod sign_ins;
pub mod throttles;
pub mod trash;
pub mod usable_agents;
pub mod workspaces;

use crate::model::config::ConfigHash;

/// A hash as a column keeps it.
fn hash(bytes: &[u8]) -> Result<ConfigHash, sqlx::Error> {
    ConfigHash::try_from(bytes).map_err(|_| unreadable("hash"))
}

/// The failure of a row that holds what Galley never writes.
fn unreadable(column: &'static str) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: "not a value that Galley writes".into() }
}
