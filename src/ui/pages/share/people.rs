//! Who has access: everyone, each person with a right, and giving the agent to another owner.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys};

use super::{
    search::right_choices,
    state::{Share, right_words},
};
use crate::{
    model::{
        agent::Right,
        grants::{Grant, LISTED},
    },
    ui::{
        parts::{
            avatar::Avatar,
            button::{Button, Size, Variant},
            icon::{Glyph, Icon},
            select::{Choice, Select},
        },
        session::use_session,
    },
};

/// The button that a choice needs where no code sends it.
const CHANGE: &str = "<button class=\"button compact\" type=\"submit\">Change</button>";

/// The row of everyone in the workspace.
#[component]
pub fn Everyone(share: Share) -> impl IntoView {
    let workspace = use_session().me_untracked().map(|me| me.workspace.name).unwrap_or_default();
    let on = Memo::new(move |_| share.grants.with(|grants| grants.everyone));
    view! {
        <li class="row share-row">
            <span class="share-everyone" aria-hidden="true">
                <Icon glyph=Glyph::Users />
            </span>
            <div class="row-main">
                <span class="cut">{format!("Everyone in {workspace}")}</span>
                <span class="small soft">{move || if on.get() { "Can use what is live" } else { "No access of their own" }}</span>
            </div>
            <ActionForm action=share.everyone attr:class="share-form">
                <input type="hidden" name="agent" value=share.agent.to_string() />
                <input type="hidden" name="on" value=move || (!on.get()).to_string() />
                <Button submit=true size=Size::Compact disabled=share.everyone.pending()>
                    {move || if on.get() { "Stop sharing with everyone" } else { "Share with everyone" }}
                </Button>
            </ActionForm>
        </li>
    }
}

/// The rows of those with a right of their own.
#[component]
pub fn People(share: Share) -> impl IntoView {
    let listed = move || share.grants.with(|grants| grants.people.iter().take(LISTED).cloned().collect::<Vec<_>>());
    let more = move || share.grants.with(|grants| grants.people.len().saturating_sub(LISTED));
    view! {
        // A row is the person's; its right is looked up, so that a change keeps the row and with it the focus.
        <For each=listed key=|grant| (grant.account.id, grant.right == Right::Owner) let(grant)>
            <PersonRow share grant />
        </For>
        {move || {
            (more() > 0)
                .then(|| {
                    view! {
                        <li class="row small soft">{format!("And {} more. Find one by typing the name above.", more())}</li>
                    }
                })
        }}
    }
}

#[component]
fn PersonRow(share: Share, grant: Grant) -> impl IntoView {
    let Grant { account, right } = grant;
    let (id, name) = (account.id, account.name.clone());
    let is_me = use_session().me_untracked().is_some_and(|me| me.account_id == id);
    let acts = if right == Right::Owner {
        view! { <span class="small soft">{right_words(right)}</span> }.into_any()
    } else {
        view! { <PersonActs share grant=Grant { account: account.clone(), right } /> }.into_any()
    };
    view! {
        <li class="row share-row">
            <Avatar name=name.clone() />
            <div class="row-main">
                <span class="cut">{name} {is_me.then_some(" (you)")}</span>
                <span class="small soft cut">{account.email}</span>
            </div>
            {acts}
        </li>
    }
}

#[component]
fn PersonActs(share: Share, grant: Grant) -> impl IntoView {
    let Grant { account, right } = grant;
    let (id, name) = (account.id, account.name);
    let (choose, remove) = (format!("What {name} may do"), format!("Remove {name}"));
    let now = Memo::new(move |_| share.grants.with(|grants| grants.right_of(id)));
    let value = RwSignal::new(right.as_str().to_owned());
    Effect::new(move || {
        // What was refused goes back to what holds.
        share.refused.track();
        if let Some(right) = now.get() {
            value.set(right.as_str().to_owned());
        }
    });
    let send = move |event: web_sys::Event| {
        let select = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let form = select.and_then(|select| select.closest("form").ok().flatten());
        if let Some(form) = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok()) {
            let _ = form.request_submit();
        }
    };
    view! {
        <ActionForm action=share.give attr:class="share-form">
            <input type="hidden" name="agent" value=share.agent.to_string() />
            <input type="hidden" name="account" value=id.to_string() />
            <Select
                name="right"
                id=format!("right-{id}")
                label=choose
                label_hidden=true
                value
                choices=Signal::stored(right_choices())
                on:change=send
            />
            <noscript inner_html=CHANGE></noscript>
        </ActionForm>
        <ActionForm action=share.take>
            <input type="hidden" name="agent" value=share.agent.to_string() />
            <input type="hidden" name="account" value=id.to_string() />
            <Button
                submit=true
                square=true
                variant=Variant::Quiet
                label=remove
                disabled=share.take.pending()
            >
                <Icon glyph=Glyph::Cross />
            </Button>
        </ActionForm>
    }
}

/// Giving the agent to somebody who has a right on it, behind a disclosure, so that it is no slip.
#[component]
pub fn Transfer(share: Share) -> impl IntoView {
    let choices = Memo::new(move |_| {
        share.grants.with(|grants| {
            let others = grants.people.iter().filter(|grant| grant.right != Right::Owner);
            let choice = |grant: &Grant| {
                Choice::new(grant.account.id.to_string(), format!("{} ({})", grant.account.name, grant.account.email))
            };
            others.map(choice).collect::<Vec<_>>()
        })
    });
    let first = move || choices.with(|choices| choices.first().map(|choice| choice.value.clone()).unwrap_or_default());
    let account = RwSignal::new(untrack(first));
    Effect::new(move || {
        let chosen = account.get_untracked();
        if choices.with(|choices| choices.iter().all(|choice| choice.value != chosen)) {
            account.set(first());
        }
    });
    let nobody = Memo::new(move |_| choices.with(Vec::is_empty));
    view! {
        <details class="share-transfer">
            <summary>"Transfer ownership"</summary>
            {move || {
                if nobody.get() {
                    return view! { <p class="small soft">"Share it with somebody first; then it can be theirs."</p> }
                        .into_any();
                }
                view! {
                    <ActionForm action=share.transfer attr:class="stack-tight">
                        <input type="hidden" name="agent" value=share.agent.to_string() />
                        <Select name="account" id="share-owner" label="New owner" value=account choices=Signal::from(choices) />
                        <p class="small soft">
                            "From then on they share, transfer and delete it. You keep the right to edit."
                        </p>
                        <div class="cluster">
                            <Button submit=true variant=Variant::Danger size=Size::Compact disabled=share.transfer.pending()>
                                "Transfer ownership"
                            </Button>
                        </div>
                    </ActionForm>
                }
                    .into_any()
            }}
        </details>
    }
}
