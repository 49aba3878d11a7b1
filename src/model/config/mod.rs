//! Everything that decides how an agent behaves, as one typed value.
//!
//! A [`Config`] is pure data: nothing in it is ever evaluated, so `{{ }}`, `${ }` and `<% %>` are plain text. It holds no
//! secret, only the names of secrets.
//!
//! - [`lists`]: the items of its lists (skills, knowledge, guardrails, playbooks, input fields)
//! - `read.rs`, `reader.rs`: from JSON, naming the exact field that is wrong
//! - `normalise.rs`: line ends and numbers in the one form that is stored
//! - `validate.rs`: what is allowed; [`limits`] holds the numbers
//! - [`canonical`]: the bytes that are stored and hashed
//! - [`form`]: the builder's form, as a browser submits it
//! - [`fields`]: the table of top-level fields that diff and merge walk
//!
//! To add a field: add it here with a default that is left out of the JSON (or every stored hash changes), to the reader in
//! `read.rs`, to [`fields::FIELDS`], to `validate.rs`, and to the form where it is edited.

pub mod address;
pub mod canonical;
mod check;
mod emoji;
pub mod fields;
pub mod form;
pub mod limits;
pub mod lists;
mod normalise;
mod read;
mod reader;
#[cfg(test)]
pub(crate) mod samples;
mod validate;

pub use canonical::ConfigHash;
pub use form::{DraftForm, Tab, tab_of};
pub use lists::{
    Action, Guardrail, GuardrailRule, InputField, InputKind, Knowledge, Method, PiiKind, Place, Playbook, Send, Skill,
    SkillCall,
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::field_error::FieldError;

/// The model of an agent that names none: the built-in offline one.
pub const DEFAULT_MODEL: &str = "rehearsal";

/// The temperature of an agent that names none: steady answers with a little room in the wording.
///
/// It is part of the canonical form's meaning (a default is left out there), so it can never change.
pub const DEFAULT_TEMPERATURE: f64 = 0.3;

/// The configuration of an agent.
///
/// Its JSON leaves out every field that has its default. [`Config::to_full_value`] writes all of them.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What the agent is called, 1 to 80 characters on one line.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(min_length = 1, example = "Desk")]
    pub name: String,
    /// What it is for, at most 500 characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 500)]
    pub description: String,
    /// One emoji of at most 16 bytes, or nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub icon: String,
    /// What the agent is told to do, 1 to 40,000 characters.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(min_length = 1, max_length = 40_000)]
    pub instructions: String,
    /// `provider/model`, or `rehearsal`.
    #[serde(skip_serializing_if = "is_default_model")]
    #[schema(min_length = 1, example = "rehearsal")]
    pub model: String,
    /// How freely the model picks its words, 0 to 1.
    #[serde(skip_serializing_if = "is_default_temperature")]
    #[schema(minimum = 0, maximum = 1)]
    pub temperature: f64,
    /// What the agent says first.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 4_000)]
    pub greeting: String,
    /// Conversation starters, at most 20 of 1 to 255 characters, each on one line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub prompt_bubbles: Vec<String>,
    /// How it speaks, what it aims for, what it never does.
    #[serde(skip_serializing_if = "Persona::is_empty")]
    pub persona: Persona,
    /// The tools it may call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub skills: Vec<Skill>,
    /// The documents it may look things up in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 500)]
    pub knowledge: Vec<Knowledge>,
    /// What is checked on the way in and out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub guardrails: Vec<Guardrail>,
    /// Ordered steps for known situations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub playbooks: Vec<Playbook>,
    /// The typed form of a run; without any, a run takes any JSON object.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub input_fields: Vec<InputField>,
    /// The JSON Schema of a run's result.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub output_schema: Option<Value>,
}

/// How an agent speaks and what it aims for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// The tone of voice.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 1_000)]
    pub tone: String,
    /// What it tries to reach, each on one line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub goals: Vec<String>,
    /// What it never does, each on one line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub never_do: Vec<String>,
}

impl Persona {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            name: String::new(),
            description: String::new(),
            icon: String::new(),
            instructions: String::new(),
            model: DEFAULT_MODEL.to_owned(),
            temperature: DEFAULT_TEMPERATURE,
            greeting: String::new(),
            prompt_bubbles: Vec::new(),
            persona: Persona::default(),
            skills: Vec::new(),
            knowledge: Vec::new(),
            guardrails: Vec::new(),
            playbooks: Vec::new(),
            input_fields: Vec::new(),
            output_schema: None,
        }
    }
}

impl<'de> Deserialize<'de> for Config {
    /// Reads the types only: stored bytes must stay readable when a limit changes.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read::config(Value::deserialize(deserializer)?).map_err(|errors| {
            let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
            serde::de::Error::custom(all.join("; "))
        })
    }
}

impl Config {
    /// Reads a config from outside JSON: types checked and unknown fields refused by name, text normalised, limits not yet
    /// checked (see [`Config::validate`] and [`Config::checked`]). A missing field has its default.
    pub fn from_value(value: Value) -> Result<Self, Vec<FieldError>> {
        let mut config = read::config(value)?;
        config.normalise();
        Ok(config)
    }

    /// [`Config::from_value`] and [`Config::validate`] in one: a config that may be saved, or every reason why not.
    pub fn checked(value: Value) -> Result<Self, Vec<FieldError>> {
        let config = Self::from_value(value)?;
        let errors = config.validate();
        if errors.is_empty() { Ok(config) } else { Err(errors) }
    }

    /// The JSON that leaves out defaults. It is what [`Config::from_value`] reads.
    pub fn to_value(&self) -> Value {
        // Keys are strings and a non-finite number becomes null, so this cannot fail.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The JSON with every top-level field present, as the API shows it.
    pub fn to_full_value(&self) -> Value {
        let mut value = self.to_value();
        if let Value::Object(map) = &mut value {
            for field in fields::FIELDS {
                map.entry(field.name).or_insert_with(|| field.default_value());
            }
        }
        value
    }

    /// Brings text into the one form that is stored: line ends are `\n`, the name, icon and model have no space around them, and
    /// whole numbers inside JSON are written without a fraction.
    pub fn normalise(&mut self) {
        normalise::config(self);
    }
}

fn is_default_model(model: &str) -> bool {
    model == DEFAULT_MODEL
}

// Not `expect`: where a pointer has four bytes the lint has nothing to say.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_default_temperature(temperature: &f64) -> bool {
    *temperature == DEFAULT_TEMPERATURE
}
