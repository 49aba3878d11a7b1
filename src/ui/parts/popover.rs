//! A panel below a button, with any content; on a narrow screen a sheet from the bottom edge.

use leptos::prelude::*;

use super::disclosure::{Align, Disclosure};

/// A popover. Give its content in `<section>`s: lines stand between them.
#[component]
pub fn Popover(
    /// What the panel is, for screen readers.
    #[prop(into)]
    label: String,
    /// What the button shows.
    #[prop(into)]
    button: ViewFnOnce,
    /// The classes of the button.
    #[prop(default = "button")]
    button_class: &'static str,
    /// The button's id.
    #[prop(optional, into)]
    button_id: Option<String>,
    /// Whether it is open; the server renders it so.
    #[prop(optional, default = RwSignal::new(false))]
    open: RwSignal<bool>,
    /// Where it hangs.
    #[prop(default = Align::End)]
    align: Align,
    /// The panel.
    children: Children,
) -> impl IntoView {
    let opened = open.get_untracked();
    let disclosure = Disclosure::new(open);
    view! {
        <details
            node_ref=disclosure.details
            class=format!("popover {}", align.class())
            open=opened
            on:toggle=move |_| disclosure.toggled()
            on:keydown=move |event| disclosure.key(&event)
        >
            <summary class=button_class id=button_id>
                {button.run()}
            </summary>
            <div class="popover-panel" role="group" aria-label=label>
                {children()}
            </div>
        </details>
    }
}
