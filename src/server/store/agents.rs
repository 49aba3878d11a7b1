//! The agents' own rows: identity, counters, and what lists repeat of the draft and of what is live.

use uuid::Uuid;

use super::{db::Tx, search_words::words};
use crate::model::{agent::Status, config::ConfigHash, timestamp::Timestamp};

/// An agent's row.
#[derive(Clone, Debug)]
pub struct Agent {
    /// The agent's id.
    pub id: Uuid,
    /// The workspace it belongs to.
    pub workspace: Uuid,
    /// The owning account.
    pub owner: Uuid,
    /// The draft's name.
    pub name: String,
    /// The draft's description.
    pub description: String,
    /// The draft's icon.
    pub icon: String,
    /// The hash of the newest draft.
    pub draft_hash: ConfigHash,
    /// The hash of what is live.
    pub live_hash: Option<ConfigHash>,
    /// The badge.
    pub status: Status,
    /// The number of the newest draft.
    pub last_draft: i64,
    /// The highest release number ever given; 0 before the first.
    pub last_release: i64,
    /// Whether a second person approves a draft before it is published.
    pub needs_approval: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its draft, release or metadata last changed.
    pub updated_at: Timestamp,
    /// When it went into the trash.
    pub deleted_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    workspace_id: Uuid,
    owner_id: Uuid,
    name: String,
    description: String,
    icon: String,
    draft_hash: Vec<u8>,
    live_hash: Option<Vec<u8>>,
    status: String,
    last_draft: i64,
    last_release: i64,
    needs_approval: i64,
    created_at: i64,
    updated_at: i64,
    deleted_at: Option<i64>,
}

impl TryFrom<Row> for Agent {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let Row {
            id,
            workspace_id,
            owner_id,
            name,
            description,
            icon,
            draft_hash,
            live_hash,
            status,
            last_draft,
            last_release,
            needs_approval,
            created_at,
            updated_at,
            deleted_at,
        } = row;
        Ok(Self {
            id,
            workspace: workspace_id,
            owner: owner_id,
            name,
            description,
            icon,
            draft_hash: super::hash(&draft_hash)?,
            live_hash: live_hash.as_deref().map(super::hash).transpose()?,
            status: Status::parse(&status).ok_or_else(|| super::unreadable("agents.status"))?,
            last_draft,
            last_release,
            needs_approval: needs_approval != 0,
            created_at: Timestamp(created_at),
            updated_at: Timestamp(updated_at),
            deleted_at: deleted_at.map(Timestamp),
        })
    }
}

const FIND: &str = "SELECT id, workspace_id, owner_id, name, description, icon, draft_hash, live_hash, status, last_draft, \
     last_release, needs_approval, created_at, updated_at, deleted_at \
     FROM agents WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL";

/// What a new agent's row starts with.
#[derive(Clone, Debug)]
pub struct NewAgent<'a> {
    /// The agent's id.
    pub id: Uuid,
    /// The workspace.
    pub workspace: Uuid,
    /// The owning account.
    pub owner: Uuid,
    /// What the first draft says of itself.
    pub face: Face<'a>,
    /// Now.
    pub at: Timestamp,
}

/// What a draft says of itself in lists.
#[derive(Clone, Copy, Debug)]
pub struct Face<'a> {
    /// The draft's name.
    pub name: &'a str,
    /// The draft's description.
    pub description: &'a str,
    /// The draft's icon.
    pub icon: &'a str,
    /// The draft's hash.
    pub hash: &'a ConfigHash,
}

/// Makes the row of a new agent, with no draft yet.
pub async fn insert(tx: &mut Tx<'_>, new: &NewAgent<'_>) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO agents (id, workspace_id, owner_id, name, name_key, description, icon, draft_hash, last_draft, \
         last_release, created_at, updated_at, words) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, $9, $9, $10)")
        .bind(new.id).bind(new.workspace).bind(new.owner).bind(new.face.name).bind(name_key(new.face.name))
        .bind(new.face.description).bind(new.face.icon).bind(new.face.hash.as_bytes().as_slice()).bind(new.at.0)
        .bind(words(new.face.name, new.face.description))
        .execute(c).await.map(drop))
}

/// The key that sorting by name goes by.
#[must_use]
pub fn name_key(name: &str) -> String {
    name.to_lowercase()
}

/// An agent that is not in the trash.
pub async fn find(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid) -> Result<Option<Agent>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(FIND).bind(workspace).bind(id).fetch_optional(c).await)?
        .map(TryInto::try_into)
        .transpose()
}

/// Like [`find`], and holds the row until the transaction ends. SQLite has one writer, which is lock enough.
pub async fn find_locked(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid) -> Result<Option<Agent>, sqlx::Error> {
    if let super::db::Kind::Postgres(inner) = &mut tx.kind {
        sqlx::query("SELECT 1 FROM agents WHERE workspace_id = $1 AND id = $2 FOR UPDATE")
            .bind(workspace)
            .bind(id)
            .execute(&mut **inner)
            .await?;
    }
    find(tx, workspace, id).await
}

/// Takes the next draft number, and shows the draft's face in lists.
pub async fn next_draft(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    id: Uuid,
    face: Face<'_>,
    at: Timestamp,
) -> Result<i64, sqlx::Error> {
    on!(tx, c => sqlx::query_scalar(
        "UPDATE agents SET last_draft = last_draft + 1, name = $3, name_key = $4, description = $5, icon = $6, \
         draft_hash = $7, updated_at = $8, words = $9 WHERE workspace_id = $1 AND id = $2 RETURNING last_draft")
        .bind(workspace).bind(id).bind(face.name).bind(name_key(face.name)).bind(face.description).bind(face.icon)
        .bind(face.hash.as_bytes().as_slice()).bind(at.0).bind(words(face.name, face.description)).fetch_one(c).await)
}

/// Takes the next release number.
pub async fn next_release(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid) -> Result<i64, sqlx::Error> {
    on!(tx, c => sqlx::query_scalar(
        "UPDATE agents SET last_release = last_release + 1 WHERE workspace_id = $1 AND id = $2 RETURNING last_release")
        .bind(workspace).bind(id).fetch_one(c).await)
}

/// Repeats on the agent's row what is live now.
pub async fn set_live_hash(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    id: Uuid,
    hash: Option<&ConfigHash>,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("UPDATE agents SET live_hash = $3, updated_at = $4 WHERE workspace_id = $1 AND id = $2")
        .bind(workspace).bind(id).bind(hash.map(|hash| hash.as_bytes().to_vec())).bind(at.0).execute(c).await.map(drop))
}

/// Gives the agent to another account.
pub async fn set_owner(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    id: Uuid,
    owner: Uuid,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("UPDATE agents SET owner_id = $3, updated_at = $4 WHERE workspace_id = $1 AND id = $2")
        .bind(workspace).bind(id).bind(owner).bind(at.0).execute(c).await.map(drop))
}

/// Asks for a second person's approval before each publish, or no longer.
pub async fn set_needs_approval(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid, on: bool) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("UPDATE agents SET needs_approval = $3 WHERE workspace_id = $1 AND id = $2")
        .bind(workspace).bind(id).bind(i64::from(on)).execute(c).await.map(drop))
}
