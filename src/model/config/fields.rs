//! The table of a config's top-level fields: how each is called, edited, compared and merged.
//!
//! Diff, merge and the tabs walk this table, so a field that is added here takes part in all three.

use serde_json::{Value, json};

use super::{DEFAULT_MODEL, DEFAULT_TEMPERATURE, Tab};

/// How two versions of a field are compared and merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As a whole.
    Scalar,
    /// Line by line.
    Text,
    /// As a list of one-line texts.
    Lines,
    /// As a list of items with stable ids, each compared field by field.
    Items,
    /// As an object, field by field.
    Object,
}

/// A top-level field of a config.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its key in JSON.
    pub name: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// One item of it, where it is a list of items.
    pub item_label: &'static str,
    /// How it is compared.
    pub shape: Shape,
    /// Where it is edited.
    pub tab: Tab,
}

const fn field(name: &'static str, label: &'static str, shape: Shape, tab: Tab) -> Field {
    Field { name, label, item_label: "", shape, tab }
}

const fn items(name: &'static str, label: &'static str, item_label: &'static str) -> Field {
    Field { name, label, item_label, shape: Shape::Items, tab: Tab::Advanced }
}

/// All top-level fields, in the order of the page.
pub const FIELDS: &[Field] = &[
    field("name", "Name", Shape::Scalar, Tab::Instructions),
    field("icon", "Icon", Shape::Scalar, Tab::Instructions),
    field("description", "Description", Shape::Text, Tab::Instructions),
    field("instructions", "Instructions", Shape::Text, Tab::Instructions),
    field("model", "Model", Shape::Scalar, Tab::Instructions),
    field("temperature", "Temperature", Shape::Scalar, Tab::Instructions),
    field("greeting", "Greeting", Shape::Text, Tab::Instructions),
    field("prompt_bubbles", "Prompt bubbles", Shape::Lines, Tab::Instructions),
    field("persona", "Persona", Shape::Object, Tab::Advanced),
    items("skills", "Skills", "skill"),
    items("knowledge", "Knowledge", "knowledge"),
    items("guardrails", "Guardrails", "guardrail"),
    items("playbooks", "Playbooks", "playbook"),
    items("input_fields", "Input fields", "input field"),
    field("output_schema", "Output schema", Shape::Scalar, Tab::Advanced),
];

impl Field {
    /// The field called `name`.
    pub fn named(name: &str) -> Option<&'static Field> {
        FIELDS.iter().find(|field| field.name == name)
    }

    /// The field that a path such as `skills[2].url` or `persona.tone` belongs to.
    pub fn of_path(path: &str) -> Option<&'static Field> {
        let end = path.find(['[', '.']).unwrap_or(path.len());
        Self::named(path.get(..end)?)
    }

    /// What the field holds when it is not set.
    pub fn default_value(&self) -> Value {
        match (self.name, self.shape) {
            ("model", _) => json!(DEFAULT_MODEL),
            ("temperature", _) => json!(DEFAULT_TEMPERATURE),
            ("output_schema", _) => Value::Null,
            (_, Shape::Scalar | Shape::Text) => json!(""),
            (_, Shape::Lines | Shape::Items) => json!([]),
            (_, Shape::Object) => json!({}),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config::Config;

    #[test]
    fn the_defaults_of_the_table_are_those_of_the_type() {
        let mut map = serde_json::Map::new();
        for field in FIELDS {
            map.insert(field.name.to_owned(), field.default_value());
        }
        assert_eq!(Config::from_value(Value::Object(map)), Ok(Config::default()));
        assert_eq!(Config::default().to_value(), json!({}));
    }

    #[test]
    fn a_path_belongs_to_its_first_name() {
        assert_eq!(Field::of_path("skills[2].url").map(|f| f.name), Some("skills"));
        assert_eq!(Field::of_path("persona.tone").map(|f| f.name), Some("persona"));
        assert!(Field::of_path("nothing").is_none());
    }
}
