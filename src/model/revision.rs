//! Naming a revision: in a URL `v3` for a release and `d12` for a save, in the API by its id too.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{account::Person, config::Config, config::ConfigHash, timestamp::Timestamp};

/// A revision by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum RevisionRef {
    /// The save with this number.
    Draft(i64),
    /// The release with this number.
    Release(i64),
}

/// The text names no revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected v3 for a release or d12 for a save")]
pub struct NotARevision;

impl FromStr for RevisionRef {
    type Err = NotARevision;

    fn from_str(text: &str) -> Result<Self, NotARevision> {
        let (kind, digits) = text.split_at_checked(1).ok_or(NotARevision)?;
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotARevision);
        }
        let number = digits.parse().map_err(|_| NotARevision)?;
        match kind {
            "v" => Ok(Self::Release(number)),
            "d" => Ok(Self::Draft(number)),
            _ => Err(NotARevision),
        }
    }
}

impl fmt::Display for RevisionRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Draft(number) => write!(f, "d{number}"),
            Self::Release(version) => write!(f, "v{version}"),
        }
    }
}

impl From<RevisionRef> for String {
    fn from(revision: RevisionRef) -> Self {
        revision.to_string()
    }
}

impl TryFrom<String> for RevisionRef {
    type Error = NotARevision;

    fn try_from(text: String) -> Result<Self, NotARevision> {
        text.parse()
    }
}

impl RevisionRef {
    /// What people call it: "v3" or "Draft 12".
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Draft(number) => format!("Draft {number}"),
            Self::Release(version) => format!("v{version}"),
        }
    }
}

/// A revision by any of its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RevisionName {
    /// The newest save: `draft`.
    Draft,
    /// What is live: `live`.
    Live,
    /// By number: `v3`, `d12`.
    Number(RevisionRef),
    /// By the id of a save or of a release.
    Id(Uuid),
}

/// The text names no revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected v3 for a release, d12 for a save, the id of either, draft or live")]
pub struct NotARevisionName;

impl FromStr for RevisionName {
    type Err = NotARevisionName;

    fn from_str(text: &str) -> Result<Self, NotARevisionName> {
        match text {
            "draft" => Ok(Self::Draft),
            "live" => Ok(Self::Live),
            _ => text.parse().map(Self::Number).or_else(|_| text.parse().map(Self::Id)).map_err(|_| NotARevisionName),
        }
    }
}

impl From<RevisionRef> for RevisionName {
    fn from(number: RevisionRef) -> Self {
        Self::Number(number)
    }
}

impl From<Uuid> for RevisionName {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

/// A revision with its config, as a page shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// Which one.
    pub name: RevisionRef,
    /// The revision's id.
    pub id: Uuid,
    /// SHA-256 of the canonical config.
    pub config_hash: ConfigHash,
    /// What it holds.
    pub config: Config,
    /// Who saved or published it.
    pub by: Person,
    /// When.
    pub at: Timestamp,
}

/// Two revisions side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The one before.
    pub from: Revision,
    /// The one after.
    pub to: Revision,
    /// What differs, in the order of the page.
    pub changes: Vec<super::diff::Change>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        for text in ["v1", "d12"] {
            assert_eq!(text.parse::<RevisionRef>().unwrap().to_string(), text);
        }
        for text in ["", "v", "3", "x3", "v-1", "v+1", "v 1", "é1", "v99999999999999999999"] {
            assert_eq!(text.parse::<RevisionRef>(), Err(NotARevision), "{text}");
            assert_eq!(text.parse::<RevisionName>(), Err(NotARevisionName), "{text}");
        }
    }

    #[test]
    fn a_revision_has_several_names() {
        let id = Uuid::from_u128(7);
        for (text, name) in [
            ("draft", RevisionName::Draft),
            ("live", RevisionName::Live),
            ("v3", RevisionName::Number(RevisionRef::Release(3))),
            ("d12", RevisionName::Number(RevisionRef::Draft(12))),
            (id.to_string().as_str(), RevisionName::Id(id)),
        ] {
            assert_eq!(text.parse(), Ok(name));
        }
    }
}
