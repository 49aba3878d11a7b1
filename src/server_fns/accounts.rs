//! Signing up, in and out, and one's own password, from the pages.
//!
//! A refusal of the domain is a value ([`Refused`]), so that a hydrated page shows it beside the form. A plain form is sent
//! back to its page, which finds what was typed in a short-lived cookie; passwords are in neither.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{
    account::Me,
    error::Error,
    sign_up::{Refused, Start},
};

/// How a form of this file ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Signed in; the page goes on to `next`.
    Entered {
        /// Who is signed in now.
        me: Box<Me>,
        /// Where to go.
        next: String,
    },
    /// Nothing was changed.
    Refused(Refused),
}

/// Signs in.
#[server(prefix = "/fn", endpoint = "sign_in")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<Entry, Error> {
    use crate::{
        model::return_path,
        paths,
        server::{
            domain::sign_ins,
            web::{attempt, caller, context, plain_form::Reply},
        },
    };
    let (core, (session, source)) = (context::core()?, context::browser()?);
    let reply = Reply::take();
    let next = return_path::or(&next, paths::AGENTS).to_owned();
    let entered = match sign_ins::sign_in(&core, &source, &email, &password).await {
        Ok(entered) => entered,
        Err(failure) => {
            let refused = Refused { email, error: Some(failure.into_public()), ..Refused::default() };
            return Ok(Entry::Refused(attempt::refuse(&reply, &paths::sign_in(&next), refused)));
        }
    };
    caller::enter(&core, &session, &source, entered).await?;
    attempt::entered(&core, &reply, entered, next).await
}

/// Signs up: the first person, with an invitation, or openly.
#[server(prefix = "/fn", endpoint = "sign_up")]
pub async fn sign_up(
    #[server(default)] email: String,
    #[server(default)] name: String,
    #[server(default)] password: String,
    #[server(default)] workspace: String,
    #[server(default)] invitation: String,
) -> Result<Entry, Error> {
    use crate::{
        paths,
        server::{
            domain::accounts::{self, SignUp},
            web::{attempt, caller, context, plain_form::Reply},
        },
    };
    let (core, (session, source)) = (context::core()?, context::browser()?);
    let reply = Reply::take();
    let token = Some(invitation.as_str()).filter(|token| !token.is_empty());
    let form = SignUp { email: &email, name: &name, password: &password, workspace: &workspace, invitation: token };
    let entered = match accounts::sign_up(&core, &source, &form).await {
        Ok(entered) => entered,
        Err(failure) => {
            let back = token.map_or_else(|| paths::SIGN_UP.to_owned(), paths::invitation);
            let refused = Refused { email, name, workspace, error: Some(failure.into_public()) };
            return Ok(Entry::Refused(attempt::refuse(&reply, &back, refused)));
        }
    };
    caller::enter(&core, &session, &source, entered).await?;
    attempt::entered(&core, &reply, entered, paths::AGENTS.to_owned()).await
}

/// Signs this browser out.
#[server(prefix = "/fn", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), Error> {
    use crate::{
        paths,
        server::{
            failure::Failure,
            web::{context, plain_form::Reply},
        },
    };
    let (session, _) = context::browser()?;
    let reply = Reply::take();
    if session.id().is_some() {
        session.flush().await.map_err(Failure::internal)?;
    }
    reply.go(paths::SIGN_IN);
    Ok(())
}

/// What the sign-in and sign-up pages start with; `invitation` is the token of the link, or empty.
#[server(prefix = "/fn", endpoint = "start_visit")]
pub async fn start_visit(#[server(default)] invitation: String) -> Result<Start, Error> {
    use crate::server::{
        domain::accounts,
        web::{attempt, context, plain_form::Reply},
    };
    let (core, parts) = (context::core()?, context::parts()?);
    let typed = attempt::take(&parts, &Reply::take());
    let token = Some(invitation.as_str()).filter(|token| !token.is_empty());
    Ok(Start { way: accounts::way(&core, token).await?, typed })
}
