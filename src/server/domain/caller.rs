//! Who asks, in which workspace, and through which door.

use uuid::Uuid;

use crate::model::account::Role;

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

/// A signed-in member of one workspace.
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
