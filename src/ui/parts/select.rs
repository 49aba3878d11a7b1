//! A choice among a few, with the browser's own list.

use leptos::{html, prelude::*};

use super::{
    binding::bind_select,
    field::{Described, Field},
};

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// A labelled choice. `on:…`, `attr:…` and `class:…` go to the frame around it.
#[component]
pub fn Select(
    /// The form's name for it, and its id unless `id` says otherwise.
    #[prop(into)]
    name: String,
    /// What the field is.
    #[prop(into)]
    label: String,
    /// What is chosen.
    value: RwSignal<String>,
    /// What there is to choose. Something chosen that is not among them is shown as it is, so that nothing changes unseen.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// Its id, where the name is not unique on the page.
    #[prop(optional, into)]
    id: Option<String>,
    /// How to choose.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// The label is for screen readers alone.
    #[prop(optional)]
    label_hidden: bool,
    /// The form it belongs to, when it stands outside.
    #[prop(optional, into)]
    form: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let described = Described { id: id.clone(), has_hint: hint.is_some(), error };
    let node = NodeRef::<html::Select>::new();
    bind_select(node, value);
    let rendered = value.get_untracked();
    let shown = move || with_chosen(choices.get(), &rendered);
    view! {
        <Field id=id.clone() label hint=hint error label_hidden>
            <select
                node_ref=node
                class="input"
                id=id
                name=name
                form=form
                aria-describedby={
                    let described = described.clone();
                    move || described.describedby()
                }
                aria-invalid=move || described.invalid()
                on:change=move |event| value.set(event_target_value(&event))
            >
                {move || {
                    let chosen = value.get_untracked();
                    shown()
                        .into_iter()
                        .map(|choice| {
                            let selected = choice.value == chosen;
                            view! {
                                <option value=choice.value selected=selected>
                                    {choice.label}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
        </Field>
    }
}

fn with_chosen(mut choices: Vec<Choice>, chosen: &str) -> Vec<Choice> {
    if !chosen.is_empty() && choices.iter().all(|choice| choice.value != chosen) {
        choices.insert(0, Choice::new(chosen, chosen));
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_the_chosen_one_as_selected() {
        let owner = Owner::new();
        let html = owner.with(|| {
            let value = RwSignal::new("b".to_owned());
            let choices = vec![Choice::new("a", "First"), Choice::new("b", "Second")];
            view! { <Select name="model" label="Model" value choices=Signal::stored(choices) /> }.to_html()
        });
        assert!(html.contains(r#"<option value="b" selected>"#), "{html}");
        assert_eq!(html.matches("selected").count(), 1, "{html}");
    }

    #[test]
    fn keeps_a_chosen_one_that_is_no_longer_offered() {
        let kept = with_chosen(vec![Choice::new("a", "First")], "gone");
        assert_eq!(kept.first().map(|choice| choice.value.as_str()), Some("gone"));
        assert_eq!(with_chosen(vec![Choice::new("a", "First")], "a").len(), 1);
    }
}
