//! The entries of the audit log: lines of a table on a wide screen, cards on a narrow one.

use leptos::prelude::*;

use crate::{
    model::audit::{AuditEntry, AuditQuery, act_words},
    paths,
    ui::parts::time::Time,
};

/// The entries.
#[component]
pub fn Rows(
    /// What was asked for: a link to a thing or a person keeps the rest of it.
    query: AuditQuery,
    /// The entries, newest first.
    entries: Vec<AuditEntry>,
) -> impl IntoView {
    let rows = entries.into_iter().map(|entry| view! { <Row query=query.clone() entry /> }).collect_view();
    view! { <ul class="audit-rows">{rows}</ul> }
}

#[component]
fn Row(query: AuditQuery, entry: AuditEntry) -> impl IntoView {
    let AuditEntry { at, actor, via, key_id, address, act, subject, subject_name, detail, .. } = entry;
    let who = match actor {
        Some(person) => {
            let href = paths::audit(&AuditQuery { actor: person.id.to_string(), ..query.clone() }, None);
            view! { <a href=href>{person.name}</a> }.into_any()
        }
        None => view! { <span>"The operator"</span> }.into_any(),
    };
    let thing = subject.map(|id| {
        let href = paths::audit(&AuditQuery { subject: id.to_string(), ..query }, None);
        let unnamed = subject_name.is_none();
        let text = subject_name.unwrap_or_else(|| id.to_string());
        view! {
            <a class="audit-thing cut" class:mono=unnamed href=href title=id.to_string()>
                {text}
            </a>
        }
    });
    let door = match (via.as_str(), key_id) {
        (_, Some(_)) => "by an API key",
        ("page", None) => "on a page",
        ("api", None) => "through the API",
        ("cli", None) => "on the server",
        _ => "",
    };
    let place = if address.is_empty() { door.to_owned() } else { format!("{door}, from {address}") };
    let empty = detail.is_null() || detail.as_object().is_some_and(serde_json::Map::is_empty);
    let more = (!empty).then(|| {
        let text = serde_json::to_string_pretty(&detail).unwrap_or_default();
        view! {
            <details class="audit-more">
                <summary>
                    "Details" <span class="hidden-text">{format!(" of {}", act_words(&act))}</span>
                </summary>
                <pre tabindex="0">{text}</pre>
            </details>
        }
    });
    view! {
        <li class="audit-row">
            <span class="audit-time small soft">
                <Time at=at />
            </span>
            <div class="audit-what">
                <span>
                    <b>{act_words(&act).to_owned()}</b>
                    " "
                    <code class="small soft">{act.clone()}</code>
                </span>
                {thing}
            </div>
            <div class="audit-who">
                {who} <span class="small soft">{place}</span>
            </div>
            {more}
        </li>
    }
}
