//! What an address that leads nowhere shows.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    model::error::{Code, Error},
    paths,
    ui::{
        parts::{
            button::LinkButton,
            empty_state::EmptyState,
            notice::{Notice, NoticeTone},
        },
        status::answer_with,
    },
};

/// What stands in the place of something that is not there, or not the visitor's to see or to change, and of what could
/// not be loaded.
#[component]
pub fn Refused(
    /// Why.
    error: Error,
) -> impl IntoView {
    answer_with(&error);
    match error.code {
        Code::NotFound | Code::Forbidden => view! {
            <EmptyState title="There is nothing here" text=error.detail>
                <LinkButton href=paths::AGENTS>"Go to your agents"</LinkButton>
            </EmptyState>
        }
        .into_any(),
        _ => view! { <Notice tone=NoticeTone::Bad>{error.detail}</Notice> }.into_any(),
    }
}

/// "There is nothing here", with the way home. The status is set by the server when it renders this.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Title text="Not found" />
        <main class="page">
            <h1>"There is nothing here"</h1>
            <p>"The address leads nowhere, or what it named is not yours to see."</p>
            <p><a href=paths::AGENTS>"Go to your agents"</a></p>
        </main>
    }
}
