//! Releases and what is live: immutable snapshots, and the history of the pointer.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    account::Person,
    approval::ApprovalState,
    compile::Compiled,
    config::ConfigHash,
    error::FieldError,
    revision::{NotARevision, RevisionRef},
    timestamp::Timestamp,
};

/// A release's note has at most this many Unicode scalar values.
pub const MAX_NOTE: usize = 100;
/// The reason of a roll back has at most this many Unicode scalar values.
pub const MAX_REASON: usize = 300;

/// The toast of a publish that made a release.
pub const PUBLISHED: &str = "Release created successfully";
/// The toast of a publish that found nothing new.
pub const NOTHING_NEW: &str = "No new release was published since the agent didn’t change. Make changes to your agent and \
                               try publishing again.";

/// An immutable, numbered snapshot of a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Version)]
pub struct Release {
    /// The revision's id.
    pub id: Uuid,
    /// The agent it is of.
    pub agent_id: Uuid,
    /// Its number: 1, 2, … without a gap and never used again.
    pub version: i64,
    /// What the author said of it, at most [`MAX_NOTE`] scalar values.
    pub note: String,
    /// The save that it froze.
    pub draft_id: Uuid,
    /// That save's number.
    pub draft_number: i64,
    /// SHA-256 of the canonical config.
    pub config_hash: ConfigHash,
    /// SHA-256 of what the compiler made of it.
    pub compiled_hash: ConfigHash,
    /// The compiler's version.
    pub compiler: i64,
    /// Whether all new traffic gets it.
    pub live: bool,
    /// When it was deleted; it stays listed.
    pub deleted_at: Option<Timestamp>,
    /// When it was published.
    pub published_at: Timestamp,
    /// Who published it.
    pub published_by: Person,
}

/// A release by either of its names: `v3`, or its id. A bare number is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseName {
    /// Its number.
    Version(i64),
    /// Its id.
    Id(Uuid),
}

impl FromStr for ReleaseName {
    type Err = NotARevision;

    fn from_str(text: &str) -> Result<Self, NotARevision> {
        match text.parse() {
            Ok(RevisionRef::Release(version)) => Ok(Self::Version(version)),
            Ok(RevisionRef::Draft(_)) => Err(NotARevision),
            Err(error) => text.parse().map(Self::Id).map_err(|_| error),
        }
    }
}

impl From<i64> for ReleaseName {
    fn from(version: i64) -> Self {
        Self::Version(version)
    }
}

impl From<Uuid> for ReleaseName {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

/// A release with what was compiled for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CompiledRelease {
    /// The release.
    pub release: Release,
    /// What answers when it is live; nothing when the release was deleted.
    pub compiled: Option<Compiled>,
}

/// What moved the pointer, or took a release away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LiveEventKind {
    /// A new release went live.
    Publish,
    /// An earlier release went live again.
    Rollback,
    /// Nothing is live any more.
    Unpublish,
    /// A release was deleted, or the agent was.
    Delete,
    /// The agent came back from the trash.
    Restore,
}

impl LiveEventKind {
    const ALL: [Self; 5] = [Self::Publish, Self::Rollback, Self::Unpublish, Self::Delete, Self::Restore];

    /// The word in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Rollback => "rollback",
            Self::Unpublish => "unpublish",
            Self::Delete => "delete",
            Self::Restore => "restore",
        }
    }

    /// Reads [`LiveEventKind::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One entry of the history of what is live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LiveEvent {
    /// The event's id.
    pub id: Uuid,
    /// What was done.
    pub kind: LiveEventKind,
    /// The release that it was done to.
    pub version: Option<i64>,
    /// What was live before.
    pub previous_version: Option<i64>,
    /// Why.
    pub reason: String,
    /// Who did it.
    pub by: Person,
    /// Through which door: page, api, cli.
    pub via: String,
    /// When.
    pub at: Timestamp,
}

/// What a publish came to. Refusals are values, so that a page can show them without losing anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", content = "of", rename_all = "snake_case")]
pub enum Published {
    /// A new release is live.
    Released(Box<Release>),
    /// The revision that was named is a release already, and that is live.
    RolledBack(Box<Release>),
    /// The draft equals what is live.
    NoChanges,
    /// Somebody saved in between: the draft that the person saw is not the draft any more.
    Race {
        /// The draft's number now.
        current: i64,
        /// Who saved it.
        saved_by: Person,
    },
    /// The config has a blocking error.
    Blocked(Vec<FieldError>),
    /// A second person has to approve the draft first.
    Unapproved(ApprovalState),
}

impl Published {
    /// What the toast says of it.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Released(_) => PUBLISHED.to_owned(),
            Self::RolledBack(release) => format!("v{} is live", release.version),
            Self::NoChanges => NOTHING_NEW.to_owned(),
            Self::Race { current, saved_by } => format!(
                "Nothing was published: {} saved draft {current} meanwhile. Look at it, then publish again.",
                saved_by.name
            ),
            Self::Blocked(errors) => {
                let first = errors.first().map(|error| format!(" {}: {}", error.field, error.message));
                format!("Nothing was published: the draft has an error.{}", first.unwrap_or_default())
            }
            Self::Unapproved(approval) => {
                format!("Nothing was published. {}", approval.missing().unwrap_or_default())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_named_by_number_or_id() {
        assert_eq!("v3".parse(), Ok(ReleaseName::Version(3)));
        assert_eq!(Uuid::from_u128(7).to_string().parse(), Ok(ReleaseName::Id(Uuid::from_u128(7))));
        for text in ["", "3", "d3", "v", "v3 ", "draft", "live"] {
            assert_eq!(text.parse::<ReleaseName>(), Err(NotARevision), "{text}");
        }
    }

    #[test]
    fn every_refusal_reaches_the_page() {
        let person = Person { id: Uuid::from_u128(1), name: "Ada".into() };
        for refusal in [
            Published::NoChanges,
            Published::Race { current: 4, saved_by: person },
            Published::Blocked(vec![FieldError::new("model", "Choose one.")]),
            Published::Unapproved(ApprovalState::Missing { lapsed: Some(3) }),
        ] {
            let sent = serde_json::to_string(&refusal).unwrap();
            assert_eq!(serde_json::from_str::<Published>(&sent).unwrap(), refusal, "{sent}");
        }
    }
}
