//! One's conversations by day, the last used first: search, rename, delete.
//!
//! The days are those of the reader: the server groups in UTC, and the browser's code groups anew where it is.

use leptos::{either::Either, prelude::*, wasm_bindgen::JsValue};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use uuid::Uuid;

use super::{Shared, settled};
use crate::{
    model::{
        coworker::{ConversationQuery, ConversationSummary, Day, MAX_TITLE, by_day, utc_day},
        page::Page,
        timestamp::Timestamp,
    },
    paths,
    server_fns::coworker::{Conversations, DeleteConversation, RenameConversation, list_conversations},
    ui::{
        entry::say,
        parts::{
            button::{Button, LinkButton, Size, Variant},
            disclosure::Align,
            face::Face,
            icon::{Glyph, Icon},
            menu::Menu,
            notice::{Notice, NoticeTone},
            show_more::{More, ShowMore},
            skeleton::{Skeleton, SkeletonShape},
            text_input::{InputKind, TextInput},
        },
    },
};

/// The button that the form needs where no code sends it.
const SEARCH: &str = "<button class=\"button\" type=\"submit\">Search</button>";

/// What can be done with a conversation.
#[derive(Clone, Copy)]
struct Acts {
    rename: ServerAction<RenameConversation>,
    delete: ServerAction<DeleteConversation>,
}

/// The list.
#[component]
pub fn Side() -> impl IntoView {
    let shared = expect_context::<Shared>();
    let params = use_query_map();
    let first = params.get_untracked();
    let typed = RwSignal::new(first.get("find").unwrap_or_default());
    let after = StoredValue::new(first.get("before"));
    let found = settled(typed);
    let acts = Acts { rename: ServerAction::new(), delete: ServerAction::new() };
    say(acts.rename, "Conversation renamed");
    say(acts.delete, "Conversation deleted");
    leave_deleted(acts, shared);
    let list = Resource::new_blocking(
        move || (found.get(), shared.version.get(), acts.rename.version().get(), acts.delete.version().get()),
        move |(q, ..)| {
            list_conversations(ConversationQuery { q, cursor: after.get_value(), ..ConversationQuery::default() })
        },
    );
    view! {
        <aside class="talks" aria-label="Your conversations">
            <header class="talks-head">
                <h2>"Conversations"</h2>
                <LinkButton href=paths::COWORKER size=Size::Compact>
                    <Icon glyph=Glyph::Plus />
                    "New chat"
                </LinkButton>
            </header>
            <form
                class="talks-search"
                role="search"
                aria-label="Conversations"
                method="get"
                action=paths::COWORKER
                on:submit=move |event| event.prevent_default()
            >
                <input type="hidden" name="list" value="conversations" />
                <TextInput
                    name="find"
                    label="Search conversations"
                    label_hidden=true
                    kind=InputKind::Search
                    placeholder="Search conversations"
                    autocomplete="off"
                    value=typed
                />
                <noscript inner_html=SEARCH></noscript>
            </form>
            <div class="talks-scroll">
                <Transition fallback=|| view! { <Skeleton shape=SkeletonShape::Rows count=4 /> }>
                    {move || Suspend::new(async move {
                        match list.await {
                            Ok(list) => Either::Left(view! { <Days list q=found.get_untracked() acts /> }),
                            Err(error) => Either::Right(view! { <Notice tone=NoticeTone::Bad>{error.detail}</Notice> }),
                        }
                    })}
                </Transition>
            </div>
        </aside>
    }
}

/// Who deletes the conversation at hand is led away from it.
fn leave_deleted(acts: Acts, shared: Shared) {
    let navigate = use_navigate();
    // What was asked for is gone from the action once the answer is there.
    let asked = StoredValue::new(None::<Uuid>);
    Effect::new(move || {
        if let Some(input) = acts.delete.input().get() {
            asked.set_value(Some(input.session));
        }
    });
    Effect::new(move || {
        let done = matches!(acts.delete.value().get(), Some(Ok(())));
        if done && asked.get_value().is_some() && shared.current.get_untracked() == asked.get_value() {
            navigate(paths::CONVERSATIONS, NavigateOptions::default());
        }
    });
}

#[component]
fn Days(list: Conversations, q: String, acts: Acts) -> impl IntoView {
    let Conversations { page: Page { data, next_cursor }, now } = list;
    if data.is_empty() {
        let said = if q.trim().is_empty() {
            "What you talk about with agents stays here until you delete it."
        } else {
            "No conversation matches. The search looks at titles and at what you wrote."
        };
        return view! { <p class="talks-none small soft">{said}</p> }.into_any();
    }
    let wanted = q.clone();
    let more = More::new(next_cursor, move |after| {
        let query = ConversationQuery { q: wanted.clone(), cursor: Some(after), ..ConversationQuery::default() };
        async move { Ok(list_conversations(query).await?.page) }
    });
    let here = RwSignal::new(false);
    Effect::new(move || here.set(true));
    let days = move || {
        let mut all = data.clone();
        all.extend(more.rows.get());
        if here.get() { by_day(&all, browser_now(), local_day) } else { by_day(&all, now, utc_day) }
    };
    view! {
        {move || {
            days()
                .into_iter()
                .map(|Day { label, conversations }| {
                    let rows = conversations.into_iter().map(|one| view! { <Row one acts /> }).collect_view();
                    view! {
                        <section class="talks-day">
                            <h3>{label}</h3>
                            <ul>{rows}</ul>
                        </section>
                    }
                })
                .collect_view()
        }}
        <ShowMore more address=move |after| paths::conversations_before(&q, after) />
    }
    .into_any()
}

#[component]
fn Row(one: ConversationSummary, acts: Acts) -> impl IntoView {
    let shared = expect_context::<Shared>();
    let ConversationSummary { id, agent_id, title, agent_name, agent_icon, version, ended_at, .. } = one;
    let state = if ended_at.is_some() { " · ended" } else { "" };
    view! {
        <li class="talk" class:here=move || shared.current.get() == Some(id)>
            <a
                class="talk-link"
                href=paths::conversation(agent_id, id)
                aria-current=move || (shared.current.get() == Some(id)).then_some("page")
            >
                <Face icon=agent_icon name=agent_name.clone() />
                <span class="talk-words">
                    <span class="talk-title">{title.clone()}</span>
                    <span class="small soft cut">{format!("{agent_name} · v{version}{state}")}</span>
                </span>
            </a>
            <Menu
                label=format!("Actions for {title}")
                button=|| view! { <Icon glyph=Glyph::Dots /> }
                button_class="button quiet square compact"
                align=Align::End
            >
                <RenameForm id title acts />
                <DeleteForm id acts />
            </Menu>
        </li>
    }
}

#[component]
fn RenameForm(id: Uuid, title: String, acts: Acts) -> impl IntoView {
    let field = format!("title-{id}");
    view! {
        <details class="menu-more" data-keep-open="">
            <summary class="menu-item">
                <Icon glyph=Glyph::Edit />
                "Rename…"
            </summary>
            <div class="menu-more-body">
                <ActionForm action=acts.rename>
                    <input type="hidden" name="session" value=id.to_string() />
                    <label class="hidden-text" for=field.clone()>
                        "New title"
                    </label>
                    <div class="talk-rename">
                        <input class="input" id=field name="title" value=title maxlength=MAX_TITLE autocomplete="off" required />
                        <Button submit=true size=Size::Compact disabled=acts.rename.pending()>
                            "Rename"
                        </Button>
                    </div>
                </ActionForm>
            </div>
        </details>
    }
}

#[component]
fn DeleteForm(id: Uuid, acts: Acts) -> impl IntoView {
    view! {
        <details class="menu-more" data-keep-open="">
            <summary class="menu-item danger">
                <Icon glyph=Glyph::Trash />
                "Delete…"
            </summary>
            <div class="menu-more-body">
                <p class="small soft">"It is removed with all its messages, for good."</p>
                <ActionForm action=acts.delete>
                    <input type="hidden" name="session" value=id.to_string() />
                    <Button submit=true size=Size::Compact variant=Variant::Danger disabled=acts.delete.pending()>
                        "Delete the conversation"
                    </Button>
                </ActionForm>
            </div>
        </details>
    }
}

/// Now, where the browser is.
fn browser_now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are far below 2^53")]
    let now = js_sys::Date::now() as i64;
    Timestamp(now.saturating_mul(1_000))
}

/// The day of a moment where the browser is.
fn local_day(at: Timestamp) -> i64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    let date = js_sys::Date::new(&JsValue::from_f64((at.0 / 1_000) as f64));
    #[expect(clippy::cast_possible_truncation, reason = "an offset is less than a day of minutes")]
    let west = date.get_timezone_offset() as i64;
    utc_day(at.plus_seconds(-60 * west))
}
