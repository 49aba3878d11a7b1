//! Finding members and giving them a right: a plain GET form that the browser's code spares the button.

use leptos::{prelude::*, task::spawn_local};

use super::state::{Share, right_words};
use crate::{
    model::{
        agent::Right,
        grants::{Found, GrantedAccount},
    },
    paths,
    server_fns::grants::find_people,
    ui::parts::{
        avatar::Avatar,
        button::{Button, Size},
        pause::after_pause,
        select::{Choice, Select},
        text_input::{InputKind, TextInput},
    },
};

/// The button that the form needs where no code sends it.
const FIND: &str = "<button class=\"button\" type=\"submit\">Find</button>";

/// The rights that can be chosen for somebody.
pub fn right_choices() -> Vec<Choice> {
    [Right::User, Right::Editor].map(|right| Choice::new(right.as_str(), right_words(right))).into()
}

/// The search box and whom it found.
#[component]
pub fn Search(share: Share) -> impl IntoView {
    let agent = share.agent;
    let asked = StoredValue::new(share.typed.get_untracked());
    after_pause(share.typed, move |typed| {
        if asked.try_get_value().is_none_or(|asked| asked == typed) {
            return;
        }
        asked.set_value(typed.clone());
        if typed.trim().is_empty() {
            return share.found.set(None);
        }
        spawn_local(async move {
            let answer = find_people(agent, typed.clone()).await;
            // What is looked for meanwhile is what counts.
            if asked.try_get_value() == Some(typed) {
                match answer {
                    Ok(found) => _ = share.found.try_set(Some(found)),
                    Err(error) => _ = share.refused.try_set(Some(error.detail)),
                }
            }
        });
    });
    view! {
        <form
            class="share-search"
            role="search"
            aria-label="Members"
            method="get"
            action=paths::share(agent)
            on:submit=move |event| event.prevent_default()
        >
            <TextInput
                name="q"
                id="share-q"
                label="Add people"
                kind=InputKind::Search
                placeholder="Name or e-mail address"
                autocomplete="off"
                value=share.typed
                node_ref=share.search
            />
            // Not an element of ours: a browser that runs code reads what is inside as text, and shows nothing.
            <noscript inner_html=FIND></noscript>
        </form>
        {move || share.found.get().map(|found| view! { <FoundPeople share found /> })}
    }
}

#[component]
fn FoundPeople(share: Share, found: Found) -> impl IntoView {
    let Found { people, more } = found;
    let said = match people.len() {
        0 => "Nobody in this workspace has a name or an address that begins so.".to_owned(),
        1 => "1 member found".to_owned(),
        count => format!("{count}{} members found", if more { " and more" } else { "" }),
    };
    let rows = people.into_iter().map(|person| view! { <FoundRow share person /> }).collect_view();
    view! {
        <div class="share-found">
            <p class="small soft" role="status">
                {said}
            </p>
            <ul class="list">{rows}</ul>
        </div>
    }
}

#[component]
fn FoundRow(share: Share, person: GrantedAccount) -> impl IntoView {
    let GrantedAccount { id, name, email } = person;
    let right = RwSignal::new(Right::User.as_str().to_owned());
    let has = Memo::new(move |_| share.grants.with(|grants| grants.right_of(id)));
    let called = StoredValue::new(name.clone());
    view! {
        <li class="row share-row">
            <Avatar name=name.clone() />
            <div class="row-main">
                <span class="cut">{name}</span>
                <span class="small soft cut">{email}</span>
            </div>
            {move || match has.get() {
                Some(right) => view! { <span class="small soft">{right_words(right)}</span> }.into_any(),
                None => {
                    let name = called.get_value();
                    let (choose, add) = (format!("What {name} may do"), format!("Add {name}"));
                    view! {
                        <ActionForm action=share.give attr:class="share-form">
                            <input type="hidden" name="agent" value=share.agent.to_string() />
                            <input type="hidden" name="account" value=id.to_string() />
                            <Select
                                name="right"
                                id=format!("new-{id}")
                                label=choose
                                label_hidden=true
                                value=right
                                choices=Signal::stored(right_choices())
                            />
                            <Button submit=true size=Size::Compact label=add disabled=share.give.pending()>
                                "Add"
                            </Button>
                        </ActionForm>
                    }
                        .into_any()
                }
            }}
        </li>
    }
}
