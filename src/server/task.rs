//! Work that ends even when nobody waits for it any more.

use std::future::Future;

use super::failure::{Failure, Outcome};

/// Does `work` in a task of its own. Whoever waits may leave in the middle: a transaction that is dropped while it begins
/// would stay open in the pool (launchbadge/sqlx#4393).
///
/// # Errors
/// What `work` fails with; `internal` when it panics.
pub async fn to_its_end<T: Send + 'static>(work: impl Future<Output = Outcome<T>> + Send + 'static) -> Outcome<T> {
    tokio::spawn(work).await.map_err(Failure::internal)?
}
