//! What is live: one row per agent, and the append-only history of every move.
//!
//! It is read from the database each time, so no node can serve a stale release.

use uuid::Uuid;

use super::db::Tx;
use crate::model::{
    account::Person,
    release::{LiveEvent, LiveEventKind},
    timestamp::Timestamp,
};

/// Points live at a release.
pub async fn point(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    release: Uuid,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO live (agent_id, workspace_id, release_id, since) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (agent_id) DO UPDATE SET release_id = excluded.release_id, since = excluded.since")
        .bind(agent).bind(workspace).bind(release).bind(at.0).execute(c).await.map(drop))
}

/// Points live at nothing.
pub async fn clear(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM live WHERE workspace_id = $1 AND agent_id = $2")
        .bind(workspace).bind(agent).execute(c).await.map(drop))
}

/// A move to be recorded.
#[derive(Clone, Debug)]
pub struct NewEvent<'a> {
    /// The event's id.
    pub id: Uuid,
    /// What was done.
    pub kind: LiveEventKind,
    /// The release that it is about; none for an unpublish.
    pub release: Option<Uuid>,
    /// What was live before.
    pub previous: Option<Uuid>,
    /// Why, in the words of who did it.
    pub reason: &'a str,
    /// Who did it.
    pub by: Uuid,
    /// Through which door.
    pub via: &'a str,
    /// Now.
    pub at: Timestamp,
}

/// Records a move.
pub async fn record(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, event: &NewEvent<'_>) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO live_events (id, workspace_id, agent_id, kind, release_id, previous_release_id, reason, acted_by, \
         via, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
        .bind(event.id).bind(workspace).bind(agent).bind(event.kind.as_str()).bind(event.release).bind(event.previous)
        .bind(event.reason).bind(event.by).bind(event.via).bind(event.at.0).execute(c).await.map(drop))
}

/// What was live at a time, by the last move until then. A deleted release moves nothing: it was not live.
pub async fn release_at(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    at: Timestamp,
) -> Result<Option<Uuid>, sqlx::Error> {
    let last: Option<Option<Uuid>> = on!(tx, c => sqlx::query_scalar(
        "SELECT release_id FROM live_events WHERE workspace_id = $1 AND agent_id = $2 AND at <= $3 \
         AND (kind <> 'delete' OR release_id IS NULL) ORDER BY id DESC LIMIT 1")
        .bind(workspace).bind(agent).bind(at.0).fetch_optional(c).await)?;
    Ok(last.flatten())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    version: Option<i64>,
    previous_version: Option<i64>,
    reason: String,
    acted_by: Uuid,
    acted_by_name: String,
    via: String,
    at: i64,
}

/// The moves before the event `before`, newest first.
pub async fn events(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    before: Uuid,
    limit: u32,
) -> Result<Vec<LiveEvent>, sqlx::Error> {
    let rows = on!(tx, c => sqlx::query_as::<_, Row>(
        "SELECT e.id, e.kind, r.version, p.version AS previous_version, e.reason, e.acted_by, a.name AS acted_by_name, \
         e.via, e.at FROM live_events e JOIN accounts a ON a.id = e.acted_by \
         LEFT JOIN releases r ON r.id = e.release_id LEFT JOIN releases p ON p.id = e.previous_release_id \
         WHERE e.workspace_id = $1 AND e.agent_id = $2 AND e.id < $3 ORDER BY e.id DESC LIMIT $4")
        .bind(workspace).bind(agent).bind(before).bind(i64::from(limit)).fetch_all(c).await)?;
    rows.into_iter()
        .map(|row| {
            let Row { id, kind, version, previous_version, reason, acted_by, acted_by_name, via, at } = row;
            Ok(LiveEvent {
                id,
                kind: LiveEventKind::parse(&kind).ok_or_else(|| super::unreadable("live_events.kind"))?,
                version,
                previous_version,
                reason,
                by: Person { id: acted_by, name: acted_by_name },
                via,
                at: Timestamp(at),
            })
        })
        .collect()
}
