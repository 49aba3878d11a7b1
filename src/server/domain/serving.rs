//! Which revision answers in a conversation, and the receipt that says so.
//!
//! This is the one place that decides it: a live conversation gets the release it is pinned to, a draft one the newest
//! save. Nothing else that serves people reads a draft.

use uuid::Uuid;

use super::{caller::Caller, configs as bodies, providers};
use crate::{
    model::{
        chat::Opening,
        compile::{Compiled, compile},
        config::Config,
        session::{Receipt, ServedBecause},
    },
    server::{
        core::Core,
        failure::{Failure, Outcome},
        store::{configs, db::Tx, drafts, releases},
    },
};

/// What answers.
#[derive(Clone, Debug)]
pub struct Serving {
    /// The statement of what it is.
    pub receipt: Receipt,
    /// What the engine runs.
    pub compiled: Compiled,
    /// The config that it was made from.
    pub config: Config,
}

/// The newest save of an agent.
///
/// # Errors
/// When the database fails.
pub async fn draft(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid) -> Outcome<Serving> {
    let newest = drafts::page(tx, workspace, agent, i64::MAX, 1).await?.into_iter().next();
    let row = newest.ok_or_else(|| Failure::internal(format!("agent {agent} has no draft")))?;
    let config = bodies::get(tx, workspace, &row.config_hash).await?;
    let compiled = compile(&config);
    let receipt = Receipt {
        agent_id: agent,
        revision_id: row.id,
        version: None,
        draft_number: row.number,
        config_hash: row.config_hash,
        reason: ServedBecause::Draft,
        model: compiled.model.clone(),
        not_enforced: compiled.not_enforced.clone(),
    };
    Ok(Serving { receipt, compiled, config })
}

/// A release, as it was compiled when it was published; deleted ones included, for conversations that ended with them.
///
/// # Errors
/// When the database fails.
pub async fn release(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, id: Uuid) -> Outcome<Serving> {
    let release = releases::by_id(tx, workspace, agent, id).await?;
    let release = release.ok_or_else(|| Failure::internal(format!("release {id} is missing")))?;
    let config = bodies::get(tx, workspace, &release.config_hash).await?;
    let frozen = configs::get(tx, workspace, &release.compiled_hash).await?;
    let frozen = frozen.ok_or_else(|| Failure::internal(format!("body {} is missing", release.compiled_hash)))?;
    let compiled: Compiled = serde_json::from_slice(&frozen)?;
    let receipt = Receipt {
        agent_id: agent,
        revision_id: release.id,
        version: Some(release.version),
        draft_number: release.draft_number,
        config_hash: release.config_hash,
        reason: ServedBecause::LiveAtStart,
        model: compiled.model.clone(),
        not_enforced: compiled.not_enforced.clone(),
    };
    Ok(Serving { receipt, compiled, config })
}

/// What a page shows of it before the first message.
///
/// # Errors
/// When the database fails.
pub async fn opening(core: &Core, tx: &mut Tx<'_>, caller: &Caller, serving: Serving) -> Outcome<Opening> {
    let Serving { receipt, compiled, config } = serving;
    let model_served = providers::is_served_in(core, tx, caller.workspace, &compiled.model).await?;
    Ok(Opening {
        model_served,
        active: active(&config),
        name: compiled.name,
        icon: config.icon,
        greeting: compiled.greeting,
        prompt_bubbles: compiled.prompt_bubbles,
        temperature: compiled.temperature,
        instructions_length: config.instructions.chars().count(),
        receipt,
    })
}

/// What of a config is in force, in plain words; the model, temperature and greeting are shown apart.
fn active(config: &Config) -> Vec<String> {
    let count = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {many}")),
    };
    let persona = &config.persona;
    [
        (!persona.tone.is_empty()).then(|| "A tone of voice".to_owned()),
        count(persona.goals.len(), "goal", "goals"),
        count(persona.never_do.len(), "thing it never does", "things it never does"),
        count(
            config.playbooks.len(),
            "playbook, as part of its instructions",
            "playbooks, as part of its instructions",
        ),
        count(config.prompt_bubbles.len(), "prompt bubble", "prompt bubbles"),
    ]
    .into_iter()
    .flatten()
    .collect()
}
