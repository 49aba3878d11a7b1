//! Saving: the next draft out of a form or a restored revision, merged with what others saved meanwhile.

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
        config::{Config, ConfigHash},
        draft::{SaveBlock, SaveState, save_blocked},
        error::{Error, FieldError},
        merge::{Choice, Merge, resolve},
        page::{self, Page},
        saved_draft::{Draft, DraftInfo, Origin, SaveConflict, SaveOutcome, Saved},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::{Failure, Outcome},
        store::{
            agents::{self, Agent, Face},
            db::Tx,
            drafts::{self, DraftRow, NewDraft},
            releases,
        },
    },
};

/// How the author settled a conflict that was shown to them.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The draft that the conflict was with; when it has moved on again, the choices no longer hold.
    pub seen: i64,
    /// The side to take for each conflicting field, by the field's name.
    pub choices: Vec<(String, Choice)>,
}

/// Saves `mine`, which started from the draft numbered `base`.
///
/// When the draft has moved on since, the two are merged field by field; when they touch, nothing is saved.
///
/// # Errors
/// As [`access::agent`] for an editor; `validation_failed` for a base that never was.
pub async fn save(
    core: &Core,
    caller: &Caller,
    id: Uuid,
    base: i64,
    mine: &Config,
    settled: Option<&Settled>,
) -> Outcome<SaveOutcome> {
    let at = core.clock.now();
    let errors = configs::errors(mine);
    core.db
        .write(|tx| {
            let errors = errors.clone();
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Edit).await?.agent;
                let unchanged = base == agent.last_draft && mine.hash() == agent.draft_hash;
                if let Some(refused) = refusal(mine, errors, !unchanged, Some(base)) {
                    return Ok(refused);
                }
                save_in(tx, caller, &agent, base, mine, settled, at).await
            }
            .boxed()
        })
        .await
}

/// What the rules of Save say to a config: the same function decides that disables the button.
///
/// `base` is none for an agent that was never saved.
pub(super) fn refusal(mine: &Config, errors: Vec<FieldError>, dirty: bool, base: Option<i64>) -> Option<SaveOutcome> {
    let state = SaveState {
        is_new: base.is_none(),
        running: false,
        errors,
        name_empty: mine.name.trim().is_empty(),
        instructions_empty: mine.instructions.trim().is_empty(),
        dirty,
    };
    Some(match save_blocked(&state)? {
        SaveBlock::NothingToSave => SaveOutcome::Nothing { number: base.unwrap_or_default() },
        SaveBlock::Running | SaveBlock::Missing { .. } | SaveBlock::Invalid { .. } => {
            SaveOutcome::Invalid { errors: state.errors }
        }
    })
}

pub(super) async fn save_in(
    tx: &mut Tx<'_>,
    caller: &Caller,
    agent: &Agent,
    base: i64,
    mine: &Config,
    settled: Option<&Settled>,
    at: Timestamp,
) -> Outcome<SaveOutcome> {
    let base_draft = load(tx, caller.workspace, agent.id, base).await?.ok_or_else(|| {
        let message = format!("draft {base} never was; the draft is {}", agent.last_draft);
        Error::field("base_draft", message)
    })?;
    if base == agent.last_draft {
        let draft = next(tx, caller, agent, mine, Origin::Save, at).await?;
        return Ok(SaveOutcome::Saved(Box::new(Saved { agent_id: agent.id, draft, took_in: Vec::new() })));
    }
    let theirs = current(tx, agent).await?;
    let choices = settled.filter(|settled| settled.seen == agent.last_draft);
    let choices = choices.map(|settled| settled.choices.as_slice()).unwrap_or_default();
    match resolve(&base_draft.config, mine, &theirs.config, choices) {
        Merge::Clean { config, .. } if config == theirs.config => Ok(SaveOutcome::Nothing { number: agent.last_draft }),
        Merge::Clean { config, taken } => {
            let errors = configs::errors(&config);
            if !errors.is_empty() {
                return Ok(SaveOutcome::Invalid { errors });
            }
            let draft = next(tx, caller, agent, &config, Origin::Merge, at).await?;
            Ok(SaveOutcome::Saved(Box::new(Saved { agent_id: agent.id, draft, took_in: taken })))
        }
        Merge::Conflict(conflicts) => Ok(SaveOutcome::Conflict(Box::new(SaveConflict {
            base,
            current: agent.last_draft,
            saved_by: theirs.info.saved_by,
            conflicts,
        }))),
    }
}

/// Makes the config of an earlier revision, a save or a release, the next draft.
///
/// # Errors
/// As [`access::agent`] for an editor; `not_found` for a revision that is not of this agent.
pub async fn restore(core: &Core, caller: &Caller, id: Uuid, revision: Uuid) -> Outcome<SaveOutcome> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Edit).await?.agent;
                let config = config_of(tx, &agent, revision).await?;
                if config.hash() == agent.draft_hash {
                    return Ok(SaveOutcome::Nothing { number: agent.last_draft });
                }
                let draft = next(tx, caller, &agent, &config, Origin::Restore, at).await?;
                Ok(SaveOutcome::Saved(Box::new(Saved { agent_id: id, draft, took_in: Vec::new() })))
            }
            .boxed()
        })
        .await
}

/// The config of a revision of the agent: a save, or a release that is not deleted.
///
/// # Errors
/// `not_found` when there is none.
pub async fn config_of(tx: &mut Tx<'_>, agent: &Agent, revision: Uuid) -> Outcome<Config> {
    if let Some(row) = drafts::by_id(tx, agent.workspace, agent.id, revision).await? {
        return configs::get(tx, agent.workspace, &row.config_hash).await;
    }
    match releases::by_id(tx, agent.workspace, agent.id, revision).await? {
        Some(release) if release.deleted_at.is_none() => configs::get(tx, agent.workspace, &release.config_hash).await,
        _ => Err(Error::not_found().into()),
    }
}

/// The saves of an agent, newest first; the cursor is the number that the last page ended with.
///
/// # Errors
/// As [`access::agent`] for an editor.
pub async fn list(
    core: &Core,
    caller: &Caller,
    id: Uuid,
    cursor: Option<&str>,
    limit: u32,
) -> Outcome<Page<DraftInfo>> {
    let before = before(cursor)?;
    core.db
        .read(|tx| {
            async move {
                access::agent(tx, caller, id, Access::Edit).await?;
                let rows = drafts::page(tx, caller.workspace, id, before, limit + 1).await?;
                Ok(Page::cut(rows, limit, |row| row.number.to_string()).map(info))
            }
            .boxed()
        })
        .await
}

/// Reads a cursor over numbers.
pub(super) fn before(cursor: Option<&str>) -> Outcome<i64> {
    cursor.map_or(Ok(i64::MAX), |text| text.parse().map_err(|_| page::unknown_cursor().into()))
}

/// The draft, or the save with this number.
///
/// # Errors
/// As [`access::agent`] for an editor; `not_found` for a number that never was.
pub async fn get(core: &Core, caller: &Caller, id: Uuid, number: Option<i64>) -> Outcome<Draft> {
    core.db
        .read(|tx| {
            async move {
                let agent = access::agent(tx, caller, id, Access::Edit).await?.agent;
                let number = number.unwrap_or(agent.last_draft);
                Ok(load(tx, caller.workspace, id, number).await?.ok_or_else(Error::not_found)?)
            }
            .boxed()
        })
        .await
}

/// The draft: the newest save.
///
/// # Errors
/// When the database fails.
pub async fn current(tx: &mut Tx<'_>, agent: &Agent) -> Outcome<Draft> {
    load(tx, agent.workspace, agent.id, agent.last_draft)
        .await?
        .ok_or_else(|| Failure::internal(format!("draft {} of agent {} is missing", agent.last_draft, agent.id)))
}

/// The save with this number.
///
/// # Errors
/// When the database fails.
pub async fn load(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, number: i64) -> Outcome<Option<Draft>> {
    let Some(row) = drafts::by_number(tx, workspace, agent, number).await? else { return Ok(None) };
    let config = configs::get(tx, workspace, &row.config_hash).await?;
    Ok(Some(Draft { info: info(row), config }))
}

/// Writes the next save of an agent that has one, and its line in the audit log.
async fn next(
    tx: &mut Tx<'_>,
    caller: &Caller,
    agent: &Agent,
    config: &Config,
    origin: Origin,
    at: Timestamp,
) -> Outcome<Draft> {
    let draft = append(tx, caller, agent.id, config, origin, at).await?;
    let DraftInfo { number, config_hash, .. } = &draft.info;
    let detail = json!({ "number": number, "origin": origin, "before": agent.draft_hash, "after": config_hash });
    audit::record(tx, caller, "agent.save", Some(agent.id), detail, at).await?;
    Ok(draft)
}

/// Writes the next save of an agent whose row the transaction holds.
///
/// # Errors
/// When the database fails.
pub async fn append(
    tx: &mut Tx<'_>,
    caller: &Caller,
    agent: Uuid,
    config: &Config,
    origin: Origin,
    at: Timestamp,
) -> Outcome<Draft> {
    let hash = configs::put(tx, caller.workspace, config).await?;
    let number = agents::next_draft(tx, caller.workspace, agent, face(config, &hash), at).await?;
    let new = NewDraft { id: Uuid::now_v7(), number, config_hash: &hash, origin, by: caller.account, at };
    drafts::insert(tx, caller.workspace, agent, &new).await?;
    load(tx, caller.workspace, agent, number)
        .await?
        .ok_or_else(|| Failure::internal("the draft that was just written is missing"))
}

/// What a config says of itself in lists.
#[must_use]
pub fn face<'a>(config: &'a Config, hash: &'a ConfigHash) -> Face<'a> {
    Face { name: &config.name, description: &config.description, icon: &config.icon, hash }
}

/// A save as the outside sees it.
#[must_use]
pub fn info(row: DraftRow) -> DraftInfo {
    let DraftRow { id, number, config_hash, origin, saved_by, saved_at } = row;
    DraftInfo { revision_id: id, number, config_hash, origin, saved_at, saved_by }
}
