//! The HTTP API under `/api/v1`: thin. Each handler reads its request, calls one function of `domain`, and writes the answer.
//!
//! | file | what it holds |
//! | --- | --- |
//! | [`operation`] | what every operation has in common: scopes, and what the document says of it |
//! | [`idempotency`] | requests that change something, each done once |
//! | [`request`], [`reply`], [`page`], [`refused`] | reading requests, answers as data, lists, refusals by field |
//! | [`openapi`], [`kinds`] | the document, and the pages that show it |
//! | [`shapes`], [`config_bodies`] | what the API shows and takes of agents where the pages do otherwise |
//! | [`agents`], [`drafts`], [`releases`], [`approvals`], [`grants`], [`channels`], [`chat`], [`coworker`], [`runs`], [`keys`], [`workspace`], [`audit`] | the operations, by noun |
//! | [`stream`] | an answer as server-sent events |
//!
//! To add an operation: a handler with `#[utoipa::path]` in the file of its noun, a line in that file's `routes` with the
//! scopes it needs, and a row in `tests/api/matrix/rows.rs`. Errors are a [`Problem`], which every `Failure` becomes
//! by `?`.

pub mod agents;
pub mod approvals;
pub mod audit;
pub mod channels;
pub mod chat;
pub mod config_bodies;
pub mod coworker;
pub mod drafts;
pub mod grants;
pub mod idempotency;
pub mod keys;
pub mod kinds;
pub mod openapi;
pub mod operation;
pub mod page;
pub mod refused;
pub mod releases;
pub mod reply;
pub mod request;
pub mod runs;
pub mod shapes;
pub mod stream;
pub mod workspace;

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use utoipa_axum::router::OpenApiRouter;

use super::{
    core::Core,
    web::problem::{self, Problem, keep_headers},
};
use crate::model::error::Error;

/// Everything under `/api`: the operations, and the document that describes them.
pub fn routes(core: &Core) -> Router {
    let (operations, document) = OpenApiRouter::with_openapi(openapi::base(core))
        .merge(agents::routes())
        .merge(drafts::routes())
        .merge(releases::routes())
        .merge(approvals::routes())
        .merge(grants::routes())
        .merge(channels::routes())
        .merge(chat::routes())
        .merge(coworker::routes())
        .merge(runs::routes())
        .merge(keys::routes())
        .merge(workspace::routes())
        .merge(audit::routes())
        .split_for_parts();
    let operations = operations.fallback(problem::nowhere).layer(from_fn(name_instance)).with_state(core.clone());
    Router::new().nest("/api/v1", operations).merge(openapi::routes(&document))
}

/// Says in each problem which address it is about.
async fn name_instance(request: Request, next: Next) -> Response {
    let path = request
        .extensions()
        .get::<axum::extract::OriginalUri>()
        .map_or_else(|| request.uri().path().to_owned(), |uri| uri.path().to_owned());
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Error>() {
        Some(error) => {
            let mut named = Problem(error).at(&path);
            keep_headers(&mut named, response.headers());
            named
        }
        None => response,
    }
}

/// What handlers answer.
pub type Answer = Result<Response, Problem>;

impl From<reply::Reply> for Response {
    fn from(reply: reply::Reply) -> Self {
        reply.into_response()
    }
}
