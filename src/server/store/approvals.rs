//! Requests to publish a draft, and what a second person decided.

use uuid::Uuid;

use super::db::Tx;
use crate::model::{
    account::Person,
    approval::{Approval, Decided, Decision},
    config::ConfigHash,
    timestamp::Timestamp,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    agent_id: Uuid,
    draft_id: Uuid,
    draft_number: i64,
    config_hash: Vec<u8>,
    newest_draft: i64,
    newest_hash: Vec<u8>,
    note: String,
    requested_by: Uuid,
    requested_by_name: String,
    requested_at: i64,
    decision: Option<String>,
    comment: String,
    decided_by: Option<Uuid>,
    decided_by_name: Option<String>,
    decided_at: Option<i64>,
}

impl TryFrom<Row> for Approval {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let Row {
            id,
            agent_id,
            draft_id,
            draft_number,
            config_hash,
            newest_draft,
            newest_hash,
            note,
            requested_by,
            requested_by_name,
            requested_at,
            decision,
            comment,
            decided_by,
            decided_by_name,
            decided_at,
        } = row;
        let decided = match (decision, decided_by, decided_by_name, decided_at) {
            (Some(decision), Some(by), Some(name), Some(at)) => Some(Decided {
                decision: Decision::parse(&decision).ok_or_else(|| super::unreadable("approvals.decision"))?,
                comment,
                by: Person { id: by, name },
                at: Timestamp(at),
            }),
            _ => None,
        };
        Ok(Self {
            id,
            agent_id,
            draft_id,
            draft_number,
            current: draft_number == newest_draft && config_hash == newest_hash,
            config_hash: super::hash(&config_hash)?,
            note,
            requested_by: Person { id: requested_by, name: requested_by_name },
            requested_at: Timestamp(requested_at),
            decided,
        })
    }
}

/// The columns of a request, read as [`Approval`]; a condition follows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT p.id, p.agent_id, p.draft_id, p.draft_number, p.config_hash, g.last_draft AS newest_draft, \
             g.draft_hash AS newest_hash, p.note, p.requested_by, r.name AS requested_by_name, p.requested_at, \
             p.decision, p.comment, p.decided_by, d.name AS decided_by_name, p.decided_at \
             FROM approvals p JOIN agents g ON g.id = p.agent_id JOIN accounts r ON r.id = p.requested_by \
             LEFT JOIN accounts d ON d.id = p.decided_by WHERE p.workspace_id = $1 AND p.agent_id = $2 ",
            $rest
        )
    };
}

/// A request to be written.
#[derive(Clone, Debug)]
pub struct NewApproval<'a> {
    /// The request's id.
    pub id: Uuid,
    /// The save that it is about.
    pub draft_id: Uuid,
    /// That save's number.
    pub draft_number: i64,
    /// What that save holds.
    pub config_hash: &'a ConfigHash,
    /// What is new.
    pub note: &'a str,
    /// Who asks.
    pub by: Uuid,
    /// Now.
    pub at: Timestamp,
}

/// Writes a request.
pub async fn insert(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, new: &NewApproval<'_>) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO approvals (id, workspace_id, agent_id, draft_id, draft_number, config_hash, note, requested_by, \
         requested_at, comment) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')")
        .bind(new.id).bind(workspace).bind(agent).bind(new.draft_id).bind(new.draft_number)
        .bind(new.config_hash.as_bytes().as_slice()).bind(new.note).bind(new.by).bind(new.at.0)
        .execute(c).await.map(drop))
}

/// One request.
pub async fn find(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, id: Uuid) -> Result<Option<Approval>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(select!("AND p.id = $3"))
        .bind(workspace).bind(agent).bind(id).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
}

/// The request that counts: for the newest save that was asked for, the one that stands, else the last one.
pub async fn newest(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid) -> Result<Option<Approval>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(select!(
        "ORDER BY p.draft_number DESC, \
         CASE WHEN p.decision IS NULL OR p.decision = 'approved' THEN 0 ELSE 1 END, p.id DESC LIMIT 1"))
        .bind(workspace).bind(agent).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
}

/// The requests before the one with the id `before`, newest first.
pub async fn page(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    before: Uuid,
    limit: u32,
) -> Result<Vec<Approval>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(select!("AND p.id < $3 ORDER BY p.id DESC LIMIT $4"))
        .bind(workspace).bind(agent).bind(before).bind(i64::from(limit)).fetch_all(c).await)?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}

/// Decides a request that nobody has decided.
pub async fn decide(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    id: Uuid,
    decision: Decision,
    comment: &str,
    by: Uuid,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE approvals SET decision = $3, comment = $4, decided_by = $5, decided_at = $6 \
         WHERE workspace_id = $1 AND id = $2 AND decision IS NULL")
        .bind(workspace).bind(id).bind(decision.as_str()).bind(comment).bind(by).bind(at.0).execute(c).await.map(drop))
}
