//! The Channels tab: a card for each way in to the agent, with its switch, what it last carried, and a test message.
//!
//! | file | what it holds |
//! | --- | --- |
//! | [`card`] | what all cards have in common |
//! | [`link`] | the public link: address, QR code, limits, pass phrase, frames |
//! | [`api`] | the agent's own key, and programs to copy |
//!
//! Nothing here belongs to the draft: a switch holds at once, whatever is unsaved. Each act is a form of its own, so this
//! stands beside the draft's form and not in it.

mod api;
mod card;
mod link;

use std::collections::BTreeSet;

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

use self::{api::ApiCard, card::ChannelCard, link::LinkCard};
use super::state::BuilderState;
use crate::{
    model::{
        agent::Right,
        channel::{Channel, ChannelState},
        flash::Tone,
    },
    server_fns::{
        channels::{ChannelsShown, SetLink, SwitchChannel, said_of, show_channels},
        keys::MakeKey,
    },
    ui::{
        entry::say,
        parts::{
            empty_state::EmptyState,
            notice::{Notice, NoticeTone},
            skeleton::{Skeleton, SkeletonShape},
            toasts::Toasts,
        },
    },
};

/// What the address says when this tab shows.
pub const TAB: &str = "channels";

/// What may be done here.
#[derive(Clone, Copy)]
struct Acts {
    agent: Uuid,
    switch: ServerAction<SwitchChannel>,
    set: ServerAction<SetLink>,
    make: ServerAction<MakeKey>,
    /// The folded parts that are open: they stay open when the cards are loaded again.
    open: RwSignal<BTreeSet<String>>,
}

impl Acts {
    fn new(agent: Uuid) -> Self {
        let (switch, set, make) = (ServerAction::new(), ServerAction::new(), ServerAction::new());
        let acts = Self { agent, switch, set, make, open: RwSignal::new(BTreeSet::new()) };
        say(acts.set, "The public link is set");
        say(acts.make, "API key made");
        acts.say_switched();
        acts
    }

    fn say_switched(self) {
        let toasts = expect_context::<Toasts>();
        let asked = StoredValue::new(None);
        Effect::new(move || {
            if let Some(input) = self.switch.input().get() {
                asked.set_value(Some((input.channel, input.on)));
            }
        });
        Effect::new(move || match (self.switch.value().get(), asked.get_value()) {
            (Some(Ok(())), Some((channel, on))) => toasts.show(Tone::Good, said_of(channel, on)),
            (Some(Err(error)), _) => toasts.show(Tone::Bad, error.detail),
            _ => {}
        });
    }

    /// What must have changed for the cards to be loaded again.
    fn changes(self) -> (usize, usize, usize) {
        (self.switch.version().get(), self.set.version().get(), self.make.version().get())
    }
}

/// The tab, beside the draft's form.
#[component]
pub fn ChannelsTab(
    /// The page's state.
    state: BuilderState,
) -> impl IntoView {
    let query = use_query_map();
    let shows = Memo::new(move |_| query.with(|query| query.get("tab").as_deref() == Some(TAB)));
    view! {
        <div class="channels" hidden=move || !shows.get()>
            {match state.agent {
                Some(agent) => Either::Left(view! { <Saved agent state shows /> }),
                None => {
                    Either::Right(
                        view! {
                            <EmptyState
                                title="Save first to open a way in"
                                text="Channels lead to what is live. Save the agent, publish a release, then choose who may reach it and how."
                            />
                        },
                    )
                }
            }}
        </div>
    }
}

#[component]
fn Saved(agent: Uuid, state: BuilderState, shows: Memo<bool>) -> impl IntoView {
    let acts = Acts::new(agent);
    let live = Memo::new(move |_| {
        state.panel.with(|panel| panel.as_ref().and_then(|panel| panel.live.as_ref().map(|live| live.version)))
    });
    let loaded = Resource::new_blocking(
        // What is live may have moved in the dropdown beside.
        move || shows.get().then(|| (acts.changes(), live.get())),
        move |wanted| async move {
            match wanted {
                Some(_) => Some(show_channels(agent).await),
                None => None,
            }
        },
    );
    view! {
        <Transition fallback=|| view! { <Skeleton shape=SkeletonShape::Rows /> }>
            {move || Suspend::new(async move {
                match loaded.await {
                    None => ().into_any(),
                    Some(Ok(shown)) => view! { <Cards shown acts /> }.into_any(),
                    Some(Err(error)) => view! { <Notice tone=NoticeTone::Bad>{error.detail}</Notice> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Cards(shown: ChannelsShown, acts: Acts) -> impl IntoView {
    let owns = shown.right == Some(Right::Owner);
    let state_of = |channel: Channel| shown.channels.channels.iter().find(|state| state.channel == channel).cloned();
    let (coworker, link, api) = (state_of(Channel::Coworker), state_of(Channel::Link), state_of(Channel::Api));
    let live = shown.channels.live_version;
    let card = move |state: Option<ChannelState>| state.map(|state| view! { <ChannelCard state live acts /> });
    view! {
        <p class="soft">
            {match live {
                Some(version) => format!("v{version} answers on every channel that is on. A switch holds at once; it is no part of the draft."),
                None => "Nothing is live, so nothing answers on any channel. Publish a release first.".to_owned(),
            }}
        </p>
        {card(coworker)}
        {link.map(|state| view! { <LinkCard state shown=shown.clone() owns acts /> })}
        {api.map(|state| view! { <ApiCard state shown=shown.clone() acts /> })}
    }
}
