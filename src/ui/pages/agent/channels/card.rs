//! What every channel's card has: its name and state, a switch, what it last carried, and a test message.

use leptos::prelude::*;

use super::Acts;
use crate::{
    model::{
        channel::{Channel, ChannelState, Tested},
        timestamp::Timestamp,
    },
    server_fns::channels::TestChannel,
    ui::parts::{
        badge::{Badge, BadgeTone},
        bubble::{Bubble, Speaker},
        button::{BlockableButton, Button, Size},
        markdown::Markdown,
        notice::{Notice, NoticeTone},
        text_input::TextInput,
        time::Time,
    },
};

/// The card of a channel. What is its own stands between the switch and the test.
#[component]
pub fn ChannelCard(
    /// Its switch, and what it last carried.
    state: ChannelState,
    /// The release that answers.
    live: Option<i64>,
    /// What may be done.
    acts: Acts,
    /// Why it cannot be switched on.
    #[prop(default = None)]
    blocked: Option<String>,
    /// Why it answers nobody though it is on.
    #[prop(default = None)]
    stuck: Option<String>,
    /// What is its own.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let ChannelState { channel, on, changed_by, changed_at, last_message_at, last_error, last_error_at } = state;
    let (tone, word) = match (channel.has_switch(), on) {
        (false, _) => (BadgeTone::Ok, "Always on"),
        (true, true) => (BadgeTone::Ok, "On"),
        (true, false) => (BadgeTone::Neutral, "Off"),
    };
    let title = format!("channel-{}", channel.as_str());
    let titled = title.clone();
    let says = match (on, live) {
        (false, _) => "Off: nobody gets in.".to_owned(),
        (true, None) => "On, and nothing is live: whoever comes is told so.".to_owned(),
        (true, Some(version)) => stuck.unwrap_or_else(|| format!("On: v{version} answers.")),
    };
    let changed =
        changed_by.zip(changed_at).map(|(by, at)| view! { " Switched by " {by.name} ", " <Time at=at /> "." });
    view! {
        <section class="card channel" aria-labelledby=titled>
            <header class="channel-head">
                <h2 id=title.clone()>{channel.label()}</h2>
                <Badge tone=Signal::stored(tone) dot=true>
                    {word}
                </Badge>
                {channel.has_switch().then(|| view! { <Switch channel on blocked acts /> })}
            </header>
            <p class="soft">{about(channel)}</p>
            <dl class="channel-facts">
                <dt>"State"</dt>
                <dd>{says} {changed}</dd>
                <dt>"Last message"</dt>
                <dd>{when(last_message_at)}</dd>
                <dt>"Last error"</dt>
                <dd>
                    {match last_error {
                        Some(error) => view! { <span class="channel-error">{error}</span> " " {when(last_error_at)} }.into_any(),
                        None => "None".into_any(),
                    }}
                </dd>
            </dl>
            {children.map(|children| children())}
            {(on && live.is_some()).then(|| view! { <Test channel acts /> })}
        </section>
    }
}

const fn about(channel: Channel) -> &'static str {
    match channel {
        Channel::Coworker => "Members whom the agent is shared with talk to it on their own page.",
        Channel::Link => "Anybody who knows the address talks to it, without signing in.",
        Channel::Api => {
            "Programs talk to it by an API key: conversations, runs, and what speaks OpenAI’s or the AI SDK’s words."
        }
        Channel::Preview => "Editors try the draft beside the form.",
    }
}

fn when(at: Option<Timestamp>) -> AnyView {
    match at {
        Some(at) => view! { <Time at=at /> }.into_any(),
        None => "Never".into_any(),
    }
}

#[component]
fn Switch(channel: Channel, on: bool, blocked: Option<String>, acts: Acts) -> impl IntoView {
    let reason = StoredValue::new(blocked.filter(|_| !on));
    let pending = acts.switch.pending();
    view! {
        <ActionForm action=acts.switch attr:class="push">
            <input type="hidden" name="agent" value=acts.agent.to_string() />
            <input type="hidden" name="channel" value=channel.as_str() />
            <input type="hidden" name="on" value=(!on).to_string() />
            <BlockableButton
                id=format!("switch-{}", channel.as_str())
                size=Size::Compact
                submit=true
                blocked=Signal::derive(move || {
                    reason.get_value().or_else(|| pending.get().then(|| "Switching…".to_owned()))
                })
            >
                {if on { "Switch off" } else { "Switch on" }}
                <span class="hidden-text">{format!(": {}", channel.label())}</span>
            </BlockableButton>
        </ActionForm>
    }
}

/// A part that is folded away until somebody wants it.
#[component]
pub fn Fold(
    /// Its id on the page.
    #[prop(into)]
    id: String,
    /// What it is.
    #[prop(into)]
    title: String,
    /// What may be done.
    acts: Acts,
    children: Children,
) -> impl IntoView {
    let is_open = acts.open.with_untracked(|open| open.contains(&id));
    let key = id.clone();
    let toggled = move |event: leptos::ev::Event| {
        let is_open = event_target::<web_sys::HtmlDetailsElement>(&event).open();
        acts.open.update(|open| {
            if is_open {
                open.insert(key.clone());
            } else {
                open.remove(&key);
            }
        });
    };
    view! {
        <details class="channel-test" id=id open=is_open on:toggle=toggled>
            <summary>{title}</summary>
            {children()}
        </details>
    }
}

/// A message by this way in, and what came of it.
#[component]
fn Test(channel: Channel, acts: Acts) -> impl IntoView {
    let action = ServerAction::<TestChannel>::new();
    let content = RwSignal::new("Hello".to_owned());
    let answer = RwSignal::new(None);
    Effect::new(move || {
        if let Some(tested) = action.value().get() {
            answer.set(Some(tested));
        }
    });
    let id = format!("test-{}", channel.as_str());
    view! {
        <Fold id=format!("try-{}", channel.as_str()) title="Send a test message" acts>
            <ActionForm action attr:class="channel-test-form" attr:autocomplete="off">
                <input type="hidden" name="agent" value=acts.agent.to_string() />
                <input type="hidden" name="channel" value=channel.as_str() />
                <TextInput name="content" id=id label="Test message" value=content required=true />
                <Button submit=true disabled=action.pending()>
                    "Send"
                </Button>
            </ActionForm>
            <p class="small soft">{costs(channel)}</p>
            <div aria-live="polite">
                {move || action.pending().get().then(|| view! { <p class="soft">"Waiting for the answer…"</p> })}
                {move || {
                    answer
                        .get()
                        .map(|tested| match tested {
                            Ok(tested) => view! { <Answer tested /> }.into_any(),
                            Err(error) => view! { <Notice tone=NoticeTone::Bad>{error.detail}</Notice> }.into_any(),
                        })
                }}
            </div>
        </Fold>
    }
}

const fn costs(channel: Channel) -> &'static str {
    match channel {
        Channel::Link => "It really goes this way, and counts towards today’s limits.",
        _ => "It really goes this way; the conversation is not kept.",
    }
}

#[component]
fn Answer(tested: Tested) -> impl IntoView {
    let message = tested.message;
    let failed = message.error.is_some();
    let (error, receipt) = (message.error, message.receipt);
    let footer = ViewFn::from(move || {
        let receipt = receipt.clone().map(|receipt| {
            view! {
                <span class="number" title=format!("Config {}", receipt.config_hash)>
                    {receipt.footer()}
                </span>
                {receipt.is_rehearsal().then(|| view! { <Badge>"Rehearsal"</Badge> })}
            }
        });
        let error = error.clone().map(|error| view! { <span class="chat-error">{error}</span> });
        view! {
            {error}
            {receipt}
        }
    });
    view! {
        <Bubble speaker=Speaker::Agent failed=Signal::stored(failed) footer>
            <Markdown text=message.content />
        </Bubble>
    }
}
