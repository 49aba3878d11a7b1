//! An agent's public page, `/a/{slug}`: strangers talk to what is live. It works without JavaScript, and alone in a frame.
//!
//! Every form here is a plain one that posts to the page's own address; see `server::channels::link`.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    model::{
        chat::MAX_MESSAGE,
        error::Code,
        link::{Visit, VisitOpening, VisitPage},
        session::Author,
    },
    paths,
    server_fns::visits::load_visit,
    ui::parts::{
        bubble::{Bubble, Speaker},
        button::{Button, LinkButton, Variant},
        markdown::Markdown,
        notice::{Notice, NoticeTone},
        text_input::{InputKind, TextInput},
    },
};

/// The page of the agent whose link has this address.
#[component]
pub fn VisitorPage() -> impl IntoView {
    let slug = use_params_map().get_untracked().get("slug").unwrap_or_default();
    let (chat, pass) = use_query_map().with_untracked(|query| (query.get("chat"), query.get("pass")));
    let loaded = {
        let (slug, pass) = (slug.clone(), pass.clone());
        Resource::new_blocking(
            || (),
            move |()| {
                let (slug, chat, pass) = (slug.clone(), chat.clone(), pass.clone());
                async move { load_visit(slug, chat, pass).await }
            },
        )
    };
    let fresh = {
        let question = pass.map(|pass| format!("?pass={pass}")).unwrap_or_default();
        StoredValue::new(format!("{}{question}", paths::visit(&slug)))
    };
    view! {
        <main class="visit" id="main" tabindex="-1">
            <Suspense>
                {move || Suspend::new(async move {
                    match loaded.await {
                        Ok(VisitPage::Open(visit)) => view! { <Open visit=*visit fresh=fresh.get_value() /> }.into_any(),
                        Ok(VisitPage::AskPass { problem }) => view! { <AskPass problem /> }.into_any(),
                        Err(error) if error.code == Code::NotFound => view! { <Nothing /> }.into_any(),
                        Err(error) => view! { <Notice tone=NoticeTone::Bad>{error.detail}</Notice> }.into_any(),
                    }
                })}
            </Suspense>
        </main>
    }
}

/// The same for every address that leads nowhere, whatever once was there.
#[component]
fn Nothing() -> impl IntoView {
    view! {
        <Title text="Not found" />
        <div class="visit-door">
            <h1>"There is nothing here"</h1>
            <p class="soft">"The address is wrong, or what was here is no longer open to everybody."</p>
        </div>
    }
}

#[component]
fn AskPass(problem: Option<String>) -> impl IntoView {
    let value = RwSignal::new(String::new());
    view! {
        <Title text="Pass phrase" />
        <form class="visit-door stack" method="post" autocomplete="off">
            <h1>"This page asks for a pass phrase"</h1>
            <p class="soft">"Whoever gave you the address can tell you."</p>
            <TextInput
                name="pass_phrase"
                id="pass_phrase"
                label="Pass phrase"
                kind=InputKind::Password
                value
                error=Signal::stored(problem)
                autocomplete="off"
                required=true
            />
            <div class="cluster-end">
                <Button variant=Variant::Primary submit=true>
                    "Open"
                </Button>
            </div>
        </form>
    }
}

#[component]
fn Open(visit: Visit, fresh: String) -> impl IntoView {
    let Visit { opening, messages, over, problem, typed, .. } = visit;
    let VisitOpening { name, icon, greeting, prompt_bubbles } = opening;
    let begun = !messages.is_empty();
    let said = messages.into_iter().map(|message| match message.role {
        Author::User => view! { <Bubble speaker=Speaker::Me>{message.content}</Bubble> }.into_any(),
        Author::Agent => {
            let failed = message.error.is_some();
            let error = message.error;
            let footer = ViewFn::from(move || view! { <span class="chat-error">{error.clone()}</span> });
            view! {
                <Bubble speaker=Speaker::Agent failed=Signal::stored(failed) footer>
                    <Markdown text=message.content />
                </Bubble>
            }
            .into_any()
        }
    });
    let starters = (!begun && !prompt_bubbles.is_empty()).then(|| {
        let buttons = prompt_bubbles.into_iter().map(|text| {
            view! {
                <button class="button compact starter" name="content" value=text.clone()>
                    {text.clone()}
                </button>
            }
        });
        view! {
            <form class="chat-starters" method="post" role="group" aria-label="Ways to begin">
                {buttons.collect_view()}
            </form>
        }
    });
    view! {
        <Title text=name.clone() />
        <header class="visit-bar">
            <span class="desk-icon" aria-hidden="true">
                {icon}
            </span>
            <h1 class="cut">{name}</h1>
            {begun.then(|| view! { <LinkButton href=fresh.clone() variant=Variant::Quiet>"New chat"</LinkButton> })}
        </header>
        <div class="chat">
            <div class="chat-log" role="log" aria-label="Conversation" tabindex="0">
                {(!greeting.is_empty())
                    .then(|| {
                        view! {
                            <Bubble speaker=Speaker::Agent>
                                <Markdown text=greeting />
                            </Bubble>
                        }
                    })} {starters} {said.collect_view()}
            </div>
            {problem.map(|problem| view! { <Notice tone=NoticeTone::Bad>{problem}</Notice> })}
            {match over {
                Some(sentence) => {
                    view! {
                        <div class="chat-over">
                            <Notice>{sentence}</Notice>
                            <LinkButton href=fresh variant=Variant::Primary>
                                "Start a new chat"
                            </LinkButton>
                        </div>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <form class="composer" method="post" autocomplete="off">
                            <textarea
                                class="input composer-field"
                                name="content"
                                aria-label="Message"
                                rows="2"
                                required=true
                                maxlength=MAX_MESSAGE.to_string()
                                placeholder="Write a message…"
                            >
                                {typed}
                            </textarea>
                            <Button submit=true>"Send"</Button>
                        </form>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}
