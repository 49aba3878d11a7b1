//! The members of a workspace: who they are, what they are, and how one leaves.

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::{audit, caller::Caller, runs};
use crate::{
    model::{
        account::{Member, Role},
        agent_list::MAX_SEARCH,
        api_key::Scope,
        error::{Code, Error},
        page::{self, Page},
        session::EndReason,
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{api_keys, db::Tx, memberships, runs::Those, search_words::Search},
    },
};

/// The members of the caller's workspace, in the order in which their accounts were made. When they were last signed in is
/// for its admins.
///
/// # Errors
/// `validation_failed` for a cursor that this list did not give.
pub async fn list(core: &Core, caller: &Caller, cursor: Option<&str>, limit: u32) -> Outcome<Page<Member>> {
    search(core, caller, "", cursor, limit).await
}

/// Those of [`list`] whose name or address has words that begin so; all of them where there are no words.
///
/// # Errors
/// As [`list`]; `validation_failed` for words that are too long.
pub async fn search(
    core: &Core,
    caller: &Caller,
    words: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Outcome<Page<Member>> {
    let search = read_search(words)?;
    let search = search.as_ref();
    let after = match cursor {
        None => Uuid::nil(),
        Some(text) => text.parse().map_err(|_| page::unknown_cursor())?,
    };
    core.db
        .read(|tx| {
            async move {
                let mut rows = memberships::page(tx, caller.workspace, search, after, limit + 1).await?;
                if !caller.acts_as_admin() {
                    for member in &mut rows {
                        member.last_seen_at = None;
                    }
                }
                Ok(Page::cut(rows, limit, |member| member.account_id.to_string()))
            }
            .boxed()
        })
        .await
}

/// The words that people are searched by.
///
/// # Errors
/// `validation_failed` for too many letters.
pub(super) fn read_search(words: &str) -> Result<Option<Search>, Error> {
    match words.chars().count() {
        length if length > MAX_SEARCH => {
            Err(Error::field("q", format!("at most {MAX_SEARCH} characters, this has {length}")))
        }
        _ => Ok(Search::read(words)),
    }
}

/// Makes a member an admin, or an admin a member.
///
/// # Errors
/// `forbidden` for who is no admin, and for the last admin's own role; `not_found` for who is no member.
pub async fn set_role(core: &Core, caller: &Caller, account: Uuid, role: Role) -> Outcome<()> {
    admin(caller)?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let before = standing(tx, caller, account, role == Role::Admin).await?;
                if before == role {
                    return Ok(());
                }
                memberships::set_role(tx, caller.workspace, account, role).await?;
                let detail = json!({ "before": before, "after": role });
                audit::record(tx, caller, "member.role", Some(account), detail, at).await
            }
            .boxed()
        })
        .await
}

/// Ends a membership. The agents that the person owned go to the caller, and nothing of the workspace is theirs to see.
///
/// # Errors
/// `forbidden` for who is no admin, for the last admin, and for oneself; `not_found` for who is no member.
pub async fn remove(core: &Core, caller: &Caller, account: Uuid) -> Outcome<()> {
    admin(caller)?;
    if account == caller.account {
        return Err(Error::forbidden("Another admin has to remove you.").into());
    }
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let role = standing(tx, caller, account, false).await?;
                // The membership goes first: whoever is about to give them a right waits for it, or is waited for.
                memberships::delete(tx, caller.workspace, account).await?;
                // They stop with the membership anyway; so they do not come back with the next one either.
                api_keys::revoke_all(tx, caller.workspace, account, at).await?;
                for agent in memberships::owned(tx, caller.workspace, account).await? {
                    let detail = json!({ "before": account, "after": caller.account });
                    audit::record(tx, caller, "agent.owner", Some(agent), detail, at).await?;
                }
                memberships::hand_over(tx, caller.workspace, account, caller.account, at).await?;
                runs::end_with(tx, caller.workspace, Those::OfAccount(account), EndReason::Revoked, at).await?;
                let detail = json!({ "before": role, "after": null });
                audit::record(tx, caller, "member.remove", Some(account), detail, at).await
            }
            .boxed()
        })
        .await
}

/// What a member is; refuses to let the last admin go. The admins' rows are held, so two cannot both go at once.
async fn standing(tx: &mut Tx<'_>, caller: &Caller, account: Uuid, stays_admin: bool) -> Outcome<Role> {
    let admins = memberships::admins_locked(tx, caller.workspace).await?;
    if !admins.contains(&caller.account) {
        return Err(not_admin().into());
    }
    let role = memberships::role(tx, caller.workspace, account).await?.ok_or_else(Error::not_found)?;
    if role == Role::Admin && !stays_admin && admins.len() == 1 {
        return Err(Error::new(Code::Forbidden, "A workspace needs an admin. Make somebody else one first.").into());
    }
    Ok(role)
}

fn admin(caller: &Caller) -> Outcome<()> {
    caller.require(Scope::Admin)?;
    if caller.role == Role::Admin { Ok(()) } else { Err(not_admin().into()) }
}

fn not_admin() -> Error {
    Error::forbidden("Only an admin of the workspace may do this.")
}
