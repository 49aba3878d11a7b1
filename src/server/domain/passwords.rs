//! Passwords: checking them with a growing delay, changing them, and setting a new one by a link that works once.

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::{
    audit,
    caller::{Caller, Source},
    throttle,
};
use crate::{
    model::{
        account::{RESET_LINK_HOURS, Role, check_password},
        api_key::Scope,
        error::{Code, Error},
    },
    server::{
        core::Core,
        failure::{Failure, Outcome},
        secrets::{random_token, sha256},
        store::{accounts, memberships, reset_links, sign_ins},
    },
};

/// Changes the caller's password and ends their other sign-ins; `keep` is the hash of the one that asks.
///
/// # Errors
/// `validation_failed` on `old` when it is not the password, on `new` when it is too short or too long; `rate_limited`
/// after too many wrong ones.
pub async fn change(core: &Core, caller: &Caller, old: &str, new: &str, keep: &[u8]) -> Outcome<u64> {
    refuse_weak("new", new)?;
    let account = core.db.read(|tx| async move { Ok(accounts::by_id(tx, caller.account).await?) }.boxed()).await?;
    let account = account.ok_or_else(Error::unauthorized)?;
    let attempt = throttle::begin(core, &account.email, &caller.address).await?;
    if !core.hasher.check(old, Some(&account.password_hash)).await? {
        return Err(Error::field("old", "is not your password").into());
    }
    attempt.succeeded(core).await?;
    let hash = core.hasher.hash(new).await?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            let hash = &hash;
            async move {
                accounts::set_password(tx, caller.account, hash).await?;
                reset_links::forget(tx, caller.account).await?;
                let ended = sign_ins::delete_others(tx, caller.account, keep).await?;
                let detail = json!({ "sign_ins_ended": ended });
                audit::record(tx, caller, "account.change_password", Some(caller.account), detail, at).await?;
                Ok(ended)
            }
            .boxed()
        })
        .await
}

/// Makes a link's token that sets a new password for a member of the caller's workspace, once, within a day.
///
/// # Errors
/// `forbidden` for who is no admin, `not_found` for who is no member.
pub async fn make_reset_link(core: &Core, caller: &Caller, account: Uuid) -> Outcome<String> {
    caller.require(Scope::Admin)?;
    if caller.role != Role::Admin {
        return Err(Error::forbidden("Only an admin of the workspace may make a reset link.").into());
    }
    let token = random_token()?;
    let hash = sha256(token.as_bytes());
    let at = core.clock.now();
    core.db
        .write(|tx| {
            let hash = &hash;
            async move {
                let elsewhere = memberships::of_account(tx, account).await?;
                if !elsewhere.iter().any(|workspace| workspace.id == caller.workspace) {
                    return Err(Error::not_found().into());
                }
                // Who sets a password can read everything that the account can: only what is this admin's anyway.
                if account != caller.account && elsewhere.len() > 1 {
                    return Err(Error::forbidden(
                        "This person belongs to other workspaces too, so only the operator can make a reset link: \
                         galley admin reset-link",
                    )
                    .into());
                }
                reset_links::insert(tx, account, hash, at, at.plus_seconds(RESET_LINK_HOURS * 3600)).await?;
                audit::record(tx, caller, "account.make_reset_link", Some(account), json!({}), at).await
            }
            .boxed()
        })
        .await?;
    Ok(token)
}

/// [`make_reset_link`] for the command line, which may do it for anybody.
///
/// # Errors
/// `not_found` for an address without an account.
pub async fn make_reset_link_by_email(core: &Core, email: &str) -> Outcome<String> {
    let token = random_token()?;
    let hash = sha256(token.as_bytes());
    let at = core.clock.now();
    core.db
        .write(|tx| {
            let hash = &hash;
            async move {
                let Some(account) = accounts::by_email(tx, email).await? else {
                    return Err(
                        Error::new(Code::NotFound, format!("There is no account with the address {email}.")).into()
                    );
                };
                reset_links::insert(tx, account.id, hash, at, at.plus_seconds(RESET_LINK_HOURS * 3600)).await?;
                for workspace in memberships::of_account(tx, account.id).await? {
                    let server = Source::command_line();
                    let act = "account.make_reset_link";
                    audit::record_from(tx, &server, workspace.id, None, act, Some(account.id), at).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await?;
    Ok(token)
}

/// The address whose password a link may still set.
///
/// # Errors
/// `not_found` for a link that was used, has expired, or never was.
pub async fn reset_link(core: &Core, token: &str) -> Outcome<String> {
    let hash = sha256(token.as_bytes());
    let at = core.clock.now();
    core.db
        .read(|tx| {
            async move {
                let account = reset_links::account_of(tx, &hash, at).await?.ok_or_else(dead_link)?;
                let account = accounts::by_id(tx, account).await?;
                Ok(account.ok_or_else(|| Failure::internal("a reset link without its account"))?.email)
            }
            .boxed()
        })
        .await
}

/// Sets a new password by a link, uses the link up, and ends every sign-in of the account.
///
/// # Errors
/// `not_found` for a link that was used, has expired, or never was; `validation_failed` on `password`.
pub async fn reset(core: &Core, from: &Source, token: &str, password: &str) -> Outcome<Uuid> {
    let email = reset_link(core, token).await?;
    refuse_weak("password", password)?;
    let token_hash = sha256(token.as_bytes());
    let password_hash = core.hasher.hash(password).await?;
    let at = core.clock.now();
    let account = core
        .db
        .write(|tx| {
            let (token_hash, password_hash) = (&token_hash, &password_hash);
            async move {
                let account = reset_links::take(tx, token_hash, at).await?.ok_or_else(dead_link)?;
                accounts::set_password(tx, account, password_hash).await?;
                sign_ins::delete_others(tx, account, &[]).await?;
                for workspace in memberships::of_account(tx, account).await? {
                    let act = "account.reset_password";
                    audit::record_from(tx, from, workspace.id, Some(account), act, Some(account), at).await?;
                }
                Ok(account)
            }
            .boxed()
        })
        .await?;
    // Whoever was locked out by wrong passwords has a right one now.
    throttle::forget(core, &email).await?;
    Ok(account)
}

/// Refuses a password that is too short or too long.
pub(super) fn refuse_weak(field: &str, password: &str) -> Outcome<()> {
    match check_password(password) {
        Some(message) => Err(Error::field(field, message).into()),
        None => Ok(()),
    }
}

fn dead_link() -> Error {
    Error::new(
        Code::NotFound,
        "This link was used already or has expired. Ask an admin of your workspace for a new one.",
    )
}
