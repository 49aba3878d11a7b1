//! Tags of an agent, from the list.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use uuid::Uuid;

use crate::model::error::Error;

/// Adds a tag to an agent and gives all of its tags.
#[server(prefix = "/fn", endpoint = "add_tag", input = PostUrl)]
pub async fn add_tag(agent: Uuid, tag: String) -> Result<Vec<String>, Error> {
    use crate::{
        model::flash::Flash,
        server::{
            domain::tags,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let all = tags::add(&core, &caller, agent, &tag).await?;
    reply.back_saying(&Flash::good(format!("Tagged “{}”", tag.trim())));
    Ok(all)
}

/// Removes a tag from an agent and gives those that are left.
#[server(prefix = "/fn", endpoint = "remove_tag", input = PostUrl)]
pub async fn remove_tag(agent: Uuid, tag: String) -> Result<Vec<String>, Error> {
    use crate::{
        model::flash::Flash,
        server::{
            domain::tags,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let left = tags::remove(&core, &caller, agent, &tag).await?;
    reply.back_saying(&Flash::good(format!("Tag “{tag}” removed")));
    Ok(left)
}
