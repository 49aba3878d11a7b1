//! What the list says when it is empty: examples to start from, or that nothing matches.

use leptos::prelude::*;

use crate::{
    model::agent_list::ExampleOffer,
    paths,
    server_fns::agent_list::list_examples,
    ui::parts::{
        button::{LinkButton, Variant},
        empty_state::EmptyState,
        face::Face,
    },
};

/// The empty list.
#[component]
pub fn EmptyList(
    /// Whether filters are why.
    filtered: bool,
) -> impl IntoView {
    if filtered {
        return view! {
            <p class="hidden-text" role="status">
                "No agent matches"
            </p>
            <EmptyState title="No agent matches" text="Every word and every filter must match. Try fewer of them.">
                <LinkButton href=paths::AGENTS>"Show all agents"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let examples = Resource::new_blocking(|| (), |()| list_examples());
    view! {
        <EmptyState
            title="You have no agents yet"
            text="Start with an empty page, or with an example that you can try and change at once."
        >
            <LinkButton href=paths::NEW_AGENT variant=Variant::Primary>
                "New agent"
            </LinkButton>
        </EmptyState>
        <Suspense>
            {move || Suspend::new(async move {
                let cards = examples.await.unwrap_or_default().into_iter().map(card).collect_view();
                view! {
                    <section class="stack-tight" aria-labelledby="examples-title">
                        <h2 id="examples-title">"Start from an example"</h2>
                        <ul class="examples">{cards}</ul>
                    </section>
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn card(example: ExampleOffer) -> impl IntoView {
    view! {
        <li>
            <a class="example" href=paths::example(&example.slug)>
                <Face icon=example.icon name=example.title.clone() />
                <span class="example-title">{example.title}</span>
                <span class="soft small">{example.blurb}</span>
            </a>
        </li>
    }
}
