//! Keeps a form element and a signal equal without losing what was typed before the browser's code arrived.
//!
//! Leptos' `prop:value` writes the signal into the element while it takes the page over, and with that wipes out typing
//! and what the browser restored. Here the element's content wins once, at the start; from then on the two follow each
//! other.

use leptos::{html, prelude::*, web_sys};

/// Which side of a binding has the last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Both say the same.
    Equal,
    /// The signal takes what the element holds.
    TakeElement,
    /// The element takes what the signal holds.
    TakeSignal,
}

/// `touched`: the element no longer holds what it was made with, so somebody typed, or the browser restored something.
fn step<T: PartialEq>(first: bool, touched: bool, element: &T, signal: &T) -> Step {
    if element == signal {
        Step::Equal
    } else if first && touched {
        Step::TakeElement
    } else {
        Step::TakeSignal
    }
}

macro_rules! bind {
    ($(#[$doc:meta])* $name:ident, $element:ty, $value:ty, $get:ident, $set:ident) => {
        $(#[$doc])*
        pub(in crate::ui) fn $name(node: NodeRef<$element>, signal: RwSignal<$value>) {
            let rendered = signal.get_untracked();
            Effect::new(move |before: Option<bool>| {
                let Some(element) = node.get() else { return false };
                let (held, wanted) = (element.$get(), signal.get());
                let touched = held != element.made_with(&rendered);
                match step(before != Some(true), touched, &held, &wanted) {
                    Step::Equal => {}
                    Step::TakeElement => signal.set(held),
                    Step::TakeSignal => element.$set(wanted.as_ref_value()),
                }
                true
            });
        }
    };
}

/// What an element held when it was made, whoever made it: the server or the browser's code.
trait MadeWith<T> {
    fn made_with(&self, rendered: &T) -> T;
}

impl MadeWith<String> for web_sys::HtmlInputElement {
    fn made_with(&self, _: &String) -> String {
        self.default_value()
    }
}

impl MadeWith<bool> for web_sys::HtmlInputElement {
    fn made_with(&self, _: &bool) -> bool {
        self.default_checked()
    }
}

impl MadeWith<String> for web_sys::HtmlTextAreaElement {
    /// Not always the text: the line break before it, which HTML drops in a page, stays in an element made by code.
    fn made_with(&self, rendered: &String) -> String {
        self.default_value().unwrap_or_else(|_| rendered.clone())
    }
}

impl MadeWith<String> for web_sys::HtmlSelectElement {
    fn made_with(&self, rendered: &String) -> String {
        rendered.clone()
    }
}

/// What the elements' setters take: text by reference, a tick by value.
trait AsSetterValue {
    type Value<'a>
    where
        Self: 'a;
    fn as_ref_value(&self) -> Self::Value<'_>;
}

impl AsSetterValue for String {
    type Value<'a> = &'a str;
    fn as_ref_value(&self) -> &str {
        self
    }
}

impl AsSetterValue for bool {
    type Value<'a> = bool;
    fn as_ref_value(&self) -> bool {
        *self
    }
}

bind!(
    /// Binds a one-line field.
    bind_input, html::Input, String, value, set_value
);
bind!(
    /// Binds a field of many lines.
    bind_text_area, html::Textarea, String, value, set_value
);
bind!(
    /// Binds a choice.
    bind_select, html::Select, String, value, set_value
);
bind!(
    /// Binds a tick.
    bind_checked, html::Input, bool, checked, set_checked
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_before_the_code_arrived_wins_once() {
        assert_eq!(step(true, true, &"typed", &"old"), Step::TakeElement);
        assert_eq!(step(true, true, &"typed", &"restored"), Step::TakeElement);
        assert_eq!(step(false, true, &"typed", &"old"), Step::TakeSignal);
    }

    #[test]
    fn an_untouched_element_follows_the_signal() {
        assert_eq!(step(true, false, &"old", &"restored"), Step::TakeSignal);
        assert_eq!(step(true, false, &"\nold", &"old"), Step::TakeSignal);
        assert_eq!(step(false, true, &"same", &"same"), Step::Equal);
    }
}
