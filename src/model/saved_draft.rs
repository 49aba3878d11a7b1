//! A save: the numbered, immutable row of a draft, and what a Save came to.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    account::Person,
    config::{Config, ConfigHash},
    error::FieldError,
    merge::{Choice, FieldConflict},
    timestamp::Timestamp,
};

/// How a save came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The first save of a new agent.
    Create,
    /// A Save.
    Save,
    /// A Save into which somebody else's was merged.
    Merge,
    /// An earlier revision brought back.
    Restore,
    /// The first save of an imported agent.
    Import,
    /// The first save of a copy.
    Duplicate,
}

impl Origin {
    const ALL: [Self; 6] = [Self::Create, Self::Save, Self::Merge, Self::Restore, Self::Import, Self::Duplicate];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Save => "save",
            Self::Merge => "merge",
            Self::Restore => "restore",
            Self::Import => "import",
            Self::Duplicate => "duplicate",
        }
    }

    /// Reads [`Origin::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.as_str() == text)
    }
}

/// A save, without its config.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DraftInfo {
    /// The revision's id.
    pub revision_id: Uuid,
    /// Its number: 1, 2, …; the highest is the draft.
    pub number: i64,
    /// SHA-256 of the canonical config.
    pub config_hash: ConfigHash,
    /// How it came to be.
    pub origin: Origin,
    /// When.
    pub saved_at: Timestamp,
    /// By whom.
    pub saved_by: Person,
}

/// A save with its config.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The save.
    #[serde(flatten)]
    pub info: DraftInfo,
    /// What it holds.
    pub config: Config,
}

/// What a Save came to. Refusals are values, so that a page can show them without losing anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum SaveOutcome {
    /// The next draft is there.
    Saved(Box<Saved>),
    /// The form equals the draft.
    Nothing {
        /// The draft's number.
        number: i64,
    },
    /// Some field is not valid; nothing was saved.
    Invalid {
        /// The fields at fault.
        errors: Vec<FieldError>,
    },
    /// Somebody else's save touches this one; nobody was overwritten.
    Conflict(Box<SaveConflict>),
}

impl SaveOutcome {
    /// What a toast says of it.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Saved(saved) if saved.took_in.is_empty() => format!("Saved as draft {}", saved.draft.info.number),
            Self::Saved(saved) => {
                format!(
                    "Saved as draft {}, with others’ changes to {}",
                    saved.draft.info.number,
                    saved.took_in.join(", ")
                )
            }
            Self::Nothing { number } => format!("Nothing to save: draft {number} says the same already"),
            Self::Invalid { errors } => match errors.as_slice() {
                [one] => format!("Not saved: one field needs a correction ({})", one.field),
                many => format!("Not saved: {} fields need a correction", many.len()),
            },
            Self::Conflict(conflict) => {
                format!("Not saved: {} changed the same place meanwhile", conflict.saved_by.name)
            }
        }
    }
}

/// A Save that was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// The agent.
    pub agent_id: Uuid,
    /// The draft as it is now, other people's changes taken in.
    pub draft: Draft,
    /// What was taken in from saves in between, as field labels.
    pub took_in: Vec<String>,
}

/// Two saves that touch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SaveConflict {
    /// The draft that this Save started from.
    pub base: i64,
    /// The draft now.
    pub current: i64,
    /// Who saved it.
    pub saved_by: Person,
    /// Each field that both changed.
    pub conflicts: Vec<FieldConflict>,
}

/// The side that the author takes for one field in conflict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChoice {
    /// The field, as the conflict names it.
    pub field: String,
    /// Whose value.
    pub choice: Choice,
}
