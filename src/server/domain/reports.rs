//! The report before a publish: the model's rules, asked with what only the server knows.

use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    access::{self, Access},
    caller::Caller,
    configs, drafts, providers,
};
use crate::{
    model::{
        config::Config,
        report::{Ask, Report, report},
    },
    server::{
        core::Core,
        failure::Outcome,
        language::language,
        store::{agents::Agent, db::Tx, releases},
    },
};

/// What an author should know before publishing the draft.
///
/// # Errors
/// As [`access::agent`] for an editor.
pub async fn of_draft(core: &Core, caller: &Caller, id: Uuid) -> Outcome<Report> {
    let served = served(core, caller).await?;
    let (draft, live) = core
        .db
        .read(|tx| {
            async move {
                let agent = access::agent(tx, caller, id, Access::Edit).await?.agent;
                Ok((drafts::current(tx, &agent).await?.config, live(tx, &agent).await?))
            }
            .boxed()
        })
        .await?;
    Ok(make(&draft, live.as_ref(), &served))
}

/// The models that some provider serves, by name.
///
/// # Errors
/// When the database fails.
pub(super) async fn served(core: &Core, caller: &Caller) -> Outcome<Vec<String>> {
    Ok(providers::models(core, caller).await?.into_iter().map(|model| model.name).collect())
}

/// The config of what is live.
///
/// # Errors
/// When the database fails.
pub(super) async fn live(tx: &mut Tx<'_>, agent: &Agent) -> Outcome<Option<Config>> {
    match releases::live(tx, agent.workspace, agent.id).await? {
        Some(release) => configs::get(tx, agent.workspace, &release.config_hash).await.map(Some),
        None => Ok(None),
    }
}

/// The report on a draft against what is live. What stops a publish is what would be refused, schemas included.
pub(super) fn make(draft: &Config, live: Option<&Config>, served: &[String]) -> Report {
    let ask = Ask { served_models: &|name| served.iter().any(|model| model == name), language: &language };
    Report { blocking: configs::errors(draft), ..report(draft, live, ask) }
}
