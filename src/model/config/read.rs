//! From JSON to a config, naming the exact field that is wrong.
//!
//! Written by hand instead of derived, because a derived reader stops at the first mistake and cannot say where it is
//! (`skills[2].url`), and because `deny_unknown_fields` and `flatten` do not go together. Only shapes are checked here;
//! limits are in `validate.rs`, so that a stored body stays readable when a limit changes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::reader::Reader;
use super::{
    Config, DEFAULT_MODEL, DEFAULT_TEMPERATURE, Guardrail, GuardrailRule, InputField, Knowledge, Persona, Playbook,
    Send, Skill, SkillCall,
};
use crate::model::field_error::FieldError;

/// Reads a config as it is, without normalising.
pub(super) fn config(value: Value) -> Result<Config, Vec<FieldError>> {
    let mut errors = Vec::new();
    let config = Reader::open(value, String::new(), &mut errors).map(|mut r| {
        let config = Config {
            name: r.text("name"),
            description: r.text("description"),
            icon: r.text("icon"),
            instructions: r.text("instructions"),
            model: r.text_or("model", DEFAULT_MODEL),
            temperature: r.number("temperature").unwrap_or(DEFAULT_TEMPERATURE),
            greeting: r.text("greeting"),
            prompt_bubbles: r.texts("prompt_bubbles"),
            persona: r.object("persona", persona).unwrap_or_default(),
            skills: r.items("skills", skill),
            knowledge: r.items("knowledge", knowledge),
            guardrails: r.items("guardrails", guardrail),
            playbooks: r.items("playbooks", playbook),
            input_fields: r.items("input_fields", input_field),
            output_schema: r.value("output_schema"),
        };
        r.close();
        config
    });
    match config {
        Some(config) if errors.is_empty() => Ok(config),
        _ => Err(errors),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of an object's reader")]
fn persona(r: &mut Reader) -> Option<Persona> {
    Some(Persona { tone: r.text("tone"), goals: r.texts("goals"), never_do: r.texts("never_do") })
}

fn skill(r: &mut Reader) -> Option<Skill> {
    let call = match r.kind(&["http", "mcp", "agent"])?.as_str() {
        "http" => SkillCall::Http {
            method: r.word("method", super::Method::ALL)?,
            url: r.text("url"),
            headers: r.object("headers", headers).unwrap_or_default(),
        },
        "mcp" => SkillCall::Mcp { url: r.text("url") },
        _ => SkillCall::Agent { agent_id: r.text("agent_id") },
    };
    Some(Skill {
        id: r.text("id"),
        name: r.text("name"),
        description: r.text("description"),
        call,
        parameters: r.value("parameters"),
        sends: r.items("sends", |r| {
            let field = r.text("field");
            r.word("to", super::Place::ALL).map(|to| Send { field, to })
        }),
        needs_confirmation: r.flag("needs_confirmation"),
        secret: r.optional_text("secret"),
    })
}

/// Any name is allowed here, so all keys are taken.
#[expect(clippy::unnecessary_wraps, reason = "the shape of an object's reader")]
fn headers(r: &mut Reader) -> Option<BTreeMap<String, String>> {
    let names: Vec<String> = r.map.keys().cloned().collect();
    Some(names.into_iter().map(|name| (name.clone(), r.text(&name))).collect())
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of an item's reader")]
fn knowledge(r: &mut Reader) -> Option<Knowledge> {
    Some(Knowledge {
        id: r.text("id"),
        name: r.text("name"),
        hash: r.text("hash"),
        media_type: r.text("media_type"),
        bytes: r.whole("bytes"),
    })
}

fn guardrail(r: &mut Reader) -> Option<Guardrail> {
    let kinds =
        ["blocked_phrases", "pattern", "pii_redaction", "required_disclaimer", "reply_length", "declined_topics"];
    let rule = match r.kind(&kinds)?.as_str() {
        "blocked_phrases" => GuardrailRule::BlockedPhrases { phrases: r.texts("phrases") },
        "pattern" => GuardrailRule::Pattern { pattern: r.text("pattern") },
        "pii_redaction" => GuardrailRule::PiiRedaction { types: r.words("types", super::PiiKind::ALL) },
        "required_disclaimer" => GuardrailRule::RequiredDisclaimer { text: r.text("text") },
        "reply_length" => GuardrailRule::ReplyLength { max_chars: r.whole("max_chars") },
        _ => GuardrailRule::DeclinedTopics { topics: r.texts("topics") },
    };
    let (id, name) = (r.text("id"), r.text("name"));
    Some(Guardrail { id, name, rule, action: r.word("action", super::Action::ALL)? })
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of an item's reader")]
fn playbook(r: &mut Reader) -> Option<Playbook> {
    Some(Playbook { id: r.text("id"), name: r.text("name"), when: r.text("when"), steps: r.texts("steps") })
}

fn input_field(r: &mut Reader) -> Option<InputField> {
    let (id, name, label) = (r.text("id"), r.text("name"), r.text("label"));
    let (required, options) = (r.flag("required"), r.texts("options"));
    Some(InputField { id, name, label, kind: r.word("kind", super::InputKind::ALL)?, required, options })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::config::limits::MAX_ERRORS;

    fn errors(value: Value) -> Vec<String> {
        Config::from_value(value).expect_err("refused").iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_wrong_type_is_named_with_its_path() {
        assert_eq!(
            errors(json!({
                "name": 7,
                "temperature": "warm",
                "prompt_bubbles": ["a", {}],
                "persona": {"goals": "win"},
                "skills": [
                    {"id": "a", "name": "A", "kind": "mcp", "url": "https://a.test"},
                    {"id": "b", "name": "B", "kind": "http", "method": "GET", "url": 5, "needs_confirmation": "yes"},
                    "c",
                ],
                "knowledge": [{"bytes": -1}],
                "input_fields": {},
            })),
            [
                "name: Must be text, not a number",
                "temperature: Must be a number, not text",
                "prompt_bubbles[1]: Must be text, not an object",
                "persona.goals: Must be a list, not text",
                "skills[1].url: Must be text, not a number",
                "skills[1].needs_confirmation: Must be true or false, not text",
                "skills[2]: Must be an object, not text",
                "knowledge[0].bytes: Must be a whole number from 0 up, not a number",
                "input_fields: Must be a list, not an object",
            ]
        );
        assert_eq!(errors(json!([])), ["config: Must be an object, not a list"]);
        for field in ["name", "model"] {
            assert_eq!(errors(json!({ field: null })), [format!("{field}: Must be text, not null")]);
        }
    }

    #[test]
    fn an_unknown_field_is_refused_by_name_at_every_level() {
        assert_eq!(
            errors(json!({
                "zeta": 1,
                "workspace_id": "x",
                "persona": {"mood": "good"},
                "skills": [{"id": "a", "kind": "mcp", "url": "https://a.test", "method": "GET", "sends": [
                    {"field": "x", "to": "body", "from": "y"}]}],
                "guardrails": [{"kind": "pattern", "pattern": "x", "action": "warn", "phrases": []}],
            })),
            [
                "persona.mood: Unknown field",
                "skills[0].sends[0].from: Unknown field",
                "skills[0].method: Unknown field",
                "guardrails[0].phrases: Unknown field",
                "workspace_id: Unknown field",
                "zeta: Unknown field",
            ]
        );
    }

    #[test]
    fn a_kind_must_be_known() {
        assert_eq!(
            errors(
                json!({"skills": [{"kind": "stdio", "command": "sh"}], "guardrails": [{"kind": "pattern", "action": "hide"}]})
            ),
            [
                "skills[0].kind: Must be one of http, mcp, agent, not “stdio”",
                "guardrails[0].action: Must be one of block, redact, warn, not “hide”",
            ]
        );
        assert_eq!(errors(json!({"skills": [{}]})), ["skills[0].kind: Required: one of http, mcp, agent"]);
    }

    #[test]
    fn a_body_that_is_wrong_throughout_is_answered_briefly() {
        assert_eq!(errors(json!({"skills": vec![0; 5_000]})).len(), MAX_ERRORS);
        let config = Config::from_value(json!({"prompt_bubbles": vec![""; 5_000]})).unwrap();
        assert_eq!(config.validate().len(), MAX_ERRORS);
    }

    #[test]
    fn json_of_a_config_reads_back_as_the_same_config() {
        let value = crate::model::config::canonical::tests::everything();
        let config = Config::from_value(value.clone()).unwrap();
        assert_eq!(config.to_value(), value);
        assert_eq!(Config::from_value(config.to_full_value()), Ok(config.clone()));
        let wire = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<Config>(&wire).unwrap(), config);
    }
}
