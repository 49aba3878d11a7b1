//! What an engine runs, made from a config by a pure function.
//!
//! A release freezes the hash of this beside the hash of its config, with [`COMPILER_VERSION`], so that it can be told
//! apart later whether the config or Galley changed. Text goes in byte for byte: nothing in it is a template.
//!
//! When the output for any config changes, raise [`COMPILER_VERSION`] and add a golden test; the old one stays as a record.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::config::{Config, ConfigHash};

/// The number of the way from config to [`Compiled`].
pub const COMPILER_VERSION: i32 = 1;

/// The effective agent: what is sent to a model, and what the page shows before the first message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Compiled {
    /// The [`COMPILER_VERSION`] that made it.
    pub compiler: i32,
    /// What the agent is called.
    pub name: String,
    /// The system prompt. It begins with the instructions, byte for byte.
    pub system: String,
    /// `provider/model`, or `rehearsal`.
    pub model: String,
    /// From 0 to 1.
    pub temperature: f64,
    /// What the agent says first; may be empty.
    pub greeting: String,
    /// Conversation starters.
    pub prompt_bubbles: Vec<String>,
    /// The config's fields that are set and that the engine does not act on yet, such as `skills`.
    pub not_enforced: Vec<String>,
}

impl Compiled {
    /// Canonical JSON (RFC 8785), the bytes that are hashed.
    pub fn canonical(&self) -> Vec<u8> {
        // Keys are strings and a non-finite number becomes null, so neither step can fail.
        serde_json_canonicalizer::to_vec(&serde_json::to_value(self).unwrap_or_default()).unwrap_or_default()
    }

    /// The hash of [`Compiled::canonical`].
    pub fn hash(&self) -> ConfigHash {
        ConfigHash::of(&self.canonical())
    }
}

/// Makes what an engine runs.
pub fn compile(config: &Config) -> Compiled {
    Compiled {
        compiler: COMPILER_VERSION,
        name: config.name.clone(),
        system: system_prompt(config),
        model: config.model.clone(),
        temperature: config.temperature,
        greeting: config.greeting.clone(),
        prompt_bubbles: config.prompt_bubbles.clone(),
        not_enforced: not_enforced(config),
    }
}

/// The fields of a config that no part of the engine acts on yet. Persona and playbooks are part of the prompt.
pub const NOT_ENFORCED: &[&str] = &["skills", "knowledge", "guardrails", "input_fields", "output_schema"];

/// Those of [`NOT_ENFORCED`] that this config sets.
pub fn not_enforced(config: &Config) -> Vec<String> {
    let value = config.to_value();
    NOT_ENFORCED.iter().filter(|name| value.get(**name).is_some()).map(|name| (*name).to_owned()).collect()
}

fn system_prompt(config: &Config) -> String {
    let mut prompt = config.instructions.clone();
    let persona = &config.persona;
    if !persona.tone.is_empty() {
        section(&mut prompt, "Tone");
        prompt.push_str(&persona.tone);
    }
    for (title, list) in [("Goals", &persona.goals), ("Never do", &persona.never_do)] {
        if !list.is_empty() {
            section(&mut prompt, title);
            prompt.push_str(&list.iter().map(|text| format!("- {text}")).collect::<Vec<_>>().join("\n"));
        }
    }
    for playbook in &config.playbooks {
        section(&mut prompt, &format!("Playbook: {}", playbook.name));
        // Writing to a string cannot fail.
        let _ = write!(prompt, "When: {}\nSteps, in this order:", playbook.when);
        for (i, step) in playbook.steps.iter().enumerate() {
            let _ = write!(prompt, "\n{}. {step}", i + 1);
        }
    }
    prompt
}

/// A heading with one blank line before it, whatever the text before ends in.
fn section(prompt: &mut String, title: &str) {
    let ends = prompt.bytes().rev().take(2).take_while(|byte| *byte == b'\n').count();
    prompt.push_str(match ends {
        0 => "\n\n",
        1 => "\n",
        _ => "",
    });
    let _ = write!(prompt, "## {title}\n\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config::canonical::tests::everything;

    fn full() -> Config {
        Config::from_value(everything()).unwrap()
    }

    #[test]
    fn golden() {
        let golden = [
            (Config::default(), "ebc59be7a1d3829e460bc09cce26dfc100d366bf7d47f28974d6aa0600e43939"),
            (full(), "897ab710dcd1b34782c03f4f5b28fc4b0fd3b2dadd90415a9f488d93ebf0104b"),
        ];
        for (config, hash) in golden {
            assert_eq!(compile(&config).hash().to_string(), hash);
        }
    }

    #[test]
    fn the_prompt_is_these_words() {
        assert_eq!(
            compile(&full()).system,
            "Be kind.\nUse {{ order }} and ${total} <% as they are %>.\n\n\
             ## Tone\n\nWarm\n\n\
             ## Goals\n\n- Solve it\n\n\
             ## Never do\n\n- Promise a date\n\n\
             ## Playbook: Late refund\n\nWhen: The refund is late\nSteps, in this order:\n1. Say sorry\n2. Look it up"
        );
    }

    #[test]
    fn instructions_alone_are_the_prompt_byte_for_byte() {
        let instructions = "  {{ a }} ${b} <%= c %> \\n \u{1}\n\n";
        let config = Config { instructions: instructions.into(), ..Config::default() };
        assert_eq!(compile(&config).system, instructions);
    }

    #[test]
    fn what_the_engine_does_not_act_on_is_named_only_when_set() {
        assert_eq!(not_enforced(&Config::default()), [""; 0]);
        assert_eq!(not_enforced(&full()), ["skills", "knowledge", "guardrails", "input_fields", "output_schema"]);
    }

    #[test]
    fn the_canonical_form_reads_back() {
        let compiled = compile(&full());
        assert_eq!(serde_json::from_slice::<Compiled>(&compiled.canonical()).unwrap(), compiled);
    }
}
