//! A field of one line.

use leptos::{html, prelude::*};

use super::{
    binding::bind_input,
    field::{Counted, Described, Field},
};

/// What is typed, so that browsers offer the right keyboard and help.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the type of the HTML element")]
pub enum InputKind {
    #[default]
    Text,
    Email,
    Password,
    Search,
    Url,
    Number,
    Date,
}

impl InputKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Password => "password",
            Self::Search => "search",
            Self::Url => "url",
            Self::Number => "number",
            Self::Date => "date",
        }
    }
}

/// A labelled field of one line. `on:…`, `attr:…` and `class:…` go to the frame around it.
#[component]
pub fn TextInput(
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
    /// What is typed.
    #[prop(optional)]
    kind: InputKind,
    /// How to fill it in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// The most Unicode scalar values, shown with a counter. More can be typed: the rule's sentence says what is wrong.
    #[prop(optional)]
    limit: Option<usize>,
    /// Must be filled in.
    #[prop(optional)]
    required: bool,
    /// Says "optional" beside the label.
    #[prop(optional)]
    optional: bool,
    /// The label is for screen readers alone.
    #[prop(optional)]
    label_hidden: bool,
    /// An example, shown while empty.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// What the browser may fill in, as in HTML.
    #[prop(optional, into)]
    autocomplete: Option<String>,
    /// The keyboard on touch screens, as in HTML.
    #[prop(optional, into)]
    inputmode: Option<String>,
    /// The step of a number, as in HTML.
    #[prop(optional, into)]
    step: Option<String>,
    /// The least of a number.
    #[prop(optional, into)]
    min: Option<String>,
    /// The most of a number.
    #[prop(optional, into)]
    max: Option<String>,
    /// The form it belongs to, when it stands outside.
    #[prop(optional, into)]
    form: Option<String>,
    /// Can be read but not changed.
    #[prop(optional, into)]
    readonly: Signal<bool>,
    /// The element, for whoever must reach it.
    #[prop(optional)]
    node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let counted = limit.map(|limit| Counted { text: value.into(), limit });
    let described = Described { id: id.clone(), has_hint: hint.is_some(), error };
    bind_input(node_ref, value);
    view! {
        <Field id=id.clone() label hint=hint error counted optional label_hidden>
            <input
                node_ref=node_ref
                class="input"
                id=id
                name=name
                type=kind.as_str()
                value=value.get_untracked()
                required=required
                readonly=move || readonly.get()
                placeholder=placeholder
                autocomplete=autocomplete
                inputmode=inputmode
                step=step
                min=min
                max=max
                form=form
                aria-describedby={
                    let described = described.clone();
                    move || described.describedby()
                }
                aria-invalid=move || described.invalid()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </Field>
    }
}
