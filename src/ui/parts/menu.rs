//! A menu of links and buttons below a button. Its items are whatever stands inside: [`MenuLink`], [`MenuButton`], or a
//! form with one.
//!
//! It is a disclosure, not an ARIA menu: that would promise keys which only the browser's code can give. With the code,
//! arrow keys, Home and End move among the items.

use leptos::{ev, prelude::*, web_sys};

use super::{
    disclosure::{Align, Disclosure},
    icon::{Glyph, Icon},
};

/// A menu. A press on one of its items closes it, save inside `data-keep-open`.
#[component]
pub fn Menu(
    /// What the button shows.
    #[prop(into)]
    button: ViewFnOnce,
    /// The button's name for screen readers, where what it shows is no text.
    #[prop(optional, into)]
    label: Option<String>,
    /// The classes of the button.
    #[prop(default = "button quiet")]
    button_class: &'static str,
    /// Where it hangs.
    #[prop(optional)]
    align: Align,
    /// The items.
    children: Children,
) -> impl IntoView {
    let disclosure = Disclosure::new(RwSignal::new(false));
    let close = move |event: ev::MouseEvent| {
        let target = leptos::prelude::event_target::<web_sys::Element>(&event);
        let item = target.closest("a, button, [data-keep-open]").ok().flatten();
        if item.is_some_and(|item| !item.has_attribute("data-keep-open") && !kept_open(&item)) {
            disclosure.close();
        }
    };
    view! {
        <details
            node_ref=disclosure.details
            class=format!("menu {}", align.class())
            on:toggle=move |_| disclosure.toggled()
            on:keydown=move |event| {
                disclosure.key(&event);
                walk(disclosure, &event);
            }
        >
            <summary class=button_class aria-label=label.clone() title=label>
                {button.run()}
            </summary>
            <div class="menu-items" on:click=close>
                {children()}
            </div>
        </details>
    }
}

fn kept_open(item: &web_sys::Element) -> bool {
    item.closest("[data-keep-open]").ok().flatten().is_some()
}

/// Moves the focus among the items.
fn walk(disclosure: Disclosure, event: &ev::KeyboardEvent) {
    let key = event.key();
    if !matches!(key.as_str(), "ArrowDown" | "ArrowUp" | "Home" | "End") {
        return;
    }
    event.prevent_default();
    if let Some(details) = disclosure.details.get_untracked() {
        // At once, not by the signal: what is closed cannot be focused.
        details.set_open(true);
    }
    let items = disclosure.items();
    let focused = document().active_element();
    let at = items.iter().position(|item| focused.as_ref() == Some(item));
    if let Some(item) = next_place(&key, at, items.len()).and_then(|place| items.get(place)) {
        let _ = item.focus();
    }
}

/// Which of `count` items comes next, from `at` or from the button.
fn next_place(key: &str, at: Option<usize>, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(match (key, at) {
        ("ArrowDown", Some(at)) if at < last => at + 1,
        ("ArrowUp", Some(at)) if at > 0 => at - 1,
        ("ArrowUp" | "End", _) => last,
        _ => 0,
    })
}

/// An item that goes somewhere.
#[component]
pub fn MenuLink(
    /// Where it goes.
    #[prop(into)]
    href: Signal<String>,
    /// The icon before it.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// The browser itself follows the link: for files to download.
    #[prop(optional)]
    download: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <a
            class="menu-item"
            href=move || href.get()
            rel=download.then_some("external")
            download=download.then_some("")
        >
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            {children()}
        </a>
    }
}

/// An item that does something: by `on:click`, or as the button of the form it stands in.
#[component]
pub fn MenuButton(
    /// The icon before it.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// Submits its form.
    #[prop(optional)]
    submit: bool,
    /// The form it belongs to, when it stands outside.
    #[prop(optional, into)]
    form: Option<String>,
    /// Destroys something.
    #[prop(optional)]
    danger: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <button class="menu-item" class:danger=danger type=if submit { "submit" } else { "button" } form=form>
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            {children()}
        </button>
    }
}

/// A line between groups of items.
#[component]
pub fn MenuLine() -> impl IntoView {
    view! { <hr class="menu-line" /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrow_keys_go_around() {
        assert_eq!(next_place("ArrowDown", None, 3), Some(0));
        assert_eq!(next_place("ArrowDown", Some(1), 3), Some(2));
        assert_eq!(next_place("ArrowDown", Some(2), 3), Some(0));
        assert_eq!(next_place("ArrowUp", None, 3), Some(2));
        assert_eq!(next_place("ArrowUp", Some(0), 3), Some(2));
        assert_eq!(next_place("Home", Some(2), 3), Some(0));
        assert_eq!(next_place("End", Some(0), 3), Some(2));
        assert_eq!(next_place("ArrowDown", None, 0), None);
    }
}
