//! Saves: numbered, immutable rows. The highest number is the draft.

use uuid::Uuid;

use super::{db::Tx, sql_text::SqlText};
use crate::model::{account::Person, config::ConfigHash, saved_draft::Origin, timestamp::Timestamp};

/// A save, without its config's body.
#[derive(Clone, Debug)]
pub struct DraftRow {
    /// The revision's id.
    pub id: Uuid,
    /// Its number: 1, 2, …
    pub number: i64,
    /// What it holds.
    pub config_hash: ConfigHash,
    /// How it came to be.
    pub origin: Origin,
    /// Who saved it.
    pub saved_by: Person,
    /// When.
    pub saved_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    config_hash: Vec<u8>,
    origin: String,
    saved_by: Uuid,
    saved_by_name: String,
    saved_at: i64,
}

#[derive(sqlx::FromRow)]
struct OfAgent {
    agent_id: Uuid,
    #[sqlx(flatten)]
    row: Row,
}

impl TryFrom<Row> for DraftRow {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let Row { id, number, config_hash, origin, saved_by, saved_by_name, saved_at } = row;
        Ok(Self {
            id,
            number,
            config_hash: super::hash(&config_hash)?,
            origin: Origin::parse(&origin).ok_or_else(|| super::unreadable("drafts.origin"))?,
            saved_by: Person { id: saved_by, name: saved_by_name },
            saved_at: Timestamp(saved_at),
        })
    }
}

/// A save to be written.
#[derive(Clone, Debug)]
pub struct NewDraft<'a> {
    /// The revision's id.
    pub id: Uuid,
    /// Its number, taken from the agent's row in the same transaction.
    pub number: i64,
    /// What it holds; the body is kept already.
    pub config_hash: &'a ConfigHash,
    /// How it came to be.
    pub origin: Origin,
    /// Who saves it.
    pub by: Uuid,
    /// Now.
    pub at: Timestamp,
}

/// Writes a save.
pub async fn insert(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, new: &NewDraft<'_>) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO drafts (id, workspace_id, agent_id, number, config_hash, origin, saved_by, saved_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(new.id).bind(workspace).bind(agent).bind(new.number).bind(new.config_hash.as_bytes().as_slice())
        .bind(new.origin.as_str()).bind(new.by).bind(new.at.0).execute(c).await.map(drop))
}

/// The save with this number.
pub async fn by_number(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    number: i64,
) -> Result<Option<DraftRow>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(
        "SELECT d.id, d.number, d.config_hash, d.origin, d.saved_by, a.name AS saved_by_name, d.saved_at \
         FROM drafts d JOIN accounts a ON a.id = d.saved_by \
         WHERE d.workspace_id = $1 AND d.agent_id = $2 AND d.number = $3")
        .bind(workspace).bind(agent).bind(number).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
}

/// The save with this revision id.
pub async fn by_id(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, id: Uuid) -> Result<Option<DraftRow>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(
        "SELECT d.id, d.number, d.config_hash, d.origin, d.saved_by, a.name AS saved_by_name, d.saved_at \
         FROM drafts d JOIN accounts a ON a.id = d.saved_by \
         WHERE d.workspace_id = $1 AND d.agent_id = $2 AND d.id = $3")
        .bind(workspace).bind(agent).bind(id).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
}

/// The newest save of each of these agents, with the agent's id.
pub async fn newest_of(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agents: &[Uuid],
) -> Result<Vec<(Uuid, DraftRow)>, sqlx::Error> {
    let mut sql = SqlText::default();
    sql.push(
        "SELECT d.agent_id, d.id, d.number, d.config_hash, d.origin, d.saved_by, a.name AS saved_by_name, d.saved_at \
         FROM agents g JOIN drafts d ON d.agent_id = g.id AND d.number = g.last_draft \
         JOIN accounts a ON a.id = d.saved_by WHERE g.workspace_id = ",
    );
    sql.id(workspace).push(" AND g.id IN (").ids(agents).push(")");
    on!(tx, c => bound!(sqlx::query_as::<_, OfAgent>(sql.text()), sql).fetch_all(c).await)?
        .into_iter()
        .map(|OfAgent { agent_id, row }| Ok((agent_id, row.try_into()?)))
        .collect()
}

/// Saves with a number below `before`, newest first.
pub async fn page(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    before: i64,
    limit: u32,
) -> Result<Vec<DraftRow>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(
        "SELECT d.id, d.number, d.config_hash, d.origin, d.saved_by, a.name AS saved_by_name, d.saved_at \
         FROM drafts d JOIN accounts a ON a.id = d.saved_by \
         WHERE d.workspace_id = $1 AND d.agent_id = $2 AND d.number < $3 ORDER BY d.number DESC LIMIT $4")
        .bind(workspace).bind(agent).bind(before).bind(i64::from(limit)).fetch_all(c).await)?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}
