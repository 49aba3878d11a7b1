//! Conversations: begin one, list them, write in one, read it, stop an answer, try one again, end it, remove it.

use axum::{
    extract::State,
    http::{StatusCode, header},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Answer,
    agents::NoFields,
    idempotency::{Act, Reserved},
    operation::needs,
    page::{Listed, PageQuery},
    reply::Reply,
    request::{InPath, Params},
    stream,
};
use crate::{
    model::{
        api_key::Scope,
        chat::MAX_MESSAGE,
        page,
        session::{Message, Session},
    },
    server::{
        core::Core,
        domain::{
            caller::Caller,
            chat::{self, Answering},
            sessions,
        },
        failure::Outcome,
    },
};

const CHAT: &[Scope] = &[Scope::Chat];

/// How much longer than its answer may take a request holds its idempotency key, in seconds.
const LEASE_MARGIN: i64 = 15;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Core> {
    OpenApiRouter::new()
        .routes(needs(CHAT, routes!(start_session)))
        .routes(needs(CHAT, routes!(list_sessions)))
        .routes(needs(CHAT, routes!(get_session)))
        .routes(needs(CHAT, routes!(delete_session)))
        .routes(needs(CHAT, routes!(list_messages)))
        .routes(needs(CHAT, routes!(send_message)))
        .routes(needs(CHAT, routes!(follow_answer)))
        .routes(needs(CHAT, routes!(retry_answer)))
        .routes(needs(CHAT, routes!(stop_answer)))
        .routes(needs(CHAT, routes!(end_session)))
}

/// Whom to talk to.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StartSession {
    /// The agent.
    #[serde(alias = "agentId")]
    agent_id: Uuid,
    /// Whether the draft answers, as saved at each turn. It takes the right to edit the agent.
    #[serde(default, alias = "draftMode")]
    draft_mode: Option<bool>,
    /// The save or the release that answers to the end, instead of what is live. One that is not live takes the right to
    /// edit the agent.
    #[serde(default, alias = "revisionId")]
    revision_id: Option<Uuid>,
}

/// Begins a conversation. It keeps what is live now to its end, whatever is published meanwhile.
#[utoipa::path(post, path = "/chat/sessions", tag = "Chat", request_body = StartSession, responses(
    (status = 201, body = Session, headers(("Location" = String), ("Galley-Receipt" = String))),
    (status = 404, description = "There is no such agent or revision, or it is not yours to talk to.", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
    (status = 409, description = "Nothing is live: `no_published_version`.", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
))]
async fn start_session(State(core): State<Core>, act: Act<StartSession>) -> Answer {
    act.once(&core, async |core, act| {
        let StartSession { agent_id, draft_mode, revision_id } = act.body;
        let draft_mode = draft_mode.unwrap_or_default();
        let session = sessions::start(&core, &act.caller, agent_id, draft_mode, revision_id).await?;
        let address = format!("/api/v1/chat/sessions/{}", session.id);
        Ok(with_receipt(StatusCode::CREATED, &session)?.header(&header::LOCATION, address))
    })
    .await
}

/// Which conversations.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct SessionsQuery {
    /// Those with one agent.
    agent: Option<Uuid>,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// One's own conversations, newest first.
#[utoipa::path(get, path = "/chat/sessions", tag = "Chat", params(SessionsQuery), responses((status = 200, body = Listed<Session>)))]
async fn list_sessions(State(core): State<Core>, caller: Caller, Params(query): Params<SessionsQuery>) -> Answer {
    let most = page::limit(query.limit)?;
    let page = sessions::list(&core, &caller, query.agent, query.cursor.as_deref(), most).await?;
    Ok(Reply::ok(&Listed::from(page))?.into())
}

/// A conversation, and what would answer the next message.
#[utoipa::path(get, path = "/chat/sessions/{id}", tag = "Chat", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Session, headers(("Galley-Receipt" = String))),
))]
async fn get_session(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    Ok(with_receipt(StatusCode::OK, &sessions::get(&core, &caller, id).await?)?.into())
}

/// Removes a conversation with its messages, for good.
#[utoipa::path(delete, path = "/chat/sessions/{id}", tag = "Chat", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn delete_session(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    sessions::delete(&core, &caller, id).await?;
    Ok(Reply::nothing().into())
}

/// The messages of a conversation, newest first.
#[utoipa::path(get, path = "/chat/sessions/{id}/messages", tag = "Chat", params(("id" = Uuid, Path), PageQuery), responses((status = 200, body = Listed<Message>)))]
async fn list_messages(
    State(core): State<Core>,
    caller: Caller,
    InPath(id): InPath<Uuid>,
    Params(page): Params<PageQuery>,
) -> Answer {
    let page = sessions::messages(&core, &caller, id, page.cursor(), page.limit()?).await?;
    Ok(Reply::ok(&Listed::from(page))?.into())
}

/// What to say.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SendMessage {
    /// The message.
    #[schema(min_length = 1, max_length = 32_000, example = "Where is my order?")]
    content: String,
    /// Whether the answer comes as server-sent events; unless said, as `Accept` has it.
    #[serde(default)]
    stream: Option<bool>,
}

const _: () = assert!(MAX_MESSAGE == 32_000, "the document says so");

/// Writes in a conversation, and answers with the agent's message once it is whole, or with server-sent events: `token`
/// (`{"text"}`, to append), then one `done` (the message) or one `error` (a problem, and as `message` what was kept).
///
/// Under an `Idempotency-Key` a retry gets the whole message as JSON. Who leaves stops nothing.
#[utoipa::path(post, path = "/chat/sessions/{id}/messages", tag = "Chat", params(("id" = Uuid, Path)), request_body = SendMessage, responses(
    (status = 200, content((Message = "application/json"), (stream::EventStream = "text/event-stream")), headers(("Galley-Receipt" = String))),
    (status = 502, description = "The model's provider failed.", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
))]
async fn send_message(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<SendMessage>) -> Answer {
    let events = stream::wants_events(act.body.stream, &act.headers);
    match act.reserve(&core, lease(&core)).await? {
        Reserved::Answered(reply) => Ok(reply.into()),
        reserved => {
            let begun = chat::send(&core, &act.caller, id, &act.body.content).await;
            answer(&core, reserved, begun, events).await
        }
    }
}

/// How to answer.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Retry {
    /// Whether the answer comes as server-sent events; unless said, as `Accept` has it.
    #[serde(default)]
    stream: Option<bool>,
}

/// Answers the last message once more, after an answer that failed or was stopped.
#[utoipa::path(post, path = "/chat/sessions/{id}/retry", tag = "Chat", params(("id" = Uuid, Path)), request_body = Option<Retry>, responses(
    (status = 200, content((Message = "application/json"), (stream::EventStream = "text/event-stream")), headers(("Galley-Receipt" = String))),
    (status = 502, description = "The model's provider failed.", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
))]
async fn retry_answer(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<Retry>) -> Answer {
    let events = stream::wants_events(act.body.stream, &act.headers);
    match act.reserve(&core, lease(&core)).await? {
        Reserved::Answered(reply) => Ok(reply.into()),
        reserved => answer(&core, reserved, chat::retry(&core, &act.caller, id).await, events).await,
    }
}

/// Follows the answer that is being written, as server-sent events from its beginning; 404 when there is none, and 409
/// `answer_in_progress` when another node writes it.
#[utoipa::path(get, path = "/chat/sessions/{id}/answer", tag = "Chat", params(("id" = Uuid, Path)), responses(
    (status = 200, body = stream::EventStream, content_type = "text/event-stream", headers(("Galley-Receipt" = String))),
    (status = 409, description = "Another node writes it: `answer_in_progress`.", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
))]
async fn follow_answer(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    Ok(stream::events(chat::rejoin(&core, &caller, id).await?))
}

/// What came of stopping.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Stopped {
    /// Whether an answer was being written.
    stopped: bool,
    /// What was kept of it.
    message: Option<Message>,
}

/// Stops the answer that is being written, and keeps what came of it.
#[utoipa::path(post, path = "/chat/sessions/{id}/stop", tag = "Chat", params(("id" = Uuid, Path)), request_body = Option<NoFields>, responses((status = 200, body = Stopped)))]
async fn stop_answer(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<NoFields>) -> Answer {
    // Not in one transaction with anything: it waits for the answer to be kept.
    let message = chat::stop(&core, &act.caller, id).await?;
    Ok(Reply::ok(&Stopped { stopped: message.is_some(), message })?.into())
}

/// Ends a conversation: nobody writes in it any more.
#[utoipa::path(post, path = "/chat/sessions/{id}/end", tag = "Chat", params(("id" = Uuid, Path)), request_body = Option<NoFields>, responses(
    (status = 200, body = Session, headers(("Galley-Receipt" = String))),
))]
async fn end_session(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<NoFields>) -> Answer {
    act.once(&core, async |core, act| with_receipt(StatusCode::OK, &sessions::end(&core, &act.caller, id).await?)).await
}

/// The answer in the way that was asked for. Under a key it is kept for a retry, also when nobody reads it to its end.
async fn answer(core: &Core, reserved: Reserved, begun: Outcome<Answering>, events: bool) -> Answer {
    let answering = match begun {
        Ok(answering) => answering,
        Err(failure) => return Ok(reserved.keep(core, Err(failure)).await?.into()),
    };
    let keep = matches!(reserved, Reserved::Held { .. });
    let whole = {
        let (core, Answering { receipt, reader }) = (core.clone(), answering.clone());
        async move {
            let reply = match reader.finished().await {
                Ok(message) => Reply::ok(&message).map(|reply| reply.receipt(&receipt)),
                Err(failed) => Err(failed.error.into()),
            };
            reserved.keep(&core, reply).await
        }
    };
    if !events {
        return Ok(whole.await?.into());
    }
    if keep {
        tokio::spawn(async move {
            if let Err(failure) = whole.await {
                let _ = failure.into_public();
            }
        });
    }
    Ok(stream::events(answering))
}

/// How long an answer may hold its idempotency key, in seconds.
pub(super) fn lease(core: &Core) -> i64 {
    i64::try_from(core.settings.answer_timeout_seconds).unwrap_or(i64::MAX).saturating_add(LEASE_MARGIN)
}

fn with_receipt(status: StatusCode, session: &Session) -> Outcome<Reply> {
    Ok(Reply::with(status, session)?.receipt(&session.receipt))
}
