//! The one integration binary; its folders mirror the URLs.
//!
//! Each test of the server runs on both engines through [`both_engines!`]; see `support` for what it gets.

#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test says what failed by panicking")]

#[macro_use]
mod support;

mod flows;
mod releases;
mod rest;
