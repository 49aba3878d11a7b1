//! Who asks, in which workspace, through which door, and, when a program asks, by which key.

use uuid::Uuid;

use crate::{
    model::{
        account::Role,
        api_key::{Scope, Scopes},
        error::Error,
    },
    server::failure::Outcome,
};

/// The door that a request came through, as histories record it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// A page of Galley.
    Page,
    /// The HTTP API.
    Api,
    /// The command line on the server.
    Cli,
}

impl Via {
    /// The word that histories keep.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
            Self::Cli => "cli",
        }
    }
}

/// The API key that a request came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The key's id.
    pub id: Uuid,
    /// What it may do.
    pub scopes: Scopes,
    /// The only agent that it reaches; none for one that reaches what its maker does.
    pub agent: Option<Uuid>,
}

/// A member of one workspace: in person, or a program that acts as them by a key.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who it is.
    pub account: Uuid,
    /// The workspace that the request is about; nothing outside it is visible.
    pub workspace: Uuid,
    /// What the account is in that workspace.
    pub role: Role,
    /// The door.
    pub via: Via,
    /// The address that the request came from, for the audit log.
    pub address: String,
    /// The key that they ask by; none for a person, whom no scope limits.
    pub key: Option<KeyUse>,
}

impl Caller {
    /// Refuses a key without this scope. Who asks in person passes.
    ///
    /// # Errors
    /// `forbidden`, with the scope's name.
    pub fn require(&self, scope: Scope) -> Outcome<()> {
        match self.key {
            Some(key) if !key.scopes.contains(scope) => {
                Err(Error::forbidden(format!("This API key does not have the scope {scope}.")).into())
            }
            _ => Ok(()),
        }
    }

    /// Whether the caller is an admin who may act as one here: a key needs the scope `admin` for that.
    #[must_use]
    pub fn acts_as_admin(&self) -> bool {
        self.role == Role::Admin && self.key.is_none_or(|key| key.scopes.contains(Scope::Admin))
    }

    /// The only agent that there is for the caller: that of their key, where it is bound to one.
    #[must_use]
    pub fn only_agent(&self) -> Option<Uuid> {
        self.key.and_then(|key| key.agent)
    }

    /// Whether an agent is there for the caller, as far as their key goes.
    #[must_use]
    pub fn reaches(&self, agent: Uuid) -> bool {
        self.only_agent().is_none_or(|only| only == agent)
    }

    /// Whether the caller may ask for what is not live, of an agent that they may edit: a key needs a scope for drafts, and
    /// one that is bound to an agent gets what is live and nothing else.
    #[must_use]
    pub fn tries_drafts(&self) -> bool {
        self.key.is_none_or(|key| key.agent.is_none() && key.scopes.contains(Scope::AgentsDraft))
    }
}

/// Where a request came from, before anybody is known to be signed in.
#[derive(Clone, Debug)]
pub struct Source {
    /// The door.
    pub via: Via,
    /// The address of the network, for the audit log and the throttle.
    pub address: String,
    /// What the browser says it is.
    pub user_agent: String,
}

impl Source {
    /// The command line on the server.
    #[must_use]
    pub fn command_line() -> Self {
        Self { via: Via::Cli, address: String::new(), user_agent: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::error::Code;

    fn caller(role: Role, key: Option<KeyUse>) -> Caller {
        let (account, workspace) = (Uuid::from_u128(1), Uuid::from_u128(2));
        Caller { account, workspace, role, via: Via::Api, address: String::new(), key }
    }

    #[test]
    fn a_key_is_held_to_its_scopes_and_a_person_to_none() {
        let key =
            |scopes: &[Scope]| KeyUse { id: Uuid::from_u128(3), scopes: scopes.iter().copied().collect(), agent: None };
        for scope in Scope::ALL {
            caller(Role::Member, None).require(scope).unwrap();
            caller(Role::Member, Some(key(&[scope]))).require(scope).unwrap();
            let refused = caller(Role::Admin, Some(key(&[]))).require(scope).unwrap_err().public;
            assert_eq!(refused.code, Code::Forbidden);
            assert!(refused.detail.contains(scope.as_str()), "{refused}");
        }
        assert!(caller(Role::Admin, None).acts_as_admin());
        assert!(caller(Role::Admin, Some(key(&[Scope::Admin]))).acts_as_admin());
        assert!(!caller(Role::Admin, Some(key(&[Scope::AgentsWrite]))).acts_as_admin());
        assert!(!caller(Role::Member, Some(key(&[Scope::Admin]))).acts_as_admin());
    }

    #[test]
    fn a_bound_key_reaches_one_agent() {
        let (mine, other) = (Uuid::from_u128(4), Uuid::from_u128(5));
        let bound =
            caller(Role::Admin, Some(KeyUse { id: Uuid::from_u128(3), scopes: Scopes::default(), agent: Some(mine) }));
        assert!(bound.reaches(mine) && !bound.reaches(other));
        assert!(caller(Role::Member, None).reaches(other));
        assert!(caller(Role::Member, None).tries_drafts() && !bound.tries_drafts());
    }
}
