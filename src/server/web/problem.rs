//! Errors outside the pages: `application/problem+json` (RFC 9457).

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::model::error::{Code, Error};

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

/// The body of a problem, and the address that it is about.
#[must_use]
pub fn body(error: &Error, instance: Option<&str>) -> Value {
    let Error { code, detail, errors, more, .. } = error;
    let mut body = json!({
        "type": "about:blank", "title": title(status(error)), "status": error.status(), "detail": detail, "code": code
    });
    if let Some(body) = body.as_object_mut() {
        body.extend(more.clone());
        if !errors.is_empty() {
            body.insert("errors".to_owned(), json!(errors));
        }
        if let Some(instance) = instance {
            body.insert("instance".to_owned(), json!(instance));
        }
        if *code == Code::NoPublishedVersion {
            body.insert("hint".to_owned(), json!("Publish a release of this agent first."));
        }
    }
    body
}

/// The answer where there is nothing.
pub async fn nowhere() -> Problem {
    Problem(Error::not_found())
}

/// Gives an answer that was written anew what the first one said besides its body, such as that it was given before.
pub fn keep_headers(response: &mut Response, headers: &HeaderMap) {
    let said: Vec<HeaderName> = response.headers().keys().cloned().collect();
    let kept = headers.iter().filter(|(name, _)| *name != header::CONTENT_LENGTH && !said.contains(name));
    for (name, value) in kept {
        response.headers_mut().append(name, value.clone());
    }
}

/// What an error says in the headers of its answer, in whatever words the body is.
pub fn headers(error: &Error, headers: &mut HeaderMap) {
    if error.code == Code::Unauthorized {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = error.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

fn status(error: &Error) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn title(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Error")
}

impl Problem {
    /// The answer to a request for `instance`. The error goes along as [`Problem::into_response`] says.
    #[must_use]
    pub fn at(self, instance: &str) -> Response {
        let error = self.0.clone();
        let mut response = self.answer(Some(instance));
        response.extensions_mut().insert(error);
        response
    }

    fn answer(self, instance: Option<&str>) -> Response {
        let mut response = (status(&self.0), body(&self.0, instance).to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self::headers(&self.0, headers);
        response
    }
}

impl IntoResponse for Problem {
    /// The error goes along in the extensions, so that a layer that knows the address can write it again with it.
    fn into_response(self) -> Response {
        let error = self.0.clone();
        let mut response = self.answer(None);
        response.extensions_mut().insert(error);
        response
    }
}
