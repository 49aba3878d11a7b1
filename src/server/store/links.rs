//! Public links, and what each used up day by day.

use uuid::Uuid;

use super::db::Tx;
use crate::model::timestamp::Timestamp;

/// A link's row.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// The link's id.
    pub id: Uuid,
    /// The workspace.
    pub workspace: Uuid,
    /// The agent.
    pub agent: Uuid,
    /// The last part of its address.
    pub slug: String,
    /// The hash of its pass phrase.
    pub pass_hash: Option<String>,
    /// How many messages it takes on a day.
    pub daily_messages: i64,
    /// How many tokens it takes on a day.
    pub daily_tokens: i64,
    /// The sites that may show it in a frame.
    pub frame_origins: Vec<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    workspace_id: Uuid,
    agent_id: Uuid,
    slug: String,
    pass_hash: Option<String>,
    daily_messages: i64,
    daily_tokens: i64,
    frame_origins: String,
}

impl From<Row> for LinkRow {
    fn from(row: Row) -> Self {
        let Row { id, workspace_id, agent_id, slug, pass_hash, daily_messages, daily_tokens, frame_origins } = row;
        Self {
            id,
            workspace: workspace_id,
            agent: agent_id,
            slug,
            pass_hash,
            daily_messages,
            daily_tokens,
            frame_origins: frame_origins.split_whitespace().map(str::to_owned).collect(),
        }
    }
}

/// The columns of a link, read as [`LinkRow`]; a condition follows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, workspace_id, agent_id, slug, pass_hash, daily_messages, daily_tokens, frame_origins FROM links ",
            $rest
        )
    };
}

/// The link of an agent.
pub async fn of_agent(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid) -> Result<Option<LinkRow>, sqlx::Error> {
    let row = on!(tx, c => sqlx::query_as::<_, Row>(select!("WHERE workspace_id = $1 AND agent_id = $2"))
        .bind(workspace).bind(agent).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The link at an address, of whichever workspace: a visitor knows nothing else.
pub async fn by_slug(tx: &mut Tx<'_>, slug: &str) -> Result<Option<LinkRow>, sqlx::Error> {
    let row = on!(tx, c => sqlx::query_as::<_, Row>(select!("WHERE slug = $1")).bind(slug).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// Writes a link, or what was changed of it; its address stays.
pub async fn put(tx: &mut Tx<'_>, link: &LinkRow, by: Uuid, at: Timestamp) -> Result<(), sqlx::Error> {
    let origins = link.frame_origins.join(" ");
    on!(tx, c => sqlx::query(
        "INSERT INTO links (id, workspace_id, agent_id, slug, pass_hash, daily_messages, daily_tokens, frame_origins, \
         made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (agent_id) DO UPDATE SET \
         pass_hash = excluded.pass_hash, daily_messages = excluded.daily_messages, \
         daily_tokens = excluded.daily_tokens, frame_origins = excluded.frame_origins")
        .bind(link.id).bind(link.workspace).bind(link.agent).bind(&link.slug).bind(&link.pass_hash)
        .bind(link.daily_messages).bind(link.daily_tokens).bind(origins).bind(by).bind(at.0)
        .execute(c).await.map(drop))
}

/// What a link used up on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Usage {
    /// Messages that were taken.
    pub messages: i64,
    /// Tokens, with those that are set aside for answers that are being written.
    pub tokens: i64,
}

/// What a link used up on a day.
pub async fn usage(tx: &mut Tx<'_>, workspace: Uuid, link: Uuid, day: i64) -> Result<Usage, sqlx::Error> {
    let usage = on!(tx, c => sqlx::query_as(
        "SELECT messages, tokens FROM link_usage WHERE workspace_id = $1 AND link_id = $2 AND day = $3")
        .bind(workspace).bind(link).bind(day).fetch_optional(c).await)?;
    Ok(usage.unwrap_or_default())
}

/// Like [`usage`], and holds the row until the transaction ends, so that messages at once are counted one by one.
pub async fn usage_locked(tx: &mut Tx<'_>, workspace: Uuid, link: Uuid, day: i64) -> Result<Usage, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO link_usage (workspace_id, link_id, day, messages, tokens) VALUES ($1, $2, $3, 0, 0) \
         ON CONFLICT (link_id, day) DO NOTHING")
        .bind(workspace).bind(link).bind(day).execute(c).await.map(drop))?;
    let text = tx.pick(
        "SELECT messages, tokens FROM link_usage WHERE workspace_id = $1 AND link_id = $2 AND day = $3",
        "SELECT messages, tokens FROM link_usage WHERE workspace_id = $1 AND link_id = $2 AND day = $3 FOR UPDATE",
    );
    on!(tx, c => sqlx::query_as(text).bind(workspace).bind(link).bind(day).fetch_one(c).await)
}

/// Counts on a day what was taken, or gives back what was not needed of it.
pub async fn add(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    link: Uuid,
    day: i64,
    messages: i64,
    tokens: i64,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE link_usage SET messages = messages + $4, tokens = tokens + $5 \
         WHERE workspace_id = $1 AND link_id = $2 AND day = $3")
        .bind(workspace).bind(link).bind(day).bind(messages).bind(tokens).execute(c).await.map(drop))
}

/// Forgets the counts of all links from before a day.
pub async fn forget_before(tx: &mut Tx<'_>, day: i64) -> Result<u64, sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM link_usage WHERE day < $1")
        .bind(day).execute(c).await.map(|done| done.rows_affected()))
}
