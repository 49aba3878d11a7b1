//! The warnings of the report. Each is certain of what it says.

use super::{Ask, Egress, Language};
use crate::model::config::{Action, Config};

/// Words in a field's name that say whose the value is.
const PERSONAL: &[&str] = &[
    "email",
    "mail",
    "phone",
    "mobile",
    "address",
    "birthday",
    "birthdate",
    "dob",
    "ssn",
    "passport",
    "iban",
    "surname",
    "password",
    "salary",
    "firstname",
    "lastname",
    "fullname",
];

/// Pairs of words that do.
const PERSONAL_PAIRS: &[[&str; 2]] = &[
    ["first", "name"],
    ["last", "name"],
    ["full", "name"],
    ["family", "name"],
    ["customer", "name"],
    ["user", "name"],
    ["birth", "date"],
    ["card", "number"],
    ["account", "number"],
    ["tax", "id"],
];

pub(super) fn all(draft: &Config, live: Option<&Config>, egress: &[Egress], ask: Ask<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    if !(ask.served_models)(&draft.model) {
        warnings.push(format!("No provider serves the model {}: answers would fail.", draft.model));
    }
    if let Some(live) = live {
        provider(&mut warnings, draft, live);
        guardrails(&mut warnings, draft, live);
    }
    for sent in egress.iter().filter(|sent| sent.new) {
        let personal: Vec<&str> = sent.fields.iter().filter(|field| is_personal(field)).map(String::as_str).collect();
        if !personal.is_empty() {
            let (fields, skill, host) = (personal.join(", "), &sent.skill, &sent.host);
            warnings.push(format!("The skill “{skill}” sends {fields} to {host}, which is new and looks personal."));
        }
    }
    for document in draft.knowledge.iter().filter(|document| document.bytes == 0) {
        warnings.push(format!("The document “{}” is empty.", document.name));
    }
    warnings.extend(unknown_skills(draft));
    warnings.extend(missing_documents(draft, live));
    warnings.extend(greeting(draft, ask));
    warnings
}

/// The texts that tell the agent what to do.
fn texts(draft: &Config) -> impl Iterator<Item = &str> {
    let steps = draft.playbooks.iter().flat_map(|playbook| &playbook.steps);
    std::iter::once(&draft.instructions).chain(steps).map(String::as_str)
}

/// Every name that stands next to `kind` in the texts, once.
fn named_in<'d>(draft: &'d Config, kind: &str) -> Vec<&'d str> {
    let mut names = Vec::new();
    for name in texts(draft).flat_map(|text| named(text, kind)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn unknown_skills(draft: &Config) -> impl Iterator<Item = String> {
    let known = |name: &str| {
        draft.skills.iter().any(|skill| skill.id.eq_ignore_ascii_case(name) || skill.name.eq_ignore_ascii_case(name))
    };
    let unknown = named_in(draft, "skill").into_iter().filter(move |name| !known(name));
    unknown.map(|name| format!("The text names the skill “{name}”, which does not exist."))
}

/// A document may be one that a customer sends, so a name alone says nothing: it is missing when it is that of a file, or
/// when what is live has it.
fn missing_documents(draft: &Config, live: Option<&Config>) -> impl Iterator<Item = String> {
    let has = |config: &Config, name: &str| {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        config.knowledge.iter().any(|document| {
            [&document.id, &document.name]
                .iter()
                .any(|own| own.eq_ignore_ascii_case(name) || own.eq_ignore_ascii_case(stem))
        })
    };
    let missing = named_in(draft, "document").into_iter().filter(move |name| !has(draft, name));
    missing.filter_map(move |name| {
        if live.is_some_and(|live| has(live, name)) {
            Some(format!("The text names the document “{name}”, which is no longer part of the knowledge."))
        } else if is_file(name) {
            Some(format!("The text names the document “{name}”, which is not part of the knowledge."))
        } else {
            None
        }
    })
}

/// Whether a name ends like that of a file: `refunds.pdf`.
fn is_file(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, end)| {
        !stem.trim().is_empty()
            && (2..=5).contains(&end.len())
            && end.starts_with(|c: char| c.is_ascii_alphabetic())
            && end.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

/// A greeting in another language than the instructions, unless they speak of that language: then it is meant.
fn greeting(draft: &Config, ask: Ask<'_>) -> Option<String> {
    let greets = (ask.language)(&draft.greeting)?;
    let told = (ask.language)(&draft.instructions)?;
    let persona = &draft.persona;
    let spoken_of = |Language { name, own_name, .. }| {
        let texts = texts(draft).chain([persona.tone.as_str()]).chain(persona.goals.iter().map(String::as_str));
        texts.map(str::to_lowercase).any(|text| [name, own_name].iter().any(|word| text.contains(&word.to_lowercase())))
    };
    (greets.family != told.family && !spoken_of(greets))
        .then(|| format!("The greeting is in {}, and the instructions are in {}.", greets.name, told.name))
}

fn provider(warnings: &mut Vec<String>, draft: &Config, live: &Config) {
    let of = |model: &str| model.split('/').next().unwrap_or_default().to_owned();
    let (before, after) = (of(&live.model), of(&draft.model));
    if before != after {
        warnings.push(format!("Conversations will go to the provider {after}; what is live uses {before}."));
    }
}

fn guardrails(warnings: &mut Vec<String>, draft: &Config, live: &Config) {
    let strength = |action: Action| match action {
        Action::Warn => 0,
        Action::Redact => 1,
        Action::Block => 2,
    };
    for old in &live.guardrails {
        match draft.guardrails.iter().find(|guardrail| guardrail.id == old.id) {
            None => warnings.push(format!("The guardrail “{}” is removed.", old.name)),
            Some(new) if strength(new.action) < strength(old.action) => warnings.push(format!(
                "The guardrail “{}” becomes weaker: {} instead of {}.",
                new.name,
                new.action.word(),
                old.action.word()
            )),
            Some(_) => {}
        }
    }
}

/// Whether a field's name says that its value is about a person: `email`, `customerPhone`, `first_name`.
fn is_personal(field: &str) -> bool {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in field.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && lower) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        lower = c.is_lowercase();
    }
    words.iter().any(|word| PERSONAL.contains(&word.as_str()))
        || words.windows(2).any(|pair| PERSONAL_PAIRS.iter().any(|known| known.iter().eq(pair)))
}

/// The names in quotes or backticks that stand next to a word such as “skill”: the skill `x`, the “x” skill.
fn named<'t>(text: &'t str, kind: &str) -> Vec<&'t str> {
    let mut found = Vec::new();
    for line in text.lines() {
        for (open, close) in [('`', '`'), ('"', '"'), ('“', '”')] {
            let mut rest = line;
            let mut after_name = false;
            while let Some((left, right)) = rest.split_once(open) {
                let Some((name, after)) = right.split_once(close) else { break };
                let word = |c: char| c.is_alphanumeric();
                let last = left.trim_end().rsplit(|c| !word(c)).next().unwrap_or_default();
                let next = after.trim_start().split(|c| !word(c)).next().unwrap_or_default();
                // Right after another name, the word belongs to that one: `a` skill `b`.
                let free = !(after_name && left.trim().eq_ignore_ascii_case(kind));
                let named = (last.eq_ignore_ascii_case(kind) && free) || next.eq_ignore_ascii_case(kind);
                if named && (1..=80).contains(&name.trim().chars().count()) {
                    found.push(name.trim());
                }
                after_name = true;
                rest = after;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::config::canonical::tests::everything;
    use crate::model::report::report;

    fn edited(edit: impl FnOnce(&mut Value)) -> Config {
        let mut value = everything();
        edit(&mut value);
        Config::from_value(value).unwrap()
    }

    fn full() -> Config {
        edited(|_| {})
    }

    fn warnings(draft: &Config, live: Option<&Config>) -> Vec<String> {
        report(draft, live, Ask { served_models: &|_| true, language: &|_| None }).warnings
    }

    #[test]
    fn an_unchanged_agent_has_no_warning_and_a_first_release_of_it_neither() {
        assert_eq!(warnings(&full(), Some(&full())), [""; 0]);
        assert_eq!(warnings(&full(), None), [""; 0]);
    }

    #[test]
    fn a_model_that_nobody_serves() {
        let ask = Ask { served_models: &|model| model == "rehearsal", language: &|_| None };
        let report = report(&full(), Some(&full()), ask);
        assert_eq!(report.warnings, ["No provider serves the model openai/gpt-4.1-mini: answers would fail."]);
    }

    #[test]
    fn another_provider() {
        let draft = edited(|c| c["model"] = json!("anthropic/claude"));
        assert_eq!(
            warnings(&draft, Some(&full())),
            ["Conversations will go to the provider anthropic; what is live uses openai."]
        );
        assert_eq!(warnings(&edited(|c| c["model"] = json!("openai/o4")), Some(&full())), [""; 0]);
    }

    #[test]
    fn a_guardrail_that_goes_or_gets_weaker() {
        let draft = edited(|c| {
            c["guardrails"][2]["action"] = json!("warn");
            c["guardrails"][1]["action"] = json!("block");
            drop(c["guardrails"].as_array_mut().unwrap().remove(0));
        });
        assert_eq!(
            warnings(&draft, Some(&full())),
            [
                "The guardrail “Swearing” is removed.",
                "The guardrail “Card numbers” becomes weaker: warn instead of redact.",
            ]
        );
    }

    #[test]
    fn personal_data_to_a_new_place() {
        let draft = edited(|c| {
            c["skills"][0]["sends"] =
                json!([{"field": "order_id", "to": "path"}, {"field": "customerEmail", "to": "body"}]);
        });
        let warning = "The skill “Refund lookup” sends customerEmail to shop.example, which is new and looks personal.";
        assert_eq!(warnings(&draft, Some(&full())), [warning]);
        assert_eq!(warnings(&draft, None), [warning]);
        assert_eq!(warnings(&draft, Some(&draft)), [""; 0]);
    }

    #[test]
    fn what_looks_personal() {
        for field in ["email", "E-Mail", "customerPhone", "first_name", "firstName", "IBAN", "birth date", "SSN"] {
            assert!(is_personal(field), "{field}");
        }
        for field in ["order_id", "name", "number", "mailing", "emails_sent", "city", ""] {
            assert!(!is_personal(field), "{field}");
        }
    }

    #[test]
    fn an_empty_document() {
        let draft = edited(|c| c["knowledge"][0]["bytes"] = json!(0));
        assert_eq!(warnings(&draft, Some(&full())), ["The document “Refund policy” is empty."]);
    }

    #[test]
    fn a_skill_that_is_named_and_does_not_exist() {
        let draft = edited(|c| {
            c["instructions"] = json!("Use the skill `refund-lookup`, the “Wiki” skill or the skill “Weather”.");
            c["playbooks"][0]["steps"] = json!(["Call the `stock` skill", "Say “sorry”, with skill"]);
        });
        assert_eq!(
            warnings(&draft, Some(&draft)),
            [
                "The text names the skill “Weather”, which does not exist.",
                "The text names the skill “stock”, which does not exist.",
            ]
        );
    }

    #[test]
    fn names_next_to_the_word_skill() {
        let named_skills = |text| named(text, "skill");
        assert_eq!(named_skills("Use skill `a`, then `b` skill `c`."), ["a", "b"]);
        assert_eq!(named_skills("Write with skill. `x` is not one, nor \"skillful\", nor skills `y`."), [""; 0]);
    }

    #[test]
    fn a_document_that_is_named_and_is_not_there() {
        let text = "Read the document “Refund policy”, then the `fees.pdf` document and the document \"Refund policy.md\". \
                    Ask for the document “passport”.";
        let draft = edited(|c| {
            c["instructions"] = json!(text);
            c["playbooks"][0]["steps"] = json!(["Follow the document `fees.pdf` and document `v1.2`"]);
        });
        let fees = "The text names the document “fees.pdf”, which is not part of the knowledge.";
        assert_eq!(warnings(&draft, Some(&full())), [fees]);
        let without = Config { knowledge: Vec::new(), ..draft.clone() };
        let gone =
            |name: &str| format!("The text names the document “{name}”, which is no longer part of the knowledge.");
        assert_eq!(
            warnings(&without, Some(&full())),
            [fees.to_owned(), gone("Refund policy.md"), gone("Refund policy")],
        );
    }

    /// A detector that knows a text by its first word.
    fn language(text: &str) -> Option<Language> {
        let (name, own_name, family) = match text.split(' ').next()? {
            "Hallo" => ("German", "Deutsch", "German"),
            "Dag" => ("Dutch", "Nederlands", "German"),
            "Hello" | "Help" => ("English", "English", "English"),
            _ => return None,
        };
        Some(Language { name, own_name, family })
    }

    #[test]
    fn a_greeting_in_another_language_than_the_instructions() {
        let of = |greeting: &str, instructions: &str| {
            let draft = Config { greeting: greeting.into(), instructions: instructions.into(), ..full() };
            report(&draft, Some(&full()), Ask { served_models: &|_| true, language: &language }).warnings
        };
        let warning = "The greeting is in German, and the instructions are in English.";
        assert_eq!(of("Hallo zusammen", "Help people."), [warning]);
        assert_eq!(of("Hello all", "Help people."), [""; 0]);
        // It is not certain what it is.
        assert_eq!(of("Hi", "Help people."), [""; 0]);
        assert_eq!(of("Hallo zusammen", "Be kind."), [""; 0]);
        assert_eq!(of("Dag", "Hallo zusammen"), [""; 0]);
        // It is meant.
        assert_eq!(of("Hallo zusammen", "Help people, in GERMAN only."), [""; 0]);
        assert_eq!(of("Hallo zusammen", "Help people. Sprich deutsch."), [""; 0]);
    }
}
