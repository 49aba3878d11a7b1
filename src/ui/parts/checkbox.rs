//! A tick, as a box or as a switch. A form sends `on` for it when ticked and nothing otherwise.

use leptos::{html, prelude::*};

use super::{binding::bind_checked, field::Described};

/// How a tick looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CheckboxLook {
    /// A box, for something that is sent with a form.
    #[default]
    Box,
    /// A switch, for something that is on or off.
    Switch,
}

/// A labelled tick.
#[component]
pub fn Checkbox(
    /// The form's name for it, and its id unless `id` says otherwise.
    #[prop(into)]
    name: String,
    /// What a tick means.
    #[prop(into)]
    label: String,
    /// Whether it is ticked.
    checked: RwSignal<bool>,
    /// How it looks.
    #[prop(optional)]
    look: CheckboxLook,
    /// Its id, where the name is not unique on the page.
    #[prop(optional, into)]
    id: Option<String>,
    /// What the form sends when ticked.
    #[prop(default = "on".to_owned(), into)]
    value: String,
    /// What follows from it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// The form it belongs to, when it stands outside.
    #[prop(optional, into)]
    form: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let described = Described { id: id.clone(), has_hint: hint.is_some(), error };
    let node = NodeRef::<html::Input>::new();
    bind_checked(node, checked);
    let error_id = format!("{id}-error");
    view! {
        <div class="check">
            <input
                node_ref=node
                type="checkbox"
                class=if look == CheckboxLook::Switch { "switch" } else { "box" }
                role=(look == CheckboxLook::Switch).then_some("switch")
                id=id.clone()
                name=name
                value=value
                checked=checked.get_untracked()
                form=form
                aria-describedby={
                    let described = described.clone();
                    move || described.describedby()
                }
                aria-invalid=move || described.invalid()
                on:change=move |event| checked.set(event_target_checked(&event))
            />
            <label for=id.clone()>{label}</label>
            {move || {
                error
                    .get()
                    .map(|text| {
                        view! {
                            <p class="field-error" id=error_id.clone()>
                                {text}
                            </p>
                        }
                    })
            }}
            {hint
                .map(|hint| {
                    view! {
                        <p class="field-hint" id=format!("{id}-hint")>
                            {hint}
                        </p>
                    }
                })}
        </div>
    }
}
