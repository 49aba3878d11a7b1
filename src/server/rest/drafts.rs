//! The draft of an agent, and the history of its saves.

use axum::{
    extract::State,
    http::{HeaderMap, header},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Answer,
    config_bodies::DraftPatch,
    idempotency::Act,
    operation::needs,
    page::{Listed, PageQuery},
    reply::Reply,
    request::{InPath, Params},
    shapes::DraftBody,
};
use crate::{
    model::{
        api_key::Scope,
        error::{Code, Error},
        saved_draft::{Draft, SaveConflict, SaveOutcome},
    },
    server::{
        core::Core,
        domain::{
            caller::Caller,
            drafts,
            patch::{self, Basis},
        },
        failure::Outcome,
    },
};

const READ: &[Scope] = &[Scope::AgentsRead];
const EDIT: &[Scope] = &[Scope::AgentsDraft];

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Core> {
    OpenApiRouter::new()
        .routes(needs(READ, routes!(get_draft)))
        .routes(needs(EDIT, routes!(patch_draft)))
        .routes(needs(READ, routes!(list_drafts)))
        .routes(needs(READ, routes!(get_save)))
        .routes(needs(EDIT, routes!(restore_draft)))
}

/// The value of `ETag` for a draft.
#[must_use]
pub fn tag(number: i64) -> String {
    format!("\"draft-{number}\"")
}

/// The draft: the newest save.
#[utoipa::path(get, path = "/agents/{id}/draft", tag = "Drafts", params(("id" = Uuid, Path)), responses((status = 200, body = DraftBody, headers(("ETag" = String)))))]
async fn get_draft(State(core): State<Core>, caller: Caller, InPath(id): InPath<Uuid>) -> Answer {
    Ok(whole(&drafts::get(&core, &caller, id, None).await?)?.into())
}

/// Changes fields of the draft: a JSON Merge Patch (RFC 7396) of the config. Lists are replaced as a whole.
///
/// Say which draft the change is of: `If-Match: "draft-7"` refuses it when the draft has moved on, `base_draft` merges it.
/// A change that says what is there already saves nothing and answers the draft as it is.
#[utoipa::path(patch, path = "/agents/{id}/draft", tag = "Drafts",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header, description = "The draft that it must still be; `*` for any.", example = "\"draft-1\"")),
    request_body(content((DraftPatch = "application/json"), (DraftPatch = "application/merge-patch+json"))),
    responses(
        (status = 200, body = DraftBody, headers(("ETag" = String))),
        (status = 409, description = "Somebody else changed the same place.", body = super::openapi::ConflictBody, content_type = "application/problem+json"),
        (status = 412, description = "The draft has moved on.", body = super::openapi::ConflictBody, content_type = "application/problem+json"),
        (status = 428, description = "Neither `If-Match` nor `base_draft`.", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
    ))]
async fn patch_draft(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<Map<String, Value>>) -> Answer {
    act.once(&core, async |core, act| {
        let mut fields = act.body;
        let basis = basis(&act.headers, fields.remove("base_draft"))?;
        let saved = patch::patch(&core, &act.caller, id, &Value::Object(fields), basis).await;
        let saved = match basis {
            Basis::Exactly(_) => saved.map_err(|failure| failure.of_field("base_draft", "If-Match")),
            Basis::Current | Basis::Merging(_) => saved,
        };
        match saved? {
            SaveOutcome::Saved(saved) => whole(&saved.draft),
            SaveOutcome::Nothing { .. } => whole(&drafts::get(&core, &act.caller, id, None).await?),
            SaveOutcome::Invalid { errors } => Err(Error::invalid(errors).into()),
            SaveOutcome::Conflict(conflict) => Err(refused(&conflict, basis).into()),
        }
    })
    .await
}

/// The saves, newest first, without their configs.
#[utoipa::path(get, path = "/agents/{id}/drafts", tag = "Drafts", params(("id" = Uuid, Path), PageQuery), responses((status = 200, body = Listed<DraftBody>)))]
async fn list_drafts(
    State(core): State<Core>,
    caller: Caller,
    InPath(id): InPath<Uuid>,
    Params(page): Params<PageQuery>,
) -> Answer {
    let page = drafts::list(&core, &caller, id, page.cursor(), page.limit()?).await?;
    Ok(Reply::ok(&Listed::from(page.map(DraftBody::brief)))?.into())
}

/// One save.
#[utoipa::path(get, path = "/agents/{id}/drafts/{number}", tag = "Drafts", params(("id" = Uuid, Path), ("number" = i64, Path, minimum = 1)), responses((status = 200, body = DraftBody)))]
async fn get_save(State(core): State<Core>, caller: Caller, InPath((id, number)): InPath<(Uuid, i64)>) -> Answer {
    Ok(whole(&drafts::get(&core, &caller, id, Some(number)).await?)?.into())
}

/// Which revision comes back.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RestoreDraft {
    /// A save's or a release's id.
    #[serde(alias = "revisionId")]
    revision_id: Uuid,
}

/// Makes the config of an earlier save or release the next draft. What is live stays.
#[utoipa::path(post, path = "/agents/{id}/draft/restore", tag = "Drafts", params(("id" = Uuid, Path)), request_body = RestoreDraft, responses((status = 200, body = DraftBody, headers(("ETag" = String)))))]
async fn restore_draft(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<RestoreDraft>) -> Answer {
    act.once(&core, async |core, act| match drafts::restore(&core, &act.caller, id, act.body.revision_id).await? {
        SaveOutcome::Saved(saved) => whole(&saved.draft),
        SaveOutcome::Invalid { errors } => Err(Error::invalid(errors).into()),
        SaveOutcome::Nothing { .. } | SaveOutcome::Conflict(_) => {
            whole(&drafts::get(&core, &act.caller, id, None).await?)
        }
    })
    .await
}

fn whole(draft: &Draft) -> Outcome<Reply> {
    Ok(Reply::ok(&DraftBody::whole(draft))?.header(&header::ETAG, tag(draft.info.number)))
}

/// Which draft a change says that it is of.
fn basis(headers: &HeaderMap, base_draft: Option<Value>) -> Result<Basis, Error> {
    let mut tags = headers.get_all(header::IF_MATCH).into_iter().map(|value| value.to_str().unwrap_or_default().trim());
    let first = tags.next();
    if tags.next().is_some() {
        return Err(Error::field("If-Match", "name one draft"));
    }
    let strict = match first {
        None => None,
        Some("*") => Some(Basis::Current),
        Some(text) => {
            let number = text.strip_prefix("\"draft-").and_then(|rest| rest.strip_suffix('"')?.parse().ok());
            Some(Basis::Exactly(number.ok_or_else(|| Error::field("If-Match", "must be \"draft-N\", or *"))?))
        }
    };
    let merging = match base_draft {
        None | Some(Value::Null) => None,
        Some(number) => {
            let number = number.as_i64().filter(|number| *number >= 1);
            Some(Basis::Merging(number.ok_or_else(|| Error::field("base_draft", "must be the number of a draft"))?))
        }
    };
    match (strict, merging) {
        (Some(_), Some(_)) => Err(Error::field("base_draft", "send If-Match or base_draft, not both")),
        (Some(basis), None) | (None, Some(basis)) => Ok(basis),
        (None, None) => {
            let detail = "Say which draft the change is of: If-Match: \"draft-7\", or base_draft in the body.";
            Err(Error::new(Code::PreconditionRequired, detail))
        }
    }
}

fn refused(conflict: &SaveConflict, basis: Basis) -> Error {
    let SaveConflict { base, current, saved_by, conflicts } = conflict;
    let strict = matches!(basis, Basis::Exactly(_));
    let detail = if strict {
        format!("The draft is {current} by now, saved by {}. Nothing was changed.", saved_by.name)
    } else {
        format!("{} changed the same place meanwhile. Nothing was changed.", saved_by.name)
    };
    let mut error = Error::new(Code::DraftConflict, detail);
    error.status = strict.then_some(412);
    error.more.insert("base".to_owned(), json!(base));
    error.more.insert("current".to_owned(), json!(current));
    error.more.insert("conflicts".to_owned(), json!(conflicts));
    error
}
