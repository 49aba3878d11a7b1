//! A small real server that speaks OpenAI's API on loopback, and does what a test tells it to.

use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// What the server does next in an answer.
#[derive(Clone, Debug)]
pub enum Step {
    /// Sends a piece of text.
    Say(&'static str),
    /// Waits until the test calls [`ModelServer::go_on`].
    Wait,
    /// Ends the answer as it should be ended.
    Done,
    /// Closes the connection in the middle.
    Cut,
    /// Says nothing more and keeps the connection.
    Hang,
    /// Refuses with a status and a body; only as the first step.
    Refuse(u16, &'static str),
    /// Does not even begin to answer; only as the first step.
    Silent,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its `Authorization`.
    pub authorization: Option<String>,
    /// Its body.
    pub body: Value,
}

#[derive(Clone)]
struct Shared {
    scripts: Arc<Mutex<VecDeque<Vec<Step>>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    gate: Arc<Semaphore>,
}

/// The server; it is gone when it is dropped.
pub struct ModelServer {
    /// Its base URL.
    pub url: String,
    shared: Shared,
    task: tokio::task::JoinHandle<()>,
}

impl ModelServer {
    /// Starts a server on a port of its own.
    pub async fn start() -> Self {
        let shared = Shared { scripts: Arc::default(), seen: Arc::default(), gate: Arc::new(Semaphore::new(0)) };
        let service = Router::new().route("/v1/chat/completions", post(complete)).with_state(shared.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self { url, shared, task }
    }

    /// What to do with the next request that nothing was said about yet.
    pub fn next(&self, steps: &[Step]) {
        self.shared.scripts.lock().unwrap().push_back(steps.to_vec());
    }

    /// Lets one [`Step::Wait`] pass.
    pub fn go_on(&self) {
        self.shared.gate.add_permits(1);
    }

    /// The requests that came.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn complete(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let authorization = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
    let body = serde_json::from_slice(&body).unwrap();
    shared.seen.lock().unwrap().push(Seen { authorization, body });
    let steps = shared.scripts.lock().unwrap().pop_front().unwrap_or_else(|| vec![Step::Say("Fine."), Step::Done]);
    if let Some(Step::Refuse(status, body)) = steps.first() {
        return (StatusCode::from_u16(*status).unwrap(), [(header::CONTENT_TYPE, "application/json")], *body)
            .into_response();
    }
    if matches!(steps.first(), Some(Step::Silent)) {
        std::future::pending::<()>().await;
    }
    let steps = VecDeque::from(steps);
    let body = stream::unfold((steps, shared.gate), |(mut steps, gate)| async move {
        loop {
            let chunk = match steps.pop_front()? {
                Step::Say(text) => chunk(text),
                Step::Wait => {
                    gate.acquire().await.unwrap().forget();
                    continue;
                }
                Step::Done => {
                    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
                        .to_owned()
                }
                Step::Cut => {
                    // What was said before must be on its way, or the broken connection takes it along.
                    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                    return Some((Err(io::Error::other("cut")), (steps, gate)));
                }
                Step::Hang | Step::Refuse(..) | Step::Silent => std::future::pending().await,
            };
            return Some((Ok(Bytes::from(chunk)), (steps, gate)));
        }
    });
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(body)).into_response()
}

fn chunk(text: &str) -> String {
    let data = json!({ "id": "1", "object": "chat.completion.chunk", "model": "m",
        "choices": [{ "index": 0, "delta": { "content": text }, "finish_reason": null }] });
    format!("data: {data}\n\n")
}
