//! What an address that leads nowhere shows.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::paths;

/// "There is nothing here", with the way home. The server answers so with the status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Title text="Not found" />
        <main class="page">
            <h1>"There is nothing here"</h1>
            <p>"The address leads nowhere, or what it named is not yours to see."</p>
            <p><a href=paths::AGENTS>"Go to your agents"</a></p>
        </main>
    }
}
