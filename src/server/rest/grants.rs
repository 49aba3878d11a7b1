//! Sharing: who may use an agent, who edits it, who owns it.

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Answer,
    idempotency::Act,
    operation::needs,
    page::{Listed, PeopleQuery},
    reply::Reply,
    request::{InPath, Params},
    shapes::AgentBody,
};
use crate::{
    model::{
        agent::Right,
        api_key::Scope,
        grants::{GrantedAccount, Grants, NewGrants},
        page,
    },
    server::{
        core::Core,
        domain::{agent_view, caller::Caller, grants},
    },
};

const READ: &[Scope] = &[Scope::AgentsRead];
const WRITE: &[Scope] = &[Scope::AgentsWrite];

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Core> {
    OpenApiRouter::new()
        .routes(needs(READ, routes!(get_grants)))
        .routes(needs(WRITE, routes!(set_grants)))
        .routes(needs(WRITE, routes!(set_grant)))
        .routes(needs(WRITE, routes!(remove_grant)))
        .routes(needs(WRITE, routes!(list_candidates)))
        .routes(needs(WRITE, routes!(give)))
}

/// Who may do what with an agent, as its owner sees it.
#[utoipa::path(get, path = "/agents/{id}/grants", tag = "Sharing", params(("id" = Uuid, Path)), responses((status = 200, body = Grants)))]
async fn get_grants(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    Ok(Reply::ok(&grants::list(&core, &caller, id).await?)?.into())
}

/// Sets all rights on an agent at once: who is not named has none any more. It holds from the next request on.
#[utoipa::path(put, path = "/agents/{id}/grants", tag = "Sharing", params(("id" = Uuid, Path)), request_body = NewGrants, responses((status = 200, body = Grants)))]
async fn set_grants(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<NewGrants>) -> Answer {
    act.once(&core, async |core, act| Reply::ok(&grants::set(&core, &act.caller, id, &act.body).await?)).await
}

/// A right.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRight {
    /// What the member may do.
    right: Right,
}

/// Gives one member a right on an agent; the others keep theirs. It holds from the next request on.
#[utoipa::path(put, path = "/agents/{id}/grants/{account_id}", tag = "Sharing", params(("id" = Uuid, Path), ("account_id" = Uuid, Path)), request_body = NewRight, responses((status = 200, body = Grants)))]
async fn set_grant(
    State(core): State<Core>,
    InPath((id, account)): InPath<(Uuid, Uuid)>,
    act: Act<NewRight>,
) -> Answer {
    act.once(&core, async |core, act| {
        Reply::ok(&grants::set_one(&core, &act.caller, id, account, Some(act.body.right)).await?)
    })
    .await
}

/// Takes the right of one person on an agent away, and ends their conversations. For who has none, nothing happens.
#[utoipa::path(delete, path = "/agents/{id}/grants/{account_id}", tag = "Sharing", params(("id" = Uuid, Path), ("account_id" = Uuid, Path)), responses(
    (status = 200, body = Grants),
    (status = 422, description = "The owner of an agent keeps their right.", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
))]
async fn remove_grant(State(core): State<Core>, caller: Caller, InPath((id, account)): InPath<(Uuid, Uuid)>) -> Answer {
    Ok(Reply::ok(&grants::set_one(&core, &caller, id, account, None).await?)?.into())
}

/// The members whom an agent may be shared with.
#[utoipa::path(get, path = "/agents/{id}/candidates", tag = "Sharing", params(("id" = Uuid, Path), PeopleQuery), responses((status = 200, body = Listed<GrantedAccount>)))]
async fn list_candidates(
    State(core): State<Core>,
    caller: Caller,
    InPath(id): InPath<Uuid>,
    Params(query): Params<PeopleQuery>,
) -> Answer {
    let limit = page::limit(query.limit)?;
    let words = query.q.unwrap_or_default();
    let page = grants::candidates(&core, &caller, id, &words, query.cursor.as_deref(), limit).await?;
    Ok(Reply::ok(&Listed::from(page))?.into())
}

/// Who is to own an agent.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOwner {
    /// A member's account.
    owner: Uuid,
}

/// Gives an agent to another member. Who owned it still edits it.
#[utoipa::path(put, path = "/agents/{id}/owner", tag = "Sharing", params(("id" = Uuid, Path)), request_body = NewOwner, responses((status = 200, body = AgentBody)))]
async fn give(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<NewOwner>) -> Answer {
    act.once(&core, async |core, act| {
        let given = grants::give(&core, &act.caller, id, act.body.owner).await;
        given.map_err(|failure| failure.of_field("account_id", "owner"))?;
        Reply::ok(&AgentBody::from(agent_view::get(&core, &act.caller, id).await?))
    })
    .await
}
