//! Setting a new password by a link that works once.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{error::Error, sign_up::Refused};

/// What the reset page starts with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResetPage {
    /// Whose password the link sets; nothing for a link that no longer works.
    pub email: Option<String>,
    /// Why a plain form was refused.
    pub typed: Refused,
}

/// What the reset page shows. Looking at a link does not use it up.
#[server(prefix = "/fn", endpoint = "show_reset")]
pub async fn show_reset(token: String) -> Result<ResetPage, Error> {
    use crate::{
        model::error::Code,
        server::{
            domain::passwords,
            web::{attempt, context, plain_form::Reply},
        },
    };
    let core = context::core()?;
    let typed = attempt::take(&context::parts()?, &Reply::take());
    let email = match passwords::reset_link(&core, &token).await {
        Ok(email) => Some(email),
        Err(failure) if failure.public.code == Code::NotFound => None,
        Err(failure) => return Err(failure.into()),
    };
    Ok(ResetPage { email, typed })
}

/// Sets a new password and uses the link up. A refusal is a value.
#[server(prefix = "/fn", endpoint = "reset_password")]
pub async fn reset_password(
    #[server(default)] token: String,
    #[server(default)] password: String,
) -> Result<Option<Refused>, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::passwords,
            web::{attempt, context, plain_form::Reply},
        },
    };
    let (core, (_, source)) = (context::core()?, context::browser()?);
    let reply = Reply::take();
    if let Err(failure) = passwords::reset(&core, &source, &token, &password).await {
        let refused = Refused { error: Some(failure.into_public()), ..Refused::default() };
        return Ok(Some(attempt::refuse(&reply, &paths::reset(&token), refused)));
    }
    reply.go_saying(paths::SIGN_IN, &Flash::good("Your password is set. Sign in with it."));
    Ok(None)
}
