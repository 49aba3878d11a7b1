//! Each operation of the API does what it says. Who may ask is in `matrix`, retries in `idempotency`.

use serde_json::json;

use super::{Program, code};

both_engines! {
    async fn an_agent_is_made_found_copied_moved_and_deleted(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        let agent = ada.agent("Help with refunds.").await;
        let path = format!("/api/v1/agents/{agent}");
        let shown = ada.get(&path).await.json();
        assert_eq!((shown["status"].as_str(), &shown["live"]), (Some("draft"), &json!(null)));
        assert_eq!(shown["draft"]["number"], 1);
        assert_eq!(shown["draft"]["config"]["instructions"], "Help with refunds.");

        let tags = ada.send("PUT", &format!("{path}/tags"), Some(&json!({ "tags": ["support", "eu"] })), &[]).await;
        assert_eq!((tags.status.as_u16(), tags.json()), (200, json!({ "tags": ["eu", "support"] })));
        let found = ada.get("/api/v1/agents?q=des&tag=support&status=draft&sort=name&limit=1").await.json();
        assert_eq!(found["data"][0]["id"], agent.as_str());
        assert!(found["data"][0]["draft"].get("config").is_none(), "lists come without configs");
        assert_eq!(ada.get("/api/v1/agents?q=nothing").await.json()["data"], json!([]));
        for (query, field) in [("limit=0", "limit"), ("limit=x", "limit"), ("nope=1", "nope"), ("cursor=x", "cursor")] {
            let refused = ada.get(&format!("/api/v1/agents?{query}")).await;
            let error = &refused.json()["errors"][0];
            assert_eq!((refused.status.as_u16(), error["field"].as_str()), (422, Some(field)), "{}", refused.text);
        }

        let copy = ada.post(&format!("{path}/duplicate"), &json!({})).await;
        assert_eq!(copy.status, 201, "{}", copy.text);
        assert_eq!((&copy.json()["tags"], copy.json()["draft"]["number"].as_i64()), (&json!(["eu", "support"]), Some(1)));
        let file = ada.get(&format!("{path}/export")).await;
        assert_eq!(file.status, 200);
        let imported = ada.post("/api/v1/agents/import", &file.json()).await;
        assert_eq!(imported.status, 201, "{}", imported.text);
        assert_eq!(imported.json()["draft"]["config_hash"], shown["draft"]["config_hash"]);

        assert_eq!(ada.send("DELETE", &path, None, &[]).await.status, 204);
        assert_eq!(ada.get(&path).await.status, 404);
        let back = ada.post(&format!("{path}/restore"), &json!({})).await;
        assert_eq!((back.status.as_u16(), back.json()["id"].as_str()), (200, Some(agent.as_str())), "{}", back.text);
    }

    async fn what_does_not_fit_is_refused_by_its_name(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        let agent = json!({ "name": "Desk", "instructions": "Help.", "model": null });
        let file = json!({ "galley": "agent", "schema": 1, "exported_at": 5, "config": { "name": "A", "instructions": "B" } });
        let provider = json!({ "slug": "one", "kind": "openai", "models": "small", "base_url": "http://127.0.0.1:9", "kee": "x" });
        for (path, body, field) in [
            ("/api/v1/agents", agent, "model"),
            ("/api/v1/agents/import", file, "exported_at"),
            ("/api/v1/providers", provider, "kee"),
        ] {
            let refused = ada.post(path, &body).await;
            let error = &refused.json()["errors"][0];
            assert_eq!((refused.status.as_u16(), error["field"].as_str()), (422, Some(field)), "{}", refused.text);
        }
        for query in ["agents?q=a%00b", "agents?tag=%00", "agents?cursor=%00", "audit?act=%00", "keys?cursor=%00"] {
            let refused = ada.get(&format!("/api/v1/{query}")).await;
            assert_eq!((refused.status.as_u16(), code(&refused).as_str()), (422, "validation_failed"), "{query}");
        }
        assert_eq!(ada.get("/api/v1/agents?q=a%2500b").await.status, 200, "a percent sign, and two zeros");
    }

    async fn drafts_have_a_history_that_comes_back(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        let agent = ada.agent("One.").await;
        let path = format!("/api/v1/agents/{agent}");
        let first = ada.get(&format!("{path}/draft")).await;
        assert_eq!(first.headers["etag"], "\"draft-1\"");
        for text in ["Two.", "Three."] {
            assert_eq!(ada.edit(&agent, &json!({ "instructions": text })).await.status, 200);
        }
        let page = ada.get(&format!("{path}/drafts?limit=2")).await.json();
        let numbers: Vec<_> = page["data"].as_array().unwrap().iter().map(|draft| draft["number"].as_i64()).collect();
        assert_eq!(numbers, [Some(3), Some(2)]);
        let next = ada.get(&format!("{path}/drafts?cursor={}", page["next_cursor"].as_str().unwrap())).await.json();
        assert_eq!((next["data"][0]["number"].as_i64(), &next["next_cursor"]), (Some(1), &json!(null)));
        assert_eq!(ada.get(&format!("{path}/drafts/2")).await.json()["config"]["instructions"], "Two.");
        assert_eq!(ada.get(&format!("{path}/drafts/9")).await.status, 404);
        let restored = ada.post(&format!("{path}/draft/restore"), &json!({ "revision_id": first.json()["revision_id"] })).await;
        assert_eq!((restored.json()["number"].as_i64(), &restored.json()["config"]["instructions"]), (Some(4), &json!("One.")));
    }

    async fn releases_go_live_and_back(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        let agent = ada.agent("One.").await;
        let path = format!("/api/v1/agents/{agent}");
        assert_eq!(ada.get(&format!("{path}/live")).await.json(), json!({ "live": null }));
        let one = ada.post(&format!("{path}/publish"), &json!({ "note": "first", "expected_draft": 1 })).await;
        assert_eq!((one.status.as_u16(), one.json()["version"].as_i64(), one.json()["live"].as_bool()), (201, Some(1), Some(true)));
        let same = ada.post(&format!("{path}/publish"), &json!({})).await;
        assert_eq!((same.status.as_u16(), code(&same).as_str()), (409, "no_changes"));
        app.clock().advance(60);
        assert_eq!(ada.edit(&agent, &json!({ "instructions": "Two." })).await.status, 200);
        let race = ada.post(&format!("{path}/publish"), &json!({ "expected_draft": 1 })).await;
        assert_eq!((race.status.as_u16(), code(&race).as_str(), race.json()["current"].as_i64()), (409, "publish_race", Some(2)));

        let diff = ada.get(&format!("{path}/versions/v1/diff")).await.json();
        let change = &diff["changes"][0];
        assert_eq!((change["field"].as_str(), change["kind"].as_str()), (Some("instructions"), Some("changed")));
        assert_eq!((change["before"].as_str(), change["after"].as_str()), (Some("One."), Some("Two.")));
        let report = ada.get(&format!("{path}/prepublish-report")).await.json();
        for section in ["will_say", "wont_say", "data_egress", "guardrails", "knowledge", "warnings", "blocking", "diff", "config_hash"] {
            assert!(!report[section].is_null(), "the report has no {section}");
        }
        let two = ada.post(&format!("{path}/publish"), &json!({})).await;
        assert_eq!(two.json()["version"], 2, "{}", two.text);
        assert_eq!(ada.get(&format!("{path}/versions/v2/diff?against=v1")).await.json()["changes"][0]["after"], "One.");

        for body in [json!({ "version_id": one.json()["id"] }), json!({ "versionId": "v1" }), json!({ "version": 1, "reason": "worse" })] {
            let back = ada.post(&format!("{path}/rollback"), &body).await;
            assert_eq!((back.status.as_u16(), back.json()["version"].as_i64()), (200, Some(1)), "{}", back.text);
        }
        assert_eq!(ada.post(&format!("{path}/rollback"), &json!({})).await.status, 422);
        assert_eq!(ada.post(&format!("{path}/rollback"), &json!({ "version": 9 })).await.status, 404);
        let by_revision = ada.post(&format!("{path}/publish"), &json!({ "revision_id": two.json()["id"] })).await;
        assert_eq!((by_revision.status.as_u16(), by_revision.json()["version"].as_i64()), (200, Some(2)), "{}", by_revision.text);

        let delete = |version: &str| format!("{path}/versions/{version}");
        let live = ada.send("DELETE", &delete("v2"), None, &[]).await;
        assert_eq!((live.status.as_u16(), code(&live).as_str()), (409, "release_is_live"));
        assert_eq!(ada.send("DELETE", &delete("v1"), None, &[]).await.status, 200);
        let versions = ada.get(&format!("{path}/versions")).await.json();
        assert!(versions["data"][1]["deleted_at"].is_string(), "a deleted release stays listed");
        assert!(ada.get(&delete("v2")).await.json()["compiled_config"].is_object());
        assert_eq!(ada.get(&format!("{path}/live?at=2026-11-22T06:00:30Z")).await.json()["live"]["version"], 1);
        assert_eq!(ada.get(&format!("{path}/live")).await.json()["live"]["version"], 2);
        for _ in 0..2 {
            let nothing = ada.post(&format!("{path}/unpublish"), &json!({})).await;
            assert_eq!((nothing.status.as_u16(), nothing.json()), (200, json!({ "live": null })));
        }
        let kinds: Vec<String> = ada.get(&format!("{path}/timeline")).await.json()["data"].as_array().unwrap().iter()
            .map(|event| event["kind"].as_str().unwrap().to_owned()).collect();
        assert_eq!(kinds, ["unpublish", "delete", "rollback", "rollback", "publish", "publish"]);
    }

    async fn a_workspace_is_run_by_key(app: TestApp) {
        let (owner, bob) = (app.admin().await, app.member(galley::model::account::Role::Member).await);
        let ada = Program::whole(&app, &owner).await;
        let agent = ada.agent("Help.").await;
        let grants = format!("/api/v1/agents/{agent}/grants");
        let set = json!({ "everyone": false, "people": [{ "account_id": bob.caller.account, "right": "editor" }] });
        let shared = ada.send("PUT", &grants, Some(&set), &[]).await;
        assert_eq!((shared.status.as_u16(), shared.json()["people"].as_array().map(Vec::len)), (200, Some(2)), "{}", shared.text);
        let unknown = json!({ "everyone": false, "people": [{ "account_id": uuid::Uuid::nil(), "right": "user" }] });
        let refused = ada.send("PUT", &grants, Some(&unknown), &[]).await;
        assert_eq!((refused.status.as_u16(), refused.json()["errors"][0]["field"].as_str()), (422, Some("people[0].account_id")));
        let given = ada.send("PUT", &format!("/api/v1/agents/{agent}/owner"), Some(&json!({ "owner": bob.caller.account })), &[]).await;
        assert_eq!((given.status.as_u16(), given.json()["right"].as_str()), (200, Some("editor")), "{}", given.text);

        assert_eq!(ada.get("/api/v1/members").await.json()["data"].as_array().unwrap().len(), 2);
        let role = format!("/api/v1/members/{}", bob.caller.account);
        assert_eq!(ada.send("PUT", &role, Some(&json!({ "role": "admin" })), &[]).await.status, 200);
        assert_eq!(ada.send("DELETE", &role, None, &[]).await.status, 204);
        let invited = ada.post("/api/v1/invitations", &json!({ "role": "member", "note": "for Cyd" })).await;
        assert_eq!(invited.status, 201, "{}", invited.text);
        let invitation = ada.get("/api/v1/invitations").await.json()["data"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(ada.send("DELETE", &format!("/api/v1/invitations/{invitation}"), None, &[]).await.status, 204);
        assert_eq!(ada.get("/api/v1/models").await.json()["data"][0]["id"], "rehearsal");

        let key = ada.post("/api/v1/keys", &json!({ "name": "Deploy", "scopes": ["agents:read"] })).await;
        assert_eq!(key.status, 201, "{}", key.text);
        let (id, secret) = (key.json()["id"].as_str().unwrap().to_owned(), key.json()["key"].as_str().unwrap().to_owned());
        let program = Program { app: app.clone(), key: secret };
        assert_eq!(program.get("/api/v1/agents").await.status, 200);
        let revoked = ada.send("DELETE", &format!("/api/v1/keys/{id}"), None, &[]).await;
        assert!(revoked.json()["revoked_at"].is_string(), "{}", revoked.text);
        assert_eq!(program.get("/api/v1/agents").await.status, 401);

        let acts = ada.get("/api/v1/audit?act=key.revoke").await.json();
        assert_eq!(acts["data"][0]["subject"], id.as_str());
    }
}
