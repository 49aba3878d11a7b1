//! Writing the audit log: one line per change, in the transaction that makes it.

use serde_json::Value;
use uuid::Uuid;

use super::caller::Caller;
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
        address: &caller.address,
        act,
        subject,
        detail,
        at,
    };
    Ok(audit::record(tx, caller.workspace, &entry).await?)
}
