//! Other systems' words for the same operations.

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::json;

use super::Program;

both_engines! {
    async fn a_key_that_does_not_work_is_refused_in_each_dialect(app: TestApp) {
        let nobody = Program { app: app.clone(), key: "gk_live_nothing".into() };
        let said = nobody.post("/agent/v1/publish", &json!({})).await;
        assert_eq!(said.status, 401);
        assert!(said.json()["message"].is_string(), "{}", said.text);
        let said = nobody.get("/v1/models").await;
        assert_eq!((said.status.as_u16(), said.json()["error"]["type"].as_str()), (401, Some("authentication_error")));
        assert_eq!(said.headers["content-type"], "application/json");
        let said = nobody.post("/api/useragents/x/releases", &json!({})).await;
        assert_eq!((said.status.as_u16(), said.json()["code"].as_str()), (401, Some("unauthorized")));
    }

    async fn a_missing_key_is_refused_in_each_dialect(app: TestApp) {
        for (path, message) in [("/agent/v1/publish", "/message"), ("/v1/chat/completions", "/error/message"), ("/api/v1/agents", "/detail")] {
            let request = Request::builder().method("POST").uri(path).header(header::CONTENT_TYPE, "application/json");
            let said = app.browser().send(request.body(Body::from("{}")).unwrap()).await;
            assert_eq!(said.status, 401, "{path}: {}", said.text);
            let message = said.json().pointer(message).and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default();
            assert!(message.contains("Authorization: Bearer"), "{path}: {}", said.text);
        }
    }

    async fn what_is_not_there_is_said_in_each_dialect(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        for (path, words) in [
            ("/v1/embeddings", "/error/message"),
            ("/agent/v1/nothing", "/message"),
            ("/api/public/agent/v1/nothing", "/message"),
            ("/api/useragents/a/b/c", "/detail"),
            ("/api/v1/nothing", "/detail"),
            ("/api/nothing", "/detail"),
        ] {
            let said = ada.post(path, &json!({})).await;
            assert_eq!(said.status, 404, "{path}: {}", said.text);
            assert!(said.json().pointer(words).is_some_and(serde_json::Value::is_string), "{path}: {}", said.text);
        }
        for (path, words) in [
            ("/v1/models", "/error/message"),
            ("/agent/v1/publish", "/message"),
            ("/api/useragents/a/releases", "/detail"),
            ("/api/v1/agents", "/detail"),
        ] {
            let said = ada.send("PUT", path, Some(&json!({})), &[]).await;
            assert_eq!(said.status, 405, "{path}: {}", said.text);
            assert!(said.json().pointer(words).is_some_and(serde_json::Value::is_string), "{path}: {}", said.text);
        }
    }

    async fn releases_of_a_users_agents(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        let agent = ada.agent("Help.").await;
        let path = format!("/api/useragents/{agent}/releases");
        let made = ada.send("POST", &path, None, &[]).await;
        assert_eq!((made.status.as_u16(), made.json()["version"].as_i64()), (201, Some(1)), "{}", made.text);
        let same = ada.send("POST", &path, None, &[]).await;
        let message = "No new release was published since the agent didn’t change. Make changes to your agent and try publishing again.";
        assert_eq!((same.status.as_u16(), same.json()), (200, json!({ "released": false, "message": message })));
        assert_eq!(ada.edit(&agent, &json!({ "greeting": "Hi" })).await.status, 200);
        assert_eq!(ada.send("POST", &path, None, &[]).await.status, 201);
        assert_eq!(ada.send("DELETE", &path, None, &[]).await.status, 400);
        assert_eq!(ada.send("DELETE", &format!("{path}?version=1"), None, &[]).await.status, 200);
        assert_eq!(ada.send("DELETE", &format!("{path}?version=2"), None, &[]).await.status, 409);
        assert_eq!(ada.send("DELETE", &format!("{path}?version=9"), None, &[]).await.status, 404);
    }

    async fn agent_v1_at_both_of_its_places(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        for place in ["/agent/v1", "/api/public/agent/v1"] {
            let created = ada.post(&format!("{place}/create"), &json!({ "name": "Desk", "instructions": "Help.", "promptBubbles": ["a"] })).await;
            assert_eq!(created.status, 200, "{}", created.text);
            let agent = created.json()["agent"]["id"].as_str().unwrap().to_owned();
            let publish = |description: &str| {
                let body = json!({ "agentId": agent, "description": description });
                let ada = &ada;
                async move { ada.post(&format!("{place}/publish"), &body).await }
            };
            let published = publish("Tightened the system prompt").await;
            assert_eq!((published.status.as_u16(), published.json()["status"].as_str()), (200, Some("success")), "{}", published.text);
            assert_eq!(published.json()["version"]["version"], 1);
            assert!(published.json()["version"]["createdAt"].is_string());
            let same = publish("again").await;
            assert_eq!((same.status.as_u16(), same.json()["message"].as_str()), (409, Some("No draft changes to publish")));
            assert_eq!(publish(&"x".repeat(101)).await.status, 400);
            let unknown = ada.post(&format!("{place}/publish"), &json!({ "agentId": uuid::Uuid::now_v7() })).await;
            assert_eq!(unknown.status, 403, "{}", unknown.text);
            assert_eq!(ada.post(&format!("{place}/publish"), &json!({ "agentId": "nonsense" })).await.status, 400);

            let update = json!({ "agentId": agent, "promptBubbles": ["b", "c"] });
            let updated = ada.send("PATCH", &format!("{place}/update"), Some(&update), &[]).await;
            assert_eq!(updated.status, 200, "{}", updated.text);
            let shown = ada.get(&format!("{place}/get?agentId={agent}")).await.json();
            assert_eq!(shown["agent"]["draft"]["config"]["prompt_bubbles"], json!(["b", "c"]));
            assert_eq!(shown["agent"]["live"]["version"], 1, "an update reaches nobody before it is published");
            assert_eq!(ada.get(&format!("{place}/models")).await.json()["data"][0]["id"], "rehearsal");

            let said = json!({ "agentId": agent, "messages": [{ "id": "m1", "role": "user", "parts": [{ "type": "text", "text": "Hello" }] }] });
            let stream = ada.post(&format!("{place}/chat/completions"), &said).await;
            assert_eq!(stream.headers["x-vercel-ai-ui-message-stream"], "v1", "{}", stream.text);
            for part in ["\"type\":\"start\"", "\"type\":\"text-delta\"", "\"type\":\"finish\"", "data: [DONE]"] {
                assert!(stream.text.contains(part), "{part}: {}", stream.text);
            }
            let mut plain = said.clone();
            plain["stream"] = json!(false);
            let plain = ada.post(&format!("{place}/chat/completions"), &plain).await.json();
            assert!(plain["parts"][0]["text"].as_str().unwrap().contains("Rehearsal"), "{plain}");
            assert_eq!(plain["metadata"]["receipt"]["version"], 1);
        }
    }

    async fn the_chat_completions_of_openai(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        let agent = ada.agent("Help.").await;
        let body = json!({
            "model": agent, "temperature": 0.7,
            "messages": [{ "role": "system", "content": "Be brief." }, { "role": "user", "content": [{ "type": "text", "text": "Hello" }] }],
        });
        let nothing_live = ada.post("/v1/chat/completions", &body).await;
        assert_eq!((nothing_live.status.as_u16(), nothing_live.json()["error"]["code"].as_str()), (409, Some("no_published_version")));
        assert_eq!(ada.post(&format!("/api/v1/agents/{agent}/publish"), &json!({})).await.status, 201);
        let whole = ada.post("/v1/chat/completions", &body).await;
        assert_eq!(whole.status, 200, "{}", whole.text);
        assert!(whole.headers.contains_key("galley-receipt"));
        assert_eq!(whole.json()["choices"][0]["finish_reason"], "stop");
        assert!(whole.json()["choices"][0]["message"]["content"].as_str().unwrap().contains("Rehearsal"));
        let mut streamed = body.clone();
        streamed["stream"] = json!(true);
        let stream = ada.post("/v1/chat/completions", &streamed).await;
        assert!(stream.text.contains("chat.completion.chunk") && stream.text.trim_end().ends_with("data: [DONE]"), "{}", stream.text);
        let models = ada.get("/v1/models").await.json();
        assert_eq!(models["data"][0]["id"], agent.as_str());
        let unknown = ada.post("/v1/chat/completions", &json!({ "model": "gpt-4", "messages": [] })).await;
        assert_eq!((unknown.status.as_u16(), unknown.json()["error"]["type"].as_str()), (404, Some("invalid_request_error")));
    }
}
