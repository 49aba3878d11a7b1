//! The HTTP API under `/api/v1`: thin. Each handler reads its request, calls one function of `domain`, and writes the answer.
//!
//! | file | what it holds |
//! | --- | --- |
//! | [`body`] | JSON bodies, read field by field, every wrong one named |
//! | [`chat`] | conversations and their messages |
//! | [`stream`] | an answer as server-sent events |
//!
//! To add an operation: a handler in the file of its noun, a line in that file's `routes`. Errors are a
//! [`Problem`], which every `Failure` becomes by `?`.

pub mod body;
pub mod chat;
pub mod stream;

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use super::{core::Core, web::problem::Problem};
use crate::model::error::{Code, Error};

/// Everything under `/api/v1`.
pub fn routes(core: Core) -> Router {
    Router::new()
        .merge(chat::routes())
        .fallback(async || Problem(Error::not_found()))
        .method_not_allowed_fallback(async || {
            Problem(Error::new(Code::MethodNotAllowed, "This address does not take this method."))
        })
        .layer(from_fn(name_instance))
        .with_state(core)
}

/// Says in each problem which address it is about.
async fn name_instance(request: Request, next: Next) -> Response {
    let path = request
        .extensions()
        .get::<axum::extract::OriginalUri>()
        .map_or_else(|| request.uri().path().to_owned(), |uri| uri.path().to_owned());
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Error>() {
        Some(error) => Problem(error).at(&path),
        None => response,
    }
}

/// An id in a path; what is not one names nothing.
///
/// # Errors
/// `not_found`.
pub fn id(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| Problem(Error::not_found()))
}

/// What handlers answer.
pub type Answer = Result<Response, Problem>;

/// JSON that no cache keeps.
pub fn json(status: axum::http::StatusCode, body: &impl serde::Serialize) -> Answer {
    let body = axum::Json(serde_json::to_value(body).map_err(crate::server::failure::Failure::from)?);
    Ok((status, [(axum::http::header::CACHE_CONTROL, "no-store")], body).into_response())
}
