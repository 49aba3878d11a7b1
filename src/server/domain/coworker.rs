//! Coworker: whom one may talk to, favourites, and the list of one's conversations.
//!
//! Whatever is shown of an agent here is the release's: the live one's in the list of agents, the pinned one's in that of
//! conversations. Nothing of this reads a draft.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::FutureExt;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{
    access::{self, Access},
    caller::Caller,
    sessions::own,
};
use crate::{
    model::{
        agent_list::MAX_SEARCH,
        chat::Made,
        coworker::{
            ConversationQuery, ConversationSummary, Show, UsableAgent, UsableQuery, no_conversation, read_title,
        },
        error::Error,
        page::{self, Page},
        session::{Receipt, first_end},
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{
            agents::name_key,
            conversations, favourites,
            search_words::Search,
            usable_agents::{self, Among, Filter},
        },
    },
};

/// One page of the agents that the caller may talk to.
///
/// # Errors
/// `validation_failed` for a limit, a search or a cursor that is not valid.
pub async fn usable(core: &Core, caller: &Caller, query: &UsableQuery) -> Outcome<Page<UsableAgent>> {
    let filter = usable_filter(caller, query)?;
    let limit = filter.limit - 1;
    core.db
        .read(|tx| {
            async move {
                if query.show != Show::Recent {
                    let rows = usable_agents::page(tx, &filter).await?;
                    return Ok(Page::cut(rows, limit, |row| cursor(&(name_key(&row.name), row.id))));
                }
                let mut recent = conversations::recent_agents(tx, caller.workspace, caller.account).await?;
                recent.retain(|agent| caller.reaches(*agent));
                let these = Filter { among: Among::These(recent.clone()), limit: page::MAX_LIMIT, ..filter };
                let mut data = usable_agents::page(tx, &these).await?;
                data.sort_by_key(|row| recent.iter().position(|id| *id == row.id));
                data.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
                Ok(Page { data, next_cursor: None })
            }
            .boxed()
        })
        .await
}

/// What the store is asked for: one row more than the page has, which only says that there are more.
///
/// # Errors
/// As [`usable`].
pub fn usable_filter(caller: &Caller, query: &UsableQuery) -> Outcome<Filter> {
    let limit = page::limit(query.limit)?;
    let among = match (caller.only_agent(), query.show) {
        (Some(only), _) => Among::These(vec![only]),
        (None, Show::Favourites) => Among::Favourites,
        (None, Show::All | Show::Recent) => Among::All,
    };
    Ok(Filter {
        workspace: caller.workspace,
        account: caller.account,
        among,
        search: search(&query.q)?,
        after: query.cursor.as_deref().map(read_cursor).transpose()?.filter(|_| query.show != Show::Recent),
        limit: limit + 1,
    })
}

/// Marks an agent that the caller may use as a favourite, or no longer. Again: nothing happens.
///
/// # Errors
/// As [`access::agent`] for a user.
pub async fn set_favourite(core: &Core, caller: &Caller, agent: Uuid, on: bool) -> Outcome<()> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                access::agent(tx, caller, agent, Access::Use).await?;
                let (workspace, account) = (caller.workspace, caller.account);
                if on {
                    favourites::add(tx, workspace, account, agent, at).await?;
                } else {
                    favourites::remove(tx, workspace, account, agent).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
}

/// One page of the caller's conversations in Coworker, the last used first.
///
/// # Errors
/// `validation_failed` for a limit, a search or a cursor that is not valid.
pub async fn conversations(
    core: &Core,
    caller: &Caller,
    query: &ConversationQuery,
) -> Outcome<Page<ConversationSummary>> {
    if query.agent.is_some_and(|agent| !caller.reaches(agent)) {
        return Ok(Page { data: Vec::new(), next_cursor: None });
    }
    let filter = conversations_filter(caller, query)?;
    let rows = core.db.read(|tx| async move { Ok(conversations::page(tx, &filter).await?) }.boxed()).await?;
    let limit = page::limit(query.limit)?;
    let page = Page::cut(rows, limit, |row| cursor(&(row.last_used_at, row.id)));
    Ok(page.map(|row| with_idle(core, row)))
}

/// What the store is asked for, with one row more than the page has.
///
/// # Errors
/// As [`conversations()`].
pub fn conversations_filter(caller: &Caller, query: &ConversationQuery) -> Outcome<conversations::Filter> {
    Ok(conversations::Filter {
        workspace: caller.workspace,
        account: caller.account,
        agent: query.agent.or(caller.only_agent()),
        search: search(&query.q)?,
        before: query.cursor.as_deref().map(read_cursor).transpose()?,
        limit: page::limit(query.limit)? + 1,
    })
}

/// A conversation ends by idling without anybody writing it down.
fn with_idle(core: &Core, row: ConversationSummary) -> ConversationSummary {
    let written = row.ended_at.zip(row.end_reason);
    let end = first_end(row.last_used_at, core.settings.session_idle_seconds, written, core.clock.now());
    ConversationSummary { ended_at: end.map(|(at, _)| at), end_reason: end.map(|(_, reason)| reason), ..row }
}

/// Calls a conversation of the caller's something else.
///
/// # Errors
/// `not_found`; `validation_failed` for a title that is empty or too long.
pub async fn rename(core: &Core, caller: &Caller, id: Uuid, title: &str) -> Outcome<ConversationSummary> {
    let title = read_title(title)?;
    let title = &title;
    let row = core
        .db
        .write(|tx| {
            async move {
                own(tx, caller, id).await?;
                conversations::rename(tx, caller.workspace, caller.account, id, title).await?;
                let row = conversations::find(tx, caller.workspace, caller.account, id).await?;
                // One that is tried out in the preview is in no list.
                Ok(row.ok_or_else(no_conversation)?)
            }
            .boxed()
        })
        .await?;
    Ok(with_idle(core, row))
}

/// What answers in a conversation of the caller's, and who made that when.
///
/// # Errors
/// `not_found`.
pub async fn receipt(core: &Core, caller: &Caller, id: Uuid) -> Outcome<(Receipt, Made)> {
    core.db
        .read(|tx| {
            async move {
                let row = own(tx, caller, id).await?;
                let serving = super::sessions::serving(tx, caller.workspace, &row).await?;
                Ok((serving.receipt, serving.made))
            }
            .boxed()
        })
        .await
}

fn search(q: &str) -> Result<Option<Search>, Error> {
    let length = q.chars().count();
    if length > MAX_SEARCH {
        return Err(Error::field("q", format!("at most {MAX_SEARCH} characters, this has {length}")));
    }
    Ok(Search::read(q))
}

/// A place in a list.
fn cursor(place: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default())
}

fn read_cursor<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let wrong = page::unknown_cursor;
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
    // Postgres takes no NUL in text.
    if bytes.windows(6).any(|six| six == b"\\u0000") {
        return Err(wrong());
    }
    serde_json::from_slice(&bytes).map_err(|_| wrong())
}
