//! Coworker, `/coworker`: whom one may talk to, the conversation at hand, and beside it all of one's conversations.
//!
//! | address | shows |
//! | --- | --- |
//! | `/coworker` | the agents ([`picker`]) |
//! | `/coworker/{agent}` | the beginning of a conversation ([`desk`]) |
//! | `/coworker/{agent}/{session}` | that conversation ([`desk`]) |
//! | `?list=conversations` | on a narrow screen the list ([`side`]) instead of the agents |
//!
//! It is one route with the addresses below it, so that the list stays while the rest changes. A wide window shows both, a narrow one either of them
//! with a switch at its lower edge.

mod card;
mod desk;
mod facts;
mod picker;
mod side;

use std::time::Duration;

use leptos::{leptos_dom::helpers::set_timeout, prelude::*};
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_query_map},
};
use uuid::Uuid;

use self::{desk::DeskPage, picker::Picker, side::Side};
use crate::{
    model::error::Error,
    paths,
    ui::{
        layout::{
            page_frame::{Here, Width},
            signed_in::SignedInFrame,
        },
        pages::refused::Refused,
    },
};

/// A search waits for this long a pause in typing.
const PAUSE: Duration = Duration::from_millis(250);

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Shared {
    /// The title of the document.
    title: RwSignal<String>,
    /// Changes whenever the list of conversations may have.
    version: RwSignal<usize>,
    /// The conversation at hand.
    current: RwSignal<Option<Uuid>>,
}

impl Shared {
    /// The list of conversations has to be looked at again.
    fn changed(self) {
        let _ = self.version.try_update(|version| *version += 1);
    }
}

/// What the address names.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Agents,
    Agent(Uuid),
    Nowhere,
}

/// The agent and the conversation that a path below `/coworker` names.
fn named(path: &str) -> (Option<String>, Option<String>) {
    let mut parts = path.strip_prefix(paths::COWORKER).unwrap_or_default().split('/').filter(|part| !part.is_empty());
    (parts.next().map(str::to_owned), parts.next().map(str::to_owned))
}

/// `/coworker` and all below it.
#[component]
pub fn CoworkerPage() -> impl IntoView {
    let shared =
        Shared { title: RwSignal::new("Coworker".to_owned()), version: RwSignal::new(0), current: RwSignal::new(None) };
    provide_context(shared);
    let (path, query) = (use_location().pathname, use_query_map());
    let place = Memo::new(move |_| match path.with(|path| named(path).0) {
        None => Place::Agents,
        Some(id) => id.parse().map_or(Place::Nowhere, Place::Agent),
    });
    let lists = Memo::new(move |_| query.with(|query| query.get("list").is_some()));
    let class = move || match (place.get(), lists.get()) {
        (Place::Agents, false) => "coworker at-agents",
        (Place::Agents, true) => "coworker at-list",
        _ => "coworker at-desk",
    };
    view! {
        <SignedInFrame title=shared.title here=Here::Coworker width=Width::Full>
            <div class=class>
                <Side />
                <div class="coworker-main">
                    {move || match place.get() {
                        Place::Agents => view! { <Picker /> }.into_any(),
                        Place::Agent(agent) => view! { <DeskPage agent /> }.into_any(),
                        Place::Nowhere => view! { <Refused error=Error::not_found() /> }.into_any(),
                    }}
                </div>
                <nav class="coworker-switch" aria-label="Coworker">
                    <a href=paths::COWORKER aria-current=move || (!lists.get()).then_some("page")>
                        "Agents"
                    </a>
                    <a href=paths::CONVERSATIONS aria-current=move || lists.get().then_some("page")>
                        "Conversations"
                    </a>
                </nav>
                // Shows nothing; without it the router waits for its view and never writes the new address.
                <Outlet />
            </div>
        </SignedInFrame>
    }
}

/// What is typed, after a pause in typing.
fn settled(typed: RwSignal<String>) -> RwSignal<String> {
    let settled = RwSignal::new(typed.get_untracked());
    let strokes = StoredValue::new(0_u64);
    Effect::new(move || {
        let text = typed.get();
        strokes.update_value(|count| *count += 1);
        let stroke = strokes.get_value();
        set_timeout(
            move || {
                if strokes.try_get_value() == Some(stroke) && settled.try_get_untracked().as_ref() != Some(&text) {
                    let _ = settled.try_set(text);
                }
            },
            PAUSE,
        );
    });
    settled
}
