//! `POST /v1/chat/completions` and `GET /v1/models`, as OpenAI's clients call them. `model` is an agent's id; what is live
//! answers. A system message of the client is added after the agent's own instructions.

use std::convert::Infallible;

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, Method, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{get, post},
};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    model::{
        api_key::Scope,
        chat::AnswerEvent,
        coworker::UsableQuery,
        error::{Code, Error},
        page::MAX_LIMIT,
        session::{Author, Receipt},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        domain::{
            caller::Caller,
            chat::Answering,
            completions::{self, Talk},
            coworker,
        },
        engine::history::Turn,
        rest::{request, stream::with_receipt},
        web::problem::{self, Problem},
    },
};

/// The routes of this file.
pub fn routes() -> Router<Core> {
    Router::new().route("/chat/completions", post(complete)).route("/models", get(models)).fallback(problem::nowhere)
}

/// An error in the words of this dialect.
pub(super) struct Refused(pub(super) Error);

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(problem.0)
    }
}

impl From<crate::server::failure::Failure> for Refused {
    fn from(failure: crate::server::failure::Failure) -> Self {
        Self(failure.into_public())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(json!({ "error": error(&self.0) }))).into_response();
        problem::headers(&self.0, response.headers_mut());
        response
    }
}

fn error(error: &Error) -> Value {
    let kind = match error.code {
        Code::Unauthorized => "authentication_error",
        Code::Forbidden | Code::BrowserOrigin | Code::ChannelOff => "permission_error",
        Code::RateLimited => "rate_limit_error",
        _ if error.status() >= 500 => "api_error",
        _ => "invalid_request_error",
    };
    let param = error.errors.first().map(|wrong| wrong.field.clone());
    json!({ "message": error.detail, "type": kind, "param": param, "code": error.code })
}

/// What a client sends; it may send more, which is not looked at.
#[derive(Clone, Debug, Deserialize)]
struct Completion {
    model: String,
    messages: Vec<Said>,
    #[serde(default)]
    stream: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
struct Said {
    role: Role,
    #[serde(default)]
    content: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Role {
    System,
    Developer,
    User,
    Assistant,
}

/// The text of a message, which is one text, a list of parts, or null where the message is something else, such as a call.
fn text(content: &Value, field: &str) -> Result<String, Error> {
    let part = |(at, part): (usize, &Value)| match (part["type"].as_str(), part["text"].as_str()) {
        (Some("text"), Some(text)) => Ok(text.to_owned()),
        (Some("text"), None) => Err(Error::field(format!("{field}[{at}].text"), "must be a text")),
        _ => Err(Error::field(format!("{field}[{at}]"), "is no text, and only text is taken")),
    };
    match content {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Array(parts) => Ok(parts.iter().enumerate().map(part).collect::<Result<Vec<_>, _>>()?.join("\n")),
        _ => Err(Error::field(field, "must be a text or a list of parts")),
    }
}

async fn complete(
    State(core): State<Core>,
    caller: Result<Caller, Problem>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    let caller = caller?;
    caller.require(Scope::Chat)?;
    let asked: Completion = request::read(&request::bytes(&method, &headers, body).await?)?;
    let agent: Uuid = asked.model.parse().map_err(|_| unknown(&asked.model))?;
    let mut talk = Talk::default();
    for (at, Said { role, content }) in asked.messages.into_iter().enumerate() {
        let text = text(&content, &format!("messages[{at}].content"))?;
        match role {
            Role::System | Role::Developer => talk.system.push(text),
            Role::User => talk.turns.push(Turn { author: Author::User, text }),
            Role::Assistant => talk.turns.push(Turn { author: Author::Agent, text }),
        }
    }
    let answering = match completions::complete(&core, &caller, agent, &talk).await {
        Err(failure) if failure.public.code == Code::NotFound => return Err(unknown(&asked.model).into()),
        answering => answering?,
    };
    let (at, receipt) = (core.clock.now(), answering.receipt.clone());
    let response = if asked.stream.unwrap_or_default() {
        chunks(answering, &asked.model, at)
    } else {
        whole(answering, &asked.model, at).await?
    };
    Ok(with_receipt(response, &receipt))
}

fn unknown(model: &str) -> Error {
    let mut error = Error::new(Code::NotFound, format!("The model {model} does not exist or is not yours to use."));
    error.errors.push(crate::model::field_error::FieldError::new("model", "is not the id of an agent"));
    error
}

async fn whole(answering: Answering, model: &str, at: Timestamp) -> Result<Response, Refused> {
    let receipt = answering.receipt.clone();
    let message = answering.reader.finished().await.map_err(|failed| Refused(failed.error))?;
    let body = json!({
        "id": format!("chatcmpl-{}", message.id.simple()),
        "object": "chat.completion",
        "created": at.0 / 1_000_000,
        "model": model,
        "choices": [{
            "index": 0,
            "message": { "role": "assistant", "content": message.content, "refusal": null },
            "logprobs": null,
            "finish_reason": "stop",
        }],
        "galley": receipt,
    });
    Ok(axum::Json(body).into_response())
}

fn chunks(answering: Answering, model: &str, at: Timestamp) -> Response {
    let (id, model) = (format!("chatcmpl-{}", Uuid::now_v7().simple()), model.to_owned());
    let receipt: Receipt = answering.receipt.clone();
    let chunk = move |delta: Value, finish: Option<&str>| {
        json!({
            "id": id, "object": "chat.completion.chunk", "created": at.0 / 1_000_000, "model": model,
            "choices": [{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish }],
        })
    };
    let first = chunk(json!({ "role": "assistant", "content": "" }), None);
    let rest = stream::unfold((answering.reader, chunk), move |(mut reader, chunk)| {
        let receipt = receipt.clone();
        async move {
            let events = match reader.next().await? {
                AnswerEvent::Token(text) => vec![chunk(json!({ "content": text }), None).to_string()],
                AnswerEvent::Done(_) => {
                    let mut last = chunk(json!({}), Some("stop"));
                    last["galley"] = json!(receipt);
                    vec![last.to_string(), "[DONE]".to_owned()]
                }
                AnswerEvent::Error(failed) => vec![json!({ "error": error(&failed.error) }).to_string()],
            };
            Some((events, (reader, chunk)))
        }
    });
    let all = stream::once(async move { vec![first.to_string()] }).chain(rest);
    let events = all.flat_map(stream::iter).map(|data| Ok::<_, Infallible>(Event::default().data(data)));
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

/// The list, which has no pages in this dialect, ends once it has this many models.
const MOST_MODELS: usize = 1000;

/// The agents that are live and that the caller may use, as models. `created` is since when the release is live.
async fn models(State(core): State<Core>, caller: Result<Caller, Problem>) -> Result<Response, Refused> {
    let caller = caller?;
    caller.require(Scope::Chat)?;
    let mut data: Vec<Value> = Vec::new();
    let mut query = UsableQuery { limit: Some(MAX_LIMIT), ..UsableQuery::default() };
    loop {
        let page = coworker::usable(&core, &caller, &query).await?;
        data.extend(page.data.into_iter().map(|agent| {
            let created = agent.live_since.0 / 1_000_000;
            json!({ "id": agent.id, "object": "model", "created": created, "owned_by": "galley", "name": agent.name })
        }));
        if page.next_cursor.is_none() || data.len() >= MOST_MODELS {
            break;
        }
        query.cursor = page.next_cursor;
    }
    Ok(axum::Json(json!({ "object": "list", "data": data })).into_response())
}
