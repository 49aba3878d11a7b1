//! Channels: switches, the public link and its page, the agent's own key.

mod api_off;
mod frames;
mod limits;
mod page;
mod pass;
mod rules;
mod settings;
mod switching;

use std::collections::VecDeque;

use axum::{
    body::Body,
    http::{Request, header},
};
use galley::{
    model::{channel::Channel, config::Config, link::LinkForm},
    server::domain::{channels, links},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    releases::{config, publish, saved},
    support::{Answer, Browser, Person, TestApp},
};

/// A config that strangers can tell apart: what they see of it is its greeting.
fn greeting(text: &str) -> Config {
    Config { greeting: text.into(), ..config("Secret instructions.") }
}

/// An agent with this draft, published.
async fn live(app: &TestApp, owner: &Person, config: &Config) -> Uuid {
    let origin = galley::model::saved_draft::Origin::Create;
    let made = galley::server::domain::agents::create(&app.core, &owner.caller, config, origin).await.unwrap();
    let id = saved(made).agent_id;
    publish(app, owner, id).await;
    id
}

/// The form of a link with room for all that a test says.
fn roomy() -> LinkForm {
    LinkForm { daily_messages: 1_000, daily_tokens: 10_000_000, frame_origins: vec![], pass_phrase: None }
}

/// Sets a link up and switches it on; gives its slug.
async fn open(app: &TestApp, owner: &Person, agent: Uuid, form: &LinkForm) -> String {
    links::set(&app.core, &owner.caller, agent, form).await.unwrap();
    let shown = channels::switch(&app.core, &owner.caller, agent, Channel::Link, true).await.unwrap();
    shown.link.unwrap().slug
}

/// A published agent whose link is on.
async fn opened(app: &TestApp, owner: &Person) -> (Uuid, String) {
    let id = live(app, owner, &greeting("Hello from one.")).await;
    let slug = open(app, owner, id, &roomy()).await;
    (id, slug)
}

/// Another node on the same database.
fn other_node(app: &TestApp) -> TestApp {
    app.over(crate::runs::other_node(app))
}

/// Posts a form of the public page as a browser without code does; does not follow the redirect.
pub async fn post_form(browser: &Browser, path: &str, body: &str) -> Answer {
    let request = Request::post(path)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "text/html")
        .body(Body::from(body.to_owned()));
    browser.send(request.unwrap()).await
}

/// Says something as the page's code does; gives the conversation's token and the events.
async fn talk(browser: &Browser, path: &str, content: &str) -> (Answer, Option<String>) {
    let answer = browser.json(axum::http::Method::POST, path, &json!({ "content": content })).await;
    let token = answer.header("galley-chat").map(str::to_owned);
    (answer, token)
}

/// The events of an answer, each with its data.
fn events(text: &str) -> VecDeque<(String, Value)> {
    let all = galley::model::chat::EventReader::default().push(text.as_bytes());
    all.into_iter().map(|(name, data)| (name, serde_json::from_str(&data).unwrap())).collect()
}
