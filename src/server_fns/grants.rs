//! Rights on an agent, from its page.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use uuid::Uuid;

use crate::model::error::Error;

/// Lets everyone in the workspace use the agent, or no longer.
#[server(prefix = "/fn", endpoint = "share_with_everyone", input = PostUrl)]
pub async fn share_with_everyone(agent: Uuid, #[server(default)] on: bool) -> Result<bool, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::grants,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = grants::set_everyone(&core, &caller, agent, on).await;
    let said = match &outcome {
        Ok(()) if on => Flash::good("Everyone in the workspace may use this agent"),
        Ok(()) => Flash::good("Only people with a grant may use this agent"),
        Err(failure) => Flash::bad(failure.public.detail.clone()),
    };
    reply.go_saying(&paths::agent(agent), &said);
    outcome?;
    Ok(on)
}
