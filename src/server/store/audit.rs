//! The audit log: every change, who made it, from where.

use uuid::Uuid;

use super::db::Tx;
use crate::model::timestamp::Timestamp;

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
