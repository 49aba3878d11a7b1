//! Tags of an agent. They change at once, and never the draft, its hash or the badge.

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::{
    access::{self, Access},
    audit,
    caller::Caller,
};
use crate::{
    model::{
        error::Error,
        tags::{MAX_TAGS, read_tag},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{agent_tags, agents::Agent, db::Tx},
    },
};

/// Adds a tag and gives all of the agent's; again: nothing happens.
///
/// # Errors
/// As [`access::agent`] for an editor; `validation_failed` for what is no tag, or one too many.
pub async fn add(core: &Core, caller: &Caller, id: Uuid, tag: &str) -> Outcome<Vec<String>> {
    let tag = read_tag(tag).map_err(|message| Error::field("tag", message))?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            let tag = &tag;
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Edit).await?.agent;
                let before = agent_tags::of(tx, agent.workspace, id).await?;
                let mut after = before.clone();
                if !after.contains(tag) {
                    after.push(tag.clone());
                    after.sort_unstable();
                }
                change(tx, caller, &agent, &before, after, at).await
            }
            .boxed()
        })
        .await
}

/// Removes a tag and gives those that are left; again: nothing happens.
///
/// # Errors
/// As [`access::agent`] for an editor.
pub async fn remove(core: &Core, caller: &Caller, id: Uuid, tag: &str) -> Outcome<Vec<String>> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Edit).await?.agent;
                let before = agent_tags::of(tx, agent.workspace, id).await?;
                let after = before.iter().filter(|kept| *kept != tag).cloned().collect();
                change(tx, caller, &agent, &before, after, at).await
            }
            .boxed()
        })
        .await
}

/// Sets all of an agent's tags; the same ones again: nothing happens.
///
/// # Errors
/// As [`access::agent`] for an editor; `validation_failed` for what is no tag, or too many of them.
pub async fn set(core: &Core, caller: &Caller, id: Uuid, tags: &[String]) -> Outcome<Vec<String>> {
    let mut after = Vec::with_capacity(tags.len());
    for (index, tag) in tags.iter().enumerate() {
        after.push(read_tag(tag).map_err(|message| Error::field(format!("tags[{index}]"), message))?);
    }
    after.sort_unstable();
    after.dedup();
    let at = core.clock.now();
    core.db
        .write(|tx| {
            let after = after.clone();
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Edit).await?.agent;
                let before = agent_tags::of(tx, agent.workspace, id).await?;
                change(tx, caller, &agent, &before, after, at).await
            }
            .boxed()
        })
        .await
}

async fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    agent: &Agent,
    before: &[String],
    after: Vec<String>,
    at: Timestamp,
) -> Outcome<Vec<String>> {
    if after == before {
        return Ok(after);
    }
    if after.len() > MAX_TAGS && after.len() > before.len() {
        return Err(Error::field("tag", format!("an agent has at most {MAX_TAGS} tags")).into());
    }
    for tag in before.iter().filter(|tag| !after.contains(tag)) {
        agent_tags::remove(tx, agent.workspace, agent.id, tag).await?;
    }
    for tag in after.iter().filter(|tag| !before.contains(tag)) {
        agent_tags::add(tx, agent.workspace, agent.id, tag).await?;
    }
    agent_tags::touch(tx, agent.workspace, agent.id, at).await?;
    audit::record(tx, caller, "agent.tags", Some(agent.id), json!({ "before": before, "after": after }), at).await?;
    Ok(after)
}
