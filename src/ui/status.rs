//! The HTTP status of a page that shows why it shows nothing.

use std::sync::Arc;

use leptos::prelude::use_context;

use crate::model::error::Error;

/// Sets the status of the page that is being rendered: the server provides it, the browser has none.
#[derive(Clone)]
pub struct PageStatus(pub Arc<dyn Fn(u16) + Send + Sync>);

/// Gives the page the status of an error.
pub fn answer_with(error: &Error) {
    if let Some(PageStatus(set)) = use_context() {
        set(error.status());
    }
}
