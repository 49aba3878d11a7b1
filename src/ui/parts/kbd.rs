//! The keys of a shortcut.

use leptos::prelude::*;

/// One key, or several as they are printed: "Ctrl S".
#[component]
pub fn Kbd(
    /// What is printed on it.
    #[prop(into)]
    keys: String,
) -> impl IntoView {
    view! { <kbd class="kbd">{keys}</kbd> }
}
