//! The same operations in other systems' words, so that their clients work with another host and key. Each file translates
//! one dialect, and nothing else: what is done is done by `domain`, as everywhere.
//!
//! | file | whose words |
//! | --- | --- |
//! | [`useragents`] | releases of a user's agents, under `/api/useragents` |
//! | [`agent_v1`] | agents and chat for the AI SDK, under `/agent/v1` |
//! | [`ui_messages`] | the messages and the stream of the AI SDK |
//! | [`openai`] | chat completions and models, under `/v1` |
//!
//! To add a dialect: a file with its routes, a line in [`PLACES`], a row in `tests/api/dialects.rs` and one in `tests/ways`, and its place in
//! `web::api_key` if it lies elsewhere.

pub mod agent_v1;
pub mod openai;
pub mod ui_messages;
pub mod useragents;

use axum::{
    Router,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{core::Core, web::problem::keep_headers};
use crate::model::error::Error;

/// Says what the edge refused, such as a key that does not work, in the words of the dialect that was asked in.
pub async fn translate(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let of_agents = path.starts_with("/agent/v1/") || path.starts_with("/api/public/agent/v1/");
    let of_openai = path.starts_with("/v1/");
    let mut response = next.run(request).await;
    if !of_agents && !of_openai {
        return response;
    }
    let Some(error) = response.extensions_mut().remove::<Error>() else { return response };
    let mut said =
        if of_agents { agent_v1::Refused(error).into_response() } else { openai::Refused(error).into_response() };
    keep_headers(&mut said, response.headers());
    said
}

/// The routes of a dialect.
type Routes = fn() -> Router<Core>;

/// Where each dialect is spoken.
pub const PLACES: [(&str, Routes); 4] = [
    ("/api/useragents", useragents::routes),
    ("/agent/v1", agent_v1::routes),
    ("/api/public/agent/v1", agent_v1::routes),
    ("/v1", openai::routes),
];

/// Every dialect.
pub fn routes(core: &Core) -> Router {
    let all = PLACES.into_iter().fold(Router::new(), |all, (place, routes)| all.nest(place, routes()));
    all.with_state(core.clone())
}
