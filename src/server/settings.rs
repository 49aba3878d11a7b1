//! What the operator chooses: flags, then `GALLEY_*` of the environment, then an optional TOML file, then defaults.

use std::net::SocketAddr;

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
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Settings(…)")
    }
}
