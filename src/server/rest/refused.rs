//! What serde says of a value that does not fit, as the field and what is wrong with it.

use std::fmt::Display;

use crate::model::error::{Error, FieldError};

/// The refusal of a body or a query, from the path to the value and what serde says of it.
#[must_use]
pub fn refused(path: &str, message: &str) -> Error {
    let at = |name: &str| if matches!(path, "" | ".") { name.to_owned() } else { format!("{path}.{name}") };
    let named = |start: &str| Some(message.strip_prefix(start)?.split_once('`')?.0);
    Error::invalid(vec![if let Some(name) = named("unknown field `") {
        // Serde gives the path to the field itself here.
        let field = if path.ends_with(name) { path.to_owned() } else { at(name) };
        FieldError::new(field, "is not a field of this request")
    } else if let Some(name) = named("missing field `") {
        FieldError::new(at(name), "is required")
    } else if let Some(name) = named("duplicate field `") {
        FieldError::new(at(name), "is given twice")
    } else {
        let message = message.split(" at line ").next().unwrap_or(message);
        FieldError::new(if matches!(path, "" | ".") { "body" } else { path }, plain(message))
    }])
}

/// What parsers say, without the names of types that only a reader of this code knows.
fn plain(message: &str) -> String {
    match message {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            "must be a whole number".to_owned()
        }
        "number too large to fit in target type" | "number too small to fit in target type" => {
            "is out of range".to_owned()
        }
        _ if message.starts_with("UUID parsing failed") => "must be an id".to_owned(),
        _ if message.starts_with("data did not match any variant of untagged enum") => {
            "is of no form that is known here".to_owned()
        }
        _ => match message.rsplit_once(", expected ") {
            Some((found, "i64" | "i32" | "u64" | "u32" | "u16" | "u8")) => format!("{found}, expected a whole number"),
            Some((found, expected)) if expected.starts_with("struct ") => format!("{found}, expected an object"),
            _ => message.to_owned(),
        },
    }
}

/// The refusal of a value in a query string: the error's text is `field: what is wrong`.
#[must_use]
pub fn in_query(error: &impl Display) -> Error {
    let text = error.to_string();
    match text.split_once(": ") {
        Some((path, message)) if !path.contains(' ') => refused(path, message),
        _ => refused("", &text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(error: &Error) -> (&str, &str) {
        (&error.errors[0].field, &error.errors[0].message)
    }

    #[test]
    fn the_field_is_named() {
        assert_eq!(first(&refused(".", "missing field `note`")), ("note", "is required"));
        assert_eq!(first(&refused("a.b", "missing field `c`")), ("a.b.c", "is required"));
        assert_eq!(
            first(&refused("note", "unknown field `nope`, expected `note`")),
            ("note.nope", "is not a field of this request")
        );
        assert_eq!(first(&refused("nope", "unknown field `nope`")), ("nope", "is not a field of this request"));
        assert_eq!(first(&refused("skills[2].url", "invalid type: null")), ("skills[2].url", "invalid type: null"));
        assert_eq!(first(&in_query(&"limit: invalid digit found in string")), ("limit", "must be a whole number"));
        assert_eq!(first(&in_query(&"duplicate field `limit`")), ("limit", "is given twice"));
        assert_eq!(
            first(&refused("version", "invalid type: string \"1\", expected i64")),
            ("version", "invalid type: string \"1\", expected a whole number")
        );
        assert_eq!(
            first(&refused("messages[0]", "invalid type: string \"x\", expected struct Said")),
            ("messages[0]", "invalid type: string \"x\", expected an object")
        );
        assert_eq!(first(&in_query(&"unknown field `x`, expected `limit`")), ("x", "is not a field of this request"));
    }
}
