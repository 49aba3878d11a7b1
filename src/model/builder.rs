//! What the builder page shows: the draft in its form, what is live, and what a publish would change.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    account::Person,
    agent::{Right, Status},
    config::DraftForm,
    diff::ChangeLabel,
    error::FieldError,
    page::Page,
    provider::ModelChoice,
    publishing::PublishingRules,
    release::Release,
    saved_draft::{Draft, SaveConflict},
};

/// The builder page of a new or a saved agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Builder {
    /// The agent; none before its first save.
    pub agent: Option<BuilderAgent>,
    /// What the form starts with: the draft, an example, or what a refused plain post had typed.
    pub form: DraftForm,
    /// The refused save that `form` comes from.
    pub refusal: Option<Refusal>,
    /// The models that may be chosen.
    pub models: Vec<ModelChoice>,
}

/// A saved agent on its builder page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BuilderAgent {
    /// The agent's id.
    pub id: Uuid,
    /// The caller's right.
    pub right: Right,
    /// Who owns it.
    pub owner: Person,
    /// Its tags.
    pub tags: Vec<String>,
    /// Whether everyone in the workspace may use it.
    pub everyone: bool,
    /// The draft that the form started from.
    pub draft: Draft,
    /// Release and what belongs to it.
    pub panel: ReleasePanel,
}

/// The Release dropdown and the badge beside the name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleasePanel {
    /// The number of the newest draft.
    pub draft_number: i64,
    /// The badge.
    pub status: Status,
    /// What is live.
    pub live: Option<Release>,
    /// The release that a roll back left, while that roll back is the last word.
    pub rolled_back_from: Option<i64>,
    /// The number that the next release gets.
    pub next_version: i64,
    /// What a publish would change for users.
    pub changes: Vec<ChangeLabel>,
    /// What the author should know before a publish.
    pub warnings: Vec<String>,
    /// What stands in the way of a publish.
    pub blocking: Vec<String>,
    /// What the config asks for and the engine does not act on yet.
    pub not_enforced: Vec<String>,
    /// The newest releases.
    pub releases: Page<Release>,
    /// Who may publish, and whether a second person has approved.
    pub rules: PublishingRules,
}

impl ReleasePanel {
    /// Whether the draft is ahead of what is live, or nothing is live yet: the dot on the button.
    #[must_use]
    pub fn is_ahead(&self) -> bool {
        self.status != Status::Published
    }
}

/// What a roll back would do, for its confirmation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RollbackPreview {
    /// The release to go back to.
    pub release: Release,
    /// What is live now.
    pub live: Option<Release>,
    /// What changes for users.
    pub changes: Vec<ChangeLabel>,
    /// Conversations that are open on another release.
    pub open_sessions: u64,
    /// Whether the reader may do it: in some workspaces only owners may.
    pub may_publish: bool,
}

/// Why a Save was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "refused", rename_all = "snake_case")]
pub enum Refusal {
    /// Some field is not valid.
    Invalid {
        /// The fields at fault.
        errors: Vec<FieldError>,
    },
    /// Somebody else's save touches this one.
    Conflict(Box<SaveConflict>),
}

/// A refused Save that is kept for a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SaveAttempt {
    /// The draft that it started from; 0 for a new agent.
    pub base: i64,
    /// What was typed.
    pub form: DraftForm,
    /// Why it was refused.
    pub refusal: Refusal,
}
