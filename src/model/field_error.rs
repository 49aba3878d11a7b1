//! A field and what is wrong with it.

use serde::{Deserialize, Serialize};

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field, as `name` or `skills[2].url`.
    pub field: String,
    /// A specific sentence for a person.
    pub message: String,
}
