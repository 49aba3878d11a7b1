//! `/api/v1`, one file per noun.

mod chat;
mod chat_models;
mod providers;
mod runs;
mod sessions;

use axum::{
    body::{Body, Bytes},
    http::{Method, Request, Response, header},
};
use galley::{
    model::{
        chat::{AnswerEvent, EventReader},
        config::Config,
        saved_draft::{Origin, SaveOutcome},
    },
    server::domain::{agents, drafts, releases},
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Person, TestApp};

/// A config that differs from others by its instructions.
fn config(instructions: &str) -> Config {
    Config { name: "Support triage".into(), instructions: instructions.into(), ..Config::default() }
}

/// An agent with this draft.
async fn agent(app: &TestApp, owner: &Person, config: &Config) -> Uuid {
    match agents::create(&app.core, &owner.caller, config, Origin::Create).await.unwrap() {
        SaveOutcome::Saved(saved) => saved.agent_id,
        other => panic!("{other:?}"),
    }
}

/// Saves the next draft after draft `base`.
async fn save(app: &TestApp, owner: &Person, agent: Uuid, base: i64, config: &Config) {
    let saved = drafts::save(&app.core, &owner.caller, agent, base, config, None).await.unwrap();
    assert!(matches!(saved, SaveOutcome::Saved(_)), "{saved:?}");
}

async fn publish(app: &TestApp, owner: &Person, agent: Uuid) {
    let published = releases::publish(&app.core, &owner.caller, agent, "", None).await.unwrap();
    assert!(matches!(published, galley::model::release::Published::Released(_)), "{published:?}");
}

async fn post(person: &Person, path: &str, body: &Value) -> Answer {
    person.browser.json(Method::POST, &format!("/api/v1{path}"), body).await
}

async fn get(person: &Person, path: &str) -> Answer {
    person.browser.get(&format!("/api/v1{path}")).await
}

/// Begins a conversation; gives its id.
async fn session(person: &Person, agent: Uuid, draft_mode: bool) -> String {
    let answer = post(person, "/chat/sessions", &json!({ "agent_id": agent, "draft_mode": draft_mode })).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// Says something and waits for the whole answer.
async fn say(person: &Person, session: &str, content: &str) -> Answer {
    post(person, &format!("/chat/sessions/{session}/messages"), &json!({ "content": content })).await
}

/// An answer that is read as it comes.
struct Listening {
    response: Response<Body>,
    cutter: EventReader,
    ready: std::collections::VecDeque<(String, String)>,
    /// Everything that came, to search it.
    all: String,
}

impl Listening {
    /// Asks for events.
    async fn to(person: &Person, path: &str, body: &Value) -> Self {
        let request = Request::post(format!("/api/v1{path}"))
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/event-stream")
            .body(Body::from(body.to_string()));
        let response = person.browser.open(request.unwrap()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Self { response, cutter: EventReader::default(), ready: std::collections::VecDeque::new(), all: String::new() }
    }

    async fn next(&mut self) -> Option<AnswerEvent> {
        loop {
            if let Some((name, data)) = self.ready.pop_front() {
                return Some(AnswerEvent::parse(&name, &data).unwrap_or_else(|| panic!("{name}: {data}")));
            }
            let chunk: Bytes = self.response.body_mut().frame().await?.unwrap().into_data().unwrap();
            self.all.push_str(&String::from_utf8_lossy(&chunk));
            self.ready.extend(self.cutter.push(&chunk));
        }
    }

    async fn token(&mut self) -> String {
        match self.next().await {
            Some(AnswerEvent::Token(text)) => text,
            other => panic!("no token: {other:?}"),
        }
    }
}
