//! The bytes of a config that are stored and hashed.
//!
//! Canonical JSON by RFC 8785 with defaults left out and `schema: 1` named, so that equal configs have equal bytes on
//! every machine and a field that is added to Galley later changes no hash. The badge of an agent and "no changes" are
//! comparisons of these hashes: the golden tests below must never be edited, only added to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::{Config, read};
use crate::model::field_error::FieldError;

/// The number of the canonical form. A new one is needed only when an old body would be read wrongly.
pub const SCHEMA: u64 = 1;

/// The SHA-256 of a config's canonical bytes. Its text is 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
pub struct ConfigHash([u8; 32]);

impl ConfigHash {
    /// The hash of canonical bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first six hex digits, for people.
    pub fn short(&self) -> String {
        self.to_string().chars().take(6).collect()
    }
}

impl From<[u8; 32]> for ConfigHash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl TryFrom<&[u8]> for ConfigHash {
    type Error = InvalidHash;

    fn try_from(bytes: &[u8]) -> Result<Self, InvalidHash> {
        bytes.try_into().map(Self).map_err(|_| InvalidHash)
    }
}

impl fmt::Display for ConfigHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ConfigHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConfigHash({self})")
    }
}

impl FromStr for ConfigHash {
    type Err = InvalidHash;

    fn from_str(text: &str) -> Result<Self, InvalidHash> {
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(|d| matches!(d, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(InvalidHash);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| InvalidHash)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| InvalidHash)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for ConfigHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ConfigHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Text or bytes that are no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 lower-case hex digits")]
pub struct InvalidHash;

impl Config {
    /// The bytes that are stored and hashed.
    pub fn canonical(&self) -> Vec<u8> {
        let mut value = self.to_value();
        if let Value::Object(map) = &mut value {
            map.insert("schema".to_owned(), SCHEMA.into());
        }
        // A `Value` holds only string keys and finite numbers, so this cannot fail.
        serde_json_canonicalizer::to_vec(&value).unwrap_or_default()
    }

    /// The hash of [`Config::canonical`].
    pub fn hash(&self) -> ConfigHash {
        ConfigHash::of(&self.canonical())
    }

    /// Reads stored bytes. Limits are not checked: a body that was saved stays readable.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, Vec<FieldError>> {
        let unreadable = |message: String| vec![FieldError::new("config", message)];
        let mut value: Value =
            serde_json::from_slice(bytes).map_err(|error| unreadable(format!("Not JSON: {error}")))?;
        let schema = value.as_object_mut().and_then(|map| map.remove("schema"));
        if schema.as_ref().and_then(Value::as_u64) != Some(SCHEMA) {
            return Err(unreadable(format!("Written by another version of Galley: this one reads schema {SCHEMA}")));
        }
        read::config(value)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    /// A config with every field and every kind of item set.
    pub(crate) fn everything() -> Value {
        json!({
            "name": "Refund desk",
            "description": "Answers refund questions.",
            "icon": "🧾",
            "instructions": "Be kind.\nUse {{ order }} and ${total} <% as they are %>.\n",
            "model": "openai/gpt-4.1-mini",
            "temperature": 0.75,
            "greeting": "Hello, what went wrong?",
            "prompt_bubbles": ["Where is my refund?", "Cancel my order"],
            "persona": {"tone": "Warm", "goals": ["Solve it"], "never_do": ["Promise a date"]},
            "skills": [
                {"id": "refund-lookup", "name": "Refund lookup", "description": "Finds a refund.", "kind": "http",
                 "method": "GET", "url": "https://shop.example/refunds/{order_id}", "headers": {"Accept": "application/json"},
                 "parameters": {"type": "object", "properties": {"order_id": {"type": "string", "maxLength": 12}}},
                 "sends": [{"field": "order_id", "to": "path"}], "needs_confirmation": true, "secret": "SHOP_KEY"},
                {"id": "wiki", "name": "Wiki", "kind": "mcp", "url": "https://wiki.example/mcp"},
                {"id": "tax", "name": "Tax desk", "kind": "agent", "agent_id": "01890a5d-ac96-774b-bcce-b302099a8057"}
            ],
            "knowledge": [{"id": "policy", "name": "Refund policy", "bytes": 1200, "media_type": "text/markdown",
                "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}],
            "guardrails": [
                {"id": "swear", "name": "Swearing", "kind": "blocked_phrases", "phrases": ["darn"], "action": "block"},
                {"id": "ticket", "name": "Ticket numbers", "kind": "pattern", "pattern": "T-[0-9]+", "action": "warn"},
                {"id": "cards", "name": "Card numbers", "kind": "pii_redaction", "types": ["card", "email"], "action": "redact"},
                {"id": "legal", "name": "Disclaimer", "kind": "required_disclaimer", "text": "No legal advice.", "action": "warn"},
                {"id": "short", "name": "Short answers", "kind": "reply_length", "max_chars": 800, "action": "warn"},
                {"id": "politics", "name": "Politics", "kind": "declined_topics", "topics": ["elections"], "action": "block"}
            ],
            "playbooks": [{"id": "late", "name": "Late refund", "when": "The refund is late", "steps": ["Say sorry", "Look it up"]}],
            "input_fields": [
                {"id": "order", "name": "order_id", "label": "Order", "kind": "text", "required": true},
                {"id": "mood", "name": "mood", "kind": "choice", "options": ["calm", "cross"]}
            ],
            "output_schema": {"type": "object", "required": ["answer"]}
        })
    }

    fn read(value: Value) -> Config {
        Config::from_value(value).expect("a config")
    }

    #[test]
    fn golden_hashes_never_change() {
        let golden = [
            (json!({}), "67d6291b301412df4a6ca7808aeafac9d0587b06ece3c68e72bab0157cd9d52c"),
            (
                json!({"name": "Ada", "instructions": "Answer briefly.\r\nSay “I don’t know”."}),
                "eb6947d944213bd2ad7836af05f59d2bcdd62420205ec74be499287a78be812b",
            ),
            (everything(), "af7f9ae4d0244f33fea2cd3f2bd95c3fd258908b69466d7c89bf01ea289586db"),
        ];
        for (value, hash) in golden {
            assert_eq!(read(value).hash().to_string(), hash);
        }
    }

    #[test]
    fn the_canonical_form_is_these_bytes() {
        let config = read(json!({"name": "Ada", "temperature": 1.0, "icon": "🧾", "instructions": "a\tb\n"}));
        let bytes = "{\"icon\":\"🧾\",\"instructions\":\"a\\tb\\n\",\"name\":\"Ada\",\"schema\":1,\"temperature\":1}";
        assert_eq!(String::from_utf8(config.canonical()).unwrap(), bytes);
    }

    #[test]
    fn a_default_that_is_written_out_changes_no_hash() {
        let short = read(json!({"name": "Ada"}));
        assert_eq!(read(short.to_full_value()).hash(), short.hash());
        assert_ne!(read(json!({"name": "Ada", "temperature": 0.31})).hash(), short.hash());
    }

    #[test]
    fn what_was_written_reads_back() {
        let config = read(everything());
        assert_eq!(Config::from_canonical(&config.canonical()), Ok(config));
    }

    #[test]
    fn another_schema_is_refused() {
        for bytes in [&b"{}"[..], b"{\"schema\":2}", b"{\"schema\":", b"[]"] {
            assert!(Config::from_canonical(bytes).is_err());
        }
    }

    #[test]
    fn a_hash_is_text_both_ways() {
        let hash = ConfigHash::of(b"galley");
        let text = hash.to_string();
        assert_eq!(text.parse(), Ok(hash));
        assert_eq!(ConfigHash::try_from(&hash.as_bytes()[..]), Ok(hash));
        assert_eq!(serde_json::to_value(hash).unwrap(), json!(text));
        assert_eq!(serde_json::from_value::<ConfigHash>(json!(text)).unwrap(), hash);
        assert_eq!(hash.short(), text[..6]);
        for wrong in ["", "zz", &text[1..], &text.to_uppercase(), &format!("+{}", &text[1..])] {
            assert_eq!(wrong.parse::<ConfigHash>(), Err(InvalidHash), "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_config_reads_back_from_its_bytes_and_from_what_the_api_shows(config in super::super::samples::config()) {
            proptest::prop_assert_eq!(Config::from_canonical(&config.canonical()), Ok(config.clone()));
            let shown = Config::from_value(config.to_full_value()).unwrap();
            proptest::prop_assert_eq!(shown.hash(), config.hash());
        }
    }
}
