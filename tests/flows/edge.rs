//! The request edge: forged requests, headers, sizes, failures.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use galley::{model::flash::Flash, server::router::router};

fn post(path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

both_engines! {
    async fn pages_are_whole_while_other_routers_are_made_in_the_process(app: TestApp) {
        let ada = app.admin().await;
        let done = Arc::new(AtomicBool::new(false));
        let making = tokio::task::spawn_blocking({
            let (core, done) = (app.core.clone(), done.clone());
            move || {
                while !done.load(Ordering::Relaxed) {
                    drop(router(core.clone()));
                }
            }
        });
        for _ in 0..200 {
            let page = tokio::time::timeout(Duration::from_secs(30), ada.browser.get("/account")).await;
            let whole = page.is_ok_and(|answer| answer.text.contains(&ada.email));
            done.fetch_or(!whole, Ordering::Relaxed);
            assert!(whole, "the page never ends, or lacks its data");
        }
        done.store(true, Ordering::Relaxed);
        making.await.unwrap();
    }

    async fn forged_requests_change_nothing(app: TestApp) {
        let ada = app.admin().await;
        let forged: [&[(&str, &str)]; 8] = [
            &[],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("sec-fetch-site", "cross-site"), ("origin", "http://galley.test")],
            &[("referer", "http://galley.test/account")],
        ];
        for headers in forged {
            for path in ["/fn/sign_out", "/fn/end_other_sign_ins", "/fn/sign_in", "/fn/sign_up", "/nowhere"] {
                let answer = ada.browser.send(post(path, headers)).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
                assert_eq!(answer.header("content-type"), Some("application/problem+json"));
                assert_eq!(answer.json()["code"], "forbidden");
            }
        }
        assert_eq!(ada.browser.get("/account").await.status, StatusCode::OK);
        // Over plain http on a LAN a browser sends no Sec-Fetch-Site; then the origin decides.
        let answer = ada.browser.send(post("/fn/sign_out", &[("origin", "http://galley.test")])).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(ada.browser.get("/account").await.status, StatusCode::FOUND);
    }

    async fn the_public_address_is_an_origin_of_ours(app: TestApp) {
        let proxied = app.with_settings(|settings| settings.public_url = Some("https://galley.example".into()));
        for (server, expected) in [(&app, StatusCode::FORBIDDEN), (&proxied, StatusCode::OK)] {
            let browser = app.browser().on(server);
            let answer = browser.send(post("/fn/sign_out", &[("origin", "https://galley.example")])).await;
            assert_eq!(answer.status, expected);
        }
    }

    async fn no_server_function_answers_get(app: TestApp) {
        let ada = app.admin().await;
        let mut count = 0;
        for (path, method) in leptos_axum_paths() {
            count += 1;
            assert_eq!(method, Method::POST, "{path} changes or reads by {method}");
            let answer = ada.browser.get(path).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        }
        assert!(count > 10);
    }

    async fn every_answer_carries_the_security_headers_and_an_id(app: TestApp) {
        let browser = app.browser();
        let mut ids = std::collections::BTreeSet::new();
        for path in ["/sign-in", "/nowhere", "/healthz", "/pkg/none.js", "/favicon.svg", "/account"] {
            let answer = browser.get(path).await;
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{path}");
            assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
            assert!(answer.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"), "{path}");
            assert!(answer.header("permissions-policy").unwrap().contains("camera=()"), "{path}");
            assert!(ids.insert(answer.header("x-request-id").unwrap().to_owned()), "{path}");
        }
        let page = browser.get("/sign-in").await;
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self' 'nonce-"), "{policy}");
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }

    async fn an_address_that_leads_nowhere_says_so_in_its_status(app: TestApp) {
        let ada = app.admin().await;
        for browser in [&app.browser(), &ada.browser] {
            for (path, kind) in [
                ("/nowhere", "text/html"),
                ("/api", "application/problem+json"),
                ("/nowhere/at/all", "text/html"),
                ("/pkg/none.js", "text/plain"),
                ("/api/v1/nowhere", "application/problem+json"),
                ("/v1/nowhere", "application/json"),
                ("/fn/nowhere", "application/problem+json"),
            ] {
                let answer = browser.get(path).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
                assert!(answer.header("content-type").unwrap().starts_with(kind), "{path}: {:?}", answer.headers);
            }
        }
    }

    async fn a_page_with_a_slash_at_its_end_leads_to_the_page_and_never_to_another_host(app: TestApp) {
        let ada = app.admin().await;
        for (path, to) in [
            ("/account/", "/account"),
            ("/account/?x=1", "/account?x=1"),
            ("//evil.example/", "/evil.example"),
            ("///evil.example/", "/evil.example"),
        ] {
            let answer = ada.browser.get(path).await;
            assert_eq!((answer.status, answer.location()), (StatusCode::PERMANENT_REDIRECT, to), "{path}");
        }
    }

    async fn a_body_that_is_too_large_is_refused_in_the_words_of_whoever_sent_it(app: TestApp) {
        for (path, kind, code) in [
            ("/fn/sign_in", "application/x-www-form-urlencoded", "/code"),
            ("/api/v1/agents", "application/json", "/code"),
            ("/v1/chat/completions", "application/json", "/error/code"),
        ] {
            let request = Request::post(path)
                .header("sec-fetch-site", "same-origin")
                .header(header::CONTENT_TYPE, kind)
                .header(header::CONTENT_LENGTH, 5 * 1024 * 1024)
                .body(Body::from(vec![b'a'; 5 * 1024 * 1024]));
            let answer = app.browser().send(request.unwrap()).await;
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
            let body: serde_json::Value = serde_json::from_str(&answer.text).unwrap_or_default();
            assert_eq!(body.pointer(code), Some(&"payload_too_large".into()), "{path}: {}", answer.text);
        }
    }

    async fn failures_have_the_status_of_their_code_and_stay_out_of_the_url(app: TestApp) {
        app.admin().await;
        let browser = app.browser();
        let answer = browser.call("show_account", &[]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.json()["code"], "unauthorized");
        let answer = browser.submit("/account", "end_other_sign_ins", &[]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/account"));
        let flash = Flash::decode(&browser.cookie("galley_flash").unwrap()).unwrap();
        assert_eq!(flash, Flash::bad("Sign in first."));
        let page = browser.get("/sign-in").await;
        assert!(page.text.contains("Sign in first."), "{}", page.text);
        assert_eq!(browser.cookie("galley_flash"), None);
    }
}

/// Every server function that is registered.
fn leptos_axum_paths() -> Vec<(&'static str, Method)> {
    leptos::server_fn::axum::server_fn_paths().collect()
}
