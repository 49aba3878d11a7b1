//! Talking to what is live, for everyone who may use the agent. A first, plain version: one agent, one conversation.
//!
//! An open conversation stays on the release it began with, and the page says which one that is and when there is a newer.

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_params_map;
use uuid::Uuid;

use crate::{
    model::{
        chat::{Desk, Opening},
        error::{Code, Error},
    },
    paths,
    server_fns::chat::load_desk,
    ui::{
        chat::{ConversationView, Talk},
        layout::{
            page_frame::{Here, Width},
            signed_in::SignedInFrame,
        },
        pages::not_found::NotFound,
        parts::{
            badge::Badge,
            button::{Button, LinkButton, Size, Variant},
            empty_state::EmptyState,
            notice::{Notice, NoticeTone},
            skeleton::Skeleton,
        },
    },
};

/// The page of the agent that the address names.
#[component]
pub fn CoworkerPage() -> impl IntoView {
    let params = use_params_map();
    let agent = Memo::new(move |_| params.with(|params| params.get("id")).and_then(|id| id.parse::<Uuid>().ok()));
    let desk = Resource::new_blocking(
        move || agent.get(),
        |agent| async move { load_desk(agent.ok_or_else(Error::not_found)?).await },
    );
    let title = Signal::derive(move || match desk.get() {
        Some(Ok(desk)) => shown(&desk).map_or_else(|| "Agent".to_owned(), |opening| opening.name.clone()),
        _ => "Agent".to_owned(),
    });
    view! {
        <SignedInFrame title here=Here::Elsewhere width=Width::Full>
            <Transition fallback=|| view! { <Skeleton /> }>
                {move || Suspend::new(async move {
                    match desk.await {
                        Ok(desk) => Either::Left(view! { <DeskView desk /> }),
                        Err(Error { code: Code::NotFound | Code::Forbidden, detail, .. }) => {
                            Either::Right(view! { <NotFound detail /> }.into_any())
                        }
                        Err(error) => {
                            Either::Right(view! { <Notice tone=NoticeTone::Bad>{error.detail}</Notice> }.into_any())
                        }
                    }
                })}
            </Transition>
        </SignedInFrame>
    }
}

/// What the page is about: the open conversation's revision, else what is live.
fn shown(desk: &Desk) -> Option<&Opening> {
    desk.latest.as_ref().map(|latest| &latest.opening).or(desk.live.as_ref())
}

#[component]
fn DeskView(desk: Desk) -> impl IntoView {
    let agent = desk.agent_id;
    let Some(first) = shown(&desk).cloned() else {
        return view! {
            <div class="desk">
                <EmptyState
                    title="No published version"
                    text="Nothing of this agent is published yet, so there is nobody to talk to. Come back after its first release."
                >
                    <LinkButton href=paths::AGENTS>"Go to your agents"</LinkButton>
                </EmptyState>
            </div>
        }
        .into_any();
    };
    let talk = match &desk.latest {
        Some(latest) => Talk::resume(agent, false, latest),
        None => Talk::new(agent, false),
    };
    let live = RwSignal::new(desk.live);
    let opening = RwSignal::new(Some(first));
    let look_again = move || {
        leptos::task::spawn_local(async move {
            let Ok(desk) = load_desk(agent).await else { return };
            // What a conversation that has not begun would run on.
            if talk.entries.try_with_untracked(Vec::is_empty) == Some(true) {
                let _ = opening.try_set(desk.live.clone());
            }
            let _ = live.try_set(desk.live);
        });
    };
    // After each answer, and when one was refused, look again at what is live.
    Effect::new(move || {
        if talk.answers.get() > 0 {
            look_again();
        }
    });
    let new_chat = Callback::new(move |()| {
        talk.new_chat();
        opening.set(live.get_untracked());
        look_again();
    });
    // The session's own receipt is the truth: live may have moved between loading the page and the first message.
    let version = Signal::derive(move || {
        let own = talk.receipt.get().and_then(|receipt| receipt.version);
        own.or_else(|| opening.with(|opening| opening.as_ref().and_then(|opening| opening.receipt.version)))
    });
    let newer = Signal::derive(move || {
        let live = live.with(|live| live.as_ref().and_then(|live| live.receipt.version))?;
        let open = talk.session.get().is_some() && talk.over.with(Option::is_none);
        (open && version.get() != Some(live)).then_some(live)
    });
    view! {
        <div class="desk">
            <header class="desk-bar">
                {move || {
                    opening
                        .get()
                        .map(|opening| {
                            view! {
                                <span class="desk-icon" aria-hidden="true">
                                    {opening.icon}
                                </span>
                                <h1 class="cut">{opening.name}</h1>
                            }
                        })
                }} {move || version.get().map(|version| view! { <Badge>{format!("v{version}")}</Badge> })}
                <span class="soft small wide-only">
                    {move || {
                        version
                            .get()
                            .filter(|_| talk.session.get().is_some())
                            .map(|version| format!("This conversation runs on v{version}"))
                    }}
                </span>
                <Button size=Size::Compact variant=Variant::Quiet class:push=true on:click=move |_| new_chat.run(())>
                    "New chat"
                </Button>
            </header>
            {move || {
                newer
                    .get()
                    .map(|newer| {
                        let own = version.get().map_or_else(String::new, |own| format!("v{own}"));
                        view! {
                            <div class="desk-newer">
                                <Notice>
                                    {format!("v{newer} is live now. This conversation stays on {own}. ")}
                                    <Button size=Size::Compact on:click=move |_| new_chat.run(())>
                                        {format!("Start a new chat on v{newer}")}
                                    </Button>
                                </Notice>
                            </div>
                        }
                    })
            }}
            {move || {
                if opening.with(Option::is_none) {
                    view! {
                        <EmptyState
                            title="No published version"
                            text="Nothing of this agent is published right now, so there is nobody to talk to."
                        />
                    }
                        .into_any()
                } else {
                    view! {
                        <ConversationView talk opening placeholder="Write a message…" on_new_chat=new_chat />
                    }
                        .into_any()
                }
            }}
        </div>
    }
    .into_any()
}
