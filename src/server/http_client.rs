//! The one HTTP client for calls to other servers: how long a connection may take, and what is never followed.

use std::time::Duration;

/// How long a connection may take to come about.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A client that follows no redirect: a redirect could carry a key to a host that it was not given for.
///
/// # Errors
/// When TLS cannot be set up.
pub fn build() -> Result<reqwest::Client, reqwest::Error> {
    // reqwest and sqlx share one TLS implementation; an error means that it is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("galley/", env!("CARGO_PKG_VERSION")))
        .build()
}
