//! An agent as lists and pages show it: its badge, owner, tags, and what the caller may do with it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{account::Person, timestamp::Timestamp};

/// The badge: how the draft stands to what is live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing is live.
    Draft,
    /// A release is live and the draft equals it.
    Published,
    /// A release is live and the draft differs.
    UnpublishedChanges,
}

impl Status {
    /// Every status, in the order of the filter.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Published, Self::UnpublishedChanges];

    /// The word in the database, the API and the URL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::UnpublishedChanges => "unpublished_changes",
        }
    }

    /// Reads [`Status::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// The badge's words; an agent that was released once and is no longer live says so.
    #[must_use]
    pub const fn label(self, ever_released: bool) -> &'static str {
        match self {
            Self::Draft if ever_released => "Draft (unpublished)",
            Self::Draft => "Draft",
            Self::Published => "Published",
            Self::UnpublishedChanges => "Unpublished Changes",
        }
    }
}

/// A right on one agent, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Talks to what is live.
    User,
    /// Edits the draft and publishes.
    Editor,
    /// Shares and deletes too.
    Owner,
}

impl Right {
    /// The word in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Editor => "editor",
            Self::Owner => "owner",
        }
    }

    /// Reads [`Right::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "user" => Some(Self::User),
            "editor" => Some(Self::Editor),
            "owner" => Some(Self::Owner),
            _ => None,
        }
    }
}

/// A row of the list of agents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentRow {
    /// The agent's id.
    pub id: Uuid,
    /// The draft's name.
    pub name: String,
    /// The draft's description.
    pub description: String,
    /// The draft's icon: one emoji or nothing.
    pub icon: String,
    /// The badge.
    pub status: Status,
    /// Whether there ever was a release.
    pub ever_released: bool,
    /// The number of the newest draft.
    pub draft_number: i64,
    /// The live release's number.
    pub live_version: Option<i64>,
    /// Who owns it.
    pub owner: Person,
    /// Its tags, in alphabetical order.
    pub tags: Vec<String>,
    /// The caller's right on it; an admin sees agents that they have none on.
    pub right: Option<Right>,
    /// When its draft, release or metadata last changed.
    pub updated_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}
