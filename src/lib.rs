//! Galley, a self-hosted builder for AI agents: one source, two builds.
//!
//! The source is split by side of the wire, and inside each side by the same noun everywhere, so that
//! `git ls-files '*release*'` prints a whole feature.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`model`] | what both sides know: types and pure rules, no I/O |
//! | [`paths`] | every URL as a function |
//! | [`server_fns`] | what the browser may ask: one short function per action |
//! | [`ui`] | Leptos views: `layout`, `parts` (know no domain), `pages` |
//! | [`app`] | the HTML shell and the page routes |
//! | `server` | the server only: `web`, `rest`, `channels` → `domain` → `store`, `engine` |
//!
//! Dependencies point one way: `ui` → `model`, `paths`, `server_fns`; `server_fns` and `rest` → `server::domain`;
//! `domain` → `store`, `engine`; those → `model`. Never upward.

// A page's view type nests as deep as its markup.
#![recursion_limit = "512"]

pub mod app;
pub mod model;
pub mod paths;
#[cfg(feature = "ssr")]
pub mod server;
pub mod server_fns;
pub mod ui;

/// Starts Galley in the browser: takes over the page that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
