//! The mark of a thing that people made: its emoji, or the first letter of its name.

use leptos::prelude::*;

/// The mark, for the eye alone: the name is beside it.
#[component]
pub fn Face(
    /// The emoji; may be empty.
    #[prop(into)]
    icon: String,
    /// What the thing is called.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let lettered = icon.is_empty();
    let shown = if lettered { name.chars().next().map(|first| first.to_uppercase().to_string()) } else { Some(icon) };
    view! {
        <span class="face" class:lettered=lettered aria-hidden="true">
            {shown.unwrap_or_default()}
        </span>
    }
}
