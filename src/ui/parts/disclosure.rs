//! What menus and popovers share: a `<details>` that opens and closes without the browser's code, and with it also closes
//! on Escape, on a press outside and when the focus leaves.

use leptos::{ev, html, prelude::*};
use leptos::{wasm_bindgen::JsCast, web_sys};

/// Where the panel hangs below its button.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// From the button's beginning onwards.
    #[default]
    Start,
    /// Up to the button's end.
    End,
}

impl Align {
    /// The class of the element.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Start => "from-start",
            Self::End => "from-end",
        }
    }
}

/// The element and whether it is open. Copy it into closures.
#[derive(Clone, Copy, Debug)]
pub(super) struct Disclosure {
    pub details: NodeRef<html::Details>,
    pub open: RwSignal<bool>,
}

impl Disclosure {
    /// Ties the element and the signal together and listens for what closes it.
    pub fn new(open: RwSignal<bool>) -> Self {
        let this = Self { details: NodeRef::new(), open };
        Effect::new(move |before: Option<bool>| {
            let Some(details) = this.details.get() else { return false };
            let wanted = open.get();
            if before != Some(true) && details.open() {
                // Opened before the code arrived.
                open.set(true);
            } else if details.open() != wanted {
                this.set(&details, wanted);
            }
            true
        });
        Effect::new(move || {
            let press = window_event_listener(ev::pointerdown, move |event| this.outside(event.target()));
            let focus = window_event_listener(ev::focusin, move |event| this.outside(event.target()));
            on_cleanup(move || {
                press.remove();
                focus.remove();
            });
        });
        this
    }

    /// The element was opened or closed, by whatever.
    pub fn toggled(self) {
        if let Some(details) = self.details.get_untracked() {
            self.open.set(details.open());
        }
    }

    /// Closes it; the focus goes back to its button if it was inside.
    pub fn close(self) {
        self.open.set(false);
    }

    /// The elements inside that can be operated, in order; none inside a part that is folded away.
    pub fn items(self) -> Vec<web_sys::HtmlElement> {
        let Some(details) = self.details.get_untracked() else { return Vec::new() };
        let Ok(found) = details.query_selector_all(
            "summary ~ * :is(a[href], button:not(:disabled), summary):not(details:not([open]) > :not(summary) *)",
        ) else {
            return Vec::new();
        };
        (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
    }

    /// Escape closes.
    pub fn key(self, event: &web_sys::KeyboardEvent) {
        if event.key() == "Escape" && self.open.get_untracked() {
            event.prevent_default();
            event.stop_propagation();
            self.close();
            self.focus_button();
        }
    }

    fn focus_button(self) {
        let summary = self.details.get_untracked().and_then(|details| details.query_selector("summary").ok().flatten());
        if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = summary.focus();
        }
    }

    fn set(self, details: &web_sys::HtmlDetailsElement, open: bool) {
        let focused = document().active_element();
        let inside = focused.is_some_and(|focused| details.contains(Some(&focused)));
        details.set_open(open);
        if !open && inside {
            self.focus_button();
        }
    }

    fn outside(self, target: Option<web_sys::EventTarget>) {
        let Some(details) = self.details.get_untracked() else { return };
        let target = target.and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if self.open.get_untracked() && !details.contains(target.as_ref()) {
            // Without the focus: it is where the person put it.
            details.set_open(false);
        }
    }
}
