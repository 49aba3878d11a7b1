//! The switches of channels, and what a channel last carried. Without a row a channel is as it is at first.

use uuid::Uuid;

use super::db::Tx;
use crate::model::{account::Person, channel::Channel, timestamp::Timestamp};

/// Whether a channel of an agent is on.
pub async fn is_on(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid, channel: Channel) -> Result<bool, sqlx::Error> {
    if !channel.has_switch() {
        return Ok(true);
    }
    let switched: Option<i64> = on!(tx, c => sqlx::query_scalar(
        "SELECT is_on FROM channels WHERE workspace_id = $1 AND agent_id = $2 AND channel = $3")
        .bind(workspace).bind(agent).bind(channel.as_str()).fetch_optional(c).await)?;
    Ok(switched.map_or(channel.is_on_at_first(), |on| on == 1))
}

/// Moves a switch.
pub async fn switch(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    channel: Channel,
    on: bool,
    by: Uuid,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO channels (workspace_id, agent_id, channel, is_on, changed_by, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (agent_id, channel) \
         DO UPDATE SET is_on = excluded.is_on, changed_by = excluded.changed_by, changed_at = excluded.changed_at")
        .bind(workspace).bind(agent).bind(channel.as_str()).bind(i64::from(on)).bind(by).bind(at.0)
        .execute(c).await.map(drop))
}

/// A switch as somebody left it.
#[derive(Clone, Debug)]
pub struct Switched {
    /// Which.
    pub channel: Channel,
    /// Whether it is on.
    pub on: bool,
    /// Who moved it last.
    pub by: Person,
    /// When.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct SwitchRow {
    channel: String,
    is_on: i64,
    changed_by: Uuid,
    name: String,
    changed_at: i64,
}

/// The switches of an agent that somebody moved.
pub async fn switches(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid) -> Result<Vec<Switched>, sqlx::Error> {
    let rows = on!(tx, c => sqlx::query_as::<_, SwitchRow>(
        "SELECT s.channel, s.is_on, s.changed_by, a.name, s.changed_at FROM channels s \
         JOIN accounts a ON a.id = s.changed_by WHERE s.workspace_id = $1 AND s.agent_id = $2 ORDER BY s.channel")
        .bind(workspace).bind(agent).fetch_all(c).await)?;
    rows.into_iter()
        .map(|row| {
            let SwitchRow { channel, is_on, changed_by, name, changed_at } = row;
            let channel = Channel::parse(&channel).ok_or_else(|| super::unreadable("channels.channel"))?;
            let by = Person { id: changed_by, name };
            Ok(Switched { channel, on: is_on == 1, by, at: Timestamp(changed_at) })
        })
        .collect()
}

/// What a channel last carried.
#[derive(Clone, Debug)]
pub struct Activity {
    /// Which.
    pub channel: Channel,
    /// When its last message was answered, or failed to be.
    pub message_at: Timestamp,
    /// What went wrong last, and when.
    pub error: Option<(Timestamp, String)>,
}

/// Notes a message that a channel carried, and what went wrong with it.
pub async fn note(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    channel: Channel,
    error: Option<&str>,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    let error_at = error.map(|_| at.0);
    on!(tx, c => sqlx::query(
        "INSERT INTO channel_activity (workspace_id, agent_id, channel, message_at, error_at, error) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (agent_id, channel) DO UPDATE SET \
         message_at = excluded.message_at, error_at = COALESCE(excluded.error_at, channel_activity.error_at), \
         error = COALESCE(excluded.error, channel_activity.error)")
        .bind(workspace).bind(agent).bind(channel.as_str()).bind(at.0).bind(error_at).bind(error)
        .execute(c).await.map(drop))
}

#[derive(sqlx::FromRow)]
struct ActivityRow {
    channel: String,
    message_at: i64,
    error_at: Option<i64>,
    error: Option<String>,
}

/// What the channels of an agent last carried; nothing for those that carried none.
pub async fn activity(tx: &mut Tx<'_>, workspace: Uuid, agent: Uuid) -> Result<Vec<Activity>, sqlx::Error> {
    let rows = on!(tx, c => sqlx::query_as::<_, ActivityRow>(
        "SELECT channel, message_at, error_at, error FROM channel_activity \
         WHERE workspace_id = $1 AND agent_id = $2 ORDER BY channel")
        .bind(workspace).bind(agent).fetch_all(c).await)?;
    rows.into_iter()
        .map(|row| {
            let ActivityRow { channel, message_at, error_at, error } = row;
            let channel = Channel::parse(&channel).ok_or_else(|| super::unreadable("channel_activity.channel"))?;
            let error = error_at.map(Timestamp).zip(error);
            Ok(Activity { channel, message_at: Timestamp(message_at), error })
        })
        .collect()
}
