//! Two revisions side by side: `/agents/{id}/compare?from=v1&to=draft`, and one alone: `/agents/{id}/revisions/v1`.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde_json::Value;
use uuid::Uuid;

use super::agent::shown;
use crate::{
    model::{
        diff::{
            Change, ChangeKind,
            text::{Line, LineKind},
        },
        error::Error,
        revision::{Comparison, Revision, RevisionRef},
    },
    paths,
    server_fns::drafts::{compare_revisions, load_revision},
    ui::{
        layout::{page_frame::Here, signed_in::SignedInFrame},
        pages::refused::Refused,
        parts::{
            badge::{Badge, BadgeTone},
            button::{Button, LinkButton, Variant},
            diff_text::{Change as LineChange, DiffLine, DiffText, Segment},
            text_input::TextInput,
            time::Time,
        },
    },
};

fn agent_id() -> Memo<Option<Uuid>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("id")).and_then(|text| text.parse().ok()))
}

/// `/agents/{id}/compare`
#[component]
pub fn ComparePage() -> impl IntoView {
    let (id, query) = (agent_id(), use_query_map());
    let wanted = Memo::new(move |_| {
        let name = |key: &str, or: &str| query.with(|query| query.get(key)).unwrap_or_else(|| or.to_owned());
        (id.get(), name("from", "live"), name("to", "draft"))
    });
    let comparison = Resource::new(
        move || wanted.get(),
        |(id, from, to)| async move { compare_revisions(id.ok_or_else(Error::not_found)?, from, to).await },
    );
    view! {
        <SignedInFrame title="Compare" here=Here::Agents>
            <header class="page-head">
                {move || {
                    id.get()
                        .map(|id| {
                            view! {
                                <LinkButton href=paths::releases(id) variant=Variant::Quiet>
                                    "← History"
                                </LinkButton>
                            }
                        })
                }} <h1>"Compare"</h1>
            </header>
            {move || {
                let (id, from, to) = wanted.get();
                id.map(|id| view! { <Picker id from to /> })
            }}
            <Transition>
                {move || Suspend::new(async move {
                    match comparison.await {
                        Ok(comparison) => view! { <Compared comparison /> }.into_any(),
                        Err(error) => view! { <Refused error /> }.into_any(),
                    }
                })}
            </Transition>
        </SignedInFrame>
    }
}

/// Which two: a plain GET form, so that it works everywhere and the address can be shared.
#[component]
fn Picker(id: Uuid, from: String, to: String) -> impl IntoView {
    view! {
        <form class="compare-picker" method="get" action=format!("/agents/{id}/compare")>
            <TextInput name="from" label="From" value=RwSignal::new(from) hint="v3, d12, live or draft" autocomplete="off" />
            <TextInput name="to" label="To" value=RwSignal::new(to) hint="v3, d12, live or draft" autocomplete="off" />
            <Button submit=true>"Compare"</Button>
        </form>
    }
}

#[component]
fn Compared(comparison: Comparison) -> impl IntoView {
    let Comparison { from, to, changes } = comparison;
    let changes = if changes.is_empty() {
        view! { <p class="soft">"They are the same."</p> }.into_any()
    } else {
        changes.into_iter().map(|change| view! { <ChangeCard change /> }).collect_view().into_any()
    };
    view! {
        <div class="compare-heads">
            <RevisionHead revision=from />
            <RevisionHead revision=to />
        </div>
        {changes}
    }
}

#[component]
fn RevisionHead(revision: Revision) -> impl IntoView {
    view! {
        <p class="small soft">
            <b>{revision.name.label()}</b>
            " · "
            {revision.by.name}
            " · "
            <Time at=revision.at />
            " · "
            <code>{revision.config_hash.short()}</code>
        </p>
    }
}

#[component]
fn ChangeCard(change: Change) -> impl IntoView {
    let (tone, word) = match change.kind {
        ChangeKind::Added => (BadgeTone::Ok, "added"),
        ChangeKind::Removed => (BadgeTone::Bad, "removed"),
        ChangeKind::Changed => (BadgeTone::Neutral, "changed"),
    };
    let body = match change.hunks {
        Some(hunks) => hunks
            .0
            .into_iter()
            .map(|hunk| {
                let lines: Vec<DiffLine> = hunk.lines.into_iter().map(line).collect();
                view! { <DiffText lines /> }
            })
            .collect_view()
            .into_any(),
        None => view! {
            <div class="compare-values">
                <pre class="before">{shown(change.before.as_ref())}</pre>
                <pre class="after">{shown(change.after.as_ref())}</pre>
            </div>
        }
        .into_any(),
    };
    view! {
        <article class="change-card">
            <h2>{change.label} " " <Badge tone>{word}</Badge></h2>
            {body}
        </article>
    }
}

fn line(line: Line) -> DiffLine {
    let change = match line.kind {
        LineKind::Same => LineChange::Same,
        LineKind::Removed => LineChange::Removed,
        LineKind::Added => LineChange::Added,
    };
    DiffLine::Line(change, line.words.into_iter().map(|word| Segment::new(word.text, word.changed)).collect())
}

/// `/agents/{id}/revisions/{name}`
#[component]
pub fn RevisionPage() -> impl IntoView {
    let (id, params) = (agent_id(), use_params_map());
    let name = Memo::new(move |_| params.with(|params| params.get("name")).unwrap_or_default());
    let revision = Resource::new(
        move || (id.get(), name.get()),
        |(id, name)| async move {
            let name: RevisionRef = name.parse().map_err(|_| Error::not_found())?;
            load_revision(id.ok_or_else(Error::not_found)?, name).await
        },
    );
    view! {
        <SignedInFrame title=name here=Here::Agents>
            <Transition>
                {move || Suspend::new(async move {
                    match revision.await {
                        Ok(revision) => view! { <RevisionView id=id.get() revision /> }.into_any(),
                        Err(error) => view! { <Refused error /> }.into_any(),
                    }
                })}
            </Transition>
        </SignedInFrame>
    }
}

#[component]
fn RevisionView(id: Option<Uuid>, revision: Revision) -> impl IntoView {
    let name = revision.name.label();
    let fields = match revision.config.to_full_value() {
        Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    };
    let rows: Vec<_> = fields
        .into_iter()
        .map(|(field, value)| {
            let text = shown(Some(&value));
            view! {
                <dt>{field}</dt>
                <dd>
                    <pre>{text}</pre>
                </dd>
            }
        })
        .collect();
    view! {
        <header class="page-head">
            {id.map(|id| view! { <LinkButton href=paths::releases(id) variant=Variant::Quiet>"← History"</LinkButton> })}
            <h1>{name}</h1>
        </header>
        <RevisionHead revision />
        <dl class="revision-fields">{rows}</dl>
    }
}
