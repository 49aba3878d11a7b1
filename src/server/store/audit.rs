//! The audit log: every change, who made it, from where.

use uuid::Uuid;

use super::db::Tx;
use crate::model::{
    account::Person,
    audit::{AuditEntry, AuditFilter},
    timestamp::Timestamp,
};

/// A change to be recorded.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Who; none for the server itself.
    pub actor: Option<Uuid>,
    /// Through which door.
    pub via: &'a str,
    /// By which API key, if by one.
    pub key: Option<Uuid>,
    /// From which address.
    pub address: &'a str,
    /// What was done, as `agent.publish`.
    pub act: &'a str,
    /// To what.
    pub subject: Option<Uuid>,
    /// Before and after, where that says more than the act; never a secret.
    pub detail: serde_json::Value,
    /// Now.
    pub at: Timestamp,
}

/// Records a change, in the transaction that makes it.
pub async fn record(tx: &mut Tx<'_>, workspace: Uuid, entry: &Entry<'_>) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO audit (id, workspace_id, actor_id, via, address, act, subject_id, detail, at, key_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
        .bind(Uuid::now_v7()).bind(workspace).bind(entry.actor).bind(entry.via).bind(entry.address).bind(entry.act)
        .bind(entry.subject).bind(entry.detail.to_string()).bind(entry.at.0).bind(entry.key).execute(c).await.map(drop))
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    via: String,
    key_id: Option<Uuid>,
    address: String,
    act: String,
    subject_id: Option<Uuid>,
    detail: String,
    at: i64,
}

/// The changes before the entry `before`, newest first.
pub async fn page(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    filter: &AuditFilter,
    before: Uuid,
    limit: u32,
) -> Result<Vec<AuditEntry>, sqlx::Error> {
    let rows = on!(tx, c => sqlx::query_as::<_, Row>(
        "SELECT e.id, e.actor_id, a.name AS actor_name, e.via, e.key_id, e.address, e.act, e.subject_id, e.detail, \
         e.at FROM audit e LEFT JOIN accounts a ON a.id = e.actor_id \
         WHERE e.workspace_id = $1 AND e.id < $2 AND ($3 IS NULL OR e.act = $3) \
         AND ($4 IS NULL OR e.subject_id = $4) AND ($5 IS NULL OR e.actor_id = $5) ORDER BY e.id DESC LIMIT $6")
        .bind(workspace).bind(before).bind(filter.act.as_deref()).bind(filter.subject).bind(filter.actor)
        .bind(i64::from(limit)).fetch_all(c).await)?;
    rows.into_iter()
        .map(|row| {
            let Row { id, actor_id, actor_name, via, key_id, address, act, subject_id, detail, at } = row;
            let detail = serde_json::from_str(&detail).map_err(|_| super::unreadable("audit.detail"))?;
            let actor = actor_id.zip(actor_name).map(|(id, name)| Person { id, name });
            Ok(AuditEntry { id, at: Timestamp(at), actor, via, key_id, address, act, subject: subject_id, detail })
        })
        .collect()
}
