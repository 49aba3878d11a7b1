//! What a page shows in the place of what its address names, with the status of the error.

use leptos::prelude::*;

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
    match error.code {
        Code::NotFound | Code::Forbidden => {
            answer_with(&error);
            let title = if error.code == Code::Forbidden { "This is not open to you" } else { "There is nothing here" };
            view! {
                <EmptyState title text=error.detail>
                    <LinkButton href=paths::AGENTS>"Go to your agents"</LinkButton>
                </EmptyState>
            }
            .into_any()
        }
        _ => view! { <NotLoaded error /> }.into_any(),
    }
}

/// The error alone, where the rest of the page stands as it is.
#[component]
pub fn NotLoaded(
    /// Why.
    error: Error,
) -> impl IntoView {
    answer_with(&error);
    view! { <Notice tone=NoticeTone::Bad>{error.detail}</Notice> }
}
