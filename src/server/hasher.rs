//! Hashing of passwords: Argon2id, off the async threads, a few at a time.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::failure::{Failure, Outcome};
use crate::model::error::{Code, Error};

/// 19 MiB, two passes, one lane: the least that OWASP's password storage cheat sheet asks for.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How long a password waits for its turn before the answer is that the server is busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// The hash of a password that nobody has, made once: checking against it takes as long as checking against a real one.
static NOBODY: LazyLock<Result<String, String>> = LazyLock::new(|| hash_now("nobody's password"));

/// Hashes and checks passwords; cheap to clone.
#[derive(Clone, Debug)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    checked: Arc<AtomicU64>,
}

impl Default for Hasher {
    fn default() -> Self {
        let turns = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self { turns: Arc::new(Semaphore::new(turns)), checked: Arc::default() }
    }
}

impl Hasher {
    /// The hash of a new password, in PHC form.
    ///
    /// # Errors
    /// `busy` when too many passwords wait.
    pub async fn hash(&self, password: &str) -> Outcome<String> {
        let turn = self.turn().await?;
        let password = password.to_owned();
        let hash = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            hash_now(&password)
        });
        hash.await.map_err(Failure::internal)?.map_err(Failure::internal)
    }

    /// Whether this is the password of `hash`. Without a hash the answer is no, and takes as long.
    ///
    /// # Errors
    /// `busy` when too many passwords wait.
    pub async fn check(&self, password: &str, hash: Option<&str>) -> Outcome<bool> {
        let turn = self.turn().await?;
        let (password, hash) = (password.to_owned(), hash.map(str::to_owned));
        let right = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let real = hash.is_some();
            let hash = hash.map_or_else(|| NOBODY.clone(), Ok)?;
            let hash = PasswordHash::new(&hash).map_err(|error| error.to_string())?;
            let right = argon2()?.verify_password(password.as_bytes(), &hash).is_ok();
            Ok::<_, String>(right && real)
        });
        let right = right.await.map_err(Failure::internal)?.map_err(Failure::internal)?;
        self.checked.fetch_add(1, Ordering::Relaxed);
        Ok(right)
    }

    /// How many passwords have been checked, rightly or wrongly.
    #[must_use]
    pub fn checked(&self) -> u64 {
        self.checked.load(Ordering::Relaxed)
    }

    async fn turn(&self) -> Outcome<OwnedSemaphorePermit> {
        match tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(Error {
                retry_after: Some(5),
                ..Error::new(Code::Busy, "Galley is too busy right now. Try again in a moment.")
            }
            .into()),
        }
    }
}

fn argon2() -> Result<Argon2<'static>, String> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| error.to_string())?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str) -> Result<String, String> {
    let hash = argon2()?.hash_password(password.as_bytes()).map_err(|error| error.to_string())?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn checks_what_it_hashed() {
        let hasher = Hasher::default();
        let hash = hasher.hash("correct horse battery").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(hash, hasher.hash("correct horse battery").await.unwrap());
        assert!(hasher.check("correct horse battery", Some(&hash)).await.unwrap());
        assert!(!hasher.check("correct horse batterz", Some(&hash)).await.unwrap());
        assert!(!hasher.check("nobody's password", None).await.unwrap());
        assert_eq!(hasher.checked(), 3);
    }
}
