//! What a public link takes on a day, counted so that the limit holds exactly: on every node, however many write at once,
//! and when something fails.
//!
//! A message is counted in the transaction that takes it. The tokens of what the model is sent and of the longest answer that
//! it may give are set aside there too, and the answer is held to them; what it did not need goes back when it is kept. A
//! server that dies in between leaves them counted. A database that fails refuses the message.

use futures_util::FutureExt;
use uuid::Uuid;

use super::party::Visitor;
use crate::{
    model::{
        error::{Code, Error},
        link::{ANSWER_TOKENS, BYTES_PER_TOKEN, LEAST_ANSWER_TOKENS, tokens},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        engine::history::Turn,
        failure::Outcome,
        store::{db::Tx, links},
    },
};

const DAY_SECONDS: i64 = 86_400;
/// How many days a link's counts are kept.
const KEPT_DAYS: i64 = 90;

/// The day of a moment, counted from 1970 in UTC.
#[must_use]
pub const fn day(at: Timestamp) -> i64 {
    at.0.div_euclid(DAY_SECONDS * 1_000_000)
}

/// Tokens that were set aside for one answer.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    link: Uuid,
    day: i64,
    answer: i64,
}

/// Takes one message that is sent along with so much text, and sets its tokens aside.
///
/// # Errors
/// `rate_limited` until tomorrow.
pub async fn take(tx: &mut Tx<'_>, visitor: &Visitor, sent: usize, at: Timestamp) -> Outcome<Held> {
    let (workspace, day) = (visitor.workspace, day(at));
    let used = links::usage_locked(tx, workspace, visitor.visit.link, day).await?;
    let link = links::of_agent(tx, workspace, visitor.agent).await?.ok_or_else(Error::not_found)?;
    let asked = tokens(sent);
    let left = link.daily_tokens.saturating_sub(used.tokens).saturating_sub(asked);
    if used.messages >= link.daily_messages || left < LEAST_ANSWER_TOKENS {
        let tomorrow = Timestamp((day + 1) * DAY_SECONDS * 1_000_000);
        let sentence = "This agent has answered as much as it may today. Come back tomorrow.";
        let wait = u64::try_from(tomorrow.seconds_since(at)).unwrap_or_default() + 1;
        return Err(Error { retry_after: Some(wait), ..Error::new(Code::RateLimited, sentence) }.into());
    }
    let answer = left.min(ANSWER_TOKENS);
    links::add(tx, workspace, link.id, day, 1, asked + answer).await?;
    Ok(Held { link: link.id, day, answer })
}

/// How much text goes along with a question.
#[must_use]
pub fn sent(system: &str, turns: &[Turn]) -> usize {
    system.len() + turns.iter().map(|turn| turn.text.len()).sum::<usize>()
}

impl Held {
    /// How many bytes the answer may have.
    #[must_use]
    pub fn bytes(self) -> usize {
        usize::try_from(self.answer).unwrap_or_default().saturating_mul(BYTES_PER_TOKEN)
    }

    /// Gives back what the answer did not need.
    ///
    /// # Errors
    /// When the database fails; then all of it stays counted.
    pub async fn settle(self, tx: &mut Tx<'_>, workspace: Uuid, answer: &str) -> Outcome<()> {
        let over = self.answer - tokens(answer.len());
        Ok(links::add(tx, workspace, self.link, self.day, 0, -over.max(0)).await?)
    }
}

/// Forgets what links used up long ago.
///
/// # Errors
/// When the database fails.
pub async fn tidy(core: &Core) -> Outcome<u64> {
    let before = day(core.clock.now()) - KEPT_DAYS;
    core.db.write(|tx| async move { Ok(links::forget_before(tx, before).await?) }.boxed()).await
}
