//! Where a conversation goes: a member's to the API, a visitor's to the public page that they are on.

use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    model::{
        error::{Code, Error},
        return_path::encode,
    },
    paths,
};

/// What can be done with a conversation, as the last part of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Messages,
    Retry,
    Stop,
    Answer,
}

/// Where a conversation goes. Copy it into any closure.
#[derive(Clone, Copy, Debug)]
pub(super) enum Door {
    /// To the API, as who is signed in.
    Member {
        agent: Uuid,
        draft_mode: bool,
        /// None before the first message.
        session: RwSignal<Option<Uuid>>,
    },
    /// To a public page.
    Visitor {
        /// Its address.
        page: StoredValue<String>,
        /// The proof that the visitor knew its pass phrase.
        pass: StoredValue<Option<String>>,
        /// The token of the conversation; none before the first message.
        chat: RwSignal<Option<String>>,
    },
}

impl Door {
    /// The address of an act in the conversation that was begun.
    pub(super) fn address(self, act: Act) -> Option<String> {
        match self {
            Self::Member { session, .. } => {
                let session = session.try_get_untracked()??;
                Some(match act {
                    Act::Messages => paths::session_messages(session),
                    Act::Retry => paths::session_retry(session),
                    Act::Stop => paths::session_stop(session),
                    Act::Answer => paths::session_answer(session),
                })
            }
            Self::Visitor { chat, .. } => {
                chat.try_get_untracked()??;
                self.of_page(act)
            }
        }
    }

    /// The address of an act on a public page, with what the visitor carries, whether or not a conversation was begun.
    pub(super) fn of_page(self, act: Act) -> Option<String> {
        let Self::Visitor { page, .. } = self else { return None };
        let act = match act {
            Act::Messages => "messages",
            Act::Retry => "retry",
            Act::Stop => "stop",
            Act::Answer => "answer",
        };
        Some(format!("{}/{act}{}", page.try_get_value()?, self.carried()))
    }

    /// A conversation has this token from now on, and the page's address says so: reloading it goes on there.
    pub(super) fn began(self, token: Option<String>) {
        let Self::Visitor { page, chat, .. } = self else { return };
        let (Some(()), Some(page)) = (chat.try_update(|chat| *chat = token), page.try_get_value()) else { return };
        let address = format!("{page}{}", self.carried());
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&leptos::wasm_bindgen::JsValue::NULL, "", Some(&address));
        }
    }

    fn carried(self) -> String {
        let Self::Visitor { pass, chat, .. } = self else { return String::new() };
        let carried = [("chat", chat.try_get_untracked().flatten()), ("pass", pass.try_get_value().flatten())];
        let pairs: Vec<String> = carried
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", encode(value.as_deref()?))))
            .collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }

    /// An error's sentence for the person at this door; some details are made for programs.
    pub(super) fn sentence(self, error: Error) -> String {
        match (self, error.code) {
            (Self::Visitor { .. }, Code::NotFound) => "This page is no longer open to everybody.".to_owned(),
            (Self::Member { .. }, Code::NoPublishedVersion) => {
                "Nothing of this agent is published right now.".to_owned()
            }
            (Self::Member { .. }, Code::NotFound) => {
                "This agent or conversation is no longer there, or no longer yours to use.".to_owned()
            }
            (Self::Member { .. }, Code::Unauthorized) => {
                "You are signed out. Sign in again in another tab, then send once more.".to_owned()
            }
            _ => error.detail,
        }
    }
}
