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
    /// Seconds until there is room for all again; until there is room for one, where there is none.
    pub reset: u64,
    /// Whether it was one too many.
    pub refused: bool,
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
        let Some(key) = headers.get(header::AUTHORIZATION).filter(|_| !by_address.refused) else { return by_address };
        let by_key = ask(&self.keys, &sha256(key.as_bytes()));
        if by_key.refused || by_key.remaining < by_address.remaining { by_key } else { by_address }
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
    match limiter.check_key(subject) {
        Ok(state) => {
            let (limit, remaining) = (state.quota().burst_size().get(), state.remaining_burst_capacity());
            let one = state.quota().replenish_interval();
            let reset = (one * limit.saturating_sub(remaining)).as_secs_f64().ceil();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a minute")]
            Left { limit, remaining, reset: reset as u64, refused: false }
        }
        Err(not_until) => {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            let limit = not_until.quota().burst_size().get();
            Left { limit, remaining: 0, reset: wait.as_secs() + 1, refused: true }
        }
    }
}

/// Counts a request of a program, refuses it when there were too many, and says what is left.
pub async fn count(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    if !api_key::may_come(request.uri().path()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let left = limits.count(caller::source(&parts, &limits.core).address, &parts.headers);
    let mut response = if left.refused {
        let error = Error::new(Code::RateLimited, "Too many requests. Wait a moment, then try again.");
        Problem(Error { retry_after: Some(left.reset), ..error }).at(parts.uri.path())
    } else {
        next.run(Request::from_parts(parts, body)).await
    };
    let headers = response.headers_mut();
    headers.insert(LIMIT, HeaderValue::from(left.limit));
    headers.insert(REMAINING, HeaderValue::from(left.remaining));
    headers.insert(RESET, HeaderValue::from(left.reset));
    response
}
