//! One's own account: the password, the theme, where one is signed in, the workspaces.

use leptos::{either::Either, prelude::*};

use crate::{
    model::{
        account::{MIN_PASSWORD, Me, SignIn},
        error::Code,
        sign_up::Refused,
        user_agent,
    },
    paths,
    server_fns::account::{
        AccountPage as Shown, ChangePassword, EndOtherSignIns, EndSignIn, SwitchWorkspace, show_account,
    },
    ui::{
        entry::{RefusalNotice, leave_for, say, watch_sign_in, wrong},
        layout::{
            page_frame::{Here, Width},
            signed_in::SignedInFrame,
        },
        pages::refused::NotLoaded,
        parts::{
            badge::{Badge, BadgeTone},
            button::{Button, Size, Variant},
            card::Card,
            skeleton::{Skeleton, SkeletonShape},
            text_input::{InputKind, TextInput},
            theme_switch::ThemeSwitch,
            time::Time,
            toasts::Toasts,
        },
        session::use_session,
    },
};

/// The account page.
#[component]
pub fn AccountPage() -> impl IntoView {
    let (end, end_others) = (ServerAction::<EndSignIn>::new(), ServerAction::<EndOtherSignIns>::new());
    let change = ServerAction::<ChangePassword>::new();
    say(end, "That browser is signed out");
    say(end_others, "All other browsers are signed out");
    let done = move || (end.version().get(), end_others.version().get(), change.version().get());
    let shown = Resource::new_blocking(done, |_| show_account());
    watch_sign_in(Signal::derive(move || {
        shown.with(|shown| matches!(shown, Some(Err(error)) if error.code == Code::Unauthorized))
    }));
    view! {
        <SignedInFrame title="Your account" here=Here::Elsewhere width=Width::Narrow>
            <h1>"Your account"</h1>
            <Who />
            <Transition fallback=|| view! { <Skeleton shape=SkeletonShape::Rows /> }>
                {move || Suspend::new(async move {
                    match shown.await {
                        Ok(Shown { sign_ins, typed }) => {
                            Either::Left(
                                view! {
                                    <PasswordCard typed change />
                                    <SignInsCard sign_ins end end_others />
                                },
                            )
                        }
                        Err(error) => Either::Right(view! { <NotLoaded error /> }),
                    }
                })}
            </Transition>
            <Card title="Theme" lead="Kept in this browser.">
                <ThemeSwitch />
            </Card>
        </SignedInFrame>
    }
}

/// Who one is, and the workspaces, where there are several.
#[component]
fn Who() -> impl IntoView {
    let session = use_session();
    let switch = ServerAction::<SwitchWorkspace>::new();
    say(switch, "Workspace switched");
    Effect::new(move || {
        if let Some(Ok(_)) = switch.value().get() {
            leave_for(paths::AGENTS);
        }
    });
    move || {
        session.me().map(|me| {
            let Me { name, email, workspace, workspaces, .. } = me;
            let here = workspace.id;
            let rows = workspaces
                .into_iter()
                .map(|workspace| {
                    let other = workspace.id != here;
                    view! {
                        <li class="row">
                            <span class="row-main">{workspace.name}</span>
                            {if other {
                                Either::Left(
                                    view! {
                                        <ActionForm action=switch>
                                            <input type="hidden" name="workspace" value=workspace.id.to_string() />
                                            <Button size=Size::Compact submit=true>
                                                "Switch"
                                            </Button>
                                        </ActionForm>
                                    },
                                )
                            } else {
                                Either::Right(view! { <Badge tone=BadgeTone::Ok>"Here"</Badge> })
                            }}
                        </li>
                    }
                })
                .collect_view();
            view! {
                <Card>
                    <div class="stack-tight">
                        <p class="title">{name}</p>
                        <p class="soft">{email}</p>
                    </div>
                    <div class="stack-tight">
                        <h2>"Workspaces"</h2>
                        <ul class="list">{rows}</ul>
                    </div>
                </Card>
            }
        })
    }
}

#[component]
fn PasswordCard(typed: Refused, change: ServerAction<ChangePassword>) -> impl IntoView {
    let (old, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let refused = Memo::new(move |_| {
        change.value().with(|answer| match answer {
            Some(Ok(refused)) => refused.clone().unwrap_or_default(),
            Some(Err(error)) => Refused { error: Some(error.clone()), ..Refused::default() },
            None => typed.clone(),
        })
    });
    let toasts = expect_context::<Toasts>();
    Effect::new(move || {
        if let Some(Ok(None)) = change.value().get() {
            old.set(String::new());
            new.set(String::new());
            toasts.show(crate::model::flash::Tone::Good, "Password changed. Your other sign-ins have ended.");
        }
    });
    view! {
        <Card title="Password" lead="Changing it signs you out everywhere else.">
            <ActionForm action=change>
                <div class="stack">
                    <RefusalNotice refused />
                    <TextInput
                        name="old"
                        label="Password now"
                        kind=InputKind::Password
                        value=old
                        error=wrong(refused, "old")
                        autocomplete="current-password"
                        required=true
                    />
                    <TextInput
                        name="new"
                        label="New password"
                        kind=InputKind::Password
                        value=new
                        error=wrong(refused, "new")
                        hint=format!("At least {MIN_PASSWORD} characters; a sentence is a good one.")
                        autocomplete="new-password"
                        required=true
                    />
                    <div class="cluster">
                        <Button variant=Variant::Primary submit=true disabled=change.pending()>
                            "Change password"
                        </Button>
                    </div>
                </div>
            </ActionForm>
        </Card>
    }
}

#[component]
fn SignInsCard(
    sign_ins: Vec<SignIn>,
    end: ServerAction<EndSignIn>,
    end_others: ServerAction<EndOtherSignIns>,
) -> impl IntoView {
    let several = sign_ins.len() > 1;
    let rows = sign_ins.into_iter().map(|sign_in| view! { <SignInRow sign_in end /> }).collect_view();
    view! {
        <Card title="Where you are signed in">
            <ul class="list">{rows}</ul>
            {several
                .then(|| {
                    view! {
                        <ActionForm action=end_others>
                            <Button submit=true disabled=end_others.pending()>
                                "Sign out everywhere else"
                            </Button>
                        </ActionForm>
                    }
                })}
        </Card>
    }
}

#[component]
fn SignInRow(sign_in: SignIn, end: ServerAction<EndSignIn>) -> impl IntoView {
    let SignIn { id, user_agent, address, seen_at, current, .. } = sign_in;
    let browser = user_agent::describe(&user_agent);
    let label = format!("Sign out {browser}");
    view! {
        <li class="row">
            <div class="row-main">
                <span title=user_agent>{browser}</span>
                <span class="small soft">{address} " · seen " <Time at=seen_at /></span>
            </div>
            {if current {
                Either::Left(view! { <Badge tone=BadgeTone::Ok>"This browser"</Badge> })
            } else {
                Either::Right(
                    view! {
                        <ActionForm action=end>
                            <input type="hidden" name="id" value=id />
                            <Button size=Size::Compact submit=true label=label>
                                "Sign out"
                            </Button>
                        </ActionForm>
                    },
                )
            }}
        </li>
    }
}
