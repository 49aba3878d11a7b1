//! The form of the builder: the tabs, and the fields of each.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{channels, state::BuilderState};
use crate::{
    model::{
        config::{Tab, limits},
        provider::ModelChoice,
    },
    ui::parts::{
        notice::{Notice, NoticeTone},
        select::{Choice, Select},
        tabs::{Tab as TabLink, Tabs},
        text_area::TextArea,
        text_input::{InputKind, TextInput},
    },
};

/// The form's id: the Save button stands outside of it.
pub const FORM_ID: &str = "draft-form";

/// The tabs. Every field stays in the form whichever tab is shown, so that a plain form post sends all of them.
#[component]
pub fn DraftFields(
    /// The page's state.
    state: BuilderState,
    /// The models that may be chosen.
    models: Vec<ModelChoice>,
) -> impl IntoView {
    let query = use_query_map();
    // One that edits nothing of the draft is no tab of the form.
    let tab = Memo::new(move |_| match query.with(|query| query.get("tab")).as_deref() {
        Some("advanced") => Some(Tab::Advanced),
        Some(channels::TAB) => None,
        _ => Some(Tab::Instructions),
    });
    view! {
        <Tabs label="Sections">
            <TabLink
                href="?"
                current=Signal::derive(move || tab.get() == Some(Tab::Instructions))
                invalid=Signal::derive(move || state.tab_is_invalid(Tab::Instructions))
            >
                "Instructions"
            </TabLink>
            <TabLink href=format!("?tab={}", channels::TAB) current=Signal::derive(move || tab.get().is_none())>
                "Channels"
            </TabLink>
            <TabLink
                href="?tab=advanced"
                current=Signal::derive(move || tab.get() == Some(Tab::Advanced))
                invalid=Signal::derive(move || state.tab_is_invalid(Tab::Advanced))
            >
                "Advanced"
            </TabLink>
        </Tabs>
        <div class="builder-fields" hidden=move || tab.get() != Some(Tab::Instructions)>
            <InstructionsTab state models />
        </div>
        <div class="builder-fields" hidden=move || tab.get() != Some(Tab::Advanced)>
            <AdvancedTab state />
        </div>
    }
}

#[component]
fn InstructionsTab(state: BuilderState, models: Vec<ModelChoice>) -> impl IntoView {
    let inputs = state.inputs;
    let error = move |field: &'static str| Signal::derive(move || state.error_of(field));
    let leave = move |field: &'static str| move |_| state.touch(field);
    let models: Vec<Choice> =
        models.into_iter().map(|model| Choice { value: model.name, label: model.label }).collect();
    view! {
        <div class="builder-pair">
            <div on:focusout=leave("name")>
                <TextInput
                    name="form[name]"
                    id="name"
                    label="Name"
                    value=inputs.name
                    limit=limits::MAX_NAME
                    error=error("name")
                    autocomplete="off"
                />
            </div>
            <div on:focusout=leave("icon")>
                <TextInput
                    name="form[icon]"
                    id="icon"
                    label="Icon"
                    value=inputs.icon
                    hint="One emoji"
                    error=error("icon")
                    autocomplete="off"
                />
            </div>
        </div>
        <div on:focusout=leave("description")>
            <TextArea
                name="form[description]"
                id="description"
                label="Description"
                value=inputs.description
                hint="One sentence for lists: what people use this agent for."
                limit=limits::MAX_DESCRIPTION
                rows=2
                error=error("description")
            />
        </div>
        <div on:focusout=leave("instructions")>
            <TextArea
                name="form[instructions]"
                id="instructions"
                label="Instructions"
                value=inputs.instructions
                hint="What the agent should do, and how. Everything here is frozen with a release."
                limit=limits::MAX_INSTRUCTIONS
                rows=14
                grows=true
                error=error("instructions")
            />
        </div>
        <div class="builder-pair">
            <Select
                name="form[model]"
                id="model"
                label="Model"
                value=inputs.model
                choices=Signal::stored(models)
                error=error("model")
            />
            <div on:focusout=leave("temperature")>
                <TextInput
                    name="form[temperature]"
                    id="temperature"
                    label="Temperature"
                    value=inputs.temperature
                    kind=InputKind::Number
                    step="0.1"
                    min="0"
                    max="1"
                    hint="0 steady, 1 varied"
                    error=error("temperature")
                    autocomplete="off"
                />
            </div>
        </div>
        <div on:focusout=leave("greeting")>
            <TextArea
                name="form[greeting]"
                id="greeting"
                label="Greeting"
                value=inputs.greeting
                hint="What the agent says before anybody writes."
                limit=limits::MAX_GREETING
                rows=2
                error=error("greeting")
            />
        </div>
        <div on:focusout=leave("prompt_bubbles")>
            <TextArea
                name="form[prompt_bubbles]"
                id="prompt_bubbles"
                label="Prompt bubbles"
                value=inputs.prompt_bubbles
                hint="One per line, at most 20; shown as buttons at the start of a conversation."
                rows=4
                error=error("prompt_bubbles")
            />
        </div>
    }
}

#[component]
fn AdvancedTab(state: BuilderState) -> impl IntoView {
    let error = Signal::derive(move || state.error_of("advanced"));
    let not_enforced =
        move || state.panel.with(|panel| panel.as_ref().map(|panel| panel.not_enforced.clone())).unwrap_or_default();
    view! {
        <p class="soft">
            "Persona, skills, knowledge, guardrails, playbooks, input fields and the output schema, as one JSON object. It is \
             checked as you type, against the same rules as a Save. Persona and playbooks go into what the model is told."
        </p>
        {move || {
            let fields = not_enforced();
            (!fields.is_empty())
                .then(|| {
                    view! {
                        <Notice tone=NoticeTone::Warn>
                            "Saved and released, but not acted on yet: " {fields.join(", ")} "."
                        </Notice>
                    }
                })
        }}
        <div class="builder-json" on:input=move |_| state.touch("advanced")>
            <TextArea
                name="form[advanced]"
                id="advanced"
                label="Configuration"
                value=state.inputs.advanced
                hint="Lists take items with a stable id of your choice: differences and merges go by it."
                rows=24
                grows=true
                error=error
            />
        </div>
    }
}
