//! The list of agents: who sees which, one page at a time.
//!
//! An admin of the workspace sees every agent; a member sees those that they have a grant of their own on.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    access::{self, Access},
    caller::Caller,
    members,
};
use crate::{
    model::{
        account::{Person, Role},
        agent::AgentRow,
        agent_list::{AgentPage, AgentQuery, FilterChoices, Sort},
        error::Error,
        page,
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{
            accounts, agent_choices,
            agent_list::{self, Edge, Filter, Viewer},
            agent_tags, agents,
            db::Tx,
        },
    },
};

/// One page of the agents that the caller sees.
///
/// # Errors
/// `validation_failed` for a limit, a search or a cursor that is not valid.
pub async fn list(core: &Core, caller: &Caller, query: &AgentQuery) -> Outcome<AgentPage> {
    let filter = filter(caller, query)?;
    core.db.read(|tx| async move { page(tx, filter).await }.boxed()).await
}

/// What the filters offer the caller.
///
/// # Errors
/// `not_found` for a key of an agent that is gone.
pub async fn choices(core: &Core, caller: &Caller) -> Outcome<FilterChoices> {
    core.db
        .read(|tx| {
            async move {
                let viewer = viewer(caller);
                if let Some(only) = caller.only_agent() {
                    return choices_of(tx, caller, only).await;
                }
                Ok(FilterChoices {
                    tags: agent_choices::tags(tx, caller.workspace, viewer).await?,
                    owners: agent_choices::owners(tx, caller.workspace, viewer).await?,
                })
            }
            .boxed()
        })
        .await
}

/// What the filters offer where there is one agent.
async fn choices_of(tx: &mut Tx<'_>, caller: &Caller, only: Uuid) -> Outcome<FilterChoices> {
    let agent = access::agent(tx, caller, only, Access::See).await?.agent;
    let owner = accounts::by_id(tx, agent.owner).await?;
    let owners = owner.map(|owner| Person { id: owner.id, name: owner.name }).into_iter().collect();
    Ok(FilterChoices { tags: agent_tags::of(tx, caller.workspace, only).await?, owners })
}

/// What the caller sees of the workspace's agents.
#[must_use]
pub fn viewer(caller: &Caller) -> Viewer {
    Viewer { account: caller.account, sees_all: caller.role == Role::Admin, only: caller.only_agent() }
}

/// What the store is asked for: one row more than the page has, which only says that there are more.
///
/// # Errors
/// `validation_failed` for a limit, a search or a cursor that is not valid.
pub fn filter(caller: &Caller, query: &AgentQuery) -> Outcome<Filter> {
    let limit = page::limit(query.limit)?;
    let cursor = query.cursor.as_deref().map(|text| Cursor::read(text, query.sort)).transpose()?;
    Ok(Filter {
        workspace: caller.workspace,
        viewer: viewer(caller),
        search: members::read_search(&query.q)?,
        status: query.status,
        tag: query.tag.clone(),
        owner: query.owner,
        sort: query.sort,
        backward: cursor.as_ref().is_some_and(|cursor| cursor.backward),
        edge: cursor.map(|cursor| cursor.edge),
        limit: limit + 1,
    })
}

/// [`list`], inside a transaction of the caller's.
///
/// # Errors
/// When the database fails.
pub(super) async fn page(tx: &mut Tx<'_>, mut filter: Filter) -> Outcome<AgentPage> {
    let most = usize::try_from(filter.limit - 1).unwrap_or(usize::MAX);
    let mut rows = agent_list::page(tx, &filter).await?;
    if filter.backward {
        if rows.len() > most {
            rows.remove(0);
            let (first, last) = (rows.first(), rows.last());
            let prev_cursor = first.map(|row| Cursor::at(row, filter.sort, true));
            let next_cursor = last.map(|row| Cursor::at(row, filter.sort, false));
            return Ok(AgentPage { next_cursor, prev_cursor, data: rows });
        }
        // The walk back has reached the beginning: the first page, in full.
        filter.backward = false;
        filter.edge = None;
        rows = agent_list::page(tx, &filter).await?;
    }
    let more = rows.len() > most;
    rows.truncate(most);
    let next_cursor = rows.last().filter(|_| more).map(|row| Cursor::at(row, filter.sort, false));
    let prev_cursor = match (&filter.edge, rows.first()) {
        (None, _) => None,
        (Some(_), Some(row)) => Some(Cursor::at(row, filter.sort, true)),
        // Everything after the cursor has gone: back from where it stood.
        (Some(edge), None) => Some(Cursor { sort: filter.sort, backward: true, edge: edge.clone() }.text()),
    };
    Ok(AgentPage { data: rows, next_cursor, prev_cursor })
}

/// A place in the list and a direction, bound to the sort.
struct Cursor {
    sort: Sort,
    backward: bool,
    edge: Edge,
}

/// What a cursor's text is made of. The key is the text of the time or the name that the sort goes by.
#[derive(Serialize, Deserialize)]
struct Packed(Sort, bool, String, Uuid);

impl Cursor {
    fn at(row: &AgentRow, sort: Sort, backward: bool) -> String {
        let edge = Edge { updated_at: row.updated_at, name_key: agents::name_key(&row.name), id: row.id };
        Self { sort, backward, edge }.text()
    }

    fn text(self) -> String {
        let Self { sort, backward, edge } = self;
        let key = match sort {
            Sort::Updated => edge.updated_at.0.to_string(),
            Sort::Name => edge.name_key,
            Sort::Created => String::new(),
        };
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&Packed(sort, backward, key, edge.id)).unwrap_or_default())
    }

    fn read(text: &str, sort: Sort) -> Result<Self, Error> {
        let wrong = page::unknown_cursor;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let Packed(of, backward, key, id) = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
        if of != sort {
            return Err(Error::field("cursor", format!("of a list sorted by {}, not {}", of.as_str(), sort.as_str())));
        }
        let updated_at = match sort {
            Sort::Updated => Timestamp(key.parse().map_err(|_| wrong())?),
            Sort::Name | Sort::Created => Timestamp(0),
        };
        // Postgres takes no NUL in text.
        if key.contains('\0') {
            return Err(wrong());
        }
        Ok(Self { sort, backward, edge: Edge { updated_at, name_key: key, id } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_goes_there_and_back_and_belongs_to_its_sort() {
        for sort in Sort::ALL {
            let edge = Edge { updated_at: Timestamp(7), name_key: "“é”".into(), id: Uuid::from_u128(9) };
            let text = Cursor { sort, backward: true, edge: edge.clone() }.text();
            assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{text}");
            let read = Cursor::read(&text, sort).unwrap();
            assert!(read.backward && read.sort == sort && read.edge.id == edge.id);
            for other in Sort::ALL.into_iter().filter(|other| *other != sort) {
                assert!(Cursor::read(&text, other).is_err());
            }
        }
        for wrong in ["", "7", "%00", "W10", "WyJ1cGRhdGVkIixmYWxzZSwieCIsIjAwMDAwMDAwIl0"] {
            assert!(Cursor::read(wrong, Sort::Updated).is_err(), "{wrong}");
        }
    }
}
