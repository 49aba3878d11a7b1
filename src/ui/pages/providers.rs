//! The workspace's model providers: an admin sets them up, tries them and removes them.
//!
//! A key goes in and is never shown again. Every action is a form that works without the browser's code.

use leptos::{either::Either, prelude::*};
use uuid::Uuid;

use crate::{
    model::{
        error::{Error, FieldError},
        flash::Tone,
        provider::{Provider, ProviderKind},
    },
    paths,
    server_fns::providers::{DeleteProvider, SaveProvider, TryProvider, list_providers},
    ui::{
        layout::{
            page_frame::{Here, Width},
            settings_nav::SettingsNav,
            signed_in::SignedInFrame,
        },
        pages::refused::NotLoaded,
        parts::{
            badge::{Badge, BadgeTone},
            button::{Button, Size, Variant},
            card::Card,
            notice::Notice,
            select::{Choice, Select},
            skeleton::{Skeleton, SkeletonShape},
            text_area::TextArea,
            text_input::{InputKind, TextInput},
            toasts::Toasts,
        },
    },
};

/// The settings page of model providers.
#[component]
pub fn ProvidersPage() -> impl IntoView {
    let save = ServerAction::<SaveProvider>::new();
    let delete = ServerAction::<DeleteProvider>::new();
    let attempt = ServerAction::<TryProvider>::new();
    let changes = RwSignal::new(0);
    let refused = follow(save, delete, attempt, changes);
    let providers = Resource::new(move || changes.get(), |_| async { list_providers().await });
    view! {
        <SignedInFrame title="Model providers" here=Here::Settings width=Width::Narrow>
            <div class="stack">
                <h1>"Model providers"</h1>
                <SettingsNav here=paths::PROVIDERS />
                <p class="soft">
                    "Who answers for your agents. Without any, the built-in rehearsal does, which is no language model."
                </p>
                <Transition fallback=|| view! { <Skeleton shape=SkeletonShape::Rows /> }>
                    {move || Suspend::new(async move {
                        match providers.await {
                            Ok(all) => Either::Left(view! { <Loaded all save delete attempt refused /> }),
                            Err(error) => {
                                Either::Right(view! { <NotLoaded error /> })
                            }
                        }
                    })}
                </Transition>
            </div>
        </SignedInFrame>
    }
}

#[component]
fn Loaded(
    all: Vec<Provider>,
    save: ServerAction<SaveProvider>,
    delete: ServerAction<DeleteProvider>,
    attempt: ServerAction<TryProvider>,
    refused: RwSignal<Option<Refused>>,
) -> impl IntoView {
    view! {
        {all.is_empty().then(|| view! { <Notice>"No provider is set up yet."</Notice> })}
        {all.into_iter().map(|provider| view! { <ProviderCard provider save delete attempt refused /> }).collect_view()}
        <Card title="Add a provider" lead="OpenAI, Anthropic, Google Gemini, or any server that speaks OpenAI’s API.">
            <ProviderFields save refused before=None />
        </Card>
    }
}

#[component]
fn ProviderCard(
    provider: Provider,
    save: ServerAction<SaveProvider>,
    delete: ServerAction<DeleteProvider>,
    attempt: ServerAction<TryProvider>,
    refused: RwSignal<Option<Refused>>,
) -> impl IntoView {
    let Provider { id, slug, kind, base_url, models, key_set } = provider.clone();
    let key = if key_set {
        view! { <Badge tone=BadgeTone::Ok>"Key set"</Badge> }
    } else {
        view! { <Badge tone=BadgeTone::Neutral>"No key"</Badge> }
    };
    let trying = {
        let slug = slug.clone();
        Signal::derive(move || attempt.input().with(|input| input.as_ref().is_some_and(|input| input.slug == slug)))
    };
    let at = kind.address(&base_url);
    let sent = slug.clone();
    view! {
        <Card title=slug.clone()>
            <div class="cluster">
                <span>{kind.label()}</span>
                {key}
                {id.is_none().then(|| view! { <Badge>"From the environment"</Badge> })}
            </div>
            <p class="soft small mono">{at}</p>
            <p class="small">{models.iter().map(|model| format!("{slug}/{model}")).collect::<Vec<_>>().join(", ")}</p>
            <div class="cluster">
                <ActionForm action=attempt>
                    <input type="hidden" name="slug" value=sent />
                    <Button size=Size::Compact submit=true disabled=trying>
                        {move || if trying.get() { "Testing…" } else { "Test connection" }}
                    </Button>
                </ActionForm>
                {id.map(|id| view! { <Remove id slug=slug.clone() delete /> })}
            </div>
            {id.map(|_| {
                view! {
                    <details class="provider-edit">
                        <summary>"Edit"</summary>
                        <ProviderFields save refused before=Some(provider) />
                    </details>
                }
            })}
        </Card>
    }
}

/// Removing asks once more, in place, so that it does without the browser's code too.
#[component]
fn Remove(id: Uuid, slug: String, delete: ServerAction<DeleteProvider>) -> impl IntoView {
    view! {
        <details class="provider-remove">
            <summary>"Remove"</summary>
            <ActionForm action=delete>
                <input type="hidden" name="id" value=id.to_string() />
                <p class="small">"Agents that use its models can no longer answer. The key is deleted."</p>
                <Button size=Size::Compact variant=Variant::Danger submit=true>
                    {format!("Remove {slug}")}
                </Button>
            </ActionForm>
        </details>
    }
}

/// The fields of a new provider, or of the one before.
#[component]
fn ProviderFields(
    save: ServerAction<SaveProvider>,
    refused: RwSignal<Option<Refused>>,
    before: Option<Provider>,
) -> impl IntoView {
    let id = before.as_ref().and_then(|provider| provider.id);
    let key_set = before.as_ref().is_some_and(|provider| provider.key_set);
    let of = |take: fn(&Provider) -> String| RwSignal::new(before.as_ref().map(take).unwrap_or_default());
    let (slug, base_url) = (of(|provider| provider.slug.clone()), of(|provider| provider.base_url.clone()));
    let models = of(|provider| provider.models.join("\n"));
    let kind = before.as_ref().map(|provider| provider.kind).unwrap_or_default();
    let kind = RwSignal::new(kind.as_str().to_owned());
    let key = RwSignal::new(String::new());
    let element = move |name: &str| id.map_or_else(|| format!("new-{name}"), |id| format!("{id}-{name}"));
    let kinds: Vec<Choice> =
        ProviderKind::ALL.into_iter().map(|kind| Choice::new(kind.as_str(), kind.label())).collect();
    // The answer to this form and not to that of another provider.
    let error = move |name: &'static str| {
        Signal::derive(move || {
            refused.with(|refused| {
                let refused = refused.as_ref().filter(|refused| refused.id == id)?;
                first(&refused.errors, name)
            })
        })
    };
    let hint =
        if key_set { "There is a key. Leave this empty to keep it." } else { "Not needed by most local servers." };
    view! {
        <ActionForm action=save attr:class="stack" attr:autocomplete="off">
            {id.map(|id| view! { <input type="hidden" name="id" value=id.to_string() /> })}
            <TextInput
                name="form[slug]"
                id=element("slug")
                label="Name"
                hint="The part of a model’s name before the slash, such as openai or local."
                value=slug
                error=error("slug")
                required=true
            />
            <Select name="form[kind]" id=element("kind") label="Kind" value=kind choices=kinds error=error("kind") />
            <TextInput
                name="form[base_url]"
                id=element("base-url")
                label="Address"
                hint="Empty for the kind’s own service. Ollama: http://127.0.0.1:11434/v1. Another host needs its key anew."
                kind=InputKind::Url
                value=base_url
                error=error("base_url")
                optional=true
            />
            <TextArea
                name="form[models]"
                id=element("models")
                label="Models"
                hint="One per line, as the provider calls them."
                value=models
                error=error("models")
                required=true
            />
            <TextInput
                name="form[key]"
                id=element("key")
                label="Key"
                hint=hint
                kind=InputKind::Password
                value=key
                error=error("key")
                autocomplete="new-password"
            />
            <div class="cluster-end">
                <Button variant=Variant::Primary submit=true>
                    {if id.is_some() { "Save" } else { "Add provider" }}
                </Button>
            </div>
        </ActionForm>
    }
}

/// A save that was refused; the form keeps what was typed.
#[derive(Clone, Debug, PartialEq)]
struct Refused {
    id: Option<Uuid>,
    errors: Vec<FieldError>,
}

fn first(errors: &[FieldError], name: &str) -> Option<String> {
    errors.iter().find(|error| error.field == name).map(|error| error.message.clone())
}

/// Says in a toast what came of each action, and counts what changed the list.
fn follow(
    save: ServerAction<SaveProvider>,
    delete: ServerAction<DeleteProvider>,
    attempt: ServerAction<TryProvider>,
    changes: RwSignal<usize>,
) -> RwSignal<Option<Refused>> {
    let toasts = expect_context::<Toasts>();
    let refused = RwSignal::new(None);
    let asked = StoredValue::new(None);
    let say = move |outcome: Result<String, Error>| match outcome {
        Ok(text) => toasts.show(Tone::Good, text),
        Err(error) => toasts.show(Tone::Bad, error.detail),
    };
    Effect::new(move || {
        if let Some(input) = save.input().get() {
            asked.set_value(input.id);
        }
    });
    Effect::new(move || {
        let Some(outcome) = save.value().get() else { return };
        refused
            .set(outcome.as_ref().err().map(|error| Refused { id: asked.get_value(), errors: error.errors.clone() }));
        if outcome.is_ok() {
            changes.update(|changes| *changes += 1);
        }
        say(outcome.map(|provider| format!("{} is set up", provider.slug)));
    });
    Effect::new(move || {
        let Some(outcome) = delete.value().get() else { return };
        if outcome.is_ok() {
            changes.update(|changes| *changes += 1);
        }
        say(outcome.map(|()| "The provider and its key are gone".to_owned()));
    });
    Effect::new(move || {
        if let Some(outcome) = attempt.value().get() {
            say(outcome.map(|model| format!("It works: {model} answered")));
        }
    });
    refused
}
