//! The growing delay between attempts to guess a password: per account, and per address that the attempts come from.
//!
//! An attempt is counted before the password is checked, in one transaction, so that many at once are still counted one
//! by one. The right password takes its own count back.

use futures_util::FutureExt;
use uuid::Uuid;

use crate::{
    model::{
        account::email_key,
        error::{Code, Error},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{
            db::Tx,
            throttles::{self, Count},
        },
    },
};

/// Attempts on one account before the delay begins.
const FREE_PER_ACCOUNT: i64 = 5;
/// Attempts from one address before the delay begins: many people may share one.
const FREE_PER_ADDRESS: i64 = 30;
/// No delay is longer than this: an attacker must not lock somebody out for good.
const LONGEST_DELAY: i64 = 15 * 60;
/// After this long without an attempt, everything is forgotten.
const FORGET_AFTER: i64 = 24 * 3600;

/// An attempt that was let through and is counted.
#[derive(Debug)]
#[must_use]
pub struct Attempt {
    account: Vec<u8>,
    address: Vec<u8>,
}

/// Counts an attempt on the account with this address of e-mail, from this address of the network.
///
/// # Errors
/// `rate_limited` with the seconds to wait, when the one before is too recent.
pub async fn begin(core: &Core, email: &str, address: &str) -> Outcome<Attempt> {
    count(core, Attempt { account: of_account(core, email), address: of_address(core, address) }).await
}

/// Counts an attempt on the pass phrase of a public link, from this address. Each address has its own count there, or one
/// visitor could lock out all others.
///
/// # Errors
/// As [`begin`].
pub async fn begin_at_link(core: &Core, link: Uuid, address: &str) -> Outcome<Attempt> {
    let account = core.secrets.fingerprint("throttle.link", &format!("{link} {}", network(address)));
    count(core, Attempt { account, address: of_address(core, address) }).await
}

async fn count(core: &Core, attempt: Attempt) -> Outcome<Attempt> {
    let now = core.clock.now();
    core.db
        .write(|tx| {
            let attempt = &attempt;
            async move {
                for (subject, free) in [(&attempt.account, FREE_PER_ACCOUNT), (&attempt.address, FREE_PER_ADDRESS)] {
                    let count = throttles::find_locked(tx, subject).await?;
                    let count = if now.seconds_since(count.last) >= FORGET_AFTER {
                        Count { failures: 0, ..count }
                    } else {
                        count
                    };
                    let wait = delay(count.failures, free) - now.seconds_since(count.last);
                    if count.failures > 0 && wait > 0 {
                        return Err(too_many(wait).into());
                    }
                    throttles::set(tx, subject, Count { failures: count.failures + 1, last: now }).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await?;
    Ok(attempt)
}

impl Attempt {
    /// The password was right: the account's count is forgotten, and the address's is as before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn succeeded(&self, core: &Core) -> Outcome<()> {
        core.db
            .write(|tx| {
                async move {
                    throttles::delete(tx, &self.account).await?;
                    Ok(throttles::forgive_one(tx, &self.address).await?)
                }
                .boxed()
            })
            .await
    }
}

/// Forgets the subjects that have been quiet for a day.
///
/// # Errors
/// When the database fails.
pub async fn tidy(tx: &mut Tx<'_>, now: Timestamp) -> Outcome<()> {
    Ok(throttles::delete_quiet(tx, now.plus_seconds(-FORGET_AFTER)).await?)
}

/// Forgets the failed attempts on an account.
///
/// # Errors
/// When the database fails.
pub async fn forget(core: &Core, email: &str) -> Outcome<()> {
    let subject = of_account(core, email);
    core.db
        .write(|tx| {
            let subject = &subject;
            async move { Ok(throttles::delete(tx, subject).await?) }.boxed()
        })
        .await
}

fn of_account(core: &Core, email: &str) -> Vec<u8> {
    core.secrets.fingerprint("throttle.account", &email_key(email))
}

fn of_address(core: &Core, address: &str) -> Vec<u8> {
    core.secrets.fingerprint("throttle.address", network(address))
}

/// An IPv6 customer has at least a /64 to himself, so that is what counts as one address.
#[must_use]
pub fn network(address: &str) -> &str {
    match address.parse::<std::net::Ipv6Addr>() {
        Ok(six) if six.to_ipv4_mapped().is_none() => {
            let colons = address.match_indices(':').map(|(at, _)| at);
            let end = address.find("::").into_iter().chain(colons.skip(3)).min().unwrap_or(address.len());
            address.get(..end).unwrap_or(address)
        }
        _ => address,
    }
}

/// Seconds to wait after so many failures: 1, 2, 4, … once the free ones are used up.
fn delay(failures: i64, free: i64) -> i64 {
    match failures - free {
        ..0 => 0,
        over => 1_i64
            .checked_shl(u32::try_from(over).unwrap_or(u32::MAX))
            .filter(|d| *d > 0)
            .unwrap_or(LONGEST_DELAY)
            .min(LONGEST_DELAY),
    }
}

fn too_many(wait: i64) -> Error {
    let said = match wait {
        1 => "a second".to_owned(),
        ..=90 => format!("{wait} seconds"),
        _ => format!("{} minutes", (wait + 59) / 60),
    };
    Error {
        retry_after: u64::try_from(wait).ok(),
        ..Error::new(Code::RateLimited, format!("Too many attempts. Wait {said} and try again."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_up_to_a_limit() {
        let delays: Vec<i64> = (0..12).map(|failures| delay(failures, 5)).collect();
        assert_eq!(delays, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64]);
        assert_eq!(delay(100, 5), LONGEST_DELAY);
        assert_eq!(delay(i64::MAX, 5), LONGEST_DELAY);
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        assert_eq!(network("10.0.0.1"), "10.0.0.1");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2");
        assert_eq!(network("2001:db8:1:2::6"), "2001:db8:1:2");
        assert_eq!(network("2001:db8::1"), "2001:db8");
        assert_eq!(network("::1"), "");
    }
}
