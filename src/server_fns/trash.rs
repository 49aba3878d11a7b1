//! Deleting an agent, and bringing it back from the trash.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use uuid::Uuid;

use crate::model::{error::Error, trash::TrashPage};

/// Moves an agent to the trash and gives its name.
#[server(prefix = "/fn", endpoint = "delete_agent", input = PostUrl)]
pub async fn delete_agent(agent: Uuid) -> Result<String, Error> {
    use crate::{
        model::{flash::Flash, trash::deleted_sentence},
        paths,
        server::{
            domain::trash,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let name = trash::delete(&core, &caller, agent).await?;
    reply.go_saying(paths::AGENTS, &Flash::good(deleted_sentence(&name)));
    Ok(name)
}

/// Brings an agent back from the trash and gives its name.
#[server(prefix = "/fn", endpoint = "restore_agent", input = PostUrl)]
pub async fn restore_agent(agent: Uuid) -> Result<String, Error> {
    use crate::{
        model::{flash::Flash, trash::restored_sentence},
        server::{
            domain::trash,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let name = trash::restore(&core, &caller, agent).await?;
    reply.back_saying(&Flash::good(restored_sentence(&name)));
    Ok(name)
}

/// One page of the agents in the trash that the caller may restore.
#[server(prefix = "/fn", endpoint = "list_trash")]
pub async fn list_trash(cursor: Option<String>) -> Result<TrashPage, Error> {
    use crate::server::{domain::trash, web::context};
    let (core, caller) = context::signed_in()?;
    let page = trash::list(&core, &caller, cursor.as_deref(), None).await?;
    Ok(TrashPage { page, now: core.clock.now() })
}
