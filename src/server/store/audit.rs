//! The audit log: every change, who made it, from where. Append-only, and in the order of time.
//!
//! To add a filter: a field of [`AuditFilter`], its condition in [`build`], and an index that gives the order under it in
//! [`index_of`]; `tests/people/plans.rs` holds each page to one.

use uuid::Uuid;

use super::{
    agent_list::order_by_index,
    db::{Engine, Kind, Tx},
    sql_text::{SqlText, Value},
};
use crate::model::{
    account::Person,
    audit::{AuditEntry, AuditFilter},
    timestamp::Timestamp,
};

/// A choice with more entries than this is of no use on a page.
const MOST_CHOICES: i64 = 200;

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
    subject_name: Option<String>,
    detail: String,
    at: i64,
}

/// The place of an entry in the order: its time, and its id, which settles ties.
pub type Place = (Timestamp, Uuid);

/// The changes before the place `before`, newest first.
pub async fn page(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    filter: &AuditFilter,
    before: Option<Place>,
    limit: u32,
) -> Result<Vec<AuditEntry>, sqlx::Error> {
    order_by_index(tx).await?;
    let mut sql = SqlText::default();
    build(&mut sql, tx.engine(), workspace, filter, before, limit);
    let rows = on!(tx, c => bound!(sqlx::query_as::<_, Row>(sql.text()), sql).fetch_all(c).await)?;
    rows.into_iter()
        .map(|row| {
            let Row { id, actor_id, actor_name, via, key_id, address, act, subject_id, subject_name, detail, at } = row;
            let detail = serde_json::from_str(&detail).map_err(|_| super::unreadable("audit.detail"))?;
            let actor = actor_id.zip(actor_name).map(|(id, name)| Person { id, name });
            let (at, subject) = (Timestamp(at), subject_id);
            Ok(AuditEntry { id, at, actor, via, key_id, address, act, subject, subject_name, detail })
        })
        .collect()
}

/// How [`page`] would be run: the engine's own plan, a line each.
pub async fn explain(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    filter: &AuditFilter,
    before: Option<Place>,
    limit: u32,
) -> Result<Vec<String>, sqlx::Error> {
    order_by_index(tx).await?;
    let mut sql = SqlText::default();
    sql.push(tx.pick("EXPLAIN QUERY PLAN ", "EXPLAIN "));
    build(&mut sql, tx.engine(), workspace, filter, before, limit);
    match &mut tx.kind {
        Kind::Sqlite(inner) => {
            let rows: Vec<(i64, i64, i64, String)> =
                bound!(sqlx::query_as(sql.text()), sql).fetch_all(&mut **inner).await?;
            Ok(rows.into_iter().map(|(_, _, _, line)| line).collect())
        }
        Kind::Postgres(inner) => bound!(sqlx::query_scalar(sql.text()), sql).fetch_all(&mut **inner).await,
    }
}

/// The statement of a page. A thing has the name that it has now; one that is gone has none. An entry is only ever about
/// what is of its own workspace, so that the names are looked up by the id alone.
fn build(sql: &mut SqlText, engine: Engine, workspace: Uuid, filter: &AuditFilter, before: Option<Place>, limit: u32) {
    sql.push(
        "SELECT e.id, e.actor_id, p.name AS actor_name, e.via, e.key_id, e.address, e.act, e.subject_id, \
         COALESCE(g.name, s.name, k.name) AS subject_name, e.detail, e.at FROM audit e",
    );
    if engine == Engine::Sqlite {
        sql.push(" INDEXED BY ").push(index_of(filter));
    }
    sql.push(
        " LEFT JOIN accounts p ON p.id = e.actor_id \
         LEFT JOIN agents g ON g.id = e.subject_id LEFT JOIN accounts s ON s.id = e.subject_id \
         LEFT JOIN api_keys k ON k.id = e.subject_id WHERE e.workspace_id = ",
    );
    sql.id(workspace);
    let AuditFilter { act, subject, actor, from, to } = filter;
    if let Some(act) = act {
        sql.push(" AND e.act = ").value(Value::Text(act.clone()));
    }
    if let Some(subject) = subject {
        sql.push(" AND e.subject_id = ").id(*subject);
    }
    if let Some(actor) = actor {
        sql.push(" AND e.actor_id = ").id(*actor);
    }
    if let Some(from) = from {
        sql.push(" AND e.at >= ").value(Value::Number(from.0));
    }
    if let Some(to) = to {
        sql.push(" AND e.at < ").value(Value::Number(to.0));
    }
    if let Some((at, id)) = before {
        sql.push(" AND (e.at, e.id) < (").value(Value::Number(at.0)).push(", ").id(id).push(")");
    }
    sql.push(" ORDER BY e.at DESC, e.id DESC LIMIT ").value(Value::Number(i64::from(limit)));
}

/// The index that gives the order under the filter that leaves least.
fn index_of(filter: &AuditFilter) -> &'static str {
    match (filter.subject.is_some(), filter.actor.is_some(), filter.act.is_some()) {
        (true, _, _) => "audit_by_subject",
        (false, true, true) => "audit_by_actor_act",
        (false, true, false) => "audit_by_actor",
        (false, false, true) => "audit_by_act",
        (false, false, false) => "audit_by_time",
    }
}

/// The acts that there are in a workspace, in alphabetical order: a hop along the index for each.
pub async fn acts(tx: &mut Tx<'_>, workspace: Uuid) -> Result<Vec<String>, sqlx::Error> {
    on!(tx, c => sqlx::query_scalar(
        "WITH RECURSIVE hop (act) AS ( \
           SELECT * FROM (SELECT act FROM audit WHERE workspace_id = $1 ORDER BY act LIMIT 1) AS first_act \
           UNION ALL \
           SELECT (SELECT n.act FROM audit n WHERE n.workspace_id = $1 AND n.act > hop.act ORDER BY n.act LIMIT 1) \
           FROM hop WHERE hop.act IS NOT NULL) \
         SELECT act FROM hop WHERE act IS NOT NULL LIMIT $2")
        .bind(workspace).bind(MOST_CHOICES).fetch_all(c).await)
}

/// The people who did something in a workspace, by name, those who left it too.
pub async fn actors(tx: &mut Tx<'_>, workspace: Uuid) -> Result<Vec<Person>, sqlx::Error> {
    let rows: Vec<(Uuid, String)> = on!(tx, c => sqlx::query_as(
        "WITH RECURSIVE hop (actor_id) AS ( \
           SELECT * FROM (SELECT actor_id FROM audit WHERE workspace_id = $1 AND actor_id IS NOT NULL \
             ORDER BY actor_id LIMIT 1) AS first_actor \
           UNION ALL \
           SELECT (SELECT n.actor_id FROM audit n WHERE n.workspace_id = $1 AND n.actor_id > hop.actor_id \
             ORDER BY n.actor_id LIMIT 1) FROM hop WHERE hop.actor_id IS NOT NULL) \
         SELECT p.id, p.name FROM (SELECT actor_id FROM hop LIMIT $2) AS h JOIN accounts p ON p.id = h.actor_id \
         ORDER BY p.name, p.id")
        .bind(workspace).bind(MOST_CHOICES).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, name)| Person { id, name }).collect())
}
