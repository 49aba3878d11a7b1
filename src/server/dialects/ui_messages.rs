//! The AI SDK's messages, and its stream of an answer (`x-vercel-ai-ui-message-stream: v1`).

use std::convert::Infallible;

use axum::{
    http::{HeaderName, HeaderValue},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    model::{chat::AnswerEvent, session::Author},
    server::{
        domain::{chat::Answering, completions::Talk},
        engine::history::Turn,
    },
};

/// The header by which the SDK knows the stream.
const PROTOCOL: HeaderName = HeaderName::from_static("x-vercel-ai-ui-message-stream");

/// The id of the one text of an answer within its stream.
const TEXT: &str = "text-1";

/// A message of the SDK's.
#[derive(Clone, Debug, Deserialize)]
pub struct UiMessage {
    role: Role,
    #[serde(default)]
    parts: Vec<Part>,
    /// Messages of its versions before 5 have a text here and no parts.
    #[serde(default)]
    content: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Role {
    System,
    User,
    Assistant,
}

/// A part of a message. Only text is said to an agent; steps, sources and the like are left out.
#[derive(Clone, Debug, Deserialize)]
struct Part {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: Option<String>,
}

/// The conversation that messages hold.
#[must_use]
pub fn talk(messages: Vec<UiMessage>) -> Talk {
    let mut talk = Talk::default();
    for UiMessage { role, parts, content } in messages {
        let texts: Vec<String> =
            parts.into_iter().filter(|part| part.kind == "text").filter_map(|part| part.text).collect();
        let text = if texts.is_empty() { content.unwrap_or_default() } else { texts.join("\n") };
        match role {
            Role::System => talk.system.push(text),
            Role::User => talk.turns.push(Turn { author: Author::User, text }),
            Role::Assistant => talk.turns.push(Turn { author: Author::Agent, text }),
        }
    }
    talk
}

/// The answer as the SDK's stream.
pub fn stream(answering: Answering) -> Response {
    let start = json!({
        "type": "start", "messageId": Uuid::now_v7(), "messageMetadata": { "receipt": answering.receipt },
    });
    let begin = vec![start, json!({ "type": "start-step" }), json!({ "type": "text-start", "id": TEXT })];
    let rest = stream::unfold(answering.reader, |mut reader| async move {
        let parts = match reader.next().await? {
            AnswerEvent::Token(text) => vec![json!({ "type": "text-delta", "id": TEXT, "delta": text })],
            AnswerEvent::Done(_) => vec![
                json!({ "type": "text-end", "id": TEXT }),
                json!({ "type": "finish-step" }),
                json!({ "type": "finish" }),
            ],
            AnswerEvent::Error(failed) => {
                vec![
                    json!({ "type": "text-end", "id": TEXT }),
                    json!({ "type": "error", "errorText": failed.error.detail }),
                ]
            }
        };
        Some((parts, reader))
    });
    let parts = stream::once(async move { begin }).chain(rest).flat_map(stream::iter);
    let data = parts.map(|part: Value| part.to_string()).chain(stream::once(async { "[DONE]".to_owned() }));
    let events = data.map(|data| Ok::<_, Infallible>(Event::default().data(data)));
    let mut response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
    response.headers_mut().insert(PROTOCOL, HeaderValue::from_static("v1"));
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
