//! One JSON object being read key by key, with the path of everything that is wrong.

use serde_json::{Map, Value};

use super::limits::MAX_ERRORS;
use crate::model::field_error::FieldError;

/// One JSON object being read: each key is taken out once, what is left at the end is unknown.
pub(super) struct Reader<'a> {
    path: String,
    pub(super) map: Map<String, Value>,
    errors: &'a mut Vec<FieldError>,
}

impl<'a> Reader<'a> {
    pub(super) fn open(value: Value, path: String, errors: &'a mut Vec<FieldError>) -> Option<Self> {
        match value {
            Value::Object(map) => Some(Self { path, map, errors }),
            other => {
                let field = if path.is_empty() { "config".to_owned() } else { path };
                note(errors, field, must_be("an object", &other));
                None
            }
        }
    }

    pub(super) fn close(self) {
        let mut unknown: Vec<&String> = self.map.keys().collect();
        unknown.sort();
        for key in unknown {
            note(self.errors, join(&self.path, key), "Unknown field".to_owned());
        }
    }

    fn wrong<T>(&mut self, key: &str, message: String) -> Option<T> {
        note(self.errors, join(&self.path, key), message);
        None
    }

    pub(super) fn optional_text(&mut self, key: &str) -> Option<String> {
        match self.map.remove(key)? {
            Value::String(text) => Some(text),
            Value::Null => None,
            other => self.wrong(key, must_be("text", &other)),
        }
    }

    pub(super) fn text(&mut self, key: &str) -> String {
        self.text_or(key, "")
    }

    /// A text that may be left out, but not be null.
    pub(super) fn text_or(&mut self, key: &str, default: &str) -> String {
        match self.map.remove(key) {
            None => default.to_owned(),
            Some(Value::String(text)) => text,
            Some(other) => self.wrong(key, must_be("text", &other)).unwrap_or_default(),
        }
    }

    pub(super) fn number(&mut self, key: &str) -> Option<f64> {
        let value = self.map.remove(key)?;
        match value.as_f64() {
            Some(number) => Some(number),
            None => self.wrong(key, must_be("a number", &value)),
        }
    }

    pub(super) fn whole(&mut self, key: &str) -> u64 {
        let Some(value) = self.map.remove(key) else { return 0 };
        match value.as_u64() {
            Some(number) => number,
            None => self.wrong(key, must_be("a whole number from 0 up", &value)).unwrap_or_default(),
        }
    }

    pub(super) fn flag(&mut self, key: &str) -> bool {
        match self.map.remove(key) {
            None => false,
            Some(Value::Bool(flag)) => flag,
            Some(other) => self.wrong(key, must_be("true or false", &other)).unwrap_or_default(),
        }
    }

    /// Any JSON; null counts as absent.
    pub(super) fn value(&mut self, key: &str) -> Option<Value> {
        self.map.remove(key).filter(|value| !value.is_null())
    }

    fn list(&mut self, key: &str) -> Vec<Value> {
        match self.map.remove(key) {
            None => Vec::new(),
            Some(Value::Array(list)) => list,
            Some(other) => self.wrong(key, must_be("a list", &other)).unwrap_or_default(),
        }
    }

    pub(super) fn texts(&mut self, key: &str) -> Vec<String> {
        let list = self.list(key);
        let read = list.into_iter().enumerate().map(|(i, value)| match value {
            Value::String(text) => text,
            other => self.wrong(&format!("{key}[{i}]"), must_be("text", &other)).unwrap_or_default(),
        });
        read.collect()
    }

    pub(super) fn words<T: Copy>(&mut self, key: &str, all: &[(&str, T)]) -> Vec<T> {
        let list = self.list(key);
        let read =
            list.into_iter().enumerate().filter_map(|(i, value)| self.one_of(&format!("{key}[{i}]"), &value, all));
        read.collect()
    }

    pub(super) fn word<T: Copy>(&mut self, key: &str, all: &[(&str, T)]) -> Option<T> {
        let value = self.map.remove(key).unwrap_or_default();
        self.one_of(key, &value, all)
    }

    fn one_of<T: Copy>(&mut self, key: &str, value: &Value, all: &[(&str, T)]) -> Option<T> {
        let found = value.as_str().and_then(|word| all.iter().find(|(name, _)| *name == word));
        if let Some((_, variant)) = found {
            return Some(*variant);
        }
        let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
        self.wrong(key, one_of(&names, value))
    }

    /// The word that says which variant an object is. Without it the other fields cannot be judged, so they are dropped.
    pub(super) fn kind(&mut self, kinds: &[&str]) -> Option<String> {
        let value = self.map.remove("kind").unwrap_or_default();
        match value.as_str() {
            Some(word) if kinds.contains(&word) => Some(word.to_owned()),
            _ => self.wrong("kind", one_of(kinds, &value)),
        }
    }

    pub(super) fn object<T>(&mut self, key: &str, read: fn(&mut Reader) -> Option<T>) -> Option<T> {
        let value = self.map.remove(key)?;
        object(value, join(&self.path, key), self.errors, read)
    }

    pub(super) fn items<T>(&mut self, key: &str, read: fn(&mut Reader) -> Option<T>) -> Vec<T> {
        let list = self.list(key);
        let path = join(&self.path, key);
        let mut found = Vec::with_capacity(list.len());
        for (i, value) in list.into_iter().enumerate() {
            found.extend(object(value, format!("{path}[{i}]"), self.errors, read));
        }
        found
    }
}

fn object<T>(
    value: Value,
    path: String,
    errors: &mut Vec<FieldError>,
    read: fn(&mut Reader) -> Option<T>,
) -> Option<T> {
    let mut reader = Reader::open(value, path, errors)?;
    let read = read(&mut reader);
    // A reader that gave up early has said why; the keys that it did not reach are not unknown.
    if read.is_some() {
        reader.close();
    }
    read
}

fn note(errors: &mut Vec<FieldError>, field: String, message: String) {
    if errors.len() < MAX_ERRORS {
        errors.push(FieldError::new(field, message));
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn must_be(wanted: &str, got: &Value) -> String {
    let got = match got {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    if got == wanted { format!("Must be {wanted}") } else { format!("Must be {wanted}, not {got}") }
}

fn one_of(names: &[&str], got: &Value) -> String {
    let names = names.join(", ");
    match got {
        Value::Null => format!("Required: one of {names}"),
        Value::String(word) if word.chars().count() <= 40 => format!("Must be one of {names}, not “{word}”"),
        _ => format!("Must be one of {names}"),
    }
}
