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

/// Who shared an agent with a viewer who has this right on it: who gave the right, save where that was the viewer, who
/// then gave the agent away; then it is its owner. What one owns is not shared with one.
#[must_use]
pub fn shared_by(right: Option<Right>, granted_by: Option<Person>, viewer: Uuid, owner: &Person) -> Option<Person> {
    match right {
        Some(Right::User | Right::Editor) => {
            Some(granted_by.filter(|by| by.id != viewer).unwrap_or_else(|| owner.clone()))
        }
        Some(Right::Owner) | None => None,
    }
}

/// A row of the list of agents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentRow {
    /// The agent's id.
    pub id: Uuid,
    /// The draft's name; for who merely uses the agent the live release's, and empty where nothing is live.
    pub name: String,
    /// The description, of the same.
    pub description: String,
    /// The icon, of the same: one emoji or nothing.
    pub icon: String,
    /// The badge.
    pub status: Status,
    /// Whether there ever was a release.
    pub ever_released: bool,
    /// Whether somebody asked for the newest draft to be published, and nobody has decided yet. For those who may edit.
    pub approval_waits: bool,
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
    /// Who gave the caller that right; nobody where they own it, or have none of their own.
    pub shared_by: Option<Person>,
    /// When its draft, release or metadata last changed.
    pub updated_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_says_by_whom() {
        let person = |id: u128, name: &str| Person { id: Uuid::from_u128(id), name: name.to_owned() };
        let (ada, bob, me) = (person(1, "Ada"), person(2, "Bob"), Uuid::from_u128(3));
        for right in [Right::User, Right::Editor] {
            assert_eq!(shared_by(Some(right), Some(bob.clone()), me, &ada), Some(bob.clone()));
            assert_eq!(shared_by(Some(right), Some(bob.clone()), bob.id, &ada), Some(ada.clone()));
            assert_eq!(shared_by(Some(right), None, me, &ada), Some(ada.clone()), "by everyone's right");
        }
        assert_eq!(shared_by(Some(Right::Owner), Some(bob.clone()), me, &ada), None);
        assert_eq!(shared_by(None, None, me, &ada), None);
    }
}
