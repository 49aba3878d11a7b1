//! API keys.

use axum::{extract::State, http::header};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Answer,
    idempotency::Act,
    operation::needs,
    page::Listed,
    reply::Reply,
    request::{InPath, Params},
};
use crate::{
    model::{
        api_key::{ApiKey, NewApiKey, Scope},
        page,
    },
    server::{
        core::Core,
        domain::{api_keys, caller::Caller},
    },
};

const ADMIN: &[Scope] = &[Scope::Admin];

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Core> {
    OpenApiRouter::new()
        .routes(needs(ADMIN, routes!(list_keys)))
        .routes(needs(ADMIN, routes!(make_key)))
        .routes(needs(ADMIN, routes!(get_key)))
        .routes(needs(ADMIN, routes!(revoke_key)))
}

/// Which keys.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct KeysQuery {
    /// Those of one agent.
    agent: Option<Uuid>,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The keys of the workspace for an admin, one's own for a member; newest first, revoked ones too.
#[utoipa::path(get, path = "/keys", tag = "Keys", params(KeysQuery), responses((status = 200, body = Listed<ApiKey>)))]
async fn list_keys(State(core): State<Core>, caller: Caller, Params(query): Params<KeysQuery>) -> Answer {
    let most = page::limit(query.limit)?;
    let page = api_keys::list(&core, &caller, query.agent, query.cursor.as_deref(), Some(most)).await?;
    Ok(Reply::ok(&Listed::from(page))?.into())
}

/// A key that was just made.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct MadeKey {
    #[serde(flatten)]
    made: ApiKey,
    /// The key itself. It is shown this once.
    #[schema(example = "gk_live_…")]
    key: String,
}

/// Makes a key. The answer is the only one that shows it.
#[utoipa::path(post, path = "/keys", tag = "Keys", request_body = NewApiKey, responses(
    (status = 201, body = MadeKey, headers(("Location" = String))),
    (status = 404, description = "There is no such agent, or it is not yours to see.", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
))]
async fn make_key(State(core): State<Core>, act: Act<NewApiKey>) -> Answer {
    act.once(&core, async |core, act| {
        let (made, key) = api_keys::make(&core, &act.caller, &act.body).await?;
        let address = format!("/api/v1/keys/{}", made.id);
        Ok(Reply::created(&MadeKey { made, key })?.header(&header::LOCATION, address))
    })
    .await
}

/// A key, without its secret.
#[utoipa::path(get, path = "/keys/{id}", tag = "Keys", params(("id" = Uuid, Path)), responses((status = 200, body = ApiKey)))]
async fn get_key(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    Ok(Reply::ok(&api_keys::get(&core, &caller, id).await?)?.into())
}

/// Revokes a key for good, at once and on every node.
#[utoipa::path(delete, path = "/keys/{id}", tag = "Keys", params(("id" = Uuid, Path)), responses((status = 200, body = ApiKey)))]
async fn revoke_key(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    Ok(Reply::ok(&api_keys::revoke(&core, &caller, id).await?)?.into())
}
