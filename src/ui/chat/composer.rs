//! The field to write in. Enter sends, Shift and Enter begins a new line.
//!
//! Where the page names a [`PlainForm`] it is a form that works without the browser's code: the page comes back with the
//! whole answer.

use leptos::{ev, ev::KeyboardEvent, html, prelude::*};

use super::talk::Talk;
use crate::{
    model::chat::MAX_MESSAGE,
    ui::parts::{
        binding::bind_text_area,
        button::Button,
        hydrated::hydrated,
        icon::{Glyph, Icon},
        text_area::content,
    },
};

/// Where a conversation goes in a browser that runs no code: forms with these fields, and `content` for a message.
#[derive(Clone, Debug)]
pub struct PlainForm {
    /// The address that takes a message.
    pub write: &'static str,
    /// The address that tries the last one again.
    pub retry: &'static str,
    /// What names the conversation: hidden fields and their values.
    pub fields: Vec<(&'static str, String)>,
}

impl PlainForm {
    /// The hidden fields.
    pub(super) fn hidden(&self) -> impl IntoView + use<> {
        let fields = self.fields.clone().into_iter();
        fields.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()
    }
}

/// The field and its button.
#[component]
pub(super) fn Composer(talk: Talk, placeholder: String, plain: Option<PlainForm>) -> impl IntoView {
    let hydrated = hydrated();
    let field = NodeRef::<html::Textarea>::new();
    let works = plain.is_some();
    bind_text_area(field, talk.typed);
    let too_long = move || talk.typed.with(|text| text.chars().count()) > MAX_MESSAGE;
    let empty = move || talk.typed.with(|text| text.trim().is_empty());
    let blocked = Signal::derive(move || if hydrated.get() { empty() || too_long() } else { !works });
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
    let on_press = move |event: ev::MouseEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
        if talk.busy.get_untracked() {
            talk.stop();
        } else {
            talk.send();
        }
    };
    let inside = view! {
        <textarea
            node_ref=field
            class="input composer-field"
            aria-label="Message"
            name="content"
            rows="1"
            required=works
            placeholder=placeholder
            disabled=move || !works && !hydrated.get()
            on:input=move |event| talk.typed.set(event_target_value(&event))
            on:keydown=on_key
            inner_html=content(&talk.typed.get_untracked())
        ></textarea>
        {move || {
            if talk.busy.get() {
                view! {
                    <Button submit=works on:click=on_press>
                        <Icon glyph=Glyph::Stop />
                        "Stop"
                    </Button>
                }
                    .into_any()
            } else {
                view! {
                    <Button submit=works disabled=blocked on:click=on_press>
                        "Send"
                    </Button>
                }
                    .into_any()
            }
        }}
        {move || {
            too_long()
                .then(|| {
                    view! {
                        <p class="chat-error small" role="alert">
                            {format!("At most {MAX_MESSAGE} characters")}
                        </p>
                    }
                })
        }}
    };
    match plain {
        Some(plain) => {
            let hidden = plain.hidden();
            view! {
                <form
                    class="composer"
                    method="post"
                    action=plain.write
                    on:submit=move |event| event.prevent_default()
                >
                    {hidden}
                    {inside}
                </form>
            }
            .into_any()
        }
        None => view! {
            <div class="composer">
                {inside}
                // With JavaScript its content is text to the browser, so it must not be looked for as elements.
                <noscript inner_html="<p class=\"small soft\">Talking to the draft needs JavaScript.</p>"></noscript>
            </div>
        }
        .into_any(),
    }
}
