//! The HTTP status of a page that shows why it shows nothing.

use crate::model::error::Error;

/// Gives the page that is being rendered on the server the status of an error. In the browser nothing happens.
pub fn answer_with(error: &Error) {
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) = (
        leptos::prelude::use_context::<leptos_axum::ResponseOptions>(),
        axum::http::StatusCode::from_u16(error.status()),
    ) {
        response.set_status(status);
    }
    #[cfg(not(feature = "ssr"))]
    let _ = error;
}
