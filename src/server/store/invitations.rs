//! Invitations into a workspace. The link's token is stored only as its SHA-256.

use uuid::Uuid;

use super::db::Tx;
use crate::model::{
    account::{Invitation, Role},
    timestamp::Timestamp,
};

/// A new invitation.
#[derive(Clone, Debug)]
pub struct NewInvitation<'a> {
    /// The invitation's id.
    pub id: Uuid,
    /// The SHA-256 of the link's token.
    pub token_hash: &'a [u8],
    /// What the one who accepts will be.
    pub role: Role,
    /// For whom.
    pub note: &'a str,
    /// Who makes it.
    pub by: Uuid,
    /// Now.
    pub at: Timestamp,
    /// Until when it may be used.
    pub expires_at: Timestamp,
}

/// What a link leads to.
#[derive(Clone, Debug)]
pub struct Open {
    /// The invitation's id.
    pub id: Uuid,
    /// The workspace.
    pub workspace: Uuid,
    /// The workspace's name.
    pub workspace_name: String,
    /// What the one who accepts will be.
    pub role: Role,
}

/// Keeps an invitation.
pub async fn insert(tx: &mut Tx<'_>, workspace: Uuid, new: &NewInvitation<'_>) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO invitations (id, workspace_id, token_hash, role, note, made_by, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(new.id).bind(workspace).bind(new.token_hash).bind(new.role.as_str()).bind(new.note).bind(new.by)
        .bind(new.at.0).bind(new.expires_at.0).execute(c).await.map(drop))
}

/// The invitation under a token, while it may be used.
pub async fn by_token(tx: &mut Tx<'_>, token_hash: &[u8], now: Timestamp) -> Result<Option<Open>, sqlx::Error> {
    let row: Option<(Uuid, Uuid, String, String)> = on!(tx, c => sqlx::query_as(
        "SELECT i.id, i.workspace_id, w.name, i.role FROM invitations i JOIN workspaces w ON w.id = i.workspace_id \
         WHERE i.token_hash = $1 AND i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $2")
        .bind(token_hash).bind(now.0).fetch_optional(c).await)?;
    row.map(|(id, workspace, workspace_name, role)| {
        let role = Role::parse(&role).ok_or_else(|| super::unreadable("invitations.role"))?;
        Ok(Open { id, workspace, workspace_name, role })
    })
    .transpose()
}

/// Uses an invitation up; `false` when somebody was faster.
pub async fn take(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    id: Uuid,
    account: Uuid,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    let taken = on!(tx, c => sqlx::query(
        "UPDATE invitations SET used_by = $3, used_at = $4 \
         WHERE workspace_id = $1 AND id = $2 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $4")
        .bind(workspace).bind(id).bind(account).bind(at.0).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(taken == 1)
}

/// Takes an invitation back; `false` when there is none that may still be used.
pub async fn revoke(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid, at: Timestamp) -> Result<bool, sqlx::Error> {
    let gone = on!(tx, c => sqlx::query(
        "UPDATE invitations SET revoked_at = $3 \
         WHERE workspace_id = $1 AND id = $2 AND used_at IS NULL AND revoked_at IS NULL")
        .bind(workspace).bind(id).bind(at.0).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone == 1)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    role: String,
    note: String,
    made_by: String,
    created_at: i64,
    expires_at: i64,
}

/// The invitations before `before` that may still be used, newest first; no more than `limit`.
pub async fn open(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    now: Timestamp,
    before: Uuid,
    limit: u32,
) -> Result<Vec<Invitation>, sqlx::Error> {
    let rows = on!(tx, c => sqlx::query_as::<_, Row>(
        "SELECT i.id, i.role, i.note, a.name AS made_by, i.created_at, i.expires_at FROM invitations i \
         JOIN accounts a ON a.id = i.made_by \
         WHERE i.workspace_id = $1 AND i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $2 AND i.id < $3 \
         ORDER BY i.id DESC LIMIT $4")
        .bind(workspace).bind(now.0).bind(before).bind(i64::from(limit)).fetch_all(c).await)?;
    rows.into_iter()
        .map(|row| {
            let Row { id, role, note, made_by, created_at, expires_at } = row;
            let role = Role::parse(&role).ok_or_else(|| super::unreadable("invitations.role"))?;
            let (created_at, expires_at) = (Timestamp(created_at), Timestamp(expires_at));
            Ok(Invitation { id, role, note, made_by, created_at, expires_at })
        })
        .collect()
}
