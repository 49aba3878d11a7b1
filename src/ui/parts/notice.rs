//! A sentence within the page that wants to be seen: a form's refusal, a warning, a hint.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// How a notice sounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoticeTone {
    /// A fact.
    #[default]
    Plain,
    /// Something worked.
    Ok,
    /// Something to think about.
    Warn,
    /// Something was refused or failed; screen readers say it at once.
    Bad,
}

/// A notice.
#[component]
pub fn Notice(
    /// How it sounds.
    #[prop(optional)]
    tone: NoticeTone,
    children: Children,
) -> impl IntoView {
    let (class, glyph) = match tone {
        NoticeTone::Plain => ("notice", Glyph::Info),
        NoticeTone::Ok => ("notice ok", Glyph::Check),
        NoticeTone::Warn => ("notice warn", Glyph::Warning),
        NoticeTone::Bad => ("notice bad", Glyph::Warning),
    };
    view! {
        <div class=class role=(tone == NoticeTone::Bad).then_some("alert")>
            <Icon glyph />
            <div class="notice-text">{children()}</div>
        </div>
    }
}
