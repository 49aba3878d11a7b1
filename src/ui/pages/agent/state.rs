//! What the builder page knows while it is open: the form as typed, the draft it started from, what is live.

use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    model::{
        builder::{Builder, Refusal, ReleasePanel},
        config::{Config, DraftForm, Tab, tab_of},
        draft::{PublishBlock, PublishState, SaveBlock, SaveState, publish_blocked, save_blocked},
        error::FieldError,
        merge::{Merge, merge},
        revision::RevisionRef,
        saved_draft::Draft,
    },
    server_fns::{drafts::load_revision, releases::load_release_panel},
    ui::parts::hydrated::hydrated,
};

/// The draft that the form started from.
#[derive(Clone, Debug, PartialEq)]
pub struct Base {
    /// Its number.
    pub number: i64,
    /// What it holds.
    pub config: Config,
}

impl From<Draft> for Base {
    fn from(draft: Draft) -> Self {
        Self { number: draft.info.number, config: draft.config }
    }
}

/// The inputs of the form, each with what is typed in it.
#[derive(Clone, Copy)]
pub struct Inputs {
    /// See [`DraftForm::name`]; the others likewise.
    pub name: RwSignal<String>,
    /// One emoji.
    pub icon: RwSignal<String>,
    /// One sentence for lists.
    pub description: RwSignal<String>,
    /// What the agent does.
    pub instructions: RwSignal<String>,
    /// The model's name.
    pub model: RwSignal<String>,
    /// A number from 0 to 1.
    pub temperature: RwSignal<String>,
    /// What the agent says first.
    pub greeting: RwSignal<String>,
    /// One on each line.
    pub prompt_bubbles: RwSignal<String>,
    /// JSON.
    pub advanced: RwSignal<String>,
}

impl Inputs {
    fn new(form: DraftForm) -> Self {
        Self {
            name: RwSignal::new(form.name),
            icon: RwSignal::new(form.icon),
            description: RwSignal::new(form.description),
            instructions: RwSignal::new(form.instructions),
            model: RwSignal::new(form.model),
            temperature: RwSignal::new(form.temperature),
            greeting: RwSignal::new(form.greeting),
            prompt_bubbles: RwSignal::new(form.prompt_bubbles),
            advanced: RwSignal::new(form.advanced),
        }
    }

    fn get(&self) -> DraftForm {
        DraftForm {
            name: self.name.get(),
            icon: self.icon.get(),
            description: self.description.get(),
            instructions: self.instructions.get(),
            model: self.model.get(),
            temperature: self.temperature.get(),
            greeting: self.greeting.get(),
            prompt_bubbles: self.prompt_bubbles.get(),
            advanced: self.advanced.get(),
        }
    }

    fn set(&self, form: DraftForm) {
        self.name.set(form.name);
        self.icon.set(form.icon);
        self.description.set(form.description);
        self.instructions.set(form.instructions);
        self.model.set(form.model);
        self.temperature.set(form.temperature);
        self.greeting.set(form.greeting);
        self.prompt_bubbles.set(form.prompt_bubbles);
        self.advanced.set(form.advanced);
    }
}

/// The state of one builder page. All parts of the page share it; it is gone with the page.
#[derive(Clone, Copy)]
pub struct BuilderState {
    /// The agent; none before its first save.
    pub agent: Option<Uuid>,
    /// The inputs.
    pub inputs: Inputs,
    /// The form as typed.
    pub form: Memo<DraftForm>,
    /// The draft that the form started from; none before the first save.
    pub base: RwSignal<Option<Base>>,
    /// The Release dropdown; none before the first save.
    pub panel: RwSignal<Option<ReleasePanel>>,
    /// Why the last Save was refused, until the next one.
    pub refusal: RwSignal<Option<Refusal>>,
    /// Whether an action is running.
    pub running: RwSignal<bool>,
    /// Whether the browser's code has taken over: before that the buttons are plain.
    pub hydrated: ReadSignal<bool>,
    /// Fields that were left once, which may show their error.
    pub touched: RwSignal<Vec<&'static str>>,
    /// Every invalid field.
    pub errors: Memo<Vec<FieldError>>,
    /// Whether the form differs from the draft.
    pub dirty: Memo<bool>,
}

impl BuilderState {
    /// The state that a page starts with.
    #[must_use]
    pub fn new(builder: Builder) -> Self {
        let Builder { agent, form, refusal, models: _ } = builder;
        let id = agent.as_ref().map(|agent| agent.id);
        let (base, panel) = agent.map(|agent| (agent.draft.into(), agent.panel)).unzip();
        let inputs = Inputs::new(form);
        let form = Memo::new(move |_| inputs.get());
        let base: RwSignal<Option<Base>> = RwSignal::new(base);
        let errors = Memo::new(move |_| form.with(DraftForm::errors));
        let dirty = Memo::new(move |_| {
            base.with(|base| {
                let blank = Config::default();
                let saved = base.as_ref().map_or(&blank, |base| &base.config);
                form.with(|form| form.is_dirty(saved))
            })
        });
        Self {
            agent: id,
            inputs,
            form,
            base,
            panel: RwSignal::new(panel),
            refusal: RwSignal::new(refusal),
            running: RwSignal::new(false),
            hydrated: hydrated(),
            touched: RwSignal::new(Vec::new()),
            errors,
            dirty,
        }
    }

    /// The number of the draft that the form started from; 0 before the first save.
    #[must_use]
    pub fn base_number(&self) -> i64 {
        self.base.with(|base| base.as_ref().map_or(0, |base| base.number))
    }

    /// Why Save is disabled. Before hydration it never is: the server decides then.
    #[must_use]
    pub fn save_block(&self) -> Option<SaveBlock> {
        if !self.hydrated.get() {
            return None;
        }
        let (name_empty, instructions_empty) =
            self.form.with(|form| (form.name.trim().is_empty(), form.instructions.trim().is_empty()));
        save_blocked(&SaveState {
            is_new: self.base.with(Option::is_none),
            running: self.running.get(),
            errors: self.errors.get(),
            name_empty,
            instructions_empty,
            dirty: self.dirty.get(),
        })
    }

    /// Why Publish is disabled. Before hydration only a draft with errors stands in its way.
    #[must_use]
    pub fn publish_block(&self) -> Option<PublishBlock> {
        let hydrated = self.hydrated.get();
        let state = PublishState {
            unsaved: hydrated && self.dirty.get(),
            running: hydrated && self.running.get(),
            ..PublishState::default()
        };
        publish_blocked(&self.panel.with(|panel| match panel {
            Some(panel) => PublishState {
                not_owner: !panel.rules.may_publish,
                unchanged: !panel.is_ahead(),
                approval: panel.rules.approval.clone(),
                blocking: panel.blocking.clone(),
                ..state
            },
            None => state,
        }))
    }

    /// What is wrong with a field, once its error may show: it was left once, or a Save was refused for it.
    #[must_use]
    pub fn error_of(&self, field: &'static str) -> Option<String> {
        let refused = self.refusal.with(|refusal| match refusal {
            Some(Refusal::Invalid { errors }) => errors.iter().any(|error| is_in(&error.field, field)),
            _ => false,
        });
        if !refused && !self.touched.with(|touched| touched.contains(&field)) {
            return None;
        }
        self.errors.with(|errors| first_in(errors, field)).or_else(|| {
            // Rules that only the server can check show until the field is typed in again.
            self.refusal.with(|refusal| match refusal {
                Some(Refusal::Invalid { errors }) if refused => first_in(errors, field),
                _ => None,
            })
        })
    }

    /// Whether a tab has an invalid field.
    #[must_use]
    pub fn tab_is_invalid(&self, tab: Tab) -> bool {
        self.errors.with(|errors| errors.iter().any(|error| tab_of(&error.field) == tab))
            && (self.hydrated.get() && self.dirty.get() || self.refusal.with(Option::is_some))
    }

    /// Notes that a field was left.
    pub fn touch(&self, field: &'static str) {
        self.touched.update(|touched| {
            if !touched.contains(&field) {
                touched.push(field);
            }
        });
    }

    /// Makes the inputs show this form.
    pub fn show(&self, form: DraftForm) {
        self.inputs.set(form);
    }

    /// Takes in the draft that a Save of `submitted` made. What others changed shows in the form; what was typed since
    /// stays in it. Where the two touch, the form keeps its old base, and the next Save asks.
    pub fn take_in(&self, submitted: &DraftForm, draft: Draft) {
        let now = self.form.get_untracked();
        let sent = submitted.parse().ok();
        if sent.as_ref() != Some(&draft.config) {
            let typed = if now == *submitted { None } else { now.parse().ok() };
            match (typed, sent) {
                (None, _) if now == *submitted => self.show(DraftForm::from_config(&draft.config)),
                (Some(typed), Some(sent)) => match merge(&sent, &typed, &draft.config) {
                    Merge::Clean { config, .. } => self.show(DraftForm::from_config(&config)),
                    Merge::Conflict(_) => return,
                },
                _ => return,
            }
        }
        self.base.set(Some(draft.into()));
    }

    /// Goes on from the draft with this number, which says the same as the form once the two are merged.
    pub fn catch_up(&self, number: i64) {
        let (Some(agent), state) = (self.agent, *self) else { return };
        if number == self.base.with_untracked(|base| base.as_ref().map_or(0, |base| base.number)) {
            return;
        }
        leptos::task::spawn_local(async move {
            if let Ok(revision) = load_revision(agent, RevisionRef::Draft(number)).await {
                state.show(DraftForm::from_config(&revision.config));
                state.base.set(Some(Base { number, config: revision.config }));
            }
            state.reload_panel();
        });
    }

    /// Asks the server what is live and what a publish would change.
    pub fn reload_panel(&self) {
        let (Some(agent), panel) = (self.agent, self.panel) else { return };
        leptos::task::spawn_local(async move {
            // What is as it was keeps its place on the page, and the focus that may be in it.
            if let Ok(fresh) = load_release_panel(agent).await
                && panel.try_with_untracked(|old| old.as_ref() != Some(&fresh)).unwrap_or_default()
            {
                panel.try_set(Some(fresh));
            }
        });
    }

    /// Goes back to the saved draft.
    pub fn discard(&self) {
        let config = self.base.with(|base| base.as_ref().map(|base| base.config.clone())).unwrap_or_default();
        self.refusal.set(None);
        self.touched.set(Vec::new());
        self.show(DraftForm::from_config(&config));
    }
}

/// Whether an error's path is in the input of this name: Advanced holds every field that has no input of its own.
fn is_in(path: &str, input: &str) -> bool {
    let top = path.split(['.', '[']).next().unwrap_or(path);
    if input == "advanced" { tab_of(path) == Tab::Advanced } else { top == input }
}

fn first_in(errors: &[FieldError], input: &str) -> Option<String> {
    let error = errors.iter().find(|error| is_in(&error.field, input))?;
    Some(if error.field == input { error.message.clone() } else { format!("{}: {}", error.field, error.message) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_find_their_input() {
        assert!(is_in("name", "name"));
        assert!(is_in("prompt_bubbles[2]", "prompt_bubbles"));
        assert!(is_in("skills[0].url", "advanced"));
        assert!(!is_in("name", "advanced"));
        assert!(!is_in("model", "name"));
    }
}
