//! Looking after work that goes on: whether it should, and to the end of each look.

use std::{
    convert::Infallible,
    future::{Future, pending},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use super::failure::{Failure, Outcome};

/// Asks again and again whether something goes on, and calls `stop` once it does not. A look that fails changes nothing.
///
/// Each look is a task of its own, since whoever waits may leave in the middle: a transaction that is dropped while it
/// begins would stay open in the pool (launchbadge/sqlx#4393).
pub async fn stop_when_over<W>(every: Duration, stop: &CancellationToken, goes_on: impl Fn() -> W) -> Infallible
where
    W: Future<Output = Outcome<bool>> + Send + 'static,
{
    loop {
        tokio::time::sleep(every).await;
        match tokio::spawn(goes_on()).await.map_err(Failure::internal).flatten() {
            Ok(true) => {}
            Ok(false) => {
                stop.cancel();
                return pending().await;
            }
            Err(failure) => {
                let _ = failure.into_public();
            }
        }
    }
}
