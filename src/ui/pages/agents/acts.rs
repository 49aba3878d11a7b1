//! The actions of the list's rows, and what is said when they are done.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::{
    model::{error::Error, flash::Tone, trash::deleted_sentence},
    server_fns::{
        agent_list::TakeOwnership,
        tags::{AddTag, RemoveTag},
        transfer::DuplicateAgent,
        trash::DeleteAgent,
    },
    ui::parts::toasts::Toasts,
};

/// One action of each kind serves all rows. Copy it into closures.
#[derive(Clone, Copy)]
pub struct Acts {
    /// Makes a copy.
    pub duplicate: ServerAction<DuplicateAgent>,
    /// Adds a tag.
    pub add_tag: ServerAction<AddTag>,
    /// Removes a tag.
    pub remove_tag: ServerAction<RemoveTag>,
    /// Moves to the trash.
    pub delete: ServerAction<DeleteAgent>,
    /// Takes an agent over.
    pub take: ServerAction<TakeOwnership>,
}

impl Default for Acts {
    fn default() -> Self {
        Self::new()
    }
}

impl Acts {
    /// The actions, which say by a toast what came of them.
    pub fn new() -> Self {
        let acts = Self {
            duplicate: ServerAction::new(),
            add_tag: ServerAction::new(),
            remove_tag: ServerAction::new(),
            delete: ServerAction::new(),
            take: ServerAction::new(),
        };
        say(acts.duplicate.value(), |name: &String| Some(format!("“{name}” was made")));
        say(acts.add_tag.value(), |_| None);
        say(acts.remove_tag.value(), |_| None);
        say(acts.delete.value(), |name: &String| Some(deleted_sentence(name)));
        say(acts.take.value(), |()| Some("You own this agent now".to_owned()));
        // The row that had the focus is gone.
        Effect::new(move || {
            if acts.delete.value().with(|done| matches!(done, Some(Ok(_)))) {
                focus("agents-title");
            }
        });
        acts
    }

    /// Changes with every action that is done, whatever came of it.
    pub fn version(self) -> usize {
        self.duplicate.version().get()
            + self.add_tag.version().get()
            + self.remove_tag.version().get()
            + self.delete.version().get()
            + self.take.version().get()
    }

    /// Changes when the tags or the owners may have.
    pub fn choices_version(self) -> usize {
        self.add_tag.version().get()
            + self.remove_tag.version().get()
            + self.delete.version().get()
            + self.take.version().get()
    }
}

fn say<T, V>(value: V, sentence: impl Fn(&T) -> Option<String> + 'static)
where
    T: 'static,
    V: With<Value = Option<Result<T, Error>>> + 'static,
{
    let toasts = expect_context::<Toasts>();
    Effect::new(move || {
        value.with(|value| match value {
            Some(Ok(done)) => {
                if let Some(sentence) = sentence(done) {
                    toasts.show(Tone::Good, sentence);
                }
            }
            Some(Err(error)) => toasts.show(Tone::Bad, error.detail.clone()),
            None => {}
        });
    });
}

/// Moves the focus to the element with this id.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id).and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(element) = element {
        let _ = element.focus();
    }
}
