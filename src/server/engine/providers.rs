//! Language models behind their APIs, through the `genai` crate, and what may go wrong there in plain words.
//!
//! A key is in memory for as long as a call lasts, goes to the provider's own address and nowhere else, and is cut out of
//! whatever the provider says before anybody sees it. To add an API: a [`ProviderKind`], and an arm in [`Target::adapter`].

use std::{fmt, time::Duration};

use futures_util::{StreamExt, stream::BoxStream};
use genai::{
    Headers, ModelIden, ServiceTarget,
    adapter::AdapterKind,
    chat::{ChatMessage, ChatOptions, ChatRequest, ChatStreamEvent, StreamEnd},
    resolver::{AuthData, Endpoint},
};
use tracing::{instrument::WithSubscriber, subscriber::NoSubscriber};

use super::history::Turn;
use crate::model::{provider::ProviderKind, session::Author};

/// How much of a provider's own words is shown.
const MAX_WORDS: usize = 300;

/// A key on its way to a provider. It never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(pub String);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// A model of a provider.
#[derive(Clone, Debug)]
pub struct Target {
    /// The provider's name, as people know it.
    pub provider: String,
    /// The API it speaks.
    pub kind: ProviderKind,
    /// Its address; empty for the kind's own service.
    pub base_url: String,
    /// The key, if it wants one.
    pub key: Option<Key>,
    /// The model's name there.
    pub model: String,
}

/// What a model is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The system prompt.
    pub system: String,
    /// From 0 to 1.
    pub temperature: f64,
    /// The conversation; the last turn is the one to answer.
    pub turns: Vec<Turn>,
    /// The most tokens to write; none for the model's own limit.
    pub max_tokens: Option<u32>,
}

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// More text.
    Text(String),
    /// The provider is at work, but there is nothing to show.
    Alive,
    /// That was all.
    End,
}

/// An answer in pieces. A stream that ends without [`Piece::End`] broke.
pub type Pieces = BoxStream<'static, Result<Piece, Fault>>;

/// What went wrong with a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No model of this name is set up here.
    NotServed(String),
    /// Nobody answers at the address.
    Unreachable(String),
    /// The key is wrong, or missing.
    Unauthorized,
    /// There is no such model, or no such address.
    NoSuchModel,
    /// Too many requests, or no credit; with the seconds to wait, if said.
    RateLimited(Option<u64>),
    /// The provider takes the request for a wrong one, in its own words.
    Refused(String),
    /// The provider failed, with its status.
    Failing(u16),
    /// It reported an error in the middle of the answer, in its own words.
    Reported(String),
    /// The connection broke before the answer was whole.
    Broken,
    /// What came cannot be read.
    Unreadable,
    /// It ended without a word.
    Empty,
    /// Nothing came within this time.
    Silent(Duration),
    /// The answer began, and then nothing came for this time.
    Stalled(Duration),
    /// The whole answer took longer than this.
    TooLong(Duration),
}

impl Fault {
    /// One plain sentence for the person who waits for the answer.
    #[must_use]
    pub fn sentence(&self, target: &Target) -> String {
        let (provider, model) = (&target.provider, &target.model);
        match self {
            Self::NotServed(name) => format!(
                "The model “{name}” is not set up here. Choose another one under Instructions, or ask an admin to set up its \
                 provider."
            ),
            Self::Unreachable(host) => {
                format!(
                    "{provider} cannot be reached at {host}. Check that it is running and that its address is right."
                )
            }
            Self::Unauthorized if target.key.is_none() => format!("{provider} wants a key, and none is set up."),
            Self::Unauthorized => {
                format!("{provider} refused the key. An admin can set a new one under Model providers.")
            }
            Self::NoSuchModel => {
                format!("{provider} does not know the model “{model}”, or its address is not right.")
            }
            Self::RateLimited(Some(seconds)) => {
                format!("{provider} gets too many requests, or its credit is used up. Try again in {}.", secs(*seconds))
            }
            Self::RateLimited(None) => {
                format!("{provider} gets too many requests, or its credit is used up. Try again in a moment.")
            }
            Self::Refused(words) if words.is_empty() => format!("{provider} refused the request."),
            Self::Refused(words) => format!("{provider} refused the request: {words}"),
            Self::Failing(status) => format!("{provider} failed (HTTP {status}). Try again."),
            Self::Reported(words) if words.is_empty() => format!("{provider} reported an error. Try again."),
            Self::Reported(words) => format!("{provider} reported an error: {words}"),
            Self::Broken => format!("The connection to {provider} broke before the answer was complete. Try again."),
            Self::Unreadable => {
                format!("{provider} sent something that is not an answer. Check that its address is right.")
            }
            Self::Empty => format!("{provider} ended without an answer. Try again."),
            Self::Silent(time) => format!("{provider} did not answer within {}. Try again.", secs(time.as_secs())),
            Self::Stalled(time) => format!(
                "{provider} stopped in the middle of the answer: nothing came for {}. Try again.",
                secs(time.as_secs())
            ),
            Self::TooLong(time) => {
                format!("The answer took longer than {} and was cut off. Try again.", secs(time.as_secs()))
            }
        }
    }
}

fn secs(seconds: u64) -> String {
    if seconds == 1 { "1 second".to_owned() } else { format!("{seconds} seconds") }
}

impl Target {
    fn adapter(&self) -> AdapterKind {
        match self.kind {
            ProviderKind::Openai => AdapterKind::OpenAI,
            ProviderKind::Anthropic => AdapterKind::Anthropic,
            ProviderKind::Gemini => AdapterKind::Gemini,
        }
    }

    fn service(&self) -> ServiceTarget {
        let base = self.kind.address(&self.base_url);
        let auth = match &self.key {
            Some(Key(key)) => AuthData::from_single(key.clone()),
            // Without a key no Authorization header at all: `Bearer ` alone is refused by some servers.
            None => AuthData::RequestOverride { url: format!("{base}chat/completions"), headers: Headers::default() },
        };
        let model = ModelIden::new(self.adapter(), self.model.clone());
        ServiceTarget { endpoint: Endpoint::from_owned(base), auth, model }
    }

    /// The provider's own words without the key, on one line and not too many.
    fn scrub(&self, words: &str) -> String {
        let words = match &self.key {
            Some(Key(key)) if !key.is_empty() => words.replace(key.as_str(), "…"),
            _ => words.to_owned(),
        };
        let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(MAX_WORDS) {
            Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
            None => line,
        }
    }

    fn host(&self) -> String {
        crate::model::provider::origin(&self.kind.address(&self.base_url))
    }

    fn fault(&self, error: &genai::Error) -> Fault {
        match error {
            genai::Error::HttpError { status, body, headers, .. } => {
                let wait = headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
                self.status_fault(status.as_u16(), body, wait)
            }
            genai::Error::WebStream { error, .. } => self.transport_fault(error.as_ref()),
            genai::Error::WebModelCall { webc_error: genai::webc::Error::Reqwest(error), .. } => {
                self.transport_fault(error)
            }
            genai::Error::ChatResponse { body, .. } => Fault::Reported(self.scrub(&words_of(body))),
            genai::Error::StreamParse { .. } => Fault::Unreadable,
            other => Fault::Refused(self.scrub(&other.to_string())),
        }
    }

    fn transport_fault(&self, error: &(dyn std::error::Error + 'static)) -> Fault {
        if let Some(inner) = error.downcast_ref::<genai::Error>() {
            return self.fault(inner);
        }
        match error.downcast_ref::<reqwest::Error>() {
            Some(error) if error.is_connect() || error.is_builder() => Fault::Unreachable(self.host()),
            Some(error) if error.is_timeout() => Fault::Unreachable(self.host()),
            _ => Fault::Broken,
        }
    }

    fn status_fault(&self, status: u16, body: &str, wait: Option<u64>) -> Fault {
        let words = || {
            let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
            // Only what is meant to be read: an error page of a proxy says nothing to anybody.
            self.scrub(&words_of(body.get("error").unwrap_or(&body)))
        };
        match status {
            401 | 403 => Fault::Unauthorized,
            404 => Fault::NoSuchModel,
            402 | 429 => Fault::RateLimited(wait),
            // No redirect is followed: it could carry the key to a host that it was not given for.
            300..400 => Fault::Unreadable,
            400..500 => Fault::Refused(words()),
            _ => Fault::Failing(status),
        }
    }
}

/// The sentence inside a provider's error, whichever of the usual shapes it has.
fn words_of(body: &serde_json::Value) -> String {
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    text(body).or_else(|| body.get("message").and_then(text)).unwrap_or_default()
}

/// Asks a model. What goes wrong is the last item of the stream.
///
/// The client crate logs what providers answer, and some of them repeat the key: nothing of that reaches the log.
#[must_use]
pub fn ask(client: &genai::Client, target: Target, request: Request) -> Pieces {
    let client = client.clone();
    let started = async move {
        let messages = request.turns.into_iter().map(|turn| match turn.author {
            Author::User => ChatMessage::user(turn.text),
            Author::Agent => ChatMessage::assistant(turn.text),
        });
        let mut chat = ChatRequest::from_messages(messages.collect());
        if !request.system.is_empty() {
            chat = chat.with_system(request.system);
        }
        let mut options = ChatOptions::default().with_temperature(request.temperature);
        options.max_tokens = request.max_tokens;
        let opened = client
            .exec_chat_stream(target.service(), chat, Some(&options))
            .with_subscriber(NoSubscriber::new())
            .await
            .map_err(|error| target.fault(&error));
        futures_util::stream::unfold(Some((opened.map(|opened| opened.stream), target)), next_piece)
    };
    futures_util::stream::once(started).flatten().boxed()
}

type State = Option<(Result<genai::chat::ChatStream, Fault>, Target)>;

async fn next_piece(state: State) -> Option<(Result<Piece, Fault>, State)> {
    let (opened, target) = state?;
    let mut stream = match opened {
        Ok(stream) => stream,
        Err(fault) => return Some((Err(fault), None)),
    };
    let piece = match stream.next().with_subscriber(NoSubscriber::new()).await? {
        Ok(ChatStreamEvent::Chunk(chunk)) => Piece::Text(chunk.content),
        Ok(ChatStreamEvent::End(end)) => {
            let end = if is_whole(&target, &end) { Ok(Piece::End) } else { Err(Fault::Broken) };
            return Some((end, None));
        }
        Ok(_) => Piece::Alive,
        Err(error) => return Some((Err(target.fault(&error)), None)),
    };
    Some((Ok(piece), Some((Ok(stream), target))))
}

/// For Gemini the client crate also makes an end out of a connection that was merely closed; only a reason is an end.
fn is_whole(target: &Target, end: &StreamEnd) -> bool {
    target.kind != ProviderKind::Gemini || end.captured_stop_reason.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target {
            provider: "Acme".into(),
            kind: ProviderKind::Openai,
            base_url: "http://127.0.0.1:1".into(),
            key: Some(Key("sk-canary".into())),
            model: "m".into(),
        }
    }

    #[test]
    fn a_key_is_cut_out_of_a_providers_words() {
        let body = r#"{"error":{"message":"bad\n key sk-canary, really"}}"#;
        let fault = target().status_fault(400, body, None);
        assert_eq!(fault, Fault::Refused("bad key …, really".into()));
        assert!(!format!("{:?} {}", target(), fault.sentence(&target())).contains("sk-canary"));
        assert_eq!(target().status_fault(401, body, None), Fault::Unauthorized);
        assert_eq!(target().status_fault(500, body, None), Fault::Failing(500));
        assert_eq!(target().status_fault(429, "", Some(7)), Fault::RateLimited(Some(7)));
        let Fault::Refused(words) =
            target().status_fault(400, &format!("{{\"message\":\"{}\"}}", "ü".repeat(999)), None)
        else {
            panic!("not refused")
        };
        assert_eq!(words.chars().count(), MAX_WORDS + 1);
    }

    #[test]
    fn every_fault_is_a_sentence() {
        let second = Duration::from_secs(1);
        for fault in [
            Fault::NotServed("x/y".into()),
            Fault::Unreachable("http://x".into()),
            Fault::Unauthorized,
            Fault::NoSuchModel,
            Fault::RateLimited(None),
            Fault::RateLimited(Some(3)),
            Fault::Refused(String::new()),
            Fault::Failing(500),
            Fault::Reported(String::new()),
            Fault::Broken,
            Fault::Unreadable,
            Fault::Empty,
            Fault::Silent(second),
            Fault::Stalled(second),
            Fault::TooLong(second),
        ] {
            assert!(fault.sentence(&target()).ends_with('.'), "{fault:?}");
        }
    }
}
