//! Releases: publish, roll back, unpublish, look before, look back.

use axum::{extract::State, http::header};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Answer,
    agents::NoFields,
    idempotency::Act,
    operation::needs,
    page::{Listed, PageQuery},
    reply::Reply,
    request::{InPath, Params},
    shapes::CompiledBody,
};
use crate::{
    model::{
        api_key::Scope,
        approval::ApprovalState,
        diff::Change,
        error::{Code, Error},
        release::{LiveEvent, NOTHING_NEW, Published, Release, ReleaseName},
        report::Report,
        revision::RevisionName,
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        domain::{caller::Caller, releases, reports, revisions},
        failure::Outcome,
    },
};

const READ: &[Scope] = &[Scope::AgentsRead];
const WRITE: &[Scope] = &[Scope::AgentsWrite];

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Core> {
    OpenApiRouter::new()
        .routes(needs(WRITE, routes!(publish)))
        .routes(needs(WRITE, routes!(rollback)))
        .routes(needs(WRITE, routes!(unpublish)))
        .routes(needs(READ, routes!(list_versions)))
        .routes(needs(READ, routes!(get_version)))
        .routes(needs(WRITE, routes!(delete_version)))
        .routes(needs(READ, routes!(diff_version)))
        .routes(needs(READ, routes!(prepublish_report)))
        .routes(needs(READ, routes!(get_live)))
        .routes(needs(READ, routes!(timeline)))
}

/// What to publish.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Publish {
    /// What changed, for the history.
    #[schema(max_length = 100, example = "Knows the new refund policy")]
    #[serde(default)]
    note: Option<String>,
    /// The draft that you looked at: when somebody saved another one since, nothing is published.
    #[serde(default, alias = "expectedDraft")]
    #[schema(minimum = 1)]
    expected_draft: Option<i64>,
    /// The current draft, to publish it; a save that was released, or a release, to go back to it.
    #[serde(default, alias = "revisionId")]
    revision_id: Option<Uuid>,
}

/// Freezes the draft as the next release and makes it live.
///
/// With an `Idempotency-Key`, a retry never publishes twice, even when somebody saved in between.
#[utoipa::path(post, path = "/agents/{id}/publish", tag = "Releases", params(("id" = Uuid, Path)), request_body = Option<Publish>, responses(
    (status = 201, body = Release, headers(("Location" = String))),
    (status = 200, description = "The revision was released before; that release is live.", body = Release),
))]
async fn publish(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<Publish>) -> Answer {
    act.once(&core, async |core, act| {
        let Publish { note, expected_draft, revision_id } = act.body;
        let note = note.unwrap_or_default();
        let published = match revision_id {
            Some(revision) => {
                releases::publish_revision(&core, &act.caller, id, revision, &note, expected_draft).await?
            }
            None => releases::publish(&core, &act.caller, id, &note, expected_draft).await?,
        };
        said(published)
    })
    .await
}

/// What came of a publish, as the API says it.
///
/// # Errors
/// `no_changes`, `publish_race`, `approval_required`, `validation_failed`.
pub fn said(published: Published) -> Outcome<Reply> {
    let sentence = published.sentence();
    match published {
        Published::Released(release) => {
            let address = format!("/api/v1/agents/{}/versions/{}", release.agent_id, release.id);
            Ok(Reply::created(&release)?.header(&header::LOCATION, address))
        }
        Published::RolledBack(release) => Reply::ok(&release),
        Published::NoChanges => Err(Error::new(Code::NoChanges, NOTHING_NEW).into()),
        Published::Race { current, .. } => {
            let mut error = Error::new(Code::PublishRace, sentence);
            error.more.insert("current".to_owned(), json!(current));
            Err(error.into())
        }
        Published::Blocked(errors) => Err(Error::invalid(errors).into()),
        Published::Unapproved(approval) => Err(unapproved(&approval).into()),
    }
}

/// The refusal of a draft that a second person has not approved: why, and what to do.
pub fn unapproved(approval: &ApprovalState) -> Error {
    let mut error = Error::new(Code::ApprovalRequired, approval.missing().unwrap_or_default());
    error.more.insert("hint".to_owned(), json!(approval.hint()));
    error
}

/// Where to go back to.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Rollback {
    /// The release's id. Send this or `version`.
    #[serde(default, alias = "versionId")]
    version_id: Option<ReleaseId>,
    /// The release's number.
    #[serde(default)]
    #[schema(minimum = 1)]
    version: Option<i64>,
    /// Why, for the history.
    #[schema(max_length = 300)]
    #[serde(default)]
    reason: Option<String>,
    /// Whether conversations that run on another release end.
    #[serde(default, alias = "endOpenSessions")]
    end_open_sessions: Option<bool>,
}

/// A release in a body: its id, or `v3`.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, example = "v3")]
struct ReleaseId(ReleaseName);

impl TryFrom<String> for ReleaseId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse().map(Self).map_err(|_| "expected the id of a release, or v3")
    }
}

/// Makes an earlier release live again, at once. The draft stays as it is.
#[utoipa::path(post, path = "/agents/{id}/rollback", tag = "Releases", params(("id" = Uuid, Path)), request_body = Rollback, responses((status = 200, body = Release)))]
async fn rollback(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<Rollback>) -> Answer {
    act.once(&core, async |core, act| {
        let Rollback { version_id, version, reason, end_open_sessions } = act.body;
        let name = match (version_id, version) {
            (Some(ReleaseId(name)), None) => name,
            (None, Some(version)) => ReleaseName::Version(version),
            (None, None) => return Err(Error::field("version_id", "is required, or version").into()),
            (Some(_), Some(_)) => return Err(Error::field("version", "send version_id or version, not both").into()),
        };
        let (reason, end) = (reason.unwrap_or_default(), end_open_sessions.unwrap_or_default());
        Reply::ok(&releases::roll_back(&core, &act.caller, id, name, &reason, end).await?)
    })
    .await
}

/// What is live after an unpublish.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
struct Nothing {
    /// Always null.
    #[schema(value_type = Option<Release>)]
    live: (),
}

/// Makes nothing live; open conversations end.
#[utoipa::path(post, path = "/agents/{id}/unpublish", tag = "Releases", params(("id" = Uuid, Path)), request_body = Option<NoFields>, responses((status = 200, body = Nothing)))]
async fn unpublish(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<NoFields>) -> Answer {
    act.once(&core, async |core, act| {
        releases::unpublish(&core, &act.caller, id).await?;
        Reply::ok(&Nothing { live: () })
    })
    .await
}

/// The releases, newest first; deleted ones stay listed with `deleted_at`.
#[utoipa::path(get, path = "/agents/{id}/versions", tag = "Releases", params(("id" = Uuid, Path), PageQuery), responses((status = 200, body = Listed<Release>)))]
async fn list_versions(
    State(core): State<Core>,
    caller: Caller,
    InPath(id): InPath<Uuid>,
    Params(page): Params<PageQuery>,
) -> Answer {
    let page = releases::list(&core, &caller, id, page.cursor(), page.limit()?).await?;
    Ok(Reply::ok(&Listed::from(page))?.into())
}

/// A release with what is executed.
#[utoipa::path(get, path = "/agents/{id}/versions/{version_id}", tag = "Releases",
    params(("id" = Uuid, Path), ("version_id" = String, Path, description = "The release's id, or `v3`.")),
    responses((status = 200, body = CompiledBody)))]
async fn get_version(State(core): State<Core>, caller: Caller, InPath((id, name)): InPath<(Uuid, String)>) -> Answer {
    let release = revisions::find_release(&core, &caller, id, release_name(&name)?).await?;
    Ok(Reply::ok(&CompiledBody::from(release))?.into())
}

/// Deletes a release that is not live. It stays listed, and can never be live again.
#[utoipa::path(delete, path = "/agents/{id}/versions/{version_id}", tag = "Releases",
    params(("id" = Uuid, Path), ("version_id" = String, Path, description = "The release's id, or `v3`.")),
    responses((status = 200, body = Release), (status = 409, description = "It is live.", body = super::openapi::ProblemBody, content_type = "application/problem+json")))]
async fn delete_version(
    State(core): State<Core>,
    caller: Caller,
    InPath((id, name)): InPath<(Uuid, String)>,
) -> Answer {
    Ok(Reply::ok(&releases::delete(&core, &caller, id, release_name(&name)?).await?)?.into())
}

/// What to compare with.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Against {
    /// Another revision: `v3`, `d12`, the id of either, `draft` or `live`. The draft unless said.
    against: Option<String>,
}

/// What differs between two revisions.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Diff {
    /// The revision before.
    from: String,
    /// The revision after.
    to: String,
    /// What changes, in the order of the builder.
    changes: Vec<Change>,
}

/// What changes from a revision to the draft, or to another revision.
#[utoipa::path(get, path = "/agents/{id}/versions/{version_id}/diff", tag = "Releases",
    params(("id" = Uuid, Path), ("version_id" = String, Path, description = "A revision: `v3`, `d12` or the id of either."), Against),
    responses((status = 200, body = Diff)))]
async fn diff_version(
    State(core): State<Core>,
    caller: Caller,
    InPath((id, name)): InPath<(Uuid, String)>,
    Params(Against { against }): Params<Against>,
) -> Answer {
    let name: RevisionName = name.parse().map_err(|_| Error::not_found())?;
    let against = against.map(|text| text.parse()).transpose();
    let against = against
        .map_err(|wrong: crate::model::revision::NotARevisionName| Error::field("against", wrong.to_string()))?;
    let found = revisions::diff(&core, &caller, id, name, against).await?;
    let (from, to) = (found.from.name.to_string(), found.to.name.to_string());
    Ok(Reply::ok(&Diff { from, to, changes: found.changes })?.into())
}

/// What to know before publishing: what it will say and will not, what data leaves and where to, and what changes.
#[utoipa::path(get, path = "/agents/{id}/prepublish-report", tag = "Releases", params(("id" = Uuid, Path)), responses((status = 200, body = Report)))]
async fn prepublish_report(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    Ok(Reply::ok(&reports::of_draft(&core, &caller, id).await?)?.into())
}

/// When.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct At {
    /// A moment, as RFC 3339 has it; now unless said.
    at: Option<Timestamp>,
}

/// What is live.
// Makers of Python clients confuse a type and its field of the same name.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = LiveVersion)]
struct Live {
    /// The release; null when nothing is live.
    live: Option<Release>,
}

/// What is live, or was at a time.
#[utoipa::path(get, path = "/agents/{id}/live", tag = "Releases", params(("id" = Uuid, Path), At), responses((status = 200, body = Live)))]
async fn get_live(
    State(core): State<Core>,
    caller: Caller,
    InPath(id): InPath<Uuid>,
    Params(At { at }): Params<At>,
) -> Answer {
    Ok(Reply::ok(&Live { live: releases::live_at(&core, &caller, id, at).await? })?.into())
}

/// What happened to what is live, newest first: who, when, why, and how.
#[utoipa::path(get, path = "/agents/{id}/timeline", tag = "Releases", params(("id" = Uuid, Path), PageQuery), responses((status = 200, body = Listed<LiveEvent>)))]
async fn timeline(
    State(core): State<Core>,
    caller: Caller,
    InPath(id): InPath<Uuid>,
    Params(page): Params<PageQuery>,
) -> Answer {
    let page = releases::timeline(&core, &caller, id, page.cursor(), page.limit()?).await?;
    Ok(Reply::ok(&Listed::from(page))?.into())
}

fn release_name(text: &str) -> Result<ReleaseName, Error> {
    text.parse().map_err(|_| Error::not_found())
}
