//! What rows repeat of other rows for the sake of lists and searches, where a migration or a backup left it out.
//!
//! To add something: a function that fills what is empty and is quick when nothing is, and a line here.

use super::{conversations, db::Tx, faces, search_words};

/// Fills in everything that is missing. Runs after the migrations and after a backup was put back.
///
/// # Errors
/// The database's own failure.
pub(super) async fn fill(tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
    search_words::fill(tx).await?;
    faces::fill(tx).await?;
    conversations::fill(tx).await
}
