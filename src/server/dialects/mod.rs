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
//! To add a dialect: a file with its routes, a line in [`routes`], a row in `tests/dialects`, and its place in
//! `web::api_key` if it lies elsewhere.

pub mod agent_v1;
pub mod openai;
pub mod ui_messages;
pub mod useragents;

use axum::Router;

use super::core::Core;

/// Every dialect.
pub fn routes(core: &Core) -> Router {
    Router::new()
        .nest("/api/useragents", useragents::routes())
        .nest("/agent/v1", agent_v1::routes())
        .nest("/api/public/agent/v1", agent_v1::routes())
        .nest("/v1", openai::routes())
        .with_state(core.clone())
}
