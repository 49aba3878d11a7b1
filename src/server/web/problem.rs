//! Errors outside the pages: `application/problem+json` (RFC 9457).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::model::error::Error;

/// An error as an answer.
#[derive(Clone, Debug)]
pub struct Problem(pub Error);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<crate::server::failure::Failure> for Problem {
    fn from(failure: crate::server::failure::Failure) -> Self {
        Self(failure.into_public())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Error { code, detail, errors, retry_after } = self.0;
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let title = status.canonical_reason().unwrap_or("Error");
        let mut body =
            json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail, "code": code });
        if let (Some(body), false) = (body.as_object_mut(), errors.is_empty()) {
            body.insert("errors".to_owned(), json!(errors));
        }
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
