//! The size of requests: what is too large is refused before anything reads it, in the words of all other errors.

use axum::{
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::Response,
};
use tower_http::limit::RequestBodyLimitLayer;

use super::problem::Problem;
use crate::model::error::{Code, Error};

/// No request may carry more than this, in MiB: an imported agent is the largest thing that anybody sends.
const MOST_MIB: usize = 4;

/// Refuses what is too large. [`explain`] goes around it.
#[must_use]
pub fn layer() -> RequestBodyLimitLayer {
    RequestBodyLimitLayer::new(MOST_MIB * 1024 * 1024)
}

/// Says as a problem what the layer refused with a bare line.
pub async fn explain(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let bare = |response: &Response| {
        let kind = response.headers().get(header::CONTENT_TYPE);
        kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"))
    };
    if response.status() != StatusCode::PAYLOAD_TOO_LARGE || !bare(&response) {
        return response;
    }
    let detail = format!("The request is larger than {MOST_MIB} MiB, which nothing here needs.");
    Problem(Error::new(Code::PayloadTooLarge, detail)).at(&path)
}
