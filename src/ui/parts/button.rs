//! Buttons and links that look like buttons. To add a look: a [`Variant`] and its colours in `button.css`.

use leptos::{ev::MouseEvent, html, prelude::*};

use super::hydrated::hydrated;

/// How a button looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// One among several.
    #[default]
    Plain,
    /// The main action of a page or form.
    Primary,
    /// What releases, in the accent that nothing else has.
    Release,
    /// One that stays in the background: in bars and rows.
    Quiet,
    /// What destroys.
    Danger,
}

/// How large a button is. On touch screens both are large enough for a finger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// As high as a field.
    #[default]
    Normal,
    /// For rows and tight places.
    Compact,
}

fn class(variant: Variant, size: Size, square: bool) -> String {
    let mut class = String::from("button");
    class += match variant {
        Variant::Plain => "",
        Variant::Primary => " primary",
        Variant::Release => " release",
        Variant::Quiet => " quiet",
        Variant::Danger => " danger",
    };
    if size == Size::Compact {
        class += " compact";
    }
    if square {
        class += " square";
    }
    class
}

/// A button. `on:click`, `attr:…` and `class:…` go to the element itself.
#[component]
pub fn Button(
    /// How it looks.
    #[prop(optional)]
    variant: Variant,
    /// How large it is.
    #[prop(optional)]
    size: Size,
    /// Submits its form; without it the button only does what `on:click` says.
    #[prop(optional)]
    submit: bool,
    /// Holds nothing but an icon; then `label` is a must.
    #[prop(optional)]
    square: bool,
    /// The name for screen readers and the tooltip, where the content is no text.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// The form it belongs to, when it stands outside.
    #[prop(optional, into)]
    form: Option<String>,
    /// The field that it sends.
    #[prop(optional, into)]
    name: Option<String>,
    /// What it sends in that field.
    #[prop(optional, into)]
    value: MaybeProp<String>,
    /// Where the form goes instead of its own action.
    #[prop(optional, into)]
    formaction: Option<String>,
    /// Whether it can be pressed; for a reason that people should know use [`BlockableButton`].
    #[prop(optional, into)]
    disabled: Signal<bool>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class=class(variant, size, square)
            type=if submit { "submit" } else { "button" }
            aria-label=move || label.get()
            title=move || label.get()
            form=form
            name=name
            value=move || value.get()
            formaction=formaction
            disabled=move || disabled.get()
        >
            {children()}
        </button>
    }
}

/// A button that says why it cannot be pressed: in a tooltip and to screen readers.
///
/// The server renders it enabled, since a form has to work without the browser's code. While it is blocked the element
/// around it can be focused in its place, so that the keyboard reaches the reason and a press does not lose the focus.
#[component]
pub fn BlockableButton(
    /// Its id, unique on the page; the reason gets `{id}-reason`.
    #[prop(into)]
    id: String,
    /// Why it cannot be pressed; nothing when it can.
    #[prop(into)]
    blocked: Signal<Option<String>>,
    /// How it looks.
    #[prop(optional)]
    variant: Variant,
    /// How large it is.
    #[prop(optional)]
    size: Size,
    /// Submits its form.
    #[prop(optional)]
    submit: bool,
    /// The form it belongs to, when it stands outside.
    #[prop(optional, into)]
    form: Option<String>,
    /// The field that it sends.
    #[prop(optional, into)]
    name: Option<String>,
    /// What it sends in that field.
    #[prop(optional, into)]
    value: MaybeProp<String>,
    /// Where the form goes instead of its own action.
    #[prop(optional, into)]
    formaction: Option<String>,
    /// What a press does, beyond submitting.
    #[prop(optional, into)]
    on_press: Option<Callback<MouseEvent>>,
    children: Children,
) -> impl IntoView {
    let hydrated = hydrated();
    let reason = Memo::new(move |_| if hydrated.get() { blocked.get() } else { None });
    let is_blocked = move || reason.with(Option::is_some);
    let reason_id = format!("{id}-reason");
    let (button, around) = (NodeRef::<html::Button>::new(), NodeRef::<html::Span>::new());
    Effect::new(move || keep_focus(is_blocked(), button, around));
    view! {
        <span
            node_ref=around
            class="blockable"
            role=move || is_blocked().then_some("group")
            tabindex=move || is_blocked().then_some("0")
            aria-describedby=move || is_blocked().then(|| reason_id.clone())
            title=move || reason.get()
        >
            <button
                node_ref=button
                id=id
                class=class(variant, size, false)
                type=if submit { "submit" } else { "button" }
                aria-describedby=reason_id.clone()
                form=form
                name=name
                value=move || value.get()
                formaction=formaction
                disabled=is_blocked
                on:click=move |event| {
                    if let Some(on_press) = on_press {
                        on_press.run(event);
                    }
                }
            >
                {children()}
            </button>
            <span class="tip" id=reason_id.clone()>
                {move || reason.get().unwrap_or_default()}
            </span>
        </span>
    }
}

/// Hands the focus to the element around a button that gets disabled, and back, so that the keyboard stays where it was.
fn keep_focus(is_blocked: bool, button: NodeRef<html::Button>, around: NodeRef<html::Span>) {
    let (Some(button), Some(around)) = (button.get_untracked(), around.get_untracked()) else { return };
    let Some(focused) = document().active_element() else { return };
    let _ = match is_blocked {
        true if focused == **button => around.focus(),
        false if focused == **around => button.focus(),
        _ => Ok(()),
    };
}

/// A link that looks like a button, for what goes somewhere.
#[component]
pub fn LinkButton(
    /// Where it goes.
    #[prop(into)]
    href: Signal<String>,
    /// How it looks.
    #[prop(optional)]
    variant: Variant,
    /// How large it is.
    #[prop(optional)]
    size: Size,
    /// Holds nothing but an icon; then `label` is a must.
    #[prop(optional)]
    square: bool,
    /// The name for screen readers and the tooltip, where the content is no text.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=class(variant, size, square) href=move || href.get() aria-label=move || label.get() title=move || label.get()>
            {children()}
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_renders_a_blocked_button_enabled() {
        let owner = Owner::new();
        let html = owner.with(|| {
            let blocked = Signal::stored(Some("Nothing to save".to_owned()));
            view! {
                <BlockableButton id="save" blocked submit=true>
                    "Save"
                </BlockableButton>
            }
            .to_html()
        });
        assert!(!html.contains("disabled"), "{html}");
        assert!(html.contains(r#"type="submit""#), "{html}");
        assert!(html.contains(r#"aria-describedby="save-reason""#), "{html}");
    }
}
