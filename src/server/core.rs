//! What every use case needs, made once at start: the database, the clock, the settings, the secrets' key,
//! the hasher of passwords.

use std::sync::Arc;

use super::{
    clock::Clock, engine::Engine, hasher::Hasher, secrets::Secrets, settings::Settings, store::db::Db,
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
