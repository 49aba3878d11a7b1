//! The Release dropdown: publish, what will change, the history, and the way back.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

use super::{
    approval::{ApprovalPart, ApprovalSwitch},
    rollback::{ChangeList, RollbackConfirm},
    state::BuilderState,
};
use crate::{
    model::{
        approval::ApprovalState,
        builder::ReleasePanel,
        draft::ONLY_OWNERS_PUBLISH,
        flash::Tone,
        release::{MAX_NOTE, Published, Release},
    },
    paths,
    server_fns::releases::PublishRelease,
    ui::parts::{
        badge::{Badge, BadgeTone},
        button::{BlockableButton, LinkButton, Size, Variant},
        notice::{Notice, NoticeTone},
        popover::Popover,
        text_input::TextInput,
        time::Time,
        toasts::Toasts,
    },
};

/// The button and what it opens. `?rollback=3` in the address opens it with that question.
#[component]
pub fn ReleaseMenu(
    /// The page's state.
    state: BuilderState,
    /// The agent.
    agent: Uuid,
) -> impl IntoView {
    let query = use_query_map();
    let rollback =
        Memo::new(move |_| query.with(|query| query.get("rollback")).and_then(|text| text.parse::<i64>().ok()));
    let asked = Memo::new(move |_| query.with(|query| query.get("release").is_some()) || rollback.get().is_some());
    let open = RwSignal::new(asked.get_untracked());
    Effect::new(move || {
        if asked.get() {
            open.set(true);
        }
    });
    // Somebody else may have asked, decided or published since the page was loaded.
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if now && before == Some(false) {
            state.reload_panel();
        }
        now
    });
    let ahead = move || state.panel.with(|panel| panel.as_ref().is_some_and(ReleasePanel::is_ahead));
    view! {
        <Popover
            label="Release"
            button_id="release"
            button_class="button release"
            open
            button=move || {
                view! {
                    <Show when=ahead>
                        <span class="dot" title="The draft is ahead of what is live"></span>
                        <span class="hidden-text">"The draft is ahead of what is live. "</span>
                    </Show>
                    "Release"
                }
            }
        >
            {move || match rollback.get() {
                Some(version) => view! { <RollbackConfirm state agent version /> }.into_any(),
                None => {
                    view! {
                        <PublishSection state agent />
                        <ApprovalSwitch state agent />
                        <HistorySection state agent />
                    }
                        .into_any()
                }
            }}
        </Popover>
    }
}

#[component]
fn PublishSection(state: BuilderState, agent: Uuid) -> impl IntoView {
    let action = ServerAction::<PublishRelease>::new();
    let note = RwSignal::new(state.panel.with_untracked(|panel| panel.as_ref().map(approved_note)).unwrap_or_default());
    Effect::new(move || {
        let approved = state.panel.with(|panel| panel.as_ref().map(approved_note)).unwrap_or_default();
        if !approved.is_empty() && note.with_untracked(String::is_empty) {
            note.set(approved);
        }
    });
    let toasts = expect_context::<Toasts>();
    Effect::new(move || state.running.set(action.pending().get()));
    Effect::new(move || {
        let (tone, text) = match action.value().get() {
            None => return,
            Some(Err(error)) => (Tone::Bad, error.detail),
            Some(Ok(published)) => {
                let tone = match published {
                    Published::Released(_) | Published::RolledBack(_) => Tone::Good,
                    Published::NoChanges => Tone::Plain,
                    Published::Race { .. } | Published::Blocked(_) | Published::Unapproved(_) => Tone::Bad,
                };
                if tone == Tone::Good {
                    note.set(String::new());
                }
                (tone, published.sentence())
            }
        };
        toasts.show(tone, text);
        state.reload_panel();
    });
    let panel = move || state.panel.get();
    let next = move || panel().map_or(1, |panel| panel.next_version);
    let blocked = Signal::derive(move || state.publish_block().map(|block| block.reason()));
    // Until somebody has approved the draft there is one note to write: that of the request.
    let waits =
        Memo::new(move |_| panel().is_some_and(|panel| panel.is_ahead() && panel.rules.approval.missing().is_some()));
    let not_owner = Memo::new(move |_| panel().is_some_and(|panel| !panel.rules.may_publish));
    let what = move || {
        panel().map(|panel| match panel.live {
            Some(_) if !panel.is_ahead() => {
                "The draft equals what is live: there is nothing new to publish.".to_owned()
            }
            Some(live) => format!(
                "Draft {} becomes v{} for everyone this agent is shared with. Open conversations stay on v{}.",
                panel.draft_number, panel.next_version, live.version
            ),
            None => format!(
                "Draft {} becomes v{} for everyone this agent is shared with.",
                panel.draft_number, panel.next_version
            ),
        })
    };
    view! {
        <section class="release-section" aria-labelledby="publish-title">
            <h2 id="publish-title">"Publish a new release"</h2>
            <p class="small soft">{what}</p>
            {move || panel().map(|panel| view! { <ChangeList changes=panel.changes /> })}
            {move || {
                let lines = panel().map(|panel| panel.warnings).unwrap_or_default();
                (!lines.is_empty())
                    .then(|| {
                        let lines: Vec<_> = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect();
                        view! { <Notice tone=NoticeTone::Warn>{lines}</Notice> }
                    })
            }}
            {move || {
                let fields = panel().map(|panel| panel.not_enforced).unwrap_or_default();
                (!fields.is_empty())
                    .then(|| {
                        view! { <p class="small soft">"Released but not acted on yet: " {fields.join(", ")} "."</p> }
                    })
            }}
            <Show when=move || not_owner.get()>
                <Notice>{ONLY_OWNERS_PUBLISH}</Notice>
            </Show>
            <ApprovalPart state agent />
            <ActionForm action attr:class="release-form">
                <input type="hidden" name="agent" value=agent.to_string() />
                <input type="hidden" name="expected_draft" value=move || state.base_number() />
                <Show when=move || !waits.get()>
                    <TextInput
                        name="note"
                        id="release-note"
                        label="Note"
                        value=note
                        limit=MAX_NOTE
                        optional=true
                        placeholder="What is new?"
                        autocomplete="off"
                    />
                </Show>
                <div class="release-actions">
                    <BlockableButton id="publish" blocked submit=true variant=Variant::Release>
                        "Publish v"
                        {next}
                    </BlockableButton>
                </div>
            </ActionForm>
        </section>
    }
}

/// What who asked for the approval said is new: the note of the release, unless it is changed.
fn approved_note(panel: &ReleasePanel) -> String {
    match &panel.rules.approval {
        ApprovalState::Approved { approval } if panel.is_ahead() => approval.note.clone(),
        _ => String::new(),
    }
}

#[component]
fn HistorySection(state: BuilderState, agent: Uuid) -> impl IntoView {
    let releases = move || state.panel.get().map(|panel| panel.releases.data).unwrap_or_default();
    let more =
        move || state.panel.with(|panel| panel.as_ref().is_some_and(|panel| panel.releases.next_cursor.is_some()));
    view! {
        <section class="release-section" aria-labelledby="history-title">
            <div class="release-head">
                <h2 id="history-title">"Release history"</h2>
                <a href=paths::releases(agent)>{move || if more() { "All releases and saves" } else { "All history" }}</a>
            </div>
            {move || {
                let rows: Vec<_> = releases().into_iter().map(|release| view! { <ReleaseLine agent release /> }).collect();
                if rows.is_empty() {
                    view! { <p class="small soft">"No release yet. The first one makes this agent usable by others."</p> }
                        .into_any()
                } else {
                    view! { <ul class="release-list">{rows}</ul> }.into_any()
                }
            }}
        </section>
    }
}

#[component]
fn ReleaseLine(agent: Uuid, release: Release) -> impl IntoView {
    let version = release.version;
    let deleted = release.deleted_at.is_some();
    view! {
        <li class="release-line">
            <b>"v" {version}</b>
            <span class="release-note">{if release.note.is_empty() { "No note".to_owned() } else { release.note }}</span>
            <span class="release-acts">
                {release.live.then(|| view! { <Badge tone=BadgeTone::Ok>"Live"</Badge> })}
                {deleted.then(|| view! { <Badge>"Deleted"</Badge> })}
                {(!release.live && !deleted)
                    .then(|| {
                        view! {
                            <LinkButton
                                href=format!("{}?rollback={version}", paths::agent(agent))
                                size=Size::Compact
                                variant=Variant::Quiet
                            >
                                "Roll back"
                            </LinkButton>
                        }
                    })}
                {(!deleted)
                    .then(|| {
                        view! {
                            <LinkButton
                                href=paths::compare(agent, &format!("v{version}"), "draft")
                                size=Size::Compact
                                variant=Variant::Quiet
                            >
                                "Compare"
                            </LinkButton>
                        }
                    })}
            </span>
            <span class="release-who small soft">{release.published_by.name} " · " <Time at=release.published_at /></span>
        </li>
    }
}
