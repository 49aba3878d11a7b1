//! Setting a link up over HTTP, as its owner does.

use axum::http::Method;
use serde_json::json;

use super::{greeting, live, opened};

both_engines! {
    async fn the_api_sets_what_the_page_sets(app: TestApp) {
        let ada = app.admin().await;
        let id = live(&app, &ada, &greeting("Hi.")).await;
        let base = format!("/api/v1/agents/{id}");
        let put = async |path: &str, body: serde_json::Value| ada.browser.json(Method::PUT, &format!("{base}{path}"), &body).await;
        let shown = ada.browser.get(&format!("{base}/channels")).await.json();
        assert_eq!((&shown["link"], &shown["live_version"]), (&json!(null), &json!(1)));
        let on: Vec<_> = shown["channels"].as_array().unwrap().iter().map(|card| (card["channel"].clone(), card["on"].clone())).collect();
        assert_eq!(on, [(json!("coworker"), json!(true)), (json!("link"), json!(false)), (json!("api"), json!(true))]);
        let body = json!({ "daily_messages": 5, "daily_tokens": 9000, "frame_origins": ["https://Shop.example/"], "pass_phrase": "a long pass phrase" });
        let link = put("/link", body).await;
        assert_eq!(link.status, 200, "{}", link.text);
        let link = link.json();
        assert_eq!(link["frame_origins"], json!(["https://shop.example"]));
        assert_eq!(link["has_pass_phrase"], json!(true));
        let url = link["url"].as_str().unwrap();
        assert_eq!(url, format!("http://galley.test/a/{}", link["slug"].as_str().unwrap()));
        assert_eq!(app.browser().get(&url["http://galley.test".len()..]).await.status, 404, "it is not on yet");
        let on = put("/channels/link", json!({ "on": true })).await.json();
        assert_eq!(on["link"]["url"], link["url"]);
        assert_eq!(app.browser().get(&url["http://galley.test".len()..]).await.status, 200);
        for (path, body, field) in [
            ("/link", json!({ "daily_messages": 0, "daily_tokens": 1 }), "daily_messages"),
            ("/link", json!({ "daily_messages": 1, "daily_tokens": 1, "frame_origins": ["*"] }), "frame_origins"),
            ("/link", json!({ "daily_messages": 1, "daily_tokens": 1, "pass_phrase": "short" }), "pass_phrase"),
            ("/link", json!({ "daily_messages": 1, "daily_tokens": 1, "slug": "mine" }), "slug"),
            ("/channels/coworker", json!({ "on": false }), "channel"),
            ("/channels/link", json!({}), "on"),
        ] {
            let refused = put(path, body.clone()).await;
            assert_eq!((refused.status.as_u16(), &refused.json()["errors"][0]["field"]), (422, &json!(field)), "{body}");
        }
        assert_eq!(put("/channels/slack", json!({ "on": true })).await.status, 404);
        let tested = ada.browser.json(Method::POST, &format!("{base}/channels/api/test"), &json!({ "content": "Hello" })).await;
        assert_eq!(tested.status, 200, "{}", tested.text);
        assert_eq!(tested.json()["message"]["receipt"]["version"], json!(1));
        let unlocked = app.with_settings(|settings| settings.public_url = Some("http://galley.example".into()));
        let shown = ada.browser.clone().on(&unlocked).get(&format!("{base}/channels")).await.json();
        assert!(shown["link"]["url"].as_str().unwrap().starts_with("http://galley.example/a/"));
    }

    async fn a_link_goes_with_its_agent(app: TestApp) {
        use galley::server::domain::trash;
        let ada = app.admin().await;
        let (id, slug) = opened(&app, &ada).await;
        crate::link::talk(&app.browser(), &format!("/a/{slug}/messages"), "Hello").await;
        trash::delete(&app.core, &ada.caller, id).await.unwrap();
        app.clock().advance(31 * 86_400);
        trash::purge_expired(&app.core).await.unwrap();
        for table in ["links", "link_usage", "channels", "channel_activity", "sessions"] {
            let count = format!("SELECT count(*) FROM {table}");
            assert_eq!(app.number(count.leak()).await, 0, "{table}");
        }
    }
}
