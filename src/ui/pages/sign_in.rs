//! Signing in.

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;

use crate::{
    model::{
        return_path,
        sign_up::{Refused, SignUpWay, Start},
    },
    paths,
    server_fns::accounts::{Entry, SignIn, start_visit},
    ui::{
        entry::{RefusalNotice, leave_for, wrong},
        layout::auth_frame::AuthFrame,
        parts::{
            button::{Button, Variant},
            notice::{Notice, NoticeTone},
            skeleton::Skeleton,
            text_input::{InputKind, TextInput},
        },
        session::use_session,
    },
};

/// The page that asks who one is, and leads back to where one wanted to go.
#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map();
    let next = Memo::new(move |_| {
        let next = query.with(|query| query.get("next")).unwrap_or_default();
        return_path::or(&next, paths::AGENTS).to_owned()
    });
    let start = Resource::new_blocking(|| (), |()| start_visit(String::new()));
    view! {
        <AuthFrame title="Sign in">
            <Suspense fallback=|| view! { <Skeleton /> }>
                {move || Suspend::new(async move {
                    match start.await {
                        Ok(start) => Either::Left(view! { <SignInForm start next /> }),
                        Err(error) => Either::Right(view! { <Notice tone=NoticeTone::Bad>{error.detail}</Notice> }),
                    }
                })}
            </Suspense>
        </AuthFrame>
    }
}

#[component]
fn SignInForm(start: Start, next: Memo<String>) -> impl IntoView {
    let Start { way, typed } = start;
    let action = ServerAction::<SignIn>::new();
    let (email, password) = (RwSignal::new(typed.email.clone()), RwSignal::new(String::new()));
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
    let session = use_session();
    view! {
        {move || {
            session
                .me()
                .map(|me| {
                    view! {
                        <Notice>
                            <p>
                                "You are signed in as " <strong>{me.email}</strong> ". " <a href=move || next.get()>"Go on"</a>
                            </p>
                        </Notice>
                    }
                })
        }}
        <ActionForm action=action>
            <RefusalNotice refused />
            <input type="hidden" name="next" value=move || next.get() />
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
                autocomplete="current-password"
                required=true
            />
            <Button variant=Variant::Primary submit=true disabled=action.pending()>
                {move || if action.pending().get() { "Signing in…" } else { "Sign in" }}
            </Button>
        </ActionForm>
        <div class="stack-tight small soft">
            <p>{new_here(&way)}</p>
            <p>"Forgot your password? An admin of your workspace can make you a link that sets a new one."</p>
        </div>
    }
}

fn new_here(way: &SignUpWay) -> impl IntoView + use<> {
    match way {
        SignUpWay::First => Either::Left(view! {
            "Nobody is here yet. "
            <a href=paths::SIGN_UP>"Sign up and make the workspace"</a>
        }),
        SignUpWay::Open => Either::Left(view! {
            "New here? "
            <a href=paths::SIGN_UP>"Make an account"</a>
        }),
        _ => Either::Right("New here? Ask an admin of your workspace for an invitation."),
    }
}
