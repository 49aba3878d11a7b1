//! API keys: what a program shows instead of a sign-in, and what it may do with it.
//!
//! A key acts as the member who made it, and never may more than they do. Its scopes narrow that down; a key may be bound
//! to one agent, and then nothing else exists for it. The secret is shown once, when the key is made.
//!
//! To add a scope: a [`Scope`], its words here, and the operations that ask for it in the API.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    account::{MAX_NAME, Person, check_name},
    field_error::FieldError,
    timestamp::Timestamp,
};

/// What every key begins with, so that people and scanners recognise one.
pub const KEY_START: &str = "gk_live_";
/// How many characters of a key its lists show: enough to tell two apart, too few to guess one.
pub const SHOWN_LETTERS: usize = KEY_START.len() + 4;
/// How many characters the name of a key may have.
pub const MAX_KEY_NAME: usize = MAX_NAME;
/// How many days the page offers for a key's life.
pub const LIFE_DAYS: [i64; 3] = [30, 90, 365];

/// One thing that a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Scope {
    /// Read agents, their drafts, releases and history.
    #[serde(rename = "agents:read")]
    AgentsRead,
    /// Make, edit, publish, roll back, delete.
    #[serde(rename = "agents:write")]
    AgentsWrite,
    /// Edit drafts, and nothing that reaches a user.
    #[serde(rename = "agents:draft")]
    AgentsDraft,
    /// Hold conversations and run agents.
    #[serde(rename = "chat")]
    Chat,
    /// What admins do: members, keys, providers, the audit log.
    #[serde(rename = "admin")]
    Admin,
}

impl Scope {
    /// Every scope, in the order of the form.
    pub const ALL: [Self; 5] = [Self::AgentsRead, Self::AgentsWrite, Self::AgentsDraft, Self::Chat, Self::Admin];

    /// The word in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AgentsRead => "agents:read",
            Self::AgentsWrite => "agents:write",
            Self::AgentsDraft => "agents:draft",
            Self::Chat => "chat",
            Self::Admin => "admin",
        }
    }

    /// Reads [`Scope::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    /// What the form says that it allows.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::AgentsRead => "Reads agents, their drafts, releases and history",
            Self::AgentsWrite => "Makes, edits, publishes, rolls back and deletes agents",
            Self::AgentsDraft => "Edits drafts, and never moves what is live",
            Self::Chat => "Talks to agents and runs them",
            Self::Admin => "Manages members, keys, model providers and the audit log",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::AgentsRead => 1,
            Self::AgentsWrite => 1 << 1,
            Self::AgentsDraft => 1 << 2,
            Self::Chat => 1 << 3,
            Self::Admin => 1 << 4,
        }
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of scopes. Serialised as a list of their words, in the order of [`Scope::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// Reads words; each of them has to be a scope.
    ///
    /// # Errors
    /// `scopes`, with the first word that is none.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, FieldError> {
        let one = |word: &str| Scope::parse(word).ok_or_else(|| FieldError::new("scopes", unknown(word)));
        words.into_iter().map(one).collect()
    }

    /// Whether what needs `scope` is allowed. Who may write may edit drafts; every other scope stands for itself alone.
    #[must_use]
    pub const fn contains(self, scope: Scope) -> bool {
        let enough = match scope {
            Scope::AgentsDraft => Scope::AgentsDraft.bit() | Scope::AgentsWrite.bit(),
            scope => scope.bit(),
        };
        self.0 & enough != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scopes as they were given, in the order of [`Scope::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.0 & scope.bit() != 0)
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

/// The words with a space between, as the database keeps them.
impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<_> = self.iter().map(Scope::as_str).collect();
        f.write_str(&words.join(" "))
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        Self::parse(words.iter().map(String::as_str)).map_err(|error| de::Error::custom(error.message))
    }
}

fn unknown(word: &str) -> String {
    let all: Vec<_> = Scope::ALL.into_iter().map(Scope::as_str).collect();
    format!("“{word}” is no scope; there are {}", all.join(", "))
}

/// A key, as its lists show it. Nothing here leads back to the secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiKey {
    /// The key's id.
    pub id: Uuid,
    /// What its maker called it.
    pub name: String,
    /// The first characters of the secret.
    pub prefix: String,
    /// What it may do.
    #[schema(value_type = Vec<Scope>)]
    pub scopes: Scopes,
    /// The only agent that it reaches; none for one that reaches what its maker does.
    pub agent_id: Option<Uuid>,
    /// What that agent is called, for who may see it.
    pub agent_name: Option<String>,
    /// Whom it acts as.
    pub made_by: Person,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it works; none for ever.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it still works at `now`, as far as the key itself goes.
    #[must_use]
    pub fn works(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| end > now)
    }
}

/// What there is to say about a new key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApiKey {
    /// What it is for: 1 to 80 characters.
    #[schema(min_length = 1, example = "CI")]
    pub name: String,
    /// What it may do: at least one thing.
    #[schema(value_type = Vec<Scope>, min_items = 1)]
    pub scopes: Scopes,
    /// The only agent that it reaches. Such a key takes no `admin`.
    #[serde(default)]
    pub agent_id: Option<Uuid>,
    /// Until when it works; none for ever.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl NewApiKey {
    /// The same, tidied, or every reason why not.
    ///
    /// # Errors
    /// Each field at fault.
    pub fn checked(&self, now: Timestamp) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, message: String| errors.push(FieldError::new(field, message));
        if let Some(message) = check_name(&self.name) {
            wrong("name", message);
        }
        if self.scopes.is_empty() {
            wrong("scopes", "choose at least one".to_owned());
        } else if self.agent_id.is_some() && self.scopes.contains(Scope::Admin) {
            wrong("scopes", "a key of one agent cannot have admin".to_owned());
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            wrong("expires_at", "must be in the future".to_owned());
        }
        if errors.is_empty() { Ok(Self { name: self.name.trim().to_owned(), ..self.clone() }) } else { Err(errors) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_327_200_000_000);

    fn new() -> NewApiKey {
        NewApiKey {
            name: "  CI ".into(),
            scopes: [Scope::AgentsRead].into_iter().collect(),
            agent_id: None,
            expires_at: None,
        }
    }

    #[test]
    fn scopes_are_literal_but_for_write_which_edits_drafts() {
        for held in Scope::ALL {
            let scopes: Scopes = [held].into_iter().collect();
            for asked in Scope::ALL {
                let expected = held == asked || (held == Scope::AgentsWrite && asked == Scope::AgentsDraft);
                assert_eq!(scopes.contains(asked), expected, "{held} for {asked}");
            }
            assert_eq!(scopes.iter().collect::<Vec<_>>(), [held]);
            assert_eq!(Scope::parse(held.as_str()), Some(held));
            assert_eq!(serde_json::to_value(held).unwrap(), held.as_str());
        }
        assert!(Scopes::default().is_empty());
    }

    #[test]
    fn a_set_is_a_list_of_words_on_the_wire() {
        let scopes: Scopes = [Scope::Chat, Scope::AgentsRead, Scope::Chat].into_iter().collect();
        assert_eq!(serde_json::to_string(&scopes).unwrap(), r#"["agents:read","chat"]"#);
        assert_eq!(serde_json::from_str::<Scopes>(r#"["chat","agents:read"]"#).unwrap(), scopes);
        assert_eq!(scopes.to_string(), "agents:read chat");
        assert_eq!(Scopes::parse("agents:read chat".split(' ')).unwrap(), scopes);
        let error = serde_json::from_str::<Scopes>(r#"["agents:all"]"#).unwrap_err().to_string();
        assert!(error.contains("“agents:all” is no scope") && error.contains("agents:draft"), "{error}");
        assert_eq!(Scopes::parse(["Chat"]).unwrap_err().field, "scopes");
    }

    #[test]
    fn a_form_is_tidied() {
        let checked = new().checked(NOW).unwrap();
        assert_eq!(checked.name, "CI");
        let last = NewApiKey { expires_at: Some(Timestamp(NOW.0 + 1)), name: "ü".repeat(MAX_KEY_NAME), ..new() };
        assert!(last.checked(NOW).is_ok());
        let bound = NewApiKey { agent_id: Some(Uuid::nil()), ..new() };
        assert!(bound.checked(NOW).is_ok());
    }

    #[test]
    fn each_wrong_field_is_named() {
        let fields = |form: NewApiKey| -> Vec<String> {
            form.checked(NOW).unwrap_err().into_iter().map(|error| error.field).collect()
        };
        let all = NewApiKey { name: " ".into(), scopes: Scopes::default(), expires_at: Some(NOW), agent_id: None };
        assert_eq!(fields(all), ["name", "scopes", "expires_at"]);
        assert_eq!(fields(NewApiKey { name: "x".repeat(MAX_KEY_NAME + 1), ..new() }), ["name"]);
        assert_eq!(fields(NewApiKey { name: "a\nb".into(), ..new() }), ["name"]);
        let admin = [Scope::AgentsRead, Scope::Admin].into_iter().collect();
        assert_eq!(fields(NewApiKey { agent_id: Some(Uuid::nil()), scopes: admin, ..new() }), ["scopes"]);
    }
}
