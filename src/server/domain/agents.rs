//! Making agents.

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::{audit, caller::Caller, configs};
use crate::{
    model::{
        agent::Right,
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
