//! `/chat/sessions`: who may talk to what, and which revision answers.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use galley::{
    model::{account::Role, session::EndReason},
    server::domain::{desk, grants, releases, sessions},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{agent, config, get, post, publish, save, say, session};
both_engines! {
    async fn nothing_is_live_before_the_first_release(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, &config("One.")).await;
        let refused = post(&ada, "/chat/sessions", &json!({ "agent_id": id })).await;
        assert_eq!(refused.status, 409);
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
        let problem = refused.json();
        assert_eq!(problem["title"], "Conflict");
        assert_eq!(problem["detail"], "no_published_version");
        assert_eq!(problem["code"], "no_published_version");
        assert_eq!(problem["status"], 409);
        assert_eq!(problem["instance"], "/api/v1/chat/sessions");
        assert!(problem["hint"].is_string());
    }

    async fn a_live_conversation_keeps_its_release_and_a_draft_one_follows_the_draft(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, &config("One.")).await;
        publish(&app, &ada, id).await;
        let live = session(&ada, id, false).await;
        let draft = session(&ada, id, true).await;
        let first = say(&ada, &live, "Hello").await;
        assert_eq!(first.status, 200, "{}", first.text);
        let receipt = &first.json()["receipt"];
        assert_eq!((&receipt["version"], &receipt["reason"]), (&json!(1), &json!("live_at_start")));
        let header: Value = serde_json::from_str(first.header("galley-receipt").unwrap()).unwrap();
        assert_eq!(&header, receipt);
        assert!(first.json()["content"].as_str().unwrap().contains("One."));

        save(&app, &ada, id, 1, &config("Two.")).await;
        let still = say(&ada, &live, "Hello").await.json();
        assert!(still["content"].as_str().unwrap().contains("One."), "a saved draft reached a live conversation");
        let follows = say(&ada, &draft, "Hello").await.json();
        assert_eq!((&follows["receipt"]["version"], &follows["receipt"]["draft_number"]), (&Value::Null, &json!(2)));
        assert!(follows["content"].as_str().unwrap().contains("Two."));

        publish(&app, &ada, id).await;
        let still = say(&ada, &live, "Hello").await.json();
        assert_eq!(still["receipt"]["version"], 1, "a publish reached an open conversation");
        let desk = desk::desk(&app.core, &ada.caller, id, Some(live.parse().unwrap()), None).await.unwrap();
        assert_eq!(desk.newer_version(), Some(2));
        let fresh = session(&ada, id, false).await;
        assert_eq!(say(&ada, &fresh, "Hello").await.json()["receipt"]["version"], 2);

        releases::roll_back(&app.core, &ada.caller, id, 1, "", false).await.unwrap();
        let kept = say(&ada, &fresh, "Hello").await.json();
        assert_eq!(kept["receipt"]["version"], 2, "a roll back reached an open conversation");
        let counts = sessions::open_count(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!(counts, [(2, 1), (1, 1)]);
        releases::roll_back(&app.core, &ada.caller, id, 2, "", true).await.unwrap();
        let ended = say(&ada, &live, "Hello").await;
        assert_eq!((ended.status.as_u16(), &ended.json()["code"]), (409, &json!("session_ended")));
        let shown = get(&ada, &format!("/chat/sessions/{live}")).await.json();
        assert_eq!(shown["end_reason"], "rolled_back");
    }

    async fn a_conversation_is_its_accounts_alone(app: TestApp) {
        let ada = app.admin().await;
        let bob = app.member(Role::Admin).await;
        let eve = app.stranger().await;
        let id = agent(&app, &ada, &config("One.")).await;
        publish(&app, &ada, id).await;
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        let own = session(&ada, id, false).await;
        say(&ada, &own, "A secret").await;
        let unknown = Uuid::now_v7().to_string();
        for person in [&bob, &eve] {
            for (method, rest) in [
                (Method::GET, ""), (Method::GET, "/messages"), (Method::GET, "/answer"), (Method::POST, "/messages"),
                (Method::POST, "/retry"), (Method::POST, "/stop"), (Method::POST, "/end"),
            ] {
                let body = if rest == "/messages" { json!({ "content": "x" }) } else { json!({}) };
                let ask = async |session: &str| {
                    let path = format!("/api/v1/chat/sessions/{session}{rest}");
                    let answer = if method == Method::GET { person.browser.get(&path).await } else {
                        person.browser.json(method.clone(), &path, &body).await
                    };
                    (answer.status, answer.text.replace(session, "ID"))
                };
                let foreign = ask(&own).await;
                assert_eq!(foreign.0, 404, "{method} {rest}");
                assert_eq!(foreign, ask(&unknown).await, "{method} {rest}");
            }
        }
        // The draft is for editors: for everyone else there is no such agent.
        let refused = post(&bob, "/chat/sessions", &json!({ "agent_id": id, "draft_mode": true })).await;
        let nobody = post(&bob, "/chat/sessions", &json!({ "agent_id": unknown, "draft_mode": true })).await;
        assert_eq!((refused.status.as_u16(), &refused.text), (404, &nobody.text));
        assert_eq!(post(&eve, "/chat/sessions", &json!({ "agent_id": id })).await.status, 404);
        assert_eq!(session(&bob, id, false).await.len(), 36);
    }

    async fn conversations_end_and_say_why(app: TestApp) {
        let ada = app.admin().await;
        let bob = app.member(Role::Member).await;
        let id = agent(&app, &ada, &config("One.")).await;
        publish(&app, &ada, id).await;
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();

        let by_user = session(&bob, id, false).await;
        assert_eq!(post(&bob, &format!("/chat/sessions/{by_user}/end"), &json!({})).await.json()["end_reason"], "user");
        let again = post(&bob, &format!("/chat/sessions/{by_user}/end"), &json!({})).await;
        assert_eq!(again.status, 200);

        let revoked = session(&bob, id, false).await;
        grants::set_everyone(&app.core, &ada.caller, id, false).await.unwrap();
        let refused = say(&bob, &revoked, "Hello").await;
        assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (409, &json!("session_ended")));
        assert_eq!(refused.json()["detail"], EndReason::Revoked.sentence());
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        assert_eq!(say(&bob, &revoked, "Hello").await.status, 409, "what ended stays ended");

        let idle = session(&bob, id, false).await;
        app.clock().advance(app.core.settings.session_idle_seconds - 1);
        assert_eq!(say(&bob, &idle, "Hello").await.status, 200);
        app.clock().advance(app.core.settings.session_idle_seconds);
        assert_eq!(get(&bob, &format!("/chat/sessions/{idle}")).await.json()["end_reason"], "idle");
        assert_eq!(say(&bob, &idle, "Hello").await.json()["detail"], EndReason::Idle.sentence());
        assert_eq!(sessions::open_count(&app.core, &ada.caller, id).await.unwrap(), []);

        let unpublished = session(&bob, id, false).await;
        releases::unpublish(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!(say(&bob, &unpublished, "Hello").await.json()["detail"], EndReason::Unpublished.sentence());
        assert_eq!(post(&bob, "/chat/sessions", &json!({ "agent_id": id })).await.json()["code"], "no_published_version");
        let listed = get(&bob, &format!("/chat/sessions/{idle}/messages")).await.json();
        assert_eq!(listed["data"].as_array().unwrap().len(), 2, "the refused message was kept: {listed}");
    }

    async fn messages_are_listed_newest_first(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, &config("One.")).await;
        let own = session(&ada, id, true).await;
        for text in ["a", "b"] {
            say(&ada, &own, text).await;
        }
        let path = format!("/chat/sessions/{own}/messages");
        let first = get(&ada, &format!("{path}?limit=3")).await.json();
        let roles: Vec<&str> = first["data"].as_array().unwrap().iter().map(|m| m["role"].as_str().unwrap()).collect();
        assert_eq!(roles, ["agent", "user", "agent"]);
        let rest = get(&ada, &format!("{path}?cursor={}", first["next_cursor"].as_str().unwrap())).await.json();
        assert_eq!((rest["data"][0]["content"].as_str(), &rest["next_cursor"]), (Some("a"), &Value::Null));
        for query in ["limit=0", "limit=101", "limit=x", "cursor=x"] {
            assert_eq!(get(&ada, &format!("{path}?{query}")).await.status, 422, "{query}");
        }
    }
}

both_engines! {
    async fn requests_are_refused_by_name(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, &config("One.")).await;
        let own = session(&ada, id, true).await;
        let messages = format!("/chat/sessions/{own}/messages");
        let fields = async |path: &str, body: Value| {
            let answer = post(&ada, path, &body).await;
            assert_eq!(answer.status, 422, "{}", answer.text);
            let errors = answer.json()["errors"].clone();
            errors.as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(fields("/chat/sessions", json!({})).await, ["agent_id"]);
        for (field, body) in [
            ("agent_id", json!({ "agent_id": 1 })),
            ("draft_mode", json!({ "agent_id": id, "draft_mode": "yes" })),
            ("revision_id", json!({ "agent_id": id, "revision_id": "v1" })),
            ("x", json!({ "agent_id": id, "x": 1 })),
        ] {
            assert_eq!(fields("/chat/sessions", body).await, [field]);
        }
        assert_eq!(fields(&messages, json!({ "content": " \n" })).await, ["content"]);
        assert_eq!(fields(&messages, json!({ "content": "a\u{0}b" })).await, ["content"]);
        assert_eq!(fields(&messages, json!({ "content": "x".repeat(32_001) })).await, ["content"]);
        assert_eq!(fields(&messages, json!({ "content": "x", "role": "system" })).await, ["role"]);
        let raw = async |kind: &str, body: String| {
            let request = Request::post(format!("/api/v1{messages}"))
                .header("sec-fetch-site", "same-origin").header(header::CONTENT_TYPE, kind).body(Body::from(body));
            ada.browser.send(request.unwrap()).await
        };
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
            assert_eq!(raw(kind, json!({ "content": "x" }).to_string()).await.json()["code"], "unsupported_media_type");
        }
        assert_eq!(raw("application/json", "{".into()).await.json()["code"], "invalid_request");
        assert_eq!(raw("application/json", "x".repeat(3_000_000)).await.json()["code"], "payload_too_large");
        assert_eq!(get(&ada, "/chat/nothing").await.json()["code"], "not_found");
        assert_eq!(get(&ada, &format!("/chat/sessions/{own}/end")).await.json()["code"], "method_not_allowed");
        // Nothing of all that was kept.
        assert_eq!(get(&ada, &messages).await.json()["data"], json!([]));
        // Another site's page has the cookie sent along, and that must not do.
        let forged = Request::post(format!("/api/v1{messages}"))
            .header("sec-fetch-site", "cross-site").header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(json!({ "content": "x" }).to_string()));
        assert_eq!(ada.browser.send(forged.unwrap()).await.status, 403);
        let nobody = app.browser();
        let refused = nobody.json(Method::POST, "/api/v1/chat/sessions", &json!({ "agent_id": id })).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (401, &json!("unauthorized")));
    }
}
