//! The messages of conversations, in the order of their ids.

use uuid::Uuid;

use super::db::Tx;
use crate::model::{
    session::{Author, Message, MessageOutcome},
    timestamp::Timestamp,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    role: String,
    content: String,
    outcome: String,
    receipt: Option<String>,
    error: Option<String>,
    created_at: i64,
}

impl TryFrom<Row> for Message {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let Row { id, role, content, outcome, receipt, error, created_at } = row;
        let receipt = receipt.map(|text| serde_json::from_str(&text)).transpose();
        Ok(Self {
            id,
            role: Author::parse(&role).ok_or_else(|| super::unreadable("messages.role"))?,
            content,
            outcome: MessageOutcome::parse(&outcome).ok_or_else(|| super::unreadable("messages.outcome"))?,
            created_at: Timestamp(created_at),
            receipt: receipt.map_err(|_| super::unreadable("messages.receipt"))?,
            error,
        })
    }
}

/// Writes a message.
pub async fn insert(tx: &mut Tx<'_>, workspace: Uuid, session: Uuid, message: &Message) -> Result<(), sqlx::Error> {
    let receipt = message.receipt.as_ref().map(serde_json::to_string).transpose();
    let receipt = receipt.map_err(|error| sqlx::Error::Encode(error.into()))?;
    on!(tx, c => sqlx::query(
        "INSERT INTO messages (id, workspace_id, session_id, role, content, outcome, receipt, error, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(message.id).bind(workspace).bind(session).bind(message.role.as_str()).bind(&message.content)
        .bind(message.outcome.as_str()).bind(receipt).bind(&message.error).bind(message.created_at.0)
        .execute(c).await.map(drop))
}

/// Messages of a session with an id below `before`, newest first.
pub async fn page(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    session: Uuid,
    before: Uuid,
    limit: u32,
) -> Result<Vec<Message>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(
        "SELECT id, role, content, outcome, receipt, error, created_at FROM messages \
         WHERE workspace_id = $1 AND session_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4")
        .bind(workspace).bind(session).bind(before).bind(i64::from(limit)).fetch_all(c).await)?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}
