//! A text to hand on, with a button that copies it.

use leptos::{html, prelude::*};

use super::{
    button::Button,
    icon::{Glyph, Icon},
};

/// A text that can be read and copied. Without the browser's code it can still be selected.
#[component]
pub fn CopyField(
    /// What it is, for screen readers.
    #[prop(into)]
    label: String,
    /// The text.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let Some(field) = field.get_untracked() else { return };
        field.select();
        // Browsers give the clipboard to https and to this machine alone; elsewhere the text stands selected.
        if window().is_secure_context() {
            let _ = window().navigator().clipboard().write_text(&field.value());
            copied.set(true);
        }
    };
    view! {
        <div class="copy-field">
            <input node_ref=field class="input mono" type="text" readonly=true value=text aria-label=label />
            <Button on:click=copy>
                <Icon glyph=Glyph::Copy />
                {move || if copied.get() { "Copied" } else { "Copy" }}
            </Button>
            <span class="hidden-text" role="status">
                {move || copied.get().then_some("Copied")}
            </span>
        </div>
    }
}
