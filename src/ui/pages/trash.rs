//! `/trash`: deleted agents, which can be restored for 30 days.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    model::{
        flash::Tone,
        timestamp::Timestamp,
        trash::{KEPT_DAYS, TrashPage as Answer, TrashedAgent, restored_sentence},
    },
    paths,
    server_fns::trash::{RestoreAgent, list_trash},
    ui::{
        layout::{page_frame::Here, signed_in::SignedInFrame},
        pages::refused::NotLoaded,
        parts::{
            button::{Button, LinkButton, Size, Variant},
            empty_state::EmptyState,
            face::Face,
            icon::{Glyph, Icon},
            time::Time,
            toasts::Toasts,
        },
    },
};

/// The page.
#[component]
pub fn TrashPage() -> impl IntoView {
    view! {
        <SignedInFrame title="Trash" here=Here::Agents>
            <header class="page-head">
                <LinkButton href=paths::AGENTS variant=Variant::Quiet square=true label="Back to agents">
                    <Icon glyph=Glyph::Back />
                </LinkButton>
                <h1>"Trash"</h1>
            </header>
            <p class="soft">
                {format!(
                    "Deleted agents stay here for {KEPT_DAYS} days and are then erased for good. An agent that you restore \
                     comes back with its draft, releases, tags and rights; nothing of it is live until you publish or roll back.",
                )}
            </p>
            <TrashList />
        </SignedInFrame>
    }
}

#[component]
fn TrashList() -> impl IntoView {
    let query = use_query_map();
    let restore = ServerAction::<RestoreAgent>::new();
    let toasts = expect_context::<Toasts>();
    Effect::new(move || match restore.value().get() {
        Some(Ok(name)) => toasts.show(Tone::Good, restored_sentence(&name)),
        Some(Err(error)) => toasts.show(Tone::Bad, error.detail),
        None => {}
    });
    let answer = Resource::new_blocking(
        move || (query.with(|query| query.get("cursor")), restore.version().get()),
        |(cursor, _)| list_trash(cursor),
    );
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match answer.await {
                    Ok(answer) => shown(answer, restore),
                    Err(error) => view! { <NotLoaded error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

fn shown(answer: Answer, restore: ServerAction<RestoreAgent>) -> AnyView {
    let Answer { page, now } = answer;
    if page.data.is_empty() {
        return view! { <EmptyState title="The trash is empty" text="An agent that you delete can be restored from here." /> }
            .into_any();
    }
    let rows = page.data.into_iter().map(|agent| row(agent, now, restore)).collect_view();
    let next = page.next_cursor.map(|cursor| format!("{}?cursor={cursor}", paths::TRASH));
    view! {
        <ul class="agents-rows">{rows}</ul>
        {next
            .map(|href| {
                view! {
                    <nav class="pages" aria-label="Pages">
                        <a class="button" href=href rel="next">
                            "Next page"
                        </a>
                    </nav>
                }
            })}
    }
    .into_any()
}

fn row(agent: TrashedAgent, now: Timestamp, restore: ServerAction<RestoreAgent>) -> impl IntoView {
    let left = match agent.days_left(now) {
        0 => "Will be erased within the hour".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    };
    view! {
        <li class="agent-row trashed">
            <div class="agent-face">
                <Face icon=agent.icon name=agent.name.clone() />
                <div class="agent-words">
                    <h2 class="agent-title">{agent.name.clone()}</h2>
                    <p class="soft small">
                        "Deleted by " {agent.deleted_by.name} ", " <Time at=agent.deleted_at /> " · owned by " {agent.owner.name}
                    </p>
                </div>
            </div>
            <div class="agent-time small">{left}</div>
            <ActionForm action=restore>
                <input type="hidden" name="agent" value=agent.id.to_string() />
                <Button submit=true size=Size::Compact disabled=Signal::derive(move || restore.pending().get())>
                    <Icon glyph=Glyph::Undo />
                    "Restore"
                    <span class="hidden-text">{format!(" {}", agent.name)}</span>
                </Button>
            </ActionForm>
        </li>
    }
}
