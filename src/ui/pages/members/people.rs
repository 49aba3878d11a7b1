//! Who belongs to the workspace, and what an admin may do with each.

use leptos::{either::Either, prelude::*};

use super::Acts;
use crate::{
    model::{
        account::{Member, Role},
        page::Page,
    },
    paths,
    server_fns::members::show_members,
    ui::{
        parts::{
            avatar::Avatar,
            badge::{Badge, BadgeTone},
            button::{Button, Size, Variant},
            card::Card,
            show_more::{More, ShowMore},
            text_input::{InputKind, TextInput},
            time::Time,
        },
        session::use_session,
    },
};

/// The members, and finding some of them.
#[component]
pub fn People(
    /// One page of them.
    members: Page<Member>,
    /// What they were found by; nothing for all.
    words: String,
    /// What an admin may do.
    acts: Acts,
) -> impl IntoView {
    let Page { data, next_cursor } = members;
    let looked_for = words.clone();
    let more = More::new(next_cursor, move |after| {
        let words = looked_for.clone();
        async move { Ok(show_members(Some(after), Some(words)).await?.members) }
    });
    let none = data.is_empty();
    let typed = RwSignal::new(words.clone());
    let all = (!words.is_empty()).then(|| view! { <a href=paths::MEMBERS rel="external">"Show everybody"</a> });
    let rows = data.into_iter().map(|member| view! { <MemberRow member acts /> }).collect_view();
    view! {
        <Card title="Who is here">
            <form class="member-search" role="search" aria-label="Members" method="get" action=paths::MEMBERS>
                <TextInput
                    name="q"
                    label="Find members"
                    label_hidden=true
                    kind=InputKind::Search
                    placeholder="Name or e-mail address"
                    autocomplete="off"
                    value=typed
                />
                <Button submit=true>"Find"</Button>
                {all}
            </form>
            {none.then(|| view! { <p class="soft">"Nobody here has a name or an address that begins so."</p> })}
            <ul class="list">
                {rows} <For each=move || more.rows.get() key=|member| member.account_id let(member)>
                    <MemberRow member acts />
                </For>
            </ul>
            <ShowMore more address=move |after| paths::members(&words, Some(after)) />
        </Card>
    }
}

#[component]
fn MemberRow(member: Member, acts: Acts) -> impl IntoView {
    let session = use_session();
    let Member { account_id, name, email, role, joined_at, last_seen_at } = member.clone();
    let is_me = session.me_untracked().is_some_and(|me| me.account_id == account_id);
    let managed = session.is_admin();
    let seen = managed.then(|| match last_seen_at {
        Some(at) => Either::Left(view! { "last sign-in " <Time at=at /> " · " }),
        None => Either::Right("never signed in · "),
    });
    view! {
        <li class="member">
            <div class="row">
                <Avatar name=name.clone() />
                <div class="row-main">
                    <span>{name} {is_me.then_some(" (you)")}</span>
                    <span class="small soft cut">{email}</span>
                    <span class="small soft">{seen} "joined " <Time at=joined_at /></span>
                </div>
                <Badge tone=if role == Role::Admin {
                    BadgeTone::Ok
                } else {
                    BadgeTone::Neutral
                }>{if role == Role::Admin { "Admin" } else { "Member" }}</Badge>
            </div>
            {managed.then(|| view! { <Manage member is_me acts /> })}
        </li>
    }
}

/// What an admin may do with a member, behind a disclosure, so that nothing is removed by one slip.
#[component]
fn Manage(member: Member, is_me: bool, acts: Acts) -> impl IntoView {
    let Member { account_id, name, role, .. } = member;
    let id = account_id.to_string();
    let (other, change) = match role {
        Role::Admin => (Role::Member, "Make a member"),
        Role::Member => (Role::Admin, "Make an admin"),
    };
    let (removed, changed) = (id.clone(), id.clone());
    let remove = (!is_me).then(move || {
        view! {
            <ActionForm action=acts.remove>
                <input type="hidden" name="account" value=removed />
                <Button variant=Variant::Danger size=Size::Compact submit=true disabled=acts.remove.pending()>
                    "Remove from the workspace"
                </Button>
            </ActionForm>
            <p class="small soft">"Whoever is removed sees nothing of the workspace any more; their agents become yours."</p>
        }
    });
    view! {
        <details class="member-manage">
            <summary>
                "Manage" <span class="hidden-text">{format!(" {name}")}</span>
            </summary>
            <div class="cluster">
                <ActionForm action=acts.role>
                    <input type="hidden" name="account" value=changed />
                    <input type="hidden" name="role" value=other.as_str() />
                    <Button size=Size::Compact submit=true disabled=acts.role.pending()>
                        {change}
                    </Button>
                </ActionForm>
                <ActionForm action=acts.reset>
                    <input type="hidden" name="account" value=id />
                    <Button size=Size::Compact submit=true disabled=acts.reset.pending()>
                        "Make a password reset link"
                    </Button>
                </ActionForm>
                {remove}
            </div>
        </details>
    }
}
