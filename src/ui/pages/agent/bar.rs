//! The bar above the form: where one is, what state the agent is in, Save and Release.

use leptos::prelude::*;

use super::{form::FORM_ID, menu::AgentMenu, release_menu::ReleaseMenu, state::BuilderState};
use crate::{
    model::{
        agent::{Right, Status},
        builder::BuilderAgent,
    },
    paths,
    ui::{
        parts::{
            badge::{Badge, BadgeTone},
            button::{BlockableButton, Button, LinkButton, Variant},
            icon::{Glyph, Icon},
            time::Time,
        },
        standing::{Standing, StandingNotice},
    },
};

/// The bar of a new or a saved agent.
#[component]
pub fn BuilderBar(
    /// The page's state.
    state: BuilderState,
    /// The agent as it was loaded.
    agent: Option<BuilderAgent>,
) -> impl IntoView {
    let name = move || match state.inputs.name.get() {
        name if name.trim().is_empty() => "New agent".to_owned(),
        name => name,
    };
    let blocked = Signal::derive(move || state.save_block().map(|block| block.reason()));
    let standing = agent.as_ref().map(|agent| Standing::watch(agent.id, Right::Editor, Some(agent.right)));
    view! {
        <div class="builder-bar">
            {standing.map(|standing| view! { <StandingNotice standing /> })}
            <LinkButton href=paths::AGENTS variant=Variant::Quiet square=true label="Back to agents">
                <Icon glyph=Glyph::Back />
            </LinkButton>
            <span class="builder-icon" aria-hidden="true">
                {move || state.inputs.icon.get()}
            </span>
            <h1>{name}</h1>
            {agent
                .zip(standing)
                .map(|(agent, standing)| {
                    view! {
                        <AgentMenu agent=agent.clone() standing />
                        <StateLine state agent />
                    }
                })}
            <div class="builder-actions">
                <Show when=move || state.hydrated.get() && state.dirty.get()>
                    <Button variant=Variant::Quiet disabled=state.running on:click=move |_| state.discard()>
                        "Discard changes"
                    </Button>
                </Show>
                <BlockableButton id="save" blocked submit=true form=FORM_ID>
                    "Save"
                </BlockableButton>
                {state.agent.map(|id| view! { <ReleaseMenu state agent=id /> })}
            </div>
        </div>
    }
}

/// The badge, and in words what is saved and what is live.
#[component]
fn StateLine(state: BuilderState, agent: BuilderAgent) -> impl IntoView {
    let saved_at = agent.draft.info.saved_at;
    let loaded = agent.draft.info.number;
    let panel = move || state.panel.get();
    let status =
        Memo::new(move |_| panel().map_or((Status::Draft, false), |panel| (panel.status, panel.next_version > 1)));
    let tone = Signal::derive(move || match status.get().0 {
        Status::Draft => BadgeTone::Neutral,
        Status::Published => BadgeTone::Ok,
        Status::UnpublishedChanges => BadgeTone::Warn,
    });
    let live = move || {
        panel().map(|panel| match (panel.live, panel.rolled_back_from) {
            (Some(live), Some(from)) => format!(" · v{} is live, rolled back from v{from}", live.version),
            (Some(live), None) => format!(" · live is v{}", live.version),
            (None, _) => " · nothing is live".to_owned(),
        })
    };
    view! {
        <Badge tone dot=true>
            {move || {
                let (status, ever) = status.get();
                status.label(ever)
            }}
        </Badge>
        <span class="builder-state soft small">
            <span id="draft-number">"Draft " {move || state.base_number()}</span>
            <Show when=move || state.base_number() == loaded>
                " · saved " <Time at=saved_at />
            </Show>
            {live}
        </span>
    }
}
