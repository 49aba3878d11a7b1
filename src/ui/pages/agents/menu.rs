//! The menu of a row: what the person's right on the agent allows. Every item is a link or a form.

use leptos::{html, prelude::*};
use uuid::Uuid;

use super::acts::Acts;
use crate::{
    model::{
        agent::{AgentRow, Right},
        tags::{MAX_TAG, MAX_TAGS},
        trash::KEPT_DAYS,
    },
    paths,
    ui::parts::{
        button::{Button, Size, Variant},
        disclosure::Align,
        icon::{Glyph, Icon},
        menu::{Menu, MenuButton, MenuLine, MenuLink},
    },
};

/// The menu.
#[component]
pub fn RowMenu(row: AgentRow, acts: Acts) -> impl IntoView {
    let edits = row.right >= Some(Right::Editor);
    let owns = row.right == Some(Right::Owner);
    let id = row.id;
    let talk = (row.live_version.is_some() && row.right.is_some()).then(|| {
        view! {
            <MenuLink href=paths::coworker(id) glyph=Glyph::Send>
                "Talk to what is live"
            </MenuLink>
        }
    });
    let edit = edits.then(|| {
        view! {
            <MenuLink href=paths::agent(id) glyph=Glyph::Edit>
                "Edit"
            </MenuLink>
            <ActionForm action=acts.duplicate>
                <input type="hidden" name="agent" value=id.to_string() />
                <MenuButton submit=true glyph=Glyph::Copy>
                    "Duplicate"
                </MenuButton>
            </ActionForm>
            <MenuLink href=paths::export(id) glyph=Glyph::Download download=true>
                "Export"
            </MenuLink>
            {owns
                .then(|| {
                    view! {
                        <MenuLink href=paths::share(id) glyph=Glyph::Users>
                            "Share"
                        </MenuLink>
                    }
                })}
            <TagForms agent=id tags=row.tags.clone() acts />
        }
    });
    let delete = owns.then(|| {
        view! {
            <MenuLine />
            <DeleteForm agent=id name=row.name.clone() live=row.live_version.is_some() acts />
        }
    });
    let take = row.right.is_none().then(|| {
        view! {
            <p class="menu-note">"You see this agent because you are an admin."</p>
            <ActionForm action=acts.take>
                <input type="hidden" name="agent" value=id.to_string() />
                <MenuButton submit=true glyph=Glyph::Key>
                    "Take ownership"
                </MenuButton>
            </ActionForm>
        }
    });
    let nothing = (row.right == Some(Right::User) && row.live_version.is_none())
        .then(|| view! { <p class="menu-note">"Nothing of this agent is live yet."</p> });
    view! {
        <div class="agent-menu">
            <Menu
                label=format!("Actions for {}", row.name)
                button=|| view! { <Icon glyph=Glyph::Dots /> }
                button_class="button quiet square"
                align=Align::End
            >
                {edit}
                {talk}
                {nothing}
                {take}
                {delete}
            </Menu>
        </div>
    }
}

/// The tags of an agent and the forms that change them, as a part of a menu that opens in place.
#[component]
pub fn TagForms(
    /// The agent.
    agent: Uuid,
    /// Its tags.
    #[prop(into)]
    tags: Signal<Vec<String>>,
    /// The actions.
    acts: Acts,
) -> impl IntoView {
    let field = format!("tag-{agent}");
    let room = Memo::new(move |_| tags.with(Vec::len) < MAX_TAGS);
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |before: Option<()>| {
        tags.track();
        // What was typed is a tag now.
        if let (Some(()), Some(input)) = (before, input.get_untracked()) {
            input.set_value("");
        }
    });
    let have = move || {
        let one = |tag: String| {
            view! {
                <ActionForm action=acts.remove_tag>
                    <input type="hidden" name="agent" value=agent.to_string() />
                    <input type="hidden" name="tag" value=tag.clone() />
                    <button class="tag" type="submit" title=format!("Remove the tag {tag}")>
                        <span class="hidden-text">"Remove the tag "</span>
                        {tag.clone()}
                        <Icon glyph=Glyph::Cross />
                    </button>
                </ActionForm>
            }
        };
        tags.get().into_iter().map(one).collect_view()
    };
    let add = move || {
        let field = field.clone();
        room.get().then(|| view! {
            <ActionForm action=acts.add_tag>
                <input type="hidden" name="agent" value=agent.to_string() />
                <label class="hidden-text" for=field.clone()>
                    "New tag"
                </label>
                <div class="tag-add">
                    <input node_ref=input class="input" id=field.clone() name="tag" maxlength=MAX_TAG placeholder="Tag" autocomplete="off" required />
                    <Button submit=true size=Size::Compact>
                        "Add"
                    </Button>
                </div>
            </ActionForm>
        })
    };
    view! {
        <details class="menu-more" data-keep-open="">
            <summary class="menu-item">
                <Icon glyph=Glyph::Tag />
                "Tag"
            </summary>
            <div class="menu-more-body">
                <div class="tags">{have}</div>
                {add}
            </div>
        </details>
    }
}

/// Deleting an agent, behind a question that opens in place.
#[component]
pub fn DeleteForm(
    /// The agent.
    agent: Uuid,
    /// What it is called.
    name: String,
    /// Whether something of it is live.
    live: bool,
    /// The actions.
    acts: Acts,
) -> impl IntoView {
    let effect = if live {
        "It is live: everybody loses it at once, and open conversations end."
    } else {
        "It disappears from every list at once."
    };
    view! {
        <details class="menu-more" data-keep-open="">
            <summary class="menu-item danger">
                <Icon glyph=Glyph::Trash />
                "Delete…"
            </summary>
            <div class="menu-more-body">
                <p class="small">
                    <b>{format!("Delete “{name}”?")}</b>
                    " "
                    {effect}
                    {format!(" You can restore it from the trash for {KEPT_DAYS} days.")}
                </p>
                <ActionForm action=acts.delete>
                    <input type="hidden" name="agent" value=agent.to_string() />
                    <Button submit=true variant=Variant::Danger size=Size::Compact>
                        "Delete"
                    </Button>
                </ActionForm>
            </div>
        </details>
    }
}
