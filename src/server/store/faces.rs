//! What a release shows of itself in lists: name, description, icon, and the words that it is found by.
//!
//! It is taken out of the config when the release is made and never changes. Triggers repeat it on what is live and on the
//! grants of its agent, so that Coworker lists what is live without reading configs; see the migration `coworker`.

use uuid::Uuid;

use super::{agents::name_key, configs, db::Tx, search_words::words};
use crate::model::config::{Config, ConfigHash};

/// Releases that get their face at once.
const BATCH: usize = 500;

/// A release's face.
#[derive(Clone, Copy, Debug)]
pub struct Face<'a> {
    /// The name.
    pub name: &'a str,
    /// The description.
    pub description: &'a str,
    /// One emoji or nothing.
    pub icon: &'a str,
}

impl<'a> Face<'a> {
    /// That of a config.
    #[must_use]
    pub fn of(config: &'a Config) -> Self {
        Self { name: &config.name, description: &config.description, icon: &config.icon }
    }
}

/// A face with its texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnFace {
    /// The name.
    pub name: String,
    /// The description.
    pub description: String,
    /// One emoji or nothing.
    pub icon: String,
}

/// That of what is live of an agent.
pub async fn of_live(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid) -> Result<Option<OwnFace>, sqlx::Error> {
    on!(tx, c => sqlx::query_as(
        "SELECT f.name, f.description, f.icon FROM live l JOIN release_faces f ON f.release_id = l.release_id \
         WHERE l.workspace_id = $1 AND l.agent_id = $2")
        .bind(workspace).bind(agent).fetch_optional(c).await)
}

/// Writes the face of a release.
pub async fn insert(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    release: Uuid,
    face: &Face<'_>,
) -> Result<(), sqlx::Error> {
    let Face { name, description, icon } = *face;
    on!(tx, c => sqlx::query(
        "INSERT INTO release_faces (release_id, workspace_id, agent_id, name, name_key, description, icon, words) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(release).bind(workspace).bind(agent).bind(name).bind(name_key(name)).bind(description).bind(icon)
        .bind(words(name, description)).execute(c).await.map(drop))
}

/// Gives the releases that have no face theirs.
///
/// # Errors
/// The database's own failure, or a config that cannot be read.
pub(super) async fn fill(tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
    loop {
        let find = "SELECT r.id, r.workspace_id, r.agent_id, r.config_hash FROM releases r \
             WHERE NOT EXISTS (SELECT 1 FROM release_faces f WHERE f.release_id = r.id) ORDER BY r.id LIMIT 500";
        let rows: Vec<(Uuid, Uuid, Uuid, Vec<u8>)> = on!(tx, c => sqlx::query_as(find).fetch_all(c).await)?;
        let last = rows.len() < BATCH;
        for (release, workspace, agent, hash) in rows {
            let hash: ConfigHash = super::hash(&hash)?;
            let body = configs::get(tx, workspace, &hash).await?.ok_or_else(|| super::unreadable("configs.body"))?;
            let config = Config::from_canonical(&body).map_err(|_| super::unreadable("configs.body"))?;
            insert(tx, workspace, agent, release, &Face::of(&config)).await?;
        }
        if last {
            return Ok(());
        }
    }
}
