//! The choice that a conflict asks for: base, mine and theirs of each field that two people changed.

use leptos::prelude::*;
use serde_json::Value;

use crate::model::{diff::text::display, merge::FieldConflict, saved_draft::SaveConflict};

/// One card per field in conflict. It stands inside the form, so that Save sends the choices along.
#[component]
pub fn ConflictChoices(
    /// The conflict.
    conflict: SaveConflict,
) -> impl IntoView {
    let SaveConflict { base, current, saved_by, conflicts } = conflict;
    let count = conflicts.len();
    let who = saved_by.name;
    let cards: Vec<_> = conflicts
        .into_iter()
        .enumerate()
        .map(|(index, field)| view! { <ConflictCard index field who=who.clone() base /> })
        .collect();
    view! {
        <section class="conflict" aria-labelledby="conflict-title" tabindex="-1" id="conflict">
            <h2 id="conflict-title">"Not saved: you and " {who} " changed the same place"</h2>
            <p>
                "You started from draft " {base} "; the draft is " {current} " now. "
                {if count == 1 { "Choose whose value to keep, then save." } else { "Choose for each field, then save." }}
                " Everything else is merged, and nothing is lost until you do."
            </p>
            <input type="hidden" name="seen" value=current />
            {cards}
        </section>
    }
}

#[component]
fn ConflictCard(index: usize, field: FieldConflict, who: String, base: i64) -> impl IntoView {
    let FieldConflict { field, label, base: before, mine, theirs } = field;
    let name = format!("choices[{index}][choice]");
    view! {
        <fieldset class="conflict-card">
            <legend>{label}</legend>
            <input type="hidden" name=format!("choices[{index}][field]") value=field />
            <div class="conflict-sides">
                <label class="conflict-side">
                    <span>
                        <input type="radio" name=name.clone() value="mine" required />
                        " Keep mine"
                    </span>
                    <pre>{shown(mine.as_ref())}</pre>
                </label>
                <label class="conflict-side">
                    <span>
                        <input type="radio" name=name value="theirs" required />
                        " Take " {who} "’s"
                    </span>
                    <pre>{shown(theirs.as_ref())}</pre>
                </label>
            </div>
            <details>
                <summary>"Both started from draft " {base}</summary>
                <pre>{shown(before.as_ref())}</pre>
            </details>
        </fieldset>
    }
}

/// A value as text; what is not there says so.
#[must_use]
pub fn shown(value: Option<&Value>) -> String {
    match (value, display(value)) {
        (None | Some(Value::Null), _) => "(not set)".to_owned(),
        (_, text) if text.is_empty() => "(empty)".to_owned(),
        (_, text) => text,
    }
}
