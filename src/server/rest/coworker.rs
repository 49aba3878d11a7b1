//! What Coworker shows: the agents that one may talk to, favourites, and one's conversations by name.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Answer,
    agents::NoFields,
    idempotency::Act,
    operation::needs,
    page::Listed,
    reply::Reply,
    request::{InPath, Params},
};
use crate::{
    model::{
        api_key::Scope,
        chat::Made,
        coworker::{ConversationQuery, ConversationSummary, MAX_TITLE, Show, UsableAgent, UsableQuery},
        page,
        session::Receipt,
    },
    server::{
        core::Core,
        domain::{caller::Caller, coworker},
    },
};

const CHAT: &[Scope] = &[Scope::Chat];

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Core> {
    OpenApiRouter::new()
        .routes(needs(CHAT, routes!(list_usable_agents)))
        .routes(needs(CHAT, routes!(add_favourite)))
        .routes(needs(CHAT, routes!(remove_favourite)))
        .routes(needs(CHAT, routes!(list_conversations)))
        .routes(needs(CHAT, routes!(rename_session)))
        .routes(needs(CHAT, routes!(explain_receipt)))
}

/// Which agents.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct UsableAgentsQuery {
    /// Words of the name and the description; each must be there, the beginning of it is enough.
    #[param(max_length = 200)]
    q: Option<String>,
    /// All by name, the favourites by name, or those that were talked to last, the last one first.
    show: Option<Show>,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The agents that the caller may talk to, with the name, description and icon of the release that is live.
#[utoipa::path(get, path = "/chat/agents", tag = "Chat", params(UsableAgentsQuery), responses((status = 200, body = Listed<UsableAgent>)))]
async fn list_usable_agents(
    State(core): State<Core>,
    caller: Caller,
    Params(query): Params<UsableAgentsQuery>,
) -> Answer {
    let query = UsableQuery {
        q: query.q.unwrap_or_default(),
        show: query.show.unwrap_or_default(),
        cursor: query.cursor,
        limit: Some(page::limit(query.limit)?),
    };
    let page = coworker::usable(&core, &caller, &query).await?;
    Ok(Reply::ok(&Listed::from(page))?.into())
}

/// Marks an agent as a favourite of the caller's; again: nothing happens.
#[utoipa::path(put, path = "/chat/agents/{id}/favourite", tag = "Chat", params(("id" = Uuid, Path)), request_body = Option<NoFields>, responses((status = 204)))]
async fn add_favourite(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<NoFields>) -> Answer {
    coworker::set_favourite(&core, &act.caller, id, true).await?;
    Ok(Reply::nothing().into())
}

/// Takes the mark of a favourite away; again: nothing happens.
#[utoipa::path(delete, path = "/chat/agents/{id}/favourite", tag = "Chat", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn remove_favourite(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    coworker::set_favourite(&core, &caller, id, false).await?;
    Ok(Reply::nothing().into())
}

/// Which conversations.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ConversationsQuery {
    /// Words of the title and of what the caller wrote; each must be there, the beginning of it is enough.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Those with one agent.
    agent: Option<Uuid>,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// One's own conversations in Coworker, the last used first, with their titles.
#[utoipa::path(get, path = "/chat/conversations", tag = "Chat", params(ConversationsQuery), responses((status = 200, body = Listed<ConversationSummary>)))]
async fn list_conversations(
    State(core): State<Core>,
    caller: Caller,
    Params(query): Params<ConversationsQuery>,
) -> Answer {
    let query = ConversationQuery {
        q: query.q.unwrap_or_default(),
        agent: query.agent,
        cursor: query.cursor,
        limit: Some(page::limit(query.limit)?),
    };
    let page = coworker::conversations(&core, &caller, &query).await?;
    Ok(Reply::ok(&Listed::from(page))?.into())
}

/// What to call it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Rename {
    /// The title.
    #[schema(min_length = 1, max_length = 120, example = "Order 7")]
    title: String,
}

const _: () = assert!(MAX_TITLE == 120, "the document says so");

/// Calls a conversation something else. Until then it is called by its first message.
#[utoipa::path(patch, path = "/chat/sessions/{id}", tag = "Chat", params(("id" = Uuid, Path)), request_body = Rename, responses((status = 200, body = ConversationSummary)))]
async fn rename_session(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<Rename>) -> Answer {
    Ok(Reply::ok(&coworker::rename(&core, &act.caller, id, &act.body.title).await?)?.into())
}

/// A receipt with what people ask next.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ExplainedReceipt {
    /// What answers.
    receipt: Receipt,
    /// Why that one, in one sentence.
    why: String,
    /// Who published it, and when; of a draft, who saved it.
    made: Made,
}

/// What answers in a conversation, who published it and when, and why that one.
#[utoipa::path(get, path = "/chat/sessions/{id}/receipt", tag = "Chat", params(("id" = Uuid, Path)), responses((status = 200, body = ExplainedReceipt, headers(("Galley-Receipt" = String)))))]
async fn explain_receipt(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    let (receipt, made) = coworker::receipt(&core, &caller, id).await?;
    let header = receipt.clone();
    Ok(Reply::ok(&ExplainedReceipt { why: receipt.why(), receipt, made })?.receipt(&header).into())
}
