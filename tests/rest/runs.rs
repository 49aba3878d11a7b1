//! `/agents/{id}/runs` and `/runs`: once, waited for, followed, cancelled.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use galley::{
    model::{
        account::Role,
        api_key::{NewApiKey, Scope},
        chat::EventReader,
        config::Config,
    },
    server::domain::{api_keys, grants},
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{agent, config, get, post, publish, save};
use crate::support::{Answer, ModelServer, Person, Step, TestApp};

/// The server with a provider, and a live agent of Ada's that it answers for.
async fn set_up(app: &TestApp, model: &ModelServer) -> (TestApp, Person, Uuid) {
    let url = model.url.clone();
    let app = app.with_settings(|settings| {
        settings.answer_timeout_seconds = 20;
        settings.providers.openai_base_url = Some(url);
        settings.providers.openai_models = vec!["m".into()];
    });
    let mut ada = app.admin().await;
    ada.browser = ada.browser.on(&app);
    let id = agent(&app, &ada, &Config { model: "openai/m".into(), ..config("Be brief.") }).await;
    publish(&app, &ada, id).await;
    (app, ada, id)
}

/// Asks under an idempotency key.
async fn keyed(person: &Person, path: &str, key: &str, body: &Value) -> Answer {
    let request = Request::post(format!("/api/v1{path}"))
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key)
        .body(Body::from(body.to_string()));
    person.browser.send(request.unwrap()).await
}

/// Asks as a program does.
async fn ask(app: &TestApp, key: &str, method: Method, path: &str, body: &Value) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("/api/v1{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()));
    app.browser().send(request.unwrap()).await
}

/// The events of a run, by name and data.
async fn events(person: &Person, id: &str) -> Vec<(String, Value)> {
    let answer = get(person, &format!("/runs/{id}/events")).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some("text/event-stream")));
    let read = EventReader::default().push(answer.text.as_bytes());
    read.into_iter().map(|(name, data)| (name, serde_json::from_str(&data).unwrap())).collect()
}

both_engines! {
    async fn a_run_is_started_waited_for_and_listed(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, &config("One.")).await;
        let runs = format!("/agents/{id}/runs");
        let refused = post(&ada, &runs, &json!({ "input": {} })).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["detail"]), (409, &json!("no_published_version")));
        publish(&app, &ada, id).await;

        let started = post(&ada, &runs, &json!({ "input": { "order": 7 } })).await;
        assert_eq!(started.status, 202, "{}", started.text);
        let run = started.json();
        assert_eq!((&run["status"], &run["agent_id"], &run["output"]), (&json!("pending"), &json!(id), &Value::Null));
        let run_id = run["id"].as_str().unwrap();
        assert_eq!(started.location(), format!("/api/v1/runs/{run_id}"));
        let header: Value = serde_json::from_str(started.header("galley-receipt").unwrap()).unwrap();
        assert_eq!((&header, &run["revision_id"]), (&run["receipt"], &run["receipt"]["revision_id"]));

        let done = get(&ada, &format!("/runs/{run_id}?wait=30")).await;
        let run = done.json();
        assert_eq!((&run["status"], &run["input"], &run["error"]), (&json!("done"), &json!({ "order": 7 }), &Value::Null));
        assert!(run["output"].as_str().unwrap().contains("One."));
        assert!(run["completed_at"].is_string());
        assert_eq!(done.header("galley-receipt"), started.header("galley-receipt"));
        assert_eq!(events(&ada, run_id).await, [("done".to_owned(), run.clone())]);
        // Cancelling what is over changes nothing.
        assert_eq!(post(&ada, &format!("/runs/{run_id}/cancel"), &json!({})).await.json(), run);

        let next = post(&ada, &runs, &json!({ "input": "Hello", "revisionId": run["revision_id"] })).await.json();
        let listed = get(&ada, &format!("{runs}?limit=1")).await.json();
        assert_eq!(listed["data"][0]["id"], next["id"]);
        let rest = get(&ada, &format!("{runs}?cursor={}", listed["next_cursor"].as_str().unwrap())).await.json();
        assert_eq!((&rest["data"], &rest["next_cursor"]), (&json!([run]), &Value::Null));
    }

    async fn what_does_not_fit_is_refused_by_name(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, &config("One.")).await;
        publish(&app, &ada, id).await;
        let runs = format!("/agents/{id}/runs");
        for (body, field) in [
            (json!({}), "input"),
            (json!({ "input": null }), "input"),
            (json!({ "input": " " }), "input"),
            (json!({ "input": "x".repeat(70_000) }), "input"),
            (json!({ "input": {}, "revision_id": "v1" }), "revision_id"),
            (json!({ "input": {}, "model": "x" }), "model"),
        ] {
            let refused = post(&ada, &runs, &body).await;
            assert_eq!((refused.status.as_u16(), &refused.json()["errors"][0]["field"]), (422, &json!(field)), "{}", refused.text);
        }
        assert_eq!(get(&ada, &runs).await.json()["data"], json!([]));
        let run = post(&ada, &runs, &json!({ "input": {} })).await.json();
        let path = format!("/runs/{}", run["id"].as_str().unwrap());
        for query in ["wait=61", "wait=-1", "wait=x", "limit=3"] {
            assert_eq!(get(&ada, &format!("{path}?{query}")).await.status, 422, "{query}");
        }
        for query in ["limit=0", "limit=101", "cursor=x", "status=done"] {
            assert_eq!(get(&ada, &format!("{runs}?{query}")).await.status, 422, "{query}");
        }
        let unknown = Uuid::now_v7();
        for answer in [
            get(&ada, &format!("/runs/{unknown}")).await,
            get(&ada, &format!("/runs/{unknown}?wait=30")).await,
            get(&ada, &format!("/runs/{unknown}/events")).await,
            post(&ada, &format!("/runs/{unknown}/cancel"), &json!({})).await,
            post(&ada, &format!("/agents/{unknown}/runs"), &json!({ "input": {} })).await,
            post(&ada, &runs, &json!({ "input": {}, "revision_id": unknown })).await,
            get(&ada, "/runs/v1").await,
        ] {
            assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (404, &json!("not_found")));
        }
    }

    async fn it_streams_and_is_cancelled(app: TestApp) {
        let model = ModelServer::start().await;
        let (_, ada, id) = set_up(&app, &model).await;
        model.next(&[Step::Say("Half"), Step::Hang]);
        let run = post(&ada, &format!("/agents/{id}/runs"), &json!({ "input": "Hello" })).await.json();
        let run_id = run["id"].as_str().unwrap();
        let request = Request::get(format!("/api/v1/runs/{run_id}/events")).body(Body::empty());
        let mut response = ada.browser.open(request.unwrap()).await;
        let header: Value = serde_json::from_str(response.headers()["galley-receipt"].to_str().unwrap()).unwrap();
        assert_eq!(header, run["receipt"]);
        let first = response.body_mut().frame().await.unwrap().unwrap().into_data().unwrap();
        let token = EventReader::default().push(&first);
        assert_eq!(token, [("token".to_owned(), r#"{"text":"Half"}"#.to_owned())]);
        let cancelled = post(&ada, &format!("/runs/{run_id}/cancel"), &json!({})).await.json();
        assert_eq!(cancelled["status"], "cancelled");
        let rest = response.into_body().collect().await.unwrap().to_bytes();
        let read = EventReader::default().push(&rest);
        assert_eq!((read.len(), read[0].0.as_str()), (1, "done"));
        assert_eq!(serde_json::from_str::<Value>(&read[0].1).unwrap(), cancelled);

        model.next(&[Step::Refuse(500, "{}")]);
        let failed = post(&ada, &format!("/agents/{id}/runs"), &json!({ "input": "Hello" })).await.json();
        let failed = get(&ada, &format!("/runs/{}?wait=30", failed["id"].as_str().unwrap())).await.json();
        assert_eq!((&failed["status"], &failed["error"]["code"]), (&json!("error"), &json!("upstream_failed")));
        let told = events(&ada, failed["id"].as_str().unwrap()).await;
        assert_eq!((told[0].0.as_str(), &told[0].1["status"], &told[0].1["run"]), ("error", &json!(502), &failed));
        assert_eq!(told[0].1["detail"], failed["error"]["detail"]);
    }

    async fn one_key_runs_once(app: TestApp) {
        let model = ModelServer::start().await;
        let (_, ada, id) = set_up(&app, &model).await;
        let (runs, body) = (format!("/agents/{id}/runs"), json!({ "input": "Hello" }));
        let first = keyed(&ada, &runs, "one", &body).await;
        assert_eq!((first.status.as_u16(), first.header("idempotency-replayed")), (202, None));
        let run = get(&ada, &format!("/runs/{}?wait=30", first.json()["id"].as_str().unwrap())).await.json();
        assert_eq!(run["status"], "done");
        let again = keyed(&ada, &runs, "one", &body).await;
        assert_eq!((again.status.as_u16(), again.header("idempotency-replayed")), (202, Some("true")));
        assert_eq!(again.json(), first.json());
        assert_eq!(again.header("galley-receipt"), first.header("galley-receipt"));
        let other = keyed(&ada, &runs, "one", &json!({ "input": "Bye" })).await;
        assert_eq!((other.status.as_u16(), &other.json()["code"]), (422, &json!("idempotency_mismatch")));
        let at_once = futures_util::future::join_all((0..8).map(|_| keyed(&ada, &runs, "two", &body))).await;
        let made: std::collections::BTreeSet<String> =
            at_once.iter().map(|answer| answer.json()["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(made.len(), 1);
        let second = get(&ada, &format!("/runs/{}?wait=30", made.first().unwrap())).await.json();
        assert_eq!(second["status"], "done");
        assert_eq!((app.number("SELECT count(*) FROM runs").await, model.seen().len()), (2, 2));
    }

    async fn keys_need_the_scope_and_members_the_right(app: TestApp) {
        let ada = app.admin().await;
        let bob = app.member(Role::Member).await;
        let id = agent(&app, &ada, &config("One.")).await;
        publish(&app, &ada, id).await;
        save(&app, &ada, id, 1, &config("Two.")).await;
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        let drafts = get(&ada, &format!("/agents/{id}/drafts")).await.json();
        let draft = drafts["data"][0]["revision_id"].clone();
        let runs = format!("/agents/{id}/runs");
        let key = async |scopes: &[Scope], agent_id| {
            let new = NewApiKey { name: "CI".into(), scopes: scopes.iter().copied().collect(), agent_id, expires_at: None };
            api_keys::make(&app.core, &ada.caller, &new).await.unwrap().1
        };
        let reads = key(&[Scope::AgentsRead, Scope::AgentsWrite], None).await;
        let chats = key(&[Scope::Chat], None).await;
        let tries = key(&[Scope::Chat, Scope::AgentsDraft], None).await;
        let bound = key(&[Scope::Chat, Scope::AgentsDraft], Some(id)).await;
        let own = ask(&app, &chats, Method::POST, &runs, &json!({ "input": {} })).await;
        assert_eq!(own.status, 202, "{}", own.text);
        let path = format!("/runs/{}", own.json()["id"].as_str().unwrap());
        for (method, path) in [
            (Method::POST, runs.clone()), (Method::GET, runs.clone()), (Method::GET, path.clone()),
            (Method::GET, format!("{path}/events")), (Method::POST, format!("{path}/cancel")),
        ] {
            let refused = ask(&app, &reads, method, &path, &json!({ "input": {} })).await;
            assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (403, &json!("forbidden")), "{path}");
        }
        let chosen = json!({ "input": {}, "revision_id": draft });
        for (key, status) in [(&chats, 404), (&bound, 404), (&tries, 202)] {
            assert_eq!(ask(&app, key, Method::POST, &runs, &chosen).await.status, status);
        }
        assert_eq!(post(&bob, &runs, &chosen).await.status, 404);
        assert_eq!(get(&bob, &path).await.status, 404, "somebody else's run");
        assert_eq!(get(&bob, &runs).await.json()["data"], json!([]));
    }
}
