//! The public link's card: its address with a QR code, what it may use up in a day, its pass phrase, who may frame it.

use leptos::prelude::*;

use super::{
    Acts,
    card::{ChannelCard, Fold},
};
use crate::{
    model::{
        channel::ChannelState,
        link::{DAILY_MESSAGES, DAILY_TOKENS, Link, MAX_PASS, Qr},
        snippets,
    },
    server_fns::channels::ChannelsShown,
    ui::parts::{
        button::Button,
        checkbox::Checkbox,
        copy_field::CopyField,
        notice::{Notice, NoticeTone},
        text_area::TextArea,
        text_input::{InputKind, TextInput},
    },
};

/// The card of the public link.
#[component]
pub fn LinkCard(
    /// Its switch, and what it last carried.
    state: ChannelState,
    /// What the tab shows.
    shown: ChannelsShown,
    /// The caller owns the agent.
    owns: bool,
    /// What may be done.
    acts: Acts,
) -> impl IntoView {
    let ChannelsShown { channels, qr, name, .. } = shown;
    let live = channels.live_version;
    let blocked = match (owns, live) {
        (false, _) => Some("Only the owner of this agent may let strangers in"),
        (true, None) => Some("Publish a release first: the link would lead to nothing"),
        (true, Some(_)) => None,
    };
    let on = state.on;
    let stuck = channels.link.as_ref().and_then(Link::used_up);
    let off = channels.off_for_visitors;
    let link = channels.link;
    let off = (!off.is_empty()).then(|| {
        let sentence = format!(
            "Off on this channel: {}. Such skills wait for a person to confirm, and a visitor is nobody that they could act for.",
            off.join(", ")
        );
        view! { <Notice>{sentence}</Notice> }
    });
    let address = link.clone().filter(|_| on).map(|link| view! { <Address link qr name /> });
    let today = link.clone().map(|link| view! { <Today link /> });
    let settings = owns.then(|| view! { <Settings link acts /> });
    view! {
        <ChannelCard state live acts blocked=blocked.map(str::to_owned) stuck>
            {off} {address} {today} {settings}
        </ChannelCard>
    }
}

#[component]
fn Address(link: Link, qr: Option<Qr>, name: String) -> impl IntoView {
    let frame = snippets::frame(&link.url, &name);
    let framed = !link.frame_origins.is_empty();
    view! {
        <div class="link-address">
            {qr
                .map(|Qr { size, path }| {
                    view! {
                        <svg
                            class="link-qr"
                            role="img"
                            aria-label="The address as a QR code"
                            viewBox=format!("-2 -2 {0} {0}", size + 4)
                        >
                            <path d=path />
                        </svg>
                    }
                })}
            <div class="stack">
                <p>
                    <a href=link.url.clone() target="_blank" rel="noopener">
                        "Open the page"
                        <span class="hidden-text">" in a new tab"</span>
                    </a>
                </p>
                <CopyField label="Address of the public page" text=link.url.clone() />
                {if framed {
                    view! {
                        <p class="small soft">
                            {format!("On {}, this shows it in a frame:", link.frame_origins.join(", "))}
                        </p>
                        <CopyField label="Code that shows the page in a frame" text=frame />
                    }
                        .into_any()
                } else {
                    view! { <p class="small soft">"No site may show it in a frame. Name those that may below."</p> }.into_any()
                }}
            </div>
        </div>
    }
}

#[component]
fn Today(link: Link) -> impl IntoView {
    let meter = |label: &'static str, used: i64, most: i64| {
        view! {
            <div class="link-meter">
                <span>{label}</span>
                <span class="number soft">{format!("{used} of {most}")}</span>
                <meter min="0" max=most.to_string() value=used.to_string() aria-label=format!("{label} used today")></meter>
            </div>
        }
    };
    view! {
        <div class="link-today" role="group" aria-label="Used today, in UTC">
            {meter("Messages today", link.messages_today, link.daily_messages)}
            {meter("Tokens today", link.tokens_today, link.daily_tokens)}
        </div>
        {link.used_up().map(|sentence| view! { <Notice tone=NoticeTone::Warn>{sentence}</Notice> })}
    }
}

#[component]
fn Settings(link: Option<Link>, acts: Acts) -> impl IntoView {
    let text = |number: i64| RwSignal::new(number.to_string());
    let messages = text(link.as_ref().map_or(DAILY_MESSAGES, |link| link.daily_messages));
    let tokens = text(link.as_ref().map_or(DAILY_TOKENS, |link| link.daily_tokens));
    let origins = RwSignal::new(link.as_ref().map(|link| link.frame_origins.join("\n")).unwrap_or_default());
    let has_pass = link.as_ref().is_some_and(|link| link.has_pass_phrase);
    let (pass, no_pass) = (RwSignal::new(String::new()), RwSignal::new(false));
    let error = move |field: &'static str| {
        Signal::derive(move || {
            acts.set.value().with(|answer| match answer {
                Some(Err(error)) => {
                    error.errors.iter().find(|error| error.field == field).map(|error| error.message.clone())
                }
                _ => None,
            })
        })
    };
    view! {
        <Fold id="link-settings" title="Limits, pass phrase and frames" acts>
            <ActionForm action=acts.set attr:class="stack" attr:autocomplete="off">
                <input type="hidden" name="agent" value=acts.agent.to_string() />
                <div class="link-pair">
                    <TextInput
                        name="daily_messages"
                        label="Messages a day"
                        kind=InputKind::Number
                        min="1"
                        value=messages
                        error=error("daily_messages")
                    />
                    <TextInput
                        name="daily_tokens"
                        label="Tokens a day"
                        hint="About four letters each, of what is asked and answered."
                        kind=InputKind::Number
                        min="1"
                        value=tokens
                        error=error("daily_tokens")
                    />
                </div>
                <TextInput
                    name="pass_phrase"
                    id="link-pass"
                    label=if has_pass { "New pass phrase" } else { "Pass phrase" }
                    hint=if has_pass {
                        "Visitors are asked for one. Left empty, it stays as it is."
                    } else {
                        "Left empty, whoever knows the address gets in."
                    }
                    kind=InputKind::Password
                    value=pass
                    limit=MAX_PASS
                    optional=true
                    autocomplete="new-password"
                    error=error("pass_phrase")
                />
                {has_pass
                    .then(|| view! { <Checkbox name="no_pass_phrase" label="Ask for no pass phrase any more" checked=no_pass /> })}
                <TextArea
                    name="frame_origins"
                    label="Sites that may show it in a frame"
                    hint="One per line, such as https://shop.example. None: no site may."
                    rows=3
                    value=origins
                    error=error("frame_origins")
                />
                <div class="cluster-end">
                    <Button submit=true disabled=acts.set.pending()>
                        "Set the public link"
                    </Button>
                </div>
            </ActionForm>
        </Fold>
    }
}
