//! Coworker as a browser sees it that runs no code of the page's, and as programs do.

use axum::http::Method;
use galley::{
    model::{account::Role, config::Config, flash::Flash},
    server::domain::{grants, releases, sessions},
};
use serde_json::json;
use uuid::Uuid;

use super::{drafted, live, redrafted, shown, talked};
use crate::{
    releases::publish,
    support::{Answer, ModelServer, Person, Step, TestApp},
};

/// Two people and an agent that both may use.
async fn two(app: &TestApp) -> (Person, Person, Uuid) {
    let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
    let id = live(app, &ada, "Refund desk").await;
    grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
    (ada, bob, id)
}

/// What the page says once that a plain form led to.
fn said(answer: &Answer) -> String {
    let cookie = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .find_map(|line| line.to_str().unwrap().strip_prefix("galley_flash="));
    Flash::decode(cookie.unwrap().split(';').next().unwrap()).unwrap().text
}

/// The address without the place on the page.
fn page_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.location().split('#').next().unwrap().to_owned()
}

both_engines! {
    async fn it_works_without_the_pages_code(app: TestApp) {
        let (ada, bob, id) = two(&app).await;
        let picker = bob.browser.get("/coworker").await;
        assert_eq!(picker.status, 200);
        assert!(picker.text.contains("Refund desk") && picker.text.contains(&format!("/coworker/{id}")), "{}", picker.text);
        assert!(bob.browser.get("/coworker?q=refu").await.text.contains(&format!("/coworker/{id}")));
        assert!(bob.browser.get("/coworker?q=orders").await.text.contains("No agent matches"));

        let begin = format!("/coworker/{id}");
        let fresh = bob.browser.get(&begin).await.text;
        for words in ["Hello from Refund desk", "Ask Refund desk", "action=\"/fn/write_message\""] {
            assert!(fresh.contains(words), "{words} is not in {fresh}");
        }
        let agent = id.to_string();
        let written = bob.browser.submit(&begin, "write_message", &[("agent", &agent), ("content", "Where is my <order>?")]).await;
        let conversation = page_of(&written);
        assert!(conversation.starts_with(&format!("/coworker/{id}/")), "{conversation}");
        let shown_page = bob.browser.get(&conversation).await.text;
        for words in ["Where is my &lt;order&gt;?", "Answer as Refund desk.", "This conversation runs on v1", "v1 was live when this conversation began", &ada.name] {
            assert!(shown_page.contains(words), "{words} is not in {shown_page}");
        }
        let session = conversation.rsplit('/').next().unwrap().to_owned();
        let more = bob.browser.submit(&conversation, "write_message", &[("agent", &agent), ("session", &session), ("content", "And now?")]).await;
        assert_eq!(page_of(&more), conversation);
        assert!(bob.browser.get(&conversation).await.text.contains("And now?"));

        // Named, found, and gone.
        let renamed = bob.browser.submit(&conversation, "rename_conversation", &[("session", &session), ("title", "Order 7")]).await;
        assert_eq!((page_of(&renamed), said(&renamed).as_str()), (conversation.clone(), "Conversation renamed"));
        assert!(bob.browser.get("/coworker?list=conversations&find=order+7").await.text.contains("Order 7"));
        assert!(!bob.browser.get("/coworker?list=conversations&find=nothing").await.text.contains("Order 7"));
        let empty = bob.browser.submit(&conversation, "rename_conversation", &[("session", &session), ("title", " ")]).await;
        assert_eq!(page_of(&empty), conversation);
        for _ in 0..2 {
            let marked = bob.browser.submit("/coworker", "set_favourite", &[("agent", &agent), ("on", "true")]).await;
            assert_eq!((page_of(&marked).as_str(), said(&marked).as_str()), ("/coworker", "Added to your favourites"));
        }
        assert!(bob.browser.get("/coworker").await.text.contains("Remove Refund desk from your favourites"));
        let foreign = ada.browser.submit("/coworker", "delete_conversation", &[("session", &session)]).await;
        assert_eq!(page_of(&foreign), "/coworker");
        assert!(bob.browser.get(&conversation).await.text.contains("Order 7"));
        let gone = bob.browser.submit(&conversation, "delete_conversation", &[("session", &session)]).await;
        assert_eq!((page_of(&gone).as_str(), said(&gone).as_str()), ("/coworker?list=conversations", "Conversation deleted"));
        for person in [&bob, &ada] {
            let missing = person.browser.get(&conversation).await.text;
            assert!(missing.contains("There is no such conversation here"), "{missing}");
        }
    }

    async fn what_is_refused_comes_back_into_the_field(app: TestApp) {
        let (ada, bob, id) = two(&app).await;
        let agent = id.to_string();
        let session = talked(&app, &bob, id, "Hello").await.to_string();
        let (begin, conversation) = (format!("/coworker/{id}"), format!("/coworker/{id}/{session}"));
        let long = format!("Typed <b>with care</b> {}", "x".repeat(32_000));
        let refused = bob.browser.submit(&begin, "write_message", &[("agent", &agent), ("content", &long)]).await;
        let back = page_of(&refused);
        assert!(back.starts_with(&format!("{begin}?attempt=")) && said(&refused).starts_with("At most 32000"), "{back}");
        assert!(bob.browser.get(&back).await.text.contains("Typed &lt;b>with care&lt;/b>"));
        assert!(!ada.browser.get(&back).await.text.contains("with care"), "what one typed is one's own");
        assert_eq!(app.number("SELECT count(*) FROM sessions").await, 1, "a refused beginning left a conversation behind");

        releases::unpublish(&app.core, &ada.caller, id).await.unwrap();
        let over = bob.browser.submit(&conversation, "write_message", &[("agent", &agent), ("session", &session), ("content", "Still there?")]).await;
        assert_eq!(said(&over), "This conversation ended because the agent is no longer published.");
        let shown = bob.browser.get(&page_of(&over)).await.text;
        for words in ["no longer published", "Choose another agent", "Answer as Refund desk.", "Still there?"] {
            assert!(shown.contains(words), "{words} is not in {shown}");
        }
        assert!(bob.browser.get(&begin).await.text.contains("No published version"));
        assert!(!bob.browser.get("/coworker").await.text.contains(&format!("href=\"{begin}\"")));
    }

    async fn a_failed_answer_is_tried_again_by_a_form(app: TestApp) {
        let model = ModelServer::start().await;
        let url = model.url.clone();
        let app = app.with_settings(|settings| {
            settings.providers.openai_base_url = Some(url);
            settings.providers.openai_models = vec!["m".into()];
        });
        let ada = app.admin().await;
        let config = Config { model: "openai/m".into(), ..shown("Modelled", "") };
        let id = drafted(&app, &ada, "Modelled").await;
        redrafted(&app, &ada, id, &config).await;
        publish(&app, &ada, id).await;
        let browser = ada.browser.clone().on(&app);
        model.next(&[Step::Refuse(500, "{}")]);
        let agent = id.to_string();
        let written = browser.submit(&format!("/coworker/{id}"), "write_message", &[("agent", &agent), ("content", "Hello")]).await;
        let conversation = page_of(&written);
        let failed = browser.get(&conversation).await.text;
        assert!(failed.contains("Try again") && failed.contains("action=\"/fn/retry_message\""), "{failed}");
        let session = conversation.rsplit('/').next().unwrap().to_owned();
        model.next(&[Step::Say("At last"), Step::Done]);
        let again = browser.submit(&conversation, "retry_message", &[("agent", &agent), ("session", &session)]).await;
        assert_eq!(page_of(&again), conversation);
        let shown = browser.get(&conversation).await.text;
        assert!(shown.contains("At last") && !shown.contains("/fn/retry_message"), "{shown}");
        assert_eq!(app.number("SELECT count(*) FROM messages WHERE role = 'user'").await, 1);
    }

    async fn programs_do_the_same(app: TestApp) {
        let (ada, bob, id) = two(&app).await;
        let send = async |method: Method, path: &str, body: serde_json::Value| {
            bob.browser.json(method, &format!("/api/v1{path}"), &body).await
        };
        let get = async |path: &str| bob.browser.get(&format!("/api/v1{path}")).await.json();
        let found = get("/chat/agents?q=refu").await["data"][0].clone();
        assert_eq!((&found["name"], &found["version"], &found["favourite"]), (&json!("Refund desk"), &json!(1), &json!(false)));
        assert_eq!(get("/chat/agents?q=orders").await["data"], json!([]));
        let favourite = format!("/chat/agents/{id}/favourite");
        for _ in 0..2 {
            assert_eq!(send(Method::PUT, &favourite, json!({})).await.status, 204);
        }
        assert_eq!(get("/chat/agents?show=favourites").await["data"][0]["id"], json!(id));
        assert_eq!(get("/chat/agents?show=recent").await["data"], json!([]));
        assert_eq!(send(Method::DELETE, &favourite, json!({})).await.status, 204);
        assert_eq!(get("/chat/agents?show=favourites").await["data"], json!([]));
        assert_eq!(get("/chat/agents?show=none").await["errors"][0]["field"], "show");
        let unknown = format!("/chat/agents/{}/favourite", Uuid::now_v7());
        assert_eq!(send(Method::PUT, &unknown, json!({})).await.status, 404);

        let session = talked(&app, &bob, id, "Where is my parcel?").await;
        let listed = get("/chat/conversations?q=parcel").await["data"][0].clone();
        assert_eq!((&listed["id"], &listed["title"]), (&json!(session), &json!("Where is my parcel?")));
        let one = format!("/chat/sessions/{session}");
        let renamed = send(Method::PATCH, &one, json!({ "title": "Order 7" })).await;
        assert_eq!((renamed.status.as_u16(), &renamed.json()["title"]), (200, &json!("Order 7")), "{}", renamed.text);
        let refused = send(Method::PATCH, &one, json!({ "title": "" })).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["errors"][0]["field"]), (422, &json!("title")));
        let explained = get(&format!("{one}/receipt")).await;
        assert_eq!((&explained["receipt"]["version"], &explained["made"]["by"]["name"]), (&json!(1), &json!(ada.name)));
        assert!(explained["why"].as_str().unwrap().contains("v1 was live"), "{explained}");
        assert_eq!(get(&format!("/chat/sessions/{}/receipt", Uuid::now_v7())).await["code"], "not_found");
        sessions::delete(&app.core, &bob.caller, session).await.unwrap();
        assert_eq!(get("/chat/conversations").await["data"], json!([]));
    }
}
