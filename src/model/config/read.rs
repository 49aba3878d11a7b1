//! From JSON to a config, naming the exact field that is wrong.
//!
//! Written by hand instead of derived, because a derived reader stops at the first mistake and cannot say where it is
//! (`skills[2].url`), and because `deny_unknown_fields` and `flatten` do not go together. Only shapes are checked here;
//! limits are in `validate.rs`, so that a stored body stays readable when a limit changes.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    Config, DEFAULT_MODEL, DEFAULT_TEMPERATURE, Guardrail, GuardrailRule, InputField, Knowledge, Persona, Playbook,
    Send, Skill, SkillCall,
};
use crate::model::field_error::FieldError;

type Errors = Vec<FieldError>;

/// Reads a config as it is, without normalising.
pub(super) fn config(value: Value) -> Result<Config, Errors> {
    let mut errors = Vec::new();
    let config = Reader::open(value, String::new(), &mut errors).map(|mut r| {
        let config = Config {
            name: r.text("name"),
            description: r.text("description"),
            icon: r.text("icon"),
            instructions: r.text("instructions"),
            model: r.optional_text("model").unwrap_or_else(|| DEFAULT_MODEL.to_owned()),
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

/// One JSON object being read: each key is taken out once, what is left at the end is unknown.
struct Reader<'a> {
    path: String,
    map: Map<String, Value>,
    errors: &'a mut Errors,
}

impl<'a> Reader<'a> {
    fn open(value: Value, path: String, errors: &'a mut Errors) -> Option<Self> {
        match value {
            Value::Object(map) => Some(Self { path, map, errors }),
            other => {
                let field = if path.is_empty() { "config".to_owned() } else { path };
                errors.push(FieldError::new(field, must_be("an object", &other)));
                None
            }
        }
    }

    fn close(self) {
        let mut unknown: Vec<&String> = self.map.keys().collect();
        unknown.sort();
        for key in unknown {
            self.errors.push(FieldError::new(join(&self.path, key), "Unknown field"));
        }
    }

    fn wrong<T>(&mut self, key: &str, message: String) -> Option<T> {
        self.errors.push(FieldError::new(join(&self.path, key), message));
        None
    }

    fn optional_text(&mut self, key: &str) -> Option<String> {
        match self.map.remove(key)? {
            Value::String(text) => Some(text),
            Value::Null => None,
            other => self.wrong(key, must_be("text", &other)),
        }
    }

    fn text(&mut self, key: &str) -> String {
        match self.map.get(key) {
            Some(Value::Null) => {
                self.map.remove(key);
                self.wrong(key, must_be("text", &Value::Null)).unwrap_or_default()
            }
            _ => self.optional_text(key).unwrap_or_default(),
        }
    }

    fn number(&mut self, key: &str) -> Option<f64> {
        let value = self.map.remove(key)?;
        match value.as_f64() {
            Some(number) => Some(number),
            None => self.wrong(key, must_be("a number", &value)),
        }
    }

    fn whole(&mut self, key: &str) -> u64 {
        let Some(value) = self.map.remove(key) else { return 0 };
        match value.as_u64() {
            Some(number) => number,
            None => self.wrong(key, must_be("a whole number from 0 up", &value)).unwrap_or_default(),
        }
    }

    fn flag(&mut self, key: &str) -> bool {
        match self.map.remove(key) {
            None => false,
            Some(Value::Bool(flag)) => flag,
            Some(other) => self.wrong(key, must_be("true or false", &other)).unwrap_or_default(),
        }
    }

    /// Any JSON; null counts as absent.
    fn value(&mut self, key: &str) -> Option<Value> {
        self.map.remove(key).filter(|value| !value.is_null())
    }

    fn list(&mut self, key: &str) -> Vec<Value> {
        match self.map.remove(key) {
            None => Vec::new(),
            Some(Value::Array(list)) => list,
            Some(other) => self.wrong(key, must_be("a list", &other)).unwrap_or_default(),
        }
    }

    fn texts(&mut self, key: &str) -> Vec<String> {
        let list = self.list(key);
        let read = list.into_iter().enumerate().map(|(i, value)| match value {
            Value::String(text) => text,
            other => self.wrong(&format!("{key}[{i}]"), must_be("text", &other)).unwrap_or_default(),
        });
        read.collect()
    }

    fn words<T: Copy>(&mut self, key: &str, all: &[(&str, T)]) -> Vec<T> {
        let list = self.list(key);
        let read =
            list.into_iter().enumerate().filter_map(|(i, value)| self.one_of(&format!("{key}[{i}]"), &value, all));
        read.collect()
    }

    fn word<T: Copy>(&mut self, key: &str, all: &[(&str, T)]) -> Option<T> {
        let value = self.map.remove(key).unwrap_or_default();
        self.one_of(key, &value, all)
    }

    fn one_of<T: Copy>(&mut self, key: &str, value: &Value, all: &[(&str, T)]) -> Option<T> {
        let found = value.as_str().and_then(|word| all.iter().find(|(name, _)| *name == word));
        if let Some((_, variant)) = found {
            return Some(*variant);
        }
        let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
        self.wrong(key, one_of(&names, value))
    }

    /// The word that says which variant an object is. Without it the other fields cannot be judged, so they are dropped.
    fn kind(&mut self, kinds: &[&str]) -> Option<String> {
        let value = self.map.remove("kind").unwrap_or_default();
        match value.as_str() {
            Some(word) if kinds.contains(&word) => Some(word.to_owned()),
            _ => self.wrong("kind", one_of(kinds, &value)),
        }
    }

    fn object<T>(&mut self, key: &str, read: fn(&mut Reader) -> Option<T>) -> Option<T> {
        let value = self.map.remove(key)?;
        object(value, join(&self.path, key), self.errors, read)
    }

    fn items<T>(&mut self, key: &str, read: fn(&mut Reader) -> Option<T>) -> Vec<T> {
        let list = self.list(key);
        let path = join(&self.path, key);
        let mut found = Vec::with_capacity(list.len());
        for (i, value) in list.into_iter().enumerate() {
            found.extend(object(value, format!("{path}[{i}]"), self.errors, read));
        }
        found
    }
}

fn object<T>(value: Value, path: String, errors: &mut Errors, read: fn(&mut Reader) -> Option<T>) -> Option<T> {
    let mut reader = Reader::open(value, path, errors)?;
    let read = read(&mut reader);
    // A reader that gave up early has said why; the keys that it did not reach are not unknown.
    if read.is_some() {
        reader.close();
    }
    read
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn must_be(wanted: &str, got: &Value) -> String {
    let got = match got {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    if got == wanted { format!("Must be {wanted}") } else { format!("Must be {wanted}, not {got}") }
}

fn one_of(names: &[&str], got: &Value) -> String {
    let names = names.join(", ");
    match got {
        Value::Null => format!("Required: one of {names}"),
        Value::String(word) if word.chars().count() <= 40 => format!("Must be one of {names}, not “{word}”"),
        _ => format!("Must be one of {names}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
        assert_eq!(errors(json!({"name": null})), ["name: Must be text, not null"]);
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
    fn json_of_a_config_reads_back_as_the_same_config() {
        let value = crate::model::config::canonical::tests::everything();
        let config = Config::from_value(value.clone()).unwrap();
        assert_eq!(config.to_value(), value);
        assert_eq!(Config::from_value(config.to_full_value()), Ok(config.clone()));
        let wire = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<Config>(&wire).unwrap(), config);
    }
}
