//! Saving, publishing, rolling back: the acts on one agent, on both engines.

pub mod access;
mod approvals;
mod concurrency;
mod publishing;
mod reference;
mod revisions;
mod saving;

use galley::{
    model::{
        config::Config,
        release::{Published, Release},
        saved_draft::{Origin, SaveConflict, SaveOutcome, Saved},
    },
    server::domain::{agents, drafts, releases},
};
use uuid::Uuid;

use crate::support::{Person, TestApp};

/// A valid config with these instructions.
pub fn config(instructions: &str) -> Config {
    Config { name: "Support triage".into(), instructions: instructions.into(), ..Config::default() }
}

/// Makes an agent whose draft 1 has these instructions.
pub async fn agent(app: &TestApp, person: &Person, instructions: &str) -> Uuid {
    let outcome = agents::create(&app.core, &person.caller, &config(instructions), Origin::Create).await.unwrap();
    saved(outcome).agent_id
}

/// Saves on the draft numbered `base`.
pub async fn save(app: &TestApp, person: &Person, agent: Uuid, base: i64, config: &Config) -> SaveOutcome {
    drafts::save(&app.core, &person.caller, agent, base, config, None).await.unwrap()
}

/// Publishes whatever the draft is.
pub async fn publish(app: &TestApp, person: &Person, agent: Uuid) -> Published {
    releases::publish(&app.core, &person.caller, agent, "", None).await.unwrap()
}

/// A save that was written.
#[track_caller]
pub fn saved(outcome: SaveOutcome) -> Saved {
    match outcome {
        SaveOutcome::Saved(saved) => *saved,
        other => panic!("expected a save, got {other:?}"),
    }
}

/// A conflict.
#[track_caller]
pub fn conflict(outcome: SaveOutcome) -> SaveConflict {
    match outcome {
        SaveOutcome::Conflict(conflict) => *conflict,
        other => panic!("expected a conflict, got {other:?}"),
    }
}

/// A release that was made.
#[track_caller]
pub fn released(published: Published) -> Release {
    match published {
        Published::Released(release) => *release,
        other => panic!("expected a release, got {other:?}"),
    }
}
