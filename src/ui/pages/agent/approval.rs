//! The part of the Release dropdown about a second person's approval: asking for it, deciding, and where it stands.

use leptos::{either::EitherOf5, prelude::*};
use uuid::Uuid;

use super::state::BuilderState;
use crate::{
    model::{
        approval::{Approval, ApprovalState, Decided, Decision, MAX_COMMENT},
        error::Error,
        flash::Tone,
        release::MAX_NOTE,
    },
    paths,
    server_fns::approvals::{DecideApproval, RequestApproval, SetNeedsApproval},
    ui::{
        parts::{
            button::{BlockableButton, Button, Size, Variant},
            notice::{Notice, NoticeTone},
            text_area::TextArea,
            text_input::TextInput,
            time::Time,
            toasts::Toasts,
        },
        session::use_session,
    },
};

/// Where the approval of the draft stands, and what the reader can do about it. Nothing where none is needed.
#[component]
pub fn ApprovalPart(
    /// The page's state.
    state: BuilderState,
    /// The agent.
    agent: Uuid,
) -> impl IntoView {
    let (ask, decide) = (ServerAction::<RequestApproval>::new(), ServerAction::<DecideApproval>::new());
    // What is typed outlives what is shown, until it is sent.
    let (note, comment) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    follow(state, Signal::derive(move || ask.value().get()), Approval::asked_sentence, note);
    follow(state, Signal::derive(move || decide.value().get()), Approval::decided_sentence, comment);
    let me = use_session().me_untracked().map(|me| me.account_id);
    let shown = Memo::new(move |_| {
        state.panel.with(|panel| {
            let panel = panel.as_ref().filter(|panel| panel.is_ahead())?;
            Some((panel.rules.approval.clone(), panel.draft_number, panel.live.is_some()))
        })
    });
    move || {
        let (approval, draft, live) = shown.get()?;
        let asking = move || view! { <Ask state agent draft ask note /> };
        Some(match approval {
            ApprovalState::NotNeeded => EitherOf5::A(()),
            ApprovalState::Missing { lapsed } => {
                let lapsed = lapsed.map(|number| {
                    format!(" What was asked for draft {number} does not count for it: the draft has moved on.")
                });
                EitherOf5::B(view! {
                    <Notice>
                        <p>"A second person has to approve draft " {draft} " before it is published." {lapsed}</p>
                    </Notice>
                    {asking()}
                })
            }
            ApprovalState::Rejected { approval } => EitherOf5::C(view! {
                <Notice tone=NoticeTone::Warn>
                    <Said approval=*approval />
                </Notice>
                {asking()}
            }),
            ApprovalState::Approved { approval } => EitherOf5::D(view! {
                <Notice tone=NoticeTone::Ok>
                    <Said approval=*approval />
                </Notice>
            }),
            ApprovalState::Requested { approval } => {
                let own = me == Some(approval.requested_by.id);
                EitherOf5::E(view! { <Open agent approval=*approval own live decide comment /> })
            }
        })
    }
}

/// Says in a toast what came of an act, and looks again at where things stand.
fn follow(
    state: BuilderState,
    answer: Signal<Option<Result<Approval, Error>>>,
    sentence: fn(&Approval) -> String,
    typed: RwSignal<String>,
) {
    let toasts = expect_context::<Toasts>();
    Effect::new(move || {
        match answer.get() {
            None => return,
            Some(Ok(approval)) => {
                typed.set(String::new());
                toasts.show(Tone::Good, sentence(&approval));
            }
            Some(Err(error)) => toasts.show(Tone::Bad, error.detail),
        }
        state.reload_panel();
    });
}

/// Who decided what, when and why.
#[component]
fn Said(approval: Approval) -> impl IntoView {
    let Approval { draft_number, decided, .. } = approval;
    decided.map(|Decided { decision, comment, by, at }| {
        view! {
            <p>{by.name} " " {decision.as_str()} " draft " {draft_number} " · " <Time at /></p>
            {(!comment.is_empty()).then(|| view! { <p class="said">{comment}</p> })}
        }
    })
}

/// Asks for an approval of the saved draft.
#[component]
fn Ask(
    state: BuilderState,
    agent: Uuid,
    draft: i64,
    ask: ServerAction<RequestApproval>,
    note: RwSignal<String>,
) -> impl IntoView {
    let blocked = Signal::derive(move || {
        let text = if ask.pending().get() {
            "Wait until the current action is done."
        } else if state.dirty.get() {
            "Save your changes first: the saved draft is what somebody approves."
        } else {
            return None;
        };
        Some(text.to_owned())
    });
    view! {
        <ActionForm action=ask attr:class="release-form">
            <input type="hidden" name="agent" value=agent.to_string() />
            <input type="hidden" name="expected_draft" value=move || state.base_number() />
            <TextInput
                name="note"
                id="approval-note"
                label="Note"
                value=note
                limit=MAX_NOTE
                optional=true
                placeholder="What is new?"
                autocomplete="off"
            />
            <div class="release-actions">
                <BlockableButton id="ask-approval" blocked submit=true variant=Variant::Primary>
                    "Ask for approval of draft "
                    {draft}
                </BlockableButton>
            </div>
        </ActionForm>
    }
}

/// A request that nobody has decided: who asked takes it back, everybody else decides.
#[component]
fn Open(
    agent: Uuid,
    approval: Approval,
    own: bool,
    live: bool,
    decide: ServerAction<DecideApproval>,
    comment: RwSignal<String>,
) -> impl IntoView {
    let Approval { id, draft_number, note, requested_by, requested_at, .. } = approval;
    let name = format!("d{draft_number}");
    let (address, what) = if live {
        (paths::compare(agent, "live", &name), format!("Compare draft {draft_number} with what is live"))
    } else {
        (paths::revision(agent, &name), format!("Read draft {draft_number}"))
    };
    let asked = if own {
        format!("You asked for approval of draft {draft_number}")
    } else {
        format!("{} asks for approval of draft {draft_number}", requested_by.name)
    };
    let wrong = Signal::derive(move || {
        decide.value().with(|answer| match answer {
            Some(Err(error)) => {
                error.errors.iter().find(|error| error.field == "comment").map(|error| error.message.clone())
            }
            _ => None,
        })
    });
    view! {
        <Notice>
            <p>{asked} " · " <Time at=requested_at /></p>
            {(!note.is_empty()).then(|| view! { <p class="said">{note}</p> })}
            <p>
                <a href=address>{what}</a>
            </p>
            {own.then(|| view! { <p>"Somebody else who may edit this agent decides."</p> })}
        </Notice>
        <ActionForm action=decide attr:class="release-form">
            <input type="hidden" name="agent" value=agent.to_string() />
            <input type="hidden" name="approval" value=id.to_string() />
            {(!own)
                .then(|| {
                    view! {
                        <TextArea
                            name="comment"
                            id="approval-comment"
                            label="Comment"
                            value=comment
                            limit=MAX_COMMENT
                            rows=2
                            error=wrong
                            hint="A rejection says what should change."
                        />
                    }
                })}
            <div class="release-actions">
                {if own {
                    vec![view! { <DecideButton decide decision=Decision::Withdrawn>"Withdraw"</DecideButton> }]
                } else {
                    vec![
                        view! { <DecideButton decide decision=Decision::Rejected>"Reject"</DecideButton> },
                        view! { <DecideButton decide decision=Decision::Approved>"Approve"</DecideButton> },
                    ]
                }}
            </div>
        </ActionForm>
    }
}

#[component]
fn DecideButton(decide: ServerAction<DecideApproval>, decision: Decision, children: Children) -> impl IntoView {
    let variant = if decision == Decision::Approved { Variant::Primary } else { Variant::Plain };
    view! {
        <Button submit=true variant name="decision" value=decision.as_str() disabled=decide.pending()>
            {children()}
        </Button>
    }
}

/// Whether a second person approves: the owner switches it on and off.
#[component]
pub fn ApprovalSwitch(
    /// The page's state.
    state: BuilderState,
    /// The agent.
    agent: Uuid,
) -> impl IntoView {
    let switch = ServerAction::<SetNeedsApproval>::new();
    let toasts = expect_context::<Toasts>();
    Effect::new(move || {
        match switch.value().get() {
            None => return,
            Some(Ok(rules)) => toasts.show(Tone::Good, rules.switched_sentence()),
            Some(Err(error)) => toasts.show(Tone::Bad, error.detail),
        }
        state.reload_panel();
    });
    let on =
        Memo::new(move |_| state.panel.with(|panel| panel.as_ref().is_some_and(|panel| panel.rules.needs_approval)));
    let owns = move || state.panel.with(|panel| panel.as_ref().is_some_and(|panel| panel.rules.may_change));
    view! {
        <Show when=owns>
            <section class="release-section" aria-label="Approval">
                <ActionForm action=switch attr:class="approval-switch">
                    <input type="hidden" name="agent" value=agent.to_string() />
                    <input type="hidden" name="on" value=move || (!on.get()).to_string() />
                    <p class="small">
                        {move || {
                            if on.get() {
                                "A second person approves each draft before it is published."
                            } else {
                                "Nobody has to approve a draft before it is published."
                            }
                        }}
                    </p>
                    <Button submit=true size=Size::Compact disabled=switch.pending()>
                        {move || if on.get() { "Require no approval" } else { "Require approval" }}
                    </Button>
                </ActionForm>
            </section>
        </Show>
    }
}
