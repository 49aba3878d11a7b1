//! A second person's word on a draft before it is published.
//!
//! Somebody asks, somebody else decides. An approval counts for exactly the save that it was asked for: the next save
//! makes it void, whatever that save says. To add a decision: a [`Decision`], its words, and a line in
//! [`decision_blocked`].

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{account::Person, config::ConfigHash, timestamp::Timestamp};

/// The comment of a decision has at most this many Unicode scalar values.
pub const MAX_COMMENT: usize = 500;

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The draft may be published.
    Approved,
    /// It may not.
    Rejected,
    /// Who asked does not ask any more.
    Withdrawn,
}

impl Decision {
    const ALL: [Self; 3] = [Self::Approved, Self::Rejected, Self::Withdrawn];

    /// The word in the database and in the API, and in sentences.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads [`Decision::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.as_str() == text)
    }
}

/// A decision that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decided {
    /// Which.
    pub decision: Decision,
    /// Why, at most [`MAX_COMMENT`] scalar values.
    pub comment: String,
    /// By whom: somebody else than who asked, unless it was withdrawn.
    pub by: Person,
    /// When.
    pub at: Timestamp,
}

/// A request to publish a draft, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Approval {
    /// The request's id.
    pub id: Uuid,
    /// The agent it is about.
    pub agent_id: Uuid,
    /// The save that it is about.
    pub draft_id: Uuid,
    /// That save's number.
    pub draft_number: i64,
    /// What that save holds.
    pub config_hash: ConfigHash,
    /// Whether that save is still the newest one. It counts for no other.
    pub current: bool,
    /// What is new, in the words of who asked.
    pub note: String,
    /// Who asked.
    pub requested_by: Person,
    /// When.
    pub requested_at: Timestamp,
    /// What became of it; null while nobody has decided.
    pub decided: Option<Decided>,
}

impl Approval {
    /// What the toast says once it was asked for.
    #[must_use]
    pub fn asked_sentence(&self) -> String {
        match self.decision() {
            Some(Decision::Approved) => format!("Draft {} is approved already", self.draft_number),
            _ => format!("Somebody else can approve draft {} now", self.draft_number),
        }
    }

    /// What the toast says once it was decided.
    #[must_use]
    pub fn decided_sentence(&self) -> String {
        match self.decision() {
            Some(Decision::Approved) => format!("Draft {} is approved", self.draft_number),
            Some(Decision::Rejected) => format!("Draft {} is rejected", self.draft_number),
            Some(Decision::Withdrawn) => "The request is withdrawn".to_owned(),
            None => String::new(),
        }
    }

    /// What became of it.
    #[must_use]
    pub fn decision(&self) -> Option<Decision> {
        self.decided.as_ref().map(|decided| decided.decision)
    }
}

/// Where the approval of the newest draft stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ApprovalState {
    /// The agent asks for none.
    #[default]
    NotNeeded,
    /// Nobody has asked for this draft.
    Missing {
        /// The draft that was asked for last, when it is not the newest any more.
        lapsed: Option<i64>,
    },
    /// Somebody asked, and nobody has decided.
    Requested {
        /// The request.
        approval: Box<Approval>,
    },
    /// Somebody said no.
    Rejected {
        /// The request.
        approval: Box<Approval>,
    },
    /// It may be published.
    Approved {
        /// The request.
        approval: Box<Approval>,
    },
}

impl ApprovalState {
    /// The state of an agent's newest draft, from the newest request there is for any draft of the agent.
    #[must_use]
    pub fn of(needed: bool, newest: Option<Approval>) -> Self {
        if !needed {
            return Self::NotNeeded;
        }
        let Some(approval) = newest else { return Self::Missing { lapsed: None } };
        match approval.decision() {
            Some(Decision::Withdrawn) => Self::Missing { lapsed: None },
            _ if !approval.current => Self::Missing { lapsed: Some(approval.draft_number) },
            None => Self::Requested { approval: Box::new(approval) },
            Some(Decision::Rejected) => Self::Rejected { approval: Box::new(approval) },
            Some(Decision::Approved) => Self::Approved { approval: Box::new(approval) },
        }
    }

    /// Why a draft in this state may not be published, as a sentence; nothing when it may.
    #[must_use]
    pub fn missing(&self) -> Option<String> {
        match self {
            Self::NotNeeded | Self::Approved { .. } => None,
            Self::Missing { lapsed: None } => {
                Some("A second person has to approve this draft before it is published.".to_owned())
            }
            Self::Missing { lapsed: Some(number) } => Some(format!(
                "A second person has to approve this draft: what was asked for draft {number} does not count for a later \
                 one."
            )),
            Self::Requested { approval } => {
                Some(format!("{} asked for approval, and nobody has decided yet.", approval.requested_by.name))
            }
            Self::Rejected { approval } => Some(match &approval.decided {
                Some(decided) => format!("{} rejected this draft: {}", decided.by.name, decided.comment),
                None => "This draft was rejected.".to_owned(),
            }),
        }
    }

    /// What to do about it; nothing when there is nothing to do.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotNeeded | Self::Approved { .. } => None,
            Self::Missing { .. } => {
                Some("Ask for an approval of the draft; somebody else who may edit the agent decides.")
            }
            Self::Requested { .. } => Some("Somebody else who may edit the agent has to approve it first."),
            Self::Rejected { .. } => Some("Change the draft and ask for an approval again."),
        }
    }
}

/// Why a request cannot be decided so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionBlock {
    /// The draft has moved on.
    Lapsed,
    /// It was decided before.
    Decided(Decision),
    /// Nobody decides on what they asked for themselves.
    Own,
    /// Only who asked withdraws.
    NotOwn,
    /// A rejection says why.
    NoComment,
}

impl DecisionBlock {
    /// The reason in plain words.
    #[must_use]
    pub fn reason(self) -> String {
        match self {
            Self::Lapsed => "The draft has moved on, so there is nothing left to decide here.".to_owned(),
            Self::Decided(decision) => format!("This request was {} before.", decision.as_str()),
            Self::Own => "You asked for this yourself: somebody else has to decide. You can withdraw it.".to_owned(),
            Self::NotOwn => "Only who asked for an approval withdraws the request.".to_owned(),
            Self::NoComment => "Say what should change.".to_owned(),
        }
    }
}

/// Whether an account may not decide a request so, and why.
#[must_use]
pub fn decision_blocked(approval: &Approval, by: Uuid, decision: Decision, comment: &str) -> Option<DecisionBlock> {
    match (decision, by == approval.requested_by.id) {
        (Decision::Withdrawn, false) => return Some(DecisionBlock::NotOwn),
        (Decision::Approved | Decision::Rejected, true) => return Some(DecisionBlock::Own),
        _ => {}
    }
    if let Some(before) = approval.decision() {
        return Some(DecisionBlock::Decided(before));
    }
    if !approval.current {
        return Some(DecisionBlock::Lapsed);
    }
    (decision == Decision::Rejected && comment.trim().is_empty()).then_some(DecisionBlock::NoComment)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: u128 = 1;
    const OTHER: u128 = 2;

    fn person(id: u128) -> Person {
        Person { id: Uuid::from_u128(id), name: format!("Person {id}") }
    }

    fn request(current: bool, decision: Option<Decision>) -> Approval {
        let by = if decision == Some(Decision::Withdrawn) { ASKED } else { OTHER };
        Approval {
            id: Uuid::from_u128(7),
            agent_id: Uuid::from_u128(8),
            draft_id: Uuid::from_u128(9),
            draft_number: 3,
            config_hash: ConfigHash::try_from([0; 32].as_slice()).unwrap(),
            current,
            note: String::new(),
            requested_by: person(ASKED),
            requested_at: Timestamp(0),
            decided: decision.map(|decision| Decided {
                decision,
                comment: "Too long".into(),
                by: person(by),
                at: Timestamp(1),
            }),
        }
    }

    #[test]
    fn only_an_approval_of_the_newest_draft_lets_it_out() {
        for current in [true, false] {
            for decision in [None, Some(Decision::Approved), Some(Decision::Rejected), Some(Decision::Withdrawn)] {
                let state = ApprovalState::of(true, Some(request(current, decision)));
                let open = current && decision == Some(Decision::Approved);
                assert_eq!(state.missing().is_none(), open, "{state:?}");
                assert_eq!(state.hint().is_none(), open, "{state:?}");
                assert_eq!(ApprovalState::of(false, Some(request(current, decision))), ApprovalState::NotNeeded);
            }
        }
        assert_eq!(ApprovalState::of(true, None), ApprovalState::Missing { lapsed: None });
        let lapsed = ApprovalState::of(true, Some(request(false, Some(Decision::Approved))));
        assert_eq!(lapsed, ApprovalState::Missing { lapsed: Some(3) });
        let rejected = ApprovalState::of(true, Some(request(true, Some(Decision::Rejected))));
        assert_eq!(rejected.missing().unwrap(), "Person 2 rejected this draft: Too long");
    }

    #[test]
    fn nobody_decides_alone() {
        let (asked, other) = (Uuid::from_u128(ASKED), Uuid::from_u128(OTHER));
        let open = request(true, None);
        let blocked = |by, decision, comment| decision_blocked(&open, by, decision, comment);
        assert_eq!(blocked(asked, Decision::Approved, ""), Some(DecisionBlock::Own));
        assert_eq!(blocked(asked, Decision::Rejected, "x"), Some(DecisionBlock::Own));
        assert_eq!(blocked(asked, Decision::Withdrawn, ""), None);
        assert_eq!(blocked(other, Decision::Withdrawn, ""), Some(DecisionBlock::NotOwn));
        assert_eq!(blocked(other, Decision::Approved, ""), None);
        assert_eq!(blocked(other, Decision::Rejected, " "), Some(DecisionBlock::NoComment));
        assert_eq!(blocked(other, Decision::Rejected, "Too long"), None);
    }

    #[test]
    fn what_is_decided_or_past_stays_so() {
        let other = Uuid::from_u128(OTHER);
        for before in Decision::ALL {
            let block = decision_blocked(&request(true, Some(before)), other, Decision::Approved, "");
            assert_eq!(block, Some(DecisionBlock::Decided(before)));
        }
        let block = decision_blocked(&request(false, None), other, Decision::Approved, "");
        assert_eq!(block, Some(DecisionBlock::Lapsed));
    }
}
