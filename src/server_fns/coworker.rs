//! What Coworker's pages ask for, and what their forms do where no code of the page's runs. With it the talking itself
//! goes through `/api/v1`, so that there is one way to stream.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::{
    coworker::{ConversationQuery, ConversationSummary, Desk, Standing, UsableAgent, UsableQuery},
    error::Error,
    page::Page,
    timestamp::Timestamp,
};

/// One page of the agents that the person may talk to.
#[server(prefix = "/fn", endpoint = "list_usable_agents")]
pub async fn list_usable_agents(query: UsableQuery) -> Result<Page<UsableAgent>, Error> {
    use crate::server::{domain::coworker, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(coworker::usable(&core, &caller, &query).await?)
}

/// What the picker shows at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PickerPage {
    /// The person's favourites; none while they search, or on a later page.
    pub favourites: Vec<UsableAgent>,
    /// The agents that they used last, likewise.
    pub recent: Vec<UsableAgent>,
    /// A page of all, by name.
    pub all: Page<UsableAgent>,
}

/// The picker: favourites and recents, then all.
#[server(prefix = "/fn", endpoint = "load_picker")]
pub async fn load_picker(query: UsableQuery) -> Result<PickerPage, Error> {
    use crate::{
        model::{coworker::Show, page::MAX_LIMIT},
        server::{domain::coworker, web::context},
    };
    /// Of what was used last no more than this is of help.
    const RECENT: u32 = 6;
    let (core, caller) = context::signed_in()?;
    let all = coworker::usable(&core, &caller, &query).await?;
    if !query.q.trim().is_empty() || query.cursor.is_some() {
        return Ok(PickerPage { favourites: Vec::new(), recent: Vec::new(), all });
    }
    let of = |show: Show, limit: u32| UsableQuery { show, limit: Some(limit), ..UsableQuery::default() };
    let favourites = coworker::usable(&core, &caller, &of(Show::Favourites, MAX_LIMIT)).await?.data;
    let recent = coworker::usable(&core, &caller, &of(Show::Recent, RECENT)).await?.data;
    Ok(PickerPage { favourites, recent, all })
}

/// A page of conversations, and the time by which the days are told apart until the browser knows its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversations {
    /// The page.
    pub page: Page<ConversationSummary>,
    /// Now, on the server.
    pub now: Timestamp,
}

/// One page of the person's conversations.
#[server(prefix = "/fn", endpoint = "list_conversations")]
pub async fn list_conversations(query: ConversationQuery) -> Result<Conversations, Error> {
    use crate::server::{domain::coworker, web::context};
    let (core, caller) = context::signed_in()?;
    let now = core.clock.now();
    Ok(Conversations { page: coworker::conversations(&core, &caller, &query).await?, now })
}

/// The page where one talks to an agent.
#[server(prefix = "/fn", endpoint = "load_desk")]
pub async fn load_desk(agent: Uuid, session: Option<Uuid>, attempt: Option<Uuid>) -> Result<Desk, Error> {
    use crate::server::{domain::desk, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(desk::desk(&core, &caller, agent, session, attempt).await?)
}

/// How things stand for a page that has been open for a while.
#[server(prefix = "/fn", endpoint = "load_standing")]
pub async fn load_standing(agent: Uuid, session: Option<Uuid>) -> Result<Standing, Error> {
    use crate::server::{domain::desk, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(desk::standing(&core, &caller, agent, session).await?)
}

/// Marks an agent as a favourite, or no longer.
#[server(prefix = "/fn", endpoint = "set_favourite", input = PostUrl)]
pub async fn set_favourite(agent: Uuid, #[server(default)] on: bool) -> Result<(), Error> {
    use crate::{
        model::{coworker::favourite_said, flash::Flash},
        server::{
            domain::coworker,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    coworker::set_favourite(&core, &caller, agent, on).await?;
    reply.back_saying(&Flash::good(favourite_said(on)));
    Ok(())
}

/// Calls a conversation something else.
#[server(prefix = "/fn", endpoint = "rename_conversation", input = PostUrl)]
pub async fn rename_conversation(session: Uuid, title: String) -> Result<ConversationSummary, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::coworker,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let renamed = coworker::rename(&core, &caller, session, &title).await?;
    reply.go_saying(&paths::conversation(renamed.agent_id, session), &Flash::good("Conversation renamed"));
    Ok(renamed)
}

/// Removes a conversation with its messages, for good.
#[server(prefix = "/fn", endpoint = "delete_conversation", input = PostUrl)]
pub async fn delete_conversation(session: Uuid) -> Result<(), Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::sessions,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    sessions::delete(&core, &caller, session).await?;
    reply.go_saying(paths::CONVERSATIONS, &Flash::good("Conversation deleted"));
    Ok(())
}

/// Writes a message and waits for the whole answer, for a browser that runs no code; a conversation begins where none is
/// named. What is refused comes back into the field.
#[server(prefix = "/fn", endpoint = "write_message", input = PostUrl)]
pub async fn write_message(agent: Uuid, session: Option<Uuid>, content: String) -> Result<Uuid, Error> {
    use crate::{
        model::{error::Code, flash::Flash},
        paths,
        server::{
            domain::desk,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let page = session.map_or_else(|| paths::coworker(agent), |session| paths::conversation(agent, session));
    match desk::write(&core, &caller, agent, session, &content).await {
        Ok(session) => {
            reply.go(&format!("{}#end", paths::conversation(agent, session)));
            Ok(session)
        }
        Err(failure) if reply.is_plain() && failure.public.code != Code::Internal => {
            let error = failure.public;
            let attempt = desk::keep_typed(&core, &caller, &content).await?;
            let said = error.errors.first().map_or(&error.detail, |error| &error.message);
            reply.go_saying(&format!("{page}?attempt={attempt}"), &Flash::bad(said.clone()));
            Ok(Uuid::nil())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Tries the last message again, for a browser that runs no code.
#[server(prefix = "/fn", endpoint = "retry_message", input = PostUrl)]
pub async fn retry_message(agent: Uuid, session: Uuid) -> Result<(), Error> {
    use crate::{
        paths,
        server::{
            domain::desk,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    desk::retry(&core, &caller, session).await?;
    reply.go(&format!("{}#end", paths::conversation(agent, session)));
    Ok(())
}
