//! How many requests a minute an API key and a network address may make, for everything that programs call.
//!
//! The count is each node's own. It comes before anything is looked up, so guessing keys is limited too.

use std::{hash::Hash, num::NonZeroU32, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};

use super::{api_key, caller, problem::Problem};
use crate::{
    model::error::{Code, Error},
    server::{core::Core, secrets::sha256},
};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// With more subjects than this, those that have been quiet are forgotten.
const MANY: usize = 10_000;

/// The counts of one kind of subject.
pub type Limiter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// The counts of a node.
#[derive(Clone)]
pub struct Limits {
    core: Core,
    keys: Arc<Limiter<Vec<u8>>>,
    addresses: Arc<Limiter<String>>,
}

/// What a request leaves.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    limit: u32,
    remaining: u32,
    /// Seconds until there is room for all again.
    reset: u64,
    /// Seconds until there is room for one, where it was one too many.
    pub refused: Option<u64>,
}

impl Limits {
    /// The limits that the settings ask for.
    #[must_use]
    pub fn new(core: Core) -> Self {
        let (keys, addresses) = (limiter(core.settings.rate_key), limiter(core.settings.rate_address));
        Self { core, keys, addresses }
    }

    fn count(&self, address: String, headers: &HeaderMap) -> Left {
        let by_address = ask(&self.addresses, &address);
        let Some(key) = headers.get(header::AUTHORIZATION).filter(|_| by_address.refused.is_none()) else {
            return by_address;
        };
        let by_key = ask(&self.keys, &sha256(key.as_bytes()));
        if by_key.refused.is_some() || by_key.remaining < by_address.remaining { by_key } else { by_address }
    }
}

/// Counts to so many a minute.
#[must_use]
pub fn limiter<K: Hash + Eq + Clone>(per_minute: NonZeroU32) -> Arc<Limiter<K>> {
    Arc::new(RateLimiter::keyed(Quota::per_minute(per_minute)).with_middleware())
}

/// Counts a request of a subject.
pub fn ask<K: Hash + Eq + Clone>(limiter: &Limiter<K>, subject: &K) -> Left {
    if limiter.len() > MANY {
        limiter.retain_recent();
    }
    let (quota, remaining, wait) = match limiter.check_key(subject) {
        Ok(state) => (state.quota(), state.remaining_burst_capacity(), None),
        Err(not_until) => (not_until.quota(), 0, Some(not_until.wait_time_from(DefaultClock::default().now()))),
    };
    let limit = quota.burst_size().get();
    let missing = quota.replenish_interval() * limit.saturating_sub(remaining);
    Left {
        limit,
        remaining,
        reset: missing.as_secs() + u64::from(missing.subsec_nanos() > 0),
        refused: wait.map(|wait| wait.as_secs() + 1),
    }
}

/// Counts a request of a program, refuses it when there were too many, and says what is left.
pub async fn count(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    if !api_key::may_come(request.uri().path()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let left = limits.count(caller::source(&parts, &limits.core).address, &parts.headers);
    let mut response = if let Some(wait) = left.refused {
        let error = Error::new(Code::RateLimited, "Too many requests. Wait a moment, then try again.");
        Problem(Error { retry_after: Some(wait), ..error }).at(parts.uri.path())
    } else {
        next.run(Request::from_parts(parts, body)).await
    };
    let headers = response.headers_mut();
    headers.insert(LIMIT, HeaderValue::from(left.limit));
    headers.insert(REMAINING, HeaderValue::from(left.remaining));
    headers.insert(RESET, HeaderValue::from(left.reset));
    response
}
