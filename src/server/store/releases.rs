//! Releases: numbered, immutable snapshots, and the tombstones of deleted ones. Nothing here updates a release.

use uuid::Uuid;

use super::{db::Tx, sql_text::SqlText};
use crate::model::{account::Person, config::ConfigHash, release::Release, timestamp::Timestamp};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    agent_id: Uuid,
    version: i64,
    note: String,
    draft_id: Uuid,
    draft_number: i64,
    config_hash: Vec<u8>,
    compiled_hash: Vec<u8>,
    compiler: i64,
    published_by: Uuid,
    published_by_name: String,
    published_at: i64,
    live_id: Option<Uuid>,
    deleted_at: Option<i64>,
}

impl TryFrom<Row> for Release {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let Row {
            id,
            agent_id,
            version,
            note,
            draft_id,
            draft_number,
            config_hash,
            compiled_hash,
            compiler,
            published_by,
            published_by_name,
            published_at,
            live_id,
            deleted_at,
        } = row;
        Ok(Self {
            id,
            agent_id,
            version,
            note,
            draft_id,
            draft_number,
            config_hash: super::hash(&config_hash)?,
            compiled_hash: super::hash(&compiled_hash)?,
            compiler,
            live: live_id.is_some(),
            deleted_at: deleted_at.map(Timestamp),
            published_at: Timestamp(published_at),
            published_by: Person { id: published_by, name: published_by_name },
        })
    }
}

/// The columns of a release, read as [`Release`]; a condition follows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.agent_id, r.version, r.note, r.draft_id, r.draft_number, r.config_hash, r.compiled_hash, \
             r.compiler, r.published_by, a.name AS published_by_name, r.published_at, l.release_id AS live_id, \
             x.deleted_at FROM releases r JOIN accounts a ON a.id = r.published_by \
             LEFT JOIN live l ON l.agent_id = r.agent_id AND l.release_id = r.id \
             LEFT JOIN release_deletions x ON x.release_id = r.id ",
            $rest
        )
    };
}

/// A release to be written.
#[derive(Clone, Debug)]
pub struct NewRelease<'a> {
    /// The revision's id.
    pub id: Uuid,
    /// Its number, taken from the agent's row in the same transaction.
    pub version: i64,
    /// The save that it froze.
    pub draft_id: Uuid,
    /// That save's number.
    pub draft_number: i64,
    /// What it holds.
    pub config_hash: &'a ConfigHash,
    /// What `compile()` made of it.
    pub compiled_hash: &'a ConfigHash,
    /// The compiler's version.
    pub compiler: i64,
    /// What the author says of it.
    pub note: &'a str,
    /// Who publishes it.
    pub by: Uuid,
    /// Now.
    pub at: Timestamp,
}

/// Writes a release.
pub async fn insert(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, new: &NewRelease<'_>) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO releases (id, workspace_id, agent_id, version, draft_id, draft_number, config_hash, compiled_hash, \
         compiler, note, published_by, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
        .bind(new.id).bind(workspace).bind(agent).bind(new.version).bind(new.draft_id).bind(new.draft_number)
        .bind(new.config_hash.as_bytes().as_slice()).bind(new.compiled_hash.as_bytes().as_slice()).bind(new.compiler).bind(new.note)
        .bind(new.by).bind(new.at.0).execute(c).await.map(drop))
}

/// The release with this id, deleted ones included.
pub async fn by_id(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, id: Uuid) -> Result<Option<Release>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(select!("WHERE r.workspace_id = $1 AND r.agent_id = $2 AND r.id = $3"))
        .bind(workspace).bind(agent).bind(id).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
}

/// The release with this number, deleted ones included.
pub async fn by_version(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    version: i64,
) -> Result<Option<Release>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(select!("WHERE r.workspace_id = $1 AND r.agent_id = $2 AND r.version = $3"))
        .bind(workspace).bind(agent).bind(version).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
}

/// The newest release of a save that was not deleted.
pub async fn by_draft(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    draft: Uuid,
) -> Result<Option<Release>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(
        select!("WHERE r.workspace_id = $1 AND r.agent_id = $2 AND r.draft_id = $3 AND x.deleted_at IS NULL \
                 ORDER BY r.version DESC LIMIT 1"))
        .bind(workspace).bind(agent).bind(draft).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
}

/// What is live now.
pub async fn live(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid) -> Result<Option<Release>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(select!("WHERE r.workspace_id = $1 AND r.agent_id = $2 AND l.release_id IS NOT NULL"))
        .bind(workspace).bind(agent).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
}

/// What is live of these agents; those of which nothing is are left out.
pub async fn live_of(tx: &mut Tx<'_>, workspace: Uuid, agents: &[Uuid]) -> Result<Vec<Release>, sqlx::Error> {
    let mut sql = SqlText::default();
    sql.push(select!("WHERE l.release_id IS NOT NULL AND r.workspace_id = ")).id(workspace);
    sql.push(" AND r.agent_id IN (").ids(agents).push(")");
    on!(tx, c => bound!(sqlx::query_as::<_, Row>(sql.text()), sql).fetch_all(c).await)?
        .into_iter()
        .map(TryInto::try_into)
        .collect()
}

/// Releases with a number below `before`, newest first, tombstones included.
pub async fn page(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    before: i64,
    limit: u32,
) -> Result<Vec<Release>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(select!("WHERE r.workspace_id = $1 AND r.agent_id = $2 AND r.version < $3 ORDER BY r.version DESC LIMIT $4"))
        .bind(workspace).bind(agent).bind(before).bind(i64::from(limit)).fetch_all(c).await)?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}

/// Leaves a tombstone on a release.
pub async fn bury(tx: &mut Tx<'_>, workspace: Uuid, release: Uuid, by: Uuid, at: Timestamp) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO release_deletions (release_id, workspace_id, deleted_by, deleted_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (release_id) DO NOTHING")
        .bind(release).bind(workspace).bind(by).bind(at.0).execute(c).await.map(drop))
}
