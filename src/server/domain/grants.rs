//! Sharing an agent: who may use it, who edits it, and who owns it. A change holds from the next request on.

use std::{cmp::Reverse, collections::BTreeMap};

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::{
    access::{self, Access},
    audit,
    caller::Caller,
};
use crate::{
    model::{
        account::{Person, Role},
        agent::Right,
        api_key::Scope,
        error::{Error, FieldError},
        grants::{Grants, MAX_PEOPLE, NewGrant, NewGrants},
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
    if new.people.len() > MAX_PEOPLE {
        let message =
            format!("at most {MAX_PEOPLE} people, these are {}; share with everyone instead", new.people.len());
        return Err(Error::field("people", message).into());
    }
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

async fn load(tx: &mut Tx<'_>, agent: &Agent) -> Outcome<Grants> {
    let everyone = grants::everyone(tx, agent.workspace, agent.id).await?;
    let mut people = grants::list(tx, agent.workspace, agent.id).await?;
    people.sort_by_key(|grant| Reverse(grant.right));
    Ok(Grants { everyone, people })
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
            wrong("right", "an agent has one owner; give it to another member to change who that is");
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
