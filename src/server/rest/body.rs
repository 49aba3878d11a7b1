//! JSON bodies, read field by field: the type must be JSON, an absent body is `{}`, a field that is missing, wrong or not
//! known is refused by its name, and all of them at once.

use axum::{
    body::Body,
    http::{HeaderMap, header},
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    model::error::{Code, Error, FieldError},
    server::web::problem::Problem,
};

/// No body of these routes is larger: a message of the greatest length fits however it is escaped.
pub const MAX_BYTES: usize = 512 * 1024;

/// The fields of a body that were not asked for yet, and what is wrong with those that were.
#[derive(Debug, Default)]
pub struct Fields {
    rest: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// Reads a body.
    ///
    /// # Errors
    /// `unsupported_media_type`, `payload_too_large`, `invalid_request`.
    pub async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Problem> {
        let bytes = axum::body::to_bytes(body, MAX_BYTES)
            .await
            .map_err(|_| Error::new(Code::PayloadTooLarge, format!("The body may have at most {MAX_BYTES} bytes.")))?;
        let kind = headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or("?"));
        if !kind.map_or(bytes.is_empty(), is_json) {
            return Err(Error::new(Code::UnsupportedMediaType, "Send the body as application/json.").into());
        }
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(rest)) => Ok(Self { rest, errors: Vec::new() }),
            Ok(_) => Err(Error::new(Code::InvalidRequest, "The body must be a JSON object.").into()),
            Err(error) => Err(Error::new(Code::InvalidRequest, format!("The body is not JSON: {error}.")).into()),
        }
    }

    /// A text that must be there.
    pub fn text(&mut self, name: &str) -> String {
        match self.rest.remove(name) {
            Some(Value::String(text)) => return text,
            Some(_) => self.wrong(name, "must be a text"),
            None => self.wrong(name, "is required"),
        }
        String::new()
    }

    /// An id that must be there.
    pub fn id(&mut self, name: &str) -> Uuid {
        match self.rest.remove(name) {
            Some(Value::String(text)) => match text.parse() {
                Ok(id) => return id,
                Err(_) => self.wrong(name, "must be an id"),
            },
            Some(_) => self.wrong(name, "must be an id"),
            None => self.wrong(name, "is required"),
        }
        Uuid::nil()
    }

    /// A yes or no, if it is there; `null` counts as absent.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.rest.remove(name) {
            Some(Value::Bool(flag)) => return Some(flag),
            Some(Value::Null) | None => {}
            Some(_) => self.wrong(name, "must be true or false"),
        }
        None
    }

    /// Refuses what was found wrong, and the fields that nobody asked for.
    ///
    /// # Errors
    /// `validation_failed`.
    pub fn finish(mut self) -> Result<(), Problem> {
        let unknown: Vec<String> = self.rest.keys().cloned().collect();
        for name in unknown {
            self.wrong(&name, "is not a field of this request");
        }
        if self.errors.is_empty() { Ok(()) } else { Err(Error::invalid(self.errors).into()) }
    }

    fn wrong(&mut self, field: &str, message: &str) {
        self.errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
    }
}

fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(kind: Option<&str>, body: &str) -> Result<Fields, u16> {
        let mut headers = HeaderMap::new();
        if let Some(kind) = kind {
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
        }
        Fields::read(&headers, Body::from(body.to_owned())).await.map_err(|problem| problem.0.code.status())
    }

    #[tokio::test]
    async fn bodies_are_json_or_absent() {
        assert!(read(None, "").await.is_ok());
        assert!(read(Some("application/json; charset=utf-8"), "{}").await.is_ok());
        for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonx")] {
            assert_eq!(read(kind, "{}").await.err(), Some(415), "{kind:?}");
        }
        assert_eq!(read(Some("text/plain"), "").await.err(), Some(415));
        assert_eq!(read(Some("application/json"), "{").await.err(), Some(400));
        assert_eq!(read(Some("application/json"), "[]").await.err(), Some(400));
        let large = format!("{{\"content\":\"{}\"}}", "x".repeat(MAX_BYTES));
        assert_eq!(read(Some("application/json"), &large).await.err(), Some(413));
    }

    #[tokio::test]
    async fn every_wrong_field_is_named() {
        let body = r#"{"agent_id": "x", "draft_mode": 1, "stream": null, "admin": true}"#;
        let mut fields = read(Some("application/json"), body).await.unwrap();
        fields.id("agent_id");
        fields.flag("draft_mode");
        assert_eq!(fields.flag("stream"), None);
        fields.text("content");
        let error = fields.finish().unwrap_err().0;
        let named: Vec<&str> = error.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!((error.code.status(), named), (422, vec!["agent_id", "draft_mode", "content", "admin"]));
    }
}
