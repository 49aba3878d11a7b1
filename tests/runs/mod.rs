//! Runs: what they run on, who sees them, how they end. Conversations with a chosen revision begin by the same rules.

mod access;
mod cancelling;
mod conversations;
mod keys;
mod leases;
mod lifecycle;

use std::time::Duration;

use futures_util::StreamExt;
use galley::{
    model::{
        config::Config,
        run::{Run, RunEvent, RunStatus},
    },
    server::{
        core::Core,
        domain::{run_events, runs},
        settings::Settings,
    },
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    releases::{publish, saved},
    support::{ModelServer, Person, TestApp},
};

/// The server with a provider in its environment.
pub fn with_model(app: &TestApp, model: &ModelServer) -> TestApp {
    let url = model.url.clone();
    app.with_settings(|settings| {
        settings.answer_timeout_seconds = 20;
        settings.providers.openai_base_url = Some(url);
        settings.providers.openai_models = vec!["m".into()];
    })
}

/// Another node on the same database: with an engine of its own.
pub fn other_node(app: &TestApp) -> Core {
    let settings = Settings::clone(&app.core.settings);
    Core::new(app.core.db.clone(), app.core.clock.clone(), settings).unwrap()
}

/// A config that the model of [`with_model`] answers for.
pub fn modelled(instructions: &str) -> Config {
    Config { model: "openai/m".into(), ..crate::releases::config(instructions) }
}

/// An agent with this draft, published.
pub async fn live_agent(app: &TestApp, owner: &Person, config: &Config) -> Uuid {
    let origin = galley::model::saved_draft::Origin::Create;
    let made = galley::server::domain::agents::create(&app.core, &owner.caller, config, origin).await.unwrap();
    let id = saved(made).agent_id;
    publish(app, owner, id).await;
    id
}

/// Writes a run and begins it.
async fn start(core: &Core, person: &Person, agent: Uuid) -> Run {
    runs::start(core, &person.caller, agent, None, &json!("Hello")).await.unwrap()
}

/// Waits for the end of a run.
async fn outcome(core: &Core, person: &Person, id: Uuid) -> Run {
    let run = runs::wait(core, &person.caller, id, 30).await.unwrap();
    assert!(run.status.is_over(), "{run:?}");
    run
}

/// The run as it is now.
async fn status(core: &Core, person: &Person, id: Uuid) -> RunStatus {
    runs::get(core, &person.caller, id).await.unwrap().status
}

/// All events of a run from its beginning to its end.
async fn all_events(core: &Core, person: &Person, id: Uuid) -> Vec<RunEvent> {
    let following = run_events::events(core, &person.caller, id).await.unwrap();
    tokio::time::timeout(Duration::from_secs(30), following.events.collect()).await.expect("the events did not end")
}

/// Waits until nothing writes this run on this node any more.
async fn idle(core: &Core, id: Uuid) {
    if let Some(reader) = core.engine.reader(id) {
        let _ = tokio::time::timeout(Duration::from_secs(30), reader.finished()).await.expect("it did not stop");
    }
}
