//! Two people's changes to one config, brought together field by field.
//!
//! Given the draft that both started from, a change that only one of them made is taken; where both changed the same
//! field, text is merged by line, lists of texts by entry, lists of items by id and then part by part. Changes that touch
//! are a conflict, and nobody is overwritten: the conflict carries all three values and a person chooses ([`resolve`]).
//!
//! What touches: two different changes of one value, or of adjacent lines. Equal changes never do. A result that breaks a
//! limit (21 prompt bubbles out of 19 and 2) is a conflict of that field.

mod order;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use similar::TextMerge;
use utoipa::ToSchema;

use super::config::Config;
use super::config::fields::{FIELDS, Field, Shape};
use super::diff::{self, ORDER, by_id, item_label};

/// JSON Schemas are one value: half of one and half of another need not mean anything.
const WHOLE: &[&str] = &["parameters", "output_schema"];

/// The name of the conflict of a result that is too large as a whole.
const EVERYTHING: &str = "config";

/// What came of a merge.
#[expect(clippy::large_enum_variant, reason = "made once and taken apart at once")]
#[derive(Clone, Debug, PartialEq)]
pub enum Merge {
    /// Nothing touched.
    Clean {
        /// The result. It is valid if both sides are.
        config: Config,
        /// What it has from theirs and mine did not have: `instructions`, `skill “Refund lookup”`.
        taken: Vec<String>,
    },
    /// These fields touch, in the order of the page.
    Conflict(Vec<FieldConflict>),
}

/// A field that both changed. An absent value is one that was not set, or an item that was removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FieldConflict {
    /// Its place, as in [`diff::Change::field`]: `instructions`, `skills[refund-lookup].url`, `skills.order`.
    pub field: String,
    /// What to call it: `Instructions`, `Skill “Refund lookup”: url`.
    pub label: String,
    /// The value that both started from.
    pub base: Option<Value>,
    /// My value.
    pub mine: Option<Value>,
    /// Their value.
    pub theirs: Option<Value>,
}

/// The side that is taken for a field in conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// My value.
    Mine,
    /// Their value.
    Theirs,
}

/// Brings `mine` and `theirs` together, both made from `base`.
pub fn merge(base: &Config, mine: &Config, theirs: &Config) -> Merge {
    resolve(base, mine, theirs, &[])
}

/// Merges, taking the chosen side for each field that is named as in [`FieldConflict::field`].
///
/// It is a conflict again when a field in conflict was not chosen for, or when the choices together break a limit.
pub fn resolve(base: &Config, mine: &Config, theirs: &Config, choices: &[(String, Choice)]) -> Merge {
    let sides = [base, mine, theirs].map(Config::to_full_value);
    let sides = Sides { base: Some(&sides[0]), mine: Some(&sides[1]), theirs: Some(&sides[2]) };
    let mut merger = Merger { choices, conflicts: Vec::new() };
    if let Some(choice) = merger.choice(EVERYTHING) {
        let config = if choice == Choice::Mine { mine } else { theirs }.clone();
        return clean(mine, config);
    }
    let mut fields = Map::new();
    for field in FIELDS {
        fields.insert(field.name.to_owned(), merger.field(field, sides.part(field.name)));
    }
    let config = merger.within_limits(sides, fields, mine, theirs);
    match config {
        Some(config) if merger.conflicts.is_empty() => clean(mine, config),
        _ => Merge::Conflict(merger.conflicts),
    }
}

fn clean(mine: &Config, config: Config) -> Merge {
    let mut taken = Vec::new();
    for change in diff::summary(&diff::diff(mine, &config)) {
        if !taken.contains(&change.label) {
            taken.push(change.label);
        }
    }
    Merge::Clean { config, taken }
}

/// One place in the three configs.
#[derive(Clone, Copy)]
struct Sides<'v> {
    base: Option<&'v Value>,
    mine: Option<&'v Value>,
    theirs: Option<&'v Value>,
}

impl<'v> Sides<'v> {
    fn part(self, key: &str) -> Self {
        self.map(|value| value.get(key))
    }

    fn map(self, part: impl Fn(&'v Value) -> Option<&'v Value>) -> Self {
        Self { base: self.base.and_then(&part), mine: self.mine.and_then(&part), theirs: self.theirs.and_then(&part) }
    }

    fn of(self, choice: Choice) -> Option<&'v Value> {
        match choice {
            Choice::Mine => self.mine,
            Choice::Theirs => self.theirs,
        }
    }

    /// All three, read in one way, where all three can be.
    fn all<T>(self, read: impl Fn(&'v Value) -> Option<T>) -> Option<[T; 3]> {
        Some([read(self.base?)?, read(self.mine?)?, read(self.theirs?)?])
    }
}

struct Merger<'a> {
    choices: &'a [(String, Choice)],
    conflicts: Vec<FieldConflict>,
}

impl Merger<'_> {
    fn choice(&self, field: &str) -> Option<Choice> {
        self.choices.iter().find(|(chosen, _)| chosen == field).map(|(_, choice)| *choice)
    }

    fn conflict(&mut self, field: &str, label: String, sides: Sides) {
        let (base, mine, theirs) = (sides.base.cloned(), sides.mine.cloned(), sides.theirs.cloned());
        self.conflicts.push(FieldConflict { field: field.to_owned(), label, base, mine, theirs });
    }

    fn field(&mut self, field: &Field, sides: Sides) -> Value {
        let merged = if field.shape == Shape::Items {
            self.items(field, sides)
        } else {
            self.value(field.name, field.label, sides)
        };
        merged.unwrap_or_else(|| field.default_value())
    }

    /// The side that is taken without looking inside: the chosen one, or the one that alone changed something.
    fn decided(&self, at: &str, sides: Sides) -> Option<Choice> {
        if let Some(choice) = self.choice(at) {
            Some(choice)
        } else if sides.mine == sides.theirs || sides.base == sides.theirs {
            Some(Choice::Mine)
        } else if sides.base == sides.mine {
            Some(Choice::Theirs)
        } else {
            None
        }
    }

    /// The merged value; mine in its place where it is a conflict.
    fn value(&mut self, at: &str, label: &str, sides: Sides) -> Option<Value> {
        if let Some(choice) = self.decided(at, sides) {
            return sides.of(choice).cloned();
        }
        let key = at.rsplit('.').next().unwrap_or(at);
        let merged = if WHOLE.contains(&key) {
            None
        } else if let Some(texts) = sides.all(Value::as_str) {
            text(texts).map(Value::String)
        } else if let Some(lists) = sides.all(Value::as_array) {
            list(lists)
        } else if let Some(objects) = sides.all(Value::as_object).filter(|objects| same_kind(*objects)) {
            return Some(self.parts(at, label, objects, sides));
        } else {
            None
        };
        if merged.is_none() {
            self.conflict(at, label.to_owned(), sides);
        }
        merged.or_else(|| sides.mine.cloned())
    }

    fn parts(&mut self, at: &str, label: &str, objects: [&Map<String, Value>; 3], sides: Sides) -> Value {
        let keys: BTreeSet<&String> = objects.iter().flat_map(|object| object.keys()).collect();
        let mut merged = Map::new();
        for key in keys {
            let label = format!("{label}: {}", key.replace('_', " "));
            if let Some(value) = self.value(&format!("{at}.{key}"), &label, sides.part(key)) {
                merged.insert(key.clone(), value);
            }
        }
        Value::Object(merged)
    }

    fn items(&mut self, field: &Field, sides: Sides) -> Option<Value> {
        if let Some(choice) = self.decided(field.name, sides) {
            return sides.of(choice).cloned();
        }
        // Items that cannot be told apart are one value.
        let Some(lists) = sides.all(by_id) else { return self.value(field.name, field.label, sides) };
        let ids = lists.each_ref().map(|list| list.iter().map(|(id, _)| *id).collect::<Vec<_>>());
        let every: BTreeSet<&str> = ids.iter().flatten().copied().collect();
        let mut merged: Vec<(&str, Value)> = Vec::new();
        // In the order in which a person finds them on the page.
        let [base_ids, mine_ids, theirs_ids] = &ids;
        let mut listed: Vec<&str> = Vec::new();
        for id in mine_ids.iter().chain(theirs_ids).chain(base_ids) {
            if every.contains(id) && !listed.contains(id) {
                listed.push(id);
            }
        }
        for id in listed {
            let item = sides.map(|list| by_id(list)?.into_iter().find(|(other, _)| *other == id).map(|(_, item)| item));
            let Some(named) = item.mine.or(item.theirs).or(item.base) else { continue };
            let label = capitalised(&item_label(field, id, named));
            if let Some(value) = self.value(&format!("{}[{id}]", field.name), &label, item) {
                merged.push((id, value));
            }
        }
        let at = format!("{}.{ORDER}", field.name);
        let found: Vec<&str> = merged.iter().map(|(id, _)| *id).collect();
        let ordered = order::merge(&ids, &found, self.choice(&at)).unwrap_or_else(|| {
            let [base, mine, theirs] = ids.each_ref().map(|ids| Value::from(ids.clone()));
            let order = Sides { base: Some(&base), mine: Some(&mine), theirs: Some(&theirs) };
            self.conflict(&at, format!("Order of {}", field.label.to_lowercase()), order);
            found
        });
        let place = |id: &str| ordered.iter().position(|other| *other == id);
        merged.sort_by_key(|(id, _)| place(id));
        Some(merged.into_iter().map(|(_, item)| item).collect())
    }

    /// The merged config, if each field that two valid sides merge into is valid too.
    fn within_limits(
        &mut self,
        sides: Sides,
        merged: Map<String, Value>,
        mine: &Config,
        theirs: &Config,
    ) -> Option<Config> {
        let (config, errors) = match Config::from_value(Value::Object(merged)) {
            Ok(config) => {
                let errors = config.validate();
                (Some(config), errors)
            }
            Err(errors) => (None, errors),
        };
        if errors.is_empty() {
            return config;
        }
        // What was invalid before the merge is not the merge's fault.
        let before: Vec<_> = mine.validate().into_iter().chain(theirs.validate()).collect();
        for error in errors.iter().filter(|error| config.is_none() || !before.contains(error)) {
            let (name, label) = Field::of_path(&error.field)
                .map_or((EVERYTHING, "The agent as a whole"), |field| (field.name, field.label));
            let inside = |conflict: &FieldConflict| {
                Field::of_path(&conflict.field).map_or(EVERYTHING, |field| field.name) == name
            };
            if !self.conflicts.iter().any(inside) {
                let place = if name == EVERYTHING { sides } else { sides.part(name) };
                self.conflict(name, format!("{label} ({})", error.message), place);
            }
        }
        config
    }
}

/// Merged line by line, where nothing touches. A text is its lines joined by line ends, so the last line is like any other.
fn text(texts: [&str; 3]) -> Option<String> {
    let [base, mine, theirs] = texts.map(|text| format!("{text}\n"));
    let mut merged = lines(&base, &mine, &theirs)?;
    merged.pop();
    Some(merged)
}

/// Merged entry by entry, where nothing touches. An entry is a line of JSON, which holds no line end.
fn list(lists: [&Vec<Value>; 3]) -> Option<Value> {
    let [base, mine, theirs] =
        lists.map(|list| list.iter().map(|value| format!("{value}\n")).collect::<Vec<_>>().concat());
    let merged = lines(&base, &mine, &theirs)?;
    merged.lines().map(|line| serde_json::from_str::<Value>(line).ok()).collect()
}

fn lines(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let merge = TextMerge::from_lines(base, mine, theirs);
    (!merge.is_conflicted()).then(|| merge.to_string())
}

/// Parts of a web request do not go with parts of a tool server: another kind is another item.
fn same_kind(objects: [&Map<String, Value>; 3]) -> bool {
    let [base, mine, theirs] = objects.map(|object| object.get("kind"));
    base == mine && base == theirs
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests;
