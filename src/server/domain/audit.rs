//! The audit log: written one line per change, in the transaction that makes it, and read by admins.

use futures_util::FutureExt;
use serde_json::Value;
use uuid::Uuid;

use super::caller::{Caller, Source};
use crate::{
    model::{
        account::Role,
        api_key::Scope,
        audit::{AuditEntry, AuditFilter},
        error::Error,
        page::Page,
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{
            audit::{self, Entry},
            db::Tx,
        },
    },
};

/// The changes in the caller's workspace, newest first.
///
/// # Errors
/// `forbidden` for who is no admin; `validation_failed` for a cursor that this list did not give.
pub async fn list(
    core: &Core,
    caller: &Caller,
    filter: &AuditFilter,
    cursor: Option<&str>,
    limit: u32,
) -> Outcome<Page<AuditEntry>> {
    caller.require(Scope::Admin)?;
    if caller.role != Role::Admin {
        return Err(Error::forbidden("Only an admin of the workspace may read its audit log.").into());
    }
    let before = match cursor {
        None => Uuid::max(),
        Some(text) => text.parse().map_err(|_| Error::field("cursor", "not a cursor that this list gave"))?,
    };
    core.db
        .read(|tx| {
            async move {
                let rows = audit::page(tx, caller.workspace, filter, before, limit + 1).await?;
                Ok(Page::cut(rows, limit, |entry| entry.id.to_string()))
            }
            .boxed()
        })
        .await
}

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
