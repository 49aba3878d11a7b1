//! `POST` and `DELETE /api/useragents/{id}/releases`.

use axum::{Router, extract::State, http::StatusCode, routing::post};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    model::{
        api_key::Scope,
        error::{Code, Error},
        release::{NOTHING_NEW, Published},
    },
    server::{
        core::Core,
        domain::{caller::Caller, releases},
        rest::{
            Answer,
            idempotency::Act,
            releases::said,
            reply::Reply,
            request::{InPath, Params},
        },
        web::problem,
    },
};

/// The routes of this file.
pub fn routes() -> Router<Core> {
    Router::new().route("/{id}/releases", post(publish).delete(delete)).fallback(problem::nowhere)
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Publish {
    #[serde(default)]
    note: Option<String>,
}

/// 201 with the release; 200 with `released: false` when nothing changed.
async fn publish(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<Publish>) -> Answer {
    act.caller.require(Scope::AgentsWrite)?;
    act.once(&core, async |core, act| {
        let note = act.body.note.unwrap_or_default();
        match releases::publish(&core, &act.caller, id, &note, None).await? {
            Published::NoChanges => Reply::with(StatusCode::OK, &json!({ "released": false, "message": NOTHING_NEW })),
            published => said(published),
        }
    })
    .await
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    version: Option<i64>,
}

async fn delete(
    State(core): State<Core>,
    InPath(id): InPath<Uuid>,
    caller: Caller,
    Params(which): Params<Which>,
) -> Answer {
    caller.require(Scope::AgentsWrite)?;
    let Some(version) = which.version else {
        return Err(Error::new(Code::InvalidRequest, "Say which release to delete: ?version=N").into());
    };
    Ok(Reply::ok(&releases::delete(&core, &caller, id, version).await?)?.into())
}
