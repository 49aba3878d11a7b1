//! The public link of an agent: its address, its limits, and what a visitor of its page sees.
//!
//! A visitor is a stranger. What they see says nothing of the workspace, of the draft, or of how the agent is made.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    account::{MIN_PASSWORD, Person},
    chat::{Made, Opening},
    config::ConfigHash,
    error::FieldError,
    session::{Message, MessageOutcome, Receipt, ServedBecause},
    timestamp::Timestamp,
};

/// How many messages a day a new link takes.
pub const DAILY_MESSAGES: i64 = 200;
/// How many tokens a day a new link takes.
pub const DAILY_TOKENS: i64 = 500_000;
/// The highest daily limit of either kind.
pub const MAX_DAILY: i64 = 1_000_000_000;
/// At most this many sites may show the page in a frame.
pub const MAX_ORIGINS: usize = 20;
/// A pass phrase has at least this many characters.
pub const MIN_PASS: usize = MIN_PASSWORD;
/// A pass phrase has at most this many characters.
pub const MAX_PASS: usize = 200;
/// An answer takes at most this many tokens of the day.
pub const ANSWER_TOKENS: i64 = 2_048;
/// With fewer tokens left than this for an answer, none is begun.
pub const LEAST_ANSWER_TOKENS: i64 = 128;
/// How much text counts as one token. Providers count each in their own way; this count is the same for all of them.
pub const BYTES_PER_TOKEN: usize = 4;

/// How many tokens so many bytes of text count as.
#[must_use]
pub fn tokens(bytes: usize) -> i64 {
    i64::try_from(bytes.div_ceil(BYTES_PER_TOKEN)).unwrap_or(i64::MAX)
}

/// The public link of an agent, as its editors see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Link {
    /// The last part of its address.
    pub slug: String,
    /// Its address.
    pub url: String,
    /// Whether visitors are asked for a pass phrase.
    pub has_pass_phrase: bool,
    /// How many messages it takes on a day.
    pub daily_messages: i64,
    /// How many tokens it takes on a day.
    pub daily_tokens: i64,
    /// The sites that may show it in a frame.
    pub frame_origins: Vec<String>,
    /// The messages of today, in UTC.
    pub messages_today: i64,
    /// The tokens of today; those of answers that are being written count in full until they are whole.
    pub tokens_today: i64,
}

impl Link {
    /// Why it takes no message before tomorrow, if it does not.
    #[must_use]
    pub fn used_up(&self) -> Option<String> {
        if self.messages_today >= self.daily_messages {
            return Some(format!(
                "Today’s {} messages are used up. It answers again after midnight UTC.",
                self.daily_messages
            ));
        }
        (self.daily_tokens - self.tokens_today < LEAST_ANSWER_TOKENS)
            .then(|| format!("Today’s {} tokens are used up. It answers again after midnight UTC.", self.daily_tokens))
    }
}

/// What there is to set of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkForm {
    /// How many messages it takes on a day, in UTC.
    #[schema(minimum = 1, maximum = 1_000_000_000, example = 200)]
    pub daily_messages: i64,
    /// How many tokens it takes on a day, of what the model is sent and of what it answers.
    #[schema(minimum = 1, maximum = 1_000_000_000, example = 500_000)]
    pub daily_tokens: i64,
    /// The sites that may show it in a frame, such as `https://shop.example`. None: nobody may.
    #[serde(default)]
    pub frame_origins: Vec<String>,
    /// A new pass phrase; an empty one takes it away. Left out, it stays as it is.
    #[serde(default)]
    pub pass_phrase: Option<String>,
}

impl LinkForm {
    /// The same, tidied, or every reason why not.
    ///
    /// # Errors
    /// Each field at fault.
    pub fn checked(&self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        for (field, number) in [("daily_messages", self.daily_messages), ("daily_tokens", self.daily_tokens)] {
            if !(1..=MAX_DAILY).contains(&number) {
                errors.push(FieldError::new(field, format!("must be from 1 to {MAX_DAILY}")));
            }
        }
        let mut frame_origins: Vec<String> = Vec::new();
        for text in self.frame_origins.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
            match origin(text) {
                Some(origin) if frame_origins.contains(&origin) => {}
                Some(origin) => frame_origins.push(origin),
                None => errors.push(FieldError::new(
                    "frame_origins",
                    format!("“{text}” is no site: write https:// and a host, such as https://shop.example"),
                )),
            }
        }
        if frame_origins.len() > MAX_ORIGINS {
            errors.push(FieldError::new("frame_origins", format!("at most {MAX_ORIGINS} sites")));
        }
        if let Some(pass) = &self.pass_phrase {
            match pass.chars().count() {
                0 | MIN_PASS..=MAX_PASS => {}
                _ => errors.push(FieldError::new("pass_phrase", format!("needs {MIN_PASS} to {MAX_PASS} characters"))),
            }
        }
        if errors.is_empty() { Ok(Self { frame_origins, ..self.clone() }) } else { Err(errors) }
    }
}

/// A site as browsers write it: `https://host` or `https://host:port`. Nothing else may get into a header.
#[must_use]
pub fn origin(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('/').to_ascii_lowercase();
    let (scheme, place) = text.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))?;
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse::<u16>().ok().filter(|port| *port > 0)?)),
        None => (place, None),
    };
    let label = |label: &str| {
        !label.is_empty() && label.len() <= 63 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if host.len() > 253 || !host.split('.').all(label) {
        return None;
    }
    let usual = if scheme == "https" { 443 } else { 80 };
    Some(match port.filter(|port| *port != usual) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

/// An address as a QR code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qr {
    /// How many fields it is wide and high.
    pub size: i32,
    /// The dark fields, as the path of an SVG with one unit to a field.
    pub path: String,
}

/// What a visitor's page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum VisitPage {
    /// It asks for the pass phrase.
    AskPass {
        /// What was wrong with the last one.
        problem: Option<String>,
    },
    /// The conversation, or the way to begin one.
    Open(Box<Visit>),
}

/// A visitor's conversation with what is live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    /// What the page begins with.
    pub opening: VisitOpening,
    /// What was said so far, oldest first.
    pub messages: Vec<Message>,
    /// Whether an answer is being written.
    pub answering: bool,
    /// Why the conversation is over, if it is.
    pub over: Option<String>,
    /// What stood in the way of a message.
    pub problem: Option<String>,
    /// That message, so that nobody has to write it again.
    pub typed: String,
}

/// What a stranger may know of a release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitOpening {
    /// The agent's name.
    pub name: String,
    /// Its icon: one emoji or nothing.
    pub icon: String,
    /// What it says first; may be empty.
    pub greeting: String,
    /// Conversation starters.
    pub prompt_bubbles: Vec<String>,
}

/// What the view of a conversation begins with. A stranger's knows no receipt, no model and no numbers.
impl From<VisitOpening> for Opening {
    fn from(opening: VisitOpening) -> Self {
        let VisitOpening { name, icon, greeting, prompt_bubbles } = opening;
        let receipt = Receipt {
            agent_id: Uuid::nil(),
            revision_id: Uuid::nil(),
            version: None,
            draft_number: 0,
            config_hash: ConfigHash::of(&[]),
            reason: ServedBecause::LiveAtStart,
            model: String::new(),
            not_enforced: Vec::new(),
        };
        Self {
            receipt,
            made: Made { at: Timestamp(0), by: Person { id: Uuid::nil(), name: String::new() } },
            name,
            icon,
            greeting,
            prompt_bubbles,
            temperature: 0.0,
            model_served: true,
            instructions_length: 0,
            active: Vec::new(),
        }
    }
}

/// What a visitor is told of an answer that failed: what went wrong with a provider is the workspace's own affair.
pub const FAILED: &str = "The agent could not answer. Try again in a moment.";

/// A message as a visitor gets it: without what produced it, and without what went wrong behind it.
#[must_use]
pub fn for_visitor(message: Message) -> Message {
    let error = (message.outcome == MessageOutcome::Failed).then(|| FAILED.to_owned());
    Message { receipt: None, error, ..message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> LinkForm {
        LinkForm { daily_messages: 1, daily_tokens: MAX_DAILY, frame_origins: vec![], pass_phrase: None }
    }

    #[test]
    fn a_site_is_a_scheme_and_a_host() {
        for (text, read) in [
            ("https://Shop.Example/", "https://shop.example"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("https://shop.example:443", "https://shop.example"),
            ("https://10.0.0.5:8443", "https://10.0.0.5:8443"),
        ] {
            assert_eq!(origin(text).as_deref(), Some(read));
        }
        for bad in [
            "shop.example",
            "*",
            "https://*.example",
            "https://",
            "https://shop.example/path",
            "https://shop.example; script-src *",
            "https://shop.example https://evil.example",
            "https://a@b.example",
            "https://shop.example:0",
            "https://shop.example:99999",
            "javascript://x",
            "data:text/html,x",
            "https://shop..example",
            "'self'",
        ] {
            assert_eq!(origin(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_form_is_tidied_or_refused_field_by_field() {
        let sites = ["https://a.example", " ", "https://A.example/"].map(str::to_owned).to_vec();
        let checked = LinkForm { frame_origins: sites, pass_phrase: Some(String::new()), ..form() }.checked().unwrap();
        assert_eq!(checked.frame_origins, ["https://a.example"]);
        let wrong = LinkForm {
            daily_messages: 0,
            daily_tokens: MAX_DAILY + 1,
            frame_origins: vec!["nonsense".into()],
            pass_phrase: Some("short".into()),
        };
        let fields: Vec<String> = wrong.checked().unwrap_err().into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["daily_messages", "daily_tokens", "frame_origins", "pass_phrase"]);
        let many = (0..=MAX_ORIGINS).map(|i| format!("https://a{i}.example")).collect();
        assert!(LinkForm { frame_origins: many, ..form() }.checked().is_err());
        assert!(LinkForm { pass_phrase: Some("x".repeat(MAX_PASS + 1)), ..form() }.checked().is_err());
    }

    #[test]
    fn tokens_are_counted_upwards() {
        assert_eq!((tokens(0), tokens(1), tokens(4), tokens(5)), (0, 1, 1, 2));
    }
}
