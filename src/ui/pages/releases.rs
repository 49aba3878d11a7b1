//! The history of an agent: its releases, its saves, and every move of the live pointer.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use crate::{
    model::{
        error::Error,
        flash::Tone,
        page::Page,
        release::{LiveEvent, LiveEventKind, Release},
        revision::RevisionRef,
        saved_draft::{DraftInfo, Origin},
    },
    paths,
    server_fns::{
        drafts::{RestoreRevision, list_drafts},
        releases::{DeleteRelease, UnpublishAgent, list_releases, load_timeline},
    },
    ui::{
        layout::{page_frame::Here, signed_in::SignedInFrame},
        pages::refused::Refused,
        parts::{
            badge::{Badge, BadgeTone},
            button::{Button, LinkButton, Size, Variant},
            popover::Popover,
            time::Time,
            toasts::Toasts,
        },
    },
};

/// `/agents/{id}/releases`
#[component]
pub fn ReleasesPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).and_then(|text| text.parse::<Uuid>().ok()));
    view! {
        <SignedInFrame title="History" here=Here::Agents>
            {move || match id.get() {
                Some(agent) => view! { <History agent /> }.into_any(),
                None => view! { <Refused error=Error::not_found() /> }.into_any(),
            }}
        </SignedInFrame>
    }
}

/// The button that opens a question before something ends.
const DANGER: &str = "button danger compact";

/// The actions of the page, shared by its rows.
#[derive(Clone, Copy)]
struct Acts {
    delete: ServerAction<DeleteRelease>,
    restore: ServerAction<RestoreRevision>,
    unpublish: ServerAction<UnpublishAgent>,
}

#[component]
fn History(agent: Uuid) -> impl IntoView {
    let query = use_query_map();
    let cursor = move |name: &'static str| query.with(|query| query.get(name));
    let acts = Acts { delete: ServerAction::new(), restore: ServerAction::new(), unpublish: ServerAction::new() };
    let version = move || (acts.delete.version().get(), acts.unpublish.version().get(), acts.restore.version().get());
    let releases = Resource::new(
        move || (cursor("releases"), version()),
        move |(cursor, _)| async move { list_releases(agent, cursor).await },
    );
    let saves = Resource::new(
        move || (cursor("saves"), version()),
        move |(cursor, _)| async move { list_drafts(agent, cursor).await },
    );
    let events = Resource::new(
        move || (cursor("events"), version()),
        move |(cursor, _)| async move { load_timeline(agent, cursor).await },
    );
    say_outcomes(acts);
    view! {
        <div class="history">
            <header class="page-head">
                <LinkButton href=paths::agent(agent) variant=Variant::Quiet>
                    "← Builder"
                </LinkButton>
                <h1>"History"</h1>
            </header>
            <Transition>
                {move || Suspend::new(async move {
                    let page = match releases.await {
                        Ok(page) => page,
                        // The other lists would say the same.
                        Err(error) => return view! { <Refused error /> }.into_any(),
                    };
                    view! {
                        <section aria-labelledby="releases-title">
                            <h2 id="releases-title">"Releases"</h2>
                            <ReleaseRows agent page acts />
                        </section>
                        <section aria-labelledby="saves-title">
                            <h2 id="saves-title">"Saves"</h2>
                            {match saves.await {
                                Ok(page) => view! { <SaveRows agent page acts /> }.into_any(),
                                Err(error) => view! { <Refused error /> }.into_any(),
                            }}
                        </section>
                        <section aria-labelledby="events-title">
                            <h2 id="events-title">"What was live"</h2>
                            {match events.await {
                                Ok(page) => view! { <EventRows agent page /> }.into_any(),
                                Err(error) => view! { <Refused error /> }.into_any(),
                            }}
                        </section>
                    }
                        .into_any()
                })}
            </Transition>
        </div>
    }
}

fn say_outcomes(acts: Acts) {
    let toasts = expect_context::<Toasts>();
    Effect::new(move || match acts.delete.value().get() {
        Some(Ok(release)) => toasts.show(Tone::Good, format!("v{} was deleted", release.version)),
        Some(Err(error)) => toasts.show(Tone::Bad, error.detail),
        None => {}
    });
    Effect::new(move || match acts.restore.value().get() {
        Some(Ok(outcome)) => toasts.show(Tone::Good, outcome.sentence()),
        Some(Err(error)) => toasts.show(Tone::Bad, error.detail),
        None => {}
    });
    Effect::new(move || match acts.unpublish.value().get() {
        Some(Ok(())) => toasts.show(Tone::Good, "Unpublished: nothing is live any more"),
        Some(Err(error)) => toasts.show(Tone::Bad, error.detail),
        None => {}
    });
}

#[component]
fn ReleaseRows(agent: Uuid, page: Page<Release>, acts: Acts) -> impl IntoView {
    if page.data.is_empty() {
        return view! { <p class="soft">"No release yet. Publish the draft from the builder."</p> }.into_any();
    }
    let next = page.next_cursor.clone();
    let rows: Vec<_> = page.data.into_iter().map(|release| view! { <ReleaseRow agent release acts /> }).collect();
    view! {
        <ul class="rows">{rows}</ul>
        <OlderLink agent list="releases" next />
    }
    .into_any()
}

#[component]
fn ReleaseRow(agent: Uuid, release: Release, acts: Acts) -> impl IntoView {
    let version = release.version;
    let name = RevisionRef::Release(version);
    let deleted = release.deleted_at;
    let note = if release.note.is_empty() { "No note".to_owned() } else { release.note };
    let actions = match (release.live, deleted) {
        (_, Some(at)) => view! { <span class="small soft">"Deleted " <Time at /></span> }.into_any(),
        (true, None) => view! {
            <Revisit agent name acts />
            <Popover label="Unpublish" button=|| "Unpublish…" button_class=DANGER>
                <ActionForm action=acts.unpublish attr:class="confirm">
                    <p>
                        "Nothing will be live: everyone this agent is shared with gets “no published version”, and open \
                         conversations end. A roll back brings it back."
                    </p>
                    <input type="hidden" name="agent" value=agent.to_string() />
                    <Button submit=true variant=Variant::Danger>
                        "Unpublish"
                    </Button>
                </ActionForm>
            </Popover>
        }
        .into_any(),
        (false, None) => view! {
            <LinkButton
                href=format!("{}?rollback={version}", paths::agent(agent))
                size=Size::Compact
                variant=Variant::Quiet
            >
                "Roll back"
            </LinkButton>
            <Revisit agent name acts />
            <Popover label=format!("Delete v{version}") button=|| "Delete…" button_class=DANGER>
                <ActionForm action=acts.delete attr:class="confirm">
                    <p>
                        "v"
                        {version}
                        " can never be live again, and conversations that are open on it end. It stays listed, and its \
                         number is not used again."
                    </p>
                    <input type="hidden" name="agent" value=agent.to_string() />
                    <input type="hidden" name="version" value=version />
                    <Button submit=true variant=Variant::Danger>
                        "Delete v"
                        {version}
                    </Button>
                </ActionForm>
            </Popover>
        }
        .into_any(),
    };
    view! {
        <li class="row" class:gone=deleted.is_some()>
            <div class="row-main">
                <p>
                    <b>{name.label()}</b>
                    " "
                    {release.live.then(|| view! { <Badge tone=BadgeTone::Ok>"Live"</Badge> })}
                    {deleted.is_some().then(|| view! { <Badge>"Deleted"</Badge> })}
                    " "
                    {note}
                </p>
                <p class="small soft">
                    {release.published_by.name} " · " <Time at=release.published_at /> " · draft " {release.draft_number} " · "
                    <code>{release.config_hash.short()}</code>
                </p>
            </div>
            <div class="row-acts">{actions}</div>
        </li>
    }
}

/// Looking at a revision again, comparing it, and editing from it.
#[component]
fn Revisit(agent: Uuid, name: RevisionRef, acts: Acts) -> impl IntoView {
    let text = name.to_string();
    view! {
        <LinkButton href=paths::revision(agent, &text) size=Size::Compact variant=Variant::Quiet>
            "View"
        </LinkButton>
        <LinkButton href=paths::compare(agent, &text, "draft") size=Size::Compact variant=Variant::Quiet>
            "Compare"
        </LinkButton>
        <ActionForm action=acts.restore>
            <input type="hidden" name="agent" value=agent.to_string() />
            <input type="hidden" name="revision" value=text />
            <Button submit=true size=Size::Compact variant=Variant::Quiet>
                "Edit from this"
            </Button>
        </ActionForm>
    }
}

#[component]
fn SaveRows(agent: Uuid, page: Page<DraftInfo>, acts: Acts) -> impl IntoView {
    let next = page.next_cursor.clone();
    let rows: Vec<_> = page
        .data
        .into_iter()
        .map(|draft| {
            let name = RevisionRef::Draft(draft.number);
            view! {
                <li class="row">
                    <div class="row-main">
                        <p>
                            <b>{name.label()}</b>
                            " "
                            {origin(draft.origin)}
                        </p>
                        <p class="small soft">
                            {draft.saved_by.name} " · " <Time at=draft.saved_at /> " · "
                            <code>{draft.config_hash.short()}</code>
                        </p>
                    </div>
                    <div class="row-acts">
                        <Revisit agent name acts />
                    </div>
                </li>
            }
        })
        .collect();
    view! {
        <ul class="rows">{rows}</ul>
        <OlderLink agent list="saves" next />
    }
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Create => "first save",
        Origin::Save => "",
        Origin::Merge => "merged with another save",
        Origin::Restore => "brought back",
        Origin::Import => "imported",
        Origin::Duplicate => "copied from another agent",
    }
}

#[component]
fn EventRows(agent: Uuid, page: Page<LiveEvent>) -> impl IntoView {
    if page.data.is_empty() {
        return view! { <p class="soft">"Nothing was ever live."</p> }.into_any();
    }
    let next = page.next_cursor.clone();
    let rows: Vec<_> = page
        .data
        .into_iter()
        .map(|event| {
            view! {
                <li class="row">
                    <div class="row-main">
                        <p>{what_happened(&event)}</p>
                        <p class="small soft">{event.by.name} " · " <Time at=event.at /> " · " {event.via}</p>
                    </div>
                </li>
            }
        })
        .collect();
    view! {
        <ul class="rows">{rows}</ul>
        <OlderLink agent list="events" next />
    }
    .into_any()
}

fn what_happened(event: &LiveEvent) -> String {
    let version = |number: Option<i64>| number.map_or("nothing".to_owned(), |number| format!("v{number}"));
    let reason = if event.reason.is_empty() { String::new() } else { format!(": {}", event.reason) };
    match event.kind {
        LiveEventKind::Publish => format!("{} was published{reason}", version(event.version)),
        LiveEventKind::Rollback => {
            format!("Rolled back from {} to {}{reason}", version(event.previous_version), version(event.version))
        }
        LiveEventKind::Unpublish => format!("{} was unpublished{reason}", version(event.previous_version)),
        LiveEventKind::Delete if event.version.is_some() => format!("{} was deleted{reason}", version(event.version)),
        LiveEventKind::Delete => format!("The agent was moved to the trash{reason}"),
        LiveEventKind::Restore => format!("The agent came back from the trash{reason}"),
    }
}

#[component]
fn OlderLink(agent: Uuid, list: &'static str, next: Option<String>) -> impl IntoView {
    next.map(|cursor| {
        view! {
            <p>
                <a href=format!("{}?{list}={cursor}", paths::releases(agent))>"Older"</a>
            </p>
        }
    })
}
