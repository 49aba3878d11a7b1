//! `/api/v1` and the dialects as a program sees them: by key, through the real router.

mod approvals;
mod dialects;
mod document;
mod drafts;
mod idempotency;
mod matrix;
mod operations;
mod rates;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use galley::{
    model::api_key::{NewApiKey, Scope},
    server::domain::api_keys,
};
use serde_json::Value;
use uuid::Uuid;

use crate::support::{Answer, Person, TestApp};

/// A program with a key.
pub struct Program {
    /// The server that it asks.
    pub app: TestApp,
    /// What it sends.
    pub key: String,
}

impl Program {
    /// The same program in front of another server.
    fn on(&self, app: &TestApp) -> Self {
        Self { app: app.clone(), key: self.key.clone() }
    }

    /// A program of this person's with these scopes, bound to one agent or not.
    pub async fn of(app: &TestApp, person: &Person, scopes: &[Scope], agent_id: Option<Uuid>) -> Self {
        let scopes = scopes.iter().copied().collect();
        let new = NewApiKey { name: "CI".into(), scopes, agent_id, expires_at: None };
        let (_, key) = api_keys::make(&app.core, &person.caller, &new).await.unwrap();
        Self { app: app.clone(), key }
    }

    /// A program that may do whatever its maker may.
    async fn whole(app: &TestApp, person: &Person) -> Self {
        let admin = person.caller.role == galley::model::account::Role::Admin;
        let scopes: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| admin || *scope != Scope::Admin).collect();
        Self::of(app, person, &scopes, None).await
    }

    fn request(&self, method: &str, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Request<Body> {
        let mut request = Request::builder()
            .method(method.parse::<Method>().unwrap())
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_string()))).unwrap()
    }

    async fn send(&self, method: &str, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Answer {
        self.app.browser().send(self.request(method, path, body, headers)).await
    }

    /// Asks for something.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, &[]).await
    }

    /// Sends a body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body), &[]).await
    }

    /// Asks under an idempotency key.
    async fn once(&self, key: &str, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body), &[("idempotency-key", key)]).await
    }

    /// Makes an agent; gives its id.
    async fn agent(&self, instructions: &str) -> String {
        let body = serde_json::json!({ "name": "Desk", "instructions": instructions });
        let made = self.post("/api/v1/agents", &body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json()["id"].as_str().unwrap().to_owned()
    }

    /// Changes the draft that there is.
    async fn edit(&self, agent: &str, fields: &Value) -> Answer {
        let path = format!("/api/v1/agents/{agent}/draft");
        self.send("PATCH", &path, Some(fields), &[("if-match", "*")]).await
    }
}

/// The code of a problem.
fn code(answer: &Answer) -> String {
    answer.json()["code"].as_str().unwrap_or_default().to_owned()
}
