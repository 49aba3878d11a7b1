//! Duplicating an agent. A file goes out and comes in through plain routes: see `server::web::transfer`.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use uuid::Uuid;

use crate::model::error::Error;

/// Makes a copy of an agent and gives the copy's name.
#[server(prefix = "/fn", endpoint = "duplicate_agent", input = PostUrl)]
pub async fn duplicate_agent(agent: Uuid) -> Result<String, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::duplicate,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let (_, draft) = duplicate::duplicate(&core, &caller, agent).await?;
    let name = draft.config.name;
    reply.go_saying(paths::AGENTS, &Flash::good(format!("“{name}” was made")));
    Ok(name)
}
