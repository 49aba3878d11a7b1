//! Sharing an agent: the page `/agents/{id}/share`, and the same view in a dialog of the builder.
//!
//! Every act is a form of its own, so that it works without the browser's code; with it, the list changes in place. To add an
//! act: a server function, its action in [`state`], its form in [`people`] or [`search`].

mod people;
mod search;
mod state;

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use uuid::Uuid;

use self::{
    people::{Everyone, People, Transfer},
    search::Search,
    state::Share,
};
use crate::{
    model::{error::Error, grants::Sharing},
    paths,
    server_fns::grants::load_sharing,
    ui::{
        layout::{
            page_frame::{Here, Width},
            signed_in::SignedInFrame,
        },
        pages::refused::Refused,
        parts::{
            button::{LinkButton, Variant},
            icon::{Glyph, Icon},
            notice::{Notice, NoticeTone},
            skeleton::{Skeleton, SkeletonShape},
        },
    },
};

/// `/agents/{id}/share`
#[component]
pub fn SharePage() -> impl IntoView {
    let params = use_params_map();
    let agent = Memo::new(move |_| params.with(|params| params.get("id")).and_then(|id| id.parse::<Uuid>().ok()));
    let words = use_query_map().get_untracked().get("q").unwrap_or_default();
    let navigate = use_navigate();
    let gone = RwSignal::new(false);
    let given = Callback::new(move |()| gone.set(true));
    Effect::new(move || {
        if let (true, Some(agent)) = (gone.get(), agent.get_untracked()) {
            navigate(&paths::agent(agent), leptos_router::NavigateOptions::default());
        }
    });
    view! {
        <SignedInFrame title="Share" here=Here::Agents width=Width::Narrow>
            {
                let words = words.clone();
                move || match agent.get() {
                    Some(agent) => {
                        view! {
                            <header class="page-head">
                                <h1>"Share"</h1>
                                <LinkButton href=paths::agent(agent) variant=Variant::Quiet>
                                    <Icon glyph=Glyph::Back />
                                    "Back to the agent"
                                </LinkButton>
                            </header>
                            <section class="card">
                                <ShareView agent words=words.clone() given named=true />
                            </section>
                        }
                            .into_any()
                    }
                    None => view! { <Refused error=Error::not_found() /> }.into_any(),
                }
            }
        </SignedInFrame>
    }
}

/// Who has access to an agent, and the forms that change it.
#[component]
pub fn ShareView(
    /// The agent.
    agent: Uuid,
    /// Who is being looked for.
    #[prop(optional, into)]
    words: String,
    /// Says which agent it is: where the title around it does not.
    #[prop(optional)]
    named: bool,
    /// After the agent was given away, from when on its rights are another's to set.
    given: Callback<()>,
) -> impl IntoView {
    let sharing = {
        let words = words.clone();
        Resource::new_blocking(|| (), move |()| load_sharing(agent, words.clone()))
    };
    view! {
        <Transition fallback=|| view! { <Skeleton shape=SkeletonShape::Rows /> }>
            {move || {
                let words = words.clone();
                Suspend::new(async move {
                    match sharing.await {
                        Ok(sharing) => Either::Left(view! { <Loaded sharing words named given /> }),
                        Err(error) => Either::Right(view! { <Refused error /> }),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn Loaded(sharing: Sharing, words: String, named: bool, given: Callback<()>) -> impl IntoView {
    let name = sharing.name.clone();
    let share = Share::new(sharing, words, given);
    view! {
        <div class="share">
            {named.then(|| view! { <h2 class="share-name cut">{name}</h2> })}
            <Search share />
            <p class="small soft share-said" role="status">
                {move || share.said.get()}
            </p>
            {move || share.refused.get().map(|refused| view! { <Notice tone=NoticeTone::Bad>{refused}</Notice> })}
            <section class="share-people" aria-labelledby="share-people-title">
                <h3 id="share-people-title" tabindex="-1">
                    "Who has access"
                </h3>
                <ul class="list">
                    <Everyone share />
                    <People share />
                </ul>
            </section>
            <Transfer share />
        </div>
    }
}
