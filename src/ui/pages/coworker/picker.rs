//! The agents that one may talk to: favourites and the last used first, then all by name; a search through all.

use leptos::{either::Either, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    Shared,
    card::{AgentCard, Marks},
    settled,
};
use crate::{
    model::coworker::{UsableAgent, UsableQuery},
    paths,
    server_fns::coworker::{PickerPage, list_usable_agents, load_picker},
    ui::{
        pages::refused::NotLoaded,
        parts::{
            button::LinkButton,
            empty_state::EmptyState,
            show_more::{More, ShowMore},
            skeleton::{Skeleton, SkeletonShape},
            text_input::{InputKind, TextInput},
        },
    },
};

/// The button that the form needs where no code sends it.
const SEARCH: &str = "<button class=\"button\" type=\"submit\">Search</button>";

/// The picker.
#[component]
pub fn Picker() -> impl IntoView {
    let shared = expect_context::<Shared>();
    shared.title.set("Coworker".to_owned());
    shared.current.set(None);
    let params = use_query_map();
    let q = Memo::new(move |_| params.with(|params| params.get("q")).unwrap_or_default());
    let after = params.get_untracked().get("after");
    let typed = RwSignal::new(q.get_untracked());
    follow(q, typed);
    let marks = Marks::new();
    let page = Resource::new_blocking(
        move || q.get(),
        move |q| load_picker(UsableQuery { q, cursor: after.clone(), ..UsableQuery::default() }),
    );
    view! {
        <div class="picker">
            <header class="picker-head">
                <h1>"Coworker"</h1>
                <form
                    class="picker-search"
                    role="search"
                    aria-label="Agents"
                    method="get"
                    action=paths::COWORKER
                    on:submit=move |event| event.prevent_default()
                >
                    <TextInput
                        name="q"
                        label="Search agents"
                        label_hidden=true
                        kind=InputKind::Search
                        placeholder="Search agents"
                        autocomplete="off"
                        value=typed
                    />
                    // Not an element of ours: a browser that runs code reads what is inside as text, and shows nothing.
                    <noscript inner_html=SEARCH></noscript>
                </form>
            </header>
            <Transition fallback=|| view! { <Skeleton shape=SkeletonShape::Rows count=6 /> }>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => Either::Left(view! { <Found page q=q.get_untracked() marks /> }),
                        Err(error) => Either::Right(view! { <NotLoaded error /> }),
                    }
                })}
            </Transition>
        </div>
    }
}

/// Keeps the address and the field equal: typing after a pause, and back when the address changes.
fn follow(q: Memo<String>, typed: RwSignal<String>) {
    let (navigate, settled) = (use_navigate(), settled(typed));
    let asked = StoredValue::new(q.get_untracked());
    Effect::new(move || {
        let wanted = settled.get();
        if wanted != asked.get_value() {
            asked.set_value(wanted.clone());
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&paths::coworker_search(&wanted), options);
        }
    });
    Effect::new(move || {
        let found = q.get();
        if found != asked.get_value() {
            asked.set_value(found.clone());
            settled.set(found.clone());
            typed.set(found);
        }
    });
}

#[component]
fn Found(page: PickerPage, q: String, marks: Marks) -> impl IntoView {
    let PickerPage { favourites, recent, all } = page;
    if all.data.is_empty() {
        return if q.trim().is_empty() {
            view! {
                <EmptyState
                    title="Nobody to talk to yet"
                    text="Here are the agents that have a release and that you may use. Ask a teammate to share one with you, or build one."
                >
                    <LinkButton href=paths::AGENTS>"Go to your agents"</LinkButton>
                </EmptyState>
            }
        } else {
            view! {
                <EmptyState title="No agent matches" text="The search looks at the beginnings of words in names and descriptions.">
                    <LinkButton href=paths::COWORKER>"Show all"</LinkButton>
                </EmptyState>
            }
        }
        .into_any();
    }
    let searching = !q.trim().is_empty();
    let heads = !favourites.is_empty() || !recent.is_empty();
    let wanted = q.clone();
    let more = More::new(all.next_cursor, move |after| {
        let query = UsableQuery { q: wanted.clone(), cursor: Some(after), ..UsableQuery::default() };
        list_usable_agents(query)
    });
    let said = match (searching, all.data.len()) {
        (false, _) => String::new(),
        (true, 1) => "1 agent found".to_owned(),
        (true, count) => format!("{count} agents found"),
    };
    let cards =
        |agents: Vec<UsableAgent>| agents.into_iter().map(|agent| view! { <AgentCard agent marks /> }).collect_view();
    let section = |title: &'static str, agents: Vec<UsableAgent>| {
        (!agents.is_empty()).then(|| {
            view! {
                <section class="picker-section">
                    <h2>{title}</h2>
                    <ul class="picker-cards">{cards(agents)}</ul>
                </section>
            }
        })
    };
    view! {
        <p class="hidden-text" role="status">
            {said}
        </p>
        {section("Favourites", favourites)}
        {section("Recently used", recent)}
        <section class="picker-section">
            <h2 class:hidden-text=!heads>{if searching { "Found" } else { "All agents" }}</h2>
            <ul class="picker-cards">
                {cards(all.data)}
                <For each=move || more.rows.get() key=|agent| agent.id let(agent)>
                    <AgentCard agent marks />
                </For>
            </ul>
            <ShowMore more address=move |after| paths::coworker_after(&q, after) />
        </section>
    }
    .into_any()
}
