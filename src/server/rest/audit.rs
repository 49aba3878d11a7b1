//! The audit log.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{Answer, operation::needs, page::Listed, reply::Reply, request::Params};
use crate::{
    model::{
        api_key::Scope,
        audit::{AuditEntry, AuditFilter},
        page,
    },
    server::{
        core::Core,
        domain::{audit, caller::Caller},
    },
};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Core> {
    OpenApiRouter::new().routes(needs(&[Scope::Admin], routes!(list_audit)))
}

/// Which changes.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct AuditQuery {
    /// Those of one kind, such as `release.publish`.
    act: Option<String>,
    /// Those of one thing, by its id.
    subject: Option<Uuid>,
    /// Those of one account.
    actor: Option<Uuid>,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Every change in the workspace, newest first: who, what, from where, before and after.
#[utoipa::path(get, path = "/audit", tag = "Workspace", params(AuditQuery), responses((status = 200, body = Listed<AuditEntry>)))]
async fn list_audit(State(core): State<Core>, caller: Caller, Params(query): Params<AuditQuery>) -> Answer {
    let most = page::limit(query.limit)?;
    let AuditQuery { act, subject, actor, cursor, .. } = query;
    let page = audit::list(&core, &caller, &AuditFilter { act, subject, actor }, cursor.as_deref(), most).await?;
    Ok(Reply::ok(&Listed::from(page))?.into())
}
