//! Agents, drafts and releases as the API shows them, where that is not as the pages do.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    model::{
        account::Person,
        agent::{Right, Status},
        compile::Compiled,
        config::Config,
        release::{CompiledRelease, Release},
        saved_draft::{Draft, DraftInfo},
        timestamp::Timestamp,
    },
    server::domain::agent_view::AgentView,
};

/// An agent.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Agent)]
pub struct AgentBody {
    /// The agent's id.
    pub id: Uuid,
    /// The draft's name; for who merely uses the agent the live release's, and empty where nothing is live.
    pub name: String,
    /// The description, of the same.
    pub description: String,
    /// The icon, of the same.
    pub icon: String,
    /// The badge.
    pub status: Status,
    /// Who owns it.
    pub owner: Person,
    /// Its tags, in order.
    pub tags: Vec<String>,
    /// What the caller may do with it; null for an admin who merely sees it.
    pub right: Option<Right>,
    /// Who gave the caller that right; null where they own it, or have none of their own.
    pub shared_by: Option<Person>,
    /// The newest save, without its config in lists and for who may not edit; null for who merely uses the agent.
    pub draft: Option<DraftBody>,
    /// What is live.
    pub live: Option<Release>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its draft, release, tags or owner last changed.
    pub updated_at: Timestamp,
}

impl From<AgentView> for AgentBody {
    fn from(view: AgentView) -> Self {
        let config = view.config.map(|config| config.to_full_value());
        Self {
            id: view.id,
            name: view.name,
            description: view.description,
            icon: view.icon,
            status: view.status,
            owner: view.owner,
            tags: view.tags,
            right: view.right,
            shared_by: view.shared_by,
            draft: view.draft.map(|info| DraftBody { info, config }),
            live: view.live,
            created_at: view.created_at,
            updated_at: view.updated_at,
        }
    }
}

/// A save.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Draft)]
pub struct DraftBody {
    #[serde(flatten)]
    info: DraftInfo,
    /// Every field of the config, those with their defaults too.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Config>)]
    config: Option<Value>,
}

impl DraftBody {
    /// A save with its config.
    #[must_use]
    pub fn whole(draft: &Draft) -> Self {
        Self { info: draft.info.clone(), config: Some(draft.config.to_full_value()) }
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.info.number
    }

    /// A save without its config.
    #[must_use]
    pub fn brief(info: DraftInfo) -> Self {
        Self { info, config: None }
    }
}

/// A release with what is executed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CompiledVersion)]
pub struct CompiledBody {
    #[serde(flatten)]
    release: Release,
    /// What is executed: the config with everything resolved, frozen when it was published. Null once it is deleted.
    compiled_config: Option<Compiled>,
}

impl From<CompiledRelease> for CompiledBody {
    fn from(found: CompiledRelease) -> Self {
        Self { release: found.release, compiled_config: found.compiled }
    }
}
