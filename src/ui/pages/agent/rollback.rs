//! The confirmation of a roll back: what changes for users, why, and whether open conversations end.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use uuid::Uuid;

use super::state::BuilderState;
use crate::{
    model::{
        builder::RollbackPreview,
        diff::ChangeLabel,
        draft::{ONLY_OWNERS_PUBLISH, PublishState, publish_blocked},
        flash::Tone,
        release::MAX_REASON,
    },
    paths,
    server_fns::releases::{RollBack, preview_rollback},
    ui::parts::{
        button::{BlockableButton, LinkButton, Variant},
        checkbox::Checkbox,
        notice::{Notice, NoticeTone},
        text_input::TextInput,
        toasts::Toasts,
    },
};

/// What a publish or a roll back changes, in a few words each.
#[component]
pub fn ChangeList(
    /// The changes.
    changes: Vec<ChangeLabel>,
) -> impl IntoView {
    let items: Vec<_> = changes
        .into_iter()
        .map(|change| {
            let class = match change.kind.sign() {
                "+" => "change added",
                "−" => "change removed",
                _ => "change",
            };
            view! { <li class=class>{change.kind.sign()} " " {change.label}</li> }
        })
        .collect();
    view! { <ul class="changes">{items}</ul> }
}

/// Asks before live goes back to `version`.
#[component]
pub fn RollbackConfirm(
    /// The page's state.
    state: BuilderState,
    /// The agent.
    agent: Uuid,
    /// The release to go back to.
    version: i64,
) -> impl IntoView {
    let preview = Resource::new(move || version, move |version| preview_rollback(agent, version));
    view! {
        <Transition fallback=|| view! { <p class="soft">"Looking up what will change…"</p> }>
            {move || Suspend::new(async move {
                match preview.await {
                    Ok(preview) => view! { <Confirm state agent preview /> }.into_any(),
                    Err(error) => {
                        view! {
                            <Notice tone=NoticeTone::Bad>{error.detail}</Notice>
                            <LinkButton href=paths::agent(agent)>"Back"</LinkButton>
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
}

#[component]
fn Confirm(state: BuilderState, agent: Uuid, preview: RollbackPreview) -> impl IntoView {
    let RollbackPreview { release, live, changes, open_sessions, may_publish } = preview;
    let version = release.version;
    let action = ServerAction::<RollBack>::new();
    let (reason, end) = (RwSignal::new(String::new()), RwSignal::new(false));
    let (toasts, navigate) = (expect_context::<Toasts>(), use_navigate());
    Effect::new(move || state.running.set(action.pending().get()));
    Effect::new(move || match action.value().get() {
        Some(Ok(release)) => {
            toasts.show(Tone::Good, format!("v{} is live", release.version));
            state.reload_panel();
            navigate(&paths::agent(agent), leptos_router::NavigateOptions::default());
        }
        Some(Err(error)) => toasts.show(Tone::Bad, error.detail),
        None => {}
    });
    let blocked = Signal::derive(move || {
        let state =
            PublishState { not_owner: !may_publish, running: action.pending().get(), ..PublishState::default() };
        publish_blocked(&state).map(|block| block.reason())
    });
    let what = match &live {
        Some(live) if live.version == version => format!("v{version} is live already."),
        Some(live) => format!(
            "New conversations get v{version} instead of v{} at once. Your draft stays as it is, and v{} can come back the \
             same way.",
            live.version, live.version
        ),
        None => format!("v{version} goes live: everyone this agent is shared with can use it again."),
    };
    let open = match open_sessions {
        0 => "No conversation is open on another release.".to_owned(),
        1 => "One conversation is open on another release. It goes on there unless you end it.".to_owned(),
        count => format!("{count} conversations are open on other releases. They go on there unless you end them."),
    };
    view! {
        <section class="release-section" aria-labelledby="rollback-title">
            <h2 id="rollback-title">"Roll back to v" {version} "?"</h2>
            <p class="small soft">{what}</p>
            <ChangeList changes />
            {(!may_publish).then(|| view! { <Notice>{ONLY_OWNERS_PUBLISH}</Notice> })}
            <ActionForm action attr:class="release-form">
                <input type="hidden" name="agent" value=agent.to_string() />
                <input type="hidden" name="version" value=version />
                <TextInput name="reason" id="rollback-reason" label="Reason" value=reason optional=true limit=MAX_REASON />
                <p class="small soft">{open}</p>
                {(open_sessions > 0)
                    .then(|| {
                        view! {
                            <Checkbox
                                name="end_open_sessions"
                                id="rollback-end"
                                label="End them now"
                                value="true"
                                checked=end
                            />
                        }
                    })}
                <div class="release-actions">
                    <LinkButton href=paths::agent(agent)>"Cancel"</LinkButton>
                    <BlockableButton id="roll-back" blocked submit=true variant=Variant::Release>
                        "Roll back to v"
                        {version}
                    </BlockableButton>
                </div>
            </ActionForm>
        </section>
    }
}
