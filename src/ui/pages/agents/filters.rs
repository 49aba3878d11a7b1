//! The search box, the filters and the sort: a plain GET form that the browser's code spares the button.

use leptos::{ev, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;

use super::{acts::Acts, address};
use crate::{
    model::{
        agent::Status,
        agent_list::{AgentQuery, FilterChoices, Sort},
    },
    paths,
    server_fns::agent_list::list_filter_choices,
    ui::parts::{
        kbd::Kbd,
        pause::after_pause,
        select::{Choice, Select},
        text_input::{InputKind, TextInput},
    },
};

/// The button that the form needs where no code sends it.
const SHOW: &str = "<button class=\"button\" type=\"submit\">Show</button>";

/// What the form's controls hold. Copy it into closures.
#[derive(Clone, Copy)]
struct Held {
    q: RwSignal<String>,
    status: RwSignal<String>,
    tag: RwSignal<String>,
    owner: RwSignal<String>,
    sort: RwSignal<String>,
}

impl Held {
    fn of(query: &AgentQuery) -> Self {
        let [q, status, tag, owner, sort] = words(query).map(RwSignal::new);
        Self { q, status, tag, owner, sort }
    }

    fn set(self, query: &AgentQuery) {
        let [q, status, tag, owner, sort] = words(query);
        for (signal, word) in
            [(self.q, q), (self.status, status), (self.tag, tag), (self.owner, owner), (self.sort, sort)]
        {
            if signal.get_untracked() != word {
                signal.set(word);
            }
        }
    }

    /// What the controls ask for, with this text in the search box; tracked.
    fn query(self, q: String) -> AgentQuery {
        AgentQuery {
            q,
            status: Status::parse(&self.status.get()),
            tag: Some(self.tag.get()).filter(|tag| !tag.is_empty()),
            owner: self.owner.get().parse().ok(),
            sort: Sort::parse(&self.sort.get()).unwrap_or_default(),
            ..AgentQuery::default()
        }
    }
}

fn words(query: &AgentQuery) -> [String; 5] {
    [
        query.q.clone(),
        query.status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
        query.tag.clone().unwrap_or_default(),
        query.owner.map(|id| id.to_string()).unwrap_or_default(),
        query.sort.as_str().to_owned(),
    ]
}

/// Without the cursor: a filter that changes begins at the first page.
fn first_page(query: &AgentQuery) -> AgentQuery {
    AgentQuery { cursor: None, ..query.clone() }
}

/// The form above the list.
#[component]
pub fn Filters(
    /// What the address asks for.
    query: Memo<AgentQuery>,
    /// What may change the choices.
    acts: Acts,
) -> impl IntoView {
    let held = Held::of(&query.get_untracked());
    let search = NodeRef::<html::Input>::new();
    follow(query, held);
    shortcut(search);
    let choices = Resource::new_blocking(move || acts.choices_version(), |_| list_filter_choices());
    let statuses: Vec<Choice> = std::iter::once(Choice::new("", "Any badge"))
        .chain(Status::ALL.map(|status| Choice::new(status.as_str(), status.label(false))))
        .collect();
    let sorts: Vec<Choice> = Sort::ALL.map(|sort| Choice::new(sort.as_str(), sort.label())).into();
    let leave = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            // Otherwise the browser empties a search field, which is not what leaving is.
            event.prevent_default();
            if let Some(input) = search.get_untracked() {
                let _ = input.blur();
            }
        }
    };
    view! {
        <form
            class="agent-filters"
            role="search"
            aria-label="Agents"
            method="get"
            action=paths::AGENTS
            on:submit=move |event| event.prevent_default()
        >
            <div class="agent-search" on:keydown=leave>
                <TextInput
                    name="q"
                    label="Search agents"
                    label_hidden=true
                    kind=InputKind::Search
                    placeholder="Search name and description"
                    autocomplete="off"
                    value=held.q
                    node_ref=search
                />
                <span class="agent-search-key" aria-hidden="true">
                    <Kbd keys="/" />
                </span>
            </div>
            <Select name="status" label="Badge" label_hidden=true value=held.status choices=statuses />
            <Transition>
                {move || Suspend::new(async move {
                    let choices = choices.await.unwrap_or_default();
                    view! { <ChoiceFilters held choices /> }
                })}
            </Transition>
            <Select name="sort" label="Sort by" label_hidden=true value=held.sort choices=sorts />
            // Not an element of ours: a browser that runs code reads what is inside as text, and shows nothing.
            <noscript inner_html=SHOW></noscript>
        </form>
    }
}

#[component]
fn ChoiceFilters(held: Held, choices: FilterChoices) -> impl IntoView {
    let tags: Vec<Choice> = std::iter::once(Choice::new("", "Any tag"))
        .chain(choices.tags.into_iter().map(|tag| Choice::new(tag.clone(), tag)))
        .collect();
    let owners: Vec<Choice> = std::iter::once(Choice::new("", "Anyone’s"))
        .chain(choices.owners.into_iter().map(|person| Choice::new(person.id.to_string(), person.name)))
        .collect();
    view! {
        <Select name="tag" label="Tag" label_hidden=true value=held.tag choices=tags />
        <Select name="owner" label="Owner" label_hidden=true value=held.owner choices=owners />
    }
}

/// Keeps the address and the controls equal: choices at once, typing after a pause, and back again when the address
/// changes by a link or the back button.
fn follow(query: Memo<AgentQuery>, held: Held) {
    let navigate = use_navigate();
    let settled = RwSignal::new(held.q.get_untracked());
    let asked = StoredValue::new(first_page(&query.get_untracked()));
    after_pause(held.q, move |typed| settled.set(typed));
    Effect::new(move || {
        let before = asked.get_value();
        let wanted = AgentQuery { limit: before.limit, ..held.query(settled.get()) };
        if wanted == before {
            return;
        }
        // Each letter is no step to go back to; a choice is.
        let replace = wanted.q != before.q;
        asked.set_value(wanted.clone());
        navigate(&address::of(&wanted), NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
    });
    Effect::new(move || {
        let found = first_page(&query.get());
        if found != asked.get_value() {
            asked.set_value(found.clone());
            settled.set(found.q.clone());
            held.set(&found);
        }
    });
}

/// `/` goes to the search box from anywhere that takes no text.
fn shortcut(search: NodeRef<html::Input>) {
    Effect::new(move || {
        let listener = window_event_listener(ev::keydown, move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let typing = target.is_some_and(|target| {
                target.closest("input, textarea, select, [contenteditable]").ok().flatten().is_some()
            });
            let held = event.ctrl_key() || event.meta_key() || event.alt_key();
            if event.key() == "/" && !typing && !held {
                event.prevent_default();
                if let Some(input) = search.get_untracked() {
                    let _ = input.focus();
                    input.select();
                }
            }
        });
        on_cleanup(move || listener.remove());
    });
}
