//! Runs. One that is not over has a lease: past it nobody is at it any more, and the run counts as interrupted.
//!
//! Every statement that changes a run asks for a lease that still holds, so what is over stays as it is.

use uuid::Uuid;

use super::{db::Tx, pinned::Pinned};
use crate::model::{
    channel::Channel,
    run::{Run, RunError, RunStatus},
    session::ServedBecause,
    timestamp::Timestamp,
};

/// A run's row.
#[derive(Clone, Debug)]
pub struct RunRow {
    /// The run, as its row has it.
    pub run: Run,
    /// Who started it.
    pub account: Uuid,
    /// The way in.
    pub channel: Channel,
    /// What it is pinned to.
    pub pinned: Pinned,
    /// Until when somebody is at it; none once it is over.
    pub lease_until: Option<Timestamp>,
}

impl RunRow {
    /// The run as it is at this moment: one whose lease is over is over too, before anybody has written that down.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Run {
        match self.lease_until {
            Some(until) if until <= now => Run {
                status: RunStatus::Error,
                error: Some(RunError::interrupted()),
                completed_at: Some(until),
                ..self.run
            },
            _ => self.run,
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    agent_id: Uuid,
    account_id: Uuid,
    channel: String,
    release_id: Option<Uuid>,
    draft_id: Option<Uuid>,
    status: String,
    input: String,
    output: Option<String>,
    error: Option<String>,
    receipt: String,
    created_at: i64,
    completed_at: Option<i64>,
    lease_until: Option<i64>,
}

impl TryFrom<Row> for RunRow {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let Row {
            id,
            agent_id,
            account_id,
            channel,
            release_id,
            draft_id,
            status,
            input,
            output,
            error,
            receipt,
            created_at,
            completed_at,
            lease_until,
        } = row;
        let pinned = Pinned::read(release_id, draft_id).ok_or_else(|| super::unreadable("runs.release_id"))?;
        let error = error.map(|text| serde_json::from_str(&text)).transpose();
        let run = Run {
            id,
            agent_id,
            revision_id: pinned.id(),
            status: RunStatus::parse(&status).ok_or_else(|| super::unreadable("runs.status"))?,
            input: serde_json::from_str(&input).map_err(|_| super::unreadable("runs.input"))?,
            output,
            error: error.map_err(|_| super::unreadable("runs.error"))?,
            receipt: serde_json::from_str(&receipt).map_err(|_| super::unreadable("runs.receipt"))?,
            created_at: Timestamp(created_at),
            completed_at: completed_at.map(Timestamp),
        };
        let channel = Channel::parse(&channel).ok_or_else(|| super::unreadable("runs.channel"))?;
        Ok(Self { run, account: account_id, channel, pinned, lease_until: lease_until.map(Timestamp) })
    }
}

/// The columns of a run, read as [`RunRow`]; a condition follows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, agent_id, account_id, channel, release_id, draft_id, status, input, output, error, receipt, \
             created_at, completed_at, lease_until FROM runs WHERE workspace_id = $1 ",
            $rest
        )
    };
}

/// Writes a run that begins now.
pub async fn insert(tx: &mut Tx<'_>, workspace: Uuid, row: &RunRow, reason: ServedBecause) -> Result<(), sqlx::Error> {
    let (run, (release, draft)) = (&row.run, Pinned::columns(Some(row.pinned)));
    let (input, receipt) = (json(&run.input)?, json(&run.receipt)?);
    on!(tx, c => sqlx::query(
        "INSERT INTO runs (id, workspace_id, agent_id, account_id, channel, release_id, draft_id, reason, status, input, \
         receipt, created_at, lease_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
        .bind(run.id).bind(workspace).bind(run.agent_id).bind(row.account).bind(row.channel.as_str()).bind(release)
        .bind(draft).bind(reason.as_str()).bind(run.status.as_str()).bind(input).bind(receipt).bind(run.created_at.0)
        .bind(row.lease_until.map(|until| until.0)).execute(c).await.map(drop))
}

/// A run of the workspace.
pub async fn find(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid) -> Result<Option<RunRow>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(select!("AND id = $2"))
        .bind(workspace).bind(id).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
}

/// The runs of an agent with an id below `before`, newest first.
pub async fn page(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    before: Uuid,
    limit: u32,
) -> Result<Vec<RunRow>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(select!("AND agent_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"))
        .bind(workspace).bind(agent).bind(before).bind(i64::from(limit)).fetch_all(c).await)?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}

/// Those of [`page`] that this account started; `live_only` leaves out those on a revision of its choice.
pub async fn page_of_account(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    agent: Uuid,
    account: Uuid,
    live_only: bool,
    before: Uuid,
    limit: u32,
) -> Result<Vec<RunRow>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(
        select!("AND agent_id = $2 AND account_id = $3 AND id < $4 AND ($5 = 0 OR reason = 'live_at_start') \
                 ORDER BY id DESC LIMIT $6"))
        .bind(workspace).bind(agent).bind(account).bind(before).bind(i64::from(live_only)).bind(i64::from(limit))
        .fetch_all(c).await)?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}

/// Takes a run that nobody has begun; false when somebody has, or it is over.
pub async fn begin(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    id: Uuid,
    at: Timestamp,
    until: Timestamp,
) -> Result<bool, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE runs SET status = 'running', started_at = $3, lease_until = $4 \
         WHERE workspace_id = $1 AND id = $2 AND status = 'pending' AND lease_until > $3")
        .bind(workspace).bind(id).bind(at.0).bind(until.0).execute(c).await.map(|done| done.rows_affected() > 0))
}

/// Until when somebody is at a run; none once it is over, or gone.
pub async fn lease(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid) -> Result<Option<Timestamp>, sqlx::Error> {
    let until: Option<Option<i64>> = on!(tx, c => sqlx::query_scalar(
        "SELECT lease_until FROM runs WHERE workspace_id = $1 AND id = $2")
        .bind(workspace).bind(id).fetch_optional(c).await)?;
    Ok(until.flatten().map(Timestamp))
}

/// Renews a lease that still holds; false when it does not.
pub async fn renew(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    id: Uuid,
    at: Timestamp,
    until: Timestamp,
) -> Result<bool, sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE runs SET lease_until = $4 WHERE workspace_id = $1 AND id = $2 AND lease_until > $3")
        .bind(workspace).bind(id).bind(at.0).bind(until.0).execute(c).await.map(|done| done.rows_affected() > 0))
}

/// How a run came out.
#[derive(Clone, Debug)]
pub enum Ending {
    /// With this text.
    Done(String),
    /// It failed.
    Error(RunError),
    /// It was cancelled by somebody who may.
    Cancelled,
}

/// Ends a run that is not over; false when it is.
pub async fn end(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    id: Uuid,
    ending: &Ending,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    let (status, output, error) = match ending {
        Ending::Done(text) => (RunStatus::Done, Some(text.as_str()), None),
        Ending::Error(error) => (RunStatus::Error, None, Some(json(error)?)),
        Ending::Cancelled => (RunStatus::Cancelled, None, None),
    };
    on!(tx, c => sqlx::query(
        "UPDATE runs SET status = $4, output = $5, error = $6, completed_at = $3, lease_until = NULL \
         WHERE workspace_id = $1 AND id = $2 AND lease_until > $3")
        .bind(workspace).bind(id).bind(at.0).bind(status.as_str()).bind(output).bind(error)
        .execute(c).await.map(|done| done.rows_affected() > 0))
}

/// Which runs end together.
#[derive(Clone, Copy, Debug)]
pub enum Those {
    /// Every one of an agent.
    OfAgent(Uuid),
    /// Those of an agent that got what was live.
    OnLive(Uuid),
    /// Those of an agent that got what was live when it was another release than this.
    OnOthers(Uuid, Uuid),
    /// Those of an agent on this release.
    OnRelease(Uuid, Uuid),
    /// Those that an account started.
    OfAccount(Uuid),
    /// Those of an agent that came by a key.
    ByKey(Uuid),
}

/// The beginning of a statement that cancels the runs that are not over; a condition follows.
macro_rules! cancel {
    ($rest:literal) => {
        concat!(
            "UPDATE runs SET status = 'cancelled', error = $3, completed_at = $2, lease_until = NULL \
             WHERE workspace_id = $1 AND lease_until > $2 ",
            $rest
        )
    };
}

/// Cancels runs that are not over; gives how many.
pub async fn cancel_all(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    those: Those,
    why: &RunError,
    at: Timestamp,
) -> Result<u64, sqlx::Error> {
    let (text, subject, release) = match those {
        Those::OfAgent(agent) => (cancel!("AND agent_id = $4"), agent, None),
        Those::OnLive(agent) => (cancel!("AND agent_id = $4 AND reason = 'live_at_start'"), agent, None),
        Those::OnOthers(agent, keep) => {
            (cancel!("AND agent_id = $4 AND reason = 'live_at_start' AND release_id <> $5"), agent, Some(keep))
        }
        Those::OnRelease(agent, release) => (cancel!("AND agent_id = $4 AND release_id = $5"), agent, Some(release)),
        Those::OfAccount(account) => (cancel!("AND account_id = $4"), account, None),
        Those::ByKey(agent) => (cancel!("AND agent_id = $4 AND channel = 'api'"), agent, None),
    };
    let why = json(why)?;
    on!(tx, c => {
        let statement = sqlx::query(text).bind(workspace).bind(at.0).bind(why).bind(subject);
        let statement = match release {
            Some(release) => statement.bind(release),
            None => statement,
        };
        statement.execute(c).await.map(|done| done.rows_affected())
    })
}

/// Ends the runs of all workspaces whose lease is over; gives how many.
pub async fn interrupt_overdue(tx: &mut Tx<'_>, at: Timestamp) -> Result<u64, sqlx::Error> {
    let why = json(&RunError::interrupted())?;
    on!(tx, c => sqlx::query(
        "UPDATE runs SET status = 'error', error = $2, completed_at = lease_until, lease_until = NULL \
         WHERE lease_until <= $1")
        .bind(at.0).bind(why).execute(c).await.map(|done| done.rows_affected()))
}

fn json(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}
