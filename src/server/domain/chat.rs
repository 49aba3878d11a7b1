//! Talking in a conversation: a message in, an answer out, stop and retry.
//!
//! The answer runs in a task of its own and is kept however it ends; see `engine`. A conversation has one answer at a time,
//! on all nodes: its row says until when one may be being written.

use std::time::Duration;

use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    access,
    answer_lease::{LEASE, hold},
    caller::Caller,
    channels,
    link_limits::{self, Held},
    party::{OwnParty, Party},
    serving,
    sessions::{self as conversations, over, own},
};
use crate::{
    model::{
        channel::Channel,
        chat::{Conversation, MAX_MESSAGE, Opening, REHEARSAL, StreamError},
        error::{Code, Error},
        session::{Author, EndReason, Message, MessageOutcome, Receipt},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        engine::{
            answer::{Answered, By, Most, answer},
            feed::{Feed, Reader},
            history, rehearsal,
        },
        failure::Outcome,
        store::{
            channels as activity, conversations as remembered,
            db::Tx,
            messages,
            sessions::{self, SessionRow},
        },
    },
};

/// How many messages a page shows of a conversation.
const SHOWN: u32 = 200;
/// How many messages are looked at for what a model gets to see: enough for [`history::MAX_TURNS`] with some retries.
const LOOKED_AT: u32 = 120;
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
    Ask(Box<Ask>),
}

/// A question to the agent, and where its answer goes.
struct Ask {
    receipt: Receipt,
    by: By,
    place: Place,
}

/// Where an answer is kept.
#[derive(Clone, Copy)]
struct Place {
    workspace: Uuid,
    agent: Uuid,
    session: Uuid,
    channel: Channel,
    /// What a visitor's answer was allowed to be.
    held: Option<Held>,
}

/// Writes a message into a conversation of theirs and begins the answer.
///
/// # Errors
/// `not_found`, `session_ended`, `answer_in_progress`, `validation_failed` for `content`.
pub async fn send<'a>(core: &Core, party: impl Into<Party<'a>>, session: Uuid, content: &str) -> Outcome<Answering> {
    check(content)?;
    begin(core, party.into(), session, Some(content)).await
}

/// Whether a text may be sent.
///
/// # Errors
/// `validation_failed` for `content`.
pub(super) fn check(content: &str) -> Result<(), Error> {
    let count = content.chars().count();
    if content.trim().is_empty() {
        return Err(Error::field("content", "Write a message"));
    }
    if count > MAX_MESSAGE {
        let message = format!("At most {MAX_MESSAGE} characters; this has {count}");
        return Err(Error::field("content", message));
    }
    if content.contains('\0') {
        return Err(Error::field("content", "Must not contain the NUL character"));
    }
    Ok(())
}

/// Answers the last message of a conversation once more, after an answer that failed or was stopped.
///
/// # Errors
/// `not_found`, `session_ended`, `answer_in_progress`; `validation_failed` when there is nothing to try again.
pub async fn retry<'a>(core: &Core, party: impl Into<Party<'a>>, session: Uuid) -> Outcome<Answering> {
    begin(core, party.into(), session, None).await
}

async fn begin(core: &Core, party: Party<'_>, session: Uuid, content: Option<&str>) -> Outcome<Answering> {
    let at = core.clock.now();
    let turn = core.db.write(|tx| async move { turn(core, tx, party, session, content, at).await }.boxed()).await?;
    let Ask { receipt, by, place } = match turn {
        Turn::Over(reason) => return Err(Error::new(Code::SessionEnded, reason.sentence()).into()),
        Turn::Ask(ask) => *ask,
    };
    let (core, produced, whose) = (core.clone(), receipt.clone(), OwnParty::from(party));
    let time = Duration::from_secs(core.settings.answer_timeout_seconds);
    let most = Most { time, bytes: place.held.map(Held::bytes) };
    let reader = core.engine.clone().spawn(session, move |feed, stop| async move {
        let answered = tokio::select! {
            answered = answer(&core.engine, by, &feed, &stop, most) => answered,
            never = hold(&core, &whose, session, &stop) => match never {},
        };
        keep(&core, place, answered, produced, &feed).await;
    });
    Ok(Answering { receipt, reader })
}

async fn turn(
    core: &Core,
    tx: &mut Tx<'_>,
    party: Party<'_>,
    session: Uuid,
    content: Option<&str>,
    at: Timestamp,
) -> Outcome<Turn> {
    let workspace = party.workspace();
    let row = sessions::find_locked(tx, workspace, party.talker(), session).await?;
    let row = row.filter(|row| conversations::is_there(party, row)).ok_or_else(Error::not_found)?;
    if let Party::Member(caller) = party {
        channels::refuse_off(tx, caller, row.agent).await?;
    }
    if let Some((ended_at, reason)) = over(core, tx, party, &row, at).await? {
        sessions::end(tx, workspace, session, reason, ended_at).await?;
        return Ok(Turn::Over(reason));
    }
    if row.answering_until.is_some_and(|until| until > at) {
        return Err(in_progress().into());
    }
    let mut talk = messages::page(tx, workspace, session, Uuid::max(), LOOKED_AT).await?;
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
            messages::insert(tx, workspace, session, &message).await?;
            remembered::note_said(tx, workspace, session, content).await?;
            talk.insert(0, message);
        }
        None => {
            let whole = |last: &Message| last.role == Author::Agent && last.outcome == MessageOutcome::Done;
            if talk.first().is_none_or(whole) {
                return Err(Error::new(Code::ValidationFailed, "There is nothing to try again.").into());
            }
        }
    }
    sessions::begin_answer(tx, workspace, session, at.plus_seconds(LEASE), at).await?;
    talk.reverse();
    let serving = conversations::serving(tx, workspace, &row).await?;
    let receipt = serving.receipt.clone();
    let turns = history::turns(&talk);
    let held = match party {
        Party::Member(_) => None,
        Party::Visitor(visitor) => {
            Some(link_limits::take(tx, visitor, link_limits::sent(&serving.compiled.system, &turns), at).await?)
        }
    };
    let by = match party {
        Party::Visitor(_) if receipt.model == REHEARSAL => By::Rehearsal(rehearsal::for_strangers(&serving.compiled)),
        Party::Member(_) | Party::Visitor(_) => serving::by(core, tx, workspace, serving, turns).await?,
    };
    let place = Place { workspace, agent: row.agent, session, channel: row.channel, held };
    Ok(Turn::Ask(Box::new(Ask { receipt, by, place })))
}

fn in_progress() -> Error {
    let sentence = "The last message is still being answered. Wait for the answer, or stop it.";
    Error { retry_after: Some(2), ..Error::new(Code::AnswerInProgress, sentence) }
}

/// Keeps an answer, however it came out, and ends its feed.
async fn keep(core: &Core, place: Place, answered: Answered, receipt: Receipt, feed: &Feed) {
    let at = core.clock.now();
    let Place { workspace, agent, session, channel, held } = place;
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
                activity::note(tx, workspace, agent, channel, written.error.as_deref(), at).await?;
            }
            if let Some(held) = held {
                held.settle(tx, workspace, &written.content).await?;
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

/// Waits for an answer. One that failed is a message too, which says why; what was not even kept is an error.
///
/// # Errors
/// What it failed with.
pub async fn whole(answering: Answering) -> Outcome<Message> {
    match answering.reader.finished().await {
        Ok(message) => Ok(message),
        Err(failed) => failed.message.ok_or_else(|| failed.error.into()),
    }
}

/// Stops the answer that is being written; gives what was kept of it, or nothing when none was being written.
///
/// # Errors
/// `not_found` for a conversation that is not theirs.
pub async fn stop<'a>(core: &Core, party: impl Into<Party<'a>>, session: Uuid) -> Outcome<Option<Message>> {
    let party = party.into();
    core.db.read(|tx| async move { own(tx, party, session).await.map(drop) }.boxed()).await?;
    let Some(reader) = core.engine.stop(session) else { return Ok(None) };
    match reader.finished().await {
        Ok(message) => Ok(Some(message)),
        Err(failed) => failed.message.map(Some).ok_or_else(|| failed.error.into()),
    }
}

/// The answer that is being written in a conversation of theirs, from its beginning, for a reader who came back.
///
/// # Errors
/// `not_found`, also when no answer is being written; `answer_in_progress` when another node writes it.
pub async fn rejoin<'a>(core: &Core, party: impl Into<Party<'a>>, session: Uuid) -> Outcome<Answering> {
    let party = party.into();
    // Before the row is looked at, which says nothing any more once the answer has ended.
    let reader = core.engine.reader(session);
    let at = core.clock.now();
    let (receipt, held) = core
        .db
        .read(|tx| {
            async move {
                let row = own(tx, party, session).await?;
                let held = row.answering_until.is_some_and(|until| until > at);
                Ok((conversations::serving(tx, party.workspace(), &row).await?.receipt, held))
            }
            .boxed()
        })
        .await?;
    match reader {
        Some(reader) => Ok(Answering { receipt, reader }),
        None if held => Err(in_progress().into()),
        None => Err(Error::not_found().into()),
    }
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

/// Whether an answer is being written, here or on another node.
#[must_use]
pub fn is_answering(core: &Core, row: &SessionRow, at: Timestamp) -> bool {
    row.answering_until.is_some_and(|until| until > at) || core.engine.reader(row.id).is_some()
}

/// A conversation with its newest messages, as a page shows it.
///
/// # Errors
/// When the database fails.
pub(super) async fn conversation(
    core: &Core,
    tx: &mut Tx<'_>,
    caller: &Caller,
    row: &SessionRow,
    at: Timestamp,
) -> Outcome<Conversation> {
    let session = conversations::show(core, tx, caller, row, at).await?;
    let serving = conversations::serving(tx, caller.workspace, row).await?;
    let opening = serving::opening(core, tx, caller, serving).await?;
    let mut messages = messages::page(tx, caller.workspace, row.id, Uuid::max(), SHOWN).await?;
    messages.reverse();
    Ok(Conversation { session, opening, messages, answering: is_answering(core, row, at) })
}
