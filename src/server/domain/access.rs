//! Loading through permission: who has no right has no agent.
//!
//! A stranger gets the same answer as for an id that never was.

use uuid::Uuid;

use super::caller::Caller;
use crate::{
    model::{
        account::Role,
        agent::Right,
        draft::ONLY_OWNERS_PUBLISH,
        error::{Code, Error},
    },
    server::{
        failure::Outcome,
        store::{agents, agents::Agent, db::Tx, grants, workspaces},
    },
};

/// What the caller is about to do with an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// See that it exists, as lists show it: any right, or an admin of the workspace.
    See,
    /// Talk to what is live.
    Use,
    /// Edit the draft, read its history, ask for approval and decide on it.
    Edit,
    /// Move what is live: publish, roll back, unpublish. The workspace says whether that takes more than editing.
    Publish,
    /// Share, transfer, delete.
    Own,
}

/// An agent, and the right that it was loaded with.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The agent's row.
    pub agent: Agent,
    /// The caller's right; `None` for an admin who merely sees it.
    pub right: Option<Right>,
}

/// Loads an agent that is not in the trash, if the caller has the right.
///
/// # Errors
/// `not_found` for what is not there and for what the caller may not even see; `forbidden` when they may see it but not
/// do this.
pub async fn agent(tx: &mut Tx<'_>, caller: &Caller, id: Uuid, access: Access) -> Outcome<Granted> {
    let Some(agent) = agents::find(tx, caller.workspace, id).await? else {
        return Err(Error::not_found().into());
    };
    check(tx, caller, agent, access).await
}

/// Like [`agent`], and holds the agent's row until the transaction ends, so that acts on one agent follow one another. What
/// [`Access::Publish`] goes by is held too, so it is asked for here and not with [`agent`].
///
/// # Errors
/// As [`agent`].
pub async fn agent_locked(tx: &mut Tx<'_>, caller: &Caller, id: Uuid, access: Access) -> Outcome<Granted> {
    let Some(agent) = agents::find_locked(tx, caller.workspace, id).await? else {
        return Err(Error::not_found().into());
    };
    check(tx, caller, agent, access).await
}

/// Loads an agent for its editors, who may ask for what is not live; for everyone else, and for a key that may not, there is
/// no such agent here.
///
/// # Errors
/// `not_found`.
pub async fn editor(tx: &mut Tx<'_>, caller: &Caller, id: Uuid) -> Outcome<Granted> {
    if !caller.tries_drafts() {
        return Err(Error::not_found().into());
    }
    match agent(tx, caller, id, Access::Edit).await {
        Err(failure) if failure.public.code == Code::Forbidden => Err(Error::not_found().into()),
        answer => answer,
    }
}

async fn check(tx: &mut Tx<'_>, caller: &Caller, agent: Agent, access: Access) -> Outcome<Granted> {
    // For a key of one agent there is no other.
    if !caller.reaches(agent.id) {
        return Err(Error::not_found().into());
    }
    let right = grants::right_of(tx, caller.workspace, agent.id, caller.account).await?;
    let needed = match access {
        Access::See => None,
        Access::Use => Some(Right::User),
        Access::Edit => Some(Right::Editor),
        Access::Publish => Some(workspaces::publishing_held(tx, caller.workspace).await?.needs()),
        Access::Own => Some(Right::Owner),
    };
    let may_see = right.is_some() || caller.role == Role::Admin;
    if !may_see {
        return Err(Error::not_found().into());
    }
    if right < needed {
        return Err(Error::forbidden(match access {
            Access::Publish if right == Some(Right::Editor) => ONLY_OWNERS_PUBLISH,
            Access::Own => "Only the owner of this agent may do this.",
            Access::Edit | Access::Publish => "You may see this agent but not edit it. Ask its owner.",
            Access::Use | Access::See => "You have no right to use this agent. Ask its owner.",
        })
        .into());
    }
    Ok(Granted { agent, right })
}
