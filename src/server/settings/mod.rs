//! What the operator chooses: flags, then `GALLEY_*` of the environment, then an optional TOML file, then defaults.
//!
//! [`options`] declares the settings once, for the flags, the environment, the file and `galley --help`; [`values`] reads
//! the text of one; [`mod@file`] reads the TOML file; [`providers`] are the models' keys; [`secret_key`] finds or makes the key. [`Settings`] is the result.
//! To add a setting: a field in [`options::Options`], its name in `docs/operations.md`, and a field here if the server
//! needs it.

pub mod file;
pub mod options;
pub mod providers;
pub mod secret_key;
pub mod values;

use std::{net::SocketAddr, num::NonZeroU32};

pub use options::Options;

/// The settings of a running server.
#[derive(Clone)]
pub struct Settings {
    /// `sqlite://PATH` or `postgres://…`.
    pub database_url: String,
    /// Where the server listens.
    pub address: SocketAddr,
    /// Where people reach Galley, without a slash at the end: `https://galley.example`.
    pub public_url: Option<String>,
    /// The key that seals secrets at rest.
    pub secret_key: [u8; 32],
    /// Whether people may sign up without an invitation.
    pub open_sign_up: bool,
    /// Seconds after which an idle conversation ends.
    pub session_idle_seconds: i64,
    /// Seconds that an agent's answer may take.
    pub answer_timeout_seconds: u64,
    /// Requests a minute that an API key may make.
    pub rate_key: NonZeroU32,
    /// Requests a minute that programs at one network address may make.
    pub rate_address: NonZeroU32,
    /// Requests a minute that one network address may make to public pages.
    pub rate_link_address: NonZeroU32,
    /// Messages a minute that one public page takes from everybody together.
    pub rate_link: NonZeroU32,
    /// Model providers that the operator sets up.
    pub providers: ProviderSettings,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
}

/// Model providers set up by the operator, for every workspace: `GALLEY_OPENAI_API_KEY` and so on.
///
/// A provider is on when it has a key, or, for OpenAI's API, an address. It never shows its keys: it has no `Debug`.
#[derive(Clone, Default)]
pub struct ProviderSettings {
    /// `GALLEY_OPENAI_API_KEY`: the key for OpenAI, or for what speaks its API at `openai_base_url`.
    pub openai_api_key: Option<String>,
    /// `GALLEY_OPENAI_BASE_URL`: another address that speaks OpenAI's API, such as `http://127.0.0.1:11434/v1`.
    pub openai_base_url: Option<String>,
    /// `GALLEY_OPENAI_MODELS`: the models to offer, separated by commas.
    pub openai_models: Vec<String>,
    /// `GALLEY_ANTHROPIC_API_KEY`.
    pub anthropic_api_key: Option<String>,
    /// `GALLEY_ANTHROPIC_MODELS`, separated by commas.
    pub anthropic_models: Vec<String>,
    /// `GALLEY_GEMINI_API_KEY`.
    pub gemini_api_key: Option<String>,
    /// `GALLEY_GEMINI_MODELS`, separated by commas.
    pub gemini_models: Vec<String>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Settings(…)")
    }
}
