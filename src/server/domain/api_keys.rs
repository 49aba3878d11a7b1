//! API keys: made by a member for a program that acts as them, and checked anew on each request.
//!
//! Nothing about a key is kept in memory, so that one that was revoked, has run out, or whose maker has left stops at once
//! on every node. What its maker may do is looked up each time too: a key never may more.

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::{
    access::{self, Access},
    audit,
    caller::{Caller, KeyUse, Source, Via},
};
use crate::{
    model::{
        api_key::{ApiKey, KEY_START, NewApiKey, SHOWN_LETTERS, Scope},
        error::{Code, Error},
        page::{self, Page},
    },
    server::{
        core::Core,
        failure::Outcome,
        secrets::{random_token, same},
        store::{
            accounts,
            api_keys::{self, NewKey, Viewer},
            memberships,
        },
    },
};

/// What the keyed hashes of keys are for.
const PURPOSE: &str = "api-key";
/// How many letters follow [`KEY_START`]: 256 bits in the letters of a URL.
const RANDOM_LETTERS: usize = 43;
/// Seconds after which a key is written as used again: not on each request.
const USED_EVERY_SECONDS: i64 = 60;

/// Makes a key that acts as the caller, and gives its secret, which nobody can read again later.
///
/// # Errors
/// `validation_failed` with every field at fault; `forbidden` for the scope `admin` of who is no admin, and for a key
/// without that scope; as [`access::agent`] for an editor, where it is bound to an agent.
pub async fn make(core: &Core, caller: &Caller, new: &NewApiKey) -> Outcome<(ApiKey, String)> {
    caller.require(Scope::Admin)?;
    let at = core.clock.now();
    let new = new.checked(at).map_err(Error::invalid)?;
    if new.scopes.contains(Scope::Admin) && !caller.acts_as_admin() {
        return Err(Error::forbidden("Only an admin of the workspace may make a key with the scope admin.").into());
    }
    let secret = format!("{KEY_START}{}", random_token()?);
    let hash = core.secrets.fingerprint(PURPOSE, &secret);
    let prefix: String = secret.chars().take(SHOWN_LETTERS).collect();
    let id = Uuid::now_v7();
    let made = core.db.write(|tx| {
        let NewApiKey { name, scopes, agent_id, expires_at } = &new;
        let (hash, prefix) = (&hash, &prefix);
        async move {
            if let Some(agent) = *agent_id {
                access::agent_locked(tx, caller, agent, Access::Edit).await?;
            }
            let row = NewKey {
                id,
                account: caller.account,
                agent: *agent_id,
                name,
                prefix,
                hash,
                scopes: *scopes,
                at,
                expires_at: *expires_at,
            };
            api_keys::insert(tx, caller.workspace, &row).await?;
            let detail = json!({
                "name": name, "prefix": prefix, "scopes": scopes, "agent_id": agent_id, "expires_at": expires_at
            });
            audit::record(tx, caller, "key.make", Some(id), detail, at).await?;
            let made = api_keys::find(tx, caller.workspace, viewer(caller), id).await?;
            Ok(made.ok_or_else(Error::not_found)?)
        }
        .boxed()
    });
    Ok((made.await?, secret))
}

/// The keys that the caller sees, newest first: an admin everybody's, everybody else their own. Those that were revoked or
/// have run out are among them. `agent` leaves only the keys that are bound to it.
///
/// # Errors
/// `validation_failed` for a limit or a cursor that is not valid; `forbidden` for a key without the scope `admin`.
pub async fn list(
    core: &Core,
    caller: &Caller,
    agent: Option<Uuid>,
    cursor: Option<&str>,
    asked: Option<u32>,
) -> Outcome<Page<ApiKey>> {
    caller.require(Scope::Admin)?;
    let limit = page::limit(asked)?;
    let before = page::before(cursor)?;
    core.db
        .read(|tx| {
            async move {
                let rows = api_keys::page(tx, caller.workspace, viewer(caller), agent, before, limit + 1).await?;
                Ok(Page::cut(rows, limit, |key| key.id.to_string()))
            }
            .boxed()
        })
        .await
}

/// One key.
///
/// # Errors
/// `not_found` for what is no key that the caller sees; `forbidden` for a key without the scope `admin`.
pub async fn get(core: &Core, caller: &Caller, id: Uuid) -> Outcome<ApiKey> {
    caller.require(Scope::Admin)?;
    let found = core
        .db
        .read(|tx| async move { Ok(api_keys::find(tx, caller.workspace, viewer(caller), id).await?) }.boxed())
        .await?;
    Ok(found.ok_or_else(Error::not_found)?)
}

/// Revokes a key for good, one's own or, for an admin, anybody's; again: nothing happens.
///
/// # Errors
/// As [`get`].
pub async fn revoke(core: &Core, caller: &Caller, id: Uuid) -> Outcome<ApiKey> {
    caller.require(Scope::Admin)?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let found = api_keys::find(tx, caller.workspace, viewer(caller), id).await?;
                let found = found.ok_or_else(Error::not_found)?;
                if !api_keys::revoke(tx, caller.workspace, id, at).await? {
                    return Ok(found);
                }
                let detail = json!({ "name": found.name, "prefix": found.prefix, "account_id": found.made_by.id });
                audit::record(tx, caller, "key.revoke", Some(id), detail, at).await?;
                Ok(ApiKey { revoked_at: Some(at), ..found })
            }
            .boxed()
        })
        .await
}

/// Revokes any key of any workspace: for the command line on the server.
///
/// # Errors
/// `not_found` for what is no key.
pub async fn revoke_on_server(core: &Core, id: Uuid) -> Outcome<()> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let workspace = api_keys::workspace_of(tx, id).await?;
                let workspace =
                    workspace.ok_or_else(|| Error::new(Code::NotFound, format!("There is no key {id}.")))?;
                if api_keys::revoke(tx, workspace, id, at).await? {
                    audit::record_from(tx, &Source::command_line(), workspace, None, "key.revoke", Some(id), at)
                        .await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
}

/// The member with this address, as the command line on the server acts for them: in the workspace of this name or id,
/// else in the first that they joined.
///
/// # Errors
/// `not_found` when there is no such account, or it does not belong there.
pub async fn member(core: &Core, email: &str, workspace: Option<&str>) -> Outcome<Caller> {
    let nobody = || Error::new(Code::NotFound, format!("There is no account with the address {email}."));
    core.db
        .read(|tx| {
            async move {
                let account = accounts::by_email(tx, email).await?.ok_or_else(nobody)?.id;
                let all = memberships::of_account(tx, account).await?;
                let named = |name: &str| all.iter().find(|one| one.name == name || one.id.to_string() == name);
                let found = workspace.map_or_else(|| all.first(), named).ok_or_else(|| {
                    let place = workspace.map_or_else(|| "any workspace".to_owned(), |name| format!("“{name}”"));
                    Error::new(Code::NotFound, format!("{email} does not belong to {place}."))
                })?;
                let (workspace, role) = (found.id, found.role);
                Ok(Caller { account, workspace, role, via: Via::Cli, address: String::new(), key: None })
            }
            .boxed()
        })
        .await
}

/// Who calls with this key; nobody, when it is no key, was revoked, has run out, or its maker is no member any more.
///
/// # Errors
/// When the database fails.
pub async fn authenticate(core: &Core, from: &Source, presented: &str) -> Outcome<Option<Caller>> {
    let letters = presented.strip_prefix(KEY_START).unwrap_or_default();
    let is_one = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if letters.len() != RANDOM_LETTERS || !letters.bytes().all(is_one) {
        return Ok(None);
    }
    let hash = core.secrets.fingerprint(PURPOSE, presented);
    let found = core.db.read(|tx| {
        let hash = &hash;
        async move { Ok(api_keys::by_hash(tx, hash).await?) }.boxed()
    });
    let now = core.clock.now();
    let works = |key: &api_keys::Found| same(&key.hash, &hash) && key.expires_at.is_none_or(|end| end > now);
    let Some(key) = found.await?.filter(works) else { return Ok(None) };
    if key.last_used_at.is_none_or(|last| now.seconds_since(last) >= USED_EVERY_SECONDS) {
        let (workspace, id, before) = (key.workspace, key.id, now.plus_seconds(-USED_EVERY_SECONDS));
        let noted =
            core.db.write(|tx| async move { Ok(api_keys::used(tx, workspace, id, before, now).await?) }.boxed()).await;
        // A disk that is full must not keep anybody from reading.
        if let Err(failure) = noted {
            let _ = failure.into_public();
        }
    }
    Ok(Some(Caller {
        account: key.account,
        workspace: key.workspace,
        role: key.role,
        via: from.via,
        address: from.address.clone(),
        key: Some(KeyUse { id: key.id, scopes: key.scopes, agent: key.agent }),
    }))
}

fn viewer(caller: &Caller) -> Viewer {
    Viewer { account: caller.account, sees_all: caller.acts_as_admin() }
}
