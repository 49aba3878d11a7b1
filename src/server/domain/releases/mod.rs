//! Publishing, rolling back, unpublishing, deleting: the only code that moves the live pointer.
//!
//! Each act is one transaction that holds the agent's row, so numbers are dense and the last word is the only word.

mod history;

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

pub use self::history::{list, live_at, timeline};
use super::{
    access::{self, Access},
    approvals, audit,
    caller::Caller,
    configs, drafts, sessions,
};
use crate::{
    model::{
        compile::{COMPILER_VERSION, compile},
        draft::{PublishBlock, PublishState, publish_blocked},
        error::{Code, Error},
        release::{LiveEventKind, MAX_NOTE, MAX_REASON, Published, Release, ReleaseName},
        session::EndReason,
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::{Failure, Outcome},
        store::{
            agents::{self, Agent},
            configs as bodies,
            db::Tx,
            drafts as saves,
            faces::{self, Face},
            live::{self, NewEvent},
            releases::{self, NewRelease},
        },
    },
};

/// Freezes the draft as the next release and points live at it.
///
/// `expected` is the number of the draft that the person saw: when somebody saved meanwhile, nothing is published.
///
/// # Errors
/// As [`access::agent`] for who publishes here; `validation_failed` for a note that is too long and a draft that never was.
pub async fn publish(core: &Core, caller: &Caller, id: Uuid, note: &str, expected: Option<i64>) -> Outcome<Published> {
    let note = note.trim();
    Error::limit("note", note, MAX_NOTE)?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Publish).await?.agent;
                publish_in(tx, caller, &agent, note, expected, at).await
            }
            .boxed()
        })
        .await
}

/// Makes a revision live, named by its id: the draft is published as [`publish`] does it, a release and a save that was
/// released already are rolled back to, with the note as the reason. Any other save is not what would be published, and is
/// refused like a race. `expected` matters to a publish alone.
///
/// # Errors
/// As [`publish`]; `not_found` for what is no revision of the agent, and for a deleted release.
pub async fn publish_revision(
    core: &Core,
    caller: &Caller,
    id: Uuid,
    revision: Uuid,
    note: &str,
    expected: Option<i64>,
) -> Outcome<Published> {
    let note = note.trim();
    Error::limit("note", note, MAX_NOTE)?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Publish).await?.agent;
                let release = match saves::by_id(tx, agent.workspace, id, revision).await? {
                    Some(save) if save.number == agent.last_draft => {
                        return publish_in(tx, caller, &agent, note, expected, at).await;
                    }
                    Some(_) => releases::by_draft(tx, agent.workspace, id, revision).await?,
                    None => Some(standing(tx, &agent, revision).await?),
                };
                match release {
                    Some(release) => {
                        let release = roll_back_in(tx, caller, &agent, release, note, at).await?;
                        Ok(Published::RolledBack(Box::new(release)))
                    }
                    None => race(tx, &agent).await,
                }
            }
            .boxed()
        })
        .await
}

/// The draft is another one than was meant.
async fn race(tx: &mut Tx<'_>, agent: &Agent) -> Outcome<Published> {
    let draft = drafts::current(tx, agent).await?.info;
    Ok(Published::Race { current: draft.number, saved_by: draft.saved_by })
}

async fn publish_in(
    tx: &mut Tx<'_>,
    caller: &Caller,
    agent: &Agent,
    note: &str,
    expected: Option<i64>,
    at: Timestamp,
) -> Outcome<Published> {
    let draft = drafts::current(tx, agent).await?;
    if let Some(number) = expected.filter(|number| !(1..=draft.info.number).contains(number)) {
        return Err(Error::field("expected_draft", format!("there is no draft {number}")).into());
    }
    let errors = configs::errors(&draft.config);
    let unchanged = agent.live_hash.as_ref() == Some(&draft.info.config_hash);
    let state = PublishState {
        // `Access::Publish` has seen to that.
        not_owner: false,
        unchanged,
        approval: approvals::state(tx, agent).await?,
        // A form that started from another draft than the newest is not what would be published.
        unsaved: expected.is_some_and(|number| number != draft.info.number),
        blocking: errors.iter().map(ToString::to_string).collect(),
        running: false,
    };
    match publish_blocked(&state) {
        Some(PublishBlock::Unsaved | PublishBlock::Running | PublishBlock::NotOwner) => {
            return Ok(Published::Race { current: draft.info.number, saved_by: draft.info.saved_by });
        }
        Some(PublishBlock::Blocking { .. }) => return Ok(Published::Blocked(errors)),
        Some(PublishBlock::Unapproved(approval)) => return Ok(Published::Unapproved(approval)),
        None => {}
    }
    if unchanged {
        return Ok(Published::NoChanges);
    }
    let compiled = compile(&draft.config);
    let compiled_hash = compiled.hash();
    bodies::put(tx, agent.workspace, &compiled_hash, &compiled.canonical()).await?;
    let new = NewRelease {
        id: Uuid::now_v7(),
        version: agents::next_release(tx, agent.workspace, agent.id).await?,
        draft_id: draft.info.revision_id,
        draft_number: draft.info.number,
        config_hash: &draft.info.config_hash,
        compiled_hash: &compiled_hash,
        compiler: i64::from(COMPILER_VERSION),
        note,
        by: caller.account,
        at,
    };
    releases::insert(tx, agent.workspace, agent.id, &new).await?;
    faces::insert(tx, agent.workspace, agent.id, new.id, &Face::of(&draft.config)).await?;
    let move_to = Move { kind: LiveEventKind::Publish, to: Some(new.id), reason: note };
    point(tx, caller, agent, &move_to, at).await?;
    Ok(Published::Released(Box::new(get_in(tx, agent, new.id).await?)))
}

/// Points live at an earlier release. The draft is untouched and no release is made; already live: nothing happens.
///
/// No approval is asked for: what was published before is approved, and going back must be fast.
///
/// # Errors
/// As [`access::agent`] for who publishes here; `not_found` for a release that is not there or was deleted.
pub async fn roll_back(
    core: &Core,
    caller: &Caller,
    id: Uuid,
    release: impl Into<ReleaseName>,
    reason: &str,
    end_open_sessions: bool,
) -> Outcome<Release> {
    let (name, reason) = (release.into(), reason.trim());
    Error::limit("reason", reason, MAX_REASON)?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Publish).await?.agent;
                let release = standing(tx, &agent, name).await?;
                let release = roll_back_in(tx, caller, &agent, release, reason, at).await?;
                if end_open_sessions {
                    sessions::end_others(tx, &agent, release.id, EndReason::RolledBack, at).await?;
                }
                Ok(release)
            }
            .boxed()
        })
        .await
}

async fn roll_back_in(
    tx: &mut Tx<'_>,
    caller: &Caller,
    agent: &Agent,
    release: Release,
    reason: &str,
    at: Timestamp,
) -> Outcome<Release> {
    if release.live {
        return Ok(release);
    }
    let move_to = Move { kind: LiveEventKind::Rollback, to: Some(release.id), reason };
    point(tx, caller, agent, &move_to, at).await?;
    get_in(tx, agent, release.id).await
}

/// Points live at nothing and ends the open conversations; again: nothing happens.
///
/// # Errors
/// As [`access::agent`] for who publishes here.
pub async fn unpublish(core: &Core, caller: &Caller, id: Uuid) -> Outcome<()> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Publish).await?.agent;
                if agent.live_hash.is_some() {
                    let nothing = Move { kind: LiveEventKind::Unpublish, to: None, reason: "" };
                    point(tx, caller, &agent, &nothing, at).await?;
                    sessions::end_live(tx, &agent, EndReason::Unpublished, at).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
}

/// Deletes a release that is not live: it stays listed with a tombstone, and its conversations end.
///
/// # Errors
/// As [`access::agent`] for an editor; `release_is_live`; `not_found` for what never was. Again: nothing happens.
pub async fn delete(core: &Core, caller: &Caller, id: Uuid, release: impl Into<ReleaseName>) -> Outcome<Release> {
    let name = release.into();
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Edit).await?.agent;
                let release = named(tx, &agent, name).await?.ok_or_else(|| unknown(name))?;
                let version = release.version;
                if release.deleted_at.is_some() {
                    return Ok(release);
                }
                if release.live {
                    let detail = format!("v{version} is live. Roll back or unpublish before you delete it.");
                    return Err(Error::new(Code::ReleaseIsLive, detail).into());
                }
                releases::bury(tx, agent.workspace, release.id, caller.account, at).await?;
                sessions::end_of_release(tx, &agent, release.id, EndReason::ReleaseDeleted, at).await?;
                let event = event(caller, LiveEventKind::Delete, Some(release.id), None, "", at);
                live::record(tx, agent.workspace, id, &event).await?;
                audit::record(tx, caller, "release.delete", Some(id), json!({ "version": version }), at).await?;
                get_in(tx, &agent, release.id).await
            }
            .boxed()
        })
        .await
}

/// A release that was not deleted.
///
/// # Errors
/// `not_found`.
pub async fn standing(tx: &mut Tx<'_>, agent: &Agent, release: impl Into<ReleaseName>) -> Outcome<Release> {
    let name = release.into();
    match named(tx, agent, name).await? {
        Some(release) if release.deleted_at.is_none() => Ok(release),
        _ => Err(unknown(name).into()),
    }
}

/// A release by either of its names, deleted ones included.
///
/// # Errors
/// When the database fails.
pub async fn named(tx: &mut Tx<'_>, agent: &Agent, name: ReleaseName) -> Outcome<Option<Release>> {
    Ok(match name {
        ReleaseName::Version(version) => releases::by_version(tx, agent.workspace, agent.id, version).await?,
        ReleaseName::Id(id) => releases::by_id(tx, agent.workspace, agent.id, id).await?,
    })
}

/// The answer for a release that is not there.
pub(super) fn unknown(name: ReleaseName) -> Error {
    match name {
        ReleaseName::Version(version) => {
            Error::new(Code::NotFound, format!("There is no release v{version} of this agent."))
        }
        ReleaseName::Id(_) => Error::not_found(),
    }
}

/// A move of the pointer.
struct Move<'a> {
    kind: LiveEventKind,
    to: Option<Uuid>,
    reason: &'a str,
}

/// Moves the pointer, repeats it on the agent's row, and records who did it.
async fn point(tx: &mut Tx<'_>, caller: &Caller, agent: &Agent, to: &Move<'_>, at: Timestamp) -> Outcome<()> {
    let before = releases::live(tx, agent.workspace, agent.id).await?;
    let hash = match to.to {
        None => {
            live::clear(tx, agent.workspace, agent.id).await?;
            None
        }
        Some(release) => {
            live::point(tx, agent.workspace, agent.id, release, at).await?;
            Some(get_in(tx, agent, release).await?.config_hash)
        }
    };
    agents::set_live_hash(tx, agent.workspace, agent.id, hash.as_ref(), at).await?;
    let previous = before.as_ref().map(|release| release.id);
    let event = event(caller, to.kind, to.to, previous, to.reason, at);
    live::record(tx, agent.workspace, agent.id, &event).await?;
    let detail = json!({ "before": previous, "after": to.to, "reason": to.reason });
    audit::record(tx, caller, &format!("agent.{}", to.kind.as_str()), Some(agent.id), detail, at).await
}

fn event<'a>(
    caller: &Caller,
    kind: LiveEventKind,
    release: Option<Uuid>,
    previous: Option<Uuid>,
    reason: &'a str,
    at: Timestamp,
) -> NewEvent<'a> {
    let (by, via) = (caller.account, caller.via.as_str());
    NewEvent { id: Uuid::now_v7(), kind, release, previous, reason, by, via, at }
}

async fn get_in(tx: &mut Tx<'_>, agent: &Agent, id: Uuid) -> Outcome<Release> {
    releases::by_id(tx, agent.workspace, agent.id, id)
        .await?
        .ok_or_else(|| Failure::internal(format!("release {id} is missing")))
}
