//! The menu beside the agent's name: where else one can go with it, and what the person's right on it allows. It follows
//! that right while the page is open.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::{
    model::{agent::Right, builder::BuilderAgent, flash::Tone, grants::transferred_sentence},
    paths,
    server_fns::grants::check_standing,
    ui::{
        pages::{
            agents::{Acts, DeleteForm, TagForms},
            share::ShareView,
        },
        parts::{
            dialog::{Dialog, DialogActions},
            icon::{Glyph, Icon},
            menu::{Menu, MenuButton, MenuLine, MenuLink},
            toasts::Toasts,
        },
        standing::Standing,
    },
};

/// The menu, and the dialog that Share opens.
#[component]
pub fn AgentMenu(
    /// The agent as it was loaded.
    agent: BuilderAgent,
    /// How the person stands to it now.
    standing: Standing,
) -> impl IntoView {
    let id = agent.id;
    let name = agent.draft.config.name;
    let live = agent.panel.live.is_some();
    let tags = RwSignal::new(agent.tags);
    let acts = Acts::new();
    follow(acts, tags);
    let sharing = RwSignal::new(false);
    let owns = Memo::new(move |_| standing.right.get() == Some(Right::Owner));
    let share = move |event: leptos::ev::MouseEvent| {
        // Another tab gets the page.
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        // Once the menu has closed and given the focus to its button, where it comes back to after the dialog.
        request_animation_frame(move || sharing.set(true));
    };
    let called = StoredValue::new(name);
    view! {
        <Menu label="Agent menu" button=|| view! { <Icon glyph=Glyph::Chevron /> }>
            <MenuLink href=paths::releases(id) glyph=Glyph::Clock>
                "History"
            </MenuLink>
            <MenuLink href=paths::coworker(id) glyph=Glyph::Send>
                "Talk to what is live"
            </MenuLink>
            <MenuLine />
            <TagForms agent=id tags acts />
            {move || {
                owns.get()
                    .then(|| {
                        view! {
                            <MenuLink href=paths::share(id) glyph=Glyph::Users on:click=share>
                                "Share"
                            </MenuLink>
                        }
                    })
            }}
            <ActionForm action=acts.duplicate>
                <input type="hidden" name="agent" value=id.to_string() />
                <MenuButton submit=true glyph=Glyph::Copy>
                    "Duplicate"
                </MenuButton>
            </ActionForm>
            <MenuLink href=paths::export(id) glyph=Glyph::Download download=true>
                "Export"
            </MenuLink>
            {move || {
                owns.get()
                    .then(|| {
                        view! {
                            <MenuLine />
                            <DeleteForm agent=id name=called.get_value() live acts />
                        }
                    })
            }}
        </Menu>
        <ShareDialog standing id name=called.get_value() open=sharing />
    }
}

#[component]
fn ShareDialog(standing: Standing, id: uuid::Uuid, name: String, open: RwSignal<bool>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let given = Callback::new(move |()| {
        open.set(false);
        leptos::task::spawn_local(async move {
            if let Ok(now) = check_standing(id).await {
                toasts.show(Tone::Good, transferred_sentence(&now.owner.name));
                let _ = standing.right.try_set(now.right);
            }
        });
    });
    view! {
        <Dialog id="share" title=format!("Share “{name}”") open>
            {move || open.get().then(|| view! { <ShareView agent=id given /> })}
            <DialogActions open back=paths::agent(id) cancel="Done" />
        </Dialog>
    }
}

/// Takes in what the acts came to: the tags that there are now, and the way to the list where the page's agent is gone or
/// has a copy.
fn follow(acts: Acts, tags: RwSignal<Vec<String>>) {
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(Ok(now)) = acts.add_tag.value().get() {
            tags.set(now);
        }
    });
    Effect::new(move || {
        if let Some(Ok(now)) = acts.remove_tag.value().get() {
            tags.set(now);
        }
    });
    Effect::new(move || {
        let done = |value: Option<Result<String, _>>| matches!(value, Some(Ok(_)));
        if done(acts.duplicate.value().get()) || done(acts.delete.value().get()) {
            navigate(paths::AGENTS, leptos_router::NavigateOptions::default());
        }
    });
}
