//! What cannot share a transaction, a model's answer, reserves its key: one answer, whoever makes it.

use std::time::Duration;

use galley::model::api_key::Scope;
use serde_json::{Value, json};

use super::super::{Program, code};
use crate::{
    runs::{live_agent, modelled, other_node, with_model},
    support::{Answer, ModelServer, Step, TestApp},
};

/// How long a request holds its key: as long as [`with_model`]'s answers may take, and some more.
const LEASE: i64 = 35;

/// A conversation with an agent that the model answers for, and who holds it.
async fn set_up(app: &TestApp, model: &ModelServer) -> (TestApp, Program, String) {
    let app = with_model(app, model);
    let ada = app.admin().await;
    let agent = live_agent(&app, &ada, &modelled("Be brief.")).await;
    let program = Program::of(&app, &ada, &[Scope::Chat], None).await;
    let session = program.post("/api/v1/chat/sessions", &json!({ "agent_id": agent })).await;
    let path = format!("/api/v1/chat/sessions/{}/messages", session.json()["id"].as_str().unwrap());
    (app, program, path)
}

/// Says something under a key, in a task of its own.
fn say(program: &Program, path: &str, key: &str) -> tokio::task::JoinHandle<Answer> {
    let (program, path, key) = (program.on(&program.app), path.to_owned(), key.to_owned());
    tokio::spawn(async move { program.once(&key, &path, &json!({ "content": "Hello" })).await })
}

/// Waits until the model was asked so often.
pub async fn asked(model: &ModelServer, times: usize) {
    let waiting = async {
        while model.seen().len() < times {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("the model was not asked");
}

fn status(answer: &Answer) -> (u16, String) {
    let code = if answer.status.is_success() { String::new() } else { code(answer) };
    (answer.status.as_u16(), code)
}

both_engines! {
    async fn a_model_call_that_stalls_is_taken_over_after_its_lease(app: TestApp) {
        let model = ModelServer::start().await;
        let (app, program, path) = set_up(&app, &model).await;
        model.next(&[Step::Say("Late"), Step::Wait, Step::Done]);
        let stalled = say(&program, &path, "k");
        asked(&model, 1).await;

        let node = program.on(&app.over(other_node(&app)));
        for wait in [0, LEASE - 1] {
            app.clock().advance(wait);
            let early = say(&node, &path, "k").await.unwrap();
            assert_eq!(status(&early), (409, "idempotency_in_progress".into()));
            assert!(early.header("retry-after").is_some(), "{:?}", early.headers);
        }
        app.clock().advance(1);
        let taken = say(&node, &path, "k").await.unwrap();
        assert_eq!((taken.status.as_u16(), &taken.json()["content"]), (200, &json!("Fine.")), "{}", taken.text);
        assert!(taken.header("idempotency-replayed").is_none());

        // Who comes back after that has no say any more: there is one answer.
        model.go_on();
        assert_eq!(status(&stalled.await.unwrap()), (409, "idempotency_in_progress".into()));
        for program in [&program, &node] {
            let again = say(program, &path, "k").await.unwrap();
            assert_eq!((again.header("idempotency-replayed"), again.json()), (Some("true"), taken.json()));
        }
        assert_eq!(model.seen().len(), 2);
    }

    async fn what_fails_for_now_may_be_tried_again_under_its_key(app: TestApp) {
        let model = ModelServer::start().await;
        let (_, program, path) = set_up(&app, &model).await;
        model.next(&[Step::Say("Slow"), Step::Wait, Step::Done]);
        let first = say(&program, &path, "one");
        asked(&model, 1).await;
        let busy = say(&program, &path, "two").await.unwrap();
        assert_eq!(status(&busy), (409, "answer_in_progress".into()));
        assert!(busy.header("retry-after").is_some(), "{:?}", busy.headers);
        model.go_on();
        assert_eq!(first.await.unwrap().status, 200);
        model.next(&[Step::Refuse(500, "{}")]);
        let failed = say(&program, &path, "two").await.unwrap();
        assert_eq!(status(&failed), (502, "upstream_failed".into()));
        let answered = say(&program, &path, "two").await.unwrap();
        assert_eq!((answered.status.as_u16(), &answered.json()["content"]), (200, &json!("Fine.")), "{}", answered.text);
        let again: Value = say(&program, &path, "two").await.unwrap().json();
        assert_eq!(again, answered.json());
        assert_eq!(model.seen().len(), 3);
    }
}
