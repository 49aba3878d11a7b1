//! An id for each request, in its answer and in every line of the log that it causes.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;
use uuid::Uuid;

/// The header that carries the id.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request an id and a span.
pub async fn trace(mut request: Request, next: Next) -> Response {
    // One that the client chose would let it write into the log.
    let id = Uuid::now_v7();
    let value = HeaderValue::from_str(&id.to_string()).ok();
    if let Some(value) = &value {
        request.headers_mut().insert(HEADER, value.clone());
    }
    let span = tracing::info_span!("request", %id, method = %request.method(), path = request.uri().path());
    async move {
        let mut response = next.run(request).await;
        if response.status().is_server_error() {
            tracing::warn!(status = response.status().as_u16(), "answered");
        } else {
            tracing::debug!(status = response.status().as_u16(), "answered");
        }
        if let Some(value) = value {
            response.headers_mut().insert(HEADER, value);
        }
        response
    }
    .instrument(span)
    .await
}
