//! API keys: who makes them, what they open, and when they stop.

mod bound;
mod commands;
mod page;
mod requests;
mod rules;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use galley::{
    model::api_key::{ApiKey, NewApiKey, Scope},
    server::domain::api_keys,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Person, TestApp};

const DAY: i64 = 24 * 3600;

/// A key with these scopes, of every agent, for ever.
fn new(scopes: &[Scope]) -> NewApiKey {
    NewApiKey { name: "CI".into(), scopes: scopes.iter().copied().collect(), agent_id: None, expires_at: None }
}

/// Makes a key, and gives its secret with it.
async fn make(app: &TestApp, person: &Person, new: &NewApiKey) -> (ApiKey, String) {
    api_keys::make(&app.core, &person.caller, new).await.unwrap()
}

/// Asks by a key as a program does: no cookie, nothing that a browser says.
async fn ask(app: &TestApp, key: &str, method: Method, path: &str, body: &Value) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()));
    app.browser().send(request.unwrap()).await
}

/// Begins a conversation by a key.
async fn begin(app: &TestApp, key: &str, agent: Uuid) -> Answer {
    ask(app, key, Method::POST, "/api/v1/chat/sessions", &json!({ "agent_id": agent })).await
}

/// A live agent of this person's.
async fn live_agent(app: &TestApp, person: &Person, instructions: &str) -> Uuid {
    let agent = crate::releases::agent(app, person, instructions).await;
    crate::releases::publish(app, person, agent).await;
    agent
}
