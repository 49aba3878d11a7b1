//! Talking to an agent: what the page shows before the first message, and the events of an answer on their way.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    account::Person,
    error::Error,
    session::{Message, Receipt, ServedBecause, Session},
    timestamp::Timestamp,
};

/// A message has at most this many Unicode scalar values.
pub const MAX_MESSAGE: usize = 32_000;

/// The receipt's model when the built-in rehearsal answered.
pub const REHEARSAL: &str = super::config::DEFAULT_MODEL;

/// What a page shows of a revision before the first message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// What answers.
    pub receipt: Receipt,
    /// Who made it, and when.
    pub made: Made,
    /// The agent's name in that revision.
    pub name: String,
    /// Its icon: one emoji or nothing.
    pub icon: String,
    /// What it says first; may be empty.
    pub greeting: String,
    /// Conversation starters.
    pub prompt_bubbles: Vec<String>,
    /// From 0 to 1.
    pub temperature: f64,
    /// Whether the model is set up here.
    pub model_served: bool,
    /// How long the instructions are, in characters.
    pub instructions_length: usize,
    /// What part of the config is in force, in plain words.
    pub active: Vec<String>,
}

/// Who made a revision, and when: published it, or saved it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Made {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Person,
}

/// A conversation with its messages, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// The conversation.
    pub session: Session,
    /// What the revision it runs on shows at the start.
    pub opening: Opening,
    /// Its newest messages, oldest first.
    pub messages: Vec<Message>,
    /// Whether an answer is being written right now.
    pub answering: bool,
}

impl Receipt {
    /// What answered, as people read it: "Draft 12" or "v4".
    #[must_use]
    pub fn revision_label(&self) -> String {
        match self.version {
            Some(version) => format!("v{version}"),
            None => format!("Draft {}", self.draft_number),
        }
    }

    /// The line below an answer: "Draft 12 · 9f3c2a".
    #[must_use]
    pub fn footer(&self) -> String {
        format!("{} · {}", self.revision_label(), self.config_hash.short())
    }

    /// Why this one answers, in one sentence.
    #[must_use]
    pub fn why(&self) -> String {
        let own = self.revision_label();
        match self.reason {
            ServedBecause::LiveAtStart => {
                format!("{own} was live when this conversation began, and it keeps {own} to its end.")
            }
            ServedBecause::Draft => "This conversation runs the draft as it is saved at each turn.".to_owned(),
            ServedBecause::Chosen => format!("{own} was chosen for this conversation."),
        }
    }

    /// Whether the built-in rehearsal answered, which is no language model.
    #[must_use]
    pub fn is_rehearsal(&self) -> bool {
        self.model == REHEARSAL
    }
}

/// A piece of an answer: the data of `event: token`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// What to append.
    pub text: String,
}

/// The data of `event: error`: the problem, and what came before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamError {
    /// One plain sentence and a stable code.
    #[serde(flatten)]
    pub error: Error,
    /// The answer as it was kept, cut short.
    pub message: Option<Message>,
}

/// One event of an answer that is being written.
#[derive(Clone, Debug, PartialEq)]
pub enum AnswerEvent {
    /// More text.
    Token(String),
    /// The answer is whole, or was stopped by its reader.
    Done(Box<Message>),
    /// The answer failed.
    Error(Box<StreamError>),
}

impl AnswerEvent {
    /// Reads an event by its name and data; a name that is not known says nothing.
    #[must_use]
    pub fn parse(name: &str, data: &str) -> Option<Self> {
        match name {
            "token" => serde_json::from_str(data).ok().map(|Token { text }| Self::Token(text)),
            "done" => serde_json::from_str(data).ok().map(Self::Done),
            "error" => serde_json::from_str(data).ok().map(Self::Error),
            _ => None,
        }
    }
}

/// Cuts a stream of server-sent events into events, wherever the network cut it into chunks: in the middle of a letter too.
#[derive(Debug, Default)]
pub struct EventReader {
    rest: Vec<u8>,
}

impl EventReader {
    /// Takes the next chunk and gives the events that are whole by now, as name and data.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<(String, String)> {
        self.rest.extend_from_slice(chunk);
        let mut events = Vec::new();
        while let Some(end) = self.rest.windows(2).position(|pair| pair == b"\n\n") {
            let block: Vec<u8> = self.rest.drain(..end + 2).collect();
            let block = String::from_utf8_lossy(&block);
            let mut name = "message";
            let mut data = Vec::new();
            for line in block.lines() {
                if let Some(value) = line.strip_prefix("event:") {
                    name = value.trim_start();
                } else if let Some(value) = line.strip_prefix("data:") {
                    data.push(value.strip_prefix(' ').unwrap_or(value));
                }
            }
            if !data.is_empty() {
                events.push((name.to_owned(), data.join("\n")));
            }
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::error::Code;

    #[test]
    fn events_survive_any_cut() {
        let stream = "event: token\ndata: {\"text\":\"a “b”\"}\n\n: keep-alive\n\nevent: done\ndata: {}\n\n";
        let whole = EventReader::default().push(stream.as_bytes());
        assert_eq!(whole.len(), 2);
        for cut in 1..stream.len() {
            let mut reader = EventReader::default();
            let mut events = reader.push(&stream.as_bytes()[..cut]);
            events.extend(reader.push(&stream.as_bytes()[cut..]));
            assert_eq!(events, whole, "cut at {cut}");
        }
        assert_eq!(AnswerEvent::parse(&whole[0].0, &whole[0].1), Some(AnswerEvent::Token("a “b”".into())));
        assert_eq!(AnswerEvent::parse("other", "{}"), None);
    }

    #[test]
    fn an_error_event_is_read_from_a_problem() {
        let data = r#"{"type":"about:blank","title":"Bad Gateway","status":502,"detail":"It failed.","code":"upstream_failed"}"#;
        let Some(AnswerEvent::Error(event)) = AnswerEvent::parse("error", data) else { panic!("not an error") };
        assert_eq!((event.error.code, event.error.detail.as_str()), (Code::UpstreamFailed, "It failed."));
        assert_eq!(event.message, None);
    }
}
