//! Who moves what is live: the workspace's rule, and what an agent's owner asks for beyond it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{account::check_name, agent::Right, approval::ApprovalState, error::Error};

/// Who publishes, rolls back and unpublishes the agents of a workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Publishing {
    /// Whoever may edit the agent.
    #[default]
    Editors,
    /// The agent's owner alone.
    Owner,
}

impl Publishing {
    /// Every rule, in the order of the form.
    pub const ALL: [Self; 2] = [Self::Editors, Self::Owner];

    /// The word in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Editors => "editors",
            Self::Owner => "owner",
        }
    }

    /// Reads [`Publishing::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == text)
    }

    /// What people call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Editors => "Everybody who may edit the agent",
            Self::Owner => "Only the agent’s owner",
        }
    }

    /// The right on an agent that moving its live pointer takes.
    #[must_use]
    pub const fn needs(self) -> Right {
        match self {
            Self::Editors => Right::Editor,
            Self::Owner => Right::Owner,
        }
    }
}

/// What an admin sets of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Workspace)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceSettings {
    /// What people call it.
    #[schema(min_length = 1, max_length = 80)]
    pub name: String,
    /// Who publishes, rolls back and unpublishes.
    pub publishing: Publishing,
}

impl WorkspaceSettings {
    /// The same without blanks around the name.
    ///
    /// # Errors
    /// `name`.
    pub fn checked(&self) -> Result<Self, Error> {
        match check_name(&self.name) {
            Some(message) => Err(Error::field("name", message)),
            None => Ok(Self { name: self.name.trim().to_owned(), ..*self }),
        }
    }
}

/// What stands between the draft of an agent and its users, for one reader.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublishingRules {
    /// Who publishes, rolls back and unpublishes in this workspace.
    pub publishing: Publishing,
    /// Whether the reader does.
    pub may_publish: bool,
    /// Whether a second person approves a draft before it is published.
    pub needs_approval: bool,
    /// Whether the reader may ask for that, or no longer: the agent's owner.
    pub may_change: bool,
    /// Where the approval of the newest draft stands.
    pub approval: ApprovalState,
}

impl PublishingRules {
    /// What the toast says once an owner has switched approval on or off.
    #[must_use]
    pub fn switched_sentence(&self) -> &'static str {
        if self.needs_approval {
            "From now on a second person approves each draft before it is published"
        } else {
            "Drafts are published without an approval from now on"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_rule_read_back() {
        for rule in Publishing::ALL {
            assert_eq!(Publishing::parse(rule.as_str()), Some(rule));
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.as_str());
        }
        assert_eq!(Publishing::parse("everyone"), None);
    }

    #[test]
    fn who_may_only_use_an_agent_never_publishes_it() {
        for rule in Publishing::ALL {
            assert!(Right::User < rule.needs() && Right::Owner >= rule.needs());
        }
        assert!(Right::Editor < Publishing::Owner.needs());
    }

    #[test]
    fn a_workspace_keeps_a_name() {
        let named = |name: &str| WorkspaceSettings { name: name.into(), publishing: Publishing::Owner }.checked();
        assert_eq!(named(" Northwind ").unwrap().name, "Northwind");
        assert_eq!(named(" ").unwrap_err().errors[0].field, "name");
    }
}
