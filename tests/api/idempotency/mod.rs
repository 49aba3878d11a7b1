//! A request that is sent again does nothing again: at the same moment, after its answer was lost, after the server died.

mod killed;
mod lost;
mod models;

use futures_util::future::join_all;
use serde_json::json;

use super::{Program, code};

both_engines! {
    async fn a_hundred_publishes_under_one_key_make_one_release(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        let agent = ada.agent("Help.").await;
        let path = format!("/api/v1/agents/{agent}/publish");
        let body = json!({ "note": "first" });
        let answers = join_all((0..100).map(|_| ada.once("ship-1", &path, &body))).await;
        let first = answers[0].json();
        for answer in &answers {
            assert_eq!((answer.status.as_u16(), answer.json()), (201, first.clone()), "{}", answer.text);
        }
        let fresh = answers.iter().filter(|answer| !answer.headers.contains_key("idempotency-replayed")).count();
        assert_eq!(fresh, 1, "one of them did it");
        assert_eq!(app.number("SELECT COUNT(*) FROM releases").await, 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM live_events").await, 1);
    }

    async fn a_blind_retry_after_another_save_publishes_nothing_new(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        let agent = ada.agent("Help.").await;
        let path = format!("/api/v1/agents/{agent}/publish");
        let first = ada.once("ship-1", &path, &json!({})).await;
        assert_eq!(first.status, 201, "{}", first.text);
        assert_eq!(ada.edit(&agent, &json!({ "greeting": "Unreviewed" })).await.status, 200);
        let again = ada.once("ship-1", &path, &json!({})).await;
        assert_eq!((again.status.as_u16(), again.json()), (201, first.json()));
        assert_eq!(app.number("SELECT COUNT(*) FROM releases").await, 1);
        // It is the key that keeps it back: there was something to publish.
        let anew = ada.once("ship-2", &path, &json!({})).await;
        assert_eq!((anew.status.as_u16(), anew.json()["version"].as_i64()), (201, Some(2)), "{}", anew.text);
    }

    async fn a_key_is_bound_to_its_request_and_to_who_sent_it(app: TestApp) {
        let (ada, eve) = (app.admin().await, app.stranger().await);
        let (one, two) = (Program::whole(&app, &ada).await, Program::whole(&app, &ada).await);
        let eve = Program::whole(&app, &eve).await;
        let body = json!({ "name": "Desk", "instructions": "Help." });
        let made = one.once("k", "/api/v1/agents", &body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        for (path, body) in [
            ("/api/v1/agents", json!({ "name": "Other", "instructions": "Help." })),
            ("/api/v1/agents/import", body.clone()),
        ] {
            let other = one.once("k", path, &body).await;
            assert_eq!((other.status.as_u16(), code(&other).as_str()), (422, "idempotency_mismatch"), "{}", other.text);
        }
        // The same text is another key of another API key, and of another workspace.
        for program in [&two, &eve] {
            let other = program.once("k", "/api/v1/agents", &body).await;
            assert_eq!(other.status, 201, "{}", other.text);
            assert_ne!(other.json()["id"], made.json()["id"]);
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM agents").await, 3);
        let long = "k".repeat(256);
        assert_eq!(one.once(&long, "/api/v1/agents", &body).await.status, 400);
    }

    async fn refusals_by_the_rules_are_kept_and_mistakes_are_not(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        let agent = ada.agent("Help.").await;
        let path = format!("/api/v1/agents/{agent}/publish");
        assert_eq!(ada.once("a", &path, &json!({})).await.status, 201);
        let refused = ada.once("b", &path, &json!({})).await;
        assert_eq!((refused.status.as_u16(), code(&refused).as_str()), (409, "no_changes"));
        assert_eq!(ada.edit(&agent, &json!({ "greeting": "Hi" })).await.status, 200);
        let again = ada.once("b", &path, &json!({})).await;
        assert_eq!((again.status.as_u16(), code(&again).as_str()), (409, "no_changes"), "the first answer stands");
        assert!(again.headers.contains_key("idempotency-replayed"));
        // What was not valid may be sent again, put right, under the same key.
        let long = "x".repeat(101);
        assert_eq!(ada.once("c", &path, &json!({ "note": long })).await.status, 422);
        assert_eq!(ada.once("c", &path, &json!({ "note": "put right" })).await.status, 201);
    }

    async fn a_kept_answer_is_sealed_and_gone_after_a_day(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        let body = json!({ "name": "Deploy", "scopes": ["chat"] });
        let made = ada.once("k", "/api/v1/keys", &body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let again = ada.once("k", "/api/v1/keys", &body).await;
        assert_eq!(again.json()["key"], made.json()["key"]);
        assert_eq!(app.number("SELECT COUNT(*) FROM idempotency").await, 1);
        app.clock().advance(86_401);
        galley::server::housekeeping::once(&app.core).await;
        assert_eq!(app.number("SELECT COUNT(*) FROM idempotency").await, 0);
        let anew = ada.once("k", "/api/v1/keys", &body).await;
        assert_ne!(anew.json()["key"], made.json()["key"]);
    }
}
