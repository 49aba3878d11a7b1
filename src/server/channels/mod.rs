//! Ways in for people outside: what comes in another system's form becomes a message, and the answer goes back in that form.
//!
//! | file | whose |
//! | --- | --- |
//! | [`link`] | strangers on an agent's public page, under `/a/` |
//! | [`qr`] | that page's address as a QR code |
//!
//! Members' pages and the API are no files here: they ask `domain` directly. To add a channel, such as Slack, Teams or the
//! phone: a variant of `model::channel::Channel`, a file here with its routes and a line in [`routes`], who talks there as a
//! `domain::party::Party`, a card in `ui/pages/agent/channels`, and a row in `tests/ways`, which asks of every way in
//! that it serves what is live and nothing else.

pub mod link;
pub mod qr;

use axum::Router;

use super::core::Core;

/// The routes of every channel.
pub fn routes(core: &Core) -> Router {
    link::routes(core)
}
