//! What the builder page shows, and the refused forms that it brings back.

use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    access::{self, Access, Granted},
    approvals,
    caller::Caller,
    configs, drafts, providers, releases as publishing, reports,
};
use crate::{
    model::{
        account::Person,
        agent::Right,
        builder::{Builder, BuilderAgent, ReleasePanel, RollbackPreview, SaveAttempt},
        config::DraftForm,
        diff,
        error::Error,
        page::Page,
        release::LiveEventKind,
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{accounts, agent_tags, agents::Agent, db::Tx, grants, live, releases, save_attempts, sessions},
    },
};

/// How many releases the dropdown lists before it asks for more.
const PANEL_RELEASES: u32 = 10;

/// The builder page of a new agent.
///
/// # Errors
/// When the database fails.
pub async fn new_agent(core: &Core, caller: &Caller, form: DraftForm, attempt: Option<Uuid>) -> Outcome<Builder> {
    let attempt = self::attempt(core, caller, None, attempt).await?;
    let models = providers::models(core, caller).await?;
    let (form, refusal) = match attempt {
        Some(attempt) => (attempt.form, Some(attempt.refusal)),
        None => (form, None),
    };
    Ok(Builder { agent: None, form, refusal, models })
}

/// The builder page of a saved agent.
///
/// # Errors
/// As [`access::agent`] for an editor.
pub async fn agent(core: &Core, caller: &Caller, id: Uuid, attempt: Option<Uuid>) -> Outcome<Builder> {
    let attempt = self::attempt(core, caller, Some(id), attempt).await?;
    let models = providers::models(core, caller).await?;
    let served: Vec<String> = models.iter().map(|model| model.name.clone()).collect();
    let mut agent = core.db.read(|tx| async move { load(tx, caller, id, &served).await }.boxed()).await?;
    let (form, refusal) = match attempt {
        Some(attempt) => {
            // The kept form goes on from the draft that it started from, so that a second try merges as the first did.
            if let Some(base) = base_of(core, caller, id, attempt.base).await? {
                agent.draft = base;
            }
            (attempt.form, Some(attempt.refusal))
        }
        None => (DraftForm::from_config(&agent.draft.config), None),
    };
    Ok(Builder { agent: Some(agent), form, refusal, models })
}

async fn base_of(
    core: &Core,
    caller: &Caller,
    id: Uuid,
    number: i64,
) -> Outcome<Option<crate::model::saved_draft::Draft>> {
    core.db.read(|tx| async move { drafts::load(tx, caller.workspace, id, number).await }.boxed()).await
}

async fn load(tx: &mut Tx<'_>, caller: &Caller, id: Uuid, served: &[String]) -> Outcome<BuilderAgent> {
    let Granted { agent, right } = access::agent(tx, caller, id, Access::Edit).await?;
    let draft = drafts::current(tx, &agent).await?;
    let owner = accounts::by_id(tx, agent.owner).await?.ok_or_else(Error::not_found)?;
    Ok(BuilderAgent {
        id,
        right: right.ok_or_else(Error::not_found)?,
        owner: Person { id: owner.id, name: owner.name },
        tags: agent_tags::of(tx, caller.workspace, id).await?,
        everyone: grants::everyone(tx, caller.workspace, id).await?,
        panel: panel_in(tx, &agent, right, served).await?,
        draft,
    })
}

/// The Release dropdown.
///
/// # Errors
/// As [`access::agent`] for an editor.
pub async fn panel(core: &Core, caller: &Caller, id: Uuid) -> Outcome<ReleasePanel> {
    let served = reports::served(core, caller).await?;
    core.db
        .read(|tx| {
            async move {
                let Granted { agent, right } = access::agent(tx, caller, id, Access::Edit).await?;
                panel_in(tx, &agent, right, &served).await
            }
            .boxed()
        })
        .await
}

async fn panel_in(tx: &mut Tx<'_>, agent: &Agent, right: Option<Right>, served: &[String]) -> Outcome<ReleasePanel> {
    let draft = drafts::current(tx, agent).await?.config;
    let live = releases::live(tx, agent.workspace, agent.id).await?;
    let live_config = reports::live(tx, agent).await?;
    let report = reports::make(&draft, live_config.as_ref(), served);
    let last = live::events(tx, agent.workspace, agent.id, Uuid::max(), 1).await?.into_iter().next();
    let rows = releases::page(tx, agent.workspace, agent.id, i64::MAX, PANEL_RELEASES + 1).await?;
    Ok(ReleasePanel {
        draft_number: agent.last_draft,
        status: agent.status,
        rolled_back_from: last
            .filter(|event| event.kind == LiveEventKind::Rollback)
            .and_then(|event| event.previous_version),
        next_version: agent.last_release + 1,
        changes: live_config.map(|_| diff::summary(&report.diff)).unwrap_or_default(),
        warnings: report.warnings,
        blocking: report.blocking.iter().map(ToString::to_string).collect(),
        not_enforced: report.not_enforced,
        releases: Page::cut(rows, PANEL_RELEASES, |release| release.version.to_string()),
        rules: approvals::rules_in(tx, agent, right).await?,
        live,
    })
}

/// What a roll back to `version` would do.
///
/// # Errors
/// As [`access::agent`] for an editor; `not_found` for a release that is not there or was deleted.
pub async fn rollback_preview(core: &Core, caller: &Caller, id: Uuid, version: i64) -> Outcome<RollbackPreview> {
    core.db
        .read(|tx| {
            async move {
                let Granted { agent, right } = access::agent(tx, caller, id, Access::Edit).await?;
                let release = publishing::standing(tx, &agent, version).await?;
                let live = releases::live(tx, agent.workspace, id).await?;
                let changes = match &live {
                    Some(live) => {
                        let before = configs::get(tx, agent.workspace, &live.config_hash).await?;
                        let after = configs::get(tx, agent.workspace, &release.config_hash).await?;
                        diff::summary(&diff::diff(&before, &after))
                    }
                    None => Vec::new(),
                };
                let open_sessions = sessions::count_others(tx, agent.workspace, id, release.id).await?;
                let may_publish = approvals::rules_in(tx, &agent, right).await?.may_publish;
                Ok(RollbackPreview { release, live, changes, open_sessions, may_publish })
            }
            .boxed()
        })
        .await
}

/// Keeps a refused form and gives the id that brings it back.
///
/// # Errors
/// When the database fails.
pub async fn keep_attempt(core: &Core, caller: &Caller, agent: Option<Uuid>, attempt: &SaveAttempt) -> Outcome<Uuid> {
    let id = Uuid::now_v7();
    let at = core.clock.now();
    let body = serde_json::to_string(attempt)?;
    core.db
        .write(|tx| {
            let body = body.clone();
            async move {
                save_attempts::insert(tx, caller.workspace, caller.account, id, agent, &body, at).await?;
                Ok(id)
            }
            .boxed()
        })
        .await
}

async fn attempt(core: &Core, caller: &Caller, agent: Option<Uuid>, id: Option<Uuid>) -> Outcome<Option<SaveAttempt>> {
    let Some(id) = id else { return Ok(None) };
    let body = core
        .db
        .read(|tx| {
            async move { Ok(save_attempts::find(tx, caller.workspace, caller.account, agent, id).await?) }.boxed()
        })
        .await?;
    // A form that an older Galley kept and this one cannot read is only a lost convenience.
    Ok(body.and_then(|body| serde_json::from_str(&body).ok()))
}
