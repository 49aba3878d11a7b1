//! Code to read and to take along: word for word, with a button that copies it.

use leptos::{html, prelude::*};

use super::icon::{Glyph, Icon};

/// A block of code. Without the browser's code the button does not show.
#[component]
pub fn CodeBlock(
    /// The code.
    code: String,
) -> impl IntoView {
    let pre = NodeRef::<html::Pre>::new();
    let copied = RwSignal::new(false);
    let text = StoredValue::new(code.clone());
    let copy = move |_| {
        // Browsers give the clipboard to https and to this machine alone; elsewhere the code stands selected.
        if window().is_secure_context() {
            let _ = window().navigator().clipboard().write_text(text.get_value().trim_end_matches('\n'));
            copied.set(true);
        } else if let (Some(pre), Ok(Some(selection))) = (pre.get_untracked(), window().get_selection()) {
            let _ = selection.select_all_children(&pre);
        }
    };
    view! {
        <div class="code-block">
            <pre node_ref=pre>
                <code>{code}</code>
            </pre>
            <button class="code-copy" type="button" on:click=copy>
                <Icon glyph=Glyph::Copy />
                {move || if copied.get() { "Copied" } else { "Copy" }}
                <span class="hidden-text">" the code"</span>
            </button>
            <span class="hidden-text" role="status">
                {move || copied.get().then_some("Copied")}
            </span>
        </div>
    }
}
