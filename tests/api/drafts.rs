//! Changing a draft by patch: strict, merging, refused.

use serde_json::json;

use super::{Program, code};

both_engines! {
    async fn a_patch_says_which_draft_it_is_of(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        let agent = ada.agent("Line one\nLine two\nLine three").await;
        let path = format!("/api/v1/agents/{agent}/draft");
        let neither = ada.send("PATCH", &path, Some(&json!({ "greeting": "Hi" })), &[]).await;
        assert_eq!((neither.status.as_u16(), code(&neither).as_str()), (428, "precondition_required"));

        let strict = |number: i64, fields: serde_json::Value| {
            let (ada, path) = (&ada, &path);
            async move { ada.send("PATCH", path, Some(&fields), &[("if-match", &format!("\"draft-{number}\""))]).await }
        };
        let saved = strict(1, json!({ "greeting": "Hi" })).await;
        assert_eq!(saved.status, 200, "{}", saved.text);
        assert_eq!((saved.json()["number"].as_i64(), &saved.headers["etag"]), (Some(2), &"\"draft-2\"".parse().unwrap()));
        let same = strict(2, json!({ "greeting": "Hi" })).await;
        assert_eq!((same.status.as_u16(), same.json()["number"].as_i64()), (200, Some(2)), "no change, no draft");
        let stale = strict(1, json!({ "greeting": "Ho" })).await;
        assert_eq!((stale.status.as_u16(), code(&stale).as_str()), (412, "draft_conflict"));
        let problem = stale.json();
        assert_eq!((problem["base"].as_i64(), problem["current"].as_i64()), (Some(1), Some(2)));
        assert_eq!(problem["conflicts"][0]["field"], "greeting");

        // Merging takes what does not touch, and refuses what does.
        let merging = |fields: serde_json::Value| ada.send_patch(&path, fields);
        let merged = merging(json!({ "base_draft": 1, "description": "Front desk" })).await;
        assert_eq!(merged.status, 200, "{}", merged.text);
        assert_eq!(merged.json()["config"]["greeting"], "Hi");
        let touched = merging(json!({ "base_draft": 1, "greeting": "Ho" })).await;
        assert_eq!((touched.status.as_u16(), code(&touched).as_str()), (409, "draft_conflict"));
        let never = merging(json!({ "base_draft": 99, "greeting": "Ho" })).await;
        assert_eq!((never.status.as_u16(), never.json()["errors"][0]["field"].as_str()), (422, Some("base_draft")));
        assert_eq!(app.number("SELECT MAX(number) FROM drafts").await, 3, "what was refused changed nothing");
    }

    async fn a_patch_is_rfc_7396_and_names_what_is_wrong(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        let agent = ada.agent("Help.").await;
        let first = ada.edit(&agent, &json!({ "persona": { "tone": "Warm", "goals": ["Solve it"] }, "prompt_bubbles": ["a", "b"] })).await;
        assert_eq!(first.status, 200, "{}", first.text);
        let second = ada.edit(&agent, &json!({ "persona": { "tone": null }, "prompt_bubbles": ["c"] })).await;
        let config = &second.json()["config"];
        assert_eq!(config["persona"], json!({ "goals": ["Solve it"] }));
        assert_eq!(config["prompt_bubbles"], json!(["c"]));
        for (fields, field) in [
            (json!({ "nonsense": 1 }), "nonsense"),
            (json!({ "name": "" }), "name"),
            (json!({ "temperature": 7 }), "temperature"),
            (json!({ "skills": [{ "id": "x", "name": "X", "kind": "http", "method": "GET", "url": "ftp://x" }] }), "skills[0].url"),
        ] {
            let refused = ada.edit(&agent, &fields).await;
            assert_eq!((refused.status.as_u16(), refused.json()["errors"][0]["field"].as_str()), (422, Some(field)), "{}", refused.text);
        }
        // What looks like a program stays text, byte for byte.
        let text = "{{ x }} ${ y } <% z %> \u{1F600}";
        let kept = ada.edit(&agent, &json!({ "instructions": text })).await;
        assert_eq!(kept.json()["config"]["instructions"], text);
    }
}

impl Program {
    async fn send_patch(&self, path: &str, fields: serde_json::Value) -> crate::support::Answer {
        self.send("PATCH", path, Some(&fields), &[]).await
    }
}
