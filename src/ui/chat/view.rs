//! How a conversation looks: the log, the starters, the field to write in.
//!
//! Screen readers are told that an answer began and then the whole of it, never each word; see `Talk::said`.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::talk::{Entry, EntryState, Talk};
use crate::{
    model::{
        chat::{MAX_MESSAGE, Opening},
        session::{Author, MessageOutcome},
    },
    ui::parts::{
        badge::Badge,
        bubble::{Bubble, Speaker},
        button::{Button, Size, Variant},
        hydrated::hydrated,
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
    /// Begins a new chat, where one ended.
    on_new_chat: Callback<()>,
) -> impl IntoView {
    let log = NodeRef::<html::Div>::new();
    let at_end = RwSignal::new(true);
    follow_end(talk, log, at_end);
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
                {move || opening.get().map(|opening| view! { <Start talk opening /> })}
                <For each=move || talk.entries.get() key=|entry| entry.key let(entry)>
                    <EntryView talk entry last_key />
                </For>
            </div>
            <p class="hidden-text" role="status" aria-live="polite">
                {move || talk.said.get()}
            </p>
            {move || talk.problem.get().map(|sentence| view! { <Notice tone=NoticeTone::Bad>{sentence}</Notice> })}
            {move || match talk.over.get() {
                Some(sentence) => view! { <Over sentence on_new_chat /> }.into_any(),
                None => view! { <Composer talk placeholder=placeholder.clone() /> }.into_any(),
            }}
        </div>
    }
}

/// The greeting, and the starters while nothing was said.
#[component]
fn Start(talk: Talk, opening: Opening) -> impl IntoView {
    let Opening { greeting, prompt_bubbles, .. } = opening;
    let greeting = (!greeting.is_empty()).then(|| {
        view! {
            <Bubble speaker=Speaker::Agent>
                <Markdown text=greeting />
            </Bubble>
        }
    });
    let bubbles = StoredValue::new(prompt_bubbles);
    let starters = move || {
        let show = talk.is_fresh() && bubbles.with_value(|bubbles| !bubbles.is_empty());
        show.then(|| {
            let buttons = bubbles.get_value().into_iter().map(|text| {
                let said = text.clone();
                view! {
                    <Button size=Size::Compact class:starter=true on:click=move |_| talk.say(said.clone())>
                        {text}
                    </Button>
                }
            });
            view! {
                <div class="chat-starters" role="group" aria-label="Ways to begin">
                    {buttons.collect_view()}
                </div>
            }
        })
    };
    view! {
        {greeting}
        {starters}
    }
}

#[component]
fn EntryView(talk: Talk, entry: Entry, last_key: Memo<Option<usize>>) -> impl IntoView {
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
    let footer = ViewFn::from(move || view! { <Footer talk state=state.clone() key last_key /> });
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
fn Footer(talk: Talk, state: ArcRwSignal<EntryState>, key: usize, last_key: Memo<Option<usize>>) -> impl IntoView {
    move || {
        let state = state.get();
        let retry = state.can_retry() && last_key.get() == Some(key);
        let receipt = state.receipt.map(|receipt| {
            let rehearsal = receipt.is_rehearsal().then(|| view! { <Badge>"Rehearsal"</Badge> });
            view! {
                <span class="number" title=format!("Config {}", receipt.config_hash)>
                    {receipt.footer()}
                </span>
                {rehearsal}
            }
        });
        let stopped = (state.outcome == Some(MessageOutcome::Stopped)).then(|| view! { <Badge>"Stopped"</Badge> });
        let error = state.error.map(|error| view! { <span class="chat-error">{error}</span> });
        let again = retry.then(|| {
            view! {
                <Button
                    size=Size::Compact
                    variant=Variant::Quiet
                    disabled=Signal::derive(move || talk.busy.get() || talk.over.with(Option::is_some))
                    on:click=move |_| talk.retry()
                >
                    <Icon glyph=Glyph::Refresh />
                    "Try again"
                </Button>
            }
        });
        view! {
            {error}
            {receipt}
            {stopped}
            {again}
        }
    }
}

/// Why the conversation is over, and the way on.
#[component]
fn Over(sentence: String, on_new_chat: Callback<()>) -> impl IntoView {
    view! {
        <div class="chat-over">
            <Notice>{sentence}</Notice>
            <Button variant=Variant::Primary on:click=move |_| on_new_chat.run(())>
                "Start a new chat"
            </Button>
        </div>
    }
}

/// The field to write in. Enter sends, Shift and Enter begins a new line.
#[component]
fn Composer(talk: Talk, placeholder: String) -> impl IntoView {
    let hydrated = hydrated();
    let field = NodeRef::<html::Textarea>::new();
    let too_long = move || talk.typed.with(|text| text.chars().count()) > MAX_MESSAGE;
    let blocked =
        Signal::derive(move || !hydrated.get() || talk.typed.with(|text| text.trim().is_empty()) || too_long());
    let on_key = move |event: KeyboardEvent| {
        // While letters are being composed, Enter belongs to the input method.
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            if !too_long() {
                talk.send();
            }
        }
    };
    // One deed for both buttons: where one takes the other's place, the element keeps what its first press did. The
    // keyboard stays in the field.
    let on_press = move |_: leptos::ev::MouseEvent| {
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
        if talk.busy.get_untracked() {
            talk.stop();
        } else {
            talk.send();
        }
    };
    view! {
        <div class="composer">
            <textarea
                node_ref=field
                class="input composer-field"
                aria-label="Message"
                rows="1"
                placeholder=placeholder
                disabled=move || !hydrated.get()
                prop:value=move || talk.typed.get()
                on:input=move |event| talk.typed.set(event_target_value(&event))
                on:keydown=on_key
            ></textarea>
            {move || {
                if talk.busy.get() {
                    view! {
                        <Button on:click=on_press>
                            <Icon glyph=Glyph::Stop />
                            "Stop"
                        </Button>
                    }
                        .into_any()
                } else {
                    view! {
                        <Button disabled=blocked on:click=on_press>
                            "Send"
                        </Button>
                    }
                        .into_any()
                }
            }}
            // With JavaScript its content is text to the browser, so it must not be looked for as elements.
            <noscript inner_html="<p class=\"small soft\">Talking to the agent needs JavaScript.</p>"></noscript>
            {move || {
                too_long().then(|| view! { <p class="chat-error small" role="alert">{format!("At most {MAX_MESSAGE} characters")}</p> })
            }}
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
