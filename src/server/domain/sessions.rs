//! Conversations: starting them, and ending them when what they run on goes away.

use uuid::Uuid;

use crate::{
    model::{session::EndReason, timestamp::Timestamp},
    server::{
        failure::Outcome,
        store::{agents::Agent, db::Tx, sessions},
    },
};

/// Ends the open live conversations that run on another release than `keep`; gives how many.
///
/// # Errors
/// When the database fails.
pub async fn end_others(tx: &mut Tx<'_>, agent: &Agent, keep: Uuid, reason: EndReason, at: Timestamp) -> Outcome<u64> {
    Ok(sessions::end_others(tx, agent.workspace, agent.id, keep, reason, at).await?)
}

/// Ends every open live conversation of the agent; gives how many.
///
/// # Errors
/// When the database fails.
pub async fn end_live(tx: &mut Tx<'_>, agent: &Agent, reason: EndReason, at: Timestamp) -> Outcome<u64> {
    Ok(sessions::end_live(tx, agent.workspace, agent.id, reason, at).await?)
}

/// Ends the open conversations that run on one release; gives how many.
///
/// # Errors
/// When the database fails.
pub async fn end_of_release(
    tx: &mut Tx<'_>,
    agent: &Agent,
    release: Uuid,
    reason: EndReason,
    at: Timestamp,
) -> Outcome<u64> {
    Ok(sessions::end_of_release(tx, agent.workspace, agent.id, release, reason, at).await?)
}
