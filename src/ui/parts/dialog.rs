//! A dialog: a question or a small form that wants an answer first.
//!
//! The server renders an open one as a section of the page, so that a link to an address that opens it works without the
//! browser's code. With the code it covers the page: the browser keeps the focus inside, Escape and a press beside it
//! close it, and the focus returns to where it came from.

use leptos::{ev, html, prelude::*, web_sys};

use super::button::{LinkButton, Variant};

/// A dialog. Its content ends with [`DialogActions`].
#[component]
pub fn Dialog(
    /// Its id, unique on the page; the heading gets `{id}-title`.
    #[prop(into)]
    id: String,
    /// The heading: the question.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is open; the server renders it so. It follows when the dialog closes by itself.
    open: RwSignal<bool>,
    /// After it closed, by whatever.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let (rendered_open, title_id) = (open.get_untracked(), format!("{id}-title"));
    Effect::new(move || {
        let Some(dialog) = node.get() else { return };
        match (open.get(), is_modal(&dialog)) {
            (true, false) => {
                // What the server rendered open is part of the page; the browser lifts only what is closed. Closing it
                // by `close()` would say that a person did.
                dialog.set_open(false);
                let _ = dialog.show_modal();
            }
            (false, _) if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    let closed = move |_| {
        if node.get_untracked().is_some_and(|dialog| dialog.open()) {
            return;
        }
        open.set(false);
        if let Some(on_close) = on_close {
            on_close.run(());
        }
    };
    // The element fills its own box with content, so a press on the element itself is one on what is behind it.
    let beside = move |event: ev::MouseEvent| {
        let dialog = node.get_untracked();
        let target = event.target();
        if dialog.is_some_and(|dialog| is_modal(&dialog) && target.as_ref() == Some(&***dialog)) {
            open.set(false);
        }
    };
    view! {
        <dialog
            node_ref=node
            class="dialog"
            id=id
            open=rendered_open
            aria-labelledby=title_id.clone()
            on:close=closed
            on:click=beside
        >
            <div class="dialog-body">
                <h2 id=title_id.clone()>{move || title.get()}</h2>
                {children()}
            </div>
        </dialog>
    }
}

fn is_modal(dialog: &web_sys::Element) -> bool {
    dialog.matches(":modal").unwrap_or_default()
}

/// The row of answers: the way out first, then `children`, the main one last.
#[component]
pub fn DialogActions(
    /// The dialog's signal.
    open: RwSignal<bool>,
    /// Where the way out leads without the browser's code: the page without the dialog.
    #[prop(into)]
    back: Signal<String>,
    /// What the way out is called.
    #[prop(default = "Cancel".to_owned(), into)]
    cancel: String,
    /// The other answers; none where there is nothing to decide.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="dialog-actions">
            <LinkButton
                href=back
                variant=Variant::Plain
                on:click=move |event: ev::MouseEvent| {
                    event.prevent_default();
                    open.set(false);
                }
            >
                {cancel}
            </LinkButton>
            {children.map(|children| children())}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(open: bool) -> String {
        let owner = Owner::new();
        owner.with(|| {
            let open = RwSignal::new(open);
            view! {
                <Dialog id="delete" title="Delete the agent?" open>
                    <p>"It stays in the trash for 30 days."</p>
                    <DialogActions open back="/agents">
                        <button>"Delete"</button>
                    </DialogActions>
                </Dialog>
            }
            .to_html()
        })
    }

    #[test]
    fn the_server_renders_an_open_one_as_part_of_the_page() {
        let html = html(true);
        assert!(html.contains("<dialog") && html.contains(" open"), "{html}");
        assert!(html.contains(r#"aria-labelledby="delete-title""#), "{html}");
        assert!(html.contains(r#"<h2 id="delete-title">Delete the agent?"#), "{html}");
        assert!(html.contains(r#"href="/agents""#), "{html}");
    }

    #[test]
    fn a_closed_one_does_not_show() {
        let html = html(false);
        assert!(html.contains("<dialog") && !html.contains(" open"), "{html}");
    }
}
