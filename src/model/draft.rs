//! When a draft may be saved and when it may be published.
//!
//! One function decides each; the button, the server function and the REST API all call it, so that they cannot differ.
//! To add a rule: a variant of the block with its reason, a line in the function, a test that fails without that line.

use serde::{Deserialize, Serialize};

use super::approval::ApprovalState;
use super::config::fields::Field;
use super::field_error::FieldError;

/// What Save is decided by.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each of them a rule")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaveState {
    /// The agent was never saved.
    pub is_new: bool,
    /// Another action is running.
    pub running: bool,
    /// The invalid fields.
    pub errors: Vec<FieldError>,
    /// The name is blank.
    pub name_empty: bool,
    /// The instructions are blank.
    pub instructions_empty: bool,
    /// The form differs from what was saved last.
    pub dirty: bool,
}

/// Why Save is disabled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum SaveBlock {
    /// Another action is running.
    Running,
    /// Nothing is unsaved.
    NothingToSave,
    /// A new agent lacks its name, its instructions or both.
    Missing {
        /// The name is.
        name: bool,
        /// The instructions are.
        instructions: bool,
    },
    /// The form has invalid fields.
    Invalid {
        /// The first of them.
        first: FieldError,
        /// How many there are.
        count: usize,
    },
}

/// Whether Save is disabled, and why.
pub fn save_blocked(state: &SaveState) -> Option<SaveBlock> {
    if state.running {
        return Some(SaveBlock::Running);
    }
    if !state.dirty {
        return Some(SaveBlock::NothingToSave);
    }
    if state.is_new && (state.name_empty || state.instructions_empty) {
        return Some(SaveBlock::Missing { name: state.name_empty, instructions: state.instructions_empty });
    }
    let first = state.errors.first()?.clone();
    Some(SaveBlock::Invalid { first, count: state.errors.len() })
}

impl SaveBlock {
    /// The reason in plain words, for the tooltip and for screen readers.
    pub fn reason(&self) -> String {
        match self {
            Self::Running => "Wait until the current action is done.".to_owned(),
            Self::NothingToSave => "Nothing to save: there are no unsaved changes.".to_owned(),
            Self::Missing { name: true, instructions: true } => {
                "A new agent needs a name and instructions before it can be saved.".to_owned()
            }
            Self::Missing { name: true, .. } => "A new agent needs a name before it can be saved.".to_owned(),
            Self::Missing { .. } => "A new agent needs instructions before it can be saved.".to_owned(),
            Self::Invalid { first, count } => {
                let place = Field::named(&first.field).map_or(first.field.as_str(), |field| field.label);
                let others = match count {
                    0 | 1 => String::new(),
                    2 => " One more field is invalid.".to_owned(),
                    _ => format!(" {} more fields are invalid.", count - 1),
                };
                format!("Correct {place} first: {}.{others}", first.message)
            }
        }
    }
}

/// What Publish is decided by.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each of them a rule")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishState {
    /// The workspace lets only the owner publish, and the person is not the owner.
    pub not_owner: bool,
    /// The draft equals what is live: there is nothing that a second person could approve.
    pub unchanged: bool,
    /// Where the approval of the draft stands.
    pub approval: ApprovalState,
    /// The form differs from the draft, or there is no draft yet.
    pub unsaved: bool,
    /// The blocking errors of the draft, as sentences.
    pub blocking: Vec<String>,
    /// Another action is running.
    pub running: bool,
}

/// Why Publish is disabled. Having no changes against live is no reason: pressing it then says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum PublishBlock {
    /// Another action is running.
    Running,
    /// Only the owner publishes.
    NotOwner,
    /// There are unsaved changes.
    Unsaved,
    /// The draft has blocking errors.
    Blocking {
        /// The errors.
        errors: Vec<String>,
    },
    /// A second person has to approve the draft, and has not.
    Unapproved(ApprovalState),
}

/// Whether Publish is disabled, and why.
pub fn publish_blocked(state: &PublishState) -> Option<PublishBlock> {
    if state.running {
        return Some(PublishBlock::Running);
    }
    if state.not_owner {
        return Some(PublishBlock::NotOwner);
    }
    if state.unsaved {
        return Some(PublishBlock::Unsaved);
    }
    if !state.blocking.is_empty() {
        return Some(PublishBlock::Blocking { errors: state.blocking.clone() });
    }
    let unapproved = !state.unchanged && state.approval.missing().is_some();
    unapproved.then(|| PublishBlock::Unapproved(state.approval.clone()))
}

/// Why who may edit an agent, but does not own it, cannot move what is live, where the workspace says so.
pub const ONLY_OWNERS_PUBLISH: &str =
    "In this workspace only the owner of an agent publishes, rolls back and unpublishes it.";

impl PublishBlock {
    /// The reason in plain words, for the tooltip and for screen readers.
    pub fn reason(&self) -> String {
        match self {
            Self::Running => "Wait until the current action is done.".to_owned(),
            Self::NotOwner => ONLY_OWNERS_PUBLISH.to_owned(),
            Self::Unapproved(approval) => approval.missing().unwrap_or_default(),
            Self::Unsaved => "Save your changes first: a release is made from the saved draft.".to_owned(),
            Self::Blocking { errors } => {
                let first = errors.first().map_or("", String::as_str);
                match errors.len() {
                    0 | 1 => format!("The draft cannot be released: {first}."),
                    n => format!("The draft cannot be released: {first} (and {} more).", n - 1),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An agent that was saved before, with a valid change.
    fn changed() -> SaveState {
        SaveState { dirty: true, ..SaveState::default() }
    }

    fn too_long() -> FieldError {
        FieldError { field: "name".into(), message: "At most 80 characters; this has 93".into() }
    }

    #[test]
    fn a_valid_change_may_be_saved() {
        assert_eq!(save_blocked(&changed()), None);
        assert_eq!(save_blocked(&SaveState { is_new: true, ..changed() }), None);
    }

    #[test]
    fn save_rule_1_nothing_is_unsaved() {
        assert_eq!(save_blocked(&SaveState { dirty: false, ..changed() }), Some(SaveBlock::NothingToSave));
    }

    #[test]
    fn save_rule_2_an_invalid_field() {
        let block = save_blocked(&SaveState { errors: vec![too_long()], ..changed() });
        assert_eq!(block, Some(SaveBlock::Invalid { first: too_long(), count: 1 }));
    }

    #[test]
    fn save_rule_3_a_new_agent_without_name_or_instructions() {
        for (name_empty, instructions_empty) in [(true, true), (true, false), (false, true)] {
            let state = SaveState { is_new: true, name_empty, instructions_empty, ..changed() };
            let missing = SaveBlock::Missing { name: name_empty, instructions: instructions_empty };
            assert_eq!(save_blocked(&state), Some(missing));
            // Only of a new one: later an empty field is an invalid field.
            assert_eq!(save_blocked(&SaveState { is_new: false, ..state }), None);
        }
    }

    #[test]
    fn save_rule_4_an_action_is_running() {
        assert_eq!(save_blocked(&SaveState { running: true, ..changed() }), Some(SaveBlock::Running));
    }

    #[test]
    fn a_saved_draft_may_be_published() {
        assert_eq!(publish_blocked(&PublishState::default()), None);
    }

    #[test]
    fn publish_rule_1_unsaved_changes() {
        let state = PublishState { unsaved: true, ..PublishState::default() };
        assert_eq!(publish_blocked(&state), Some(PublishBlock::Unsaved));
    }

    #[test]
    fn publish_rule_2_a_blocking_error() {
        let state = PublishState { blocking: vec!["Name is required".into()], ..PublishState::default() };
        assert_eq!(publish_blocked(&state), Some(PublishBlock::Blocking { errors: vec!["Name is required".into()] }));
    }

    #[test]
    fn publish_rule_3_an_action_is_running() {
        let state = PublishState { running: true, ..PublishState::default() };
        assert_eq!(publish_blocked(&state), Some(PublishBlock::Running));
    }

    #[test]
    fn publish_rule_4_the_workspace_lets_only_owners() {
        let state = PublishState { not_owner: true, ..PublishState::default() };
        assert_eq!(publish_blocked(&state), Some(PublishBlock::NotOwner));
    }

    #[test]
    fn publish_rule_5_a_second_person_has_not_approved() {
        let approval = ApprovalState::Missing { lapsed: None };
        let state = PublishState { approval: approval.clone(), ..PublishState::default() };
        assert_eq!(publish_blocked(&state), Some(PublishBlock::Unapproved(approval)));
        // Where nothing would change, pressing Publish says that instead.
        assert_eq!(publish_blocked(&PublishState { unchanged: true, ..state }), None);
    }

    #[test]
    fn a_reason_is_a_sentence_that_says_what_to_do() {
        let one = SaveBlock::Invalid { first: too_long(), count: 1 };
        assert_eq!(one.reason(), "Correct Name first: At most 80 characters; this has 93.");
        let three = SaveBlock::Invalid {
            first: FieldError { field: "skills[0].url".into(), message: "Address is required".into() },
            count: 3,
        };
        assert_eq!(three.reason(), "Correct skills[0].url first: Address is required. 2 more fields are invalid.");
        let both = PublishBlock::Blocking { errors: vec!["A".into(), "B".into()] };
        assert_eq!(both.reason(), "The draft cannot be released: A (and 1 more).");
    }
}
