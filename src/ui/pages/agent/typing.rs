//! Unsaved typing, kept in the browser: a crash, a closed tab or an expired sign-in loses none of it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wasm_bindgen::{JsCast, closure::Closure};

use super::state::{Base, BuilderState};
use crate::{
    model::{config::DraftForm, revision::RevisionRef},
    server_fns::drafts::load_revision,
};

/// The form as typed, and the draft that it started from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Typing {
    /// The draft's number; 0 for a new agent.
    pub base: i64,
    /// What was typed.
    pub form: DraftForm,
}

fn key(account: Uuid, agent: Option<Uuid>) -> String {
    let agent = agent.map_or_else(|| "new".to_owned(), |id| id.to_string());
    format!("galley.typing.{account}.{agent}")
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// What the browser kept of this page.
#[must_use]
pub fn kept(account: Uuid, agent: Option<Uuid>) -> Option<Typing> {
    let text = storage()?.get_item(&key(account, agent)).ok()??;
    serde_json::from_str(&text).ok()
}

/// Forgets what the browser kept of this page.
pub fn forget(account: Uuid, agent: Option<Uuid>) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&key(account, agent));
    }
}

fn keep(account: Uuid, agent: Option<Uuid>, typing: &Typing) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(typing)) {
        // A full or forbidden storage costs the safety net, not the page.
        let _ = storage.set_item(&key(account, agent), &text);
    }
}

/// Keeps what is typed as long as it is unsaved, and forgets it once it is saved or discarded.
pub fn keep_while_dirty(account: Uuid, state: BuilderState) {
    Effect::new(move |before: Option<bool>| {
        let dirty = state.dirty.get();
        let form = state.form.get();
        if !state.hydrated.get() {
            return false;
        }
        if dirty {
            keep(account, state.agent, &Typing { base: state.base_number(), form });
        } else if before == Some(true) {
            forget(account, state.agent);
        }
        dirty
    });
}

/// Brings back what the browser kept of this page, on the draft that it started from, and says so.
pub fn bring_back(account: Uuid, state: BuilderState, back: RwSignal<bool>) {
    Effect::new(move || {
        let Some(typing) = kept(account, state.agent) else { return };
        if typing.form == state.form.get_untracked() {
            return;
        }
        let show = move |typing: Typing| {
            state.show(typing.form);
            back.set(true);
        };
        match state.agent {
            Some(agent) if typing.base != state.base_number() => {
                leptos::task::spawn_local(async move {
                    if let Ok(revision) = load_revision(agent, RevisionRef::Draft(typing.base)).await {
                        state.base.set(Some(Base { number: typing.base, config: revision.config }));
                        show(typing);
                    }
                });
            }
            _ => show(typing),
        }
    });
}

/// Asks before the page is left with unsaved changes: by closing it, or by a link of Galley's own.
pub fn ask_before_leaving(state: BuilderState) {
    Effect::new(move |_| {
        let closing =
            Closure::<dyn FnMut(web_sys::BeforeUnloadEvent)>::new(move |event: web_sys::BeforeUnloadEvent| {
                if state.dirty.try_get_untracked() == Some(true) && state.running.try_get_untracked() != Some(true) {
                    event.prevent_default();
                }
            });
        let following = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            if state.dirty.try_get_untracked() != Some(true) || !leads_away(&event) {
                return;
            }
            let stay = !window()
                .confirm_with_message("Leave with unsaved changes? This browser keeps them and offers them back.")
                .unwrap_or(true);
            if stay {
                event.prevent_default();
                event.stop_propagation();
            }
        });
        let page = window();
        let _ = page.add_event_listener_with_callback("beforeunload", closing.as_ref().unchecked_ref());
        let capture = true;
        let _ = page.add_event_listener_with_callback_and_bool("click", following.as_ref().unchecked_ref(), capture);
        let listeners = StoredValue::new_local((closing, following));
        on_cleanup(move || {
            let _ = listeners.try_with_value(|(closing, following)| {
                let page = window();
                let _ = page.remove_event_listener_with_callback("beforeunload", closing.as_ref().unchecked_ref());
                let _ = page.remove_event_listener_with_callback_and_bool(
                    "click",
                    following.as_ref().unchecked_ref(),
                    true,
                );
            });
        });
    });
}

/// Whether a click follows a link to another page in this tab.
fn leads_away(event: &web_sys::Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(link) = target.and_then(|element| element.closest("a[href]").ok().flatten()) else { return false };
    if link.has_attribute("download") || link.get_attribute("target").is_some() {
        return false;
    }
    let href = link.get_attribute("href").unwrap_or_default();
    let here = window().location().pathname().unwrap_or_default();
    let path = href.split(['?', '#']).next().unwrap_or_default();
    !(path.is_empty() || path == here)
}
