//! The checks that every field of a config is made of: length, lines, ids, addresses, schemas.
//!
//! Each adds at most one error for a field: the first thing to put right.

use std::collections::BTreeSet;
use std::fmt::Display;

use serde_json::Value;

use super::DEFAULT_MODEL;
use super::address::host_of;
use super::emoji::is_one_emoji;
use super::limits::{
    MAX_ERRORS, MAX_ICON_BYTES, MAX_ID, MAX_JSON_DEPTH, MAX_MODEL, MAX_NAME, MAX_PHRASES, MAX_SENTENCE, MAX_URL,
};
use super::normalise::MAX_EXACT;
use crate::model::field_error::FieldError;

/// Headers that carry credentials, which belong in a secret.
const CREDENTIAL_HEADERS: &[&str] = &["authorization", "proxy-authorization", "cookie", "x-api-key", "api-key"];

/// How many lines a text may have.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Lines {
    One,
    Many,
}

/// What was found so far.
#[derive(Default)]
pub(super) struct Check {
    pub(super) errors: Vec<FieldError>,
}

impl Check {
    pub(super) fn wrong(&mut self, field: impl Display, message: impl Into<String>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(FieldError::new(field.to_string(), message));
        }
    }

    pub(super) fn required(&mut self, field: &str, label: &str, text: &str, max: usize, lines: Lines) {
        if text.trim().is_empty() {
            self.wrong(field, required(label));
        } else {
            self.text(field, text, max, lines);
        }
    }

    pub(super) fn text(&mut self, field: &str, text: &str, max: usize, lines: Lines) {
        let count = text.chars().count();
        if count > max {
            self.wrong(field, too_long(max, count));
        } else if text.contains('\0') {
            self.wrong(field, "Must not contain the NUL character");
        } else if lines == Lines::One && text.contains(char::is_control) {
            self.wrong(field, "Must be one line without control characters");
        }
    }

    pub(super) fn count(&mut self, field: &str, what: &str, count: usize, max: usize) {
        if count > max {
            self.wrong(field, format!("At most {max} {what}; this has {count}"));
        }
    }

    pub(super) fn sentences(&mut self, field: &str, what: &str, list: &[String], max_count: usize, max: usize) {
        self.count(field, what, list.len(), max_count);
        for (i, text) in list.iter().enumerate() {
            self.required(&format!("{field}[{i}]"), "Text", text, max, Lines::One);
        }
    }

    pub(super) fn some_of(&mut self, field: &str, what: &str, list: &[String]) {
        if list.is_empty() {
            self.wrong(field, format!("Write at least one {what}"));
        }
        self.sentences(field, &format!("{what}s"), list, MAX_PHRASES, MAX_SENTENCE);
    }

    pub(super) fn items<T>(
        &mut self,
        field: &str,
        what: &str,
        max: usize,
        items: &[T],
        id: fn(&T) -> &String,
        check: fn(&mut Self, &str, &T),
    ) {
        self.count(field, what, items.len(), max);
        for (i, item) in items.iter().enumerate() {
            let at = format!("{field}[{i}]");
            self.identifier(&format!("{at}.id"), "Id", id(item));
            check(self, &at, item);
        }
        self.unique(field, "id", "id", items.iter().map(|item| id(item).as_str()));
    }

    pub(super) fn unique<'t>(&mut self, field: &str, key: &str, what: &str, all: impl Iterator<Item = &'t str>) {
        let mut seen = BTreeSet::new();
        for (i, text) in all.enumerate() {
            if !text.is_empty() && !seen.insert(text) {
                let dot = if key.is_empty() { "" } else { "." };
                self.wrong(format!("{field}[{i}]{dot}{key}"), format!("Another entry has the {what} “{text}”"));
            }
        }
    }

    pub(super) fn identifier(&mut self, field: &str, label: &str, text: &str) {
        if text.is_empty() {
            self.wrong(field, format!("{label} is required"));
        } else if text.len() > MAX_ID || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            self.wrong(field, format!("Use 1 to {MAX_ID} letters, digits, - and _"));
        }
    }

    pub(super) fn icon(&mut self, icon: &str) {
        if icon.len() > MAX_ICON_BYTES {
            self.wrong("icon", format!("At most {MAX_ICON_BYTES} bytes; this has {}", icon.len()));
        } else if !icon.is_empty() && !is_one_emoji(icon) {
            self.wrong("icon", "Use one emoji, or leave it empty");
        }
    }

    pub(super) fn model(&mut self, model: &str) {
        let provider = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let named = model.split_once('/').is_some_and(|(before, after)| {
            !before.is_empty()
                && before.bytes().all(provider)
                && !after.is_empty()
                && after.bytes().all(|b| b.is_ascii_graphic())
        });
        if model.is_empty() {
            self.wrong("model", required("Model"));
        } else if model.chars().count() > MAX_MODEL {
            self.wrong("model", too_long(MAX_MODEL, model.chars().count()));
        } else if model != DEFAULT_MODEL && !named {
            self.wrong("model", format!("Must be {DEFAULT_MODEL}, or provider/model such as openai/gpt-4.1"));
        }
    }

    pub(super) fn url(&mut self, field: &str, url: &str) {
        if url.is_empty() {
            self.wrong(field, "Address is required");
        } else if url.chars().count() > MAX_URL {
            self.wrong(field, too_long(MAX_URL, url.chars().count()));
        } else if let Err(message) = host_of(url) {
            self.wrong(field, message);
        }
    }

    pub(super) fn header(&mut self, field: &str, name: &str, value: &str) {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(token) {
            self.wrong(field, "A header’s name has letters, digits and - only");
        } else if CREDENTIAL_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            self.wrong(field, "A credential is never part of a config: name it in `secret` instead");
        }
        self.text(field, value, MAX_SENTENCE, Lines::One);
    }

    pub(super) fn schema(&mut self, field: &str, schema: Option<&Value>) {
        let Some(schema) = schema else { return };
        if !schema.is_object() {
            self.wrong(field, "Must be a JSON Schema, which is an object");
        } else if let Err(message) = storable(schema, MAX_JSON_DEPTH) {
            self.wrong(field, message);
        }
    }
}

fn required(label: &str) -> String {
    // “Instructions are”, “Name is”.
    format!("{label} {} required", if label == "Instructions" { "are" } else { "is" })
}

fn too_long(max: usize, count: usize) -> String {
    format!("At most {max} characters; this has {count}")
}

/// Whether canonical JSON keeps the value exactly, and the depth that is left is enough.
fn storable(value: &Value, depth: usize) -> Result<(), String> {
    let next = || depth.checked_sub(1).ok_or_else(|| format!("Nested deeper than {MAX_JSON_DEPTH} levels"));
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() || float.abs() < MAX_EXACT => Ok(()),
            _ => Err(format!("The number {number} is too large to be kept exactly")),
        },
        Value::String(text) => no_nul(text),
        Value::Array(list) => {
            let depth = next()?;
            list.iter().try_for_each(|value| storable(value, depth))
        }
        Value::Object(map) => {
            let depth = next()?;
            map.iter().try_for_each(|(key, value)| no_nul(key).and_then(|()| storable(value, depth)))
        }
        Value::Null | Value::Bool(_) => Ok(()),
    }
}

fn no_nul(text: &str) -> Result<(), String> {
    if text.contains('\0') { Err("Must not contain the NUL character".to_owned()) } else { Ok(()) }
}
