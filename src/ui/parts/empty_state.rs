//! What a list says when there is nothing in it: why, and what to do about it.

use leptos::prelude::*;

/// An empty list.
#[component]
pub fn EmptyState(
    /// What is not there.
    #[prop(into)]
    title: String,
    /// Why, or what would be here.
    #[prop(optional, into)]
    text: Option<String>,
    /// What to do about it: a button or two.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-title">{title}</p>
            {text.map(|text| view! { <p class="empty-text">{text}</p> })}
            {children.map(|children| view! { <div class="cluster">{children()}</div> })}
        </div>
    }
}
