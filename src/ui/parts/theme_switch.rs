//! Light, dark, or as the system has it. The choice is a cookie, so that the server renders the right theme at once.

use leptos::{prelude::*, wasm_bindgen::JsValue};

use super::icon::{Glyph, Icon};

/// The cookie that the server reads when it renders the document.
const COOKIE: &str = "theme";
/// A year, in seconds.
const KEPT: u32 = 31_536_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    const ALL: [(Self, &'static str, Glyph); 3] = [
        (Self::System, "System", Glyph::System),
        (Self::Light, "Light", Glyph::Sun),
        (Self::Dark, "Dark", Glyph::Moon),
    ];

    /// The word in the cookie and on the document; nothing for the system's theme.
    const fn word(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// What the document says.
    fn of_document() -> Self {
        let word = document().document_element().and_then(|html| html.get_attribute("data-theme"));
        match word.as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// Shows it and remembers it.
    fn apply(self) {
        if let Some(html) = document().document_element() {
            let _ = match self.word() {
                Some(word) => html.set_attribute("data-theme", word),
                None => html.remove_attribute("data-theme"),
            };
        }
        let _ = js_sys::Reflect::set(&document(), &JsValue::from_str("cookie"), &JsValue::from_str(&self.cookie()));
    }

    fn cookie(self) -> String {
        let (word, kept) = self.word().map_or(("", 0), |word| (word, KEPT));
        format!("{COOKIE}={word}; Path=/; Max-Age={kept}; SameSite=Lax")
    }
}

/// Three buttons of which one is pressed. They appear with the browser's code, which they need.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new(Theme::System);
    Effect::new(move || theme.set(Theme::of_document()));
    let button = move |(this, name, glyph): (Theme, &'static str, Glyph)| {
        view! {
            <button
                type="button"
                class="theme-choice"
                title=name
                aria-label=name
                aria-pressed=move || if theme.get() == this { "true" } else { "false" }
                on:click=move |_| {
                    this.apply();
                    theme.set(this);
                }
            >
                <Icon glyph />
            </button>
        }
    };
    view! {
        <div class="theme-switch" role="group" aria-label="Theme" data-keep-open="">
            {Theme::ALL.map(button).into_iter().collect_view()}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_theme_forgets_the_cookie() {
        assert_eq!(Theme::Dark.cookie(), "theme=dark; Path=/; Max-Age=31536000; SameSite=Lax");
        assert_eq!(Theme::System.cookie(), "theme=; Path=/; Max-Age=0; SameSite=Lax");
    }
}
