//! A raised ground for what belongs together.

use leptos::prelude::*;

/// A card, with a heading when it has a title.
#[component]
pub fn Card(
    /// The heading.
    #[prop(optional, into)]
    title: Option<String>,
    /// A sentence below the heading.
    #[prop(optional, into)]
    lead: Option<String>,
    children: Children,
) -> impl IntoView {
    let head = title.map(|title| {
        view! {
            <header class="card-head">
                <h2>{title}</h2>
                {lead.map(|lead| view! { <p class="soft">{lead}</p> })}
            </header>
        }
    });
    view! {
        <section class="card">
            {head} {children()}
        </section>
    }
}
