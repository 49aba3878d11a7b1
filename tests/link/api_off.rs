//! With the API switched off no key talks to the agent, in any words; people do.

use axum::{
    body::Body,
    http::{Request, header},
};
use galley::{
    model::{
        api_key::{NewApiKey, Scope},
        channel::Channel,
        run::RunStatus,
    },
    server::domain::{api_keys, channels, runs, sessions},
};
use serde_json::{Value, json};

use super::{greeting, live};
use crate::support::{Answer, Person, TestApp};

struct Program {
    app: TestApp,
    key: String,
}

impl Program {
    async fn of(app: &TestApp, person: &Person, agent: Option<uuid::Uuid>) -> Self {
        let scopes = [Scope::Chat, Scope::AgentsRead, Scope::AgentsWrite].into_iter().collect();
        let new = NewApiKey { name: "CI".into(), scopes, agent_id: agent, expires_at: None };
        let (_, key) = api_keys::make(&app.core, &person.caller, &new).await.unwrap();
        Self { app: app.clone(), key }
    }

    async fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        self.app.browser().send(request.unwrap()).await
    }
}

both_engines! {
    async fn every_key_is_refused_in_every_dialect(app: TestApp) {
        let ada = app.admin().await;
        let id = live(&app, &ada, &greeting("Hi.")).await;
        let programs = [Program::of(&app, &ada, Some(id)).await, Program::of(&app, &ada, None).await];
        let messages = json!([{ "role": "user", "content": "Hello" }]);
        let parts = json!([{ "id": "1", "role": "user", "parts": [{ "type": "text", "text": "Hello" }] }]);
        let asked = |session: &str| vec![
            ("/api/v1/chat/sessions".to_owned(), json!({ "agent_id": id })),
            (format!("/api/v1/chat/sessions/{session}/messages"), json!({ "content": "Hello" })),
            (format!("/api/v1/agents/{id}/runs"), json!({ "input": "Hello" })),
            ("/v1/chat/completions".to_owned(), json!({ "model": id, "messages": messages })),
            ("/agent/v1/chat/completions".to_owned(), json!({ "agentId": id, "messages": parts, "stream": false })),
            ("/api/public/agent/v1/chat/completions".to_owned(), json!({ "agentId": id, "messages": parts, "stream": false })),
        ];
        for program in &programs {
            let session = program.ask("POST", "/api/v1/chat/sessions", &json!({ "agent_id": id })).await;
            let session = session.json()["id"].as_str().unwrap().to_owned();
            for (path, body) in asked(&session) {
                let answer = program.ask("POST", &path, &body).await;
                assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.text);
            }
            channels::switch(&app.core, &ada.caller, id, Channel::Api, false).await.unwrap();
            for (path, body) in asked(&session) {
                let answer = program.ask("POST", &path, &body).await;
                assert_eq!(answer.status, 403, "{path}: {}", answer.text);
                assert!(answer.text.contains("channel_off"), "{path}: {}", answer.text);
            }
            // The conversation is over, and can be read.
            let read = program.ask("GET", &format!("/api/v1/chat/sessions/{session}"), &json!({})).await;
            assert_eq!(read.json()["end_reason"], json!("channel_off"), "{}", read.text);
            // Editing is no way in for users.
            assert_eq!(program.ask("GET", &format!("/api/v1/agents/{id}"), &json!({})).await.status, 200);
            channels::switch(&app.core, &ada.caller, id, Channel::Api, true).await.unwrap();
            let again = program.ask("POST", "/api/v1/chat/sessions", &json!({ "agent_id": id })).await;
            assert_eq!(again.status, 201, "{}", again.text);
        }
    }

    async fn drafts_are_refused_too_and_what_is_not_theirs_is_still_not_there(app: TestApp) {
        let ada = app.admin().await;
        let (id, other) = (live(&app, &ada, &greeting("Hi.")).await, live(&app, &ada, &greeting("Hi.")).await);
        let (whole, bound) = (Program::of(&app, &ada, None).await, Program::of(&app, &ada, Some(other)).await);
        channels::switch(&app.core, &ada.caller, id, Channel::Api, false).await.unwrap();
        let start = json!({ "agent_id": id, "draft_mode": true });
        assert_eq!(whole.ask("POST", "/api/v1/chat/sessions", &start).await.status, 403);
        assert_eq!(bound.ask("POST", "/api/v1/chat/sessions", &json!({ "agent_id": id })).await.status, 404);
        assert_eq!(bound.ask("POST", "/api/v1/chat/sessions", &json!({ "agent_id": other })).await.status, 201);
    }

    async fn only_what_came_by_a_key_ends(app: TestApp) {
        let ada = app.admin().await;
        let id = live(&app, &ada, &greeting("Hi.")).await;
        let program = Program::of(&app, &ada, Some(id)).await;
        let own = sessions::start(&app.core, &ada.caller, id, false, None).await.unwrap();
        let preview = sessions::start(&app.core, &ada.caller, id, true, None).await.unwrap();
        let theirs = program.ask("POST", "/api/v1/chat/sessions", &json!({ "agent_id": id })).await.json();
        let by_key = galley::server::domain::caller::Caller {
            key: Some(galley::server::domain::caller::KeyUse { id: uuid::Uuid::nil(), scopes: [Scope::Chat].into_iter().collect(), agent: Some(id) }),
            ..ada.caller.clone()
        };
        let run = runs::insert(&app.core, &by_key, id, None, &json!("Hello")).await.unwrap();
        let mine = runs::insert(&app.core, &ada.caller, id, None, &json!("Hello")).await.unwrap();
        channels::switch(&app.core, &ada.caller, id, Channel::Api, false).await.unwrap();
        let status = async |id| runs::get(&app.core, &ada.caller, id).await.unwrap().status;
        assert_eq!((status(run.id).await, status(mine.id).await), (RunStatus::Cancelled, RunStatus::Pending));
        for session in [own.id, preview.id] {
            assert_eq!(sessions::get(&app.core, &ada.caller, session).await.unwrap().end_reason, None);
        }
        let theirs: uuid::Uuid = theirs["id"].as_str().unwrap().parse().unwrap();
        assert!(sessions::get(&app.core, &ada.caller, theirs).await.unwrap().end_reason.is_some());
    }
}
