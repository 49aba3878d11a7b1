//! The builder's form: every field as the text that a browser submits.
//!
//! The form keeps what was typed, valid or not, so that a refused save loses nothing. The page, the server function and the
//! plain form post all turn it into a config with the one function [`DraftForm::parse`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::fields::{FIELDS, Field};
use super::limits::MAX_ERRORS;
use super::{Config, Guardrail, InputField, Knowledge, Persona, Playbook, Skill};
use crate::model::field_error::FieldError;

/// A tab of the builder that edits the config.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tab {
    /// Name, icon, description, instructions, model, temperature, greeting, prompt bubbles.
    Instructions,
    /// Everything else, as JSON.
    Advanced,
}

/// The tab on which a field is edited, given its path as in a [`FieldError`].
pub fn tab_of(field: &str) -> Tab {
    Field::of_path(field).map_or(Tab::Advanced, |field| field.tab)
}

/// The form as submitted. A missing field counts as empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DraftForm {
    /// See [`Config::name`].
    pub name: String,
    /// See [`Config::icon`].
    pub icon: String,
    /// See [`Config::description`].
    pub description: String,
    /// See [`Config::instructions`].
    pub instructions: String,
    /// See [`Config::model`].
    pub model: String,
    /// A number from 0 to 1.
    pub temperature: String,
    /// See [`Config::greeting`].
    pub greeting: String,
    /// One on each line; blank lines do not count.
    pub prompt_bubbles: String,
    /// A JSON object with the fields that have no tab of their own yet; empty for none.
    pub advanced: String,
}

/// What the Advanced tab edits, in the order in which it is shown.
#[derive(Serialize)]
struct Advanced<'a> {
    #[serde(skip_serializing_if = "Persona::is_empty")]
    persona: &'a Persona,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    skills: &'a [Skill],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    knowledge: &'a [Knowledge],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    guardrails: &'a [Guardrail],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    playbooks: &'a [Playbook],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    input_fields: &'a [InputField],
    #[serde(skip_serializing_if = "Option::is_none")]
    output_schema: Option<&'a Value>,
}

impl DraftForm {
    /// The form that shows `config`.
    pub fn from_config(config: &Config) -> Self {
        let advanced = Advanced {
            persona: &config.persona,
            skills: &config.skills,
            knowledge: &config.knowledge,
            guardrails: &config.guardrails,
            playbooks: &config.playbooks,
            input_fields: &config.input_fields,
            output_schema: config.output_schema.as_ref(),
        };
        let advanced = serde_json::to_string_pretty(&advanced).unwrap_or_default();
        Self {
            name: config.name.clone(),
            icon: config.icon.clone(),
            description: config.description.clone(),
            instructions: config.instructions.clone(),
            model: config.model.clone(),
            temperature: config.temperature.to_string(),
            greeting: config.greeting.clone(),
            prompt_bubbles: config.prompt_bubbles.join("\n"),
            advanced: if advanced == "{}" { String::new() } else { advanced },
        }
    }

    /// The config that the form describes, valid in full, or every reason why it is not.
    pub fn parse(&self) -> Result<Config, Vec<FieldError>> {
        let (config, errors) = self.read();
        if errors.is_empty() { Ok(config) } else { Err(errors) }
    }

    /// Everything that is wrong with the form.
    pub fn errors(&self) -> Vec<FieldError> {
        self.read().1
    }

    /// Whether saving this form would change `saved`.
    ///
    /// A form that cannot be read is compared as text, so that an invalid entry counts as a change.
    pub fn is_dirty(&self, saved: &Config) -> bool {
        match self.parse() {
            Ok(config) => config != *saved,
            Err(_) => self.with_plain_line_ends() != Self::from_config(saved),
        }
    }

    /// What a browser submits has `\r\n` for every line end, whatever the page was given.
    fn with_plain_line_ends(&self) -> Self {
        let plain = |text: &String| text.replace("\r\n", "\n");
        Self {
            name: self.name.clone(),
            icon: self.icon.clone(),
            description: plain(&self.description),
            instructions: plain(&self.instructions),
            model: self.model.clone(),
            temperature: self.temperature.clone(),
            greeting: plain(&self.greeting),
            prompt_bubbles: plain(&self.prompt_bubbles),
            advanced: plain(&self.advanced),
        }
    }

    /// As much of the config as can be read, and all errors: a mistake in one field must not hide those in the others.
    fn read(&self) -> (Config, Vec<FieldError>) {
        let mut errors = Vec::new();
        let mut config = self.read_advanced(&mut errors);
        self.name.clone_into(&mut config.name);
        self.icon.clone_into(&mut config.icon);
        self.description.clone_into(&mut config.description);
        self.instructions.clone_into(&mut config.instructions);
        self.model.clone_into(&mut config.model);
        self.greeting.clone_into(&mut config.greeting);
        config.prompt_bubbles =
            self.prompt_bubbles.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
        // Not a number: the check below says so.
        config.temperature = self.temperature.trim().parse().unwrap_or(f64::NAN);
        config.normalise();
        errors.extend(config.validate());
        errors.sort_by_key(|error| {
            FIELDS.iter().position(|f| Some(f.name) == Field::of_path(&error.field).map(|f| f.name))
        });
        (config, errors)
    }

    fn read_advanced(&self, errors: &mut Vec<FieldError>) -> Config {
        if self.advanced.trim().is_empty() {
            return Config::default();
        }
        let map = match serde_json::from_str(&self.advanced) {
            Ok(Value::Object(map)) => map,
            Ok(_) => {
                errors.push(FieldError::new("advanced", "Must be a JSON object, in braces"));
                return Config::default();
            }
            Err(error) => {
                errors.push(FieldError::new("advanced", json_error(&error)));
                return Config::default();
            }
        };
        let (known, other): (Map<String, Value>, Map<String, Value>) =
            map.into_iter().partition(|(key, _)| Field::named(key).is_some_and(|field| field.tab == Tab::Advanced));
        let mut other: Vec<String> = other.into_iter().map(|(key, _)| key).collect();
        other.sort();
        errors.extend(other.into_iter().take(MAX_ERRORS).map(|key| match Field::named(&key) {
            Some(_) => FieldError::new("advanced", format!("“{key}” is edited in the Instructions tab")),
            None => FieldError::new("advanced", format!("Unknown field “{key}”")),
        }));
        match Config::from_value(Value::Object(known)) {
            Ok(config) => config,
            Err(found) => {
                errors.extend(found);
                Config::default()
            }
        }
    }
}

fn json_error(error: &serde_json::Error) -> String {
    // The library's text ends in the place; ours begins with it.
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or_default();
    format!("Not JSON at line {}, column {}: {what}", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::config::canonical::tests::everything;

    fn full() -> Config {
        Config::from_value(everything()).unwrap()
    }

    fn small() -> DraftForm {
        DraftForm { name: "Ada".into(), instructions: "Help.".into(), ..DraftForm::from_config(&Config::default()) }
    }

    fn errors(form: &DraftForm) -> Vec<String> {
        form.errors().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_form_reads_back_as_the_config_it_shows() {
        for config in [full(), small().parse().unwrap(), Config { temperature: 0.1 + 0.2, ..full() }] {
            let form = DraftForm::from_config(&config);
            assert_eq!(form.parse(), Ok(config.clone()));
            assert!(!form.is_dirty(&config));
        }
    }

    #[test]
    fn line_ends_of_a_browser_are_no_change() {
        let config = full();
        let mut form = DraftForm::from_config(&config);
        form.instructions = form.instructions.replace('\n', "\r\n");
        form.prompt_bubbles = format!("{}\r\n\r\n", form.prompt_bubbles.replace('\n', "\r\n"));
        form.advanced = form.advanced.replace('\n', "\r\n");
        assert_eq!(form.parse(), Ok(config.clone()));
        assert!(!form.is_dirty(&config));
    }

    #[test]
    fn every_mistake_is_reported_at_once_in_the_order_of_the_page() {
        let form = DraftForm {
            name: String::new(),
            temperature: "0,3".into(),
            model: String::new(),
            prompt_bubbles: "a\n\nb".into(),
            advanced: json!({"skills": [{"id": "a", "name": "A", "kind": "mcp", "url": "ftp://a"}]}).to_string(),
            ..DraftForm::default()
        };
        assert_eq!(
            errors(&form),
            [
                "name: Name is required",
                "instructions: Instructions are required",
                "model: Model is required",
                "temperature: Temperature must be a number from 0 to 1",
                "skills[0].url: Must begin with https:// or http://",
            ]
        );
    }

    #[test]
    fn broken_json_says_where() {
        let form = DraftForm { advanced: "{\n  \"skills\": [,]\n}".into(), ..small() };
        assert_eq!(errors(&form), ["advanced: Not JSON at line 2, column 14: expected value"]);
        let form = DraftForm { advanced: "[]".into(), ..small() };
        assert_eq!(errors(&form), ["advanced: Must be a JSON object, in braces"]);
        let form = DraftForm { advanced: "{\"tools\": [], \"name\": \"x\"}".into(), ..small() };
        assert_eq!(
            errors(&form),
            ["advanced: “name” is edited in the Instructions tab", "advanced: Unknown field “tools”"]
        );
        let form = DraftForm { advanced: "{\"skills\": [{\"kind\": \"http\"}]}".into(), ..small() };
        assert_eq!(errors(&form), ["skills[0].method: Required: one of GET, POST, PUT, PATCH, DELETE"]);
    }

    #[test]
    fn an_invalid_entry_is_a_change_and_so_is_a_valid_one() {
        let config = full();
        let mut form = DraftForm::from_config(&config);
        form.temperature = "hot".into();
        assert!(form.is_dirty(&config));
        form.temperature = "0.8".into();
        assert!(form.is_dirty(&config));
        form.temperature = " 0.750 ".into();
        assert!(!form.is_dirty(&config));
        // Nothing typed into a new agent's form yet.
        assert!(!DraftForm::from_config(&Config::default()).is_dirty(&Config::default()));
    }

    #[test]
    fn a_field_knows_its_tab() {
        assert_eq!(tab_of("prompt_bubbles[2]"), Tab::Instructions);
        assert_eq!(tab_of("name"), Tab::Instructions);
        for field in ["skills[0].url", "persona.tone", "advanced", "config", "output_schema"] {
            assert_eq!(tab_of(field), Tab::Advanced, "{field}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_valid_config_survives_the_form_and_the_browser(config in crate::model::config::samples::config()) {
            let form = DraftForm::from_config(&config);
            proptest::prop_assert_eq!(form.parse(), Ok(config.clone()));
            // A browser sends every line end as two characters.
            let crlf = |text: &String| text.replace('\n', "\r\n");
            let sent = DraftForm {
                description: crlf(&form.description),
                instructions: crlf(&form.instructions),
                greeting: crlf(&form.greeting),
                prompt_bubbles: crlf(&form.prompt_bubbles),
                advanced: crlf(&form.advanced),
                ..form
            };
            proptest::prop_assert_eq!(sent.parse(), Ok(config.clone()));
            proptest::prop_assert!(!sent.is_dirty(&config));
        }
    }
}
