//! Signing in and out, and what protects it.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use galley::{
    model::account::Role,
    server::{router::PAGE_ROUTES, secrets::sha256, store::db::Pools},
};

use crate::support::{Browser, Person, TestApp};

/// The ids of every sign-in, as they are stored.
async fn stored_ids(app: &TestApp) -> Vec<Vec<u8>> {
    const SQL: &str = "SELECT id_hash FROM sign_ins ORDER BY created_at";
    match &app.core.db.pools {
        Pools::Sqlite { read, .. } => sqlx::query_scalar(SQL).fetch_all(read).await.unwrap(),
        Pools::Postgres(pool) => sqlx::query_scalar(SQL).fetch_all(pool).await.unwrap(),
    }
}

async fn sign_in(browser: &Browser, person: &Person) -> serde_json::Value {
    browser.call("sign_in", &[("email", &person.email), ("password", &person.password)]).await.json()
}

/// What a hydrated page gets when the password is wrong.
async fn wrong(browser: &Browser, email: &str) -> serde_json::Value {
    browser.call("sign_in", &[("email", email), ("password", "a wrong password")]).await.json()["refused"]["error"]
        .clone()
}

fn raw_id(cookie: &str) -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.decode(cookie).unwrap()
}

both_engines! {
    async fn the_cookie_is_stored_only_as_its_hash(app: TestApp) {
        let ada = app.admin().await;
        let cookie = raw_id(&ada.browser.cookie("galley").unwrap());
        assert_eq!(stored_ids(&app).await, [sha256(&cookie)]);
    }

    async fn the_cookie_changes_at_sign_in_and_the_old_one_is_worth_nothing(app: TestApp) {
        let ada = app.admin().await;
        let before = ada.browser.cookie("galley").unwrap();
        sign_in(&ada.browser, &ada).await;
        let after = ada.browser.cookie("galley").unwrap();
        assert_ne!(before, after);
        let thief = app.browser();
        thief.set_cookie("galley", &before);
        assert_eq!(thief.get("/account").await.status, StatusCode::FOUND);
        assert_eq!(ada.browser.get("/account").await.status, StatusCode::OK);
    }

    async fn a_cookie_that_somebody_planted_is_not_taken_over(app: TestApp) {
        let ada = app.admin().await;
        let browser = app.browser();
        browser.set_cookie("galley", "AAAAAAAAAAAAAAAAAAAAAA");
        sign_in(&browser, &ada).await;
        assert_ne!(browser.cookie("galley").unwrap(), "AAAAAAAAAAAAAAAAAAAAAA");
        assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    }

    async fn visitors_get_no_cookie_and_no_row(app: TestApp) {
        let browser = app.browser();
        assert_eq!(browser.get("/sign-in").await.status, StatusCode::OK);
        assert_eq!(browser.call("start_visit", &[]).await.status, StatusCode::OK);
        assert!(wrong(&browser, "nobody@example.com").await.is_object());
        assert_eq!(browser.cookie("galley"), None);
        assert_eq!(app.number("SELECT COUNT(*) FROM sign_ins").await, 0);
    }

    async fn the_cookie_is_bound_to_this_host_where_people_come_by_https(app: TestApp) {
        let ada = app.admin().await;
        let secure = app.with_settings(|settings| settings.public_url = Some("https://galley.example".into()));
        let browser = app.browser().on(&secure);
        let answer = browser.call("sign_in", &[("email", &ada.email), ("password", &ada.password)]).await;
        let line = answer.header("set-cookie").unwrap().to_owned();
        for part in ["__Host-galley=", "; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/", "; Max-Age=2592000"] {
            assert!(line.contains(part), "{part} in {line}");
        }
        assert!(!line.contains("Domain"), "{line}");
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));
        let out = browser.call("sign_out", &[]).await;
        let line = out.header("set-cookie").unwrap();
        assert!(line.starts_with("__Host-galley=;") && line.contains("; Secure"), "{line}");
        assert_eq!(browser.get("/account").await.status, StatusCode::FOUND);

        let plain = app.browser();
        let answer = plain.call("sign_in", &[("email", &ada.email), ("password", &ada.password)]).await;
        let line = answer.header("set-cookie").unwrap();
        assert!(line.starts_with("galley=") && !line.contains("Secure"), "{line}");
        assert_eq!(answer.header("strict-transport-security"), None);
    }

    async fn signing_out_ends_the_sign_in_on_the_server(app: TestApp) {
        let ada = app.admin().await;
        let cookie = ada.browser.cookie("galley").unwrap();
        let answer = ada.browser.submit("/", "sign_out", &[]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in"));
        assert_eq!(ada.browser.cookie("galley"), None);
        ada.browser.set_cookie("galley", &cookie);
        assert_eq!(ada.browser.get("/account").await.status, StatusCode::FOUND);
        assert_eq!(app.number("SELECT COUNT(*) FROM sign_ins").await, 0);
    }

    async fn a_sign_in_ends_after_thirty_days_without_a_visit_and_slides_with_visits(app: TestApp) {
        const DAY: i64 = 24 * 3600;
        let ada = app.admin().await;
        let idle = app.browser();
        sign_in(&idle, &ada).await;
        for _ in 0..3 {
            app.clock().advance(12 * DAY);
            let answer = ada.browser.get("/account").await;
            assert_eq!(answer.status, StatusCode::OK);
            assert!(answer.header("set-cookie").unwrap().contains("Max-Age=2592000"));
        }
        assert_eq!(idle.get("/account").await.status, StatusCode::FOUND);
    }

    async fn a_visit_is_written_at_most_once_an_hour(app: TestApp) {
        const SEEN: &str = "SELECT MAX(seen_at) FROM sign_ins";
        let ada = app.admin().await;
        let first = app.number(SEEN).await;
        app.clock().advance(3599);
        ada.browser.get("/account").await;
        assert_eq!(app.number(SEEN).await, first);
        app.clock().advance(1);
        ada.browser.get("/account").await;
        assert_eq!(app.number(SEEN).await, first + 3_600_000_000);
    }

    async fn an_unknown_address_and_a_wrong_password_are_answered_alike_after_the_same_work(app: TestApp) {
        let ada = app.admin().await;
        let browser = app.browser();
        let before = app.core.hasher.checked();
        let known = wrong(&browser, &ada.email).await;
        assert_eq!(app.core.hasher.checked(), before + 1);
        let unknown = wrong(&browser, "nobody@example.com").await;
        assert_eq!(app.core.hasher.checked(), before + 2);
        assert_eq!(known, unknown);
        assert_eq!(known["code"], "unauthorized");
        assert_eq!(app.number("SELECT COUNT(*) FROM throttles").await, 3, "two accounts and one address are counted");
    }

    async fn attempts_on_one_account_are_slowed_down_more_and_more(app: TestApp) {
        let ada = app.admin().await;
        let browser = app.browser();
        for _ in 0..6 {
            assert_eq!(wrong(&browser, &ada.email).await["code"], "unauthorized");
            app.clock().advance(1);
        }
        // Now two seconds are asked for, of which one has passed.
        let refused = wrong(&browser, &ada.email).await;
        assert_eq!((&refused["code"], &refused["retry_after"]), (&"rate_limited".into(), &1.into()));
        // Another spelling and another address of the network are the same account.
        let elsewhere = app.browser().at("198.51.100.9");
        assert_eq!(wrong(&elsewhere, &ada.email.to_uppercase()).await["code"], "rate_limited");
        // Even the right password waits, and no password is looked at meanwhile.
        let checked = app.core.hasher.checked();
        assert_eq!(sign_in(&browser, &ada).await["refused"]["error"]["code"], "rate_limited");
        assert_eq!(app.core.hasher.checked(), checked);
        // Somebody else is not held up.
        let bob = app.member(Role::Member).await;
        assert!(sign_in(&browser, &bob).await["entered"].is_object());
        app.clock().advance(1);
        assert!(sign_in(&browser, &ada).await["entered"].is_object());
        // The right password has forgotten the wrong ones.
        assert_eq!(wrong(&browser, &ada.email).await["code"], "unauthorized");
        assert_eq!(wrong(&browser, &ada.email).await["code"], "unauthorized");
    }

    async fn attempts_from_one_address_are_slowed_down_whatever_the_account(app: TestApp) {
        app.admin().await;
        let browser = app.browser().at("198.51.100.9");
        for n in 0..31 {
            assert_eq!(wrong(&browser, &format!("p{n}@example.com")).await["code"], "unauthorized", "{n}");
            app.clock().advance(1);
        }
        assert_eq!(wrong(&browser, "p99@example.com").await["code"], "rate_limited");
        assert_eq!(wrong(&app.browser(), "p99@example.com").await["code"], "unauthorized");
    }

    async fn attempts_at_once_are_counted_one_by_one(app: TestApp) {
        let ada = app.admin().await;
        let attempts = (0..16).map(|_| {
            let (browser, email) = (app.browser(), ada.email.clone());
            tokio::spawn(async move { wrong(&browser, &email).await["code"].clone() })
        });
        let mut let_through = 0;
        for attempt in attempts.collect::<Vec<_>>() {
            let_through += usize::from(attempt.await.unwrap() == "unauthorized");
        }
        assert_eq!(let_through, 5, "the free ones; then the delay begins");
    }

    async fn forwarded_addresses_count_behind_trusted_proxies_only(app: TestApp) {
        let ada = app.admin().await;
        let behind = app.with_settings(|settings| settings.trusted_proxies = vec!["203.0.113.7".parse().unwrap()]);
        for (server, expected) in [(&app, "203.0.113.7"), (&behind, "192.0.2.44")] {
            let browser = app.browser().on(server);
            let form = format!("email={}&password={}", ada.email, ada.password.replace(' ', "+").replace('\'', "%27"));
            let request = Request::post("/fn/sign_in")
                .header("sec-fetch-site", "same-origin")
                .header("x-forwarded-for", "192.0.2.44")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(form));
            let answer = browser.send(request.unwrap()).await;
            assert!(answer.json()["entered"].is_object(), "{}", answer.text);
            let shown = browser.call("show_account", &[]).await.json();
            let current = shown["sign_ins"].as_array().unwrap().iter().find(|one| one["current"] == true).cloned();
            assert_eq!(current.unwrap()["address"], expected);
        }
    }

    async fn protected_pages_send_visitors_to_sign_in_and_back(app: TestApp) {
        let ada = app.admin().await;
        let browser = app.browser();
        let answer = browser.get("/agents/new?example=1").await;
        assert_eq!(answer.status, StatusCode::FOUND);
        assert_eq!(answer.location(), "/sign-in?next=/agents/new%3Fexample%3D1");
        assert_eq!(answer.text, "");
        let page = browser.get(answer.location()).await;
        assert!(page.text.contains(r#"name="next" value="/agents/new?example=1""#), "{}", page.text);
        let form = [("email", &*ada.email), ("password", &*ada.password), ("next", "/agents/new?example=1")];
        let answer = browser.submit("/sign-in", "sign_in", &form).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/agents/new?example=1"));
    }

    async fn signing_in_never_leads_to_another_site(app: TestApp) {
        let ada = app.admin().await;
        for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"] {
            let browser = app.browser();
            let form = [("email", &*ada.email), ("password", &*ada.password), ("next", next)];
            assert_eq!(browser.submit("/sign-in", "sign_in", &form).await.location(), "/", "{next}");
            let answer = browser.call("sign_in", &form).await.json();
            assert_eq!(answer["entered"]["next"], "/", "{next}");
        }
    }

    async fn every_page_needs_a_sign_in_or_is_meant_for_visitors(app: TestApp) {
        app.admin().await;
        for route in PAGE_ROUTES.iter() {
            let path = route.path().replace("{id}", "0198c0de-0000-7000-8000-000000000000").replace("{name}", "v1");
            let open = ["/sign-in", "/sign-up", "/reset"].contains(&path.as_str());
            let status = app.browser().get(&path).await.status;
            let expected = match open {
                // A public page is for everybody, and there is none at this address.
                _ if path.starts_with("/a/") => StatusCode::NOT_FOUND,
                true => StatusCode::OK,
                false => StatusCode::FOUND,
            };
            assert_eq!(status, expected, "{path}");
        }
    }

    async fn a_plain_form_that_is_refused_keeps_what_was_typed_but_no_password(app: TestApp) {
        app.admin().await;
        let browser = app.browser();
        let form = [("email", "<ada>@example.com"), ("password", "not the password"), ("next", "/account")];
        let answer = browser.submit("/sign-in?next=/account", "sign_in", &form).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in?next=/account"));
        assert!(!answer.headers.values().any(|value| value.to_str().unwrap_or_default().contains("not the password")));
        let page = browser.get(answer.location()).await;
        assert!(page.text.contains(r#"value="&lt;ada&gt;@example.com""#), "{}", page.text);
        assert!(page.text.contains("The e-mail address or the password is wrong."), "{}", page.text);
        assert!(!page.text.contains("not the password"));
        let again = browser.get("/sign-in").await;
        assert!(!again.text.contains("&lt;ada&gt;"), "the page says it once");
    }
}
