//! An agent as the API shows it: its row with the newest save and what is live.

use std::collections::HashMap;

use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    access::{self, Access},
    agent_list,
    caller::Caller,
    configs, drafts,
};
use crate::{
    model::{
        account::{Person, Role},
        agent::{Right, Status, shared_by},
        agent_list::AgentQuery,
        config::Config,
        error::Error,
        page::Page,
        release::Release,
        saved_draft::DraftInfo,
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::{Failure, Outcome},
        store::{
            accounts, agent_tags,
            db::Tx,
            drafts as saves,
            faces::{self, OwnFace},
            grants, releases,
        },
    },
};

/// An agent.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentView {
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
    /// What the caller may do with it; none for an admin who merely sees it.
    pub right: Option<Right>,
    /// Who gave the caller that right; nobody where they own it, or have none.
    pub shared_by: Option<Person>,
    /// The newest save; none for who merely uses the agent.
    pub draft: Option<DraftInfo>,
    /// What that says, for who may edit it; left out in lists.
    pub config: Option<Config>,
    /// What is live.
    pub live: Option<Release>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its draft, release, tags or owner last changed.
    pub updated_at: Timestamp,
}

/// An admin sees every draft, whatever right was given to them.
fn merely_uses(caller: &Caller, right: Option<Right>) -> bool {
    right == Some(Right::User) && caller.role != Role::Admin
}

/// One agent.
///
/// # Errors
/// As [`access::agent`] for whom may see it.
pub async fn get(core: &Core, caller: &Caller, id: Uuid) -> Outcome<AgentView> {
    core.db.read(|tx| get_in(tx, caller, id).boxed()).await
}

/// [`get`], inside a transaction of the caller's.
///
/// # Errors
/// As [`get`].
pub async fn get_in(tx: &mut Tx<'_>, caller: &Caller, id: Uuid) -> Outcome<AgentView> {
    let access::Granted { agent, right } = access::agent(tx, caller, id, Access::See).await?;
    let owner = accounts::by_id(tx, agent.owner).await?.ok_or_else(Error::not_found)?;
    let row = saves::by_number(tx, agent.workspace, id, agent.last_draft).await?;
    let row = row.ok_or_else(|| Failure::internal(format!("the draft of agent {id} is missing")))?;
    let config = match right {
        Some(Right::Editor | Right::Owner) => Some(configs::get(tx, agent.workspace, &row.config_hash).await?),
        Some(Right::User) | None => None,
    };
    let owner = Person { id: owner.id, name: owner.name };
    // Who merely uses it gets to see what is live, and nothing of the draft.
    let uses = merely_uses(caller, right);
    let face = if uses {
        faces::of_live(tx, agent.workspace, id).await?.unwrap_or_default()
    } else {
        OwnFace { name: agent.name, description: agent.description, icon: agent.icon }
    };
    let granted_by = grants::granted_by(tx, agent.workspace, id, caller.account).await?;
    Ok(AgentView {
        id,
        shared_by: shared_by(right, granted_by, caller.account, &owner),
        owner,
        tags: agent_tags::of(tx, agent.workspace, id).await?,
        right,
        draft: (!uses).then(|| drafts::info(row)),
        config,
        live: releases::live(tx, agent.workspace, id).await?,
        name: face.name,
        description: face.description,
        icon: face.icon,
        status: agent.status,
        created_at: agent.created_at,
        updated_at: agent.updated_at,
    })
}

/// A page of the agents that the caller sees, each with its newest save and what is live.
///
/// # Errors
/// As [`agent_list::list`].
pub async fn list(core: &Core, caller: &Caller, query: &AgentQuery) -> Outcome<Page<AgentView>> {
    let filter = agent_list::filter(caller, query)?;
    core.db
        .read(|tx| {
            async move {
                let page = agent_list::page(tx, filter).await?;
                let ids: Vec<Uuid> = page.data.iter().map(|row| row.id).collect();
                let newest = saves::newest_of(tx, caller.workspace, &ids).await?;
                let mut newest: HashMap<Uuid, DraftInfo> =
                    newest.into_iter().map(|(agent, row)| (agent, drafts::info(row))).collect();
                let live = releases::live_of(tx, caller.workspace, &ids).await?;
                let mut live: HashMap<Uuid, Release> =
                    live.into_iter().map(|release| (release.agent_id, release)).collect();
                let views = page.data.into_iter().map(|row| AgentView {
                    id: row.id,
                    name: row.name,
                    description: row.description,
                    icon: row.icon,
                    status: row.status,
                    owner: row.owner,
                    tags: row.tags,
                    right: row.right,
                    shared_by: row.shared_by,
                    draft: newest.remove(&row.id).filter(|_| !merely_uses(caller, row.right)),
                    config: None,
                    live: live.remove(&row.id),
                    created_at: row.created_at,
                    updated_at: row.updated_at,
                });
                Ok(Page { data: views.collect(), next_cursor: page.next_cursor })
            }
            .boxed()
        })
        .await
}
