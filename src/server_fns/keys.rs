//! The page of API keys: one's own, and for an admin everybody's of the workspace.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::{api_key::ApiKey, error::Error, page::Page, timestamp::Timestamp};

/// What the page of keys starts with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeysShown {
    /// One page of the keys.
    pub keys: Page<ApiKey>,
    /// The agents that a key may be bound to, by name.
    pub agents: Vec<BindableAgent>,
    /// A key that was just made by a plain form. It is shown this once.
    pub made: Option<MadeKey>,
    /// Now, as the server has it: what is before that has expired.
    pub now: Timestamp,
}

/// An agent that a key may be bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindableAgent {
    /// The agent's id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// A key that was just made. It cannot be read again later.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeKey {
    /// What it was called.
    pub name: String,
    /// The key.
    pub secret: String,
    /// An address that it may be tried with.
    pub url: String,
}

impl std::fmt::Debug for MadeKey {
    /// Without the key, which belongs into no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MadeKey").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What the page of keys shows.
#[server(prefix = "/fn", endpoint = "show_keys")]
pub async fn show_keys(cursor: Option<String>) -> Result<KeysShown, Error> {
    use crate::{
        model::{
            account::Role,
            agent::Right,
            agent_list::{AgentQuery, Sort},
            page::MAX_LIMIT,
        },
        server::{
            domain::{agent_list, api_keys, caller::Caller},
            web::{context, made_once, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let made = made_once::take(&core, &context::parts()?, &Reply::take(), &made_once::KEY);
    let keys = api_keys::list(&core, &me, None, cursor.as_deref(), Some(MAX_LIMIT)).await?;
    let query = AgentQuery { sort: Sort::Name, limit: Some(MAX_LIMIT), ..AgentQuery::default() };
    // An admin's list is of every agent; a key takes a right of one's own.
    let me = Caller { role: Role::Member, ..me };
    let agents = agent_list::list(&core, &me, &query).await?.data;
    let editable = agents.into_iter().filter(|agent| agent.right >= Some(Right::Editor));
    let agents = editable.map(|agent| BindableAgent { id: agent.id, name: agent.name }).collect();
    Ok(KeysShown { keys, agents, made, now: core.clock.now() })
}

/// Makes a key that acts as the caller. `agent` is an id, or empty for every agent; `days` its life, or empty for ever.
#[server(prefix = "/fn", endpoint = "make_key", input = PostUrl)]
pub async fn make_key(
    #[server(default)] name: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] agent: String,
    #[server(default)] days: String,
) -> Result<MadeKey, Error> {
    use crate::{
        model::{
            api_key::{LIFE_DAYS, NewApiKey, Scopes},
            flash::Flash,
        },
        paths,
        server::{
            domain::api_keys,
            web::{context, made_once, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let (parts, reply) = (context::parts()?, Reply::take());
    let make = async {
        let scopes = Scopes::parse(scopes.iter().map(String::as_str)).map_err(|error| Error::invalid(vec![error]))?;
        let agent_id = match agent.as_str() {
            "" => None,
            id => Some(id.parse().map_err(|_| Error::field("agent_id", "is no id of an agent"))?),
        };
        let expires_at = match (days.as_str(), days.parse()) {
            ("", _) => None,
            (_, Ok(days)) if LIFE_DAYS.contains(&days) => Some(core.clock.now().plus_seconds(days * 24 * 3600)),
            _ => return Err(Error::field("expires_at", "choose one of those that are offered")),
        };
        let (key, secret) = api_keys::make(&core, &me, &NewApiKey { name, scopes, agent_id, expires_at }).await?;
        let url = made_once::url(&core, &parts, paths::API_AGENTS);
        Ok(MadeKey { name: key.name, secret, url })
    };
    let outcome = make.await;
    match &outcome {
        Ok(made) => made_once::show(&core, &reply, &made_once::KEY, made)?,
        Err(error) => reply.go_saying(paths::KEYS, &Flash::bad(error.detail.clone())),
    }
    outcome
}

/// Revokes a key for good.
#[server(prefix = "/fn", endpoint = "revoke_key", input = PostUrl)]
pub async fn revoke_key(id: Uuid) -> Result<(), Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::api_keys,
            web::{context, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = api_keys::revoke(&core, &me, id).await;
    let said = match &outcome {
        Ok(_) => Flash::good("The key is revoked"),
        Err(failure) => Flash::bad(failure.public.detail.clone()),
    };
    reply.go_saying(paths::KEYS, &said);
    outcome?;
    Ok(())
}
