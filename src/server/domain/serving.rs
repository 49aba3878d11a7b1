//! Which revision answers in a conversation, and the receipt that says so.
//!
//! This is the one place that decides it: a live conversation or run gets the release it is pinned to, a draft conversation
//! the newest save, and what an editor began on a revision of their choice that revision. Nothing else that serves people
//! reads a draft.

use uuid::Uuid;

use super::{
    access::{self, Access},
    caller::Caller,
    channels, configs as bodies, providers,
};
use crate::{
    model::{
        agent::Right,
        chat::{Made, Opening, REHEARSAL},
        compile::{Compiled, compile},
        config::Config,
        error::{Code, Error},
        link::VisitOpening,
        session::{Receipt, ServedBecause},
    },
    server::{
        core::Core,
        engine::{answer::By, history::Turn, providers::Request, rehearsal},
        failure::{Failure, Outcome},
        store::{
            configs,
            db::Tx,
            drafts::{self, DraftRow},
            pinned::Pinned,
            releases,
        },
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
    /// Who made it, and when.
    pub made: Made,
}

/// What the caller gets of an agent, and why: what is live now, or a revision of their choice, which takes the right to edit
/// unless it is what is live, and of a key a scope for drafts. The agent's row is held, so that an unpublish does not miss what is about to begin.
///
/// # Errors
/// `not_found`, also for a revision that is not the caller's to choose; `forbidden` for an admin who merely sees the agent;
/// `channel_off` for a key where the API is off; `no_published_version` when nothing is live.
pub(super) async fn pin(
    tx: &mut Tx<'_>,
    caller: &Caller,
    agent: Uuid,
    revision: Option<Uuid>,
) -> Outcome<(Pinned, ServedBecause)> {
    let right = access::agent_locked(tx, caller, agent, Access::Use).await?.right;
    channels::refuse_off(tx, caller, agent).await?;
    let live = releases::live(tx, caller.workspace, agent).await?.map(|release| release.id);
    let Some(revision) = revision else {
        let live = live.ok_or_else(|| Error::new(Code::NoPublishedVersion, "no_published_version"))?;
        return Ok((Pinned::Release(live), ServedBecause::LiveAtStart));
    };
    if live == Some(revision) {
        return Ok((Pinned::Release(revision), ServedBecause::LiveAtStart));
    }
    if right < Some(Right::Editor) || !caller.tries_drafts() {
        return Err(Error::not_found().into());
    }
    if drafts::by_id(tx, caller.workspace, agent, revision).await?.is_some() {
        return Ok((Pinned::Save(revision), ServedBecause::Chosen));
    }
    match releases::by_id(tx, caller.workspace, agent, revision).await? {
        Some(release) if release.deleted_at.is_none() => Ok((Pinned::Release(revision), ServedBecause::Chosen)),
        _ => Err(Error::not_found().into()),
    }
}

/// What answers on this revision, or on the newest save when none is pinned, and for this reason.
///
/// # Errors
/// When the database fails.
pub(super) async fn of(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    pinned: Option<Pinned>,
    reason: ServedBecause,
) -> Outcome<Serving> {
    let mut serving = match pinned {
        None => draft(tx, workspace, agent).await?,
        Some(Pinned::Release(id)) => release(tx, workspace, agent, id).await?,
        Some(Pinned::Save(id)) => {
            let row = drafts::by_id(tx, workspace, agent, id).await?;
            saved(tx, workspace, agent, row.ok_or_else(|| Failure::internal(format!("save {id} is missing")))?).await?
        }
    };
    serving.receipt.reason = reason;
    Ok(serving)
}

/// Who answers these turns: the rehearsal, a model of a provider, or nobody when no such model is set up.
///
/// # Errors
/// When the database fails.
pub(super) async fn by(
    core: &Core,
    tx: &mut Tx<'_>,
    workspace: Uuid,
    serving: Serving,
    turns: Vec<Turn>,
) -> Outcome<By> {
    let Serving { receipt, compiled, .. } = serving;
    if receipt.model == REHEARSAL {
        let message = turns.last().map_or("", |turn| turn.text.as_str());
        return Ok(By::Rehearsal(rehearsal::text(&compiled, &receipt, message)));
    }
    Ok(match providers::target_in(core, tx, workspace, &receipt.model).await? {
        None => By::Nobody(receipt.model),
        Some(target) => {
            let (system, temperature) = (compiled.system, compiled.temperature);
            By::Model(target, Request { system, temperature, turns, max_tokens: None })
        }
    })
}

/// The newest save of an agent.
///
/// # Errors
/// When the database fails.
pub async fn draft(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid) -> Outcome<Serving> {
    let newest = drafts::page(tx, workspace, agent, i64::MAX, 1).await?.into_iter().next();
    let row = newest.ok_or_else(|| Failure::internal(format!("agent {agent} has no draft")))?;
    saved(tx, workspace, agent, row).await
}

async fn saved(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, row: DraftRow) -> Outcome<Serving> {
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
    Ok(Serving { receipt, compiled, config, made: Made { at: row.saved_at, by: row.saved_by } })
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
    Ok(Serving { receipt, compiled, config, made: Made { at: release.published_at, by: release.published_by } })
}

/// What a page shows of it before the first message.
///
/// # Errors
/// When the database fails.
pub async fn opening(core: &Core, tx: &mut Tx<'_>, caller: &Caller, serving: Serving) -> Outcome<Opening> {
    let Serving { receipt, compiled, config, made } = serving;
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
        made,
        receipt,
    })
}

/// What a stranger's page shows of it before the first message.
#[must_use]
pub fn opening_for_visitor(serving: Serving) -> VisitOpening {
    let Serving { compiled, config, .. } = serving;
    VisitOpening {
        name: compiled.name,
        icon: config.icon,
        greeting: compiled.greeting,
        prompt_bubbles: compiled.prompt_bubbles,
    }
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
