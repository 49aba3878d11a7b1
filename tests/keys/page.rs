//! The page of keys, with and without code in the browser.

use axum::http::StatusCode;
use galley::{
    model::{account::Role, api_key::Scope},
    server::domain::api_keys,
};

use super::{begin, live_agent, make, new};

const PAGE: &str = "/settings/keys";

both_engines! {
    async fn a_key_made_without_code_in_the_browser_is_shown_once(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let agent = live_agent(&app, &bob, "Help.").await;
        let form = [("name", "Help desk"), ("scopes[]", "agents:read"), ("scopes[]", "chat"), ("agent", ""), ("days", "30")];
        let answer = bob.browser.submit(PAGE, "make_key", &form).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, PAGE));
        // Neither the address nor a cookie says it.
        assert!(answer.headers.values().all(|value| !String::from_utf8_lossy(value.as_bytes()).contains("gk_live_")));
        let page = bob.browser.get(PAGE).await;
        let secret: String = {
            let rest = page.text.split("value=\"gk_live_").nth(1).unwrap();
            format!("gk_live_{}", rest.chars().take_while(|c| *c != '"').collect::<String>())
        };
        assert_eq!(secret.len(), 51, "{secret}");
        assert!(page.text.contains(&format!("Authorization: Bearer {secret}")), "{}", page.text);
        assert!(page.text.contains("http://galley.test/api/v1/agents"));
        assert_eq!(begin(&app, &secret, agent).await.status, StatusCode::CREATED);
        let again = bob.browser.get(PAGE).await;
        assert!(!again.text.contains(&secret));
        for shown in ["Help desk", &secret[..12], "agents:read, chat", "Revoke Help desk"] {
            assert!(again.text.contains(shown), "{shown} is missing in {}", again.text);
        }
        let key = api_keys::list(&app.core, &bob.caller, None, None, None).await.unwrap().data.remove(0);
        assert_eq!(key.expires_at, Some(app.clock().now().plus_seconds(30 * 24 * 3600)));
        assert!(ada.browser.get(PAGE).await.text.contains("Help desk"));
        assert!(ada.browser.get("/settings/members").await.text.contains(r#"href="/settings/keys""#));
    }

    async fn a_refused_form_says_why(app: TestApp) {
        let bob = app.member(Role::Member).await;
        for (form, field) in [
            (&[("name", ""), ("scopes[]", "chat")][..], "name"),
            (&[("name", "CI")], "scopes"),
            (&[("name", "CI"), ("scopes[]", "everything")], "scopes"),
            (&[("name", "CI"), ("scopes[]", "chat"), ("days", "7")], "expires_at"),
            (&[("name", "CI"), ("scopes[]", "chat"), ("agent", "x")], "agent_id"),
        ] {
            let answer = bob.browser.call("make_key", form).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
            assert_eq!(answer.json()["errors"][0]["field"], field);
        }
        let answer = bob.browser.submit(PAGE, "make_key", &[("name", "CI")]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, PAGE));
        assert!(bob.browser.get(PAGE).await.text.contains("scopes: choose at least one"));
        let admin = bob.browser.call("make_key", &[("name", "CI"), ("scopes[]", "admin")]).await;
        assert_eq!(admin.status, StatusCode::FORBIDDEN);
        assert!(!bob.browser.get(PAGE).await.text.contains(r#"value="admin""#));
        assert_eq!(app.number("SELECT COUNT(*) FROM api_keys").await, 0);
    }

    async fn a_key_is_revoked_by_a_plain_form(app: TestApp) {
        let (bob, eve) = (app.member(Role::Member).await, app.stranger().await);
        let agent = live_agent(&app, &bob, "Help.").await;
        let (key, secret) = make(&app, &bob, &new(&[Scope::Chat])).await;
        let id = key.id.to_string();
        assert_eq!(eve.browser.call("revoke_key", &[("id", &id)]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(begin(&app, &secret, agent).await.status, StatusCode::CREATED);
        let answer = bob.browser.submit(PAGE, "revoke_key", &[("id", &id)]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, PAGE));
        assert_eq!(begin(&app, &secret, agent).await.status, StatusCode::UNAUTHORIZED);
        let page = bob.browser.get(PAGE).await.text;
        assert!(page.contains("The key is revoked") && page.contains("Revoked") && !page.contains("Revoke CI"), "{page}");
    }
}
