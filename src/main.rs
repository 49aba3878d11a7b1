//! The `galley` binary: settings, then `server::start`.

use galley::server::{settings::Settings, start};

#[tokio::main]
async fn main() -> Result<(), start::StartError> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    start::serve(Settings {
        database_url: "sqlite://data/galley.db".into(),
        address: "127.0.0.1:3000".parse()?,
        public_url: None,
        secret_key: [0; 32],
        open_sign_up: true,
        session_idle_seconds: 24 * 3600,
        answer_timeout_seconds: 120,
        providers: galley::server::settings::ProviderSettings::default(),
        trusted_proxies: vec![],
    })
    .await
}
