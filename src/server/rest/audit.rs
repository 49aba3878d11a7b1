//! The audit log: page by page, and whole as a file.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{Answer, operation::needs, page::Listed, reply::Reply, request::Params};
use crate::{
    model::{
        api_key::Scope,
        audit::{AuditEntry, AuditFilter, AuditQuery},
        audit_export::ExportFormat,
        error::Error,
        page,
    },
    server::{
        core::Core,
        domain::{audit, caller::Caller},
        failure::{Failure, Outcome},
    },
};

const ADMIN: &[Scope] = &[Scope::Admin];

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Core> {
    OpenApiRouter::new().routes(needs(ADMIN, routes!(list_audit))).routes(needs(ADMIN, routes!(export_audit)))
}

/// Which changes.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Those of one kind, such as `agent.publish`.
    act: Option<String>,
    /// Those of one thing, by its id.
    subject: Option<Uuid>,
    /// Those that one account made.
    actor: Option<Uuid>,
    /// Those from this time on, or from the beginning of this day in UTC, as `2026-11-22`.
    from: Option<String>,
    /// Those before this time, or up to the end of this day in UTC.
    to: Option<String>,
    /// How many at the most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Which changes, and as what.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ExportQuery {
    /// What the file is: a table, or a JSON object on each line.
    format: Option<ExportFormat>,
    /// As in the list; so are the others.
    act: Option<String>,
    /// Those of one thing, by its id.
    subject: Option<Uuid>,
    /// Those that one account made.
    actor: Option<Uuid>,
    /// Those from this time on, or from the beginning of this day in UTC.
    from: Option<String>,
    /// Those before this time, or up to the end of this day in UTC.
    to: Option<String>,
}

fn filter(
    act: Option<String>,
    subject: Option<Uuid>,
    actor: Option<Uuid>,
    from: Option<String>,
    to: Option<String>,
) -> Result<AuditFilter, Error> {
    let [act, from, to] = [act, from, to].map(Option::unwrap_or_default);
    let [subject, actor] = [subject, actor].map(|id| id.map_or_else(String::new, |id| id.to_string()));
    AuditQuery { act, subject, actor, from, to }.read()
}

/// Every change in the workspace, newest first: who, what, from where, before and after.
#[utoipa::path(get, path = "/audit", tag = "Workspace", params(ListQuery), responses((status = 200, body = Listed<AuditEntry>)))]
async fn list_audit(State(core): State<Core>, caller: Caller, Params(query): Params<ListQuery>) -> Answer {
    let most = page::limit(query.limit)?;
    let ListQuery { act, subject, actor, from, to, cursor, .. } = query;
    let filter = filter(act, subject, actor, from, to)?;
    let page = audit::list(&core, &caller, &filter, cursor.as_deref(), most).await?;
    Ok(Reply::ok(&Listed::from(page))?.into())
}

/// The audit log as a file, newest first. It is sent as it is read, however long it is, and a list of what it holds is not
/// kept anywhere; that it was asked for is recorded.
#[utoipa::path(get, path = "/audit/export", tag = "Workspace", params(ExportQuery), responses(
    (status = 200, content((String = "text/csv"), (AuditEntry = "application/x-ndjson")), headers(("Content-Disposition" = String))),
))]
async fn export_audit(State(core): State<Core>, caller: Caller, Params(query): Params<ExportQuery>) -> Answer {
    let ExportQuery { format, act, subject, actor, from, to } = query;
    let format = format.unwrap_or_default();
    let filter = filter(act, subject, actor, from, to)?;
    let entries = audit::export(&core, &caller, filter).await?;
    let entries = entries.map(move |some| written(format, some).map_err(Failure::into_public));
    let head = Some(format.head()).filter(|head| !head.is_empty());
    let head = futures_util::stream::iter(head.map(Ok));
    let mut response: Response = Body::from_stream(head.chain(entries)).into_response();
    let day = core.clock.now().to_string();
    let day = day.split('T').next().unwrap_or_default();
    let disposition = format!("attachment; filename=\"audit-{day}.{}\"", format.as_str());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(disposition) = HeaderValue::try_from(disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

fn written(format: ExportFormat, entries: Outcome<Vec<AuditEntry>>) -> Outcome<String> {
    let mut text = String::new();
    for entry in entries? {
        text.push_str(&format.entry(&entry)?);
    }
    Ok(text)
}
