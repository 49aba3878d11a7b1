//! The HTML shell and the application: providers and every page route.

use leptos::prelude::*;

/// The application, rendered on the server and taken over in the browser.
#[component]
pub fn App() -> impl IntoView {
    view! { <main></main> }
}
