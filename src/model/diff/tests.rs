//! The differences of configs, and the reference that they are tested against: [`apply`].

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model::config::canonical::tests::everything;
use crate::model::config::samples;

/// `a` with the changes applied; it shows that they say everything.
fn apply(changes: &[Change], a: &Config) -> Config {
    let mut value = a.to_full_value();
    for change in changes {
        let after = || change.after.clone();
        let Some(field) = Field::of_path(&change.field) else { panic!("{}", change.field) };
        let place = &mut value[field.name];
        let rest = &change.field[field.name.len()..];
        if rest.is_empty() {
            *place = after().unwrap_or_else(|| field.default_value());
        } else if let Some(rest) = rest.strip_prefix('[') {
            let (id, part) = rest.split_once(']').unwrap();
            let list = place.as_array_mut().unwrap();
            let at = list.iter().position(|item| item["id"] == json!(id));
            match (part.strip_prefix('.'), at) {
                (Some(key), Some(at)) => set(&mut list[at], key, after()),
                (None, Some(at)) => drop(list.remove(at)),
                (None, None) => list.insert(change.position.unwrap().min(list.len()), after().unwrap()),
                (Some(_), None) => panic!("{}", change.field),
            }
        } else if field.shape == Shape::Items {
            let order = after().unwrap();
            // Only the items that both have move; the added ones stand at their positions.
            let mut list = place.as_array().unwrap().clone();
            let kept: Vec<usize> =
                (0..list.len()).filter(|i| order.as_array().unwrap().contains(&list[*i]["id"])).collect();
            for (slot, id) in kept.iter().zip(order.as_array().unwrap()) {
                list[*slot] = place.as_array().unwrap().iter().find(|item| item["id"] == *id).unwrap().clone();
            }
            *place = json!(list);
        } else {
            set(place, rest.strip_prefix('.').unwrap(), after());
        }
    }
    Config::from_value(value).expect("a config")
}

fn set(object: &mut Value, key: &str, after: Option<Value>) {
    match after {
        Some(value) => object[key] = value,
        None => drop(object.as_object_mut().unwrap().remove(key)),
    }
}

fn full() -> Config {
    Config::from_value(everything()).unwrap()
}

fn edited(edit: impl FnOnce(&mut Value)) -> Config {
    let mut value = everything();
    edit(&mut value);
    Config::from_value(value).unwrap()
}

fn fields(changes: &[Change]) -> Vec<(&str, ChangeKind)> {
    changes.iter().map(|change| (change.field.as_str(), change.kind)).collect()
}

#[test]
fn equal_configs_have_no_changes() {
    assert_eq!(diff(&full(), &full()), []);
}

#[test]
fn items_are_matched_by_id_and_compared_part_by_part() {
    let after = edited(|c| {
        c["skills"][0]["url"] = json!("https://other.example/");
        c["skills"][0]["secret"] = Value::Null;
        c["guardrails"].as_array_mut().unwrap().remove(0);
        c["playbooks"]
            .as_array_mut()
            .unwrap()
            .push(json!({"id": "new", "name": "New", "when": "Now", "steps": ["Go"]}));
        c["input_fields"].as_array_mut().unwrap().reverse();
        c["persona"]["tone"] = json!("Brisk");
        c["greeting"] = json!("");
        c["temperature"] = json!(0.3);
    });
    let changes = diff(&full(), &after);
    assert_eq!(
        fields(&changes),
        [
            ("temperature", ChangeKind::Changed),
            ("greeting", ChangeKind::Removed),
            ("persona.tone", ChangeKind::Changed),
            ("skills[refund-lookup].secret", ChangeKind::Removed),
            ("skills[refund-lookup].url", ChangeKind::Changed),
            ("guardrails[swear]", ChangeKind::Removed),
            ("playbooks[new]", ChangeKind::Added),
            ("input_fields.order", ChangeKind::Changed),
        ]
    );
    assert_eq!(changes[4].before, Some(json!("https://shop.example/refunds/{order_id}")));
    assert_eq!(changes[4].after, Some(json!("https://other.example/")));
    let labels: Vec<String> = summary(&changes).iter().map(ToString::to_string).collect();
    assert_eq!(
        labels,
        [
            "~ temperature",
            "− greeting",
            "~ persona tone",
            "~ skill “Refund lookup”",
            "− guardrail “Swearing”",
            "+ playbook “New”",
            "~ order of input fields",
        ]
    );
    assert_eq!(apply(&changes, &full()), after);
}

#[test]
fn long_text_has_hunks_and_a_short_value_has_none() {
    let changes = diff(&full(), &edited(|c| c["instructions"] = json!("Be very kind.\nUse {{ order }}.\n")));
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].hunks.as_ref().map(|hunks| hunks.0.len()), Some(1));
    assert_eq!(diff(&full(), &edited(|c| c["name"] = json!("Other")))[0].hunks, None);
}

#[test]
fn a_change_travels_as_json() {
    let changes = diff(&full(), &edited(|c| c["prompt_bubbles"] = json!(["Cancel my order", "x"])));
    let wire = serde_json::to_value(&changes).unwrap();
    assert_eq!(wire[0]["kind"], json!("changed"));
    assert_eq!(serde_json::from_value::<Vec<Change>>(wire).unwrap(), changes);
}

proptest! {
    #[test]
    fn the_changes_say_everything(a in samples::config(), b in samples::config()) {
        let changes = diff(&a, &b);
        prop_assert_eq!(apply(&changes, &a), b.clone());
        prop_assert_eq!(changes.is_empty(), a.hash() == b.hash());
    }
}
