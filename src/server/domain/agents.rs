//! Making agents, and the rights on them.

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::{
    access::{self, Access},
    audit,
    caller::Caller,
    configs,
};
use crate::{
    model::{
        account::Role,
        agent::Right,
        api_key::Scope,
        config::Config,
        error::Error,
        saved_draft::{Draft, Origin, SaveOutcome, Saved},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        domain::drafts,
        failure::Outcome,
        store::{agents, db::Tx, grants},
    },
};

/// Makes an agent with its first draft; the caller owns it.
///
/// An invalid config is refused as a value, like a Save's.
///
/// # Errors
/// `forbidden` for a key that is bound to an agent.
pub async fn create(core: &Core, caller: &Caller, config: &Config, origin: Origin) -> Outcome<SaveOutcome> {
    if let Some(refused) = drafts::refusal(config, configs::errors(config), true, None) {
        return Ok(refused);
    }
    let at = core.clock.now();
    let (agent_id, draft) =
        core.db.write(|tx| async move { create_in(tx, caller, config, origin, at).await }.boxed()).await?;
    Ok(SaveOutcome::Saved(Box::new(Saved { agent_id, draft, took_in: Vec::new() })))
}

/// [`create`], inside a transaction of the caller's.
///
/// # Errors
/// `forbidden` for a key that is bound to an agent.
pub async fn create_in(
    tx: &mut Tx<'_>,
    caller: &Caller,
    config: &Config,
    origin: Origin,
    at: Timestamp,
) -> Outcome<(Uuid, Draft)> {
    if caller.only_agent().is_some() {
        return Err(Error::forbidden("This API key is bound to one agent and makes no others.").into());
    }
    let id = Uuid::now_v7();
    let hash = config.hash();
    let new = agents::NewAgent {
        id,
        workspace: caller.workspace,
        owner: caller.account,
        face: drafts::face(config, &hash),
        at,
    };
    agents::insert(tx, &new).await?;
    grants::set(tx, caller.workspace, id, caller.account, Right::Owner, caller.account, at).await?;
    let draft = drafts::append(tx, caller, id, config, origin, at).await?;
    audit::record(tx, caller, "agent.create", Some(id), json!({ "name": config.name, "origin": origin }), at).await?;
    Ok((id, draft))
}

/// Lets everyone in the workspace use the agent, or no longer.
///
/// # Errors
/// As [`access::agent`] for an owner.
pub async fn set_everyone(core: &Core, caller: &Caller, id: Uuid, on: bool) -> Outcome<()> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                access::agent_locked(tx, caller, id, Access::Own).await?;
                if grants::everyone(tx, caller.workspace, id).await? != on {
                    grants::set_everyone(tx, caller.workspace, id, on, caller.account, at).await?;
                    audit::record(tx, caller, "agent.everyone", Some(id), json!({ "before": !on, "after": on }), at)
                        .await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
}

/// Gives an admin the ownership of an agent that they see in lists; the owner before becomes an editor.
///
/// # Errors
/// `not_found` for who may not see it, `forbidden` for who is no admin.
pub async fn take_ownership(core: &Core, caller: &Caller, id: Uuid) -> Outcome<()> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::See).await?.agent;
                caller.require(Scope::Admin)?;
                if caller.role != Role::Admin {
                    return Err(Error::forbidden("Only an admin of the workspace may take an agent over.").into());
                }
                if agent.owner == caller.account {
                    return Ok(());
                }
                grants::set(tx, caller.workspace, id, agent.owner, Right::Editor, caller.account, at).await?;
                grants::set(tx, caller.workspace, id, caller.account, Right::Owner, caller.account, at).await?;
                agents::set_owner(tx, caller.workspace, id, caller.account, at).await?;
                let detail = json!({ "before": agent.owner, "after": caller.account });
                audit::record(tx, caller, "agent.owner", Some(id), detail, at).await
            }
            .boxed()
        })
        .await
}
