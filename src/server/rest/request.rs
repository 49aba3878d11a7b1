//! Reading requests: ids in the path, the query, and JSON bodies of a type. What does not fit is refused by the field's
//! name. An absent body counts as `{}`; a body of another type than JSON is refused.
//!
//! To add an operation's input: a type with `Deserialize` and `ToSchema` that denies unknown fields, taken as
//! [`Params`] or as the body of an [`Act`](super::idempotency::Act).

use axum::{
    body::Body,
    extract::{FromRequestParts, Path, Query},
    http::{HeaderMap, Method, header, request::Parts},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::refused;
use crate::{
    model::error::{Code, Error},
    server::web::problem::Problem,
};

/// No body is larger, save imported agents: a config of the greatest size fits, however it is escaped.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;

/// What the path names. What is not of the right form names nothing: `not_found`.
#[derive(Clone, Copy, Debug)]
pub struct InPath<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for InPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(named)) => Ok(Self(named)),
            Err(_) => Err(Problem(Error::not_found())),
        }
    }
}

/// The query.
#[derive(Clone, Copy, Debug)]
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        use std::error::Error as _;
        // Postgres cannot compare with it; no other text holds these three characters.
        if let Some(pair) = parts.uri.query().and_then(|query| query.split('&').find(|pair| pair.contains("%00"))) {
            let field = pair.split('=').next().filter(|name| !name.contains("%00")).unwrap_or("query");
            return Err(Problem(Error::field(field, NO_NUL)));
        }
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(query)) => Ok(Self(query)),
            Err(rejection) => Err(Problem(match rejection.source() {
                Some(cause) => refused::in_query(&cause),
                None => refused::in_query(&rejection.body_text()),
            })),
        }
    }
}

/// The bytes of a JSON body; nothing counts as `{}`.
///
/// # Errors
/// `unsupported_media_type`, `payload_too_large`.
pub async fn bytes(method: &Method, headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Problem> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Err(
            Error::new(Code::UnsupportedMediaType, "Send the body as it is, without a Content-Encoding.").into()
        );
    }
    let kind = headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or("?"));
    let patch = *method == Method::PATCH;
    if kind.is_some_and(|kind| !is_json(kind, patch)) {
        return Err(not_json());
    }
    let bytes = axum::body::to_bytes(body, MAX_BYTES)
        .await
        .map_err(|_| Error::new(Code::PayloadTooLarge, format!("The body may have at most {MAX_BYTES} bytes.")))?;
    if kind.is_none() && !bytes.is_empty() {
        return Err(not_json());
    }
    Ok(if bytes.is_empty() { b"{}".to_vec() } else { bytes.to_vec() })
}

/// Reads a body of a type.
///
/// # Errors
/// `invalid_request` for what is no JSON object, `validation_failed` for what does not fit.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| Error::new(Code::InvalidRequest, format!("The body is not JSON: {error}.")))?;
    if !value.is_object() {
        return Err(Error::new(Code::InvalidRequest, "The body must be a JSON object.").into());
    }
    if let Some(field) = nul_in(&value) {
        return Err(Error::field(if field.is_empty() { "body" } else { &field }, NO_NUL).into());
    }
    serde_path_to_error::deserialize(value)
        .map_err(|error| Problem(refused::refused(&error.path().to_string(), &error.inner().to_string())))
}

/// Postgres cannot store it anywhere in a text.
const NO_NUL: &str = "must not contain the NUL character";

/// The path to the first text with a NUL in it, or to the object with one in a name.
fn nul_in(value: &Value) -> Option<String> {
    let below = |step: String, rest: String| match rest.as_str() {
        "" => step,
        rest if rest.starts_with('[') => format!("{step}{rest}"),
        rest => format!("{step}.{rest}"),
    };
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(list) => {
            list.iter().enumerate().find_map(|(at, value)| Some(below(format!("[{at}]"), nul_in(value)?)))
        }
        Value::Object(map) => map.iter().find_map(|(key, value)| {
            if key.contains('\0') { Some(String::new()) } else { Some(below(key.clone(), nul_in(value)?)) }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn not_json() -> Problem {
    Error::new(Code::UnsupportedMediaType, "Send the body as application/json.").into()
}

fn is_json(kind: &str, patch: bool) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
        || (patch && kind.eq_ignore_ascii_case("application/merge-patch+json"))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Note {
        note: String,
        #[serde(default)]
        list: Vec<u8>,
    }

    async fn status(method: Method, kind: Option<&str>, body: &str) -> u16 {
        let mut headers = HeaderMap::new();
        if let Some(kind) = kind {
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
        }
        match bytes(&method, &headers, Body::from(body.to_owned())).await.and_then(|bytes| read::<Note>(&bytes)) {
            Ok(_) => 200,
            Err(problem) => problem.0.code.status(),
        }
    }

    #[tokio::test]
    async fn bodies_are_json_or_absent() {
        let json = Some("application/json; charset=utf-8");
        let good = r#"{"note": "x"}"#;
        assert_eq!(status(Method::POST, json, good).await, 200);
        for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonx")] {
            assert_eq!(status(Method::POST, kind, good).await, 415, "{kind:?}");
        }
        assert_eq!(status(Method::POST, Some("application/merge-patch+json"), good).await, 415);
        assert_eq!(status(Method::PATCH, Some("application/merge-patch+json"), good).await, 200);
        assert_eq!(status(Method::POST, Some("text/plain"), "").await, 415);
        assert_eq!(status(Method::POST, None, "").await, 422, "an absent body is {{}}, and note is missing");
        assert_eq!(status(Method::POST, json, "{").await, 400);
        assert_eq!(status(Method::POST, json, "[]").await, 400);
        assert_eq!(status(Method::POST, json, &format!("{{\"note\":\"{}\"}}", "x".repeat(MAX_BYTES))).await, 413);
    }

    #[test]
    fn the_wrong_field_is_named() {
        for (body, field) in [
            ("{}", "note"),
            (r#"{"note": 1}"#, "note"),
            (r#"{"note": "x", "admin": true}"#, "admin"),
            (r#"{"note": "x", "list": [1, "y"]}"#, "list[1]"),
            (r#"{"note": "a\u0000b"}"#, "note"),
            (r#"{"note": "x", "list": [{"b": ["", "\u0000"]}]}"#, "list[0].b[1]"),
            (r#"{"\u0000": 1}"#, "body"),
        ] {
            let error = read::<Note>(body.as_bytes()).unwrap_err().0;
            assert_eq!((error.code, error.errors[0].field.as_str()), (Code::ValidationFailed, field), "{body}");
        }
        let note: Note = read(br#"{"note": "x", "list": [7]}"#).unwrap();
        assert_eq!((note.note.as_str(), note.list), ("x", vec![7]));
    }
}
