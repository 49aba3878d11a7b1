//! Signing in and out, and what protects it.

use axum::http::StatusCode;
use galley::model::account::Role;

both_engines! {
    async fn signing_in_gives_a_cookie_that_is_stored_hashed(app: TestApp) {
        let ada = app.admin().await;
        let cookie = ada.browser.cookie("galley").unwrap();
        assert_eq!(app.number("SELECT COUNT(*) FROM sign_ins").await, 1);
        assert_ne!(ada.browser.get("/account").await.status, StatusCode::FOUND, "{cookie}");
    }

    async fn protected_pages_send_visitors_to_sign_in(app: TestApp) {
        let _ = app.member(Role::Member).await;
        let browser = app.browser();
        let answer = browser.get("/agents/new?x=1").await;
        assert_eq!(answer.status, StatusCode::FOUND);
        assert_eq!(answer.location(), "/sign-in?next=/agents/new%3Fx%3D1");
        assert_eq!(browser.cookie("galley"), None);
    }
}
