//! Conversations: begin one, write in it, read it, stop an answer, try one again, end it.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use serde_json::json;

use super::{Answer, body::Fields, id, json, stream};
use crate::{
    model::{
        error::Error,
        page::{DEFAULT_LIMIT, MAX_LIMIT},
        session::Session,
    },
    server::{
        core::Core,
        domain::{caller::Caller, chat, sessions},
        web::problem::Problem,
    },
};

/// The routes of this file.
pub fn routes() -> Router<Core> {
    Router::new()
        .route("/chat/sessions", post(start))
        .route("/chat/sessions/{id}", get(show))
        .route("/chat/sessions/{id}/messages", get(messages).post(send))
        .route("/chat/sessions/{id}/answer", get(rejoin))
        .route("/chat/sessions/{id}/retry", post(retry))
        .route("/chat/sessions/{id}/stop", post(stop))
        .route("/chat/sessions/{id}/end", post(end))
}

/// `POST /chat/sessions {agent_id, draft_mode?}`: 201 with the session.
async fn start(State(core): State<Core>, caller: Caller, headers: HeaderMap, body: Body) -> Answer {
    let mut fields = Fields::read(&headers, body).await?;
    let agent = fields.id("agent_id");
    let draft_mode = fields.flag("draft_mode").unwrap_or(false);
    fields.finish()?;
    let session = sessions::start(&core, &caller, agent, draft_mode, None).await?;
    with_receipt(StatusCode::CREATED, &session)
}

/// `GET /chat/sessions/{id}`.
async fn show(State(core): State<Core>, caller: Caller, Path(session): Path<String>) -> Answer {
    let session = sessions::get(&core, &caller, id(&session)?).await?;
    with_receipt(StatusCode::OK, &session)
}

/// `GET /chat/sessions/{id}/messages`: newest first.
async fn messages(
    State(core): State<Core>,
    caller: Caller,
    Path(session): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Answer {
    let limit = match query.get("limit").map(|text| text.parse()) {
        None => DEFAULT_LIMIT,
        Some(Ok(limit)) if (1..=MAX_LIMIT).contains(&limit) => limit,
        Some(_) => return Err(Problem(Error::field("limit", format!("must be from 1 to {MAX_LIMIT}")))),
    };
    let cursor = query.get("cursor").map(String::as_str);
    let page = sessions::messages(&core, &caller, id(&session)?, cursor, limit).await?;
    json(StatusCode::OK, &page)
}

/// `POST /chat/sessions/{id}/messages {content, stream?}`: the agent's message, or events.
async fn send(
    State(core): State<Core>,
    caller: Caller,
    Path(session): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let session = id(&session)?;
    let mut fields = Fields::read(&headers, body).await?;
    let content = fields.text("content");
    let events = stream::wants_events(fields.flag("stream"), &headers);
    fields.finish()?;
    let answering = chat::send(&core, &caller, session, &content).await?;
    stream::respond(answering, events).await
}

/// `POST /chat/sessions/{id}/retry {stream?}`: the last message answered once more.
async fn retry(
    State(core): State<Core>,
    caller: Caller,
    Path(session): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let session = id(&session)?;
    let mut fields = Fields::read(&headers, body).await?;
    let events = stream::wants_events(fields.flag("stream"), &headers);
    fields.finish()?;
    let answering = chat::retry(&core, &caller, session).await?;
    stream::respond(answering, events).await
}

/// `GET /chat/sessions/{id}/answer`: the events of the answer that is being written, from its beginning; 404 when there is
/// none.
async fn rejoin(State(core): State<Core>, caller: Caller, Path(session): Path<String>) -> Answer {
    let answering = chat::rejoin(&core, &caller, id(&session)?).await?;
    stream::respond(answering, true).await
}

/// `POST /chat/sessions/{id}/stop`: `{stopped, message}`, what was kept of the answer.
async fn stop(
    State(core): State<Core>,
    caller: Caller,
    Path(session): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let session = id(&session)?;
    Fields::read(&headers, body).await?.finish()?;
    let message = chat::stop(&core, &caller, session).await?;
    json(StatusCode::OK, &json!({ "stopped": message.is_some(), "message": message }))
}

/// `POST /chat/sessions/{id}/end`: the session, ended.
async fn end(
    State(core): State<Core>,
    caller: Caller,
    Path(session): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let session = id(&session)?;
    Fields::read(&headers, body).await?.finish()?;
    let session = sessions::end(&core, &caller, session).await?;
    with_receipt(StatusCode::OK, &session)
}

fn with_receipt(status: StatusCode, session: &Session) -> Answer {
    let mut response = json(status, session)?;
    if let Some(receipt) = stream::receipt_header(&session.receipt) {
        response.headers_mut().insert(super::reply::RECEIPT, receipt);
    }
    Ok(response)
}
