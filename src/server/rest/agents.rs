//! Agents: make, list, look at, copy, move, delete.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Answer,
    config_bodies::NewAgent,
    idempotency::Act,
    operation::needs,
    page::Listed,
    reply::Reply,
    request::{InPath, Params},
    shapes::AgentBody,
};
use crate::{
    model::{
        agent::Status,
        agent_list::{AgentQuery, Sort},
        api_key::Scope,
        config::Config,
        error::Error,
        page,
        saved_draft::{Origin, SaveOutcome},
    },
    server::{
        core::Core,
        domain::{agent_view, agents, caller::Caller, duplicate, tags, transfer, trash},
        failure::Outcome,
    },
};

const READ: &[Scope] = &[Scope::AgentsRead];
const WRITE: &[Scope] = &[Scope::AgentsWrite];

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Core> {
    OpenApiRouter::new()
        .routes(needs(READ, routes!(list_agents)))
        .routes(needs(WRITE, routes!(create_agent)))
        .routes(needs(WRITE, routes!(import_agent)))
        .routes(needs(READ, routes!(get_agent)))
        .routes(needs(WRITE, routes!(delete_agent)))
        .routes(needs(WRITE, routes!(restore_agent)))
        .routes(needs(WRITE, routes!(duplicate_agent)))
        .routes(needs(READ, routes!(export_agent)))
        .routes(needs(WRITE, routes!(set_tags)))
}

/// Which agents.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct AgentsQuery {
    /// Words of the name and the description; each must be there, the beginning of it is enough.
    #[param(max_length = 200)]
    q: Option<String>,
    /// The badge.
    status: Option<Status>,
    /// A tag.
    tag: Option<String>,
    /// The owner's id.
    owner: Option<Uuid>,
    /// The order; by last change unless said.
    sort: Option<Sort>,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The agents that the caller sees, without their configs.
#[utoipa::path(get, path = "/agents", tag = "Agents", params(AgentsQuery), responses((status = 200, body = Listed<AgentBody>)))]
async fn list_agents(State(core): State<Core>, caller: Caller, Params(query): Params<AgentsQuery>) -> Answer {
    let query = AgentQuery {
        q: query.q.unwrap_or_default(),
        status: query.status,
        tag: query.tag,
        owner: query.owner,
        sort: query.sort.unwrap_or_default(),
        cursor: query.cursor,
        limit: Some(page::limit(query.limit)?),
    };
    let page = agent_view::list(&core, &caller, &query).await?;
    Ok(Reply::ok(&Listed::from(page.map(AgentBody::from)))?.into())
}

/// Makes an agent out of the fields of its config. Its first save is draft 1; nothing is live yet.
#[utoipa::path(post, path = "/agents", tag = "Agents", request_body = NewAgent, responses(
    (status = 201, body = AgentBody, headers(("Location" = String), ("ETag" = String))),
))]
async fn create_agent(State(core): State<Core>, act: Act<Map<String, Value>>) -> Answer {
    act.once(&core, async |core, act| {
        let config = Config::from_value(Value::Object(act.body)).map_err(Error::invalid)?;
        match agents::create(&core, &act.caller, &config, Origin::Create).await? {
            SaveOutcome::Saved(saved) => made(&core, &act.caller, saved.agent_id).await,
            SaveOutcome::Invalid { errors } => Err(Error::invalid(errors).into()),
            SaveOutcome::Nothing { .. } | SaveOutcome::Conflict(_) => Err(Error::not_found().into()),
        }
    })
    .await
}

/// Makes an agent out of a file that the export gave.
#[utoipa::path(post, path = "/agents/import", tag = "Agents", request_body = Export, responses((status = 201, body = AgentBody)))]
async fn import_agent(State(core): State<Core>, act: Act<Map<String, Value>>) -> Answer {
    act.once(&core, async |core, act| {
        let file = serde_json::to_vec(&act.body)?;
        let (id, _) = transfer::import(&core, &act.caller, &file).await?;
        made(&core, &act.caller, id).await
    })
    .await
}

/// An agent, its draft, and what is live.
#[utoipa::path(get, path = "/agents/{id}", tag = "Agents", params(("id" = Uuid, Path)), responses((status = 200, body = AgentBody)))]
async fn get_agent(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    Ok(Reply::ok(&AgentBody::from(agent_view::get(&core, &caller, id).await?))?.into())
}

/// Takes an agent out of every list and channel at once. For 30 days it can be restored.
#[utoipa::path(delete, path = "/agents/{id}", tag = "Agents", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn delete_agent(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    trash::delete(&core, &caller, id).await?;
    Ok(Reply::nothing().into())
}

/// Takes an agent out of the trash. Nothing of it is live until it is published again.
#[utoipa::path(post, path = "/agents/{id}/restore", tag = "Agents", params(("id" = Uuid, Path)), request_body = Option<NoFields>, responses((status = 200, body = AgentBody)))]
async fn restore_agent(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<NoFields>) -> Answer {
    act.once(&core, async |core, act| {
        trash::restore(&core, &act.caller, id).await?;
        Reply::ok(&AgentBody::from(agent_view::get(&core, &act.caller, id).await?))
    })
    .await
}

/// Makes a copy of the draft that the caller owns: with the same tags, no history and nothing live.
#[utoipa::path(post, path = "/agents/{id}/duplicate", tag = "Agents", params(("id" = Uuid, Path)), request_body = Option<NoFields>, responses((status = 201, body = AgentBody)))]
async fn duplicate_agent(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<NoFields>) -> Answer {
    act.once(&core, async |core, act| {
        let (copy, _) = duplicate::duplicate(&core, &act.caller, id).await?;
        made(&core, &act.caller, copy).await
    })
    .await
}

/// The draft as a file, for import here or elsewhere. It holds no secret.
#[utoipa::path(get, path = "/agents/{id}/export", tag = "Agents", params(("id" = Uuid, Path)), responses((status = 200, body = Export, headers(("Content-Disposition" = String)))))]
async fn export_agent(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    let exported = transfer::export(&core, &caller, id).await?;
    let mut response: Response =
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], exported.text).into_response();
    let disposition = format!("attachment; filename=\"{}\"", exported.file_name);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(disposition) = HeaderValue::try_from(disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// Tags.
// Makers of Python clients confuse a type and its field of the same name.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = AgentTags)]
#[serde(deny_unknown_fields)]
struct Tags {
    /// All of them: those that are not named go.
    #[schema(max_items = 20, example = json!(["support"]))]
    tags: Vec<String>,
}

/// Replaces an agent's tags. They are no part of the config, so the badge does not change.
#[utoipa::path(put, path = "/agents/{id}/tags", tag = "Agents", params(("id" = Uuid, Path)), request_body = Tags, responses((status = 200, body = Tags)))]
async fn set_tags(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<Tags>) -> Answer {
    act.once(&core, async |core, act| {
        let tags = tags::set(&core, &act.caller, id, &act.body.tags).await;
        Reply::ok(&Tags { tags: tags.map_err(|failure| failure.of_field("tag", "tags"))? })
    })
    .await
}

/// A request whose body has no fields; it may be absent.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// A file as the export gives it.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "says what model::export writes")]
struct Export {
    /// What the file is.
    #[schema(pattern = "^agent$", example = "agent")]
    galley: String,
    /// The version of its form.
    #[schema(minimum = 1, maximum = 1, example = 1)]
    schema: i64,
    /// When it was exported.
    exported_at: Option<crate::model::timestamp::Timestamp>,
    /// The agent.
    #[schema(value_type = NewAgent)]
    config: Config,
}

/// 201 with a new agent.
async fn made(core: &Core, caller: &Caller, id: Uuid) -> Outcome<Reply> {
    let agent = AgentBody::from(agent_view::get(core, caller, id).await?);
    let tag = agent.draft.as_ref().map(|draft| super::drafts::tag(draft.number()));
    let reply = Reply::created(&agent)?.header(&header::LOCATION, format!("/api/v1/agents/{id}"));
    Ok(match tag {
        Some(tag) => reply.header(&header::ETAG, tag),
        None => reply,
    })
}
