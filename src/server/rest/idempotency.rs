//! Requests that change something, and doing each of them once.
//!
//! A request may carry an `Idempotency-Key`. The first answer is kept for a day in the same transaction as its effect, and
//! given again to who retries. So a crash between the effect and the answer cannot do it twice, and of two requests at the
//! same moment one waits for the other.
//!
//! What cannot share a transaction, such as a model's answer, reserves its key first ([`Act::reserve`]); who comes
//! meanwhile is told to wait, and a lease lets a retry take over after a crash.

use std::future::Future;

use axum::{
    extract::{FromRequest, MatchedPath, OriginalUri, Request},
    http::HeaderMap,
};
use futures_util::FutureExt;
use serde::de::DeserializeOwned;

use super::{Answer, reply::Reply, request};
use crate::{
    model::error::{Code, Error},
    server::{
        core::Core,
        domain::{
            caller::Caller,
            idempotency::{self, Attempt, Held, Lease},
        },
        failure::{Failure, Outcome},
        secrets::sha256,
        web::problem::Problem,
    },
};

/// The longest key.
const MAX_KEY: usize = 255;

/// The header that says that an answer was given before.
const REPLAYED: axum::http::HeaderName = axum::http::HeaderName::from_static("idempotency-replayed");

/// A request that changes something: who asks, the body, and the key that it is to be done once under.
#[derive(Clone, Debug)]
pub struct Act<T> {
    /// Who asks.
    pub caller: Caller,
    /// What for.
    pub body: T,
    /// The request's headers.
    pub headers: HeaderMap,
    attempt: Option<Attempt>,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Act<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        use axum::extract::FromRequestParts;
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let key = key(&parts.headers)?;
        let bytes = request::bytes(&parts.method, &parts.headers, body).await?;
        let path = parts.extensions.get::<OriginalUri>().map_or(parts.uri.path(), |uri| uri.path());
        let attempt =
            key.map(|key| Attempt { key, route: format!("{} {path}", parts.method), body_hash: sha256(&bytes) });
        debug_assert!(parts.extensions.get::<MatchedPath>().is_some(), "an act is asked for at a route");
        Ok(Self { caller, body: request::read(&bytes)?, headers: parts.headers, attempt })
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text.is_empty() || text.len() > MAX_KEY {
        let detail = format!("An Idempotency-Key is 1 to {MAX_KEY} visible ASCII characters.");
        return Err(Error::new(Code::InvalidRequest, detail).into());
    }
    Ok(Some(text.to_owned()))
}

impl<T: Clone + Send + Sync> Act<T> {
    /// Does `work` once: within one transaction with the answer that is kept. `work` gets a [`Core`] whose database is that
    /// transaction; it may run again, so it does nothing but call the domain with it.
    ///
    /// # Errors
    /// What `work` fails with; `idempotency_mismatch`, `idempotency_in_progress`.
    pub async fn once<F, W>(&self, core: &Core, work: W) -> Answer
    where
        W: Fn(Core, Self) -> F + Send + Sync,
        F: Future<Output = Outcome<Reply>> + Send,
    {
        let Some(attempt) = &self.attempt else {
            return Ok(work(core.clone(), self.clone()).await?.into());
        };
        let work = &work;
        let answer = core
            .db
            .join(|db| {
                async move {
                    let core = Core { db, ..core.clone() };
                    let lease = match idempotency::hold(&core, &self.caller, attempt, None).await? {
                        Held::Answered(kept) => return again(&kept),
                        Held::Free(lease) => lease,
                    };
                    let reply = kept(work(core.clone(), self.clone()).await)?;
                    idempotency::keep(&core, &self.caller, attempt, lease, &serde_json::to_vec(&reply)?).await?;
                    Ok(reply)
                }
                .boxed()
            })
            .await?;
        Ok(answer.into())
    }

    /// Takes the key for an act that cannot share a transaction and takes at most `seconds`: the answer that was kept, or
    /// the right to go on and [`Reserved::keep`] one.
    ///
    /// # Errors
    /// `idempotency_mismatch`, `idempotency_in_progress`.
    pub async fn reserve(&self, core: &Core, seconds: i64) -> Result<Reserved, Problem> {
        let Some(attempt) = &self.attempt else { return Ok(Reserved::Free) };
        Ok(match idempotency::hold(core, &self.caller, attempt, Some(seconds)).await? {
            Held::Answered(kept) => Reserved::Answered(again(&kept)?),
            Held::Free(lease) => Reserved::Held { caller: self.caller.clone(), attempt: attempt.clone(), lease },
        })
    }
}

/// What reserving a key came to.
#[derive(Clone, Debug)]
pub enum Reserved {
    /// There is no key: do it, and keep nothing.
    Free,
    /// This was the answer.
    Answered(Reply),
    /// Do it, and keep the answer.
    Held {
        /// Who asks.
        caller: Caller,
        /// The key.
        attempt: Attempt,
        /// The right to answer.
        lease: Lease,
    },
}

impl Reserved {
    /// Keeps the answer; one that may be tried again gives the key back instead.
    ///
    /// # Errors
    /// As [`idempotency::keep`].
    pub async fn keep(&self, core: &Core, answer: Outcome<Reply>) -> Outcome<Reply> {
        let Self::Held { caller, attempt, lease } = self else { return answer };
        match kept(answer) {
            Ok(reply) => {
                idempotency::keep(core, caller, attempt, *lease, &serde_json::to_vec(&reply)?).await?;
                Ok(reply)
            }
            Err(failure) => {
                idempotency::give_back(core, caller, attempt, *lease).await?;
                Err(failure)
            }
        }
    }
}

/// A refusal by the rules is an answer like any other; what may pass when tried again, as `Retry-After` says, is not kept.
fn kept(answer: Outcome<Reply>) -> Outcome<Reply> {
    match answer {
        Err(Failure { public, cause: None }) if public.code.status() == 409 && public.retry_after.is_none() => {
            Ok(Reply::problem(public))
        }
        answer => answer,
    }
}

fn again(kept: &[u8]) -> Outcome<Reply> {
    let reply: Reply = serde_json::from_slice(kept)?;
    Ok(reply.header(&REPLAYED, "true"))
}
