//! What went wrong, as the outside may know it: a code, a sentence, and the fields at fault.
//!
//! The cause of a failure cannot cross the wire because this type has no room for it (see `server::failure`).

use leptos::server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

pub use super::field_error::FieldError;

/// The kind of an error: a stable code and its HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request cannot be read.
    InvalidRequest,
    /// Nobody is signed in, or the credentials are wrong.
    Unauthorized,
    /// Signed in, but not allowed.
    Forbidden,
    /// A browser sent an API key, which belongs into no page.
    BrowserOrigin,
    /// This way to the agent is switched off.
    ChannelOff,
    /// There is no such thing, or it is not the caller's to see.
    NotFound,
    /// The agent has no live release.
    NoPublishedVersion,
    /// Publishing would change nothing.
    NoChanges,
    /// The draft has moved on and the changes touch.
    DraftConflict,
    /// Another save or publish came in between.
    PublishRace,
    /// A second person has to approve the draft first.
    ApprovalRequired,
    /// There is nothing to approve, or it was decided before.
    ApprovalClosed,
    /// The live release cannot be deleted.
    ReleaseIsLive,
    /// The conversation is over.
    SessionEnded,
    /// The conversation's last message is still being answered.
    AnswerInProgress,
    /// A request with this idempotency key is still being done.
    IdempotencyInProgress,
    /// The idempotency key was used for another request.
    IdempotencyMismatch,
    /// The request has to say which state it is about.
    PreconditionRequired,
    /// Some field is missing or wrong.
    ValidationFailed,
    /// The content type is not one that this route takes.
    UnsupportedMediaType,
    /// The body is larger than this route takes.
    PayloadTooLarge,
    /// Too many attempts; wait.
    RateLimited,
    /// The model's provider failed.
    UpstreamFailed,
    /// The server is too busy for this now.
    Busy,
    /// The disk is full.
    StorageFull,
    /// The method is not one that this route takes.
    MethodNotAllowed,
    /// A fault of the server.
    Internal,
}

impl Code {
    /// The HTTP status of the code.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden | Self::BrowserOrigin | Self::ChannelOff => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::NoPublishedVersion
            | Self::NoChanges
            | Self::DraftConflict
            | Self::PublishRace
            | Self::ApprovalRequired
            | Self::ApprovalClosed
            | Self::ReleaseIsLive
            | Self::SessionEnded
            | Self::AnswerInProgress
            | Self::IdempotencyInProgress => 409,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::ValidationFailed | Self::IdempotencyMismatch => 422,
            Self::PreconditionRequired => 428,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::UpstreamFailed => 502,
            Self::Busy => 503,
            Self::StorageFull => 507,
        }
    }
}

/// An error that may be shown: to a person as `detail`, to a program as `code` and `errors`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{detail}")]
pub struct Error {
    /// The stable code.
    pub code: Code,
    /// One plain sentence.
    pub detail: String,
    /// The fields at fault, if any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Seconds to wait before another try makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// Another HTTP status than the code's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What else a program needs to know, by name.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub more: Map<String, Value>,
}

impl Error {
    /// An error of this code with this sentence.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), retry_after: None, status: None, more: Map::new() }
    }

    /// The HTTP status that says it.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.unwrap_or(self.code.status())
    }

    /// The answer for what is not there and for what is not the caller's: one and the same.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "There is nothing here, or it is not yours to see.")
    }

    /// The answer when nobody is signed in.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(Code::Unauthorized, "Sign in first.")
    }

    /// A program came without its key.
    #[must_use]
    pub fn keyless() -> Self {
        Self::new(Code::Unauthorized, "Send an API key: `Authorization: Bearer gk_live_...`.")
    }

    /// The answer when the right is missing.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(Code::Forbidden, detail)
    }

    /// The answer to invalid fields; the sentence names the first of them.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [] => "Something in the request is not valid.".to_owned(),
            [one] => format!("{}: {}", one.field, one.message),
            [first, rest @ ..] => format!("{}: {} (and {} more)", first.field, first.message, rest.len()),
        };
        Self { errors, ..Self::new(Code::ValidationFailed, detail) }
    }

    /// Refuses a text of more than `most` Unicode scalar values.
    ///
    /// # Errors
    /// `validation_failed`, with the field's name.
    pub fn limit(field: &str, text: &str, most: usize) -> Result<(), Self> {
        match text.chars().count() {
            count if count > most => Err(Self::field(field, format!("at most {most} characters, this has {count}"))),
            _ => Ok(()),
        }
    }

    /// The answer to one invalid field.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError { field: field.into(), message: message.into() }])
    }
}

impl FromServerFnError for Error {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => {
                Self::new(Code::Busy, "Galley cannot be reached. Check the connection and try again.")
            }
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::new(Code::InvalidRequest, format!("The request cannot be read: {error}"))
            }
            _ => Self::new(Code::Internal, "Something failed on the server. Try again."),
        }
    }
}
