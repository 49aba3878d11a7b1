//! Invitations into a workspace: made by an admin, used once, by somebody new or by somebody who has an account.

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::{
    audit,
    caller::{Caller, Source},
    sign_ins::Entered,
};
use crate::{
    model::{
        account::{INVITATION_DAYS, Invitation, MAX_INVITATION_DAYS, MAX_INVITATION_NOTE, Role},
        api_key::Scope,
        error::{Code, Error},
        page::{self, Page},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::Outcome,
        secrets::{random_token, sha256},
        store::{
            accounts,
            db::Tx,
            invitations::{self, NewInvitation},
            memberships,
        },
    },
};

/// How many open invitations the members page lists.
const LISTED: u32 = 100;

/// An invitation that was just made.
#[derive(Clone, Debug)]
pub struct Made {
    /// The invitation.
    pub invitation: Invitation,
    /// The token of its link, which nobody can read again later.
    pub token: String,
}

/// [`invite`], for who needs the token alone.
///
/// # Errors
/// As [`invite`].
pub async fn make(core: &Core, caller: &Caller, role: Role, note: &str) -> Outcome<String> {
    Ok(invite(core, caller, role, note).await?.token)
}

/// [`invite_for`] the usual time.
///
/// # Errors
/// As [`invite_for`].
pub async fn invite(core: &Core, caller: &Caller, role: Role, note: &str) -> Outcome<Made> {
    invite_for(core, caller, role, note, INVITATION_DAYS).await
}

/// Makes an invitation that may be used for so many days.
///
/// # Errors
/// `forbidden` for who is no admin; `validation_failed` for a note that is too long, and for days beyond the limits.
pub async fn invite_for(core: &Core, caller: &Caller, role: Role, note: &str, days: i64) -> Outcome<Made> {
    admin(caller)?;
    if !(1..=MAX_INVITATION_DAYS).contains(&days) {
        let message = format!("must be from 1 to {MAX_INVITATION_DAYS}, not {days}");
        return Err(Error::field("expires_in_days", message).into());
    }
    let note = note.trim();
    let length = note.chars().count();
    if length > MAX_INVITATION_NOTE {
        let message = format!("takes at most {MAX_INVITATION_NOTE} characters, this has {length}");
        return Err(Error::field("note", message).into());
    }
    let token = random_token()?;
    let token_hash = sha256(token.as_bytes());
    let at = core.clock.now();
    let expires_at = at.plus_seconds(days * 24 * 3600);
    let id = Uuid::now_v7();
    let made_by = core
        .db
        .write(|tx| {
            let new = NewInvitation { id, token_hash: &token_hash, role, note, by: caller.account, at, expires_at };
            async move {
                invitations::insert(tx, caller.workspace, &new).await?;
                let detail = json!({ "role": role, "note": note, "days": days });
                audit::record(tx, caller, "invitation.make", Some(id), detail, at).await?;
                Ok(accounts::by_id(tx, caller.account).await?.ok_or_else(Error::not_found)?.name)
            }
            .boxed()
        })
        .await?;
    let invitation = Invitation { id, role, note: note.to_owned(), made_by, created_at: at, expires_at };
    Ok(Made { invitation, token })
}

/// The newest invitations that may still be used.
///
/// # Errors
/// `forbidden` for who is no admin.
pub async fn list(core: &Core, caller: &Caller) -> Outcome<Vec<Invitation>> {
    Ok(page(core, caller, None, LISTED).await?.data)
}

/// The invitations that may still be used, newest first.
///
/// # Errors
/// `forbidden` for who is no admin; `validation_failed` for a cursor that this list did not give.
pub async fn page(core: &Core, caller: &Caller, cursor: Option<&str>, limit: u32) -> Outcome<Page<Invitation>> {
    admin(caller)?;
    let before = page::before(cursor)?;
    let now = core.clock.now();
    core.db
        .read(|tx| {
            async move {
                let rows = invitations::open(tx, caller.workspace, now, before, limit + 1).await?;
                Ok(Page::cut(rows, limit, |invitation| invitation.id.to_string()))
            }
            .boxed()
        })
        .await
}

/// Takes an invitation back.
///
/// # Errors
/// `forbidden` for who is no admin; `not_found` for one that may no longer be used or is not of this workspace.
pub async fn revoke(core: &Core, caller: &Caller, id: Uuid) -> Outcome<()> {
    admin(caller)?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                if !invitations::revoke(tx, caller.workspace, id, at).await? {
                    return Err(Error::not_found().into());
                }
                audit::record(tx, caller, "invitation.revoke", Some(id), json!({}), at).await
            }
            .boxed()
        })
        .await
}

/// Lets somebody who is signed in into the workspace that a link invites them to.
///
/// # Errors
/// `not_found` for an invitation that may no longer be used.
pub async fn accept(core: &Core, caller: &Caller, from: &Source, token: &str) -> Outcome<Entered> {
    let at = core.clock.now();
    core.db.write(|tx| accept_in(tx, from, caller.account, token, at).boxed()).await
}

/// [`accept`], inside a transaction of the caller's. A member who accepts again stays what they are, and the invitation
/// is left for somebody else.
///
/// # Errors
/// As [`accept`].
pub(super) async fn accept_in(
    tx: &mut Tx<'_>,
    from: &Source,
    account: Uuid,
    token: &str,
    at: Timestamp,
) -> Outcome<Entered> {
    let open = invitations::by_token(tx, &sha256(token.as_bytes()), at).await?.ok_or_else(dead)?;
    let entered = Entered { account, workspace: open.workspace };
    if !memberships::insert(tx, open.workspace, account, open.role, at).await? {
        return Ok(entered);
    }
    if !invitations::take(tx, open.workspace, open.id, account, at).await? {
        return Err(dead().into());
    }
    audit::record_from(tx, from, open.workspace, Some(account), "invitation.accept", Some(open.id), at).await?;
    Ok(entered)
}

/// The answer for a link that leads nowhere any more.
pub(super) fn dead() -> Error {
    Error::new(Code::NotFound, "This invitation was used already, was taken back or has expired. Ask for a new one.")
}

fn admin(caller: &Caller) -> Outcome<()> {
    caller.require(Scope::Admin)?;
    match caller.role {
        Role::Admin => Ok(()),
        Role::Member => Err(Error::forbidden("Only an admin of the workspace may invite people.").into()),
    }
}
