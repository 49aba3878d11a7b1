//! What an operation answers, before it is a response: it can be stored under an idempotency key and given again.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::stream::receipt_header;
use crate::{
    model::{error::Error, session::Receipt},
    server::{failure::Outcome, web::problem},
};

/// The header that says what produced an answer.
pub const RECEIPT: HeaderName = HeaderName::from_static("galley-receipt");

/// An answer as data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Body,
}

/// What an answer carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
enum Body {
    Nothing,
    Json(Value),
    Problem(Error),
}

impl Reply {
    /// 200 with a body.
    ///
    /// # Errors
    /// When the body cannot be JSON.
    pub fn ok(body: &impl Serialize) -> Outcome<Self> {
        Self::with(StatusCode::OK, body)
    }

    /// 201 with what was made.
    ///
    /// # Errors
    /// When the body cannot be JSON.
    pub fn created(body: &impl Serialize) -> Outcome<Self> {
        Self::with(StatusCode::CREATED, body)
    }

    /// Any status with a body.
    ///
    /// # Errors
    /// When the body cannot be JSON.
    pub fn with(status: StatusCode, body: &impl Serialize) -> Outcome<Self> {
        Ok(Self { status: status.as_u16(), headers: Vec::new(), body: Body::Json(serde_json::to_value(body)?) })
    }

    /// 204.
    #[must_use]
    pub fn nothing() -> Self {
        Self { status: 204, headers: Vec::new(), body: Body::Nothing }
    }

    /// A refusal.
    #[must_use]
    pub fn problem(error: Error) -> Self {
        Self { status: error.status(), headers: Vec::new(), body: Body::Problem(error) }
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn header(mut self, name: &HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name.as_str().to_owned(), value.into()));
        self
    }

    /// The same answer with what produced it in a header.
    #[must_use]
    pub fn receipt(self, receipt: &Receipt) -> Self {
        match receipt_header(receipt).as_ref().map(HeaderValue::to_str) {
            Some(Ok(text)) => self.header(&RECEIPT, text),
            Some(Err(_)) | None => self,
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Body::Nothing => ().into_response(),
            Body::Json(body) => axum::Json(body).into_response(),
            Body::Problem(error) => problem::Problem(error).into_response(),
        };
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.insert(name, value);
            }
        }
        response
    }
}
