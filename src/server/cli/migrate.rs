//! `galley migrate`: makes the database or brings it up to date.

use super::{Stop, database, say};
use crate::server::{settings::Options, store::schema};

/// Migrates and says what the schema's version is.
///
/// # Errors
/// When the database cannot be opened or brought up to date.
pub async fn run(options: &Options) -> Result<(), Stop> {
    let db = database(options).await?;
    let before = schema::version(&db).await.map_err(Stop::server)?;
    db.migrate().await.map_err(|error| Stop::Failed(schema::explain(&error)))?;
    let after = schema::version(&db).await.map_err(Stop::server)?;
    db.close().await;
    match (before, after) {
        (before, after) if before == after => say(format_args!("The database is up to date (schema {after}).")),
        (0, after) => say(format_args!("The database is made (schema {after}).")),
        (before, after) => say(format_args!("The database is brought up to date (schema {before} to {after}).")),
    }
    Ok(())
}
