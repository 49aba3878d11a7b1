//! An agent as Coworker shows it: its card, and the star that marks it as a favourite.

use std::collections::HashMap;

use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    model::{
        coworker::{UsableAgent, favourite_said},
        error::Code,
        flash::Tone,
    },
    paths,
    server_fns::coworker::SetFavourite,
    ui::{
        entry::watch_sign_in,
        parts::{
            face::Face,
            icon::{Glyph, Icon},
            toasts::Toasts,
        },
    },
};

/// The person's favourites as they change them on this page. Copy it into closures.
#[derive(Clone, Copy)]
pub(super) struct Marks {
    act: ServerAction<SetFavourite>,
    /// What was changed here; the rest is as it was loaded. Nothing moves while somebody marks.
    known: RwSignal<HashMap<Uuid, bool>>,
}

impl Marks {
    /// None changed yet.
    pub(super) fn new() -> Self {
        let marks = Self { act: ServerAction::new(), known: RwSignal::new(HashMap::new()) };
        let toasts = expect_context::<Toasts>();
        // What was asked for is gone from the action once the answer is there.
        let asked = StoredValue::new(None::<(Uuid, bool)>);
        Effect::new(move || {
            if let Some(SetFavourite { agent, on }) = marks.act.input().get() {
                asked.set_value(Some((agent, on)));
            }
        });
        Effect::new(move || match (marks.act.value().get(), asked.get_value()) {
            (Some(Ok(())), Some((agent, on))) => {
                marks.known.update(|known| _ = known.insert(agent, on));
                toasts.show(Tone::Good, favourite_said(on));
            }
            (Some(Err(error)), _) => toasts.show(Tone::Bad, error.detail),
            _ => {}
        });
        watch_sign_in(Signal::derive(move || {
            marks.act.value().with(|answer| matches!(answer, Some(Err(error)) if error.code == Code::Unauthorized))
        }));
        marks
    }
}

/// An agent: the whole card leads to it, the star beside marks it.
#[component]
pub(super) fn AgentCard(agent: UsableAgent, marks: Marks) -> impl IntoView {
    let UsableAgent { id, name, description, icon, version, favourite, .. } = agent;
    view! {
        <li class="agent-card">
            <a class="agent-card-link" href=paths::coworker(id)>
                <Face icon name=name.clone() />
                <span class="agent-card-words">
                    <span class="agent-card-name">{name.clone()}</span>
                    <span class="agent-card-description small soft">{description}</span>
                </span>
                <span class="agent-card-version small soft number">{format!("v{version}")}</span>
            </a>
            <Star agent=id name favourite marks />
        </li>
    }
}

/// The mark of a favourite.
#[component]
pub(super) fn Star(
    /// The agent.
    agent: Uuid,
    /// Its name.
    name: String,
    /// Whether it was one when the page was loaded.
    favourite: bool,
    /// What changed since.
    marks: Marks,
) -> impl IntoView {
    let on = Memo::new(move |_| marks.known.with(|known| known.get(&agent).copied()).unwrap_or(favourite));
    let label = Memo::new(move |_| {
        if on.get() { format!("Remove {name} from your favourites") } else { format!("Add {name} to your favourites") }
    });
    view! {
        <ActionForm action=marks.act>
            <input type="hidden" name="agent" value=agent.to_string() />
            <input type="hidden" name="on" value=move || (!on.get()).to_string() />
            <button
                class="star"
                class:on=move || on.get()
                type="submit"
                aria-label=move || label.get()
                title=move || label.get()
            >
                <Icon glyph=Glyph::Star />
            </button>
        </ActionForm>
    }
}
