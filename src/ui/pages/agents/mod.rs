//! My Agents, `/`: what there is, how to find it, and what can be done with each from its menu.
//!
//! What is asked for is in the address and nowhere else ([`address`]), so that a plain form, a link and the hydrated page
//! say the same. To add a filter: a field of `AgentQuery`, its word in `address`, its control in `filters`.

mod acts;
mod address;
mod empty;
mod filters;
mod menu;
mod rows;

pub use self::{
    acts::{Acts, focus},
    menu::{DeleteForm, TagForms},
};

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::{address::read, empty::EmptyList, filters::Filters, rows::Rows};
use crate::{
    model::agent_list::{AgentPage, AgentQuery},
    paths,
    server_fns::agent_list::list_agents,
    ui::{
        layout::{page_frame::Here, signed_in::SignedInFrame},
        parts::{
            button::{LinkButton, Variant},
            icon::{Glyph, Icon},
            notice::{Notice, NoticeTone},
            skeleton::{Skeleton, SkeletonShape},
        },
    },
};

/// `/`
#[component]
pub fn AgentsPage() -> impl IntoView {
    view! {
        <SignedInFrame title="My Agents" here=Here::Agents>
            <header class="page-head">
                <h1 id="agents-title" tabindex="-1">
                    "My Agents"
                </h1>
                <div class="cluster-end">
                    <LinkButton href=paths::TRASH variant=Variant::Quiet>
                        <Icon glyph=Glyph::Trash />
                        "Trash"
                    </LinkButton>
                    <LinkButton href=paths::IMPORT>
                        <Icon glyph=Glyph::Upload />
                        "Import"
                    </LinkButton>
                    <LinkButton href=paths::NEW_AGENT variant=Variant::Primary>
                        <Icon glyph=Glyph::Plus />
                        "New agent"
                    </LinkButton>
                </div>
            </header>
            <AgentList />
        </SignedInFrame>
    }
}

#[component]
fn AgentList() -> impl IntoView {
    let params = use_query_map();
    let query = Memo::new(move |_| params.with(read));
    let acts = Acts::new();
    let page = Resource::new_blocking(
        move || (query.get(), acts.version()),
        |(query, _)| async move { list_agents(query).await },
    );
    view! {
        <Filters query acts />
        <Transition fallback=|| view! { <Skeleton shape=SkeletonShape::Rows count=6 /> }>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => shown(query.get_untracked(), page, acts),
                    Err(error) => {
                        view! {
                            <Notice tone=NoticeTone::Bad>
                                {error.detail} " " <a href=paths::AGENTS>"Show all agents"</a>
                            </Notice>
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
}

fn shown(query: AgentQuery, page: AgentPage, acts: Acts) -> AnyView {
    let found = page.data.len();
    if found == 0 && query.cursor.is_none() {
        return view! { <EmptyList filtered=query.is_filtered() /> }.into_any();
    }
    let links = [(page.prev_cursor.clone(), "prev", "Previous page"), (page.next_cursor.clone(), "next", "Next page")];
    let links = links.map(|(cursor, rel, text)| {
        cursor.map(|cursor| {
            let href = address::of(&AgentQuery { cursor: Some(cursor), ..query.clone() });
            view! {
                <a class="button" href=href rel=rel>
                    {text}
                </a>
            }
        })
    });
    let [before, after] = links;
    let pages = before.is_some() || after.is_some();
    let said = match found {
        0 => "No agents on this page".to_owned(),
        1 => "1 agent on this page".to_owned(),
        more => format!("{more} agents on this page"),
    };
    view! {
        <p class="hidden-text" role="status">
            {said.clone()}
        </p>
        <Rows query page acts />
        {pages
            .then(|| {
                view! {
                    <nav class="pages" aria-label="Pages">
                        {before} <span class="soft small">{said}</span> {after}
                    </nav>
                }
            })}
    }
    .into_any()
}
