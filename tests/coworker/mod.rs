//! Coworker: whom one may talk to, one's conversations, and the page where one talks.

mod conversations;
mod desk;
mod pages;
mod picker;
mod plans;

use galley::{
    model::{
        agent::Right,
        config::Config,
        coworker::{ConversationQuery, ConversationSummary, Show, UsableAgent, UsableQuery},
        grants::{NewGrant, NewGrants},
        saved_draft::Origin,
        session::{Message, Session},
    },
    server::domain::{agents, caller::Caller, chat, coworker, drafts, grants, sessions},
};
use uuid::Uuid;

use crate::{
    releases::{publish, save, saved},
    support::{Person, TestApp},
};

/// A config that lists show.
fn shown(name: &str, description: &str) -> Config {
    Config {
        name: name.into(),
        description: description.into(),
        icon: "🛟".into(),
        instructions: format!("Answer as {name}."),
        greeting: format!("Hello from {name}"),
        prompt_bubbles: vec![format!("Ask {name}")],
        ..Config::default()
    }
}

/// An agent that was never released.
async fn drafted(app: &TestApp, owner: &Person, name: &str) -> Uuid {
    let made = agents::create(&app.core, &owner.caller, &shown(name, ""), Origin::Create).await.unwrap();
    saved(made).agent_id
}

/// An agent whose draft is live.
async fn live(app: &TestApp, owner: &Person, name: &str) -> Uuid {
    let id = drafted(app, owner, name).await;
    publish(app, owner, id).await;
    id
}

/// Saves another config, without publishing it.
async fn redrafted(app: &TestApp, owner: &Person, agent: Uuid, config: &Config) {
    let number = drafts::get(&app.core, &owner.caller, agent, None).await.unwrap().info.number;
    save(app, owner, agent, number, config).await;
}

/// Shares an agent with these people and nobody else but its owner.
async fn share(app: &TestApp, owner: &Person, agent: Uuid, everyone: bool, with: &[(&Person, Right)]) {
    let people = with.iter().map(|(person, right)| NewGrant { account_id: person.caller.account, right: *right });
    let new = NewGrants { everyone, people: people.collect() };
    grants::set(&app.core, &owner.caller, agent, &new).await.unwrap();
}

async fn usable_by(app: &TestApp, caller: &Caller, q: &str, show: Show) -> Vec<UsableAgent> {
    let query = UsableQuery { q: q.into(), show, limit: Some(100), ..UsableQuery::default() };
    coworker::usable(&app.core, caller, &query).await.unwrap().data
}

/// The names in the picker, in order.
async fn names(app: &TestApp, person: &Person, q: &str, show: Show) -> Vec<String> {
    usable_by(app, &person.caller, q, show).await.into_iter().map(|agent| agent.name).collect()
}

async fn begin(app: &TestApp, person: &Person, agent: Uuid) -> Session {
    sessions::start(&app.core, &person.caller, agent, false, None).await.unwrap()
}

async fn say(app: &TestApp, person: &Person, session: Uuid, text: &str) -> Message {
    chat::send(&app.core, &person.caller, session, text).await.unwrap().reader.finished().await.unwrap()
}

/// A conversation in which something was said.
async fn talked(app: &TestApp, person: &Person, agent: Uuid, text: &str) -> Uuid {
    let session = begin(app, person, agent).await.id;
    say(app, person, session, text).await;
    session
}

/// One's conversations, found by these words.
async fn found(app: &TestApp, person: &Person, q: &str) -> Vec<ConversationSummary> {
    let query = ConversationQuery { q: q.into(), limit: Some(100), ..ConversationQuery::default() };
    coworker::conversations(&app.core, &person.caller, &query).await.unwrap().data
}
