//! Keys under which a program asks for something once, and the answers that are kept under them.
//!
//! A key belongs to who sent it: the API key, or the person by whose sign-in it came. The same text of another one is
//! another key. It is bound to the route and the body of its first use. Answers are sealed, since some carry a secret.

use futures_util::FutureExt;
use uuid::Uuid;

use super::caller::Caller;
use crate::{
    model::{
        error::{Code, Error},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{
            db::Tx,
            idempotency::{self, Row},
        },
    },
};

/// How long an answer is kept.
const KEPT_SECONDS: i64 = 86_400;

/// How soon to ask again for an answer that is still being made.
const RETRY_AFTER: u64 = 2;

/// What the sealing is bound to.
const PURPOSE: &str = "idempotency";

/// A request under a key.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The key, as the program chose it.
    pub key: String,
    /// The method and the path.
    pub route: String,
    /// SHA-256 of the body.
    pub body_hash: Vec<u8>,
}

/// What a key holds.
#[derive(Clone, Debug)]
pub enum Held {
    /// Nothing before, or nobody any more: go on.
    Free(Lease),
    /// The answer that was kept.
    Answered(Vec<u8>),
}

/// The right to answer under a key. Who comes back after a retry took over has lost it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease(Timestamp);

/// Takes a key. Inside a transaction that ends with [`keep`] it needs no lease; otherwise the lease, in seconds, says when
/// a retry may take over from who never came back.
///
/// # Errors
/// `idempotency_mismatch` when the key was used for something else; `idempotency_in_progress` while it is being done.
pub async fn hold(core: &Core, caller: &Caller, attempt: &Attempt, lease: Option<i64>) -> Outcome<Held> {
    let now = core.clock.now();
    let until = now.plus_seconds(lease.unwrap_or_default());
    let kept = core
        .db
        .write(|tx| {
            async move {
                let by = principal(caller);
                idempotency::forget_before(tx, caller.workspace, by, &attempt.key, now.plus_seconds(-KEPT_SECONDS))
                    .await?;
                let new = Row {
                    route: attempt.route.clone(),
                    body_hash: attempt.body_hash.clone(),
                    answer: None,
                    lease_until: until.0,
                };
                if idempotency::insert(tx, caller.workspace, by, &attempt.key, &new, now).await? {
                    return Ok(None);
                }
                meet(tx, caller, attempt, now, until).await
            }
            .boxed()
        })
        .await?;
    Ok(match kept {
        Some(sealed) => Held::Answered(core.secrets.open(PURPOSE, &sealed)?),
        None => Held::Free(Lease(until)),
    })
}

/// What a key that is taken says to who comes with it; none when its lease is over and it is theirs now.
async fn meet(
    tx: &mut Tx<'_>,
    caller: &Caller,
    attempt: &Attempt,
    now: Timestamp,
    until: Timestamp,
) -> Outcome<Option<Vec<u8>>> {
    let by = principal(caller);
    let Some(row) = idempotency::find(tx, caller.workspace, by, &attempt.key).await? else {
        return Err(in_progress().into());
    };
    if row.route != attempt.route || row.body_hash != attempt.body_hash {
        let detail = "This Idempotency-Key was used for another request. Use a new one for each thing to be done.";
        return Err(Error::new(Code::IdempotencyMismatch, detail).into());
    }
    match row.answer {
        Some(answer) => Ok(Some(answer)),
        None if row.lease_until > now.0 => Err(in_progress().into()),
        None => {
            if idempotency::take_over(tx, caller.workspace, by, &attempt.key, Timestamp(row.lease_until), until).await?
            {
                Ok(None)
            } else {
                Err(in_progress().into())
            }
        }
    }
}

/// Keeps the answer of a request whose key is held.
///
/// # Errors
/// `idempotency_in_progress` when the lease was over and a retry took over: the answer that counts is the other one's.
pub async fn keep(core: &Core, caller: &Caller, attempt: &Attempt, lease: Lease, answer: &[u8]) -> Outcome<()> {
    let sealed = core.secrets.seal(PURPOSE, answer)?;
    let (sealed, Lease(until)) = (sealed.as_slice(), lease);
    core.db
        .write(|tx| {
            async move {
                let by = principal(caller);
                if idempotency::answer(tx, caller.workspace, by, &attempt.key, until, sealed).await? {
                    return Ok(());
                }
                Err(in_progress().into())
            }
            .boxed()
        })
        .await
}

/// Lets go of a key whose request failed in a way that may pass; one that a retry took over stays taken.
///
/// # Errors
/// When the database fails.
pub async fn give_back(core: &Core, caller: &Caller, attempt: &Attempt, lease: Lease) -> Outcome<()> {
    let Lease(until) = lease;
    core.db
        .write(|tx| {
            async move { Ok(idempotency::delete(tx, caller.workspace, principal(caller), &attempt.key, until).await?) }
                .boxed()
        })
        .await
}

/// Forgets what was kept long enough, on every key.
///
/// # Errors
/// When the database fails.
pub async fn tidy(core: &Core) -> Outcome<u64> {
    let before = core.clock.now().plus_seconds(-KEPT_SECONDS);
    core.db.write(|tx| async move { Ok(idempotency::tidy(tx, before).await?) }.boxed()).await
}

fn principal(caller: &Caller) -> Uuid {
    caller.key.map_or(caller.account, |key| key.id)
}

fn in_progress() -> Error {
    let detail = "A request with this Idempotency-Key is still being done. Ask again for its answer.";
    Error { retry_after: Some(RETRY_AFTER), ..Error::new(Code::IdempotencyInProgress, detail) }
}
