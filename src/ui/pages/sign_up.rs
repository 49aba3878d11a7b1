//! Signing up: as the first person, by invitation, or openly.

use leptos::{either::EitherOf4, prelude::*};
use leptos_router::hooks::use_query_map;

use crate::{
    model::{
        account::{MIN_PASSWORD, Me, Role},
        sign_up::{Refused, SignUpWay, Start},
    },
    paths,
    server_fns::{
        accounts::{Entry, SignUp, start_visit},
        members::AcceptInvitation,
    },
    ui::{
        entry::{RefusalNotice, leave_for, say, wrong},
        layout::auth_frame::AuthFrame,
        parts::{
            button::{Button, LinkButton, Variant},
            notice::{Notice, NoticeTone},
            skeleton::Skeleton,
            text_input::{InputKind, TextInput},
        },
        session::use_session,
    },
};

/// The page that makes an account, in the way that is open right now.
#[component]
pub fn SignUpPage() -> impl IntoView {
    let query = use_query_map();
    let invitation = Memo::new(move |_| query.with(|query| query.get("invitation")).unwrap_or_default());
    let start = Resource::new_blocking(move || invitation.get(), start_visit);
    view! {
        <Suspense fallback=|| {
            view! {
                <AuthFrame title="Sign up">
                    <Skeleton />
                </AuthFrame>
            }
        }>
            {move || Suspend::new(async move {
                match start.await {
                    Ok(Start { way, typed }) => view! { <Way way typed invitation=invitation.get_untracked() /> }.into_any(),
                    Err(error) => {
                        view! {
                            <AuthFrame title="Sign up">
                                <Notice tone=NoticeTone::Bad>{error.detail}</Notice>
                            </AuthFrame>
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
}

#[component]
fn Way(way: SignUpWay, typed: Refused, invitation: String) -> impl IntoView {
    let me = use_session().me_untracked();
    match (way, me) {
        (SignUpWay::Invited { workspace, role }, Some(me)) => {
            EitherOf4::A(view! { <Join me workspace role invitation /> })
        }
        (SignUpWay::DeadInvitation, _) => EitherOf4::B(view! {
            <AuthFrame title="This invitation no longer works">
                <p>"It was used already, was taken back, or has expired. Ask whoever sent it for a new one."</p>
                <LinkButton href=paths::SIGN_IN>"Sign in"</LinkButton>
            </AuthFrame>
        }),
        (SignUpWay::Closed, _) => EitherOf4::C(view! {
            <AuthFrame title="Sign up by invitation">
                <p>"Galley is by invitation here. Ask an admin of your workspace for a link."</p>
                <LinkButton href=paths::SIGN_IN>"Sign in"</LinkButton>
            </AuthFrame>
        }),
        (way, _) => EitherOf4::D(view! { <SignUpForm way typed invitation /> }),
    }
}

const fn word(role: Role) -> &'static str {
    match role {
        Role::Admin => "an admin",
        Role::Member => "a member",
    }
}

/// For somebody who is signed in already.
#[component]
fn Join(me: Me, workspace: String, role: Role, invitation: String) -> impl IntoView {
    let action = ServerAction::<AcceptInvitation>::new();
    say(action, "You have joined");
    Effect::new(move || {
        if let Some(Ok(_)) = action.value().get() {
            leave_for(paths::AGENTS);
        }
    });
    let lead = format!("You are invited as {}.", word(role));
    view! {
        <AuthFrame title=format!("Join {workspace}") lead=lead>
            <p>"You are signed in as " <strong>{me.email}</strong> "."</p>
            <ActionForm action=action>
                <input type="hidden" name="invitation" value=invitation />
                <Button variant=Variant::Primary submit=true disabled=action.pending()>
                    {format!("Join {workspace}")}
                </Button>
            </ActionForm>
        </AuthFrame>
    }
}

#[component]
fn SignUpForm(way: SignUpWay, typed: Refused, invitation: String) -> impl IntoView {
    let action = ServerAction::<SignUp>::new();
    let (email, name) = (RwSignal::new(typed.email.clone()), RwSignal::new(typed.name.clone()));
    let (workspace, password) = (RwSignal::new(typed.workspace.clone()), RwSignal::new(String::new()));
    let refused = Memo::new(move |_| {
        action.value().with(|answer| match answer {
            Some(Ok(Entry::Refused(refused))) => refused.clone(),
            Some(Err(error)) => Refused { error: Some(error.clone()), ..Refused::default() },
            _ => typed.clone(),
        })
    });
    Effect::new(move || {
        if let Some(Ok(Entry::Entered { next, .. })) = action.value().get() {
            leave_for(&next);
        }
    });
    let makes_workspace = matches!(way, SignUpWay::First | SignUpWay::Open);
    let (title, lead) = match &way {
        SignUpWay::First => {
            ("Welcome to Galley".to_owned(), "Nobody is here yet. You make the workspace and run it.".to_owned())
        }
        SignUpWay::Invited { workspace, role } => {
            (format!("Join {workspace}"), format!("You are invited as {}.", word(*role)))
        }
        _ => ("Sign up".to_owned(), "You get a workspace of your own.".to_owned()),
    };
    let sign_in =
        if invitation.is_empty() { paths::SIGN_IN.to_owned() } else { paths::sign_in(&paths::invitation(&invitation)) };
    view! {
        <AuthFrame title lead=lead>
            <ActionForm action=action>
                <RefusalNotice refused />
                <input type="hidden" name="invitation" value=invitation />
                <TextInput name="name" label="Name" value=name error=wrong(refused, "name") autocomplete="name" required=true />
                <TextInput
                    name="email"
                    label="Email"
                    kind=InputKind::Email
                    value=email
                    error=wrong(refused, "email")
                    autocomplete="username"
                    required=true
                />
                <TextInput
                    name="password"
                    label="Password"
                    kind=InputKind::Password
                    value=password
                    error=wrong(refused, "password")
                    hint=format!("At least {MIN_PASSWORD} characters; a sentence is a good one.")
                    autocomplete="new-password"
                    required=true
                />
                {makes_workspace
                    .then(|| {
                        view! {
                            <TextInput
                                name="workspace"
                                label="Workspace"
                                value=workspace
                                error=wrong(refused, "workspace")
                                hint="What your team calls itself. Left empty, it is named after you."
                                autocomplete="organization"
                                optional=true
                            />
                        }
                    })}
                <Button variant=Variant::Primary submit=true disabled=action.pending()>
                    {move || if action.pending().get() { "Signing up…" } else { "Sign up" }}
                </Button>
            </ActionForm>
            <p class="small soft">"Have an account? " <a href=sign_in>"Sign in"</a></p>
        </AuthFrame>
    }
}
