//! The dialects, whose operations are not in the document: an agent of somebody else's answers as one that never was.

use serde_json::json;
use uuid::Uuid;

use super::{
    super::Program,
    masked,
    world::{Cast, address},
};

both_engines! {
    async fn dialects_tell_no_agent_from_one_that_never_was(app: TestApp) {
        let cast = Cast::gather(&app).await;
        let (own, hidden, foreign) = tokio::join!(cast.world("", "AGENT"), cast.hidden(), cast.foreign());
        let owner = Program::whole(&cast.app, &cast.owner).await;
        let bound = Program { app: cast.app.clone(), key: own.bound.clone().unwrap() };
        let elsewhere = crate::releases::agent(&cast.app, &cast.owner, "Another.").await;
        crate::releases::publish(&cast.app, &cast.owner, elsewhere).await;
        let said = json!([{ "role": "user", "content": "Hi", "parts": [{ "type": "text", "text": "Hi" }] }]);
        let operations = [
            ("POST", "/api/useragents/AGENT/releases", json!({})),
            ("DELETE", "/api/useragents/AGENT/releases?version=1", json!({})),
            ("GET", "/agent/v1/get?agentId=AGENT", json!({})),
            ("PATCH", "/agent/v1/update", json!({ "agentId": "AGENT", "greeting": "Hi" })),
            ("POST", "/agent/v1/publish", json!({ "agentId": "AGENT" })),
            ("POST", "/agent/v1/chat/completions", json!({ "agentId": "AGENT", "messages": said, "stream": false })),
            ("POST", "/v1/chat/completions", json!({ "model": "AGENT", "messages": said })),
            ("POST", "/api/v1/agents/AGENT/publish", json!({})),
        ];
        assert_eq!(address("/agents/{id}/publish"), operations[7].1);
        for (method, path, body) in operations {
            let ask = async |program: &Program, agent: &str| {
                let (path, body) = (path.replace("AGENT", agent), body.to_string().replace("AGENT", agent));
                let body = serde_json::from_str(&body).unwrap();
                let answer = program.send(method, &path, (!matches!(method, "GET" | "DELETE")).then_some(&body), &[]).await;
                (answer.status.as_u16(), masked(&answer.text))
            };
            let never = ask(&owner, &Uuid::now_v7().to_string()).await;
            assert!(matches!(never.0, 403 | 404), "{path}: {never:?}");
            for world in [&hidden, &foreign] {
                assert_eq!(ask(&owner, &world.id("AGENT", false)).await, never, "{path}");
            }
            // For a key of one agent, its owner's other agents are not there either.
            assert_eq!(ask(&bound, &elsewhere.to_string()).await, never, "{path}");
            let own = ask(&owner, &own.id("AGENT", false)).await;
            // Its first release was deleted, or its draft published, by a line above.
            assert!(matches!(own.0, 200 | 201 | 409), "{path}: {own:?}");
        }
    }
}
