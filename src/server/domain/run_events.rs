//! What happens in a run, for somebody who follows it: its text as it comes, then how it came out.
//!
//! The text is only known on the node that has the run; elsewhere, and for a run that is over, there is just the outcome.

use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use uuid::Uuid;

use super::{
    caller::Caller,
    runs::{self, POLL},
};
use crate::{
    model::{
        chat::AnswerEvent,
        run::{Run, RunEvent, RunFailed},
    },
    server::{core::Core, engine::feed::Reader, failure::Outcome},
};

/// A run that is followed.
pub struct Following {
    /// The run as it was found.
    pub run: Run,
    /// Its events: text from the beginning, then one [`RunEvent::Done`] or [`RunEvent::Error`].
    pub events: BoxStream<'static, RunEvent>,
}

struct Follower {
    core: Core,
    caller: Caller,
    id: Uuid,
    reader: Option<Reader>,
    heard: bool,
    ended: bool,
}

/// Follows a run from its beginning to its end. Who leaves stops nothing.
///
/// # Errors
/// As [`runs::get`].
pub async fn events(core: &Core, caller: &Caller, id: Uuid) -> Outcome<Following> {
    let reader = core.engine.reader(id);
    let run = runs::get(core, caller, id).await?;
    let (core, caller) = (core.clone(), caller.clone());
    let heard = reader.is_some();
    let reader = reader.filter(|_| !run.status.is_over());
    let follower = Follower { core, caller, id, reader, heard, ended: false };
    Ok(Following { run, events: stream::unfold(follower, next).boxed() })
}

async fn next(mut follower: Follower) -> Option<(RunEvent, Follower)> {
    if follower.ended {
        return None;
    }
    loop {
        if let Some(reader) = &mut follower.reader {
            if let Some(AnswerEvent::Token(text)) = reader.next().await {
                return Some((RunEvent::Token(text), follower));
            }
            follower.reader = None;
        }
        let end = match runs::get(&follower.core, &follower.caller, follower.id).await {
            Ok(run) if run.status.is_over() => Some(RunEvent::outcome(run)),
            Ok(_) => None,
            Err(failure) => Some(RunEvent::Error(Box::new(RunFailed { error: failure.into_public(), run: None }))),
        };
        if let Some(end) = end {
            follower.ended = true;
            return Some((end, follower));
        }
        tokio::time::sleep(POLL).await;
        // It may only now begin here; but a text that was read to its end is not told again.
        if !follower.heard {
            follower.reader = follower.core.engine.reader(follower.id);
            follower.heard = follower.reader.is_some();
        }
    }
}
