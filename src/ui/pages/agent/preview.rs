//! The preview: talking to the draft as it is saved, beside the form. A second tab says what is in force.

use leptos::{html, prelude::*};
use uuid::Uuid;

use super::information::Information;
use crate::{
    model::chat::Opening,
    server_fns::chat::load_preview,
    ui::{
        chat::{ConversationView, Talk},
        parts::{
            button::{Button, Size, Variant},
            empty_state::EmptyState,
            skeleton::Skeleton,
        },
    },
};

/// What the pane shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    Chat,
    Information,
}

/// The preview pane of the builder.
#[component]
pub fn PreviewPane(
    /// The agent; none before its first save.
    agent_id: Option<Uuid>,
    /// The number of the draft as it is saved.
    #[prop(into)]
    draft_number: Signal<i64>,
) -> impl IntoView {
    view! {
        <aside class="preview" aria-label="Preview">
            {match agent_id {
                Some(agent) => view! { <Saved agent draft_number /> }.into_any(),
                None => view! { <Unsaved /> }.into_any(),
            }}
        </aside>
    }
}

#[component]
fn Unsaved() -> impl IntoView {
    view! {
        <header class="preview-bar">
            <h2>"Preview"</h2>
        </header>
        <EmptyState
            title="Save first to talk to the draft"
            text="The preview always answers as the saved draft would. Fill in Name and Instructions, then Save."
        />
    }
}

#[component]
fn Saved(agent: Uuid, draft_number: Signal<i64>) -> impl IntoView {
    let talk = Talk::new(agent, true);
    let face = RwSignal::new(Face::Chat);
    // Each save may have changed the greeting, the starters and the model.
    let loaded = Resource::new(move || draft_number.get(), move |_| load_preview(agent));
    // Outside of a suspense both sides must first render the same, so the browser takes it in afterwards.
    let opening = RwSignal::new(None::<Opening>);
    Effect::new(move || match loaded.get() {
        Some(Ok(loaded)) => opening.set(Some(loaded)),
        Some(Err(error)) => talk.problem.set(Some(error.detail)),
        None => {}
    });
    let new_chat = Callback::new(move |()| {
        talk.new_chat();
        face.set(Face::Chat);
        loaded.refetch();
    });
    view! {
        <header class="preview-bar">
            <h2>"Preview"</h2>
            <span class="soft small">{move || format!("Draft {} answers", draft_number.get())}</span>
            <Button size=Size::Compact variant=Variant::Quiet class:push=true on:click=move |_| new_chat.run(())>
                "New chat"
            </Button>
        </header>
        <Faces face />
        <div
            class="preview-face"
            id="preview-chat"
            role="tabpanel"
            aria-labelledby="preview-chat-tab"
            hidden=move || face.get() != Face::Chat
        >
            <ConversationView
                talk
                opening
                placeholder="Try the draft…"
                way_on=move || {
                    view! {
                        <Button variant=Variant::Primary on:click=move |_| new_chat.run(())>
                            "Start a new chat"
                        </Button>
                    }
                }
            />
        </div>
        <div
            class="preview-face information"
            id="preview-information"
            role="tabpanel"
            aria-labelledby="preview-information-tab"
            hidden=move || face.get() != Face::Information
        >
            <Transition fallback=|| view! { <Skeleton /> }>
                {move || Suspend::new(async move {
                    loaded.await.ok().map(|opening| view! { <Information opening /> })
                })}
            </Transition>
        </div>
    }
}

/// The two tabs; the arrow keys go from one to the other.
#[component]
fn Faces(face: RwSignal<Face>) -> impl IntoView {
    let tabs = [
        (Face::Chat, "preview-chat", "Chat", NodeRef::<html::Button>::new()),
        (Face::Information, "preview-information", "Information", NodeRef::<html::Button>::new()),
    ];
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if !matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight") {
            return;
        }
        event.prevent_default();
        let other = tabs.into_iter().find(|(one, ..)| *one != face.get_untracked());
        if let Some((other, _, _, tab)) = other {
            face.set(other);
            if let Some(tab) = tab.get_untracked() {
                let _ = tab.focus();
            }
        }
    };
    view! {
        <div class="tabs preview-tabs" role="tablist" aria-label="Preview" on:keydown=on_key>
            {tabs
                .map(|(one, panel, label, tab)| {
                    let is_it = move || face.get() == one;
                    view! {
                        <button
                            node_ref=tab
                            type="button"
                            class="tab"
                            role="tab"
                            id=format!("{panel}-tab")
                            aria-controls=panel
                            aria-selected=move || is_it().to_string()
                            tabindex=move || if is_it() { "0" } else { "-1" }
                            on:click=move |_| face.set(one)
                        >
                            {label}
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}
