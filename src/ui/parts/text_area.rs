//! A field of many lines.

use leptos::{html, prelude::*};

use super::{
    binding::bind_text_area,
    field::{Counted, Described, Field},
};

/// A labelled field of many lines. `on:…`, `attr:…` and `class:…` go to the frame around it.
#[component]
pub fn TextArea(
    /// The form's name for it, and its id unless `id` says otherwise.
    #[prop(into)]
    name: String,
    /// What the field is.
    #[prop(into)]
    label: String,
    /// What it holds.
    value: RwSignal<String>,
    /// Its id, where the name is not unique on the page.
    #[prop(optional, into)]
    id: Option<String>,
    /// How to fill it in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// The most Unicode scalar values, shown with a counter.
    #[prop(optional)]
    limit: Option<usize>,
    /// How many lines it shows.
    #[prop(default = 4)]
    rows: u32,
    /// Grows with its text, where the browser can.
    #[prop(optional)]
    grows: bool,
    /// Must be filled in.
    #[prop(optional)]
    required: bool,
    /// The label is for screen readers alone.
    #[prop(optional)]
    label_hidden: bool,
    /// An example, shown while empty.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// The form it belongs to, when it stands outside.
    #[prop(optional, into)]
    form: Option<String>,
    /// Can be read but not changed.
    #[prop(optional, into)]
    readonly: Signal<bool>,
    /// The element, for whoever must reach it.
    #[prop(optional)]
    node_ref: NodeRef<html::Textarea>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let counted = limit.map(|limit| Counted { text: value.into(), limit });
    let described = Described { id: id.clone(), has_hint: hint.is_some(), error };
    bind_text_area(node_ref, value);
    view! {
        <Field id=id.clone() label hint=hint error counted label_hidden>
            <textarea
                node_ref=node_ref
                class="input"
                class:grows=grows
                id=id
                name=name
                rows=rows
                required=required
                readonly=move || readonly.get()
                placeholder=placeholder
                form=form
                aria-describedby={
                    let described = described.clone();
                    move || described.describedby()
                }
                aria-invalid=move || described.invalid()
                on:input=move |event| value.set(event_target_value(&event))
                inner_html=content(&value.get_untracked())
            ></textarea>
        </Field>
    }
}

/// A text as the content of the element. As a child Leptos would render a blank for an empty text; and a page's reader
/// drops the first line break, so the server writes one more. An element that is made in the browser drops none.
pub(in crate::ui) fn content(text: &str) -> String {
    let dropped = if cfg!(target_arch = "wasm32") { "" } else { "\n" };
    format!("{dropped}{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_the_content_and_cannot_leave_it() {
        let owner = Owner::new();
        let html = |text: &str| {
            owner.with(|| {
                let value = RwSignal::new(text.to_owned());
                view! { <TextArea name="notes" label="Notes" value /> }.to_html()
            })
        };
        assert!(html("").contains(">\n</textarea>"), "{}", html(""));
        assert!(html("\nsecond").contains(">\n\nsecond</textarea>"), "{}", html("\nsecond"));
        let attack = html("</textarea><script>alert(1)</script>&lt;");
        assert!(attack.contains("&lt;/textarea>&lt;script>alert(1)&lt;/script>&amp;lt;</textarea>"), "{attack}");
    }
}
