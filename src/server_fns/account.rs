//! One's own account: the password, the sign-ins, the workspace that the pages are about.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::{
    account::{Me, SignIn},
    error::Error,
    sign_up::Refused,
};

/// What the account page starts with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountPage {
    /// Where the person is signed in, last seen first.
    pub sign_ins: Vec<SignIn>,
    /// Why a plain form was refused.
    pub typed: Refused,
}

/// What the account page shows.
#[server(prefix = "/fn", endpoint = "show_account")]
pub async fn show_account() -> Result<AccountPage, Error> {
    use crate::server::{
        domain::sign_ins,
        web::{attempt, caller, context, plain_form::Reply},
    };
    let (core, me) = context::signed_in()?;
    let (session, _) = context::browser()?;
    let typed = attempt::take(&context::parts()?, &Reply::take());
    let sign_ins = sign_ins::list(&core, &me, &caller::current(&session)).await?;
    Ok(AccountPage { sign_ins, typed })
}

/// Changes the password and ends the other sign-ins. A refusal is a value.
#[server(prefix = "/fn", endpoint = "change_password")]
pub async fn change_password(
    #[server(default)] old: String,
    #[server(default)] new: String,
) -> Result<Option<Refused>, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::passwords,
            web::{attempt, caller, context, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let (session, source) = context::browser()?;
    let reply = Reply::take();
    if let Err(failure) = passwords::change(&core, &me, &old, &new, &caller::current(&session)).await {
        let refused = Refused { error: Some(failure.into_public()), ..Refused::default() };
        return Ok(Some(attempt::refuse(&reply, paths::ACCOUNT, refused)));
    }
    // Whoever copied the cookie before gets nothing from it now.
    caller::renew(&core, &session, &source, &me).await?;
    reply.go_saying(paths::ACCOUNT, &Flash::good("Password changed. Your other sign-ins have ended."));
    Ok(None)
}

/// Ends one of one's own sign-ins.
#[server(prefix = "/fn", endpoint = "end_sign_in")]
pub async fn end_sign_in(id: String) -> Result<(), Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::sign_ins,
            web::{context, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let reply = Reply::take();
    sign_ins::end(&core, &me, &id).await?;
    reply.go_saying(paths::ACCOUNT, &Flash::good("That browser is signed out"));
    Ok(())
}

/// Ends every sign-in but this one; gives how many.
#[server(prefix = "/fn", endpoint = "end_other_sign_ins")]
pub async fn end_other_sign_ins() -> Result<u64, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::sign_ins,
            web::{caller, context, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let (session, _) = context::browser()?;
    let reply = Reply::take();
    let ended = sign_ins::end_others(&core, &me, &caller::current(&session)).await?;
    reply.go_saying(paths::ACCOUNT, &Flash::good("All other browsers are signed out"));
    Ok(ended)
}

/// Makes the pages be about another workspace of the person's.
#[server(prefix = "/fn", endpoint = "switch_workspace")]
pub async fn switch_workspace(workspace: Uuid) -> Result<Me, Error> {
    use crate::{
        paths,
        server::{
            domain::sign_ins,
            web::{caller, context, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let (session, source) = context::browser()?;
    let reply = Reply::take();
    let entered = sign_ins::switch(&core, &me, &source, workspace).await?;
    caller::remember(&core, &session, &source, entered).await?;
    let me = sign_ins::who(&core, entered.account, Some(entered.workspace)).await?.ok_or_else(Error::unauthorized)?;
    reply.go(paths::AGENTS);
    Ok(me)
}
