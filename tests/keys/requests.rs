//! Requests that come by a key: what they open, what they are refused, and when a key stops.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use galley::{
    model::{
        account::Role,
        api_key::{NewApiKey, Scope},
    },
    server::domain::{api_keys, invitations, members},
};
use serde_json::{Value, json};

use super::{DAY, ask, begin, live_agent, make, new};
use crate::support::{Answer, Browser, TestApp};

/// Asks for something that needs somebody.
async fn probe(app: &TestApp, key: &str) -> Answer {
    ask(app, key, Method::GET, "/api/v1/chat/sessions/00000000-0000-7000-8000-000000000000", &Value::Null).await
}

async fn works(app: &TestApp, key: &str) -> bool {
    match probe(app, key).await.status {
        StatusCode::NOT_FOUND => true,
        StatusCode::UNAUTHORIZED => false,
        status => panic!("{status}"),
    }
}

async fn send(browser: &Browser, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let request = headers
        .iter()
        .fold(Request::builder().method(method).uri(path), |request, (name, value)| request.header(*name, *value));
    browser.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

both_engines! {
    async fn a_key_acts_as_its_maker_whatever_the_cookie_says(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let agent = live_agent(&app, &bob, "Help.").await;
        let (_, secret) = make(&app, &bob, &new(&[Scope::Chat])).await;
        let bearer = format!("bearer {secret}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = json!({ "agent_id": agent }).to_string();
        // Through the browser of somebody else, who is signed in: the key speaks.
        let made = send(&ada.browser, Method::POST, "/api/v1/chat/sessions", &headers, &body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let path = format!("/api/v1/chat/sessions/{}", made.json()["id"].as_str().unwrap());
        assert_eq!(bob.browser.get(&path).await.status, StatusCode::OK);
        assert_eq!(ada.browser.get(&path).await.status, StatusCode::NOT_FOUND);
        let said = json!({ "content": "Hello" });
        let answer = ask(&app, &secret, Method::POST, &format!("{path}/messages"), &said).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }

    async fn every_key_that_does_not_work_is_refused_in_the_same_words(app: TestApp) {
        let ada = app.admin().await;
        let (_, good) = make(&app, &ada, &new(&[Scope::Chat])).await;
        let (revoked, gone) = make(&app, &ada, &new(&[Scope::Chat])).await;
        api_keys::revoke(&app.core, &ada.caller, revoked.id).await.unwrap();
        let end = app.clock().now().plus_seconds(DAY);
        let (_, expired) = make(&app, &ada, &NewApiKey { expires_at: Some(end), ..new(&[Scope::Chat]) }).await;
        app.clock().advance(DAY - 1);
        assert!(works(&app, &expired).await);
        app.clock().advance(1);
        assert!(works(&app, &good).await);
        let unknown = format!("gk_live_{}", "A".repeat(43));
        let other_end = format!("{}{}", &good[..50], if good.ends_with('A') { 'B' } else { 'A' });
        let longer = format!("{good}A");
        let mut answers = Vec::new();
        for key in [&*gone, &*expired, &*unknown, &*other_end, &*longer, &good[..50], "gk_live_", "x", "", "gk_live_é"] {
            let answer = probe(&app, key).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{key}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            assert_eq!(answer.header("content-type"), Some("application/problem+json"));
            assert!(!answer.text.contains("gk_live"), "{}", answer.text);
            answers.push(answer.text);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        // Not even where nobody has to be known, and not with a cookie that would do.
        let wrong = [("authorization", "Bearer gk_live_x")];
        for path in ["/api/v1/none", "/agent/v1/get", "/v1/models"] {
            let answer = send(&ada.browser, Method::GET, path, &wrong, "").await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        }
        let nobody = app.browser().get("/api/v1/chat/sessions/00000000-0000-7000-8000-000000000000").await;
        assert_eq!((nobody.status, nobody.header("www-authenticate")), (StatusCode::UNAUTHORIZED, Some("Bearer")));
    }

    async fn a_revoked_key_stops_at_once_on_every_node(app: TestApp) {
        let ada = app.admin().await;
        let other_node = app.with_settings(|_| {});
        let (key, secret) = make(&app, &ada, &new(&[Scope::Chat])).await;
        assert!(works(&app, &secret).await && works(&other_node, &secret).await);
        api_keys::revoke(&app.core, &ada.caller, key.id).await.unwrap();
        assert!(!works(&other_node, &secret).await && !works(&app, &secret).await);
    }

    async fn a_key_stops_with_its_makers_membership_for_good(app: TestApp) {
        let (ada, bob, carol) = (app.admin().await, app.member(Role::Member).await, app.member(Role::Member).await);
        let (_, bobs) = make(&app, &bob, &new(&[Scope::Chat])).await;
        let (_, carols) = make(&app, &carol, &new(&[Scope::Chat])).await;
        let (_, adas) = make(&app, &ada, &new(&[Scope::Chat])).await;
        // However the membership ended.
        app.execute("DELETE FROM memberships WHERE account_id IN (SELECT account_id FROM api_keys ORDER BY id LIMIT 1)")
            .await
            .unwrap();
        assert!(!works(&app, &bobs).await && works(&app, &carols).await);
        members::remove(&app.core, &ada.caller, carol.caller.account).await.unwrap();
        assert!(!works(&app, &carols).await && works(&app, &adas).await);
        let token = invitations::make(&app.core, &ada.caller, Role::Member, "").await.unwrap();
        let source = galley::server::domain::caller::Source::command_line();
        invitations::accept(&app.core, &carol.caller, &source, &token).await.unwrap();
        assert!(!works(&app, &carols).await, "a key does not come back with its maker");
    }

    async fn a_key_that_a_browser_sends_is_refused(app: TestApp) {
        let ada = app.admin().await;
        let agent = live_agent(&app, &ada, "Help.").await;
        let (_, secret) = make(&app, &ada, &new(&[Scope::Chat])).await;
        let bearer = format!("Bearer {secret}");
        let body = json!({ "agent_id": agent }).to_string();
        for origin in ["https://app.example", "http://galley.test", "null"] {
            let headers = [("authorization", &*bearer), ("content-type", "application/json"), ("origin", origin)];
            let answer = send(&ada.browser, Method::POST, "/api/v1/chat/sessions", &headers, &body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            assert_eq!(answer.json()["code"], "browser_origin");
        }
        assert_eq!(app.number("SELECT COUNT(*) FROM sessions").await, 0);
        assert_eq!(begin(&app, &secret, agent).await.status, StatusCode::CREATED);
    }

    async fn a_key_frees_from_the_rule_against_forged_requests_and_nothing_else_does(app: TestApp) {
        let ada = app.admin().await;
        let agent = live_agent(&app, &ada, "Help.").await;
        let (_, secret) = make(&app, &ada, &new(&[Scope::Chat])).await;
        let body = json!({ "agent_id": agent }).to_string();
        let json = ("content-type", "application/json");
        let bearer = format!("Bearer {secret}");
        for headers in [
            &[json][..],
            &[json, ("sec-fetch-site", "cross-site")],
            &[json, ("authorization", "Basic eDp5")],
            &[json, ("x-api-key", &*secret)],
        ] {
            let answer = send(&ada.browser, Method::POST, "/api/v1/chat/sessions", headers, &body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
            assert_eq!(answer.json()["code"], "forbidden");
        }
        assert_eq!(begin(&app, &secret, agent).await.status, StatusCode::CREATED);

        // On a page or a server function a key is nothing: the cookie counts, and with it the rule.
        let headers = [("authorization", &*bearer), ("content-type", "application/x-www-form-urlencoded")];
        let forged = send(&ada.browser, Method::POST, "/fn/make_invitation", &headers, "role=member").await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN);
        assert_eq!(app.number("SELECT COUNT(*) FROM invitations").await, 0);
        let same_origin = [headers[0], headers[1], ("sec-fetch-site", "same-origin")];
        let nobody = send(&app.browser(), Method::POST, "/fn/make_invitation", &same_origin, "role=member").await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
        let page = send(&app.browser(), Method::GET, "/settings/keys", &headers[..1], "").await;
        assert_eq!((page.status, page.location()), (StatusCode::FOUND, "/sign-in?next=/settings/keys"));
        let export = send(&app.browser(), Method::GET, &format!("/agents/{agent}/export"), &headers[..1], "").await;
        assert_ne!(export.status, StatusCode::OK);
        assert_eq!(export.header(header::CONTENT_DISPOSITION.as_str()), None);
    }
}
