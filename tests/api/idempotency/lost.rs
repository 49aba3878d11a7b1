//! Answers that never arrive: the work was done and committed, and the connection broke before anybody heard of it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    body::Body,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
};
use futures_util::{future::join_all, poll, stream};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use super::super::Program;
use crate::support::{Answer, TestApp};

const AT_ONCE: usize = 100;

/// The same server behind a line that breaks right before each of the first so many answers.
fn losing(app: &TestApp, first: usize) -> TestApp {
    let left = Arc::new(AtomicUsize::new(first));
    let lose = move |request: Request, next: Next| {
        let left = left.clone();
        async move {
            let response = next.run(request).await;
            if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() {
                return response;
            }
            let broken = std::io::Error::other("the line broke");
            Response::new(Body::from_stream(stream::once(async { Err::<Vec<u8>, _>(broken) })))
        }
    };
    let mut behind = app.clone();
    behind.service = app.service.clone().layer(from_fn(lose));
    behind
}

/// What arrives of the answer to one publish; nothing when the line broke.
async fn publish(program: &Program, agent: &str, key: &str) -> Option<Answer> {
    let path = format!("/api/v1/agents/{agent}/publish");
    let request = program.request("POST", &path, Some(&json!({ "note": "once" })), &[("idempotency-key", key)]);
    let (parts, body) = program.app.browser().open(request).await.into_parts();
    let bytes = body.collect().await.ok()?.to_bytes();
    Some(Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() })
}

fn replayed(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == Some("true")
}

/// Sends everything again, and gives the one answer of them all, and how many were not given again but made.
async fn retry(program: &Program, agent: &str, key: &str) -> (Value, usize) {
    let again = join_all((0..AT_ONCE).map(|_| publish(program, agent, key))).await;
    let again: Vec<Answer> = again.into_iter().map(|answer| answer.expect("the line holds")).collect();
    for answer in &again {
        assert_eq!((answer.status.as_u16(), answer.json()), (201, again[0].json()), "{}", answer.text);
    }
    (again[0].json(), again.iter().filter(|answer| !replayed(answer)).count())
}

both_engines! {
    async fn a_hundred_publishes_whose_answers_are_lost_ship_once(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        let mut app = app;
        for (shipped, lost) in [(1, AT_ONCE), (2, AT_ONCE / 2)] {
            let agent = ada.on(&app).agent("Help.").await;
            let key = format!("ship-{shipped}");
            let line = ada.on(&losing(&app, lost));
            let answers = join_all((0..AT_ONCE).map(|_| publish(&line, &agent, &key))).await;
            assert_eq!(answers.iter().filter(|answer| answer.is_none()).count(), lost);
            assert_eq!(app.number("SELECT COUNT(*) FROM releases").await, shipped);

            app = app.restarted().await;
            let (one, made) = retry(&ada.on(&app), &agent, &key).await;
            assert_eq!(made, 0, "it was done before the restart");
            for answer in answers.into_iter().flatten() {
                assert_eq!((answer.status.as_u16(), answer.json()), (201, one.clone()));
            }
            assert_eq!(app.number("SELECT COUNT(*) FROM releases").await, shipped);
            assert_eq!(app.number("SELECT COUNT(*) FROM live_events").await, shipped);
        }
    }

    async fn a_hundred_publishes_that_are_cut_off_in_the_middle_ship_once(app: TestApp) {
        let ada = Program::whole(&app, &app.admin().await).await;
        let agent = ada.agent("Help.").await;
        // Each client goes a little later than the one before it.
        let cut = (0..AT_ONCE).map(|patience| {
            let (ada, agent) = (&ada, &agent);
            async move {
                let mut asking = Box::pin(publish(ada, agent, "ship"));
                for _ in 0..=patience {
                    if poll!(asking.as_mut()).is_ready() {
                        return;
                    }
                    tokio::task::yield_now().await;
                }
            }
        });
        join_all(cut).await;
        let app = app.restarted().await;
        let (_, made) = retry(&ada.on(&app), &agent, "ship").await;
        assert!(made <= 1, "it was done {made} times");
        assert_eq!(app.number("SELECT COUNT(*) FROM releases").await, 1);
        assert_eq!(app.number("SELECT COUNT(*) FROM live_events").await, 1);
    }
}
