//! API keys. A key is stored only as a keyed hash; what is shown of it later is its first characters.

use uuid::Uuid;

use super::db::Tx;
use crate::model::{
    account::{Person, Role},
    api_key::{ApiKey, Scopes},
    timestamp::Timestamp,
};

/// A new key.
#[derive(Clone, Debug)]
pub struct NewKey<'a> {
    /// The key's id.
    pub id: Uuid,
    /// Whom it acts as.
    pub account: Uuid,
    /// The only agent that it reaches.
    pub agent: Option<Uuid>,
    /// What it is called.
    pub name: &'a str,
    /// Its first characters.
    pub prefix: &'a str,
    /// Its keyed hash.
    pub hash: &'a [u8],
    /// What it may do.
    pub scopes: Scopes,
    /// Now.
    pub at: Timestamp,
    /// Until when it works.
    pub expires_at: Option<Timestamp>,
}

/// Keeps a new key.
pub async fn insert(tx: &mut Tx<'_>, workspace: Uuid, new: &NewKey<'_>) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO api_keys (id, workspace_id, account_id, agent_id, name, prefix, hash, scopes, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
        .bind(new.id).bind(workspace).bind(new.account).bind(new.agent).bind(new.name).bind(new.prefix).bind(new.hash)
        .bind(new.scopes.to_string()).bind(new.at.0).bind(new.expires_at.map(|end| end.0))
        .execute(c).await.map(drop))
}

/// A key that was found by its hash, with the membership that it acts by.
#[derive(Clone, Debug)]
pub struct Found {
    /// The key's id.
    pub id: Uuid,
    /// The workspace.
    pub workspace: Uuid,
    /// Whom it acts as.
    pub account: Uuid,
    /// What they are in the workspace now.
    pub role: Role,
    /// The only agent that it reaches.
    pub agent: Option<Uuid>,
    /// Its keyed hash, as it is stored.
    pub hash: Vec<u8>,
    /// What it may do.
    pub scopes: Scopes,
    /// Until when it works.
    pub expires_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct FoundRow {
    id: Uuid,
    workspace_id: Uuid,
    account_id: Uuid,
    role: String,
    agent_id: Option<Uuid>,
    hash: Vec<u8>,
    scopes: String,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
}

/// The key with this hash, unless it was revoked or its maker is no member any more. The hash is of 256 random bits, so it
/// names the workspace too.
pub async fn by_hash(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Found>, sqlx::Error> {
    let row = on!(tx, c => sqlx::query_as::<_, FoundRow>(
        "SELECT k.id, k.workspace_id, k.account_id, m.role, k.agent_id, k.hash, k.scopes, k.expires_at, k.last_used_at \
         FROM api_keys k JOIN memberships m ON m.workspace_id = k.workspace_id AND m.account_id = k.account_id \
         WHERE k.hash = $1 AND k.revoked_at IS NULL")
        .bind(hash).fetch_optional(c).await)?;
    row.map(|row| {
        let FoundRow { id, workspace_id, account_id, role, agent_id, hash, scopes, expires_at, last_used_at } = row;
        Ok(Found {
            id,
            workspace: workspace_id,
            account: account_id,
            role: Role::parse(&role).ok_or_else(|| super::unreadable("memberships.role"))?,
            agent: agent_id,
            hash,
            scopes: read_scopes(&scopes)?,
            expires_at: expires_at.map(Timestamp),
            last_used_at: last_used_at.map(Timestamp),
        })
    })
    .transpose()
}

/// Writes that a key was used, unless somebody did after `before`.
pub async fn used(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    id: Uuid,
    before: Timestamp,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE api_keys SET last_used_at = $4 \
         WHERE workspace_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $3)")
        .bind(workspace).bind(id).bind(before.0).bind(at.0).execute(c).await.map(drop))
}

/// Whose keys are looked at, by whom.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    /// Who looks.
    pub account: Uuid,
    /// Whether they see everybody's; else their own.
    pub sees_all: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    prefix: String,
    scopes: String,
    agent_id: Option<Uuid>,
    agent_name: Option<String>,
    account_id: Uuid,
    account_name: String,
    created_at: i64,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TryFrom<Row> for ApiKey {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let Row {
            id,
            name,
            prefix,
            scopes,
            agent_id,
            agent_name,
            account_id,
            account_name,
            created_at,
            expires_at,
            last_used_at,
            revoked_at,
        } = row;
        Ok(Self {
            id,
            name,
            prefix,
            scopes: read_scopes(&scopes)?,
            agent_id,
            agent_name,
            made_by: Person { id: account_id, name: account_name },
            created_at: Timestamp(created_at),
            expires_at: expires_at.map(Timestamp),
            last_used_at: last_used_at.map(Timestamp),
            revoked_at: revoked_at.map(Timestamp),
        })
    }
}

/// The columns of a key, of those that the viewer `$2` sees, who sees all when `$3` is 1; a condition follows. A name of an
/// agent is for who may see the agent: the draft's for who may edit it, else that of what is live.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT k.id, k.name, k.prefix, k.scopes, k.agent_id, \
             CASE WHEN $3 = 1 OR EXISTS (SELECT 1 FROM grants g WHERE g.agent_id = k.agent_id \
             AND g.account_id = $2 AND g.role <> 'user') THEN a.name \
             WHEN EXISTS (SELECT 1 FROM grants g WHERE g.agent_id = k.agent_id \
             AND (g.account_id = $2 OR g.account_id IS NULL)) THEN (SELECT f.name FROM live l \
             JOIN release_faces f ON f.release_id = l.release_id WHERE l.agent_id = k.agent_id) END AS agent_name, \
             k.account_id, p.name AS account_name, k.created_at, k.expires_at, k.last_used_at, k.revoked_at \
             FROM api_keys k JOIN accounts p ON p.id = k.account_id \
             LEFT JOIN agents a ON a.id = k.agent_id AND a.deleted_at IS NULL \
             WHERE k.workspace_id = $1 AND ($3 = 1 OR k.account_id = $2) ",
            $rest
        )
    };
}

/// A key that the viewer sees.
pub async fn find(tx: &mut Tx<'_>, workspace: Uuid, viewer: Viewer, id: Uuid) -> Result<Option<ApiKey>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(select!("AND k.id = $4"))
        .bind(workspace).bind(viewer.account).bind(i64::from(viewer.sees_all)).bind(id).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
}

/// Keys that the viewer sees, newest first, with an id below `before`; of one agent, where one is named.
pub async fn page(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    viewer: Viewer,
    agent: Option<Uuid>,
    before: Uuid,
    limit: u32,
) -> Result<Vec<ApiKey>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(select!(
        "AND ($4 IS NULL OR k.agent_id = $4) AND k.id < $5 ORDER BY k.id DESC LIMIT $6"))
        .bind(workspace).bind(viewer.account).bind(i64::from(viewer.sees_all)).bind(agent).bind(before)
        .bind(i64::from(limit)).fetch_all(c).await)?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}

/// Revokes a key; `false` when it was revoked before.
pub async fn revoke(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid, at: Timestamp) -> Result<bool, sqlx::Error> {
    let gone = on!(tx, c => sqlx::query(
        "UPDATE api_keys SET revoked_at = $3 WHERE workspace_id = $1 AND id = $2 AND revoked_at IS NULL")
        .bind(workspace).bind(id).bind(at.0).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone == 1)
}

/// Revokes every key of an account in a workspace; gives how many.
pub async fn revoke_all(tx: &mut Tx<'_>, workspace: Uuid, account: Uuid, at: Timestamp) -> Result<u64, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE api_keys SET revoked_at = $3 WHERE workspace_id = $1 AND account_id = $2 AND revoked_at IS NULL")
        .bind(workspace).bind(account).bind(at.0).execute(c).await.map(|done| done.rows_affected()))
}

/// The workspace of a key, for the command line on the server, which is of none.
pub async fn workspace_of(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Uuid>, sqlx::Error> {
    on!(tx, c => sqlx::query_scalar("SELECT workspace_id FROM api_keys WHERE id = $1").bind(id).fetch_optional(c).await)
}

fn read_scopes(text: &str) -> Result<Scopes, sqlx::Error> {
    Scopes::parse(text.split_whitespace()).map_err(|_| super::unreadable("api_keys.scopes"))
}
