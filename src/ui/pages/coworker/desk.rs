//! One conversation: what answers is named above it, and what has changed since is said there too.
//!
//! A conversation begins with its first message. From then on it has an address of its own, which takes the place of the
//! agent's without anything being loaded again. To begin anew is a link to the agent's address; the old one stays open in
//! the list until it ends by the rules.

use leptos::{either::Either, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};
use uuid::Uuid;

use super::{
    Shared,
    card::{Marks, Star},
    facts::{Facts, keep_watch},
};
use crate::{
    model::{
        coworker::{Desk, no_conversation},
        error::Code,
    },
    paths,
    server_fns::coworker::load_desk,
    ui::{
        chat::{ConversationView, PlainForm},
        entry::watch_sign_in,
        parts::{
            badge::Badge,
            button::{LinkButton, Size, Variant},
            empty_state::EmptyState,
            face::Face,
            icon::{Glyph, Icon},
            notice::{Notice, NoticeTone},
            skeleton::Skeleton,
        },
        status::answer_with,
    },
};

/// Which conversation of the agent the page shows, and how often one was begun on it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key {
    /// The one that the address named when it was loaded; none for a beginning.
    session: Option<Result<Uuid, ()>>,
    turn: usize,
}

/// What outlives one conversation on the page.
#[derive(Clone, Copy)]
struct Kept {
    /// The conversation that began on this page.
    begun: StoredValue<Option<Uuid>>,
    /// What was being typed when another one took its place.
    typed: StoredValue<String>,
}

/// The page of an agent.
#[component]
pub fn DeskPage(agent: Uuid) -> impl IntoView {
    let (path, query) = (use_location().pathname, use_query_map());
    let kept = Kept { begun: StoredValue::new(None), typed: StoredValue::new(String::new()) };
    let key = Memo::new(move |before: Option<&Key>| {
        let (id, session) = path.with(|path| super::named(path));
        let turn = before.map_or(0, |before| before.turn);
        match before {
            // The address is another agent's: this page is about to go.
            Some(before) if id != Some(agent.to_string()) => *before,
            Some(before) if session.is_some() && session == kept.begun.get_value().map(|id| id.to_string()) => *before,
            _ => {
                let again = kept.begun.get_value().is_some();
                kept.begun.set_value(None);
                let session = session.map(|session| session.parse::<Uuid>().map_err(drop));
                Key { session, turn: turn + usize::from(again) }
            }
        }
    });
    let desk = Resource::new_blocking(
        move || (key.get(), query.get_untracked().get("attempt").and_then(|id| id.parse::<Uuid>().ok())),
        move |(key, attempt)| async move {
            let session = key.session.transpose().map_err(|()| no_conversation())?;
            load_desk(agent, session, attempt).await
        },
    );
    watch_sign_in(Signal::derive(move || {
        desk.with(|desk| matches!(desk, Some(Err(error)) if error.code == Code::Unauthorized))
    }));
    view! {
        <Transition fallback=|| view! { <Skeleton /> }>
            {move || Suspend::new(async move {
                match desk.await {
                    Ok(desk) => Either::Left(view! { <DeskView desk kept /> }),
                    Err(error) => {
                        answer_with(&error);
                        let missing = matches!(error.code, Code::NotFound | Code::Forbidden);
                        let begin = missing && key.get_untracked().session.is_some();
                        Either::Right(view! { <Refused missing begin agent detail=error.detail /> })
                    }
                }
            })}
        </Transition>
    }
}

/// There is no such thing, or it is not the person's.
#[component]
fn Refused(missing: bool, begin: bool, agent: Uuid, detail: String) -> impl IntoView {
    if !missing {
        return view! { <Notice tone=NoticeTone::Bad>{detail}</Notice> }.into_any();
    }
    let begin = begin.then(|| {
        view! {
            <LinkButton href=paths::coworker(agent) variant=Variant::Primary>
                "Start a new chat"
            </LinkButton>
        }
    });
    view! {
        <div class="desk">
            <h1 class="hidden-text">"Coworker"</h1>
            <EmptyState title="There is nothing here" text=detail>
                {begin}
                <LinkButton href=paths::COWORKER>"Choose an agent"</LinkButton>
            </EmptyState>
        </div>
    }
    .into_any()
}

#[component]
fn DeskView(desk: Desk, kept: Kept) -> impl IntoView {
    let shared = expect_context::<Shared>();
    let facts = Facts::of(&desk);
    let Facts { agent, talk, opening, .. } = facts;
    let session = desk.conversation.as_ref().map(|conversation| conversation.session.id);
    shared.current.set(session);
    let Some(name) = opening.with_untracked(|opening| opening.as_ref().map(|opening| opening.name.clone())) else {
        shared.title.set("Agent".to_owned());
        return view! { <NothingLive /> }.into_any();
    };
    let heading = if desk.title.is_empty() { name } else { format!("{} · {name}", desk.title) };
    shared.title.set(heading);
    let carried = kept.typed.try_update_value(std::mem::take).unwrap_or_default();
    talk.typed.set(if desk.typed.is_empty() && session.is_none() { carried } else { desk.typed.clone() });
    on_cleanup(move || {
        if let Some(typed) = talk.typed.try_get_untracked() {
            kept.typed.try_set_value(typed);
        }
    });
    keep_watch(facts);
    take_address(facts, kept, shared);
    let fields = [Some(("agent", agent.to_string())), session.map(|id| ("session", id.to_string()))];
    let plain = PlainForm {
        write: paths::WRITE_MESSAGE,
        retry: paths::RETRY_MESSAGE,
        fields: fields.into_iter().flatten().collect(),
    };
    let way_on = move || match (facts.usable.get(), facts.live_version()) {
        (true, Some(version)) => view! {
            <LinkButton href=paths::coworker(agent) variant=Variant::Primary>
                {format!("Start a new chat on v{version}")}
            </LinkButton>
        }
        .into_any(),
        _ => view! { <LinkButton href=paths::COWORKER>"Choose another agent"</LinkButton> }.into_any(),
    };
    let favourite = desk.favourite;
    view! {
        <div class="desk">
            <DeskBar facts favourite />
            {move || facts.newer().map(|newer| view! { <Newer facts newer /> })}
            <ConversationView talk opening placeholder="Write a message…" way_on plain />
        </div>
    }
    .into_any()
}

#[component]
fn NothingLive() -> impl IntoView {
    view! {
        <div class="desk">
            <h1 class="hidden-text">"Coworker"</h1>
            <EmptyState
                title="No published version"
                text="Nothing of this agent is published right now, so there is nobody to talk to. Come back after its next release."
            >
                <LinkButton href=paths::COWORKER>"Choose another agent"</LinkButton>
            </EmptyState>
        </div>
    }
}

/// Who answers: name, icon and version of the release that the conversation runs on.
#[component]
fn DeskBar(facts: Facts, favourite: bool) -> impl IntoView {
    let marks = Marks::new();
    let agent = facts.agent;
    let name = Memo::new(move |_| {
        facts.opening.with(|opening| opening.as_ref().map(|opening| (opening.icon.clone(), opening.name.clone())))
    });
    view! {
        <header class="desk-bar">
            <span class="narrow-only">
                <LinkButton
                    href=paths::CONVERSATIONS
                    variant=Variant::Quiet
                    size=Size::Compact
                    square=true
                    label="Your conversations"
                >
                    <Icon glyph=Glyph::Back />
                </LinkButton>
            </span>
            {move || {
                name.get()
                    .map(|(icon, name)| {
                        view! {
                            <Face icon name=name.clone() />
                            <h1 class="cut">{name.clone()}</h1>
                            {facts.version().map(|version| view! { <Badge>{format!("v{version}")}</Badge> })}
                            {move || {
                                facts
                                    .usable
                                    .get()
                                    .then(|| view! { <Star agent name=name.clone() favourite marks /> })
                            }}
                        }
                    })
            }}
            <span class="soft small wide-only">
                {move || {
                    facts
                        .version()
                        .filter(|_| facts.talk.session.get().is_some())
                        .map(|version| format!("This conversation runs on v{version}"))
                }}
            </span>
            <span class="push">
                <LinkButton href=paths::coworker(agent) variant=Variant::Quiet size=Size::Compact>
                    "New chat"
                </LinkButton>
            </span>
        </header>
    }
}

/// Another release is live than the one that answers here.
#[component]
fn Newer(facts: Facts, newer: i64) -> impl IntoView {
    let own = facts.version().map_or_else(String::new, |own| format!("v{own}"));
    view! {
        <div class="desk-newer" role="status">
            <Notice>
                {format!("v{newer} is live now. This conversation stays on {own}. ")}
                <LinkButton href=paths::coworker(facts.agent) size=Size::Compact>
                    {format!("Start a new chat on v{newer}")}
                </LinkButton>
            </Notice>
        </div>
    }
}

/// Gives a conversation that begins its address, and says to the list what is new.
fn take_address(facts: Facts, kept: Kept, shared: Shared) {
    let navigate = use_navigate();
    let before = facts.talk.session.get_untracked();
    Effect::new(move || {
        let Some(session) = facts.talk.session.get().filter(|session| Some(*session) != before) else { return };
        kept.begun.set_value(Some(session));
        shared.current.set(Some(session));
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&paths::conversation(facts.agent, session), options);
    });
    // A message puts its conversation on top of the list, and the first one puts it there at all.
    Effect::new(move |was: Option<bool>| {
        let busy = facts.talk.busy.get();
        if was == Some(true) && !busy {
            shared.changed();
        }
        busy
    });
    // A page that was not loaded but came in the place of another: the keyboard goes to where one writes.
    Effect::new(move || {
        let follows = document().body().is_some_and(|body| body.has_attribute("data-hydrated"));
        let touch = window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|query| query.matches());
        if follows && !touch {
            request_animation_frame(|| {
                let field = document().query_selector(".desk .composer-field").ok().flatten();
                if let Some(field) =
                    field.and_then(|field| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(field).ok())
                {
                    let _ = field.focus();
                }
            });
        }
    });
}
