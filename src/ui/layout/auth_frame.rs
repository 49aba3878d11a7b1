//! The frame of signing in, signing up and whatever else happens before: one card in the middle.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::paths;

/// A centred card with the brand above and, below, the way to its neighbours.
#[component]
pub fn AuthFrame(
    /// The heading, and the title of the document.
    #[prop(into)]
    title: String,
    /// One sentence below the heading.
    #[prop(optional, into)]
    lead: Option<String>,
    /// Below the card: links to the neighbours.
    #[prop(optional, into)]
    aside: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title.clone() />
        <main class="auth" id="main" tabindex="-1">
            <a class="brand" href=paths::AGENTS>
                "Galley"
            </a>
            <div class="auth-card">
                <header class="stack-tight">
                    <h1 class="display">{title}</h1>
                    {lead.map(|lead| view! { <p class="soft">{lead}</p> })}
                </header>
                {children()}
            </div>
            {aside.map(|aside| view! { <p class="auth-aside">{aside.run()}</p> })}
        </main>
    }
}
