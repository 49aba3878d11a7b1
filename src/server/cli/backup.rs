//! `galley backup FILE`: the whole database into one file, while the server runs.

use std::path::Path;

use super::{Stop, existing_database, say};
use crate::server::{
    clock::Clock,
    settings::{Options, secret_key},
    store::backup::{self, Counts},
};

/// Writes the backup and says what is in it, and what is not.
///
/// # Errors
/// When there is no database, or the file cannot be written; it is then as it was.
pub async fn run(options: &Options, file: &Path) -> Result<(), Stop> {
    let db = existing_database(options).await?;
    let counts = backup::take(&db, file, Clock::System.now()).await;
    db.close().await;
    let counts = counts.map_err(|error| Stop::Failed(format!("no backup was made: {error}")))?;
    say(format_args!("Backed up to {}: {}.", file.display(), summary(&counts)));
    let key = match options.database_file() {
        Some(database) => format!("GALLEY_SECRET_KEY, or {}", secret_key::path(&database).display()),
        None => "GALLEY_SECRET_KEY".to_owned(),
    };
    say(format_args!(
        "The secret key ({key}) is not in it. Keep it apart: without it providers' keys must be entered anew."
    ));
    Ok(())
}

/// "2 agents, 14 drafts, 3 releases, 5 accounts, 20 sessions (63 rows in all)".
pub fn summary(counts: &Counts) -> String {
    let of = |table: &str| counts.get(table).copied().unwrap_or(0);
    let named = ["agents", "drafts", "releases", "accounts", "sessions"].map(|table| format!("{} {table}", of(table)));
    format!("{} ({} rows in all)", named.join(", "), counts.values().sum::<u64>())
}
