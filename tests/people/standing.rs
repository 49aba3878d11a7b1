//! Losing a right: it holds from the next request on, on every node, on pages that are open and for keys.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use galley::{
    model::{
        account::Role,
        agent::Right,
        api_key::{NewApiKey, Scope},
        error::{Code, Error},
        session::EndReason,
    },
    server::domain::{api_keys, grants, members, sessions},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    releases::{agent, publish},
    support::{Person, TestApp},
};

async fn give(app: &TestApp, by: &Person, id: Uuid, to: &Person, right: Option<Right>) {
    grants::set_one(&app.core, &by.caller, id, to.caller.account, right).await.unwrap();
}

/// What an open page is told when it asks how its reader stands.
async fn standing(person: &Person, id: Uuid) -> (StatusCode, serde_json::Value) {
    let answer = person.browser.call("check_standing", &[("agent", &id.to_string())]).await;
    (answer.status, answer.json()["right"].clone())
}

async fn by_key(app: &TestApp, key: &str, path: &str) -> StatusCode {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {key}")).body(Body::empty());
    app.browser().send(request.unwrap()).await.status
}

both_engines! {
    async fn an_open_page_learns_of_it(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let id = agent(&app, &ada, "A").await;
        assert_eq!(standing(&bob, id).await.0, StatusCode::NOT_FOUND);
        for (right, word) in [(Right::Editor, "editor"), (Right::User, "user")] {
            give(&app, &ada, id, &bob, Some(right)).await;
            assert_eq!(standing(&bob, id).await, (StatusCode::OK, json!(word)));
        }
        give(&app, &ada, id, &bob, None).await;
        let refused = grants::standing(&app.core, &bob.caller, id).await.unwrap_err().public;
        let foreign = grants::standing(&app.core, &eve.caller, id).await.unwrap_err().public;
        assert_eq!((&refused, &foreign), (&Error::not_found(), &Error::not_found()));
        // An admin sees it and has no right on it.
        let admin = app.member(Role::Admin).await;
        assert_eq!(standing(&admin, id).await, (StatusCode::OK, json!(null)));
        // Everyone's right is one, and goes as it came.
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        assert_eq!(standing(&bob, id).await, (StatusCode::OK, json!("user")));
        grants::set_everyone(&app.core, &ada.caller, id, false).await.unwrap();
        assert_eq!(standing(&bob, id).await.0, StatusCode::NOT_FOUND);
    }

    async fn the_next_act_is_refused_on_every_node(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = agent(&app, &ada, "A").await;
        publish(&app, &ada, id).await;
        give(&app, &ada, id, &bob, Some(Right::Editor)).await;
        let other_node = app.with_settings(|_| ());
        let there = bob.browser.clone().on(&other_node);
        let page = format!("/agents/{id}");
        assert_eq!(there.get(&page).await.status, StatusCode::OK);
        let session = sessions::start(&app.core, &bob.caller, id, false, None).await.unwrap().id;
        let say = format!("/api/v1/chat/sessions/{session}/messages");
        let told = async |code: &str| {
            let answer = there.json(Method::POST, &say, &json!({ "content": "Hello" })).await;
            assert_eq!(answer.json()["code"], code, "{}", answer.text);
        };
        give(&app, &ada, id, &bob, Some(Right::User)).await;
        let panel = there.call("load_release_panel", &[("agent", &id.to_string())]).await;
        assert_eq!((panel.status, panel.json()["code"].as_str()), (StatusCode::FORBIDDEN, Some("forbidden")));
        give(&app, &ada, id, &bob, None).await;
        told("session_ended").await;
        let panel = there.call("load_release_panel", &[("agent", &id.to_string())]).await;
        assert_eq!(panel.status, StatusCode::NOT_FOUND);
        // What ended stays ended when the right comes back.
        give(&app, &ada, id, &bob, Some(Right::Editor)).await;
        told("session_ended").await;
    }

    async fn a_removed_member_has_no_page_key_or_conversation_left(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let (id, own) = (agent(&app, &ada, "A").await, agent(&app, &bob, "Bob's").await);
        publish(&app, &ada, id).await;
        give(&app, &ada, id, &bob, Some(Right::Editor)).await;
        let new = NewApiKey {
            name: "CI".into(),
            scopes: [Scope::AgentsRead, Scope::Chat].into_iter().collect(),
            agent_id: None,
            expires_at: None,
        };
        let (_, key) = api_keys::make(&app.core, &bob.caller, &new).await.unwrap();
        assert_eq!(by_key(&app, &key, "/api/v1/agents").await, StatusCode::OK);
        let session = sessions::start(&app.core, &bob.caller, id, false, None).await.unwrap().id;

        members::remove(&app.core, &ada.caller, bob.caller.account).await.unwrap();
        assert_eq!(standing(&bob, id).await.0, StatusCode::UNAUTHORIZED);
        for path in [format!("/agents/{id}"), format!("/agents/{own}"), "/settings/members".into(), format!("/coworker/{id}")] {
            assert_eq!(bob.browser.get(&path).await.status, StatusCode::FOUND, "{path} leads to signing in");
        }
        assert_eq!(by_key(&app, &key, "/api/v1/agents").await, StatusCode::UNAUTHORIZED);
        assert_eq!(grants::standing(&app.core, &ada.caller, own).await.unwrap().right, Some(Right::Owner));
        assert_eq!(app.number("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL").await, 0);
        assert_eq!(app.number("SELECT COUNT(*) FROM grants").await, 2, "two agents, each with its owner");

        // Whoever comes back begins anew.
        let token = galley::server::domain::invitations::make(&app.core, &ada.caller, Role::Member, "").await.unwrap();
        let source = galley::server::domain::caller::Source::command_line();
        galley::server::domain::invitations::accept(&app.core, &bob.caller, &source, &token).await.unwrap();
        assert_eq!(standing(&bob, own).await.0, StatusCode::NOT_FOUND);
        assert_eq!(by_key(&app, &key, "/api/v1/agents").await, StatusCode::UNAUTHORIZED);
        let ended = sessions::get(&app.core, &bob.caller, session).await.unwrap();
        assert_eq!(ended.end_reason, Some(EndReason::Revoked));
    }

    async fn a_pending_invitee_reaches_nothing(app: TestApp) {
        let (ada, eve) = (app.admin().await, app.stranger().await);
        let id = agent(&app, &ada, "A").await;
        let token = galley::server::domain::invitations::make(&app.core, &ada.caller, Role::Admin, "").await.unwrap();
        assert!(eve.browser.get(&format!("/sign-up?invitation={token}")).await.text.contains("Join"));
        assert_eq!(standing(&eve, id).await.0, StatusCode::NOT_FOUND);
        let listed = members::list(&app.core, &eve.caller, None, 10).await.unwrap().data;
        assert!(listed.iter().all(|member| member.account_id == eve.caller.account));
        let own = grants::set_one(&app.core, &ada.caller, id, eve.caller.account, Some(Right::User)).await;
        assert_eq!(own.unwrap_err().public.code, Code::NotFound, "nothing is shared with who has not come");
    }
}
