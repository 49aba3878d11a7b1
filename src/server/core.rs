//! What every use case needs, made once at start: the database, the clock, the settings, the secrets' key,
//! the hasher of passwords.

use std::sync::Arc;

use super::{
    clock::Clock, engine::Engine, hasher::Hasher, secrets::Secrets, settings::Settings, start::StartError,
    store::db::Db,
};

/// The server's parts, cheap to clone.
#[derive(Clone, Debug)]
pub struct Core {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// What the operator chose.
    pub settings: Arc<Settings>,
    /// The key that seals secrets at rest.
    pub secrets: Arc<Secrets>,
    /// What executes agents.
    pub engine: Arc<Engine>,
    /// What hashes and checks passwords.
    pub hasher: Hasher,
}

impl Core {
    /// Puts a server together over an open database.
    ///
    /// # Errors
    /// When TLS towards model providers cannot be set up.
    pub fn new(db: Db, clock: Clock, settings: Settings) -> Result<Self, StartError> {
        // reqwest and sqlx share one TLS implementation; an error means that it is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let secrets = Arc::new(Secrets::new(settings.secret_key));
        let (engine, hasher) = (Engine::new()?, Hasher::default());
        Ok(Self { db, clock, settings: Arc::new(settings), secrets, engine, hasher })
    }
}
