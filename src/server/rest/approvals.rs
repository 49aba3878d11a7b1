//! Who publishes an agent, and a second person's approval before that.

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Answer,
    idempotency::Act,
    operation::needs,
    page::{Listed, PageQuery},
    reply::Reply,
    request::{InPath, Params},
};
use crate::{
    model::{
        api_key::Scope,
        approval::{Approval, Decision},
        publishing::PublishingRules,
    },
    server::{
        core::Core,
        domain::{approvals, caller::Caller},
    },
};

const READ: &[Scope] = &[Scope::AgentsRead];
const DRAFT: &[Scope] = &[Scope::AgentsDraft];
const WRITE: &[Scope] = &[Scope::AgentsWrite];

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Core> {
    OpenApiRouter::new()
        .routes(needs(READ, routes!(get_publishing)))
        .routes(needs(WRITE, routes!(set_publishing)))
        .routes(needs(READ, routes!(list_approvals)))
        .routes(needs(DRAFT, routes!(request_approval)))
        .routes(needs(WRITE, routes!(decide_approval)))
}

/// What stands between the draft and its users: who publishes, and whether a second person has approved.
#[utoipa::path(get, path = "/agents/{id}/publishing", tag = "Releases", params(("id" = Uuid, Path)), responses((status = 200, body = PublishingRules)))]
async fn get_publishing(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    Ok(Reply::ok(&approvals::rules(&core, &caller, id).await?)?.into())
}

/// What an owner asks for.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetPublishing {
    /// Whether a second person approves each draft before it is published.
    needs_approval: bool,
}

/// Asks that a second person approves each draft before it is published, or no longer.
#[utoipa::path(put, path = "/agents/{id}/publishing", tag = "Releases", params(("id" = Uuid, Path)), request_body = SetPublishing, responses((status = 200, body = PublishingRules)))]
async fn set_publishing(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<SetPublishing>) -> Answer {
    act.once(&core, async |core, act| {
        Reply::ok(&approvals::set_needed(&core, &act.caller, id, act.body.needs_approval).await?)
    })
    .await
}

/// The requests for approval, newest first. Only one of the newest draft counts.
#[utoipa::path(get, path = "/agents/{id}/approvals", tag = "Releases", params(("id" = Uuid, Path), PageQuery), responses((status = 200, body = Listed<Approval>)))]
async fn list_approvals(
    State(core): State<Core>,
    caller: Caller,
    InPath(id): InPath<Uuid>,
    Params(page): Params<PageQuery>,
) -> Answer {
    let page = approvals::list(&core, &caller, id, page.cursor(), page.limit()?).await?;
    Ok(Reply::ok(&Listed::from(page))?.into())
}

/// What to ask.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RequestApproval {
    /// What is new.
    #[schema(max_length = 100, example = "Knows the new refund policy")]
    #[serde(default)]
    note: Option<String>,
    /// The draft that you looked at: when somebody saved another one since, nobody is asked.
    #[serde(default, alias = "expectedDraft")]
    #[schema(minimum = 1)]
    expected_draft: Option<i64>,
}

/// Asks for an approval of the draft. Somebody else who may edit the agent decides.
#[utoipa::path(post, path = "/agents/{id}/approvals", tag = "Releases", params(("id" = Uuid, Path)), request_body = Option<RequestApproval>, responses(
    (status = 201, body = Approval),
    (status = 200, description = "Somebody had asked for this draft before, and that stands.", body = Approval),
))]
async fn request_approval(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<RequestApproval>) -> Answer {
    act.once(&core, async |core, act| {
        let RequestApproval { note, expected_draft } = act.body;
        let asked = approvals::request(&core, &act.caller, id, &note.unwrap_or_default(), expected_draft).await?;
        if asked.new { Reply::created(&asked.approval) } else { Reply::ok(&asked.approval) }
    })
    .await
}

/// What becomes of a request.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Decide {
    /// Who asked may withdraw, and anybody else who may edit the agent may approve or reject.
    decision: Decision,
    /// Why; a rejection has to say it.
    #[schema(max_length = 500)]
    #[serde(default)]
    comment: Option<String>,
}

/// Approves, rejects or withdraws a request. Once the draft has moved on there is nothing left to decide.
#[utoipa::path(post, path = "/agents/{id}/approvals/{approval_id}/decision", tag = "Releases",
    params(("id" = Uuid, Path), ("approval_id" = Uuid, Path)), request_body = Decide, responses((status = 200, body = Approval)))]
async fn decide_approval(
    State(core): State<Core>,
    InPath((id, approval)): InPath<(Uuid, Uuid)>,
    act: Act<Decide>,
) -> Answer {
    act.once(&core, async |core, act| {
        let Decide { decision, comment } = act.body;
        let comment = comment.unwrap_or_default();
        Reply::ok(&approvals::decide(&core, &act.caller, id, approval, decision, &comment).await?)
    })
    .await
}
