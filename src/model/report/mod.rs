//! The report before a publish: what users will meet, what leaves the house, what looks wrong.
//!
//! A pure function of the draft and of what is live. A warning is given only where it is certain; a doubtful one would teach
//! people to skip them all. What the engine does not act on yet is named in `not_enforced` and never shown as active. To
//! add a warning: a function in `warnings.rs` and a test that fails without it.

mod warnings;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::compile::{NOT_ENFORCED, not_enforced};
use super::config::address::host_of;
use super::config::{Config, ConfigHash, Guardrail, GuardrailRule, Skill};
use super::diff::{Change, diff};
use super::field_error::FieldError;

/// What an author should know before publishing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// What every user meets: the greeting, the conversation starters, the tone, the goals, the disclaimers.
    pub will_say: Vec<String>,
    /// What the agent was told never to say or do.
    pub wont_say: Vec<String>,
    /// What leaves Galley through skills.
    pub data_egress: Vec<Egress>,
    /// The guardrails.
    pub guardrails: Vec<GuardrailNote>,
    /// The documents.
    pub knowledge: Vec<KnowledgeNote>,
    /// What looks wrong and does not stop the publish, each a sentence.
    pub warnings: Vec<String>,
    /// What stops the publish.
    pub blocking: Vec<FieldError>,
    /// The config's fields that are set and that the engine does not act on yet, such as `skills`.
    pub not_enforced: Vec<String>,
    /// What changes against live; against an empty config before the first release.
    pub diff: Vec<Change>,
    /// The draft's hash.
    pub config_hash: ConfigHash,
}

/// What one skill sends to one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Egress {
    /// The skill's name.
    pub skill: String,
    /// The fields that it sends.
    pub fields: Vec<String>,
    /// The host that gets them, with its port where one is named.
    pub host: String,
    /// What is live does not reach this host, or sends it less.
    pub new: bool,
}

/// A guardrail in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GuardrailNote {
    /// Its name.
    pub name: String,
    /// What it looks for, such as `card, email`.
    pub looks_for: String,
    /// `block`, `redact` or `warn`.
    pub action: String,
    /// Whether the engine acts on it.
    pub active: bool,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KnowledgeNote {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size.
    pub bytes: u64,
    /// What is live does not have this content.
    pub new: bool,
    /// Whether the engine looks things up in it.
    pub active: bool,
}

/// A language that a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    /// Its name in English.
    pub name: &'static str,
    /// Its name in itself.
    pub own_name: &'static str,
    /// The same for languages that are easily taken for one another.
    pub family: &'static str,
}

/// What a report needs to know that is not in the configs. The answers come from the server: what tells languages apart
/// is too large for the browser.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// Whether some provider serves a model.
    pub served_models: &'a dyn Fn(&str) -> bool,
    /// The language of a text, or nothing where that is not certain.
    pub language: &'a dyn Fn(&str) -> Option<Language>,
}

/// Looks at a draft before it is published.
pub fn report(draft: &Config, live: Option<&Config>, ask: Ask<'_>) -> Report {
    let data_egress = egress(draft, live);
    Report {
        will_say: will_say(draft),
        wont_say: wont_say(draft),
        warnings: warnings::all(draft, live, &data_egress, ask),
        data_egress,
        guardrails: draft.guardrails.iter().map(guardrail).collect(),
        knowledge: knowledge(draft, live),
        blocking: draft.validate(),
        not_enforced: not_enforced(draft),
        diff: diff(live.unwrap_or(&Config::default()), draft),
        config_hash: draft.hash(),
    }
}

fn active(field: &str) -> bool {
    !NOT_ENFORCED.contains(&field)
}

fn will_say(draft: &Config) -> Vec<String> {
    let mut said = Vec::new();
    if !draft.greeting.is_empty() {
        said.push(format!("Greets with: {}", draft.greeting));
    }
    if !draft.prompt_bubbles.is_empty() {
        let bubbles: Vec<String> = draft.prompt_bubbles.iter().map(|text| format!("“{text}”")).collect();
        said.push(format!("Offers to start with: {}", bubbles.join(", ")));
    }
    if !draft.persona.tone.is_empty() {
        said.push(format!("Speaks in this tone: {}", draft.persona.tone));
    }
    said.extend(draft.persona.goals.iter().map(|goal| format!("Aims to: {goal}")));
    for guardrail in draft.guardrails.iter().filter(|_| active("guardrails")) {
        if let GuardrailRule::RequiredDisclaimer { text } = &guardrail.rule {
            said.push(format!("Adds to each answer: {text}"));
        }
    }
    said
}

fn wont_say(draft: &Config) -> Vec<String> {
    let mut refused: Vec<String> = draft.persona.never_do.clone();
    for guardrail in draft.guardrails.iter().filter(|_| active("guardrails")) {
        match &guardrail.rule {
            GuardrailRule::BlockedPhrases { phrases } => refused.push(format!("These phrases: {}", phrases.join(", "))),
            GuardrailRule::DeclinedTopics { topics } => refused.push(format!("These topics: {}", topics.join(", "))),
            _ => {}
        }
    }
    refused
}

fn egress(draft: &Config, live: Option<&Config>) -> Vec<Egress> {
    let known: Vec<(String, Vec<String>)> = live.iter().flat_map(|live| live.skills.iter()).filter_map(sent).collect();
    let out = |skill: &Skill| {
        let (host, fields) = sent(skill)?;
        let reached = known.iter().any(|(there, _)| *there == host);
        let before = |field: &String| known.iter().any(|(there, fields)| *there == host && fields.contains(field));
        let new = !reached || !fields.iter().all(before);
        Some(Egress { skill: skill.name.clone(), fields, host, new })
    };
    draft.skills.iter().filter_map(out).collect()
}

/// The host that a skill reaches, and the fields that it sends: the declared ones, else all parameters. A skill that is
/// another agent of the workspace sends nothing out.
fn sent(skill: &Skill) -> Option<(String, Vec<String>)> {
    let host = host_of(skill.call.url()?).ok()?.to_ascii_lowercase();
    let parameters =
        || skill.parameters.as_ref()?.get("properties")?.as_object().map(|map| map.keys().cloned().collect());
    let declared: Vec<String> = skill.sends.iter().map(|send| send.field.clone()).collect();
    let fields = if declared.is_empty() { parameters().unwrap_or_default() } else { declared };
    Some((host, fields))
}

fn guardrail(guardrail: &Guardrail) -> GuardrailNote {
    let looks_for = match &guardrail.rule {
        GuardrailRule::BlockedPhrases { phrases } => phrases.join(", "),
        GuardrailRule::Pattern { pattern } => pattern.clone(),
        GuardrailRule::PiiRedaction { types } => types.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(", "),
        GuardrailRule::RequiredDisclaimer { text } => format!("answers without: {text}"),
        GuardrailRule::ReplyLength { max_chars } => format!("answers over {max_chars} characters"),
        GuardrailRule::DeclinedTopics { topics } => topics.join(", "),
    };
    let action = guardrail.action.word().to_owned();
    GuardrailNote { name: guardrail.name.clone(), looks_for, action, active: active("guardrails") }
}

fn knowledge(draft: &Config, live: Option<&Config>) -> Vec<KnowledgeNote> {
    let known = |hash: &str| live.is_some_and(|live| live.knowledge.iter().any(|document| document.hash == hash));
    let note = |document: &super::config::Knowledge| KnowledgeNote {
        name: document.name.clone(),
        media_type: document.media_type.clone(),
        bytes: document.bytes,
        new: !known(&document.hash),
        active: active("knowledge"),
    };
    draft.knowledge.iter().map(note).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::config::canonical::tests::everything;

    fn full() -> Config {
        Config::from_value(everything()).unwrap()
    }

    fn edited(edit: impl FnOnce(&mut Value)) -> Config {
        let mut value = everything();
        edit(&mut value);
        Config::from_value(value).unwrap()
    }

    fn of(draft: &Config, live: Option<&Config>) -> Report {
        report(draft, live, Ask { served_models: &|_| true, language: &|_| None })
    }

    #[test]
    fn it_says_what_users_meet_and_lists_nothing_as_active_that_is_not() {
        let report = of(&full(), Some(&full()));
        assert_eq!(
            report.will_say,
            [
                "Greets with: Hello, what went wrong?",
                "Offers to start with: “Where is my refund?”, “Cancel my order”",
                "Speaks in this tone: Warm",
                "Aims to: Solve it",
            ]
        );
        assert_eq!(report.wont_say, ["Promise a date"]);
        assert_eq!(report.guardrails.len(), 6);
        assert!(report.guardrails.iter().all(|guardrail| !guardrail.active));
        assert_eq!(report.guardrails[2].looks_for, "card, email");
        assert_eq!(report.not_enforced, NOT_ENFORCED);
        assert_eq!(report.knowledge[0].name, "Refund policy");
        assert!(!report.knowledge[0].new);
        assert_eq!((report.diff, report.blocking), (vec![], vec![]));
        assert_eq!(report.config_hash, full().hash());
    }

    #[test]
    fn it_lists_what_leaves_and_what_of_it_is_new() {
        let egress = |live: Option<&Config>, draft: &Config| {
            of(draft, live).data_egress.into_iter().map(|e| (e.skill, e.host, e.fields, e.new)).collect::<Vec<_>>()
        };
        let lookup = |fields: &[&str], new| {
            let fields = fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
            ("Refund lookup".to_owned(), "shop.example".to_owned(), fields, new)
        };
        let wiki = |new| ("Wiki".to_owned(), "wiki.example".to_owned(), vec![], new);
        assert_eq!(egress(Some(&full()), &full()), [lookup(&["order_id"], false), wiki(false)]);
        assert_eq!(egress(None, &full()), [lookup(&["order_id"], true), wiki(true)]);
        let more = edited(|c| c["skills"][0]["sends"] = json!([{"field": "note", "to": "body"}]));
        assert_eq!(egress(Some(&full()), &more), [lookup(&["note"], true), wiki(false)]);
        let undeclared = edited(|c| c["skills"][0]["sends"] = json!([]));
        assert_eq!(egress(Some(&full()), &undeclared)[0], lookup(&["order_id"], false));
    }

    #[test]
    fn an_invalid_draft_is_blocked() {
        let report = of(&edited(|c| c["instructions"] = json!("")), None);
        assert_eq!(report.blocking, [FieldError::new("instructions", "Instructions are required")]);
    }
}
