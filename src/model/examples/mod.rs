//! Complete agents to start from: they load into the form like any other config.
//!
//! To add one: a JSON file here, written as Export writes a config, a line in [`all`], and a run of the tests.

use super::config::Config;

/// An agent to start from.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Its name in an address.
    pub slug: &'static str,
    /// What it is called on the page.
    pub title: &'static str,
    /// Why one might take it, in a sentence.
    pub blurb: &'static str,
    /// Everything that it is.
    pub config: Config,
}

/// Address, title, sentence, and the config as JSON.
type Source = (&'static str, &'static str, &'static str, &'static str);

const SOURCES: &[Source] = &[
    (
        "support-triage",
        "Support triage",
        "Sorts requests, finds the one missing fact, drafts the first reply.",
        include_str!("support-triage.json"),
    ),
    (
        "sales-assistant",
        "Sales assistant",
        "Answers from your facts, finds out what somebody needs, hands over with a summary.",
        include_str!("sales-assistant.json"),
    ),
    (
        "release-notes-writer",
        "Release-notes writer",
        "Turns commits and tickets into notes that users read.",
        include_str!("release-notes-writer.json"),
    ),
    (
        "onboarding-guide",
        "Onboarding guide",
        "Takes new colleagues through their first weeks, one step at a time.",
        include_str!("onboarding-guide.json"),
    ),
    (
        "meeting-notes",
        "Meeting notes",
        "Makes decisions, tasks and open questions out of a transcript.",
        include_str!("meeting-notes.json"),
    ),
];

/// All examples, in the order of the page.
pub fn all() -> Vec<Example> {
    SOURCES.iter().filter_map(read).collect()
}

/// The example with this name in an address.
pub fn named(slug: &str) -> Option<Example> {
    SOURCES.iter().find(|source| source.0 == slug).and_then(read)
}

/// The files are part of the program and read by a test, so none is ever left out.
fn read((slug, title, blurb, json): &Source) -> Option<Example> {
    let config = Config::from_value(serde_json::from_str(json).ok()?).ok()?;
    Some(Example { slug, title, blurb, config })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config::{DEFAULT_MODEL, DraftForm};
    use crate::model::report::{Ask, report};

    #[test]
    fn every_example_is_valid_complete_and_runs_offline() {
        assert_eq!(all().len(), SOURCES.len());
        for (example, (slug, _, _, json)) in all().iter().zip(SOURCES) {
            let config = &example.config;
            assert_eq!(Config::checked(serde_json::from_str(json).unwrap()).as_ref(), Ok(config), "{slug}");
            assert_eq!(config.model, DEFAULT_MODEL, "{slug}");
            assert!(config.instructions.len() > 1_000 && !config.greeting.is_empty(), "{slug}");
            assert!((3..=4).contains(&config.prompt_bubbles.len()), "{slug}");
            assert!(!config.description.is_empty() && !config.icon.is_empty() && !config.persona.is_empty(), "{slug}");
            assert_eq!(named(slug).as_ref(), Some(example));
        }
    }

    #[test]
    fn every_example_loads_into_the_form_and_may_be_released_without_a_warning() {
        for example in all() {
            let form = DraftForm::from_config(&example.config);
            assert_eq!(form.parse().as_ref(), Ok(&example.config), "{}", example.slug);
            let report = report(&example.config, None, Ask { served_models: &|_| true, language: &|_| None });
            assert_eq!((report.warnings.as_slice(), report.not_enforced.as_slice()), (&[][..], &[][..]));
        }
    }
}
