//! Talking in a conversation: a message in, an answer out, stop and retry.
//!
//! The answer runs in a task of its own and is kept however it ends; see `engine`. A conversation has one answer at a time,
//! on all nodes: its row says until when one may be being written.

use std::time::Duration;

use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    access::{self, Access},
    caller::Caller,
    serving,
    sessions::{self as conversations, over, own},
};
use crate::{
    model::{
        chat::{Conversation, Desk, MAX_MESSAGE, Opening, StreamError},
        error::{Code, Error},
        session::{Author, EndReason, Message, MessageOutcome, Receipt},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        engine::{
            answer::{Answered, By, answer},
            feed::{Feed, Reader},
            history,
        },
        failure::Outcome,
        store::{
            db::Tx,
            messages, releases,
            sessions::{self, SessionRow},
        },
    },
};

/// How many messages a page shows of a conversation.
const SHOWN: u32 = 200;
/// How many messages are looked at for what a model gets to see: enough for [`history::MAX_TURNS`] with some retries.
const LOOKED_AT: u32 = 120;
/// How much longer than its answer may take a conversation counts as busy, in seconds.
const LEASE_MARGIN: i64 = 15;

/// An answer that is being written.
#[derive(Clone, Debug)]
pub struct Answering {
    /// What produces it.
    pub receipt: Receipt,
    /// The answer as it comes.
    pub reader: Reader,
}

/// What a message leads to.
enum Turn {
    /// The conversation is over.
    Over(EndReason),
    /// This is asked.
    Ask(Box<(Receipt, By)>),
}

/// Writes a message into a conversation of the caller's and begins the answer.
///
/// # Errors
/// `not_found`, `session_ended`, `answer_in_progress`, `validation_failed` for `content`.
pub async fn send(core: &Core, caller: &Caller, session: Uuid, content: &str) -> Outcome<Answering> {
    let count = content.chars().count();
    if content.trim().is_empty() {
        return Err(Error::field("content", "Write a message").into());
    }
    if count > MAX_MESSAGE {
        let message = format!("At most {MAX_MESSAGE} characters; this has {count}");
        return Err(Error::field("content", message).into());
    }
    if content.contains('\0') {
        return Err(Error::field("content", "Must not contain the NUL character").into());
    }
    begin(core, caller, session, Some(content)).await
}

/// Answers the last message of a conversation once more, after an answer that failed or was stopped.
///
/// # Errors
/// `not_found`, `session_ended`, `answer_in_progress`; `validation_failed` when there is nothing to try again.
pub async fn retry(core: &Core, caller: &Caller, session: Uuid) -> Outcome<Answering> {
    begin(core, caller, session, None).await
}

async fn begin(core: &Core, caller: &Caller, session: Uuid, content: Option<&str>) -> Outcome<Answering> {
    let at = core.clock.now();
    let turn = core.db.write(|tx| async move { turn(core, tx, caller, session, content, at).await }.boxed()).await?;
    let (receipt, by) = match turn {
        Turn::Over(reason) => return Err(Error::new(Code::SessionEnded, reason.sentence()).into()),
        Turn::Ask(ask) => *ask,
    };
    let (core, workspace, produced) = (core.clone(), caller.workspace, receipt.clone());
    let most = Duration::from_secs(core.settings.answer_timeout_seconds);
    let reader = core.engine.clone().spawn(session, move |feed, stop| async move {
        let answered = answer(&core.engine, by, &feed, &stop, most).await;
        keep(&core, workspace, session, answered, produced, &feed).await;
    });
    Ok(Answering { receipt, reader })
}

async fn turn(
    core: &Core,
    tx: &mut Tx<'_>,
    caller: &Caller,
    session: Uuid,
    content: Option<&str>,
    at: Timestamp,
) -> Outcome<Turn> {
    let row = sessions::find_locked(tx, caller.workspace, caller.account, session).await?;
    let row = row.filter(|row| conversations::is_there(caller, row)).ok_or_else(Error::not_found)?;
    if let Some((ended_at, reason)) = over(core, tx, caller, &row, at).await? {
        sessions::end(tx, caller.workspace, session, reason, ended_at).await?;
        return Ok(Turn::Over(reason));
    }
    if row.answering_until.is_some_and(|until| until > at) {
        let sentence = "The last message is still being answered. Wait for the answer, or stop it.";
        return Err(Error { retry_after: Some(2), ..Error::new(Code::AnswerInProgress, sentence) }.into());
    }
    let mut talk = messages::page(tx, caller.workspace, session, Uuid::max(), LOOKED_AT).await?;
    match content {
        Some(content) => {
            let message = Message {
                id: Uuid::now_v7(),
                role: Author::User,
                content: content.to_owned(),
                outcome: MessageOutcome::Done,
                created_at: at,
                receipt: None,
                error: None,
            };
            messages::insert(tx, caller.workspace, session, &message).await?;
            talk.insert(0, message);
        }
        None => {
            let whole = |last: &Message| last.role == Author::Agent && last.outcome == MessageOutcome::Done;
            if talk.first().is_none_or(whole) {
                return Err(Error::new(Code::ValidationFailed, "There is nothing to try again.").into());
            }
        }
    }
    let lease = i64::try_from(core.settings.answer_timeout_seconds).unwrap_or(i64::MAX).saturating_add(LEASE_MARGIN);
    sessions::begin_answer(tx, caller.workspace, session, at.plus_seconds(lease), at).await?;
    talk.reverse();
    let serving = conversations::serving(tx, caller, &row).await?;
    let receipt = serving.receipt.clone();
    let turns = history::turns(&talk);
    let by = serving::by(core, tx, caller.workspace, serving, turns).await?;
    Ok(Turn::Ask(Box::new((receipt, by))))
}

/// Keeps an answer, however it came out, and ends its feed.
async fn keep(core: &Core, workspace: Uuid, session: Uuid, answered: Answered, receipt: Receipt, feed: &Feed) {
    let at = core.clock.now();
    let Answered { outcome, text, error } = answered;
    let message = Message {
        id: Uuid::now_v7(),
        role: Author::Agent,
        // Postgres takes no NUL in a text, and nobody misses it.
        content: text.replace('\0', ""),
        outcome,
        created_at: at,
        receipt: Some(receipt),
        error,
    };
    let written = &message;
    let kept = core.db.write(|tx| {
        async move {
            // First of all, which holds the session's row: it may have been removed meanwhile.
            let there = sessions::end_answer(tx, workspace, session, at).await?;
            if there {
                messages::insert(tx, workspace, session, written).await?;
            }
            Ok(there)
        }
        .boxed()
    });
    let end = match (kept.await, message.error.clone()) {
        (Ok(false), _) => {
            let error = Error::new(Code::SessionEnded, "This conversation was removed.");
            Err(StreamError { error, message: None })
        }
        (Ok(true), None) => Ok(message),
        (Ok(true), Some(sentence)) => {
            Err(StreamError { error: Error::new(Code::UpstreamFailed, sentence), message: Some(message) })
        }
        (Err(failure), _) => Err(StreamError { error: failure.into_public(), message: None }),
    };
    feed.end(end);
}

/// Stops the answer that is being written; gives what was kept of it, or nothing when none was being written.
///
/// # Errors
/// `not_found` for a conversation that is not the caller's.
pub async fn stop(core: &Core, caller: &Caller, session: Uuid) -> Outcome<Option<Message>> {
    core.db.read(|tx| async move { own(tx, caller, session).await.map(drop) }.boxed()).await?;
    let Some(reader) = core.engine.stop(session) else { return Ok(None) };
    match reader.finished().await {
        Ok(message) => Ok(Some(message)),
        Err(failed) => failed.message.map(Some).ok_or_else(|| failed.error.into()),
    }
}

/// The answer that is being written in a conversation of the caller's, from its beginning, for a reader who came back.
///
/// # Errors
/// `not_found`, also when no answer is being written.
pub async fn rejoin(core: &Core, caller: &Caller, session: Uuid) -> Outcome<Answering> {
    let receipt = core
        .db
        .read(|tx| {
            async move {
                let row = own(tx, caller, session).await?;
                Ok(conversations::serving(tx, caller, &row).await?.receipt)
            }
            .boxed()
        })
        .await?;
    let reader = core.engine.reader(session).ok_or_else(Error::not_found)?;
    Ok(Answering { receipt, reader })
}

/// What the preview shows of the draft before the first message.
///
/// # Errors
/// `not_found` for everyone but an editor.
pub async fn preview(core: &Core, caller: &Caller, agent: Uuid) -> Outcome<Opening> {
    core.db
        .read(|tx| {
            async move {
                access::editor(tx, caller, agent).await?;
                let serving = serving::draft(tx, caller.workspace, agent).await?;
                serving::opening(core, tx, caller, serving).await
            }
            .boxed()
        })
        .await
}

/// The page of an agent for those who use it: what is live, and the caller's latest conversation unless they ended it.
///
/// # Errors
/// As [`access::agent`] for a user.
pub async fn desk(core: &Core, caller: &Caller, agent: Uuid) -> Outcome<Desk> {
    let at = core.clock.now();
    core.db
        .read(|tx| {
            async move {
                access::agent(tx, caller, agent, Access::Use).await?;
                let live = match releases::live(tx, caller.workspace, agent).await? {
                    None => None,
                    Some(live) => {
                        let serving = serving::release(tx, caller.workspace, agent, live.id).await?;
                        Some(serving::opening(core, tx, caller, serving).await?)
                    }
                };
                let row = sessions::latest_live(tx, caller.workspace, caller.account, agent).await?;
                let latest = match row {
                    Some(row) if !matches!(row.ended, Some((_, EndReason::User))) => {
                        Some(conversation(core, tx, caller, &row, at).await?)
                    }
                    _ => None,
                };
                Ok(Desk { agent_id: agent, live, latest })
            }
            .boxed()
        })
        .await
}

async fn conversation(
    core: &Core,
    tx: &mut Tx<'_>,
    caller: &Caller,
    row: &SessionRow,
    at: Timestamp,
) -> Outcome<Conversation> {
    let session = conversations::show(core, tx, caller, row, at).await?;
    let serving = conversations::serving(tx, caller, row).await?;
    let opening = serving::opening(core, tx, caller, serving).await?;
    let mut messages = messages::page(tx, caller.workspace, row.id, Uuid::max(), SHOWN).await?;
    messages.reverse();
    Ok(Conversation { session, opening, messages, answering: core.engine.reader(row.id).is_some() })
}
