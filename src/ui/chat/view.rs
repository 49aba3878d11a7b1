//! How a conversation looks: the log, the starters, each answer with its receipt.
//!
//! Screen readers are told that an answer began and then the whole of it, never each word; see `Talk::said`.

use leptos::{html, prelude::*};
use uuid::Uuid;

use super::{
    composer::{Composer, PlainForm},
    receipt::ReceiptMark,
    talk::{Entry, EntryState, Talk},
};
use crate::{
    model::{
        chat::{Made, Opening},
        session::{Author, MessageOutcome},
    },
    ui::parts::{
        badge::Badge,
        bubble::{Bubble, Speaker},
        button::{Button, Size, Variant},
        icon::{Glyph, Icon},
        markdown::Markdown,
        notice::{Notice, NoticeTone},
    },
};

/// This near to the end of the log counts as being at its end, in pixels.
const NEAR_END: i32 = 64;

/// A conversation with its log and its field.
#[component]
pub fn ConversationView(
    /// The conversation.
    talk: Talk,
    /// What shows at its start.
    #[prop(into)]
    opening: Signal<Option<Opening>>,
    /// What the empty field says.
    #[prop(into)]
    placeholder: String,
    /// What to press where one ended.
    #[prop(into)]
    way_on: ViewFn,
    /// Where messages go in a browser that runs no code; without it the field waits for the code.
    #[prop(optional)]
    plain: Option<PlainForm>,
) -> impl IntoView {
    let log = NodeRef::<html::Div>::new();
    let at_end = RwSignal::new(true);
    follow_end(talk, log, at_end);
    let for_entries = plain.clone();
    let for_starters = plain.clone();
    let for_broken = plain.clone();
    // The whole receipt of what is shown at the start; in a preview an answer may be of an earlier save.
    let made = Signal::derive(move || {
        opening.with(|opening| opening.as_ref().map(|one| (one.receipt.revision_id, one.made.clone())))
    });
    let last_key = Memo::new(move |_| talk.entries.with(|entries| entries.last().map(|entry| entry.key)));
    view! {
        <div class="chat">
            <div
                class="chat-log"
                node_ref=log
                role="log"
                aria-live="off"
                aria-label="Conversation"
                tabindex="0"
                on:scroll=move |_| at_end.set(is_at_end(log))
            >
                {move || opening.get().map(|opening| view! { <Start talk opening plain=for_starters.clone() /> })}
                <For each=move || talk.entries.get() key=|entry| entry.key let(entry)>
                    <EntryView talk entry last_key made plain=for_entries.clone() />
                </For>
                {move || talk.is_unanswered().then(|| view! { <BrokenOff talk plain=for_broken.clone() /> })}
                <div id="end"></div>
            </div>
            <p class="hidden-text" role="status" aria-live="polite">
                {move || talk.said.get()}
            </p>
            {move || talk.problem.get().map(|sentence| view! { <Notice tone=NoticeTone::Bad>{sentence}</Notice> })}
            {move || match talk.over.get() {
                Some(sentence) => view! { <Over talk sentence way_on=way_on.clone() /> }.into_any(),
                None => view! { <Composer talk placeholder=placeholder.clone() plain=plain.clone() /> }.into_any(),
            }}
        </div>
    }
}

/// The greeting, and the starters while nothing was said.
#[component]
fn Start(talk: Talk, opening: Opening, plain: Option<PlainForm>) -> impl IntoView {
    let Opening { greeting, prompt_bubbles, .. } = opening;
    let greeting = (!greeting.is_empty()).then(|| {
        view! {
            <Bubble speaker=Speaker::Agent>
                <Markdown text=greeting />
            </Bubble>
        }
    });
    let bubbles = StoredValue::new(prompt_bubbles);
    let works = plain.is_some();
    let starters = move || {
        let show = talk.is_fresh() && bubbles.with_value(|bubbles| !bubbles.is_empty());
        show.then(|| {
            let buttons = bubbles.get_value().into_iter().map(|text| {
                let said = text.clone();
                view! {
                    <Button
                        size=Size::Compact
                        class:starter=true
                        submit=works
                        name="content"
                        value=text.clone()
                        on:click=move |event| {
                            event.prevent_default();
                            talk.say(said.clone());
                        }
                    >
                        {text}
                    </Button>
                }
            });
            let buttons = buttons.collect_view();
            match &plain {
                Some(plain) => {
                    let hidden = plain.hidden();
                    view! {
                        <form class="chat-starters" aria-label="Ways to begin" method="post" action=plain.write>
                            {hidden}
                            {buttons}
                        </form>
                    }
                    .into_any()
                }
                None => view! {
                    <div class="chat-starters" role="group" aria-label="Ways to begin">
                        {buttons}
                    </div>
                }
                .into_any(),
            }
        })
    };
    view! {
        {greeting}
        {starters}
    }
}

#[component]
fn EntryView(
    talk: Talk,
    entry: Entry,
    last_key: Memo<Option<usize>>,
    made: Signal<Option<(Uuid, Made)>>,
    plain: Option<PlainForm>,
) -> impl IntoView {
    let Entry { key, author, text, state } = entry;
    if author == Author::User {
        return view! { <Bubble speaker=Speaker::Me>{move || text.get()}</Bubble> }.into_any();
    }
    let streaming = Signal::derive({
        let state = state.clone();
        move || state.with(|state| state.streaming)
    });
    let failed = Signal::derive({
        let state = state.clone();
        move || state.with(|state| state.outcome == Some(MessageOutcome::Failed))
    });
    let footer = ViewFn::from(move || {
        view! { <Footer talk state=state.clone() key last_key made plain=plain.clone() /> }
    });
    let text = Signal::derive(move || text.get());
    view! {
        <Bubble speaker=Speaker::Agent streaming failed footer>
            <Markdown text />
        </Bubble>
    }
    .into_any()
}

/// Below an answer: what produced it, how it came out, and another try.
#[component]
fn Footer(
    talk: Talk,
    state: ArcRwSignal<EntryState>,
    key: usize,
    last_key: Memo<Option<usize>>,
    made: Signal<Option<(Uuid, Made)>>,
    plain: Option<PlainForm>,
) -> impl IntoView {
    let (stated, tried) = (state.clone(), state);
    let retry = Memo::new(move |_| tried.with(EntryState::can_retry) && last_key.get() == Some(key));
    let facts = move || {
        let state = stated.get();
        let receipt = state.receipt.map(|receipt| {
            let rehearsal = receipt.is_rehearsal().then(|| view! { <Badge>"Rehearsal"</Badge> });
            // Not tracked: what is live may be looked at again while somebody reads a receipt.
            let made = made.get_untracked().filter(|(revision, _)| *revision == receipt.revision_id);
            view! {
                <ReceiptMark receipt made=made.map(|(_, made)| made) />
                {rehearsal}
            }
        });
        let stopped = (state.outcome == Some(MessageOutcome::Stopped)).then(|| view! { <Badge>"Stopped"</Badge> });
        let error = state.error.map(|error| view! { <span class="chat-error">{error}</span> });
        view! {
            {error}
            {receipt}
            {stopped}
        }
    };
    view! {
        {facts}
        {move || retry.get().then(|| view! { <Again talk plain=plain.clone() /> })}
    }
}

/// In the place of an answer that never came.
#[component]
fn BrokenOff(talk: Talk, plain: Option<PlainForm>) -> impl IntoView {
    view! {
        <div class="chat-broken">
            <span class="chat-error">"The answer broke off."</span>
            <Again talk plain />
        </div>
    }
}

/// The last message once more.
#[component]
fn Again(talk: Talk, plain: Option<PlainForm>) -> impl IntoView {
    let button = view! {
        <Button
            size=Size::Compact
            variant=Variant::Quiet
            submit=plain.is_some()
            disabled=Signal::derive(move || talk.busy.get() || talk.over.with(Option::is_some))
            on:click=move |event| {
                event.prevent_default();
                talk.retry();
            }
        >
            <Icon glyph=Glyph::Refresh />
            "Try again"
        </Button>
    };
    match plain {
        Some(plain) => view! {
            <form method="post" action=plain.retry>
                {plain.hidden()}
                {button}
            </form>
        }
        .into_any(),
        None => button.into_any(),
    }
}

/// Why the conversation is over, and the way on.
#[component]
fn Over(talk: Talk, sentence: String, way_on: ViewFn) -> impl IntoView {
    // There is no field any more: what was in it can still be read and taken along.
    let unsent = talk.typed.get_untracked();
    let unsent = (!unsent.trim().is_empty()).then(|| view! { <p class="chat-unsent">"Not sent: " {unsent}</p> });
    view! {
        <div class="chat-over">
            <Notice>{sentence} {unsent}</Notice>
            {way_on.run()}
        </div>
    }
}

/// Keeps the end of the log in sight while it grows, unless the reader went back up.
fn follow_end(talk: Talk, log: NodeRef<html::Div>, at_end: RwSignal<bool>) {
    Effect::new(move || {
        let own = talk.entries.with(|entries| {
            if let Some(entry) = entries.last() {
                entry.text.track();
                entry.state.track();
            }
            entries.len()
        });
        let _ = own;
        if at_end.get_untracked() {
            request_animation_frame(move || {
                // By the next frame a new chat may have taken this one's place.
                if let Some(log) = log.try_get_untracked().flatten() {
                    log.set_scroll_top(log.scroll_height());
                }
            });
        }
    });
}

fn is_at_end(log: NodeRef<html::Div>) -> bool {
    log.get_untracked().is_none_or(|log| log.scroll_height() - log.scroll_top() - log.client_height() < NEAR_END)
}
