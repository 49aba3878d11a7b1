//! Model providers: who serves language models, and what an admin types to set one up.
//!
//! A key goes in and never comes out: what is shown of it is whether there is one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{chat::REHEARSAL, config::address::host_of, field_error::FieldError};

/// Most models of one provider.
pub const MAX_MODELS: usize = 100;
/// Longest name of a provider.
pub const MAX_SLUG: usize = 40;
/// Longest name of a model.
pub const MAX_MODEL_NAME: usize = 150;
/// Longest key.
pub const MAX_KEY: usize = 1_000;
/// Longest address.
pub const MAX_BASE_URL: usize = 500;

/// The API that a provider speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// OpenAI, and everything that speaks its API: Ollama, vLLM, llama.cpp, OpenRouter.
    #[default]
    Openai,
    /// Anthropic.
    Anthropic,
    /// Google Gemini.
    Gemini,
}

impl ProviderKind {
    /// Every kind, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Openai, Self::Anthropic, Self::Gemini];

    /// The word in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Openai => "openai",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
        }
    }

    /// Reads [`ProviderKind::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What people call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Openai => "OpenAI, or anything that speaks its API",
            Self::Anthropic => "Anthropic",
            Self::Gemini => "Google Gemini",
        }
    }

    /// Where its own service is, when no other address is given.
    #[must_use]
    pub const fn home(self) -> &'static str {
        match self {
            Self::Openai => "https://api.openai.com/v1/",
            Self::Anthropic => "https://api.anthropic.com/v1/",
            Self::Gemini => "https://generativelanguage.googleapis.com/v1beta/",
        }
    }

    /// The address to call: `base_url`, or its own service when that is empty; it ends with a slash.
    #[must_use]
    pub fn address(self, base_url: &str) -> String {
        match base_url.trim_end_matches('/') {
            "" => self.home().to_owned(),
            base => format!("{base}/"),
        }
    }
}

/// A provider as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Provider {
    /// Its id; none for one that the server's environment sets up.
    pub id: Option<Uuid>,
    /// Its name, the part of a model's name before the slash.
    pub slug: String,
    /// The API it speaks.
    pub kind: ProviderKind,
    /// Its address; empty for the kind's own service.
    pub base_url: String,
    /// The models that it serves.
    pub models: Vec<String>,
    /// Whether there is a key.
    pub key_set: bool,
}

/// A model that an agent may be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelChoice {
    /// `provider/model`, or `rehearsal`.
    pub name: String,
    /// What the list shows.
    pub label: String,
}

/// What an admin types to set up a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderForm {
    /// Its name: 1 to 40 small letters, digits, - _ and .
    #[serde(default)]
    #[schema(required, min_length = 1, example = "local")]
    pub slug: String,
    /// `openai`, `anthropic` or `gemini`.
    #[serde(default)]
    #[schema(required, value_type = ProviderKind)]
    pub kind: String,
    /// Its address; empty for the kind's own service.
    #[serde(default)]
    #[schema(example = "http://127.0.0.1:11434/v1")]
    pub base_url: String,
    /// One model per line, or separated by commas.
    #[serde(default)]
    #[schema(required, min_length = 1, example = "llama3.3, qwen3")]
    pub models: String,
    /// A new key; empty keeps the one that is there.
    #[serde(default)]
    pub key: String,
}

/// A form that was found valid.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckedProvider {
    /// Its name.
    pub slug: String,
    /// The API it speaks.
    pub kind: ProviderKind,
    /// Its address; empty for the kind's own service.
    pub base_url: String,
    /// The models, each once.
    pub models: Vec<String>,
    /// A new key, if one was typed.
    pub key: Option<String>,
}

impl ProviderForm {
    /// The form's values, or every reason why not.
    ///
    /// # Errors
    /// Each field at fault.
    pub fn checked(&self) -> Result<CheckedProvider, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, message: &str| errors.push(FieldError::new(field, message));
        let slug = self.slug.trim().to_owned();
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.');
        if slug.is_empty() {
            wrong("slug", "Name is required");
        } else if slug.len() > MAX_SLUG || !slug.bytes().all(allowed) || slug == REHEARSAL {
            wrong("slug", "Use 1 to 40 small letters, digits, - _ and ., and not “rehearsal”");
        }
        let kind = ProviderKind::parse(&self.kind).unwrap_or_else(|| {
            wrong("kind", "Choose openai, anthropic or gemini");
            ProviderKind::default()
        });
        let base_url = self.base_url.trim().trim_end_matches('/').to_owned();
        if !base_url.is_empty() {
            if base_url.len() > MAX_BASE_URL || base_url.contains(['?', '#']) {
                wrong("base_url", "Use at most 500 characters without ? and #");
            } else if let Err(message) = host_of(&base_url) {
                wrong("base_url", message);
            }
        }
        let mut models: Vec<String> = Vec::new();
        for name in self.models.split([',', '\n']).map(str::trim).filter(|name| !name.is_empty()) {
            if !models.iter().any(|model| model == name) {
                models.push(name.to_owned());
            }
        }
        if models.is_empty() {
            wrong("models", "Name at least one model");
        } else if models.len() > MAX_MODELS {
            wrong("models", "At most 100 models");
        }
        if models.iter().any(|name| name.len() > MAX_MODEL_NAME || !name.bytes().all(|b| b.is_ascii_graphic())) {
            wrong("models", "A model’s name has at most 150 characters and no spaces");
        }
        let key = self.key.trim();
        if key.len() > MAX_KEY || !key.bytes().all(|b| b.is_ascii_graphic()) {
            wrong("key", "A key has at most 1,000 characters and no spaces");
        }
        let key = (!key.is_empty()).then(|| key.to_owned());
        if errors.is_empty() { Ok(CheckedProvider { slug, kind, base_url, models, key }) } else { Err(errors) }
    }
}

impl CheckedProvider {
    /// Whether it cannot work without a key: the kinds' own services all ask for one.
    #[must_use]
    pub fn needs_key(&self) -> bool {
        self.kind != ProviderKind::Openai || self.base_url.is_empty()
    }
}

/// Scheme, host and port of an address: a key given for one origin is never sent to another.
#[must_use]
pub fn origin(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let scheme = scheme.to_ascii_lowercase();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let default_port = if scheme == "https" { ":443" } else { ":80" };
    format!("{scheme}://{}", host.strip_suffix(default_port).unwrap_or(&host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ProviderForm {
        ProviderForm {
            slug: "local".into(),
            kind: "openai".into(),
            base_url: "http://127.0.0.1:11434/v1/".into(),
            models: "llama3.2, qwen3:8b\nllama3.2".into(),
            key: String::new(),
        }
    }

    #[test]
    fn a_form_is_tidied() {
        let checked = form().checked().ok().unwrap();
        assert_eq!(checked.base_url, "http://127.0.0.1:11434/v1");
        assert_eq!(checked.models, ["llama3.2", "qwen3:8b"]);
        assert!(!checked.needs_key());
        assert_eq!(checked.kind.address(&checked.base_url), "http://127.0.0.1:11434/v1/");
        assert_eq!(ProviderKind::Openai.address(""), ProviderKind::Openai.home());
    }

    #[test]
    fn each_wrong_field_is_named() {
        let wrong = ProviderForm {
            slug: "Not A Slug".into(),
            kind: "cohere".into(),
            base_url: "ftp://x".into(),
            models: " , ".into(),
            key: "with space".into(),
        };
        let errors = wrong.checked().err().unwrap();
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["slug", "kind", "base_url", "models", "key"]);
        assert!(ProviderForm { slug: "rehearsal".into(), ..form() }.checked().is_err());
        assert!(ProviderForm { base_url: "https://user:pass@host".into(), ..form() }.checked().is_err());
    }

    #[test]
    fn origins_tell_hosts_schemes_and_ports_apart() {
        assert_eq!(origin("https://API.example/v1/"), origin("https://api.example:443/v2"));
        for other in ["http://api.example/v1", "https://api.example.evil/v1", "https://api.example:8443/v1"] {
            assert_ne!(origin("https://api.example/v1"), origin(other), "{other}");
        }
    }
}
