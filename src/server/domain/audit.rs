//! The audit log: written one line per change, in the transaction that makes it, and read by admins.

use futures_util::{FutureExt, Stream, stream::try_unfold};
use serde_json::{Value, json};
use uuid::Uuid;

use super::caller::{Caller, Source};
use crate::{
    model::{
        account::Role,
        api_key::Scope,
        audit::{AuditChoices, AuditEntry, AuditFilter},
        error::Error,
        page::{self, Page},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{
            audit::{self, Entry, Place},
            db::Tx,
            memberships,
        },
    },
};

/// Entries that an export reads at once.
const EXPORTED_AT_ONCE: u32 = 500;

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
    admin(caller)?;
    let before = cursor.map(read_cursor).transpose()?;
    core.db
        .read(|tx| {
            async move {
                let rows = audit::page(tx, caller.workspace, filter, before, limit + 1).await?;
                Ok(Page::cut(rows, limit, |entry| format!("{}_{}", entry.at.0, entry.id)))
            }
            .boxed()
        })
        .await
}

/// What the filters offer: the acts that there are, and who did something.
///
/// # Errors
/// `forbidden` for who is no admin.
pub async fn choices(core: &Core, caller: &Caller) -> Outcome<AuditChoices> {
    admin(caller)?;
    core.db
        .read(|tx| {
            async move {
                let acts = audit::acts(tx, caller.workspace).await?;
                Ok(AuditChoices { acts, people: audit::actors(tx, caller.workspace).await? })
            }
            .boxed()
        })
        .await
}

/// Every entry that the filter lets through, newest first, some at a time, so that no export needs much memory or holds the
/// database. Who stops being an admin meanwhile gets no more. That it was asked for is recorded.
///
/// # Errors
/// `forbidden` for who is no admin.
pub async fn export(
    core: &Core,
    caller: &Caller,
    filter: AuditFilter,
) -> Outcome<impl Stream<Item = Outcome<Vec<AuditEntry>>> + Send + 'static + use<>> {
    admin(caller)?;
    let at = core.clock.now();
    let asked = json!({ "act": filter.act, "subject": filter.subject, "actor": filter.actor, "from": filter.from, "to": filter.to });
    core.db.write(|tx| record(tx, caller, "audit.export", None, asked.clone(), at).boxed()).await?;
    let (core, workspace, account) = (core.clone(), caller.workspace, caller.account);
    Ok(try_unfold(Some(None::<Place>), move |next| {
        let (core, filter) = (core.clone(), filter.clone());
        async move {
            let Some(before) = next else { return Ok(None) };
            let rows = core.db.read(|tx| export_some(tx, workspace, account, &filter, before).boxed()).await?;
            let full = u32::try_from(rows.len()).is_ok_and(|count| count == EXPORTED_AT_ONCE);
            let next = rows.last().filter(|_| full).map(|last| Some((last.at, last.id)));
            Ok(Some((rows, next)))
        }
    }))
}

async fn export_some(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    account: Uuid,
    filter: &AuditFilter,
    before: Option<Place>,
) -> Outcome<Vec<AuditEntry>> {
    if memberships::role(tx, workspace, account).await? != Some(Role::Admin) {
        return Err(not_admin().into());
    }
    Ok(audit::page(tx, workspace, filter, before, EXPORTED_AT_ONCE).await?)
}

fn read_cursor(text: &str) -> Result<Place, Error> {
    let place = text.split_once('_').and_then(|(at, id)| Some((Timestamp(at.parse().ok()?), id.parse().ok()?)));
    place.ok_or_else(page::unknown_cursor)
}

fn admin(caller: &Caller) -> Outcome<()> {
    caller.require(Scope::Admin)?;
    if caller.role == Role::Admin { Ok(()) } else { Err(not_admin().into()) }
}

fn not_admin() -> Error {
    Error::forbidden("Only an admin of the workspace may read its audit log.")
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
