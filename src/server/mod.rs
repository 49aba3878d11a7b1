//! The server: the request edge, the use cases, the store and the engine.
//!
//! `web`, `rest` and `channels` → `domain` → `store`, `engine` → `model`. Never upward.

pub mod assets;
pub mod channels;
pub mod cli;
pub mod clock;
pub mod core;
pub mod dialects;
pub mod domain;
pub mod engine;
pub mod failure;
pub mod hasher;
pub mod housekeeping;
pub mod http_client;
pub mod language;
pub mod rest;
pub mod router;
pub mod secrets;
pub mod settings;
pub mod start;
#[expect(clippy::disallowed_methods, reason = "the home of SQL")]
pub mod store;
pub mod task;
pub mod telemetry;
pub mod web;
