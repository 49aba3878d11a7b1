//! The audit log, `/settings/audit`: every change in the workspace, for its admins.
//!
//! What is asked for is in the address and nowhere else, so that a plain form, a link and the hydrated page say the same. To
//! add a filter: a field of `AuditQuery`, its control in [`filters`].

mod filters;
mod rows;

use leptos::{either::Either, prelude::*};
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use self::{filters::Filters, rows::Rows};
use crate::{
    model::{audit::AuditQuery, audit_export::ExportFormat, error::Code},
    paths,
    server_fns::audit::{AuditPage as Shown, show_audit},
    ui::{
        entry::watch_sign_in,
        layout::{page_frame::Here, settings_nav::SettingsNav, signed_in::SignedInFrame},
        parts::{
            button::LinkButton,
            icon::{Glyph, Icon},
            notice::{Notice, NoticeTone},
            skeleton::{Skeleton, SkeletonShape},
        },
        status::answer_with,
    },
};

/// What the address asks for, and from where the page before ended.
fn read(params: &ParamsMap) -> (AuditQuery, Option<String>) {
    let text = |name: &str| params.get(name).unwrap_or_default();
    let query = AuditQuery {
        act: text("act"),
        subject: text("subject"),
        actor: text("actor"),
        from: text("from"),
        to: text("to"),
    };
    (query, params.get("after").filter(|after| !after.is_empty()))
}

/// `/settings/audit`
#[component]
pub fn AuditPage() -> impl IntoView {
    let params = use_query_map();
    let asked = Memo::new(move |_| params.with(read));
    let shown =
        Resource::new_blocking(move || asked.get(), |(query, after)| async move { show_audit(query, after).await });
    watch_sign_in(Signal::derive(move || {
        shown.with(|shown| matches!(shown, Some(Err(error)) if error.code == Code::Unauthorized))
    }));
    view! {
        <SignedInFrame title="Audit log" here=Here::Settings>
            <h1>"Audit log"</h1>
            <SettingsNav here=paths::AUDIT />
            <Transition fallback=|| view! { <Skeleton shape=SkeletonShape::Rows count=8 /> }>
                {move || Suspend::new(async move {
                    match shown.await {
                        Ok(shown) => {
                            let (query, after) = asked.get_untracked();
                            Either::Left(view! { <Loaded query after shown /> })
                        }
                        Err(error) => {
                            answer_with(&error);
                            Either::Right(
                                view! {
                                    <Notice tone=NoticeTone::Bad>
                                        {error.detail} " "
                                        {(error.code == Code::ValidationFailed)
                                            .then(|| view! { <a href=paths::AUDIT>"Show everything"</a> })}
                                    </Notice>
                                },
                            )
                        }
                    }
                })}
            </Transition>
        </SignedInFrame>
    }
}

/// The files: of what the filters let through.
#[component]
fn Exports(query: AuditQuery) -> impl IntoView {
    let link = |format: ExportFormat, text: &'static str| {
        view! {
            <LinkButton href=paths::audit_export(&query, format) attr:rel="external" attr:download="">
                <Icon glyph=Glyph::Download />
                {text}
            </LinkButton>
        }
    };
    view! {
        <div class="cluster-end">
            {link(ExportFormat::Csv, "Export CSV")} {link(ExportFormat::Jsonl, "Export JSON lines")}
        </div>
    }
}

#[component]
fn Loaded(query: AuditQuery, after: Option<String>, shown: Shown) -> impl IntoView {
    let Shown { entries, choices } = shown;
    let subject = entries.data.iter().find(|entry| entry.subject.is_some_and(|id| id.to_string() == query.subject));
    let subject = subject.and_then(|entry| entry.subject_name.clone());
    let newest = after.is_some().then(|| view! { <LinkButton href=paths::audit(&query, None)>"Newest"</LinkButton> });
    let older = entries.next_cursor.as_deref().map(|cursor| {
        view! {
            <LinkButton href=paths::audit(&query, Some(cursor)) attr:rel="next">
                "Older"
            </LinkButton>
        }
    });
    let pages = (newest.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label="Pages">
                {newest} {older}
            </nav>
        }
    });
    let none = entries.data.is_empty().then(|| view! { <p class="soft">"Nothing was done that is asked for."</p> });
    view! {
        <Filters query=query.clone() choices subject />
        <Exports query=query.clone() />
        {none}
        <Rows query entries=entries.data />
        {pages}
    }
}
