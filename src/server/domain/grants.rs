//! Sharing an agent: who may use it, who edits it, and who owns it. A change holds from the next request on.

use std::{cmp::Reverse, collections::BTreeMap};

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::{
    access::{self, Access},
    audit,
    caller::Caller,
    members,
};
use crate::{
    model::{
        account::{Member, Person, Role},
        agent::Right,
        api_key::Scope,
        error::{Code, Error, FieldError},
        grants::{FOUND, Found, GrantedAccount, Grants, MAX_PEOPLE, NewGrant, NewGrants, Sharing, Standing},
        page::Page,
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{
            accounts,
            agents::{self, Agent},
            db::Tx,
            grants, memberships,
        },
    },
};

/// The rights on an agent.
///
/// # Errors
/// As [`access::agent`] for an owner.
pub async fn list(core: &Core, caller: &Caller, id: Uuid) -> Outcome<Grants> {
    core.db
        .read(|tx| {
            async move {
                let agent = access::agent(tx, caller, id, Access::Own).await?.agent;
                load(tx, &agent).await
            }
            .boxed()
        })
        .await
}

/// Sets all rights on an agent at once; the same ones again: nothing happens. Who owns it is not changed here.
///
/// # Errors
/// As [`access::agent`] for an owner; `validation_failed` for who is no member, is named twice, or is to own or not to own it.
pub async fn set(core: &Core, caller: &Caller, id: Uuid, new: &NewGrants) -> Outcome<Grants> {
    refuse_crowd(new)?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Own).await?.agent;
                let before = load(tx, &agent).await?.to_new();
                check(tx, &agent, &new.people).await?;
                change(tx, caller, &agent, &before, new, at).await?;
                load(tx, &agent).await
            }
            .boxed()
        })
        .await
}

/// Gives one member a right, in place of the one that they had, or takes it away; the others keep theirs, whatever was done
/// with them meanwhile.
///
/// # Errors
/// As [`access::agent`] for an owner; `not_found` for who is no member; `validation_failed` for who is to own or not to own
/// it.
pub async fn set_one(core: &Core, caller: &Caller, id: Uuid, account: Uuid, right: Option<Right>) -> Outcome<Grants> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Own).await?.agent;
                let before = load(tx, &agent).await?.to_new();
                let mut after = before.clone();
                after.people.retain(|grant| grant.account_id != account);
                if memberships::role_held(tx, agent.workspace, account).await?.is_none() {
                    return Err(Error::new(Code::NotFound, NOBODY).into());
                }
                if (account == agent.owner) != (right == Some(Right::Owner)) {
                    return Err(Error::field("right", ONE_OWNER).into());
                }
                after.people.extend(right.map(|right| NewGrant { account_id: account, right }));
                refuse_crowd(&after)?;
                change(tx, caller, &agent, &before, &after, at).await?;
                load(tx, &agent).await
            }
            .boxed()
        })
        .await
}

/// Members whom the owner of an agent may share it with: those whose name or address has words that begin so.
///
/// # Errors
/// As [`access::agent`] for an owner; `validation_failed` for words that are too long, and for a cursor that this list did
/// not give.
pub async fn candidates(
    core: &Core,
    caller: &Caller,
    id: Uuid,
    words: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Outcome<Page<GrantedAccount>> {
    core.db.read(|tx| access::agent(tx, caller, id, Access::Own).boxed()).await?;
    let found = members::search(core, caller, words, cursor, limit).await?;
    Ok(found.map(|Member { account_id, name, email, .. }| GrantedAccount { id: account_id, name, email }))
}

/// What the Share dialog shows, with whom these words find.
///
/// # Errors
/// As [`candidates`].
pub async fn sharing(core: &Core, caller: &Caller, id: Uuid, words: &str) -> Outcome<Sharing> {
    let (name, grants) = core
        .db
        .read(|tx| {
            async move {
                let agent = access::agent(tx, caller, id, Access::Own).await?.agent;
                let grants = load(tx, &agent).await?;
                Ok((agent.name, grants))
            }
            .boxed()
        })
        .await?;
    let found = if words.trim().is_empty() { None } else { Some(find(core, caller, id, words).await?) };
    Ok(Sharing { agent: id, name, grants, found })
}

/// The first of [`candidates`].
///
/// # Errors
/// As [`candidates`].
pub async fn find(core: &Core, caller: &Caller, id: Uuid, words: &str) -> Outcome<Found> {
    let page = candidates(core, caller, id, words, None, FOUND).await?;
    Ok(Found { more: page.next_cursor.is_some(), people: page.data })
}

/// How the caller stands to an agent, for a page of it that is open.
///
/// # Errors
/// As [`access::agent`] for whom may see it.
pub async fn standing(core: &Core, caller: &Caller, id: Uuid) -> Outcome<Standing> {
    core.db
        .read(|tx| {
            async move {
                let access::Granted { agent, right } = access::agent(tx, caller, id, Access::See).await?;
                let owner = accounts::by_id(tx, agent.owner).await?.ok_or_else(Error::not_found)?;
                Ok(Standing { right, owner: Person { id: owner.id, name: owner.name } })
            }
            .boxed()
        })
        .await
}

/// Lets everyone in the workspace use the agent, or no longer.
///
/// # Errors
/// As [`access::agent`] for an owner.
pub async fn set_everyone(core: &Core, caller: &Caller, id: Uuid, on: bool) -> Outcome<()> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Own).await?.agent;
                let before = load(tx, &agent).await?.to_new();
                let after = NewGrants { everyone: on, ..before.clone() };
                change(tx, caller, &agent, &before, &after, at).await
            }
            .boxed()
        })
        .await
}

/// Gives an agent to another member; the owner before becomes an editor. An admin may do it with any agent, and so take one
/// over.
///
/// # Errors
/// `not_found` for who may not see the agent, `forbidden` for who neither owns it nor is an admin; `validation_failed` for a
/// new owner who is no member.
pub async fn give(core: &Core, caller: &Caller, id: Uuid, account: Uuid) -> Outcome<Person> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let granted = access::agent_locked(tx, caller, id, Access::See).await?;
                if granted.right != Some(Right::Owner) {
                    caller.require(Scope::Admin)?;
                    if caller.role != Role::Admin {
                        return Err(
                            Error::forbidden("Only its owner or an admin may give this agent to somebody.").into()
                        );
                    }
                }
                let member = memberships::role_held(tx, caller.workspace, account).await?;
                let owner = accounts::by_id(tx, account).await?.filter(|_| member.is_some());
                let owner = owner.ok_or_else(|| Error::field("account_id", NO_MEMBER))?;
                let before = granted.agent.owner;
                if before != account {
                    grants::set(tx, caller.workspace, id, before, Right::Editor, caller.account, at).await?;
                    grants::set(tx, caller.workspace, id, account, Right::Owner, caller.account, at).await?;
                    agents::set_owner(tx, caller.workspace, id, account, at).await?;
                    let detail = json!({ "before": before, "after": account });
                    audit::record(tx, caller, "agent.owner", Some(id), detail, at).await?;
                }
                Ok(Person { id: account, name: owner.name })
            }
            .boxed()
        })
        .await
}

const NO_MEMBER: &str = "is not a member of this workspace";
const NOBODY: &str = "There is no such member in this workspace.";
const ONE_OWNER: &str = "an agent has one owner; give it to another member to change who that is";

async fn load(tx: &mut Tx<'_>, agent: &Agent) -> Outcome<Grants> {
    let everyone = grants::everyone(tx, agent.workspace, agent.id).await?;
    let mut people = grants::list(tx, agent.workspace, agent.id).await?;
    people.sort_by_key(|grant| Reverse(grant.right));
    Ok(Grants { everyone, people })
}

fn refuse_crowd(new: &NewGrants) -> Result<(), Error> {
    if new.people.len() <= MAX_PEOPLE {
        return Ok(());
    }
    let message = format!("at most {MAX_PEOPLE} people, these are {}; share with everyone instead", new.people.len());
    Err(Error::field("people", message))
}

/// Refuses what cannot be granted, each by its place in the list. Accounts of other workspaces answer like unknown ones.
async fn check(tx: &mut Tx<'_>, agent: &Agent, people: &[NewGrant]) -> Outcome<()> {
    let mut errors = Vec::new();
    let mut seen = Vec::with_capacity(people.len());
    for (index, grant) in people.iter().enumerate() {
        let mut wrong = |part: &str, message: &str| {
            errors.push(FieldError::new(format!("people[{index}].{part}"), message));
        };
        if seen.contains(&grant.account_id) {
            wrong("account_id", "is named twice");
        } else if memberships::role_held(tx, agent.workspace, grant.account_id).await?.is_none() {
            wrong("account_id", NO_MEMBER);
        } else if (grant.account_id == agent.owner) != (grant.right == Right::Owner) {
            wrong("right", ONE_OWNER);
        }
        seen.push(grant.account_id);
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::invalid(errors).into()) }
}

/// Makes `after` out of `before`, and ends the conversations of those who lost their right.
async fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    agent: &Agent,
    before: &NewGrants,
    after: &NewGrants,
    at: Timestamp,
) -> Outcome<()> {
    let rights = |grants: &NewGrants| -> BTreeMap<Uuid, Right> {
        grants.people.iter().map(|grant| (grant.account_id, grant.right)).collect()
    };
    let (old, mut new) = (rights(before), rights(after));
    new.insert(agent.owner, Right::Owner);
    if (before.everyone, &old) == (after.everyone, &new) {
        return Ok(());
    }
    let (workspace, id, by) = (agent.workspace, agent.id, caller.account);
    for account in old.keys().filter(|account| !new.contains_key(account)) {
        grants::remove(tx, workspace, id, *account).await?;
    }
    for (account, right) in new.iter().filter(|(account, right)| old.get(account) != Some(right)) {
        grants::set(tx, workspace, id, *account, *right, by, at).await?;
    }
    if before.everyone != after.everyone {
        grants::set_everyone(tx, workspace, id, after.everyone, by, at).await?;
    }
    grants::end_revoked(tx, workspace, id, at).await?;
    let shown = |everyone: bool, people: &BTreeMap<Uuid, Right>| json!({ "everyone": everyone, "people": people });
    let detail = json!({ "before": shown(before.everyone, &old), "after": shown(after.everyone, &new) });
    audit::record(tx, caller, "agent.grants", Some(id), detail, at).await
}
