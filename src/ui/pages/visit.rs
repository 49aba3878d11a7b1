//! An agent's public page, `/a/{slug}`: strangers talk to what is live. It works without JavaScript, and alone in a frame.
//!
//! Every form here is a plain one that posts to the page's own address; see `server::channels::link`. Once the browser's code
//! is there, the conversation is the one of all pages.

use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    model::{
        chat::Opening,
        error::Code,
        link::{Visit, VisitOpening, VisitPage},
        session::Author,
    },
    paths,
    server_fns::visits::load_visit,
    ui::{
        chat::{ConversationView, Talk},
        parts::{
            bubble::{Bubble, Speaker},
            button::{Button, LinkButton, Variant},
            face::Face,
            markdown::Markdown,
            notice::{Notice, NoticeTone},
            text_area::content,
            text_input::{InputKind, TextInput},
        },
    },
};

/// Where the visitor is, and what they carry.
#[derive(Clone, Debug)]
struct Here {
    page: String,
    chat: Option<String>,
    pass: Option<String>,
}

/// The page of the agent whose link has this address.
#[component]
pub fn VisitorPage() -> impl IntoView {
    let slug = use_params_map().get_untracked().get("slug").unwrap_or_default();
    let (chat, pass) = use_query_map().with_untracked(|query| (query.get("chat"), query.get("pass")));
    let here = StoredValue::new(Here { page: paths::visit(&slug), chat: chat.clone(), pass: pass.clone() });
    // What a visitor carries changes with the first message, and that loads nothing anew.
    let loaded = Resource::new_blocking(
        || (),
        move |()| {
            let (slug, chat, pass) = (slug.clone(), chat.clone(), pass.clone());
            async move { load_visit(slug, chat, pass).await }
        },
    );
    view! {
        <main class="visit" id="main" tabindex="-1">
            <Suspense>
                {move || Suspend::new(async move {
                    match loaded.await {
                        Ok(VisitPage::Open(visit)) => view! { <Open visit=*visit here=here.get_value() /> }.into_any(),
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
fn Open(visit: Visit, here: Here) -> impl IntoView {
    let Here { page, chat, pass } = here;
    let fresh =
        StoredValue::new(format!("{page}{}", pass.as_ref().map(|pass| format!("?pass={pass}")).unwrap_or_default()));
    let talk = Talk::visit(page, pass, chat, &visit);
    let opening = Opening::from(visit.opening.clone());
    let VisitOpening { name, icon, .. } = visit.opening.clone();
    let shown = RwSignal::new(Some(opening));
    // The browser's code takes over with what was typed before it came.
    let (taken, field) = (RwSignal::new(false), NodeRef::<html::Textarea>::new());
    Effect::new(move || {
        if let Some(field) = field.get_untracked() {
            talk.typed.set(field.value());
        }
        taken.set(true);
    });
    let visit = StoredValue::new(visit);
    view! {
        <Title text=name.clone() />
        <header class="visit-bar">
            <Face icon name=name.clone() />
            <h1 class="cut">{name}</h1>
            {move || {
                (!talk.is_fresh() && talk.over.with(Option::is_none))
                    .then(|| {
                        view! {
                            // The router would find the same page and change nothing.
                            <LinkButton href=fresh.get_value() variant=Variant::Quiet attr:rel="external">
                                "New chat"
                            </LinkButton>
                        }
                    })
            }}
        </header>
        {move || {
            if taken.get() {
                view! {
                    <ConversationView
                        talk
                        opening=shown
                        placeholder="Write a message…"
                        way_on=move || {
                            view! {
                                // The router would find the same page and change nothing.
                                <LinkButton href=fresh.get_value() variant=Variant::Primary attr:rel="external">
                                    "Start a new chat"
                                </LinkButton>
                            }
                        }
                    />
                }
                    .into_any()
            } else {
                view! { <Plain visit=visit.get_value() fresh=fresh.get_value() field /> }.into_any()
            }
        }}
    }
}

/// The conversation in a browser that runs no code, or not yet.
#[component]
fn Plain(visit: Visit, fresh: String, field: NodeRef<html::Textarea>) -> impl IntoView {
    let Visit { opening, messages, over, problem, typed, .. } = visit;
    let VisitOpening { greeting, prompt_bubbles, .. } = opening;
    let starters = (messages.is_empty() && !prompt_bubbles.is_empty()).then(|| {
        let buttons = prompt_bubbles.into_iter().map(|text| {
            view! {
                <button class="button compact starter" name="content" value=text.clone()>
                    {text.clone()}
                </button>
            }
        });
        view! {
            <form class="chat-starters" method="post" aria-label="Ways to begin">
                {buttons.collect_view()}
            </form>
        }
    });
    let said = messages.into_iter().map(|message| match (message.role, message.error) {
        (Author::User, _) => view! { <Bubble speaker=Speaker::Me>{message.content}</Bubble> }.into_any(),
        (Author::Agent, None) => agent_says(message.content),
        (Author::Agent, Some(error)) => {
            let footer = ViewFn::from(move || view! { <span class="chat-error">{error.clone()}</span> });
            view! {
                <Bubble speaker=Speaker::Agent failed=Signal::stored(true) footer>
                    <Markdown text=message.content />
                </Bubble>
            }
            .into_any()
        }
    });
    view! {
        <div class="chat">
            <div class="chat-log" role="log" aria-label="Conversation" tabindex="0">
                {(!greeting.is_empty()).then(|| agent_says(greeting))} {starters} {said.collect_view()}
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
                                node_ref=field
                                class="input composer-field"
                                name="content"
                                aria-label="Message"
                                rows="1"
                                required=true
                                placeholder="Write a message…"
                                inner_html=content(&typed)
                            ></textarea>
                            <Button submit=true>"Send"</Button>
                        </form>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

fn agent_says(text: String) -> AnyView {
    view! {
        <Bubble speaker=Speaker::Agent>
            <Markdown text />
        </Bubble>
    }
    .into_any()
}
