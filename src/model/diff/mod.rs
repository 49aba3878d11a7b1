//! What differs between two configs, field by field.
//!
//! List items are matched by their stable id, long text is compared by line and, inside changed lines, by word. The
//! changes say everything: applying them to the first config gives the second one exactly, which is how they are tested.
//! A new field takes part as soon as it is in `config::fields`.

mod search;
pub mod text;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use self::text::TextHunks;
use super::config::Config;
use super::config::fields::{FIELDS, Field, Shape};

/// The end of the field of a change that only moves items: `skills.order`.
pub const ORDER: &str = "order";

/// What happened to a field or item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was not set before.
    Added,
    /// It is not set any more.
    Removed,
    /// It is another one now.
    Changed,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// Its place: `instructions`, `persona.tone`, `skills[refund-lookup]` for a whole item, `skills[refund-lookup].url` for a
    /// part of it, `skills.order` when items moved. The word in brackets is the item's id.
    pub field: String,
    /// What to call it: `instructions`, `skill “Refund lookup”`.
    pub label: String,
    /// What happened.
    pub kind: ChangeKind,
    /// The value before; for `order` the ids in order.
    #[serde(default)]
    pub before: Option<Value>,
    /// The value after.
    #[serde(default)]
    pub after: Option<Value>,
    /// Where in the list an added item stands, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
    /// Line by line, for text, lists of texts and JSON schemas that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hunks: Option<TextHunks>,
}

/// A change in a few words, for a summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangeLabel {
    /// What happened.
    pub kind: ChangeKind,
    /// To what.
    pub label: String,
}

impl ChangeKind {
    /// The sign that stands before a label: `+`, `−` or `~`.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Removed => "−",
            Self::Changed => "~",
        }
    }
}

impl fmt::Display for ChangeLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.sign(), self.label)
    }
}

impl Change {
    /// The part of an item that changed (`url` of `skills[refund-lookup].url`), or nothing when it is all of it.
    pub fn part(&self) -> Option<&str> {
        self.field.split_once("].").map(|(_, part)| part)
    }
}

/// Everything that differs from `a` to `b`, in the order of the page.
pub fn diff(a: &Config, b: &Config) -> Vec<Change> {
    let (a, b) = (a.to_full_value(), b.to_full_value());
    let mut changes = Vec::new();
    for field in FIELDS {
        let (before, after) = (&a[field.name], &b[field.name]);
        if before == after {
            continue;
        }
        match field.shape {
            Shape::Scalar | Shape::Text | Shape::Lines => {
                let set = |value: &Value| (*value != empty(field)).then(|| value.clone());
                changes.push(change(field.name, &field.label.to_lowercase(), set(before), set(after)));
            }
            Shape::Object => parts(&mut changes, field.name, None, before, after),
            Shape::Items => items(&mut changes, field, before, after),
        }
    }
    changes
}

/// The changes in a few words, one for each field or item.
pub fn summary(changes: &[Change]) -> Vec<ChangeLabel> {
    let mut labels: Vec<ChangeLabel> = Vec::new();
    for change in changes {
        // A part that appears or goes is a change of its item.
        let kind = if change.part().is_some() { ChangeKind::Changed } else { change.kind };
        let label = ChangeLabel { kind, label: change.label.clone() };
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels
}

/// What to call an item: `skill “Refund lookup”`.
pub(super) fn item_label(field: &Field, id: &str, item: &Value) -> String {
    let text = |key: &str| item.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    format!("{} “{}”", field.item_label, text("label").or_else(|| text("name")).unwrap_or(id))
}

/// The items of a list by id, in order; nothing when they cannot be told apart.
pub(super) fn by_id(list: &Value) -> Option<Vec<(&str, &Value)>> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for item in list.as_array()? {
        let id = item.get("id")?.as_str().filter(|id| !id.is_empty() && seen.insert(*id))?;
        found.push((id, item));
    }
    Some(found)
}

/// A model and a temperature are always set; every other field is unset at its default.
fn empty(field: &Field) -> Value {
    if matches!(field.name, "model" | "temperature") { Value::Null } else { field.default_value() }
}

fn change(field: &str, label: &str, before: Option<Value>, after: Option<Value>) -> Change {
    let kind = match (&before, &after) {
        (None, _) => ChangeKind::Added,
        (_, None) => ChangeKind::Removed,
        _ => ChangeKind::Changed,
    };
    let hunks = match (&before, &after) {
        (Some(before), Some(after)) => text::hunks_of(before, after),
        _ => None,
    };
    Change { field: field.to_owned(), label: label.to_owned(), kind, before, after, position: None, hunks }
}

/// The differences between two objects, key by key. Without a label, each key is its own.
fn parts(changes: &mut Vec<Change>, at: &str, label: Option<&str>, before: &Value, after: &Value) {
    let keys =
        |value: &Value| -> BTreeSet<String> { value.as_object().into_iter().flat_map(Map::keys).cloned().collect() };
    let both = &keys(before) | &keys(after);
    for key in both {
        let (before, after) = (before.get(&key), after.get(&key));
        if before != after {
            let own = format!("{at} {}", key.replace('_', " "));
            changes.push(change(&format!("{at}.{key}"), label.unwrap_or(&own), before.cloned(), after.cloned()));
        }
    }
}

fn items(changes: &mut Vec<Change>, field: &Field, before: &Value, after: &Value) {
    let (Some(old), Some(new)) = (by_id(before), by_id(after)) else {
        changes.push(change(field.name, &field.label.to_lowercase(), Some(before.clone()), Some(after.clone())));
        return;
    };
    let find = |list: &[(&str, &Value)], id: &str| -> Option<Value> {
        list.iter().find(|(other, _)| *other == id).map(|(_, item)| (*item).clone())
    };
    for (id, item) in &old {
        let at = format!("{}[{id}]", field.name);
        match find(&new, id) {
            None => changes.push(change(&at, &item_label(field, id, item), Some((*item).clone()), None)),
            Some(now) => parts(changes, &at, Some(&item_label(field, id, &now)), item, &now),
        }
    }
    for (position, (id, item)) in new.iter().enumerate() {
        if find(&old, id).is_none() {
            let label = item_label(field, id, item);
            let added = change(&format!("{}[{id}]", field.name), &label, None, Some((*item).clone()));
            changes.push(Change { position: Some(position), ..added });
        }
    }
    let kept = |list: &[(&str, &Value)], other: &[(&str, &Value)]| -> Vec<String> {
        list.iter().filter(|(id, _)| find(other, id).is_some()).map(|(id, _)| (*id).to_owned()).collect()
    };
    let (old_order, new_order) = (kept(&old, &new), kept(&new, &old));
    if old_order != new_order {
        let (at, label) = (format!("{}.{ORDER}", field.name), format!("order of {}", field.label.to_lowercase()));
        let moved = change(&at, &label, Some(Value::from(old_order)), Some(Value::from(new_order)));
        changes.push(Change { hunks: None, ..moved });
    }
}

#[cfg(test)]
mod tests;
