//! Merging, against the laws that any merge must obey.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model::config::canonical::tests::everything;
use crate::model::config::samples;

fn base() -> Config {
    Config::from_value(everything()).unwrap()
}

fn edited(edit: impl FnOnce(&mut Value)) -> Config {
    let mut value = everything();
    edit(&mut value);
    Config::checked(value).unwrap()
}

fn merged(mine: &Config, theirs: &Config) -> Config {
    match merge(&base(), mine, theirs) {
        Merge::Clean { config, .. } => config,
        Merge::Conflict(conflicts) => panic!("{conflicts:?}"),
    }
}

fn conflicts(mine: &Config, theirs: &Config) -> Vec<String> {
    match merge(&base(), mine, theirs) {
        Merge::Clean { config, .. } => panic!("{config:?}"),
        Merge::Conflict(conflicts) => conflicts.into_iter().map(|conflict| conflict.field).collect(),
    }
}

fn push(list: &mut Value, item: Value) {
    list.as_array_mut().unwrap().push(item);
}

#[test]
fn changes_of_different_fields_both_survive_and_say_what_was_taken() {
    let mine = edited(|c| c["name"] = json!("Mine"));
    let theirs = edited(|c| {
        c["greeting"] = json!("Theirs");
        c["skills"][0]["url"] = json!("https://theirs.example/");
        c["skills"][0]["description"] = json!("Theirs.");
        c["persona"]["goals"] = json!(["Solve it", "Fast"]);
    });
    let both = edited(|c| {
        c["name"] = json!("Mine");
        c["greeting"] = json!("Theirs");
        c["skills"][0]["url"] = json!("https://theirs.example/");
        c["skills"][0]["description"] = json!("Theirs.");
        c["persona"]["goals"] = json!(["Solve it", "Fast"]);
    });
    let Merge::Clean { config, taken } = merge(&base(), &mine, &theirs) else { panic!("a conflict") };
    assert_eq!(config, both);
    assert_eq!(taken, ["greeting", "persona goals", "skill “Refund lookup”"]);
}

#[test]
fn lines_that_do_not_touch_both_survive() {
    let text = |lines: [&str; 5]| edited(|c| c["instructions"] = json!(lines.join("\n")));
    let base = text(["1", "2", "3", "4", "5"]);
    let apart = merge(&base, &text(["one", "2", "3", "4", "5"]), &text(["1", "2", "three", "4", "5"]));
    let Merge::Clean { config, .. } = apart else { panic!("{apart:?}") };
    assert_eq!(config.instructions, "one\n2\nthree\n4\n5");
    // The last line without a line end is a line like any other.
    let grown = edited(|c| c["instructions"] = json!("1\n2\n3\n4\n5\n6"));
    let end = merge(&base, &text(["1", "2", "3", "four", "5"]), &grown);
    let Merge::Clean { config, .. } = end else { panic!("{end:?}") };
    assert_eq!(config.instructions, "1\n2\n3\nfour\n5\n6");
}

#[test]
fn adjacent_lines_touch_and_identical_changes_do_not() {
    let text = |text: &str| edited(|c| c["instructions"] = json!(text));
    let base = text("1\n2\n3\n4");
    let touching = merge(&base, &text("one\n2\n3\n4"), &text("1\ntwo\n3\n4"));
    let Merge::Conflict(found) = touching else { panic!("{touching:?}") };
    assert_eq!(
        found,
        [FieldConflict {
            field: "instructions".into(),
            label: "Instructions".into(),
            base: Some(json!("1\n2\n3\n4")),
            mine: Some(json!("one\n2\n3\n4")),
            theirs: Some(json!("1\ntwo\n3\n4")),
        }]
    );
    let same = merge(&base, &text("one\n2\n3\nfour"), &text("one\n2\n3\n4"));
    assert!(matches!(same, Merge::Clean { .. }), "{same:?}");
}

#[test]
fn an_idle_side_never_conflicts() {
    let mine = edited(|c| c["instructions"] = json!("All new."));
    assert_eq!(merged(&mine, &base()), mine);
    assert_eq!(merged(&base(), &mine), mine);
}

#[test]
fn one_value_changed_twice_is_a_conflict() {
    for field in ["name", "model", "icon", "temperature"] {
        let value = |first: bool| match field {
            "temperature" => json!(if first { 0.1 } else { 0.2 }),
            "icon" => json!(if first { "🤖" } else { "📦" }),
            "model" => json!(if first { "a/b" } else { "a/c" }),
            _ => json!(if first { "a" } else { "b" }),
        };
        assert_eq!(conflicts(&edited(|c| c[field] = value(true)), &edited(|c| c[field] = value(false))), [field]);
    }
    let schema = |title: &str| edited(|c| c["output_schema"][title] = json!(1));
    assert_eq!(conflicts(&schema("minimum"), &schema("maximum")), ["output_schema"]);
}

#[test]
fn items_merge_by_id_and_part_by_part() {
    let mine = edited(|c| {
        c["skills"][0]["url"] = json!("https://mine.example/");
        push(&mut c["playbooks"], json!({"id": "mine", "name": "Mine", "when": "Now", "steps": ["Go"]}));
        c["guardrails"].as_array_mut().unwrap().remove(0);
    });
    let theirs = edited(|c| {
        c["skills"][0]["needs_confirmation"] = json!(false);
        c["playbooks"]
            .as_array_mut()
            .unwrap()
            .insert(0, json!({"id": "theirs", "name": "T", "when": "Now", "steps": ["Go"]}));
        c["guardrails"].as_array_mut().unwrap().remove(1);
    });
    let config = merged(&mine, &theirs);
    assert_eq!(config.skills[0].call.url(), Some("https://mine.example/"));
    assert!(!config.skills[0].needs_confirmation);
    let ids: Vec<&str> = config.playbooks.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(ids, ["theirs", "late", "mine"]);
    assert_eq!(config.guardrails.len(), 4);
}

#[test]
fn what_touches_inside_lists_is_named_by_item() {
    let url = |url: &str| edited(|c| c["skills"][0]["url"] = json!(url));
    assert_eq!(conflicts(&url("https://a.test"), &url("https://b.test")), ["skills[refund-lookup].url"]);
    let gone = edited(|c| drop(c["skills"].as_array_mut().unwrap().remove(0)));
    assert_eq!(conflicts(&gone, &url("https://b.test")), ["skills[refund-lookup]"]);
    assert_eq!(conflicts(&url("https://b.test"), &gone), ["skills[refund-lookup]"]);
    let other_kind =
        edited(|c| c["skills"][1] = json!({"id": "wiki", "name": "Wiki", "kind": "agent", "agent_id": "a"}));
    let renamed = edited(|c| c["skills"][1]["name"] = json!("Handbook"));
    assert_eq!(conflicts(&other_kind, &renamed), ["skills[wiki]"]);
    let added = |name: &str| {
        edited(|c| push(&mut c["skills"], json!({"id": "n", "name": name, "kind": "agent", "agent_id": "a"})))
    };
    assert_eq!(conflicts(&added("A"), &added("B")), ["skills[n]"]);
    let rotated = |by| edited(|c| c["skills"].as_array_mut().unwrap().rotate_left(by));
    assert_eq!(conflicts(&rotated(1), &rotated(2)), ["skills.order"]);
}

#[test]
fn prompt_bubbles_merge_as_lines() {
    let bubbles = |list: &[&str]| edited(|c| c["prompt_bubbles"] = json!(list));
    let base = bubbles(&["a", "b", "c"]);
    let both = merge(&base, &bubbles(&["A", "b", "c"]), &bubbles(&["a", "b", "c", "d"]));
    let Merge::Clean { config, .. } = both else { panic!("{both:?}") };
    assert_eq!(config.prompt_bubbles, ["A", "b", "c", "d"]);
    let touching = merge(&base, &bubbles(&["a", "b", "c", "x"]), &bubbles(&["a", "b", "c", "y"]));
    assert!(matches!(touching, Merge::Conflict(_)));
}

#[test]
fn a_merge_that_breaks_a_limit_is_a_conflict_of_that_field() {
    let bubbles =
        |range: std::ops::Range<u8>| edited(|c| c["prompt_bubbles"] = range.map(|n| json!(n.to_string())).collect());
    let (base, mine, theirs) = (bubbles(10..20), bubbles(4..20), bubbles(10..26));
    let Merge::Conflict(found) = merge(&base, &mine, &theirs) else { panic!("no conflict") };
    assert_eq!(found[0].field, "prompt_bubbles");
    assert_eq!(found[0].label, "Prompt bubbles (At most 20 prompt bubbles; this has 22)");
    let chosen = resolve(&base, &mine, &theirs, &[("prompt_bubbles".into(), Choice::Theirs)]);
    assert!(matches!(chosen, Merge::Clean { config, .. } if config == theirs));
}

#[test]
fn a_choice_decides_its_field_and_the_rest_merges() {
    let mine = edited(|c| {
        c["name"] = json!("Mine");
        c["skills"][0]["url"] = json!("https://mine.example/");
        c["greeting"] = json!("Mine");
    });
    let theirs = edited(|c| {
        c["name"] = json!("Theirs");
        c["skills"].as_array_mut().unwrap().remove(0);
        c["description"] = json!("Theirs");
    });
    assert_eq!(conflicts(&mine, &theirs), ["name", "skills[refund-lookup]"]);
    let half = [("name".to_owned(), Choice::Mine)];
    assert!(matches!(resolve(&base(), &mine, &theirs, &half), Merge::Conflict(left) if left.len() == 1));
    for (choice, skills) in [(Choice::Mine, 3), (Choice::Theirs, 2)] {
        let choices = [("name".to_owned(), Choice::Theirs), ("skills[refund-lookup]".to_owned(), choice)];
        let Merge::Clean { config, .. } = resolve(&base(), &mine, &theirs, &choices) else { panic!("a conflict") };
        assert_eq!(
            (config.name.as_str(), config.greeting.as_str(), config.description.as_str()),
            ("Theirs", "Mine", "Theirs")
        );
        assert_eq!(config.skills.len(), skills);
    }
}

fn clean_labels(mine: &Config, merged: &Config) -> Vec<String> {
    match clean(mine, merged.clone()) {
        Merge::Clean { taken, .. } => taken,
        Merge::Conflict(_) => Vec::new(),
    }
}

/// What a config holds, whatever the order of its items.
fn content(config: &Config) -> Value {
    let mut value = config.to_full_value();
    for field in FIELDS.iter().filter(|field| field.shape == Shape::Items) {
        value[field.name].as_array_mut().unwrap().sort_by_key(|item| item["id"].to_string());
    }
    value
}

/// `base` with some fields taken from `other`, as one person's edits would be.
fn with_fields(base: &Config, other: &Config, mask: u16) -> Config {
    let (mut value, other) = (base.to_full_value(), other.to_full_value());
    for (i, field) in FIELDS.iter().enumerate().filter(|(i, _)| mask >> i & 1 == 1) {
        value[field.name] = other[field.name].clone();
        assert!(i < 16);
    }
    Config::from_value(value).unwrap()
}

/// `base` with some skills taken from `other`: changed, added or removed.
fn with_skills(base: &Config, other: &Config, ids: &[&str]) -> Config {
    let mut config = base.clone();
    for id in ids {
        let at = config.skills.iter().position(|skill| skill.id == *id);
        let new = other.skills.iter().find(|skill| skill.id == *id).cloned();
        match (at, new) {
            (Some(at), Some(new)) => config.skills[at] = new,
            (Some(at), None) => drop(config.skills.remove(at)),
            (None, Some(new)) => config.skills.push(new),
            (None, None) => {}
        }
    }
    config
}

proptest! {
    /// Reference: whoever alone changed a field has it their way.
    #[test]
    fn fields_of_different_people_all_survive(
        b in samples::config(), m in samples::config(), t in samples::config(), mine: u16, theirs: u16,
    ) {
        let theirs = theirs & !mine;
        let both = with_fields(&with_fields(&b, &m, mine), &t, theirs);
        match merge(&b, &with_fields(&b, &m, mine), &with_fields(&b, &t, theirs)) {
            Merge::Clean { config, .. } => prop_assert_eq!(config, both),
            Merge::Conflict(found) => prop_assert!(false, "{:?}", found),
        }
    }

    /// Reference: whoever alone changed, added or removed an item has it their way.
    #[test]
    fn items_of_different_people_all_survive(b in samples::config(), m in samples::config(), t in samples::config(), split in 0..6_usize) {
        let (mine, theirs) = ["one", "two", "three", "four", "five"].split_at(split.min(5));
        let both = with_skills(&with_skills(&b, &m, mine), &t, theirs);
        match merge(&b, &with_skills(&b, &m, mine), &with_skills(&b, &t, theirs)) {
            Merge::Clean { config, .. } => prop_assert_eq!(content(&config), content(&both)),
            Merge::Conflict(found) => prop_assert!(false, "{:?}", found),
        }
    }

    /// A Save whose answer was lost is sent again: the draft now holds it already.
    #[test]
    fn a_save_that_was_merged_already_is_no_conflict(
        b in samples::config(), m in samples::config(), t in samples::config(), mine: u16, theirs: u16,
    ) {
        let (m, t) = (with_fields(&b, &m, mine), with_fields(&b, &t, theirs));
        if let Merge::Clean { config, .. } = merge(&b, &m, &t) {
            prop_assert_eq!(merge(&b, &m, &config), Merge::Clean { taken: clean_labels(&m, &config), config: config.clone() });
        }
    }

    #[test]
    fn a_side_that_changed_nothing_gives_way(b in samples::config(), x in samples::config()) {
        for (mine, theirs) in [(&b, &x), (&x, &b), (&x, &x)] {
            match merge(&b, mine, theirs) {
                Merge::Clean { config, taken } => {
                    prop_assert_eq!(&config, &x);
                    prop_assert_eq!(taken.is_empty(), mine == &x);
                }
                Merge::Conflict(found) => prop_assert!(false, "{:?}", found),
            }
        }
    }

    #[test]
    fn both_see_the_same_result(b in samples::config(), m in samples::config(), t in samples::config()) {
        match (merge(&b, &m, &t), merge(&b, &t, &m)) {
            (Merge::Clean { config: one, .. }, Merge::Clean { config: two, .. }) => {
                prop_assert_eq!(content(&one), content(&two));
                prop_assert!(one.validate().is_empty());
            }
            (Merge::Conflict(one), Merge::Conflict(two)) => {
                let places = |found: Vec<FieldConflict>| found.into_iter().map(|c| c.field).collect::<BTreeSet<_>>();
                prop_assert_eq!(places(one), places(two));
            }
            (one, two) => prop_assert!(false, "{:?} {:?}", one, two),
        }
    }

    #[test]
    fn a_choice_for_every_conflict_leaves_none(b in samples::config(), m in samples::config(), t in samples::config(), mine: bool) {
        if let Merge::Conflict(found) = merge(&b, &m, &t) {
            let choice = if mine { Choice::Mine } else { Choice::Theirs };
            let mut choices: Vec<_> = found.into_iter().map(|c| (c.field, choice)).collect();
            // A limit can only be seen once the rest is decided.
            for _ in 0..3 {
                match resolve(&b, &m, &t, &choices) {
                    Merge::Clean { .. } => return Ok(()),
                    Merge::Conflict(left) => choices.extend(left.into_iter().map(|c| (c.field, choice))),
                }
            }
            prop_assert!(false, "{:?}", choices);
        }
    }

    /// Reference: each line belongs to one side, which may rewrite it, and lines of different sides never are adjacent.
    #[test]
    fn edits_of_lines_apart_both_survive(edits in prop::collection::vec((0..3_u8, 0..3_u8), 1..12)) {
        let (mut base, mut mine, mut theirs, mut both) = (vec![], vec![], vec![], vec![]);
        for (i, (side, edit)) in edits.into_iter().enumerate() {
            let old = format!("line {i}");
            let new = match edit { 0 => vec![], 1 => vec![format!("new {i}")], _ => vec![format!("new {i}"), format!("more {i}")] };
            let keep = vec![old.clone()];
            base.push(old);
            mine.extend(if side == 1 { new.clone() } else { keep.clone() });
            theirs.extend(if side == 2 { new.clone() } else { keep.clone() });
            both.extend(if side == 0 { keep } else { new });
            for text in [&mut base, &mut mine, &mut theirs, &mut both] {
                text.push(format!("fixed {i}"));
            }
        }
        let config = |lines: &[String]| Config { instructions: lines.join("\n"), ..self::base() };
        match merge(&config(&base), &config(&mine), &config(&theirs)) {
            Merge::Clean { config, .. } => prop_assert_eq!(config.instructions, both.join("\n")),
            Merge::Conflict(found) => prop_assert!(false, "{:?}", found),
        }
    }
}

proptest! {
    #[test]
    fn text_merges_to_the_same_for_both(b in "([ab]?\n){0,8}", m in "([ab]?\n){0,8}", t in "([ab]?\n){0,8}") {
        prop_assert_eq!(text([&b, &m, &t]), text([&b, &t, &m]));
        prop_assert_eq!(text([&b, &m, &b]), Some(m.clone()));
        prop_assert_eq!(text([&b, &m, &m]), Some(m));
    }
}
