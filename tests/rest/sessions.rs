//! `/chat/sessions`: a revision of one's choice, one's own list, removing one.

use axum::http::Method;
use galley::{model::account::Role, server::domain::grants};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{agent, config, get, post, publish, save, say, session};

both_engines! {
    async fn a_chosen_revision_is_for_editors(app: TestApp) {
        let ada = app.admin().await;
        let bob = app.member(Role::Member).await;
        let id = agent(&app, &ada, &config("One.")).await;
        publish(&app, &ada, id).await;
        save(&app, &ada, id, 1, &config("Two.")).await;
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        let drafts = get(&ada, &format!("/agents/{id}/drafts")).await.json();
        let body = json!({ "agentId": id, "revisionId": drafts["data"][0]["revision_id"] });
        let begun = post(&ada, "/chat/sessions", &body).await;
        assert_eq!(begun.status, 201, "{}", begun.text);
        let shown = begun.json();
        assert_eq!(begun.location(), format!("/api/v1/chat/sessions/{}", shown["id"].as_str().unwrap()));
        assert_eq!((&shown["receipt"]["reason"], &shown["receipt"]["draft_number"]), (&json!("chosen"), &json!(2)));
        save(&app, &ada, id, 2, &config("Three.")).await;
        let said = say(&ada, shown["id"].as_str().unwrap(), "Hello").await.json();
        assert!(said["content"].as_str().unwrap().contains("Two."));
        let unknown = post(&bob, "/chat/sessions", &json!({ "agent_id": id, "revision_id": Uuid::now_v7() })).await;
        let refused = post(&bob, "/chat/sessions", &body).await;
        assert_eq!((refused.status.as_u16(), refused.text), (404, unknown.text));
    }

    async fn ones_own_are_listed_and_removed(app: TestApp) {
        let ada = app.admin().await;
        let bob = app.member(Role::Member).await;
        let one = agent(&app, &ada, &config("One.")).await;
        let two = agent(&app, &ada, &config("Two.")).await;
        let mut begun = Vec::new();
        for id in [one, two, one] {
            begun.insert(0, session(&ada, id, true).await);
        }
        let ids = async |query: &str| {
            let page = get(&ada, &format!("/chat/sessions{query}")).await.json();
            let ids: Vec<String> =
                page["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
            (ids, page["next_cursor"].as_str().map(str::to_owned))
        };
        assert_eq!(ids("").await, (begun.clone(), None));
        let (first, cursor) = ids("?limit=2").await;
        assert_eq!(first, begun[..2]);
        assert_eq!(ids(&format!("?cursor={}", cursor.unwrap())).await, (begun[2..].to_vec(), None));
        assert_eq!(ids(&format!("?agent={two}")).await.0, [begun[1].clone()]);
        assert_eq!(get(&bob, "/chat/sessions").await.json(), json!({ "data": [], "next_cursor": Value::Null }));
        for query in ["agent=x", "limit=0", "cursor=x", "q=x"] {
            assert_eq!(get(&ada, &format!("/chat/sessions?{query}")).await.status, 422, "{query}");
        }

        say(&ada, &begun[0], "Hello").await;
        let path = format!("/api/v1/chat/sessions/{}", begun[0]);
        assert_eq!(bob.browser.json(Method::DELETE, &path, &json!({})).await.status, 404);
        let gone = ada.browser.json(Method::DELETE, &path, &json!({})).await;
        assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
        assert_eq!(ada.browser.json(Method::DELETE, &path, &json!({})).await.status, 404);
        assert_eq!(ada.browser.get(&path).await.status, 404);
        assert_eq!(ids("").await.0, begun[1..]);
        assert_eq!(app.number("SELECT count(*) FROM messages").await, 0);
    }
}
