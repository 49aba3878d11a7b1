//! Each request runs in a task of its own: a client that hangs up must not cancel work half way, nor leave an open
//! transaction in the pool.

use axum::{
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::Instrument;

/// The outermost layer.
pub async fn own_task(request: Request, next: Next) -> Response {
    let work = next.run(request).instrument(tracing::Span::current());
    match tokio::spawn(work).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "a request panicked");
            (StatusCode::INTERNAL_SERVER_ERROR, "Something failed on the server. Try again.\n").into_response()
        }
    }
}
