//! Runs: one execution of an agent on an input, from start to outcome.
//!
//! A run is pinned when its row is written and is executed by the node that wrote it, in a task of its own. The row says how
//! it came out, on every node; the engine's feed carries only the text on its way. While it runs, its node holds a lease on
//! the row and looks at it each second: a run that was cancelled elsewhere stops here, and a node that died is noticed when
//! its lease is over.
//!
//! A run ends with what ends conversations: unpublishing the agent, a roll back that ends them, deleting the agent or the
//! release, removing its member. Runs of an editor's own choice of revision outlive an unpublish and a roll back, as
//! conversations with the draft do.

use std::{convert::Infallible, time::Duration};

use futures_util::FutureExt;
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    access::{self, Access},
    caller::Caller,
    serving, sessions,
};
use crate::{
    model::{
        agent::Right,
        error::Error,
        page::{self, Page},
        run::{MAX_WAIT, Run, RunError, RunErrorCode, RunStatus, check_input, input_text},
        session::{Author, EndReason, MessageOutcome, ServedBecause},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        engine::{
            answer::{Answered, By, answer},
            feed::Feed,
            history::Turn,
        },
        failure::Outcome,
        store::{
            db::Tx,
            runs::{self, Ending, RunRow, Those},
        },
        task::stop_when_over,
    },
};

/// How long a run counts as being at work after the last sign of life, in seconds.
const LEASE: i64 = 60;
/// How often a node looks whether a run of its own goes on.
const LOOK: Duration = Duration::from_secs(1);
/// How often a run on another node is looked at for somebody who waits.
pub(super) const POLL: Duration = Duration::from_millis(500);

/// Starts a run: [`insert`], then [`go`].
///
/// # Errors
/// As [`insert`].
pub async fn start(core: &Core, caller: &Caller, agent: Uuid, revision: Option<Uuid>, input: &Value) -> Outcome<Run> {
    let run = insert(core, caller, agent, revision, input).await?;
    go(core, caller, &run);
    Ok(run)
}

/// Writes a run that is about to begin, and nothing else: with what is live now, or with a revision of the caller's choice.
///
/// # Errors
/// As [`serving::pin`]; `validation_failed` for `input`.
pub async fn insert(core: &Core, caller: &Caller, agent: Uuid, revision: Option<Uuid>, input: &Value) -> Outcome<Run> {
    check_input(input)?;
    let at = core.clock.now();
    let id = Uuid::now_v7();
    core.db
        .write(|tx| {
            async move {
                let (pinned, reason) = serving::pin(tx, caller, agent, revision).await?;
                let receipt = serving::of(tx, caller.workspace, agent, Some(pinned), reason).await?.receipt;
                let run = Run {
                    id,
                    agent_id: agent,
                    revision_id: pinned.id(),
                    status: RunStatus::Pending,
                    input: input.clone(),
                    output: None,
                    error: None,
                    receipt,
                    created_at: at,
                    completed_at: None,
                };
                let lease_until = Some(at.plus_seconds(LEASE));
                let channel = sessions::channel(caller, reason);
                let row = RunRow { run, account: caller.account, channel, pinned, lease_until };
                runs::insert(tx, caller.workspace, &row, reason).await?;
                Ok(row.run)
            }
            .boxed()
        })
        .await
}

/// Executes a run that was inserted, in a task of its own. A run that was begun already, or is over, is left alone; one that
/// nobody begins counts as interrupted when its lease is over.
pub fn go(core: &Core, caller: &Caller, run: &Run) {
    if core.engine.reader(run.id).is_some() {
        return;
    }
    let (core, workspace, id) = (core.clone(), caller.workspace, run.id);
    let engine = core.engine.clone();
    let _ = engine.spawn(id, move |feed, stop| async move { execute(&core, workspace, id, &feed, &stop).await });
}

/// A run that the caller started, or of an agent that they may edit. A key that gets what is live sees no other runs.
///
/// # Errors
/// `not_found` for everybody else and for what never was.
pub async fn get(core: &Core, caller: &Caller, id: Uuid) -> Outcome<Run> {
    let now = core.clock.now();
    core.db.read(|tx| async move { Ok(visible(tx, caller, id).await?.at(now)) }.boxed()).await
}

/// Like [`get`], as soon as the run is over, or after this many seconds as it is then.
///
/// # Errors
/// As [`get`]; `validation_failed` for more than [`MAX_WAIT`] seconds.
pub async fn wait(core: &Core, caller: &Caller, id: Uuid, seconds: u32) -> Outcome<Run> {
    if seconds > MAX_WAIT {
        return Err(Error::field("wait", format!("must be from 0 to {MAX_WAIT}")).into());
    }
    let end = Instant::now() + Duration::from_secs(seconds.into());
    loop {
        let run = get(core, caller, id).await?;
        if run.status.is_over() || Instant::now() >= end {
            return Ok(run);
        }
        match core.engine.reader(id) {
            // Its end is all that counts here: how it came out is in the row.
            Some(reader) => drop(tokio::time::timeout_at(end, reader.finished()).await),
            None => tokio::time::sleep_until(end.min(Instant::now() + POLL)).await,
        }
    }
}

/// The runs of an agent, newest first: all of them for an editor, their own for everybody else.
///
/// # Errors
/// As [`access::agent`] for a user; `validation_failed` for a cursor that no list gave.
pub async fn list(core: &Core, caller: &Caller, agent: Uuid, cursor: Option<&str>, limit: u32) -> Outcome<Page<Run>> {
    let before = page::before(cursor)?;
    let now = core.clock.now();
    core.db
        .read(|tx| {
            async move {
                let right = access::agent(tx, caller, agent, Access::Use).await?.right;
                let (workspace, most) = (caller.workspace, limit + 1);
                let rows = if right >= Some(Right::Editor) && caller.tries_drafts() {
                    runs::page(tx, workspace, agent, before, most).await?
                } else {
                    let live_only = !caller.tries_drafts();
                    runs::page_of_account(tx, workspace, agent, caller.account, live_only, before, most).await?
                };
                Ok(Page::cut(rows, limit, |row| row.run.id.to_string()).map(|row| row.at(now)))
            }
            .boxed()
        })
        .await
}

/// Cancels a run, on whichever node it runs; one that is over stays as it is.
///
/// # Errors
/// As [`get`].
pub async fn cancel(core: &Core, caller: &Caller, id: Uuid) -> Outcome<Run> {
    let at = core.clock.now();
    let run = core
        .db
        .write(|tx| {
            async move {
                visible(tx, caller, id).await?;
                runs::end(tx, caller.workspace, id, &Ending::Cancelled, at).await?;
                Ok(visible(tx, caller, id).await?.at(at))
            }
            .boxed()
        })
        .await?;
    let _ = core.engine.stop(id);
    Ok(run)
}

/// Cancels runs along with the conversations that end for this reason.
///
/// # Errors
/// When the database fails.
pub(super) async fn end_with(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    those: Those,
    reason: EndReason,
    at: Timestamp,
) -> Outcome<()> {
    if let Some(why) = RunError::ended(reason) {
        runs::cancel_all(tx, workspace, those, &why, at).await?;
    }
    Ok(())
}

async fn visible(tx: &mut Tx<'_>, caller: &Caller, id: Uuid) -> Outcome<RunRow> {
    let row = runs::find(tx, caller.workspace, id).await?.ok_or_else(Error::not_found)?;
    let (agent, live) = (row.run.agent_id, row.run.receipt.reason == ServedBecause::LiveAtStart);
    if !caller.reaches(agent) || !(live || caller.tries_drafts()) {
        return Err(Error::not_found().into());
    }
    if row.account != caller.account {
        access::editor(tx, caller, agent).await?;
    }
    Ok(row)
}

/// The whole of a run, on the node that has it. The feed is not ended but dropped: it carries the text, and how the run came
/// out is in the row by then.
async fn execute(core: &Core, workspace: Uuid, id: Uuid, feed: &Feed, stop: &CancellationToken) {
    let ending = match begin(core, workspace, id).await {
        Ok(None) => return,
        Ok(Some(by)) => {
            let most = Duration::from_secs(core.settings.answer_timeout_seconds);
            let answered = tokio::select! {
                answered = answer(&core.engine, by, feed, stop, most) => answered,
                never = watch(core, workspace, id, stop) => match never {},
            };
            came_out(answered)
        }
        Err(failure) => Ending::Error(RunError::new(RunErrorCode::Internal, failure.into_public().detail)),
    };
    let at = core.clock.now();
    let ended = core.db.write(|tx| {
        let ending = &ending;
        async move { Ok(runs::end(tx, workspace, id, ending, at).await?) }.boxed()
    });
    if let Err(failure) = ended.await {
        // The lease runs out, and then the run counts as interrupted.
        let _ = failure.into_public();
    }
}

/// Takes the run and finds out who answers; nothing when it was begun already, or is over.
async fn begin(core: &Core, workspace: Uuid, id: Uuid) -> Outcome<Option<By>> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                if !runs::begin(tx, workspace, id, at, at.plus_seconds(LEASE)).await? {
                    return Ok(None);
                }
                let RunRow { run, pinned, .. } = runs::find(tx, workspace, id).await?.ok_or_else(Error::not_found)?;
                let serving = serving::of(tx, workspace, run.agent_id, Some(pinned), run.receipt.reason).await?;
                let turn = Turn { author: Author::User, text: input_text(&run.input) };
                Ok(Some(serving::by(core, tx, workspace, serving, vec![turn]).await?))
            }
            .boxed()
        })
        .await
}

fn came_out(answered: Answered) -> Ending {
    let Answered { outcome, text, error } = answered;
    match (outcome, error) {
        // Postgres takes no NUL in a text, and nobody misses it.
        (MessageOutcome::Done, _) => Ending::Done(text.replace('\0', "")),
        (MessageOutcome::Stopped, _) => Ending::Cancelled,
        (MessageOutcome::Failed, error) => {
            Ending::Error(RunError::new(RunErrorCode::UpstreamFailed, error.unwrap_or_default()))
        }
    }
}

/// Renews the lease while it holds, and stops the run when it does not: somebody cancelled it, or it counts as interrupted.
async fn watch(core: &Core, workspace: Uuid, id: Uuid, stop: &CancellationToken) -> Infallible {
    stop_when_over(LOOK, stop, || {
        let core = core.clone();
        async move { goes_on(&core, workspace, id).await }
    })
    .await
}

async fn goes_on(core: &Core, workspace: Uuid, id: Uuid) -> Outcome<bool> {
    let now = core.clock.now();
    let until = core.db.read(|tx| async move { Ok(runs::lease(tx, workspace, id).await?) }.boxed()).await?;
    let Some(until) = until.filter(|until| *until > now) else { return Ok(false) };
    if until.seconds_since(now) > LEASE / 2 {
        return Ok(true);
    }
    let next = now.plus_seconds(LEASE);
    core.db.write(|tx| async move { Ok(runs::renew(tx, workspace, id, now, next).await?) }.boxed()).await
}

/// Ends the runs, of all workspaces, that nobody is at any more; gives how many.
///
/// # Errors
/// When the database fails.
pub async fn interrupt_overdue(core: &Core) -> Outcome<u64> {
    let now = core.clock.now();
    core.db.write(|tx| async move { Ok(runs::interrupt_overdue(tx, now).await?) }.boxed()).await
}
