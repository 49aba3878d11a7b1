//! The request edge: who calls, sign-in, forgery checks, headers, request ids.
//!
//! [`layers`] goes around what a person or a program may ask for, [`edge`] around everything.

pub mod api_key;
pub mod attempt;
pub mod bare_refusals;
pub mod caller;
pub mod context;
pub mod cookies;
pub mod csrf;
pub mod headers;
pub mod made_once;
pub mod plain_form;
pub mod problem;
pub mod rate_limit;
pub mod request_id;
pub mod server_fn_errors;
pub mod sign_in_cookie;
pub mod sign_in_store;
pub mod task;
pub mod transfer;

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
};

use super::{channels::link, core::Core, dialects};

/// The layers around everything that a person or a program may ask for; the last one added runs first.
pub fn layers(routes: Router, core: &Core) -> Router {
    routes
        .layer(from_fn_with_state(link::Limits::new(core.clone()), link::gate))
        .layer(from_fn(server_fn_errors::correct))
        .layer(from_fn_with_state(core.clone(), caller::gate))
        .layer(from_fn_with_state(core.clone(), caller::resolve))
        .layer(sign_in_cookie::layer(core))
        .layer(from_fn_with_state(core.clone(), sign_in_cookie::secure_removal))
        .layer(from_fn_with_state(core.clone(), csrf::refuse_forged))
        .layer(from_fn_with_state(rate_limit::Limits::new(core.clone()), rate_limit::count))
        .layer(bare_refusals::body_limit())
        .layer(from_fn(bare_refusals::explain))
        .layer(from_fn(dialects::translate))
}

/// The layers around everything, health checks included.
pub fn edge(routes: Router, core: &Core) -> Router {
    routes
        .layer(from_fn(task::own_task))
        .layer(from_fn_with_state(core.clone(), headers::secure))
        .layer(from_fn(request_id::trace))
}
