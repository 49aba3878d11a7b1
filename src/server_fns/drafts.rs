//! Saving from the builder page.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use uuid::Uuid;

use crate::model::{
    builder::Builder,
    config::DraftForm,
    error::Error,
    page::Page,
    revision::{Comparison, Revision, RevisionRef},
    saved_draft::{DraftInfo, FieldChoice, SaveOutcome},
};

/// The builder page: of a saved agent, or of a new one that starts empty or from an example.
#[server(prefix = "/fn", endpoint = "load_builder")]
pub async fn load_builder(
    agent: Option<Uuid>,
    example: Option<String>,
    attempt: Option<Uuid>,
) -> Result<Builder, Error> {
    use crate::{
        model::examples,
        server::{domain::builder, web::context},
    };
    let (core, caller) = context::signed_in()?;
    match agent {
        Some(id) => Ok(builder::agent(&core, &caller, id, attempt).await?),
        None => {
            let example = example.and_then(|slug| examples::all().into_iter().find(|example| example.slug == slug));
            let form = DraftForm::from_config(&example.map(|example| example.config).unwrap_or_default());
            Ok(builder::new_agent(&core, &caller, form, attempt).await?)
        }
    }
}

/// Saves the form as the next draft, or makes the agent with its first one.
///
/// `base` is the draft that the form started from, 0 for a new agent. `choices` settles a conflict that was shown with the
/// draft `seen`.
#[server(prefix = "/fn", endpoint = "save_draft", input = PostUrl)]
pub async fn save_draft(
    agent: Option<Uuid>,
    base: i64,
    form: DraftForm,
    #[server(default)] seen: Option<i64>,
    #[server(default)] choices: Vec<FieldChoice>,
) -> Result<SaveOutcome, Error> {
    use crate::{
        model::{
            builder::{Refusal, SaveAttempt},
            flash::Flash,
            saved_draft::Origin,
        },
        paths,
        server::{
            domain::{agents, builder, drafts},
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let choices = choices.into_iter().map(|one| (one.field, one.choice)).collect();
    let settled = seen.map(|seen| drafts::Settled { seen, choices });
    let outcome = match (form.parse(), agent) {
        (Err(errors), _) => SaveOutcome::Invalid { errors },
        (Ok(config), Some(id)) => drafts::save(&core, &caller, id, base, &config, settled.as_ref()).await?,
        (Ok(config), None) => agents::create(&core, &caller, &config, Origin::Create).await?,
    };
    if reply.is_plain() {
        let refusal = match &outcome {
            SaveOutcome::Invalid { errors } => Some(Refusal::Invalid { errors: errors.clone() }),
            SaveOutcome::Conflict(conflict) => Some(Refusal::Conflict(conflict.clone())),
            SaveOutcome::Saved(_) | SaveOutcome::Nothing { .. } => None,
        };
        let page = agent.map_or_else(|| paths::NEW_AGENT.to_owned(), paths::agent);
        if let Some(refusal) = refusal {
            let attempt = SaveAttempt { base, form, refusal };
            let id = builder::keep_attempt(&core, &caller, agent, &attempt).await?;
            reply.go(&format!("{page}?attempt={id}"));
        } else {
            let page = match &outcome {
                SaveOutcome::Saved(saved) => paths::agent(saved.agent_id),
                _ => page,
            };
            reply.go_saying(&page, &Flash::good(outcome.sentence()));
        }
    }
    Ok(outcome)
}

/// Makes an earlier revision the next draft.
#[server(prefix = "/fn", endpoint = "restore_revision", input = PostUrl)]
pub async fn restore_revision(agent: Uuid, revision: RevisionRef) -> Result<SaveOutcome, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::{drafts, revisions},
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let found = revisions::revision(&core, &caller, agent, revision).await?;
    let outcome = drafts::restore(&core, &caller, agent, found.id).await?;
    let said = match &outcome {
        SaveOutcome::Saved(saved) => {
            Flash::good(format!("{} is draft {} now", revision.label(), saved.draft.info.number))
        }
        _ => Flash::good(format!("The draft already equals {}", revision.label())),
    };
    reply.go_saying(&paths::agent(agent), &said);
    Ok(outcome)
}

/// The saves of an agent, newest first.
#[server(prefix = "/fn", endpoint = "list_drafts")]
pub async fn list_drafts(agent: Uuid, cursor: Option<String>) -> Result<Page<DraftInfo>, Error> {
    use crate::{
        model::page::DEFAULT_LIMIT,
        server::{domain::drafts, web::context},
    };
    let (core, caller) = context::signed_in()?;
    Ok(drafts::list(&core, &caller, agent, cursor.as_deref(), DEFAULT_LIMIT).await?)
}

/// One revision with its config.
#[server(prefix = "/fn", endpoint = "load_revision")]
pub async fn load_revision(agent: Uuid, revision: RevisionRef) -> Result<Revision, Error> {
    use crate::server::{domain::revisions, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(revisions::revision(&core, &caller, agent, revision).await?)
}

/// Compares two revisions, each as `v3`, `d12`, `draft` or `live`.
#[server(prefix = "/fn", endpoint = "compare_revisions")]
pub async fn compare_revisions(agent: Uuid, from: String, to: String) -> Result<Comparison, Error> {
    use crate::server::{domain::revisions, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(revisions::compare(&core, &caller, agent, &from, &to).await?)
}
