//! Who may do what with one agent, as its owner sees it and sets it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{account::Person, agent::Right};

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

/// How many people the Share dialog lists; the others are found by a search.
pub const LISTED: usize = 100;

/// How many people a search finds at once.
pub const FOUND: u32 = 20;

/// What the Share dialog starts with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing {
    /// The agent.
    pub agent: Uuid,
    /// The draft's name.
    pub name: String,
    /// Who may do what with it.
    pub grants: Grants,
    /// Whom a search found; nothing where there was none.
    pub found: Option<Found>,
}

/// Members whom a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The first of them.
    pub people: Vec<GrantedAccount>,
    /// Whether there are more.
    pub more: bool,
}

/// How somebody stands to an agent at the moment, for a page of it that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Their right; nothing for an admin who merely sees the agent.
    pub right: Option<Right>,
    /// Who owns it.
    pub owner: Person,
}

/// What a page says whose reader has lost the right that it takes, if they have; `standing` is nothing when the agent is
/// not there for them any more.
#[must_use]
pub fn lost(needed: Right, standing: Option<&Standing>) -> Option<String> {
    let Some(standing) = standing else {
        return Some(
            "You no longer have access to this agent: it was deleted, or its owner stopped sharing it with you."
                .to_owned(),
        );
    };
    let owner = &standing.owner.name;
    match standing.right {
        right if right >= Some(needed) => None,
        Some(_) => Some(format!(
            "You may no longer edit this agent: {owner} owns it and changed your right. You may still use it."
        )),
        None => {
            Some(format!("You no longer have a right on this agent. {owner} owns it and can share it with you again."))
        }
    }
}

/// What is said once somebody's right was taken away.
pub const UNSHARED: &str = "Their right was taken away. It holds at once, on pages that are open too.";

/// What is said once everyone may use an agent, or no longer.
#[must_use]
pub const fn everyone_sentence(on: bool) -> &'static str {
    if on { "Everyone in the workspace may use this agent" } else { "Only the people named here may use this agent" }
}

/// What is said once an agent was given away.
#[must_use]
pub fn transferred_sentence(owner: &str) -> String {
    format!("{owner} owns this agent now. You may still edit it.")
}

impl Grants {
    /// What is said once this person was given their right.
    #[must_use]
    pub fn shared_sentence(&self, account: Uuid) -> String {
        match self.people.iter().find(|grant| grant.account.id == account) {
            Some(Grant { account, right: Right::User }) => format!("{} may use this agent", account.name),
            Some(Grant { account, .. }) => format!("{} may edit this agent", account.name),
            None => UNSHARED.to_owned(),
        }
    }

    /// The right that a person was given, if they were.
    #[must_use]
    pub fn right_of(&self, account: Uuid) -> Option<Right> {
        self.people.iter().find(|grant| grant.account.id == account).map(|grant| grant.right)
    }

    /// The same, as it would be set.
    #[must_use]
    pub fn to_new(&self) -> NewGrants {
        let new = |grant: &Grant| NewGrant { account_id: grant.account.id, right: grant.right };
        NewGrants { everyone: self.everyone, people: self.people.iter().map(new).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_its_reader_lost() {
        let owner = Person { id: Uuid::nil(), name: "Mara".into() };
        let with = |right| Standing { right, owner: owner.clone() };
        for right in [Right::Editor, Right::Owner] {
            assert_eq!(lost(Right::Editor, Some(&with(Some(right)))), None);
        }
        assert_eq!(lost(Right::User, Some(&with(Some(Right::User)))), None);
        let said = lost(Right::Editor, Some(&with(Some(Right::User)))).unwrap();
        assert!(said.contains("no longer edit") && said.contains("Mara"), "{said}");
        assert!(lost(Right::User, Some(&with(None))).unwrap().contains("no longer have a right"));
        assert!(lost(Right::User, None).unwrap().contains("no longer have access"));
    }
}
