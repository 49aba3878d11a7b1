//! Badges: a word or two about the state of a thing. To add a look: a [`BadgeTone`] and its colours in `badge.css`.

use leptos::prelude::*;

/// How a badge sounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BadgeTone {
    /// A fact.
    #[default]
    Neutral,
    /// All is well.
    Ok,
    /// Something waits for attention.
    Warn,
    /// Something is wrong.
    Bad,
}

impl BadgeTone {
    const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "badge",
            Self::Ok => "badge ok",
            Self::Warn => "badge warn",
            Self::Bad => "badge bad",
        }
    }
}

/// A badge. Its text says everything: colour is never the only difference.
#[component]
pub fn Badge(
    /// How it sounds.
    #[prop(optional, into)]
    tone: Signal<BadgeTone>,
    /// Begins with a dot.
    #[prop(optional)]
    dot: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <span class=move || tone.get().class()>
            {dot.then(|| view! { <span class="dot"></span> })} {children()}
        </span>
    }
}
