//! Answers without a conversation of Galley's own: the client sends all of it each time. What is live answers.
//!
//! This is what other systems' clients call. Nothing is kept of it but the log of the request.

use std::time::Duration;

use futures_util::FutureExt;
use uuid::Uuid;

use super::{caller::Caller, chat::Answering, serving};
use crate::{
    model::{
        chat::{MAX_MESSAGE, StreamError},
        error::{Code, Error},
        session::{Author, Message, MessageOutcome},
    },
    server::{
        core::Core,
        engine::{
            answer::{Answered, answer},
            history::{self, Turn},
        },
        failure::Outcome,
    },
};

/// What a client sends of a conversation.
#[derive(Clone, Debug, Default)]
pub struct Talk {
    /// What the client tells the agent besides: it follows the agent's own instructions, and never replaces them.
    pub system: Vec<String>,
    /// The conversation, oldest first; the last turn is the person's.
    pub turns: Vec<Turn>,
}

/// Answers a conversation with what is live.
///
/// # Errors
/// `not_found`, `forbidden`, `no_published_version`; `validation_failed` for `messages`.
pub async fn complete(core: &Core, caller: &Caller, agent: Uuid, talk: &Talk) -> Outcome<Answering> {
    let turns = check(talk)?;
    let (receipt, by) = core
        .db
        .write(|tx| {
            let turns = turns.clone();
            async move {
                let (pinned, reason) = serving::pin(tx, caller, agent, None).await?;
                let mut serving = serving::of(tx, caller.workspace, agent, Some(pinned), reason).await?;
                for added in &talk.system {
                    serving.compiled.system.push_str("\n\n");
                    serving.compiled.system.push_str(added);
                }
                let receipt = serving.receipt.clone();
                Ok((receipt, serving::by(core, tx, caller.workspace, serving, turns).await?))
            }
            .boxed()
        })
        .await?;
    let (core, produced) = (core.clone(), receipt.clone());
    let most = Duration::from_secs(core.settings.answer_timeout_seconds);
    let reader = core.engine.clone().spawn(Uuid::now_v7(), move |feed, stop| async move {
        let Answered { outcome, text, error } = answer(&core.engine, by, &feed, &stop, most).await;
        let message = Message {
            id: Uuid::now_v7(),
            role: Author::Agent,
            content: text,
            outcome,
            created_at: core.clock.now(),
            receipt: Some(produced),
            error: error.clone(),
        };
        feed.end(match error {
            None if outcome != MessageOutcome::Failed => Ok(message),
            error => {
                let error = Error::new(Code::UpstreamFailed, error.unwrap_or_default());
                Err(StreamError { error, message: Some(message) })
            }
        });
    });
    Ok(Answering { receipt, reader })
}

fn check(talk: &Talk) -> Result<Vec<Turn>, Error> {
    let last = talk.turns.last().filter(|turn| turn.author == Author::User);
    let Some(last) = last else { return Err(Error::field("messages", "the last one must be a message of the user")) };
    if last.text.trim().is_empty() {
        return Err(Error::field("messages", "the last one has no text"));
    }
    let too_long = |text: &str| text.chars().count() > MAX_MESSAGE;
    if too_long(&last.text) || talk.system.iter().any(|text| too_long(text)) {
        return Err(Error::field("messages", format!("a message has at most {MAX_MESSAGE} characters")));
    }
    Ok(history::cut(talk.turns.clone()))
}
