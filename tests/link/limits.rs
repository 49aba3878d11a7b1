//! The daily limits of a public link, and the limits by the minute: from many addresses at once, on two nodes, over midnight,
//! and when the database fails.

use std::num::NonZeroU32;

use futures_util::future::join_all;
use galley::model::{
    channel::Channel,
    link::{ANSWER_TOKENS, LEAST_ANSWER_TOKENS, LinkForm, tokens},
};
use serde_json::json;

use super::{greeting, live, open, opened, other_node, post_form, roomy, talk};
use crate::support::{ModelServer, Step};

/// An address of its own for each number.
fn address(number: usize) -> String {
    format!("198.51.{}.{}", 100 + number / 250, 1 + number % 250)
}

both_engines! {
    async fn two_hundred_at_once_on_two_nodes_get_as_many_answers_as_there_are(app: TestApp) {
        let ada = app.admin().await;
        let id = live(&app, &ada, &greeting("Hi.")).await;
        let slug = open(&app, &ada, id, &LinkForm { daily_messages: 37, ..roomy() }).await;
        let (path, other) = (format!("/a/{slug}/messages"), other_node(&app));
        let asked = (0..200).map(|number| {
            let (path, node) = (path.clone(), if number % 2 == 0 { app.clone() } else { other.clone() });
            tokio::spawn(async move { talk(&node.browser().at(&address(number)), &path, "Hello").await.0 })
        });
        let mut answered = 0;
        for answer in join_all(asked).await {
            let answer = answer.unwrap();
            match answer.status.as_u16() {
                200 => answered += 1,
                429 => {
                    assert_eq!(answer.json()["code"], "rate_limited");
                    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
                    assert!((1..=86_401).contains(&wait), "{wait}");
                }
                // Too many waited for the one writer; nothing was taken for it.
                503 => {}
                other => panic!("{other}: {}", answer.text),
            }
        }
        assert!(answered <= 37);
        assert_eq!(app.number("SELECT messages FROM link_usage").await, answered);
        // Those that were refused for being busy are there for who comes next.
        for _ in answered..37 {
            assert_eq!(talk(&app.browser(), &path, "Hello").await.0.status, 200);
        }
        assert_eq!(talk(&other.browser(), &path, "Hello").await.0.status, 429);
        assert_eq!(app.number("SELECT messages FROM link_usage").await, 37);
        assert_eq!(app.number("SELECT count(*) FROM sessions WHERE visitor IS NOT NULL").await, 37, "what was refused leaves nothing");
        assert_eq!(app.number("SELECT count(*) FROM messages WHERE role = 'user'").await, 37);
    }

    async fn tokens_are_set_aside_before_and_never_more_than_there_are(app: TestApp) {
        let model = ModelServer::start().await;
        let url = model.url.clone();
        let app = app.with_settings(|settings| {
            settings.answer_timeout_seconds = 60;
            settings.providers.openai_base_url = Some(url);
            settings.providers.openai_models = vec!["m".into()];
        });
        let ada = app.admin().await;
        let config = galley::model::config::Config { model: "openai/m".into(), ..crate::releases::config("Brief.") };
        let id = live(&app, &ada, &config).await;
        let asked = tokens("Hello".len() + galley::model::compile::compile(&config).system.len());
        // Room for three answers of full length, and a little more.
        let room = 3 * (asked + ANSWER_TOKENS) + asked + LEAST_ANSWER_TOKENS - 2;
        let slug = open(&app, &ada, id, &LinkForm { daily_tokens: room, ..roomy() }).await;
        let (path, other) = (format!("/a/{slug}/messages"), other_node(&app));
        for _ in 0..200 {
            model.next(&[Step::Wait, Step::Say("Fine."), Step::Done]);
        }
        let asking = (0..200).map(|number| {
            let (path, node) = (path.clone(), if number % 2 == 0 { app.clone() } else { other.clone() });
            tokio::spawn(async move {
                let browser = node.browser().at(&address(number));
                let request = axum::http::Request::post(&path)
                    .header("sec-fetch-site", "same-origin")
                    .header("content-type", "application/json")
                    .body(axum::body::Body::from(json!({ "content": "Hello" }).to_string()));
                // The answer is not waited for: it is being written as long as the model waits.
                browser.open(request.unwrap()).await
            })
        });
        let mut answering = Vec::new();
        for answer in join_all(asking).await {
            let answer = answer.unwrap();
            match answer.status().as_u16() {
                200 => answering.push(answer),
                429 | 503 => {}
                other => panic!("{other}"),
            }
        }
        assert!(answering.len() <= 3, "{}", answering.len());
        let held = app.number("SELECT tokens FROM link_usage").await;
        assert_eq!(held, i64::try_from(answering.len()).unwrap() * (asked + ANSWER_TOKENS));
        assert!(held <= room);
        for _ in &answering {
            model.go_on();
        }
        let count = i64::try_from(answering.len()).unwrap();
        for answer in answering {
            let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
            assert!(String::from_utf8_lossy(&body).contains("Fine."));
        }
        // What the answers did not need is there again.
        assert_eq!(app.number("SELECT tokens FROM link_usage").await, count * (asked + tokens("Fine.".len())));
        // The model was asked for no more than was set aside.
        for seen in model.seen() {
            let most = seen.body["max_tokens"].as_i64().or(seen.body["max_completion_tokens"].as_i64()).unwrap();
            assert_eq!(most, ANSWER_TOKENS);
        }
    }

    async fn an_answer_is_cut_off_where_its_tokens_end(app: TestApp) {
        let model = ModelServer::start().await;
        let url = model.url.clone();
        let app = app.with_settings(|settings| {
            settings.providers.openai_base_url = Some(url);
            settings.providers.openai_models = vec!["m".into()];
        });
        let ada = app.admin().await;
        let config = galley::model::config::Config { model: "openai/m".into(), ..crate::releases::config("Brief.") };
        let id = live(&app, &ada, &config).await;
        let asked = tokens("Hello".len() + galley::model::compile::compile(&config).system.len());
        let room = asked + LEAST_ANSWER_TOKENS;
        let slug = open(&app, &ada, id, &LinkForm { daily_tokens: room, ..roomy() }).await;
        let word: &'static str = Box::leak("word ".repeat(200).into_boxed_str());
        model.next(&[Step::Say(word), Step::Say(word), Step::Done]);
        let (answer, _) = talk(&app.browser(), &format!("/a/{slug}/messages"), "Hello").await;
        let (name, message) = crate::link::events(&answer.text).pop_back().unwrap();
        assert_eq!(name, "done");
        assert_eq!(tokens(message["content"].as_str().unwrap().len()), LEAST_ANSWER_TOKENS);
        assert_eq!(app.number("SELECT tokens FROM link_usage").await, room);
        assert_eq!(talk(&app.browser(), &format!("/a/{slug}/messages"), "Hello").await.0.status, 429);
    }

    async fn the_next_day_begins_at_midnight_in_utc(app: TestApp) {
        let ada = app.admin().await;
        let id = live(&app, &ada, &greeting("Hi.")).await;
        let slug = open(&app, &ada, id, &LinkForm { daily_messages: 1, ..roomy() }).await;
        let path = format!("/a/{slug}");
        let first = post_form(&app.browser(), &path, "content=Hello").await;
        assert_eq!(first.status, 303);
        let refused = post_form(&app.browser(), &path, "content=My+words").await;
        assert_eq!(refused.status, 429);
        assert!(refused.text.contains("as much as it may today") && refused.text.contains("My words"), "{}", refused.text);
        // The tests' clock stands at 06:00.
        app.clock().advance(18 * 3600 - 1);
        assert_eq!(post_form(&app.browser(), &path, "content=Hello").await.status, 429);
        // Going on in the conversation that was begun counts too.
        assert_eq!(post_form(&app.browser(), first.location(), "content=Hello").await.status, 429);
        app.clock().advance(1);
        assert_eq!(post_form(&app.browser(), &path, "content=Hello").await.status, 303);
        assert_eq!(post_form(&app.browser(), &path, "content=Hello").await.status, 429);
        assert_eq!(app.number("SELECT count(*) FROM link_usage").await, 2);
    }

    async fn a_lower_limit_holds_from_the_next_message_on(app: TestApp) {
        let ada = app.admin().await;
        let (id, slug) = opened(&app, &ada).await;
        let path = format!("/a/{slug}/messages");
        for _ in 0..3 {
            assert_eq!(talk(&app.browser(), &path, "Hello").await.0.status, 200);
        }
        let set = async |messages: i64| {
            let form = LinkForm { daily_messages: messages, ..roomy() };
            galley::server::domain::links::set(&app.core, &ada.caller, id, &form).await.unwrap()
        };
        assert!(set(3).await.used_up().is_some());
        assert_eq!(talk(&app.browser(), &path, "Hello").await.0.status, 429);
        assert_eq!(set(4).await.used_up(), None);
        assert_eq!(talk(&app.browser(), &path, "Hello").await.0.status, 200);
    }

    async fn trying_again_counts(app: TestApp) {
        let model = ModelServer::start().await;
        let url = model.url.clone();
        let app = app.with_settings(|settings| {
            settings.providers.openai_base_url = Some(url);
            settings.providers.openai_models = vec!["m".into()];
        });
        let ada = app.admin().await;
        let config = galley::model::config::Config { model: "openai/m".into(), ..crate::releases::config("Brief.") };
        let id = live(&app, &ada, &config).await;
        let slug = open(&app, &ada, id, &LinkForm { daily_messages: 2, ..roomy() }).await;
        let browser = app.browser();
        model.next(&[Step::Refuse(500, "{}")]);
        let (_, token) = talk(&browser, &format!("/a/{slug}/messages"), "Hello").await;
        let path = format!("/a/{slug}/retry?chat={}", token.unwrap());
        model.next(&[Step::Refuse(500, "{}")]);
        assert_eq!(browser.json(axum::http::Method::POST, &path, &json!({})).await.status, 200);
        assert_eq!(browser.json(axum::http::Method::POST, &path, &json!({})).await.status, 429);
        assert_eq!(app.number("SELECT messages FROM link_usage").await, 2);
    }

    async fn a_database_that_fails_lets_nobody_in(app: TestApp) {
        let ada = app.admin().await;
        let (_, slug) = opened(&app, &ada).await;
        let path = format!("/a/{slug}/messages");
        let (answer, token) = talk(&app.browser(), &path, "Hello").await;
        assert_eq!(answer.status, 200);
        app.execute("ALTER TABLE link_usage RENAME TO lost").await.unwrap();
        for path in [path.clone(), format!("{path}?chat={}", token.unwrap())] {
            let (answer, _) = talk(&app.browser(), &path, "Hello").await;
            assert_eq!(answer.status, 500, "{}", answer.text);
            assert!(!answer.text.contains("link_usage"), "{}", answer.text);
        }
        assert_eq!(app.number("SELECT count(*) FROM messages WHERE role = 'user'").await, 1, "nothing was taken");
        app.execute("ALTER TABLE lost RENAME TO link_usage").await.unwrap();
        assert_eq!(talk(&app.browser(), &path, "Hello").await.0.status, 200);
    }

    async fn each_address_and_each_link_has_its_minute(app: TestApp) {
        let minute = |number: u32| NonZeroU32::new(number).unwrap();
        let app = app.with_settings(|settings| (settings.rate_link_address, settings.rate_link) = (minute(3), minute(5)));
        let ada = app.admin().await;
        let (_, slug) = opened(&app, &ada).await;
        let (_, quiet) = opened(&app, &ada).await;
        let path = format!("/a/{slug}");
        let one = app.browser().at("198.51.100.1");
        for _ in 0..3 {
            assert_eq!(one.get(&path).await.status, 200);
        }
        let refused = one.get(&path).await;
        assert_eq!(refused.status, 429);
        assert!(refused.header("retry-after").is_some());
        assert_eq!(one.get(&format!("/a/{quiet}")).await.status, 429, "the address counts, whichever page it asks for");
        assert_eq!(one.call("load_visit", &[("slug", &slug)]).await.status, 429);
        assert_eq!(one.get("/sign-in").await.status, 200, "other pages are not counted");
        // One customer of IPv6 has many addresses.
        for number in 1..=3 {
            assert_eq!(app.browser().at(&format!("2001:db8:1:2::{number}")).get(&path).await.status, 200);
        }
        assert_eq!(app.browser().at("2001:db8:1:2:ffff::9").get(&path).await.status, 429);
        assert_eq!(app.browser().at("2001:db8:1:3::9").get(&path).await.status, 200);
        // Messages from everybody together.
        for number in 0..5 {
            let sent = post_form(&app.browser().at(&format!("198.51.101.{}", number + 1)), &path, "content=Hello").await;
            assert_eq!(sent.status, 303, "{number}");
        }
        let fresh = app.browser().at("198.51.102.1");
        assert_eq!(post_form(&fresh, &path, "content=Hello").await.status, 429);
        assert_eq!(post_form(&fresh, &format!("/a/{quiet}"), "content=Hello").await.status, 303, "another page has its own count");
        assert_eq!(fresh.get(&path).await.status, 200, "reading goes on");
    }

    async fn the_card_says_what_is_left(app: TestApp) {
        let ada = app.admin().await;
        let id = live(&app, &ada, &greeting("Hi.")).await;
        let slug = open(&app, &ada, id, &LinkForm { daily_messages: 2, ..roomy() }).await;
        talk(&app.browser(), &format!("/a/{slug}/messages"), "Hello").await;
        let shown = galley::server::domain::channels::list(&app.core, &ada.caller, id).await.unwrap();
        let link = shown.link.unwrap();
        assert_eq!((link.messages_today, link.used_up()), (1, None));
        assert!(link.tokens_today > 0);
        let tested = galley::server::domain::channels::test(&app.core, &ada.caller, id, Channel::Link, "Hello").await.unwrap();
        assert_eq!(tested.message.receipt.unwrap().version, Some(1));
        let refused = galley::server::domain::channels::test(&app.core, &ada.caller, id, Channel::Link, "Hello").await;
        assert_eq!(refused.unwrap_err().public.code, galley::model::error::Code::RateLimited, "a test counts like any other");
    }
}
