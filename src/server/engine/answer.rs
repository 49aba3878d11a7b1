//! One answer from start to end: what may answer, how long it may take, what is kept when it is stopped or fails.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    Engine,
    feed::Feed,
    providers::{self, Fault, Piece, Pieces, Request, Target},
    rehearsal,
};
use crate::model::{link::BYTES_PER_TOKEN, session::MessageOutcome};

/// A provider that sends nothing for this long is given up.
pub const LONGEST_SILENCE: Duration = Duration::from_mins(1);

/// Who answers.
#[derive(Clone, Debug)]
pub enum By {
    /// The built-in rehearsal, with what it says.
    Rehearsal(String),
    /// A model of a provider.
    Model(Target, Request),
    /// Nobody: no such model is set up here.
    Nobody(String),
}

/// How long an answer may take, and how long it may be.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// The time.
    pub time: Duration,
    /// The bytes of its text; past them it is cut off. None for as many as the model gives.
    pub bytes: Option<usize>,
}

impl From<Duration> for Most {
    fn from(time: Duration) -> Self {
        Self { time, bytes: None }
    }
}

/// How an answer came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Whole, stopped or failed.
    pub outcome: MessageOutcome,
    /// What came.
    pub text: String,
    /// Why it failed, in one plain sentence.
    pub error: Option<String>,
}

/// Writes an answer into the feed, until it is whole, is stopped, fails, or is more than `most`.
pub async fn answer(engine: &Engine, by: By, feed: &Feed, stop: &CancellationToken, most: impl Into<Most>) -> Answered {
    let Most { time, bytes } = most.into();
    let (pieces, target): (Pieces, Option<Target>) = match by {
        By::Rehearsal(text) => (rehearsal::pieces(&text), None),
        By::Model(target, mut request) => {
            if let Some(most) = bytes.and_then(|bytes| u32::try_from(bytes / BYTES_PER_TOKEN).ok()) {
                request.max_tokens = Some(request.max_tokens.map_or(most, |asked| asked.min(most)));
            }
            (providers::ask(engine.client(), target.clone(), request), Some(target))
        }
        By::Nobody(name) => {
            let target = nobody(name.clone());
            return failed(feed, &Fault::NotServed(name), &target);
        }
    };
    let target = target.unwrap_or_else(|| nobody("rehearsal".to_owned()));
    let mut pieces = match bytes {
        Some(bytes) => cut_off(pieces, bytes),
        None => pieces,
    };
    match run(&mut pieces, feed, stop, time).await {
        Ok(outcome) => Answered { outcome, text: feed.text(), error: None },
        Err(fault) => failed(feed, &fault, &target),
    }
}

/// The same pieces as far as so many bytes go; what follows is not read.
fn cut_off(pieces: Pieces, bytes: usize) -> Pieces {
    let held = futures_util::stream::unfold(Some((pieces, bytes)), |state| async move {
        let (mut pieces, left) = state?;
        match pieces.next().await? {
            Ok(Piece::Text(text)) if text.len() > left => {
                let end = text.floor_char_boundary(left);
                let last = text.get(..end).unwrap_or_default().to_owned();
                Some((vec![Ok(Piece::Text(last)), Ok(Piece::End)], None))
            }
            piece => {
                let used = if let Ok(Piece::Text(text)) = &piece { text.len() } else { 0 };
                Some((vec![piece], Some((pieces, left - used))))
            }
        }
    });
    held.flat_map(futures_util::stream::iter).boxed()
}

async fn run(
    pieces: &mut Pieces,
    feed: &Feed,
    stop: &CancellationToken,
    most: Duration,
) -> Result<MessageOutcome, Fault> {
    let end = Instant::now() + most;
    let silence = LONGEST_SILENCE.min(most);
    let mut begun = false;
    loop {
        let until = end.min(Instant::now() + silence);
        let piece = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(MessageOutcome::Stopped),
            piece = tokio::time::timeout_at(until, pieces.next()) => piece,
        };
        match piece {
            Err(_) if !begun => return Err(Fault::Silent(if until == end { most } else { silence })),
            Err(_) if until == end => return Err(Fault::TooLong(most)),
            Err(_) => return Err(Fault::Stalled(silence)),
            Ok(None) => return Err(Fault::Broken),
            Ok(Some(Err(fault))) => return Err(fault),
            Ok(Some(Ok(Piece::Text(text)))) => {
                begun |= !text.is_empty();
                feed.push(&text);
            }
            Ok(Some(Ok(Piece::Alive))) => {}
            Ok(Some(Ok(Piece::End))) if begun => return Ok(MessageOutcome::Done),
            Ok(Some(Ok(Piece::End))) => return Err(Fault::Empty),
        }
    }
}

/// Makes a real, small call, to see whether a provider's set-up works.
///
/// # Errors
/// One plain sentence.
pub async fn try_out(engine: &Engine, target: Target, most: Duration) -> Result<(), String> {
    let turn = super::history::Turn { author: crate::model::session::Author::User, text: "Say hello.".to_owned() };
    let request = Request { system: String::new(), temperature: 0.3, turns: vec![turn], max_tokens: Some(64) };
    let mut pieces = providers::ask(engine.client(), target.clone(), request);
    let tried = tokio::time::timeout(most, async {
        while let Some(piece) = pieces.next().await {
            match piece {
                // A model that thinks first may have no word left for the answer: that it ended is enough.
                Ok(Piece::Text(_) | Piece::End) => return Ok(()),
                Ok(Piece::Alive) => {}
                Err(fault) => return Err(fault),
            }
        }
        Err(Fault::Broken)
    });
    tried.await.unwrap_or(Err(Fault::Silent(most))).map_err(|fault| fault.sentence(&target))
}

fn failed(feed: &Feed, fault: &Fault, target: &Target) -> Answered {
    let sentence = fault.sentence(target);
    tracing::warn!(provider = target.provider, model = target.model, ?fault, "an answer failed");
    Answered { outcome: MessageOutcome::Failed, text: feed.text(), error: Some(sentence) }
}

fn nobody(model: String) -> Target {
    let (provider, kind) = ("Galley".to_owned(), crate::model::provider::ProviderKind::default());
    Target { provider, kind, base_url: String::new(), key: None, model }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    async fn outcome(
        pieces: Vec<Result<Piece, Fault>>,
        hang: bool,
        stop: bool,
    ) -> (Result<MessageOutcome, Fault>, String) {
        let (feed, _) = Feed::new();
        let token = CancellationToken::new();
        if stop {
            token.cancel();
        }
        let pieces = stream::iter(pieces);
        let mut pieces: Pieces = if hang { pieces.chain(stream::pending()).boxed() } else { pieces.boxed() };
        (run(&mut pieces, &feed, &token, Duration::from_millis(50)).await, feed.text())
    }

    #[expect(clippy::unnecessary_wraps, reason = "a provider sends results")]
    fn text(text: &str) -> Result<Piece, Fault> {
        Ok(Piece::Text(text.into()))
    }

    #[tokio::test]
    async fn an_answer_is_cut_off_between_letters() {
        let said = async |bytes: usize| {
            let pieces = stream::iter([text("ab"), text("cü"), text("more"), Ok(Piece::End)]).boxed();
            let cut: Vec<_> = cut_off(pieces, bytes).map(Result::unwrap).collect().await;
            assert_eq!(cut.last(), Some(&Piece::End));
            let (feed, _) = Feed::new();
            for piece in cut {
                if let Piece::Text(text) = piece {
                    feed.push(&text);
                }
            }
            feed.text()
        };
        assert_eq!((said(2).await, said(4).await, said(5).await), ("ab".into(), "abc".into(), "abcü".into()));
        assert_eq!(said(9).await, "abcümore");
    }

    #[tokio::test]
    async fn what_came_is_kept_however_it_ends() {
        let most = Duration::from_millis(50);
        let done = outcome(vec![text("a"), text("b"), Ok(Piece::End)], false, false).await;
        assert_eq!(done, (Ok(MessageOutcome::Done), "ab".into()));
        assert_eq!(outcome(vec![text("a")], false, false).await, (Err(Fault::Broken), "a".into()));
        assert_eq!(outcome(vec![text("a")], true, false).await, (Err(Fault::TooLong(most)), "a".into()));
        assert_eq!(outcome(vec![], true, false).await, (Err(Fault::Silent(most)), String::new()));
        assert_eq!(outcome(vec![Ok(Piece::End)], false, false).await.0, Err(Fault::Empty));
        assert_eq!(outcome(vec![text("a")], true, true).await.0, Ok(MessageOutcome::Stopped));
    }
}
