//! The filters of the audit log: a plain GET form.

use leptos::prelude::*;

use crate::{
    model::audit::{AuditChoices, AuditQuery, act_words},
    paths,
    ui::parts::{
        button::{Button, LinkButton, Variant},
        select::{Choice, Select},
        text_input::{InputKind, TextInput},
    },
};

/// The form above the entries.
#[component]
pub fn Filters(
    /// What is asked for.
    query: AuditQuery,
    /// What there is to ask for.
    choices: AuditChoices,
    /// What the thing that is asked for is called, where it has a name.
    #[prop(optional_no_strip)]
    subject: Option<String>,
) -> impl IntoView {
    let filtered = query.is_filtered();
    let acts: Vec<Choice> = std::iter::once(Choice::new("", "Anything"))
        .chain(choices.acts.into_iter().map(|act| {
            let words = act_words(&act).to_owned();
            Choice::new(act, words)
        }))
        .collect();
    let people: Vec<Choice> = std::iter::once(Choice::new("", "Anybody"))
        .chain(choices.people.into_iter().map(|person| Choice::new(person.id.to_string(), person.name)))
        .collect();
    let AuditQuery { act, subject: id, actor, from, to } = query;
    let hint = subject.map(|name| format!("This is {name}."));
    let [act, id, actor, from, to] = [act, id, actor, from, to].map(RwSignal::new);
    view! {
        <form class="audit-filters" role="search" aria-label="Audit log" method="get" action=paths::AUDIT>
            <Select name="act" label="What was done" value=act choices=Signal::stored(acts) />
            <Select name="actor" label="By whom" value=actor choices=Signal::stored(people) />
            <TextInput name="from" label="From" kind=InputKind::Date value=from />
            <TextInput name="to" label="To" kind=InputKind::Date value=to />
            <div class="audit-subject">
                {match hint {
                    Some(hint) => {
                        view! {
                            <TextInput
                                name="subject"
                                label="To what"
                                value=id
                                placeholder="The id of an agent, a person, a key"
                                autocomplete="off"
                                hint
                            />
                        }
                            .into_any()
                    }
                    None => {
                        view! {
                            <TextInput
                                name="subject"
                                label="To what"
                                value=id
                                placeholder="The id of an agent, a person, a key"
                                autocomplete="off"
                            />
                        }
                            .into_any()
                    }
                }}
            </div>
            <div class="audit-go">
                <Button submit=true variant=Variant::Primary>
                    "Filter"
                </Button>
                {filtered
                    .then(|| {
                        view! {
                            <LinkButton href=paths::AUDIT variant=Variant::Quiet>
                                "Show everything"
                            </LinkButton>
                        }
                    })}
            </div>
        </form>
    }
}
