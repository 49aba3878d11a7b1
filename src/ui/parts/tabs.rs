//! Tabs that are links, so that each has an address and works without the browser's code.

use leptos::prelude::*;

/// The row of tabs.
#[component]
pub fn Tabs(
    /// What the tabs are of, for screen readers.
    #[prop(into)]
    label: String,
    /// Each a [`Tab`].
    children: Children,
) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label=label>
            {children()}
        </nav>
    }
}

/// One tab. `on:click` goes to the link.
#[component]
pub fn Tab(
    /// Its address.
    #[prop(into)]
    href: Signal<String>,
    /// It is the one that shows.
    #[prop(into)]
    current: Signal<bool>,
    /// Something in it is wrong.
    #[prop(optional, into)]
    invalid: Signal<bool>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class="tab" href=move || href.get() aria-current=move || current.get().then_some("page")>
            {children()}
            {move || {
                invalid
                    .get()
                    .then(|| {
                        view! {
                            <span class="tab-invalid" aria-hidden="true">
                                "!"
                            </span>
                            <span class="hidden-text">" (has an invalid field)"</span>
                        }
                    })
            }}
        </a>
    }
}
