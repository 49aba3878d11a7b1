//! Who is in a conversation: a member of the workspace, or a visitor of an agent's public page.
//!
//! What both may do takes a [`Party`]; what takes a [`Caller`] is not for visitors. A visitor is nobody in the workspace:
//! they have a token, which leads to one conversation, and nothing else.

use uuid::Uuid;

use super::caller::Caller;
use crate::server::store::sessions::{Talker, Visit};

/// Somebody on the public page of an agent, with the token of their conversation.
#[derive(Clone, Copy, Debug)]
pub struct Visitor {
    /// The agent's workspace.
    pub workspace: Uuid,
    /// The agent.
    pub agent: Uuid,
    /// The link that they came by, and the hash of their token.
    pub visit: Visit,
}

/// Who is in a conversation.
#[derive(Clone, Copy, Debug)]
pub enum Party<'a> {
    /// A member, in person or by a key.
    Member(&'a Caller),
    /// A visitor.
    Visitor(&'a Visitor),
}

impl Party<'_> {
    /// The workspace that the conversation is in.
    #[must_use]
    pub const fn workspace(self) -> Uuid {
        match self {
            Self::Member(caller) => caller.workspace,
            Self::Visitor(visitor) => visitor.workspace,
        }
    }

    /// Whose conversations are there for them.
    #[must_use]
    pub const fn talker(self) -> Talker {
        match self {
            Self::Member(caller) => Talker::Member(caller.account),
            Self::Visitor(visitor) => Talker::Visitor(visitor.visit.token),
        }
    }
}

/// A [`Party`] of its own, for a task that goes on when the request is over.
#[derive(Clone, Debug)]
pub enum OwnParty {
    /// A member.
    Member(Box<Caller>),
    /// A visitor.
    Visitor(Visitor),
}

impl OwnParty {
    /// The party.
    #[must_use]
    pub fn party(&self) -> Party<'_> {
        match self {
            Self::Member(caller) => Party::Member(caller),
            Self::Visitor(visitor) => Party::Visitor(visitor),
        }
    }
}

impl From<Party<'_>> for OwnParty {
    fn from(party: Party<'_>) -> Self {
        match party {
            Party::Member(caller) => Self::Member(Box::new(caller.clone())),
            Party::Visitor(visitor) => Self::Visitor(*visitor),
        }
    }
}

impl<'a> From<&'a Caller> for Party<'a> {
    fn from(caller: &'a Caller) -> Self {
        Self::Member(caller)
    }
}

impl<'a> From<&'a Visitor> for Party<'a> {
    fn from(visitor: &'a Visitor) -> Self {
        Self::Visitor(visitor)
    }
}
