//! The limits of a config: one function that says everything that is wrong.
//!
//! Lengths count Unicode scalar values, except the icon's, which counts bytes. To add a limit: a documented constant in
//! `limits.rs`, a check here, a line in the table of the tests.

use super::check::{Check, Lines};
use super::limits::{
    MAX_BODY_BYTES, MAX_DESCRIPTION, MAX_DOCUMENT_BYTES, MAX_GREETING, MAX_INSTRUCTIONS, MAX_ITEM_TEXT, MAX_ITEMS,
    MAX_KNOWLEDGE, MAX_NAME, MAX_PROMPT_BUBBLE, MAX_PROMPT_BUBBLES, MAX_SENTENCE, MAX_SENTENCES,
};
use super::{Config, Guardrail, GuardrailRule, InputField, InputKind, Knowledge, Playbook, Skill, SkillCall};
use crate::model::field_error::FieldError;

impl Config {
    /// Everything that keeps this config from being saved, by field; empty when it is valid.
    pub fn validate(&self) -> Vec<FieldError> {
        let mut check = Check::default();
        check.required("name", "Name", &self.name, MAX_NAME, Lines::One);
        check.icon(&self.icon);
        check.text("description", &self.description, MAX_DESCRIPTION, Lines::Many);
        check.required("instructions", "Instructions", &self.instructions, MAX_INSTRUCTIONS, Lines::Many);
        check.model(&self.model);
        if !(0.0..=1.0).contains(&self.temperature) {
            check.wrong("temperature", "Temperature must be a number from 0 to 1");
        }
        check.text("greeting", &self.greeting, MAX_GREETING, Lines::Many);
        check.sentences(
            "prompt_bubbles",
            "prompt bubbles",
            &self.prompt_bubbles,
            MAX_PROMPT_BUBBLES,
            MAX_PROMPT_BUBBLE,
        );
        check.text("persona.tone", &self.persona.tone, MAX_SENTENCE, Lines::Many);
        check.sentences("persona.goals", "goals", &self.persona.goals, MAX_SENTENCES, MAX_SENTENCE);
        check.sentences("persona.never_do", "entries", &self.persona.never_do, MAX_SENTENCES, MAX_SENTENCE);
        check.items("skills", "skills", MAX_ITEMS, &self.skills, |s| &s.id, skill);
        check.items("knowledge", "documents", MAX_KNOWLEDGE, &self.knowledge, |k| &k.id, knowledge);
        check.items("guardrails", "guardrails", MAX_ITEMS, &self.guardrails, |g| &g.id, guardrail);
        check.items("playbooks", "playbooks", MAX_ITEMS, &self.playbooks, |p| &p.id, playbook);
        check.items("input_fields", "input fields", MAX_ITEMS, &self.input_fields, |f| &f.id, input_field);
        check.unique("input_fields", "name", "key", self.input_fields.iter().map(|f| f.name.as_str()));
        check.schema("output_schema", self.output_schema.as_ref());
        let size = self.canonical().len();
        if size > MAX_BODY_BYTES {
            check.wrong("config", format!("At most {MAX_BODY_BYTES} bytes as a whole; this has {size}"));
        }
        check.errors
    }
}

fn skill(check: &mut Check, at: &str, skill: &Skill) {
    check.required(&format!("{at}.name"), "Name", &skill.name, MAX_NAME, Lines::One);
    check.text(&format!("{at}.description"), &skill.description, MAX_ITEM_TEXT, Lines::Many);
    if let Some(url) = skill.call.url() {
        check.url(&format!("{at}.url"), url);
    }
    match &skill.call {
        SkillCall::Http { headers, .. } => {
            check.count(&format!("{at}.headers"), "headers", headers.len(), MAX_SENTENCES);
            for (name, value) in headers {
                check.header(&format!("{at}.headers.{name}"), name, value);
            }
        }
        SkillCall::Agent { agent_id } => {
            check.identifier(&format!("{at}.agent_id"), "Agent", agent_id);
        }
        SkillCall::Mcp { .. } => {}
    }
    check.schema(&format!("{at}.parameters"), skill.parameters.as_ref());
    check.count(&format!("{at}.sends"), "fields", skill.sends.len(), MAX_SENTENCES);
    for (i, send) in skill.sends.iter().enumerate() {
        check.required(&format!("{at}.sends[{i}].field"), "Field", &send.field, MAX_NAME, Lines::One);
    }
    if let Some(secret) = &skill.secret {
        check.identifier(&format!("{at}.secret"), "The secret’s name", secret);
    }
}

fn knowledge(check: &mut Check, at: &str, document: &Knowledge) {
    check.required(&format!("{at}.name"), "Name", &document.name, 255, Lines::One);
    if document.hash.parse::<super::ConfigHash>().is_err() {
        check.wrong(format!("{at}.hash"), "Must be a SHA-256 as 64 lower-case hex digits");
    }
    let (kind, subtype) = document.media_type.split_once('/').unwrap_or_default();
    let token = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic() && b != b'/');
    if !token(kind) || !token(subtype) || document.media_type.len() > 255 {
        check.wrong(format!("{at}.media_type"), "Must be a media type such as text/markdown");
    }
    if document.bytes > MAX_DOCUMENT_BYTES {
        check.wrong(format!("{at}.bytes"), format!("At most {MAX_DOCUMENT_BYTES} bytes; this has {}", document.bytes));
    }
}

fn guardrail(check: &mut Check, at: &str, guardrail: &Guardrail) {
    check.required(&format!("{at}.name"), "Name", &guardrail.name, MAX_NAME, Lines::One);
    match &guardrail.rule {
        GuardrailRule::BlockedPhrases { phrases } => check.some_of(&format!("{at}.phrases"), "phrase", phrases),
        GuardrailRule::DeclinedTopics { topics } => check.some_of(&format!("{at}.topics"), "topic", topics),
        GuardrailRule::Pattern { pattern } => {
            check.required(&format!("{at}.pattern"), "Pattern", pattern, MAX_SENTENCE, Lines::One);
        }
        GuardrailRule::PiiRedaction { types } => {
            let at = format!("{at}.types");
            if types.is_empty() {
                check.wrong(&at, "Name at least one type");
            }
            check.unique(&at, "", "type", types.iter().map(|kind| kind.word()));
        }
        GuardrailRule::RequiredDisclaimer { text } => {
            check.required(&format!("{at}.text"), "Text", text, MAX_ITEM_TEXT, Lines::Many);
        }
        GuardrailRule::ReplyLength { max_chars } => {
            if !(1..=100_000).contains(max_chars) {
                check.wrong(format!("{at}.max_chars"), "Must be from 1 to 100000");
            }
        }
    }
}

fn playbook(check: &mut Check, at: &str, playbook: &Playbook) {
    check.required(&format!("{at}.name"), "Name", &playbook.name, MAX_NAME, Lines::One);
    check.required(&format!("{at}.when"), "When it applies", &playbook.when, MAX_SENTENCE, Lines::Many);
    let at = format!("{at}.steps");
    if playbook.steps.is_empty() {
        check.wrong(&at, "Write at least one step");
    }
    check.count(&at, "steps", playbook.steps.len(), MAX_SENTENCES);
    for (i, step) in playbook.steps.iter().enumerate() {
        check.required(&format!("{at}[{i}]"), "Step", step, MAX_SENTENCE, Lines::Many);
    }
}

fn input_field(check: &mut Check, at: &str, field: &InputField) {
    check.identifier(&format!("{at}.name"), "Key", &field.name);
    check.text(&format!("{at}.label"), &field.label, MAX_NAME, Lines::One);
    let at = format!("{at}.options");
    if field.kind == InputKind::Choice {
        check.some_of(&at, "option", &field.options);
        check.unique(&at, "", "option", field.options.iter().map(String::as_str));
    } else if !field.options.is_empty() {
        check.wrong(at, "Only the kind choice has options");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::config::canonical::tests::everything;

    /// The errors after setting `path` (a JSON pointer) of a valid config to `value`.
    fn errors(path: &str, value: Value) -> Vec<String> {
        let mut config = everything();
        if let Some(place) = config.pointer_mut(path) {
            *place = value;
        } else {
            let (owner, key) = path.rsplit_once('/').unwrap();
            config.pointer_mut(owner).unwrap()[key] = value;
        }
        let config = Config::from_value(config).unwrap();
        config.validate().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_full_config_is_valid() {
        assert_eq!(Config::from_value(everything()).unwrap().validate(), []);
    }

    #[test]
    fn the_largest_values_are_allowed() {
        for (path, value) in [
            ("/name", json!("ä".repeat(80))),
            ("/description", json!("🧾".repeat(500))),
            ("/icon", json!("🏳️‍🌈")),
            ("/icon", json!("")),
            ("/icon", json!("1️⃣")),
            ("/icon", json!("🇩🇪")),
            ("/icon", json!("👍🏽")),
            ("/icon", json!("✉️")),
            ("/instructions", json!("🧾".repeat(40_000))),
            ("/temperature", json!(0)),
            ("/temperature", json!(1)),
            ("/model", json!("rehearsal")),
            ("/model", json!("openrouter/meta-llama/llama-3.3:free")),
            ("/prompt_bubbles", json!(vec!["é".repeat(255); 20])),
            ("/skills/0/url", json!("http://[::1]:8080/x?y=1#z")),
            ("/skills/0/url", json!("HTTPS://Example.com")),
            ("/instructions", json!("{{ x }} ${y} <% z %>\u{1}")),
        ] {
            assert_eq!(errors(path, value), [""; 0], "{path}");
        }
    }

    #[test]
    fn each_limit_names_its_field() {
        let deep = (0..40).fold(json!({}), |inner, _| json!({"a": inner}));
        for (path, value, error) in [
            ("/name", json!(" "), "name: Name is required"),
            ("/name", json!("x".repeat(93)), "name: At most 80 characters; this has 93"),
            ("/name", json!("a\nb"), "name: Must be one line without control characters"),
            ("/description", json!("x".repeat(501)), "description: At most 500 characters; this has 501"),
            ("/icon", json!("👨‍👩‍👧‍👦"), "icon: At most 16 bytes; this has 25"),
            ("/icon", json!("ok"), "icon: Use one emoji, or leave it empty"),
            ("/icon", json!("🧾🧾"), "icon: Use one emoji, or leave it empty"),
            ("/instructions", json!("\n"), "instructions: Instructions are required"),
            ("/instructions", json!("x".repeat(40_001)), "instructions: At most 40000 characters; this has 40001"),
            ("/instructions", json!("a\0b"), "instructions: Must not contain the NUL character"),
            ("/temperature", json!(1.01), "temperature: Temperature must be a number from 0 to 1"),
            ("/temperature", json!(-0.1), "temperature: Temperature must be a number from 0 to 1"),
            ("/model", json!(""), "model: Model is required"),
            ("/model", json!("gpt 4"), "model: Must be rehearsal, or provider/model such as openai/gpt-4.1"),
            ("/model", json!("/x"), "model: Must be rehearsal, or provider/model such as openai/gpt-4.1"),
            ("/greeting", json!("x".repeat(4_001)), "greeting: At most 4000 characters; this has 4001"),
            ("/prompt_bubbles", json!(vec!["x"; 21]), "prompt_bubbles: At most 20 prompt bubbles; this has 21"),
            ("/prompt_bubbles/1", json!(""), "prompt_bubbles[1]: Text is required"),
            ("/prompt_bubbles/1", json!("x".repeat(256)), "prompt_bubbles[1]: At most 255 characters; this has 256"),
            ("/prompt_bubbles/1", json!("a\nb"), "prompt_bubbles[1]: Must be one line without control characters"),
            ("/persona/goals/0", json!(""), "persona.goals[0]: Text is required"),
            ("/skills/1/id", json!("refund-lookup"), "skills[1].id: Another entry has the id “refund-lookup”"),
            ("/skills/1/id", json!("a b"), "skills[1].id: Use 1 to 64 letters, digits, - and _"),
            ("/skills/1/id", json!(""), "skills[1].id: Id is required"),
            ("/skills/0/name", json!(""), "skills[0].name: Name is required"),
            ("/skills/1/url", json!(""), "skills[1].url: Address is required"),
            ("/skills/1/url", json!("file:///etc/passwd"), "skills[1].url: Must begin with https:// or http://"),
            ("/skills/1/url", json!("https://"), "skills[1].url: Must name a host, such as https://api.example.com/"),
            (
                "/skills/1/url",
                json!("https://{host}/"),
                "skills[1].url: Must name a host, such as https://api.example.com/",
            ),
            ("/skills/1/url", json!("https://a@b.test"), "skills[1].url: Must not contain a user name or password"),
            (
                "/skills/1/url",
                json!("https://a.test:99999"),
                "skills[1].url: Must have a port from 0 to 65535, or none",
            ),
            ("/skills/1/url", json!("https://a.test:+80"), "skills[1].url: Must have a port from 0 to 65535, or none"),
            (
                "/skills/1/url",
                json!("https://a.test\\@b.test"),
                "skills[1].url: Must not contain spaces, control characters or backslashes",
            ),
            (
                "/skills/0/headers/Authorization",
                json!("Bearer x"),
                "skills[0].headers.Authorization: A credential is never part of a config: name it in `secret` instead",
            ),
            (
                "/skills/0/headers/Accept",
                json!("a\r\nb"),
                "skills[0].headers.Accept: Must be one line without control characters",
            ),
            ("/skills/0/parameters", json!([1]), "skills[0].parameters: Must be a JSON Schema, which is an object"),
            ("/skills/0/parameters", deep, "skills[0].parameters: Nested deeper than 32 levels"),
            (
                "/output_schema/maximum",
                json!(9_007_199_254_740_993_u64),
                "output_schema: The number 9007199254740993 is too large to be kept exactly",
            ),
            ("/skills/2/agent_id", json!(""), "skills[2].agent_id: Agent is required"),
            ("/skills/0/secret", json!("s 1"), "skills[0].secret: Use 1 to 64 letters, digits, - and _"),
            ("/knowledge/0/hash", json!("abc"), "knowledge[0].hash: Must be a SHA-256 as 64 lower-case hex digits"),
            (
                "/knowledge/0/media_type",
                json!("text"),
                "knowledge[0].media_type: Must be a media type such as text/markdown",
            ),
            ("/guardrails/0/phrases", json!([]), "guardrails[0].phrases: Write at least one phrase"),
            (
                "/guardrails/2/types",
                json!(["card", "card"]),
                "guardrails[2].types[1]: Another entry has the type “card”",
            ),
            ("/guardrails/4/max_chars", json!(0), "guardrails[4].max_chars: Must be from 1 to 100000"),
            ("/playbooks/0/steps", json!([]), "playbooks[0].steps: Write at least one step"),
            ("/input_fields/1/name", json!("order_id"), "input_fields[1].name: Another entry has the key “order_id”"),
            ("/input_fields/1/options", json!([]), "input_fields[1].options: Write at least one option"),
            ("/input_fields/0/options", json!(["a"]), "input_fields[0].options: Only the kind choice has options"),
        ] {
            assert_eq!(errors(path, value), [error], "{path}");
        }
    }

    #[test]
    fn the_whole_has_a_limit_too() {
        let schema = json!({"description": "x".repeat(MAX_BODY_BYTES)});
        let found = errors("/output_schema", schema);
        assert!(found[0].starts_with("config: At most 1048576 bytes as a whole; this has "), "{found:?}");
    }

    #[test]
    fn a_temperature_that_is_no_number_is_refused() {
        let config = Config { temperature: f64::NAN, name: "a".into(), instructions: "b".into(), ..Config::default() };
        assert_eq!(config.validate().len(), 1);
    }
}
