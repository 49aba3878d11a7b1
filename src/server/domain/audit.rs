//! Writing the audit log: one line per change, in the transaction that makes it.

use serde_json::Value;
use uuid::Uuid;

use super::caller::{Caller, Source};
use crate::{
    model::timestamp::Timestamp,
    server::{
        failure::Outcome,
        store::{
            audit::{self, Entry},
            db::Tx,
        },
    },
};

/// Records what a caller did.
///
/// # Errors
/// When the database fails.
pub async fn record(
    tx: &mut Tx<'_>,
    caller: &Caller,
    act: &str,
    subject: Option<Uuid>,
    detail: Value,
    at: Timestamp,
) -> Outcome<()> {
    let entry = Entry {
        actor: Some(caller.account),
        via: caller.via.as_str(),
        key: caller.key.map(|key| key.id),
        address: &caller.address,
        act,
        subject,
        detail,
        at,
    };
    Ok(audit::record(tx, caller.workspace, &entry).await?)
}

/// Records what happened in a workspace before, or without, a caller: signing in, resetting a password, the command line.
///
/// # Errors
/// When the database fails.
pub async fn record_from(
    tx: &mut Tx<'_>,
    from: &Source,
    workspace: Uuid,
    actor: Option<Uuid>,
    act: &str,
    subject: Option<Uuid>,
    at: Timestamp,
) -> Outcome<()> {
    let (via, address, detail) = (from.via.as_str(), from.address.as_str(), Value::Object(serde_json::Map::new()));
    let entry = Entry { actor, via, key: None, address, act, subject, detail, at };
    Ok(audit::record(tx, workspace, &entry).await?)
}
