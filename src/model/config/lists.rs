//! The items of a config's lists: skills, knowledge, guardrails, playbooks and input fields.
//!
//! Each item carries a stable `id` of its own, by which versions are compared and merged. What an item can be is an enum
//! that carries its facts (`kind` in JSON). To add a kind: a variant here, an arm in `read.rs` and one in `validate.rs`.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// An enum whose variants are words in JSON.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every variant with its word.
            pub const ALL: &'static [(&'static str, Self)] = &[$(($word, Self::$variant),)*];

            /// The word that stands for it in JSON.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words = $name::ALL.iter().map(|(word, _)| *word);
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
            }
        }

        impl ToSchema for $name {}

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }
    };
}

/// A tool that the agent may call.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Skill {
    /// Stable id, unique among the skills.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]+$")]
    pub id: String,
    /// Its name, as the model and people see it.
    #[schema(min_length = 1)]
    pub name: String,
    /// What it does and when to use it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// How it is called; `kind` in JSON.
    #[serde(flatten)]
    pub call: SkillCall,
    /// JSON Schema of what the model fills in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub parameters: Option<Value>,
    /// The fields that leave Galley, and where they go.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sends: Vec<Send>,
    /// Whether the user must agree before each call.
    #[serde(skip_serializing_if = "is_false")]
    pub needs_confirmation: bool,
    /// The name of the secret that it uses. The value lives apart, encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// How a skill is called.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SkillCall {
    /// One HTTP request.
    Http {
        /// Its method.
        method: Method,
        /// Its address, `http` or `https`.
        #[schema(min_length = 1)]
        url: String,
        /// Fixed headers. None of them may be a credential: that is what `secret` is for.
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        headers: BTreeMap<String, String>,
    },
    /// A server that speaks the Model Context Protocol over HTTP.
    Mcp {
        /// Its address.
        #[schema(min_length = 1)]
        url: String,
    },
    /// Another agent of the workspace.
    Agent {
        /// Its id.
        #[schema(min_length = 1)]
        agent_id: String,
    },
}

impl SkillCall {
    /// The address it calls, where there is one.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Http { url, .. } | Self::Mcp { url } => Some(url),
            Self::Agent { .. } => None,
        }
    }
}

/// A field that a skill sends, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Send {
    /// The name of the parameter.
    #[schema(min_length = 1)]
    pub field: String,
    /// The part of the request that carries it.
    pub to: Place,
}

/// A document that the agent may look things up in, by the hash of its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Knowledge {
    /// Stable id, unique among the documents.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]+$")]
    pub id: String,
    /// Its name, as people see it.
    #[schema(min_length = 1)]
    pub name: String,
    /// SHA-256 of its content, 64 hex digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub hash: String,
    /// Its media type, such as `text/markdown`.
    #[schema(min_length = 1)]
    pub media_type: String,
    /// Its size in bytes.
    #[schema(maximum = 1_073_741_824)]
    pub bytes: u64,
}

/// A check on what comes in and goes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Guardrail {
    /// Stable id, unique among the guardrails.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]+$")]
    pub id: String,
    /// Its name, as people see it.
    #[schema(min_length = 1)]
    pub name: String,
    /// What it looks for; `kind` in JSON.
    #[serde(flatten)]
    pub rule: GuardrailRule,
    /// What happens then.
    pub action: Action,
}

/// What a guardrail looks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GuardrailRule {
    /// Any of these phrases, in any case.
    BlockedPhrases {
        /// The phrases.
        #[schema(min_items = 1)]
        phrases: Vec<String>,
    },
    /// A regular expression.
    Pattern {
        /// The expression.
        #[schema(min_length = 1)]
        pattern: String,
    },
    /// Personal data.
    PiiRedaction {
        /// Which.
        #[schema(min_items = 1)]
        types: Vec<PiiKind>,
    },
    /// A sentence that each answer must carry.
    RequiredDisclaimer {
        /// The sentence.
        #[schema(min_length = 1)]
        text: String,
    },
    /// An answer that is too long.
    ReplyLength {
        /// The longest allowed, in characters.
        #[schema(minimum = 1, maximum = 100_000)]
        max_chars: u64,
    },
    /// Topics that the agent declines.
    DeclinedTopics {
        /// The topics.
        #[schema(min_items = 1)]
        topics: Vec<String>,
    },
}

/// Ordered steps for a known situation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    /// Stable id, unique among the playbooks.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]+$")]
    pub id: String,
    /// Its name.
    #[schema(min_length = 1)]
    pub name: String,
    /// When it applies.
    #[schema(min_length = 1)]
    pub when: String,
    /// What to do, in order.
    #[schema(min_items = 1)]
    pub steps: Vec<String>,
}

/// A field of the form that starts a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InputField {
    /// Stable id, unique among the fields.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]+$")]
    pub id: String,
    /// Its key in the run's input.
    #[schema(min_length = 1)]
    pub name: String,
    /// Its name on the form; the key where empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// What it takes.
    pub kind: InputKind,
    /// Whether a run needs it.
    #[serde(skip_serializing_if = "is_false")]
    pub required: bool,
    /// What may be chosen, for the kind `choice`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

words! {
    /// An HTTP method.
    Method {
        /// Reads.
        Get = "GET",
        /// Creates or acts.
        Post = "POST",
        /// Replaces.
        Put = "PUT",
        /// Changes a part.
        Patch = "PATCH",
        /// Removes.
        Delete = "DELETE",
    }
}

words! {
    /// The part of a request that carries a field.
    Place {
        /// The query string.
        Query = "query",
        /// The body.
        Body = "body",
        /// A header.
        Header = "header",
        /// The path of the address.
        Path = "path",
    }
}

words! {
    /// A kind of personal data.
    PiiKind {
        /// E-mail addresses.
        Email = "email",
        /// Telephone numbers.
        Phone = "phone",
        /// Payment card numbers.
        Card = "card",
        /// Bank account numbers.
        Iban = "iban",
        /// Network addresses.
        IpAddress = "ip_address",
    }
}

words! {
    /// What a guardrail does when it finds something.
    Action {
        /// The answer is withheld.
        Block = "block",
        /// The part that was found is replaced.
        Redact = "redact",
        /// The answer goes out, with a note.
        Warn = "warn",
    }
}

words! {
    /// What an input field takes.
    InputKind {
        /// One line.
        Text = "text",
        /// Several lines.
        LongText = "long_text",
        /// A number.
        Number = "number",
        /// Yes or no.
        Boolean = "boolean",
        /// One of `options`.
        Choice = "choice",
        /// A date, `2026-01-31`.
        Date = "date",
        /// An e-mail address.
        Email = "email",
        /// A web address.
        Url = "url",
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_false(flag: &bool) -> bool {
    !flag
}
