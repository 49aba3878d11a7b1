//! The request edge: who calls, sign-in, forgery checks, headers, request ids.

pub mod context;
pub mod cookies;
pub mod plain_form;
pub mod task;

use axum::Router;

use super::core::Core;

/// The layers around everything that a person or a program may ask for; the last one added runs first.
pub fn layers(routes: Router, core: &Core) -> Router {
    let _ = core;
    routes
}
