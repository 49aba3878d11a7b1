//! The rows of the list: lines on a wide screen, cards on a narrow one.

use leptos::prelude::*;

use super::{acts::Acts, address, menu::RowMenu};
use crate::{
    model::{
        agent::{AgentRow, Right, Status},
        agent_list::{AgentPage, AgentQuery},
    },
    paths,
    ui::parts::{
        badge::{Badge, BadgeTone},
        face::Face,
        time::Time,
    },
};

/// The rows of a page.
#[component]
pub fn Rows(
    /// What was asked for: a tag's link keeps the rest of it.
    query: AgentQuery,
    /// The page.
    page: AgentPage,
    /// The actions.
    acts: Acts,
) -> impl IntoView {
    let rows = page.data.into_iter().map(|row| view! { <Row query=query.clone() row acts /> }).collect_view();
    view! {
        <div class="agents">
            <div class="agents-head soft small" aria-hidden="true">
                <span>"Agent"</span>
                <span>"Badge"</span>
                <span>"Owner"</span>
                <span>"Last modified"</span>
                <span></span>
            </div>
            <ul class="agents-rows">{rows}</ul>
        </div>
    }
}

#[component]
fn Row(query: AgentQuery, row: AgentRow, acts: Acts) -> impl IntoView {
    let tone = match row.status {
        Status::Draft => BadgeTone::Neutral,
        Status::Published => BadgeTone::Ok,
        Status::UnpublishedChanges => BadgeTone::Warn,
    };
    let label = row.status.label(row.ever_released);
    let state = match (row.right, row.live_version) {
        (Some(Right::User), Some(version)) => format!("v{version} is live"),
        (Some(Right::User), None) => "Nothing is live".to_owned(),
        (_, Some(version)) => format!("Draft {}, live is v{version}", row.draft_number),
        (_, None) => format!("Draft {}, nothing is live", row.draft_number),
    };
    let called = if row.name.is_empty() { "Nothing released".to_owned() } else { row.name.clone() };
    let name = match row.right {
        Some(Right::Editor | Right::Owner) => {
            view! { <a class="agent-name" href=paths::agent(row.id)>{called.clone()}</a> }.into_any()
        }
        Some(Right::User) if row.live_version.is_some() => {
            view! { <a class="agent-name" href=paths::coworker(row.id)>{called.clone()}</a> }.into_any()
        }
        _ => view! { <span class="agent-name">{called.clone()}</span> }.into_any(),
    };
    let tags = (!row.tags.is_empty()).then(|| view! { <Tags query tags=row.tags.clone() /> });
    let description = (!row.description.is_empty())
        .then(|| view! { <p class="agent-description soft small" title=row.description.clone()>{row.description.clone()}</p> });
    view! {
        <li class="agent-row">
            <div class="agent-face">
                <Face icon=row.icon.clone() name=called />
                <div class="agent-words">
                    <h2 class="agent-title">{name}</h2>
                    {description}
                    {tags}
                </div>
            </div>
            <div class="agent-badge" title=state.clone()>
                <Badge tone dot=true>
                    {label}
                </Badge>
                <span class="hidden-text">{state.clone()}</span>
                {row.approval_waits.then(|| view! { <Badge tone=BadgeTone::Warn>"Waits for approval"</Badge> })}
            </div>
            <div class="agent-owner small">
                <span class="hidden-text">"Owner: "</span>
                {row.owner.name.clone()}
                {row.shared_by.clone().map(|by| view! { <span class="agent-shared soft cut">{format!("shared by {}", by.name)}</span> })}
            </div>
            <div class="agent-time soft small">
                <span class="hidden-text">"Last modified: "</span>
                <Time at=row.updated_at />
            </div>
            <RowMenu row acts />
        </li>
    }
}

#[component]
fn Tags(query: AgentQuery, tags: Vec<String>) -> impl IntoView {
    let links = tags
        .into_iter()
        .map(|tag| {
            let href = address::of(&AgentQuery { tag: Some(tag.clone()), cursor: None, ..query.clone() });
            view! {
                <li>
                    <a class="tag" href=href>
                        {tag}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="tags" aria-label="Tags">
            {links}
        </ul>
    }
}
