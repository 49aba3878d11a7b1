//! Loading the builder, and putting its parts together.

use leptos::{either::Either, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};
use uuid::Uuid;
use wasm_bindgen::JsCast;

use super::{
    bar::BuilderBar,
    conflict::ConflictChoices,
    form::{DraftFields, FORM_ID},
    state::BuilderState,
    typing,
};
use crate::{
    model::{
        builder::{Builder, Refusal},
        config::DraftForm,
        error::{Code, Error},
        flash::Tone,
        saved_draft::SaveOutcome,
    },
    paths,
    server_fns::drafts::{SaveDraft, load_builder},
    ui::{
        layout::{
            page_frame::{Here, Width},
            signed_in::SignedInFrame,
        },
        pages::refused::Refused,
        parts::{
            button::{Button, Size, Variant},
            notice::Notice,
            toasts::Toasts,
        },
        session::use_session,
    },
};

/// The builder of the agent that the address names; `/agents/new` starts a new one.
#[component]
pub fn AgentPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    // Only these three decide what is loaded; the tab and the dropdown are in the address too and reload nothing.
    let wanted = Memo::new(move |_| {
        let id = params.with(|params| params.get("id")).filter(|id| id != "new");
        query.with(|query| (id, query.get("example"), query.get("attempt").and_then(|id| id.parse().ok())))
    });
    let builder = Resource::new_blocking(
        move || wanted.get(),
        |(id, example, attempt): (Option<String>, Option<String>, Option<Uuid>)| async move {
            let agent = match id {
                None => None,
                Some(text) => Some(text.parse().map_err(|_| Error::not_found())?),
            };
            load_builder(agent, example, attempt).await
        },
    );
    let title = Signal::derive(move || match builder.get() {
        Some(Ok(Builder { agent: Some(agent), .. })) => agent.draft.config.name,
        Some(Err(_)) => "Agent".to_owned(),
        _ => "New agent".to_owned(),
    });
    view! {
        <SignedInFrame title here=Here::Agents width=Width::Full>
            <Transition>
                {move || Suspend::new(async move {
                    match builder.await {
                        Ok(builder) => Either::Left(view! { <LoadedBuilder builder /> }),
                        Err(error) => Either::Right(view! { <Refused error /> }),
                    }
                })}
            </Transition>
        </SignedInFrame>
    }
}

#[component]
fn LoadedBuilder(builder: Builder) -> impl IntoView {
    let agent = builder.agent.clone();
    let models = builder.models.clone();
    let refused = builder.refusal.is_some();
    let state = BuilderState::new(builder);
    let save = ServerAction::<SaveDraft>::new();
    let form = NodeRef::<html::Form>::new();
    let back = RwSignal::new(false);
    let account = use_session().me_untracked().map(|me| me.account_id).unwrap_or_default();
    let from_example = use_query_map().with_untracked(|query| query.get("example").is_some());
    if !refused && !from_example {
        typing::bring_back(account, state, back);
    }
    typing::keep_while_dirty(account, state);
    typing::ask_before_leaving(state);
    follow_save(state, save, account);
    save_by_keyboard(state, form);
    let conflict = Memo::new(move |_| {
        state.refusal.with(|refusal| match refusal {
            Some(Refusal::Conflict(conflict)) => Some((**conflict).clone()),
            _ => None,
        })
    });
    let id = state.agent;
    view! {
        <div class="builder">
            <BuilderBar state agent />
            <div class="builder-columns">
                <div class="builder-form">
                    <Show when=move || back.get() && state.dirty.get()>
                        <Notice>
                            "Your unsaved changes are back: this browser had kept them. "
                            <Button size=Size::Compact variant=Variant::Quiet on:click=move |_| state.discard()>
                                "Discard changes"
                            </Button>
                        </Notice>
                    </Show>
                    <ActionForm action=save attr:id=FORM_ID attr:autocomplete="off" node_ref=form>
                        {id.map(|id| view! { <input type="hidden" name="agent" value=id.to_string() /> })}
                        <input type="hidden" name="base" value=move || state.base_number() />
                        {move || conflict.get().map(|conflict| view! { <ConflictChoices conflict /> })}
                        <DraftFields state models=models.clone() />
                    </ActionForm>
                    <super::channels::ChannelsTab state />
                </div>
                <super::preview::PreviewPane agent_id=id draft_number=Signal::derive(move || state.base_number()) />
            </div>
        </div>
    }
}

/// Does what a Save came to: the next base, a toast, the address of a new agent, the choice of a conflict.
fn follow_save(state: BuilderState, save: ServerAction<SaveDraft>, account: Uuid) {
    let toasts = expect_context::<Toasts>();
    let navigate = use_navigate();
    let submitted = StoredValue::new(DraftForm::default());
    Effect::new(move || {
        let pending = save.pending().get();
        if pending {
            submitted.set_value(state.form.get_untracked());
        }
        state.running.set(pending);
    });
    Effect::new(move || {
        let Some(answer) = save.value().get() else { return };
        let outcome = match answer {
            Ok(outcome) => outcome,
            Err(error) => return toasts.show(Tone::Bad, refusal_of(&error)),
        };
        let said = outcome.sentence();
        let tone = match &outcome {
            SaveOutcome::Saved(_) => Tone::Good,
            SaveOutcome::Nothing { .. } => Tone::Plain,
            SaveOutcome::Invalid { .. } | SaveOutcome::Conflict(_) => Tone::Bad,
        };
        toasts.show(tone, said);
        match outcome {
            SaveOutcome::Saved(saved) if state.agent.is_none() => {
                typing::forget(account, None);
                // Nothing is unsaved any more, so leaving for the agent's own address asks nothing.
                state.take_in(&submitted.get_value(), saved.draft);
                navigate(&paths::agent(saved.agent_id), NavigateOptions { replace: true, ..Default::default() });
            }
            SaveOutcome::Saved(saved) => {
                state.refusal.set(None);
                state.touched.set(Vec::new());
                state.take_in(&submitted.get_value(), saved.draft);
                state.reload_panel();
            }
            SaveOutcome::Nothing { number } => {
                state.refusal.set(None);
                state.catch_up(number);
            }
            SaveOutcome::Invalid { errors } => state.refusal.set(Some(Refusal::Invalid { errors })),
            SaveOutcome::Conflict(conflict) => {
                state.refusal.set(Some(Refusal::Conflict(conflict)));
                focus_conflict();
            }
        }
    });
}

fn refusal_of(error: &Error) -> String {
    match error.code {
        Code::Unauthorized => {
            "Not saved: your sign-in has ended. What you typed is kept here; sign in again and save.".to_owned()
        }
        _ => format!("Not saved: {}", error.detail),
    }
}

/// Ctrl+S and Cmd+S save wherever the focus is.
fn save_by_keyboard(state: BuilderState, form: NodeRef<html::Form>) {
    Effect::new(move || {
        let keys = window_event_listener(leptos::ev::keydown, move |event| {
            if !(event.ctrl_key() || event.meta_key()) || event.key().to_lowercase() != "s" {
                return;
            }
            event.prevent_default();
            if state.save_block().is_none()
                && let Some(form) = form.get_untracked()
            {
                let _ = form.request_submit();
            }
        });
        on_cleanup(move || keys.remove());
    });
}

fn focus_conflict() {
    request_animation_frame(|| {
        let found = document().get_element_by_id("conflict");
        if let Some(section) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = section.focus();
            section.scroll_into_view();
        }
    });
}
