//! Who may do what with one agent, as its owner sees it and sets it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::agent::Right;

/// How many people an agent may be shared with one by one.
pub const MAX_PEOPLE: usize = 1_000;

/// The rights on an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Grants {
    /// Everyone in the workspace may use it.
    pub everyone: bool,
    /// The people with a right of their own: the owner first, then those who edit, then those who use.
    pub people: Vec<Grant>,
}

/// The right of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Grant {
    /// Whose it is.
    pub account: GrantedAccount,
    /// What they may do.
    pub right: Right,
}

/// A person with a right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GrantedAccount {
    /// The account's id.
    pub id: Uuid,
    /// The name they gave.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// The rights as they are set: all of them at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrants {
    /// Everyone in the workspace may use it.
    pub everyone: bool,
    /// The people with a right of their own. The owner keeps theirs, named here or not.
    pub people: Vec<NewGrant>,
}

/// The right that one person gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    /// Whose it is.
    pub account_id: Uuid,
    /// What they may do.
    pub right: Right,
}

impl Grants {
    /// The same, as it would be set.
    #[must_use]
    pub fn to_new(&self) -> NewGrants {
        let new = |grant: &Grant| NewGrant { account_id: grant.account.id, right: grant.right };
        NewGrants { everyone: self.everyone, people: self.people.iter().map(new).collect() }
    }
}
