//! The audit log as admins read it: every change, who made it, from where, before and after.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{account::Person, timestamp::Timestamp};

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// The entry's id.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who; nobody when somebody without an account did it, such as the operator on the server.
    pub actor: Option<Person>,
    /// Through which door: page, api, cli.
    pub via: String,
    /// By which API key, if by one.
    pub key_id: Option<Uuid>,
    /// From which address of the network; empty where there is none.
    pub address: String,
    /// What was done, as `agent.publish`.
    pub act: String,
    /// To what: the id of an agent, an account, an invitation, a provider.
    pub subject: Option<Uuid>,
    /// Before and after, where that says more than the act. Never a secret.
    pub detail: serde_json::Value,
}

/// Which changes are listed; without anything, all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Those of one kind, such as `agent.publish`.
    pub act: Option<String>,
    /// Those of one thing.
    pub subject: Option<Uuid>,
    /// Those that one account made.
    pub actor: Option<Uuid>,
}
