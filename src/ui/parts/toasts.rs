//! Toasts: sentences that say what just happened, in a corner, read out by screen readers.
//!
//! [`provide_toasts`] once in the application, [`ToastRegion`] once on the page; anything below says
//! `expect_context::<Toasts>().show(…)`. What a plain form post left to say (a [`Flash`] in the server's context) is
//! there from the first byte.

use std::time::Duration;

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::model::flash::{Flash, Tone};

/// How long good news stays. Bad news stays until it is dismissed.
const STAYS: Duration = Duration::from_secs(8);
/// More at once are a wall.
const AT_ONCE: usize = 4;

#[derive(Clone, Debug, PartialEq)]
struct Toast {
    key: u64,
    flash: Flash,
}

/// What is being said. Copy it into any closure.
#[derive(Clone, Copy, Debug)]
pub struct Toasts {
    said: RwSignal<Vec<Toast>>,
    last: RwSignal<u64>,
    held: RwSignal<bool>,
}

impl Toasts {
    fn new(flash: Option<Flash>) -> Self {
        let first: Vec<_> = flash.map(|flash| Toast { key: 0, flash }).into_iter().collect();
        Self { said: RwSignal::new(first), last: RwSignal::new(0), held: RwSignal::new(false) }
    }

    /// Says `text`.
    pub fn show(&self, tone: Tone, text: impl Into<String>) {
        self.show_flash(Flash { tone, text: text.into() });
    }

    /// Says `flash`. What is already there word for word is said anew rather than twice.
    pub fn show_flash(&self, flash: Flash) {
        let key = self.last.get_untracked() + 1;
        self.last.set(key);
        let stays = flash.tone == Tone::Bad;
        self.said.update(|said| {
            said.retain(|toast| toast.flash != flash);
            if said.len() >= AT_ONCE {
                said.remove(0);
            }
            said.push(Toast { key, flash });
        });
        if !stays {
            self.expire(key);
        }
    }

    /// Takes everything back.
    pub fn clear(&self) {
        self.said.update(Vec::clear);
    }

    fn dismiss(self, key: u64) {
        self.said.update(|said| said.retain(|toast| toast.key != key));
        self.held.set(false);
    }

    /// Takes one away after a while; later when the pointer or the focus is on it.
    fn expire(self, key: u64) {
        set_timeout(
            move || match self.held.try_get_untracked() {
                Some(true) => self.expire(key),
                Some(false) => self.dismiss(key),
                None => {}
            },
            STAYS,
        );
    }

    /// Puts what the server rendered in again as something new: screen readers announce only what is added.
    fn announce(self) {
        let rendered = self.said.get_untracked();
        if rendered.iter().any(|toast| toast.key == 0) {
            self.said.update(Vec::clear);
            for toast in rendered {
                self.show_flash(toast.flash);
            }
        }
    }
}

/// Makes [`Toasts`] known to everything below, beginning with the server's [`Flash`], if its context has one.
pub fn provide_toasts() {
    let flash = SharedValue::new(use_context::<Flash>).into_inner();
    provide_context(Toasts::new(flash));
}

/// Where toasts appear. Once on the page, outside of what routes change.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    Effect::new(move || toasts.announce());
    view! {
        <div
            class="toasts"
            role="status"
            aria-live="polite"
            aria-relevant="additions"
            on:mouseenter=move |_| toasts.held.set(true)
            on:mouseleave=move |_| toasts.held.set(false)
            on:focusin=move |_| toasts.held.set(true)
            on:focusout=move |_| toasts.held.set(false)
        >
            <For each=move || toasts.said.get() key=|toast| toast.key let(toast)>
                <ToastView toast />
            </For>
        </div>
    }
}

#[component]
fn ToastView(toast: Toast) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let (class, glyph) = match toast.flash.tone {
        Tone::Good => ("toast good", Glyph::Check),
        Tone::Plain => ("toast", Glyph::Info),
        Tone::Bad => ("toast bad", Glyph::Warning),
    };
    view! {
        <div class=class>
            <Icon glyph />
            <p>{toast.flash.text}</p>
            <button type="button" class="toast-close" aria-label="Dismiss" on:click=move |_| toasts.dismiss(toast.key)>
                <Icon glyph=Glyph::Cross />
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renders_what_a_plain_form_left_to_say() {
        let owner = Owner::new();
        let html = owner.with(|| {
            provide_context(Flash::good("Release created successfully"));
            provide_toasts();
            view! { <ToastRegion /> }.to_html()
        });
        assert!(html.contains(r#"role="status""#), "{html}");
        assert!(html.contains("Release created successfully"), "{html}");
    }

    #[test]
    fn says_the_same_once_and_not_everything_at_once() {
        let owner = Owner::new();
        owner.with(|| {
            let toasts = Toasts::new(None);
            toasts.show(Tone::Bad, "No");
            toasts.show(Tone::Bad, "No");
            assert_eq!(toasts.said.get_untracked().len(), 1);
            for number in 0..9 {
                toasts.show(Tone::Bad, format!("Number {number}"));
            }
            assert_eq!(toasts.said.get_untracked().len(), AT_ONCE);
        });
    }
}
