//! Sharing an agent from its pages, and whether the right on it still stands.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use uuid::Uuid;

use crate::model::{
    account::Person,
    agent::Right,
    error::Error,
    grants::{Found, Grants, Sharing, Standing},
};

/// What the Share dialog starts with, and whom these words find.
#[server(prefix = "/fn", endpoint = "load_sharing")]
pub async fn load_sharing(agent: Uuid, words: String) -> Result<Sharing, Error> {
    use crate::server::{domain::grants, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(grants::sharing(&core, &caller, agent, &words).await?)
}

/// Members whom the agent may be shared with.
#[server(prefix = "/fn", endpoint = "find_people")]
pub async fn find_people(agent: Uuid, words: String) -> Result<Found, Error> {
    use crate::server::{domain::grants, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(grants::find(&core, &caller, agent, &words).await?)
}

/// How the person stands to an agent: a page of it that is open asks now and then.
#[server(prefix = "/fn", endpoint = "check_standing")]
pub async fn check_standing(agent: Uuid) -> Result<Standing, Error> {
    use crate::server::{domain::grants, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(grants::standing(&core, &caller, agent).await?)
}

/// Gives a member a right on the agent, and gives all rights on it.
#[server(prefix = "/fn", endpoint = "share_with", input = PostUrl)]
pub async fn share_with(agent: Uuid, account: Uuid, right: Right) -> Result<Grants, Error> {
    use crate::{
        model::flash::Flash,
        server::{
            domain::grants,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let grants = grants::set_one(&core, &caller, agent, account, Some(right)).await?;
    reply.back_saying(&Flash::good(grants.shared_sentence(account)));
    Ok(grants)
}

/// Takes the right of one person away, and gives the rights that are left.
#[server(prefix = "/fn", endpoint = "unshare", input = PostUrl)]
pub async fn unshare(agent: Uuid, account: Uuid) -> Result<Grants, Error> {
    use crate::{
        model::{flash::Flash, grants::UNSHARED},
        server::{
            domain::grants,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let grants = grants::set_one(&core, &caller, agent, account, None).await?;
    reply.back_saying(&Flash::good(UNSHARED));
    Ok(grants)
}

/// Lets everyone in the workspace use the agent, or no longer.
#[server(prefix = "/fn", endpoint = "share_with_everyone", input = PostUrl)]
pub async fn share_with_everyone(agent: Uuid, #[server(default)] on: bool) -> Result<bool, Error> {
    use crate::{
        model::{flash::Flash, grants::everyone_sentence},
        server::{
            domain::grants,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    grants::set_everyone(&core, &caller, agent, on).await?;
    reply.back_saying(&Flash::good(everyone_sentence(on)));
    Ok(on)
}

/// Gives the agent to another member, and gives their name. Who owned it may edit it from then on.
#[server(prefix = "/fn", endpoint = "transfer_agent", input = PostUrl)]
pub async fn transfer_agent(agent: Uuid, account: Uuid) -> Result<Person, Error> {
    use crate::{
        model::{flash::Flash, grants::transferred_sentence},
        paths,
        server::{
            domain::grants,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let owner = grants::give(&core, &caller, agent, account).await?;
    reply.go_saying(&paths::agent(agent), &Flash::good(transferred_sentence(&owner.name)));
    Ok(owner)
}
