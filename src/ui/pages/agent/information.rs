//! What is in force in the draft that the preview talks to, and what is not yet: plainly, so that nothing looks active that
//! is not.

use leptos::prelude::*;

use crate::{
    model::{chat::Opening, config::fields::Field},
    ui::parts::notice::{Notice, NoticeTone},
};

/// The second tab of the preview.
#[component]
pub fn Information(
    /// The draft.
    opening: Opening,
) -> impl IntoView {
    let Opening { receipt, temperature, model_served, instructions_length, active, greeting, .. } = opening;
    let rehearsal = receipt.is_rehearsal();
    let model = receipt.model.clone();
    let warning = (!model_served).then(|| {
        view! {
            <Notice tone=NoticeTone::Warn>
                "The model “" {model.clone()}
                "” is not set up here, so nobody can answer. Choose another one, or ask an admin to set up its provider."
            </Notice>
        }
    });
    let explanation = rehearsal.then(|| {
        view! {
            <p class="soft small">
                "The built-in rehearsal is no language model. It shows how the agent is set up; temperature and persona have no effect on it."
            </p>
        }
    });
    let fact = |name: &'static str, value: String| {
        view! {
            <div class="fact">
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let not_yet: Vec<String> = receipt
        .not_enforced
        .iter()
        .map(|name| Field::named(name).map_or_else(|| name.clone(), |field| field.label.to_owned()))
        .collect();
    view! {
        {warning}
        <section>
            <h3>"In force"</h3>
            <dl class="facts">
                {fact("Answers as", receipt.footer())} {fact("Model", receipt.model.clone())}
                {fact("Temperature", temperature.to_string())}
                {fact("Instructions", format!("{instructions_length} characters"))}
                {fact("Greeting", if greeting.is_empty() { "None".to_owned() } else { "Shown at the start".to_owned() })}
            </dl>
            {(!active.is_empty())
                .then(|| {
                    view! { <ul class="plain-list">{active.into_iter().map(|one| view! { <li>{one}</li> }).collect_view()}</ul> }
                })}
            {explanation}
        </section>
        <section>
            <h3>"Not in force yet"</h3>
            {if not_yet.is_empty() {
                view! { <p class="soft small">"Everything that is set in this draft is in force."</p> }.into_any()
            } else {
                view! {
                    <p class="soft small">"These are saved and released with the agent, and nothing acts on them yet:"</p>
                    <ul class="plain-list">{not_yet.into_iter().map(|one| view! { <li>{one}</li> }).collect_view()}</ul>
                }
                    .into_any()
            }}
        </section>
    }
}
