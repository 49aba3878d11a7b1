//! API keys: making one for a program, seeing which there are, revoking them.
//!
//! A key is shown once, when it is made. Every action is a form that works without the browser's code.

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;

use crate::{
    model::{
        api_key::{ApiKey, LIFE_DAYS, MAX_KEY_NAME, Scope},
        error::Code,
        page::Page,
        timestamp::Timestamp,
    },
    paths,
    server_fns::keys::{BindableAgent, KeysShown, MadeKey, MakeKey, RevokeKey, show_keys},
    ui::{
        entry::{say, watch_sign_in},
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
            checkbox::Checkbox,
            copy_field::CopyField,
            notice::{Notice, NoticeTone},
            select::{Choice, Select},
            show_more::{More, ShowMore},
            skeleton::{Skeleton, SkeletonShape},
            text_input::TextInput,
            time::Time,
        },
        session::use_session,
    },
};

/// What may be done here.
#[derive(Clone, Copy)]
struct Acts {
    make: ServerAction<MakeKey>,
    revoke: ServerAction<RevokeKey>,
    /// What the next key is called.
    name: RwSignal<String>,
}

impl Acts {
    fn new() -> Self {
        let acts = Self { make: ServerAction::new(), revoke: ServerAction::new(), name: RwSignal::new(String::new()) };
        say(acts.make, "API key made");
        say(acts.revoke, "The key is revoked");
        acts
    }

    /// Counts what changed the list. A form that was refused changes nothing and keeps what was typed.
    fn changes(self) -> RwSignal<usize> {
        let changes = RwSignal::new(0);
        Effect::new(move || {
            if self.make.value().with(|made| matches!(made, Some(Ok(_)))) {
                changes.update(|changes| *changes += 1);
                self.name.set(String::new());
            }
        });
        Effect::new(move || {
            if self.revoke.value().with(|revoked| matches!(revoked, Some(Ok(())))) {
                changes.update(|changes| *changes += 1);
            }
        });
        changes
    }
}

/// The settings page of API keys.
#[component]
pub fn KeysPage() -> impl IntoView {
    let acts = Acts::new();
    let changes = acts.changes();
    let after = use_query_map().get_untracked().get("after");
    let shown = Resource::new_blocking(move || changes.get(), move |_| show_keys(after.clone()));
    watch_sign_in(Signal::derive(move || {
        shown.with(|shown| matches!(shown, Some(Err(error)) if error.code == Code::Unauthorized))
    }));
    view! {
        <SignedInFrame title="API keys" here=Here::Settings width=Width::Narrow>
            <h1>"API keys"</h1>
            <SettingsNav here=paths::KEYS />
            <p class="soft">
                "A program that sends a key acts as you, in this workspace: within the key’s scopes, and never beyond what you may do yourself."
            </p>
            <Transition fallback=|| view! { <Skeleton shape=SkeletonShape::Rows /> }>
                {move || Suspend::new(async move {
                    match shown.await {
                        Ok(shown) => Either::Left(view! { <Loaded shown acts /> }),
                        Err(error) => Either::Right(view! { <NotLoaded error /> }),
                    }
                })}
            </Transition>
        </SignedInFrame>
    }
}

#[component]
fn Loaded(shown: KeysShown, acts: Acts) -> impl IntoView {
    let KeysShown { keys, agents, made, now } = shown;
    view! {
        <Made made acts />
        <List keys now acts />
        <Card title="Make a key">
            <KeyForm agents acts />
        </Card>
    }
}

/// The key that was just made: it is shown this once.
#[component]
fn Made(made: Option<MadeKey>, acts: Acts) -> impl IntoView {
    let newest = RwSignal::new(made);
    Effect::new(move || {
        if let Some(Ok(made)) = acts.make.value().get() {
            newest.set(Some(made));
        }
    });
    move || {
        newest.get().map(|MadeKey { name, secret, url }| {
            let curl = format!("curl -H 'Authorization: Bearer {secret}' {url}");
            view! {
                <Notice tone=NoticeTone::Ok>
                    <p>{format!("This is the key “{name}”. Copy it now: it is not shown again.")}</p>
                    <CopyField label="API key" text=secret />
                    <CopyField label="A call with curl" text=curl />
                </Notice>
            }
        })
    }
}

#[component]
fn List(keys: Page<ApiKey>, now: Timestamp, acts: Acts) -> impl IntoView {
    let Page { data, next_cursor } = keys;
    let none = data.is_empty();
    let more = More::new(next_cursor, |after| async move { Ok(show_keys(Some(after)).await?.keys) });
    let rows = data.into_iter().map(|key| view! { <KeyRow key now acts /> }).collect_view();
    view! {
        <Card title="Keys">
            {if none {
                Either::Left(view! { <p class="soft">"There are none yet."</p> })
            } else {
                Either::Right(
                    view! {
                        <ul class="list">
                            {rows} <For each=move || more.rows.get() key=|key| key.id let(key)>
                                <KeyRow key now acts />
                            </For>
                        </ul>
                    },
                )
            }}
            <ShowMore more address=|after| paths::list_after(paths::KEYS, after) />
        </Card>
    }
}

#[component]
fn KeyRow(key: ApiKey, now: Timestamp, acts: Acts) -> impl IntoView {
    let works = key.works(now);
    let ApiKey {
        id,
        name,
        prefix,
        scopes,
        agent_id,
        agent_name,
        made_by,
        created_at,
        expires_at,
        last_used_at,
        revoked_at,
    } = key;
    let scopes = scopes.iter().map(Scope::as_str).collect::<Vec<_>>().join(", ");
    let bound = agent_id.map(|_| format!(" · only {}", agent_name.unwrap_or_else(|| "one agent".to_owned())));
    let state = match (revoked_at, works) {
        (Some(_), _) => Some("Revoked"),
        (None, false) => Some("Expired"),
        (None, true) => None,
    };
    let ends = match expires_at {
        Some(at) if works => format!(", works until {}", at.plain()),
        Some(_) => String::new(),
        None => ", never expires".to_owned(),
    };
    let used = match last_used_at {
        Some(at) => Either::Left(view! { ", last used " <Time at=at /> }),
        None => Either::Right(", never used"),
    };
    let called = name.clone();
    let revoke = revoked_at.is_none().then(move || {
        view! {
            <details class="key-revoke">
                <summary>
                    "Revoke" <span class="hidden-text">{format!(" {called}")}</span>
                </summary>
                <ActionForm action=acts.revoke>
                    <input type="hidden" name="id" value=id.to_string() />
                    <p class="small">"What still uses it is refused from then on. This cannot be undone."</p>
                    <Button variant=Variant::Danger size=Size::Compact submit=true disabled=acts.revoke.pending()>
                        {format!("Revoke {called}")}
                    </Button>
                </ActionForm>
            </details>
        }
    });
    view! {
        <li class="key">
            <div class="row">
                <div class="row-main">
                    <span>{name}</span>
                    <span class="small soft">
                        <span class="mono">{prefix} "…"</span>
                        " · "
                        {scopes}
                        {bound}
                    </span>
                    <span class="small soft">
                        "by " {made_by.name} ", made " <Time at=created_at /> {used} {ends}
                    </span>
                </div>
                {state.map(|state| view! { <Badge tone=BadgeTone::Bad>{state}</Badge> })}
            </div>
            {revoke}
        </li>
    }
}

#[component]
fn KeyForm(agents: Vec<BindableAgent>, acts: Acts) -> impl IntoView {
    let is_admin = use_session().is_admin();
    let (agent, days) = (RwSignal::new(String::new()), RwSignal::new("90".to_owned()));
    let error = move |field: &'static str| {
        Signal::derive(move || {
            acts.make.value().with(|answer| match answer {
                Some(Err(error)) => {
                    error.errors.iter().find(|error| error.field == field).map(|error| error.message.clone())
                }
                _ => None,
            })
        })
    };
    let wrong_scopes = error("scopes");
    let boxes = Scope::ALL.into_iter().filter(move |scope| is_admin || *scope != Scope::Admin).map(|scope| {
        let checked = RwSignal::new(scope == Scope::AgentsRead);
        let id = format!("scope-{}", scope.as_str().replace(':', "-"));
        view! { <Checkbox name="scopes[]" id=id value=scope.as_str() label=scope.as_str() hint=scope.label() checked /> }
    });
    let mut bound = vec![Choice::new("", "Every agent that you may use")];
    bound.extend(agents.into_iter().map(|agent| Choice::new(agent.id.to_string(), agent.name)));
    let mut lives = vec![Choice::new("", "Never")];
    lives.extend(LIFE_DAYS.into_iter().map(|days| Choice::new(days.to_string(), format!("In {days} days"))));
    view! {
        <ActionForm action=acts.make attr:class="stack" attr:autocomplete="off">
            <TextInput
                name="name"
                label="Name"
                hint="What it is for, such as the help desk."
                value=acts.name
                limit=MAX_KEY_NAME
                error=error("name")
                required=true
            />
            <fieldset class="scopes" aria-describedby="scopes-error">
                <legend>"Scopes"</legend>
                {boxes.collect_view()}
                <p class="field-error" id="scopes-error">
                    {move || wrong_scopes.get()}
                </p>
            </fieldset>
            <div class="key-limits">
                <Select
                    name="agent"
                    label="Agent"
                    hint="A key of one agent sees nothing else."
                    value=agent
                    choices=Signal::stored(bound)
                    error=error("agent_id")
                />
                <Select name="days" label="Expires" value=days choices=Signal::stored(lives) error=error("expires_at") />
            </div>
            <div class="cluster-end">
                <Button variant=Variant::Primary submit=true disabled=acts.make.pending()>
                    "Make an API key"
                </Button>
            </div>
        </ActionForm>
    }
}
