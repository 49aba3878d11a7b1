//! What the pages before sign-in say to each other: how one may sign up, and why a form was refused.

use serde::{Deserialize, Serialize};

use super::{account::Role, error::Error};

/// How a visitor may sign up right now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUpWay {
    /// Nobody is here yet: whoever signs up makes the workspace and runs it.
    First,
    /// By the invitation that the link names.
    Invited {
        /// The workspace that it leads into.
        workspace: String,
        /// What the one who accepts will be.
        role: Role,
    },
    /// The link's invitation was used, taken back, has expired, or never was.
    DeadInvitation,
    /// Anybody may, and gets a workspace of their own.
    Open,
    /// Only with an invitation, and there is none.
    Closed,
}

/// What somebody typed into a form that was refused, and why: everything but the passwords.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    /// The address they typed.
    #[serde(default)]
    pub email: String,
    /// The name they typed.
    #[serde(default)]
    pub name: String,
    /// The workspace's name they typed, or the note of an invitation.
    #[serde(default)]
    pub workspace: String,
    /// Why it was refused.
    pub error: Option<Error>,
}

/// What a page before sign-in starts with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// How one may sign up.
    pub way: SignUpWay,
    /// What a plain form that was refused had in it.
    pub typed: Refused,
}

impl Refused {
    /// What is wrong with one field, if anything.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<String> {
        let errors = &self.error.as_ref()?.errors;
        errors.iter().find(|error| error.field == field).map(|error| error.message.clone())
    }

    /// What is wrong with the form as a whole, where no field is to blame.
    #[must_use]
    pub fn whole(&self) -> Option<String> {
        self.error.as_ref().filter(|error| error.errors.is_empty()).map(|error| error.detail.clone())
    }
}
