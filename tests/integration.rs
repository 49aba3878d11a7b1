//! The one integration binary; its folders mirror the URLs.
//!
//! Each test of the server runs on both engines through [`both_engines!`]; see `support` for what it gets.

#![expect(clippy::unwrap_used, clippy::format_collect, reason = "a test says what failed by panicking")]
#![expect(clippy::disallowed_methods, reason = "tests look behind the store, and the environment names their Postgres")]

#[macro_use]
mod support;

mod agents;
mod api;
mod coworker;
mod flows;
mod keys;
mod link;
mod ops;
mod people;
mod releases;
mod rest;
mod runs;
mod ways;
