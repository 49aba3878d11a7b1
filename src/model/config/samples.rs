//! Random configs for property tests: small alphabets, so that equal ids, lines and values meet often.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::Config;

/// A few lines of text.
fn text() -> impl Strategy<Value = String> {
    "[ab{}$é ]{1,3}(\n[ab<%>]{0,2}){0,4}".prop_filter("not blank", |text| !text.trim().is_empty())
}

fn word() -> impl Strategy<Value = String> {
    "[a-d]{1,2}"
}

/// Items with distinct ids, in any order.
fn items(item: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let ids = Just(vec!["one", "two", "three", "four", "five"]).prop_shuffle();
    (ids, vec(item, 0..5)).prop_map(|(ids, items)| {
        let with_id = |(id, mut item): (&str, Value)| {
            item["id"] = json!(id);
            item
        };
        ids.into_iter().zip(items).map(with_id).collect()
    })
}

fn skill() -> impl Strategy<Value = Value> {
    let sends = vec((word(), prop_oneof![Just("query"), Just("body")]), 0..3)
        .prop_map(|all| all.into_iter().map(|(field, to)| json!({"field": field, "to": to})).collect::<Value>());
    (word(), prop::option::of(text()), word(), sends, any::<bool>(), prop::option::of(word()), 0..3).prop_map(
        |(name, description, host, sends, confirm, secret, kind)| {
            let url = format!("https://{host}.test/{{x}}");
            let mut skill = match kind {
                0 => json!({"kind": "http", "method": "GET", "url": url, "headers": {"X-A": host}}),
                1 => json!({"kind": "mcp", "url": url}),
                _ => json!({"kind": "agent", "agent_id": host}),
            };
            skill["name"] = json!(name);
            skill["description"] = json!(description.unwrap_or_default());
            skill["sends"] = sends;
            skill["needs_confirmation"] = json!(confirm);
            skill["secret"] = json!(secret);
            skill["parameters"] = if confirm { json!({"type": "object", "title": host}) } else { Value::Null };
            skill
        },
    )
}

fn guardrail() -> impl Strategy<Value = Value> {
    (word(), vec(word(), 1..4), prop_oneof![Just("block"), Just("warn")], any::<bool>()).prop_map(
        |(name, words, action, phrases)| {
            if phrases {
                json!({"name": name, "kind": "blocked_phrases", "phrases": words, "action": action})
            } else {
                json!({"name": name, "kind": "required_disclaimer", "text": words.join("\n"), "action": action})
            }
        },
    )
}

fn playbook() -> impl Strategy<Value = Value> {
    (word(), text(), vec(text(), 1..4))
        .prop_map(|(name, when, steps)| json!({"name": name, "when": when, "steps": steps}))
}

/// A valid config.
pub(crate) fn config() -> impl Strategy<Value = Config> {
    let first = (
        (word(), prop::option::of(text()), prop_oneof![Just(""), Just("🧾"), Just("🤖")], text()),
        (prop_oneof![Just("rehearsal"), Just("a/b")], 0..=10_u8, prop::option::of(text()), vec(word(), 0..5)),
    );
    let lists = (items(skill()), items(guardrail()), items(playbook()));
    let rest = (prop::option::of(text()), vec(word(), 0..4), prop::option::of(word()));
    (first, lists, rest).prop_map(|((a, b), (skills, guardrails, playbooks), (tone, goals, title))| {
        let config = json!({
            "name": a.0, "description": a.1.unwrap_or_default(), "icon": a.2, "instructions": a.3,
            "model": b.0, "temperature": f64::from(b.1) / 10.0, "greeting": b.2.unwrap_or_default(), "prompt_bubbles": b.3,
            "persona": {"tone": tone.unwrap_or_default(), "goals": goals},
            "skills": skills, "guardrails": guardrails, "playbooks": playbooks,
            "output_schema": title.map(|title| json!({"type": "object", "title": title})),
        });
        Config::checked(config).expect("a valid config")
    })
}
