//! Signing in, and the browsers that are signed in.

use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    audit,
    caller::{Caller, Source},
    throttle,
};
use crate::{
    model::{
        account::{Me, SignIn},
        error::{Code, Error},
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{accounts, memberships, sign_ins},
    },
};

/// Seconds after which a sign-in that was not seen ends.
pub const LIFE_SECONDS: i64 = 30 * 24 * 3600;
/// Seconds after which a sign-in is written as seen again: not on each request.
pub const SEEN_EVERY_SECONDS: i64 = 3600;
/// How many sign-ins the account page lists.
const LISTED: u32 = 50;

/// Who came in, and where they are then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entered {
    /// The account.
    pub account: Uuid,
    /// The workspace that the pages are about.
    pub workspace: Uuid,
}

/// Checks an address and its password. An unknown address gets the same answer as a wrong password, after the same work.
///
/// # Errors
/// `unauthorized` when the two do not belong together; `rate_limited` after too many wrong ones; `forbidden` for who
/// belongs to no workspace any more.
pub async fn sign_in(core: &Core, from: &Source, email: &str, password: &str) -> Outcome<Entered> {
    let account = prove(core, from, email, password).await?.ok_or_else(wrong)?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let Some(first) = memberships::of_account(tx, account).await?.into_iter().next() else {
                    return Err(Error::forbidden(
                        "You belong to no workspace any more. Ask an admin for an invitation.",
                    )
                    .into());
                };
                sign_ins::delete_expired(tx, at).await?;
                throttle::tidy(tx, at).await?;
                audit::record_from(tx, from, first.id, Some(account), "account.sign_in", Some(account), at).await?;
                Ok(Entered { account, workspace: first.id })
            }
            .boxed()
        })
        .await
}

/// The account that this address and password belong to. Attempts are counted; a right one resets the count.
pub(super) async fn prove(core: &Core, from: &Source, email: &str, password: &str) -> Outcome<Option<Uuid>> {
    let attempt = throttle::begin(core, email, &from.address).await?;
    let account = core.db.read(|tx| async move { Ok(accounts::by_email(tx, email).await?) }.boxed()).await?;
    let hash = account.as_ref().map(|account| account.password_hash.as_str());
    if !core.hasher.check(password, hash).await? {
        return Ok(None);
    }
    attempt.succeeded(core).await?;
    Ok(account.map(|account| account.id))
}

fn wrong() -> Error {
    Error::new(Code::Unauthorized, "The e-mail address or the password is wrong.")
}

/// Who an account is, in the workspace that its sign-in remembers; in the first one joined when that membership ended.
/// `None` for who belongs to no workspace.
///
/// # Errors
/// When the database fails.
pub async fn who(core: &Core, account: Uuid, remembered: Option<Uuid>) -> Outcome<Option<Me>> {
    core.db
        .read(|tx| {
            async move {
                let Some(person) = accounts::by_id(tx, account).await? else { return Ok(None) };
                let workspaces = memberships::of_account(tx, account).await?;
                let chosen = workspaces.iter().find(|workspace| Some(workspace.id) == remembered);
                let Some(workspace) = chosen.or(workspaces.first()).cloned() else { return Ok(None) };
                let accounts::Account { id, email, name, .. } = person;
                Ok(Some(Me { account_id: id, name, email, workspace, workspaces }))
            }
            .boxed()
        })
        .await
}

/// The caller's sign-ins, last seen first; `current` is the hash of the one that asks.
///
/// # Errors
/// When the database fails.
pub async fn list(core: &Core, caller: &Caller, current: &[u8]) -> Outcome<Vec<SignIn>> {
    let now = core.clock.now();
    let rows =
        core.db.read(|tx| async move { Ok(sign_ins::of_account(tx, caller.account, now, LISTED).await?) }.boxed());
    let show = |row: sign_ins::Row| SignIn {
        id: hex(&row.id_hash),
        current: row.id_hash == current,
        user_agent: row.user_agent,
        address: row.address,
        created_at: row.created_at,
        seen_at: row.seen_at,
    };
    Ok(rows.await?.into_iter().map(show).collect())
}

/// Ends one of the caller's sign-ins.
///
/// # Errors
/// `not_found` for what is not a sign-in of theirs.
pub async fn end(core: &Core, caller: &Caller, id: &str) -> Outcome<()> {
    let hash = unhex(id).ok_or_else(Error::not_found)?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            let hash = &hash;
            async move {
                if !sign_ins::delete_of(tx, caller.account, hash).await? {
                    return Err(Error::not_found().into());
                }
                let detail = serde_json::json!({});
                audit::record(tx, caller, "account.end_sign_in", Some(caller.account), detail, at).await
            }
            .boxed()
        })
        .await
}

/// Ends every sign-in of the caller but the one under `keep`; gives how many.
///
/// # Errors
/// When the database fails.
pub async fn end_others(core: &Core, caller: &Caller, keep: &[u8]) -> Outcome<u64> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let ended = sign_ins::delete_others(tx, caller.account, keep).await?;
                let detail = serde_json::json!({ "ended": ended });
                audit::record(tx, caller, "account.end_other_sign_ins", Some(caller.account), detail, at).await?;
                Ok(ended)
            }
            .boxed()
        })
        .await
}

/// Signs the caller in to another workspace of theirs, which the pages are about then. There it is recorded as any
/// sign-in, so that it does not say where they came from.
///
/// # Errors
/// `not_found` for a workspace that they do not belong to.
pub async fn switch(core: &Core, caller: &Caller, from: &Source, workspace: Uuid) -> Outcome<Entered> {
    let (account, at) = (caller.account, core.clock.now());
    core.db
        .write(|tx| {
            async move {
                memberships::role(tx, workspace, account).await?.ok_or_else(Error::not_found)?;
                audit::record_from(tx, from, workspace, Some(account), "account.sign_in", Some(account), at).await?;
                Ok(Entered { account, workspace })
            }
            .boxed()
        })
        .await
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
