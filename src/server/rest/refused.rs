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
    } else {
        let message = message.split(" at line ").next().unwrap_or(message);
        FieldError::new(if matches!(path, "" | ".") { "body" } else { path }, message)
    }])
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
        assert_eq!(
            first(&in_query(&"limit: invalid digit found in string")),
            ("limit", "invalid digit found in string")
        );
        assert_eq!(first(&in_query(&"unknown field `x`, expected `limit`")), ("x", "is not a field of this request"));
    }
}
