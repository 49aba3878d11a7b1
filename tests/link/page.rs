//! The public page without the browser's code: what a stranger sees, says and gets.

use axum::http::Method;
use galley::{
    model::{channel::Channel, config::Config, release::ReleaseName},
    server::domain::{channels, releases, sessions},
};
use serde_json::json;

use super::{events, greeting, live, open, opened, post_form, roomy, talk};
use crate::releases::{config, publish, save};

/// A page without what is made anew for each request.
fn plain(answer: &crate::support::Answer) -> (u16, Vec<(String, String)>, String) {
    let policy = answer.header("content-security-policy").unwrap_or_default();
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or("-").to_owned();
    let mut headers: Vec<(String, String)> = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().replace(&nonce, "NONCE")))
        .collect();
    headers.sort();
    (answer.status.as_u16(), headers, answer.text.replace(&nonce, "NONCE"))
}

both_engines! {
    async fn a_stranger_talks_without_code_and_without_a_cookie(app: TestApp) {
        let ada = app.admin().await;
        let (_, slug) = opened(&app, &ada).await;
        let path = format!("/a/{slug}");
        let browser = app.browser();
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Support triage") && page.text.contains("Hello from one."), "{}", page.text);
        assert_eq!(page.header("x-robots-tag"), Some("noindex, nofollow"));
        let said = post_form(&browser, &path, "content=What+is+%3Cb%3Ethis%3C%2Fb%3E%3F").await;
        assert_eq!(said.status, 303);
        let next = said.location().to_owned();
        assert!(next.starts_with(&format!("{path}?chat=")), "{next}");
        let shown = browser.get(&next).await;
        assert!(shown.text.contains("What is &lt;b>this&lt;/b>?") || shown.text.contains("What is &lt;b&gt;this"), "{}", shown.text);
        assert!(shown.text.contains("no language model"), "{}", shown.text);
        // The second message goes on in the same conversation.
        let again = post_form(&browser, &next, "content=And+then").await;
        assert_eq!(again.location(), next);
        let shown = browser.get(&next).await;
        assert!(shown.text.contains("And then") && shown.text.contains("this"));
        for answer in [&page, &said, &shown] {
            assert_eq!(answer.header("set-cookie"), None);
        }
        assert_eq!(app.number("SELECT count(*) FROM sessions WHERE channel = 'link' AND visitor IS NOT NULL").await, 1);
    }

    async fn what_leads_nowhere_answers_alike_to_the_byte(app: TestApp) {
        let ada = app.admin().await;
        let (off, off_slug) = opened(&app, &ada).await;
        channels::switch(&app.core, &ada.caller, off, Channel::Link, false).await.unwrap();
        let (gone, gone_slug) = opened(&app, &ada).await;
        releases::unpublish(&app.core, &ada.caller, gone).await.unwrap();
        let (deleted, deleted_slug) = opened(&app, &ada).await;
        galley::server::domain::trash::delete(&app.core, &ada.caller, deleted).await.unwrap();
        let (_, framed_slug) = {
            let id = live(&app, &ada, &greeting("Framed.")).await;
            let form = galley::model::link::LinkForm { frame_origins: vec!["https://shop.example".into()], ..roomy() };
            let slug = open(&app, &ada, id, &form).await;
            channels::switch(&app.core, &ada.caller, id, Channel::Link, false).await.unwrap();
            (id, slug)
        };
        let slugs = [off_slug, gone_slug, deleted_slug, framed_slug];
        // As long as the others, since the address stands in the page.
        let unknown = "aaaaaaaaaaaa";
        let browser = app.browser();
        let of = |text: String, slug: &str| text.replace(slug, "SLUG");
        let same = async |ask: &dyn Fn(String) -> futures_util::future::BoxFuture<'static, crate::support::Answer>| {
            let (status, headers, text) = plain(&ask(unknown.to_owned()).await);
            assert_eq!(status, 404, "{text}");
            let expected = (headers, of(text, unknown));
            for slug in &slugs {
                let (status, headers, text) = plain(&ask(slug.clone()).await);
                assert_eq!((status, (headers, of(text, slug))), (404, expected.clone()), "{slug}");
            }
        };
        let asking = browser.clone();
        same(&move |slug| {
            let browser = asking.clone();
            Box::pin(async move { browser.get(&format!("/a/{slug}")).await })
        })
        .await;
        let asking = browser.clone();
        same(&move |slug| {
            let browser = asking.clone();
            Box::pin(async move { post_form(&browser, &format!("/a/{slug}"), "content=Hello").await })
        })
        .await;
        let asking = browser.clone();
        same(&move |slug| {
            let browser = asking.clone();
            Box::pin(async move { post_form(&browser, &format!("/a/{slug}"), "pass_phrase=whatever+it+is").await })
        })
        .await;
        let asking = browser.clone();
        same(&move |slug| {
            let browser = asking.clone();
            Box::pin(async move { browser.json(Method::POST, &format!("/a/{slug}/messages"), &json!({ "content": "x" })).await })
        })
        .await;
        for slug in slugs {
            let answer = browser.call("load_visit", &[("slug", &slug)]).await;
            let unknown = browser.call("load_visit", &[("slug", unknown)]).await;
            assert_eq!((answer.status, answer.text), (unknown.status, unknown.text));
        }
    }

    async fn a_visitor_has_their_own_conversation_and_nothing_else(app: TestApp) {
        let ada = app.admin().await;
        let (id, slug) = opened(&app, &ada).await;
        let (_, other_slug) = opened(&app, &ada).await;
        let browser = app.browser();
        let (answer, token) = talk(&browser, &format!("/a/{slug}/messages"), "My secret question").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let token = token.unwrap();
        assert!(token.len() >= 43, "256 bits: {token}");
        let mut events = events(&answer.text);
        let (name, message) = events.pop_back().unwrap();
        assert_eq!(name, "done");
        assert_eq!(message["receipt"], json!(null), "{message}");
        assert_eq!(answer.header("galley-receipt"), None);
        for secret in [ada.caller.workspace.to_string(), id.to_string(), "Secret instructions".to_owned(), ada.email.clone()] {
            assert!(!answer.text.contains(&secret), "{secret} in {}", answer.text);
            let page = browser.get(&format!("/a/{slug}?chat={token}")).await;
            assert!(!page.text.contains(&secret), "{secret} in {}", page.text);
        }
        // Neither another token nor another link leads there.
        let stranger = app.browser();
        for path in [format!("/a/{slug}?chat=x{token}"), format!("/a/{other_slug}?chat={token}"), format!("/a/{slug}")] {
            let page = stranger.get(&path).await;
            assert_eq!(page.status, 200, "a token that leads nowhere begins anew");
            assert!(!page.text.contains("My secret question"), "{path}");
        }
        for path in [format!("/a/{slug}/messages?chat=x{token}"), format!("/a/{other_slug}/messages?chat={token}")] {
            let (answer, _) = talk(&stranger, &path, "Hello").await;
            assert_eq!(answer.status, 404, "{path}: {}", answer.text);
            assert_eq!(stranger.get(&path).await.status, 404);
            for act in ["stop", "retry"] {
                let path = path.replace("messages", act);
                assert_eq!(stranger.json(Method::POST, &path, &json!({})).await.status, 404, "{path}");
            }
            assert_eq!(stranger.get(&path.replace("messages", "answer")).await.status, 404);
        }
        // No member finds it either, whoever owns the agent.
        let listed = sessions::list(&app.core, &ada.caller, None, None, 20).await.unwrap();
        assert!(listed.data.is_empty());
        let hex = |id: uuid::Uuid| id.to_string();
        let session = app.id("SELECT id FROM sessions WHERE visitor IS NOT NULL").await;
        for path in ["", "/messages", "/answer"] {
            let answer = ada.browser.get(&format!("/api/v1/chat/sessions/{}{path}", hex(session))).await;
            assert_eq!(answer.status, 404, "{path}");
        }
        assert!(sessions::delete(&app.core, &ada.caller, session).await.is_err());
        assert!(sessions::end(&app.core, &ada.caller, session).await.is_err());
        // And a member's conversation is no visitor's, whatever they carry.
        let own = sessions::start(&app.core, &ada.caller, id, false, None).await.unwrap();
        let (answer, _) = talk(&stranger, &format!("/a/{slug}/messages?chat={}", own.id), "Hello").await;
        assert_eq!(answer.status, 404);
    }

    async fn strangers_get_what_is_live_and_never_the_draft(app: TestApp) {
        let ada = app.admin().await;
        let (id, slug) = opened(&app, &ada).await;
        let (browser, path) = (app.browser(), format!("/a/{slug}"));
        let (_, token) = talk(&browser, &format!("{path}/messages"), "Hello").await;
        let first = format!("{path}?chat={}", token.unwrap());
        let draft = Config { name: "Draft name".into(), icon: "🧪".into(), prompt_bubbles: vec!["Draft bubble".into()], ..greeting("Draft greeting.") };
        save(&app, &ada, id, 1, &draft).await;
        for address in [&path, &first] {
            let page = browser.get(address).await;
            assert!(page.text.contains("Hello from one.") && !page.text.contains("Draft "), "{}", page.text);
        }
        let (answer, _) = talk(&browser, &format!("{path}/messages"), "Hello").await;
        assert!(answer.text.contains("Hello from one.") && !answer.text.contains("Draft "), "{}", answer.text);
        publish(&app, &ada, id).await;
        let page = browser.get(&path).await;
        assert!(page.text.contains("Draft greeting.") && page.text.contains("Draft bubble"), "{}", page.text);
        // An open conversation stays with what it began with.
        let page = browser.get(&first).await;
        assert!(page.text.contains("Hello from one.") && !page.text.contains("Draft "), "{}", page.text);
        releases::roll_back(&app.core, &ada.caller, id, ReleaseName::Version(1), "", false).await.unwrap();
        assert!(browser.get(&path).await.text.contains("Hello from one."));
    }

    async fn a_member_on_the_page_is_a_stranger_there(app: TestApp) {
        let ada = app.admin().await;
        let (_, slug) = opened(&app, &ada).await;
        app.clock().advance(7200);
        let page = ada.browser.get(&format!("/a/{slug}")).await;
        assert_eq!(page.header("set-cookie"), None, "not even a sign-in that is due to be renewed");
        assert!(!page.text.contains(&ada.email) && !page.text.contains(&ada.name), "{}", page.text);
    }

    async fn what_a_provider_says_of_itself_stays_inside(app: TestApp) {
        use crate::support::{ModelServer, Step};
        let model = ModelServer::start().await;
        let url = model.url.clone();
        let app = app.with_settings(|settings| {
            settings.providers.openai_base_url = Some(url);
            settings.providers.openai_models = vec!["m".into()];
        });
        let ada = app.admin().await;
        let id = live(&app, &ada, &Config { model: "openai/m".into(), ..config("x") }).await;
        let slug = open(&app, &ada, id, &roomy()).await;
        model.next(&[Step::Refuse(400, r#"{"error":{"message":"quota of account 4711 is used up"}}"#)]);
        let (answer, token) = talk(&app.browser(), &format!("/a/{slug}/messages"), "Hello").await;
        let (name, problem) = events(&answer.text).pop_back().unwrap();
        assert_eq!((name.as_str(), &problem["detail"]), ("error", &json!(galley::model::link::FAILED)));
        let page = app.browser().get(&format!("/a/{slug}?chat={}", token.unwrap())).await;
        assert!(page.text.contains(galley::model::link::FAILED));
        for text in [&answer.text, &page.text] {
            assert!(!text.contains("4711") && !text.contains("openai"), "{text}");
        }
        // Its editors are told.
        let shown = channels::list(&app.core, &ada.caller, id).await.unwrap();
        let card = shown.channels.iter().find(|card| card.channel == Channel::Link).unwrap();
        assert!(card.last_error.as_ref().unwrap().contains("4711"), "{card:?}");
    }

    async fn a_form_that_is_refused_keeps_what_was_typed(app: TestApp) {
        let ada = app.admin().await;
        let (_, slug) = opened(&app, &ada).await;
        let long = "x".repeat(galley::model::chat::MAX_MESSAGE + 1);
        let answer = post_form(&app.browser(), &format!("/a/{slug}"), &format!("content={long}")).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains(&long) && answer.text.contains("At most"), "{}", answer.status);
        assert_eq!(app.number("SELECT count(*) FROM sessions WHERE visitor IS NOT NULL").await, 0);
        let forged = axum::http::Request::post(format!("/a/{slug}"))
            .header("sec-fetch-site", "cross-site")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(axum::body::Body::from("content=Hello"));
        assert_eq!(app.browser().send(forged.unwrap()).await.status, 403);
    }
}
