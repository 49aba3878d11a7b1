//! What the list of agents asks for, and taking an agent over from it.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use uuid::Uuid;

use crate::model::{
    agent_list::{AgentPage, AgentQuery, ExampleOffer, FilterChoices},
    error::Error,
};

/// One page of the agents that the caller sees.
#[server(prefix = "/fn", endpoint = "list_agents")]
pub async fn list_agents(query: AgentQuery) -> Result<AgentPage, Error> {
    use crate::server::{domain::agent_list, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(agent_list::list(&core, &caller, &query).await?)
}

/// The tags and owners that the filters offer.
#[server(prefix = "/fn", endpoint = "list_filter_choices")]
pub async fn list_filter_choices() -> Result<FilterChoices, Error> {
    use crate::server::{domain::agent_list, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(agent_list::choices(&core, &caller).await?)
}

/// The example agents that one may start from.
#[server(prefix = "/fn", endpoint = "list_examples")]
pub async fn list_examples() -> Result<Vec<ExampleOffer>, Error> {
    use crate::{model::examples, server::web::context};
    context::signed_in()?;
    let offer = |example: examples::Example| ExampleOffer {
        slug: example.slug.to_owned(),
        title: example.title.to_owned(),
        blurb: example.blurb.to_owned(),
        icon: example.config.icon,
    };
    Ok(examples::all().into_iter().map(offer).collect())
}

/// Gives an admin the ownership of an agent that they see in the list.
#[server(prefix = "/fn", endpoint = "take_ownership", input = PostUrl)]
pub async fn take_ownership(agent: Uuid) -> Result<(), Error> {
    use crate::{
        model::flash::Flash,
        server::{
            domain::grants,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    grants::give(&core, &caller, agent, caller.account).await?;
    reply.back_saying(&Flash::good("You own this agent now"));
    Ok(())
}
