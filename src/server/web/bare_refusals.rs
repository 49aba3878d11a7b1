//! What the router and its layers refuse with a bare status, in the words of all other errors.

use axum::{
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::Response,
};
use tower_http::limit::RequestBodyLimitLayer;

use super::problem::{Problem, keep_headers};
use crate::model::error::{Code, Error};

/// No request may carry more than this, in MiB: an imported agent is the largest thing that anybody sends.
const MOST_MIB: usize = 4;

/// Refuses what is too large before anything reads it. [`explain`] goes around it.
#[must_use]
pub fn body_limit() -> RequestBodyLimitLayer {
    RequestBodyLimitLayer::new(MOST_MIB * 1024 * 1024)
}

/// Says as a problem what was refused without a word that anybody could use.
pub async fn explain(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    let bare = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let error = match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE if bare => {
            let detail = format!("The request is larger than {MOST_MIB} MiB, which nothing here needs.");
            Error::new(Code::PayloadTooLarge, detail)
        }
        StatusCode::METHOD_NOT_ALLOWED if bare => {
            Error::new(Code::MethodNotAllowed, "This address does not take this method.")
        }
        _ => return response,
    };
    let mut said = Problem(error).at(&path);
    // Such as which methods it does take.
    keep_headers(&mut said, response.headers());
    said
}
