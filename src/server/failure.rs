//! What a server operation fails with: the error that the outside may see, and the cause that it may not.

use std::error::Error as StdError;

use crate::model::error::{Code, Error};

/// An error for the outside, with its cause for the log.
#[derive(Debug)]
pub struct Failure {
    /// What the caller is told.
    pub public: Error,
    /// What the log is told, once, at the edge.
    pub cause: Option<Box<dyn StdError + Send + Sync>>,
}

/// What server operations answer.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// A fault of the server with its cause.
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            public: Error::new(Code::Internal, "Something failed on the server. Try again."),
            cause: Some(cause.into()),
        }
    }

    /// The same failure where a field of the request has another name than in the domain.
    #[must_use]
    pub fn of_field(mut self, name: &str, in_request: &str) -> Self {
        if self.public.errors.iter().any(|wrong| wrong.field == name) {
            let mut errors = std::mem::take(&mut self.public.errors);
            errors
                .iter_mut()
                .filter(|wrong| wrong.field == name)
                .for_each(|wrong| in_request.clone_into(&mut wrong.field));
            self.public = Error::invalid(errors);
        }
        self
    }

    /// Logs the cause, if there is one, and gives what may be shown. Called once, at the edge.
    #[must_use]
    pub fn into_public(self) -> Error {
        if let Some(cause) = &self.cause {
            tracing::error!(code = ?self.public.code, %cause, "request failed");
        }
        self.public
    }
}

impl From<Error> for Failure {
    fn from(public: Error) -> Self {
        Self { public, cause: None }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        failure.into_public()
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        let public = match &error {
            sqlx::Error::PoolTimedOut => Error {
                retry_after: Some(1),
                ..Error::new(Code::Busy, "Galley is too busy right now. Try again in a moment.")
            },
            // SQLITE_FULL is 13; disk_full of Postgres is 53100.
            sqlx::Error::Database(db) if matches!(db.code().as_deref(), Some("13" | "53100")) => {
                Error::new(Code::StorageFull, "The server's disk is full. Nothing was changed.")
            }
            _ => return Self::internal(error),
        };
        Self { public, cause: Some(Box::new(error)) }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}
