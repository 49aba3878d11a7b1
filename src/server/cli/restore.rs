//! `galley restore FILE`: the database becomes what the file holds, while the server runs.

use std::path::Path;

use super::{Stop, backup::summary, database, say};
use crate::server::{
    settings::Options,
    store::{backup, checkup, schema},
};

/// Puts the backup back and says what was in it.
///
/// # Errors
/// When the file is not whole, or the database holds agents and nobody said yes; nothing is changed then.
pub async fn run(options: &Options, file: &Path, yes: bool) -> Result<(), Stop> {
    let db = database(options).await?;
    db.migrate().await.map_err(|error| Stop::Failed(schema::explain(&error)))?;
    let agents = db.read(|tx| Box::pin(async move { Ok(checkup::agents(tx).await?) })).await.map_err(Stop::server)?;
    if agents > 0 && !yes {
        return Err(Stop::Failed(format!(
            "the database holds {agents} agents, which a restore would replace. Back it up with `galley backup`, then \
             restore with --yes"
        )));
    }
    let contents = backup::put_back(&db, file).await;
    db.close().await;
    let contents = contents.map_err(|error| Stop::Failed(format!("nothing was restored: {error}")))?;
    let header = &contents.header;
    say(format_args!("Restored {} of {}: {}.", file.display(), header.made_at, summary(&contents.counts)));
    say("Everybody signs in again. Providers' keys open with the secret key of the Galley that was backed up.");
    Ok(())
}
