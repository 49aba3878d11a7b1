//! Setting a new password by a link that works once.

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;

use crate::{
    model::{account::MIN_PASSWORD, sign_up::Refused},
    paths,
    server_fns::reset::{ResetPage as Shown, ResetPassword, show_reset},
    ui::{
        entry::{RefusalNotice, leave_for, wrong},
        layout::auth_frame::AuthFrame,
        parts::{
            button::{Button, LinkButton, Variant},
            notice::{Notice, NoticeTone},
            skeleton::Skeleton,
            text_input::{InputKind, TextInput},
        },
    },
};

/// The page that a reset link leads to.
#[component]
pub fn ResetPage() -> impl IntoView {
    let query = use_query_map();
    let token = Memo::new(move |_| query.with(|query| query.get("token")).unwrap_or_default());
    let shown = Resource::new_blocking(move || token.get(), show_reset);
    view! {
        <AuthFrame title="Set a new password">
            <Suspense fallback=|| view! { <Skeleton /> }>
                {move || Suspend::new(async move {
                    match shown.await {
                        Ok(shown) => Either::Left(view! { <ResetForm shown token=token.get_untracked() /> }),
                        Err(error) => Either::Right(view! { <Notice tone=NoticeTone::Bad>{error.detail}</Notice> }),
                    }
                })}
            </Suspense>
        </AuthFrame>
    }
}

#[component]
fn ResetForm(shown: Shown, token: String) -> impl IntoView {
    let Shown { email, typed } = shown;
    let action = ServerAction::<ResetPassword>::new();
    let password = RwSignal::new(String::new());
    let refused = Memo::new(move |_| {
        action.value().with(|answer| match answer {
            Some(Ok(refused)) => refused.clone().unwrap_or_default(),
            Some(Err(error)) => Refused { error: Some(error.clone()), ..Refused::default() },
            None => typed.clone(),
        })
    });
    Effect::new(move || {
        if let Some(Ok(None)) = action.value().get() {
            leave_for(paths::SIGN_IN);
        }
    });
    let Some(email) = email else {
        return Either::Left(view! {
            <p>"This link was used already or has expired. Ask an admin of your workspace for a new one."</p>
            <LinkButton href=paths::SIGN_IN>"Sign in"</LinkButton>
        });
    };
    Either::Right(view! {
        <p>"For " <strong>{email}</strong> ". Every browser that is signed in will be signed out."</p>
        <ActionForm action=action>
            <RefusalNotice refused />
            <input type="hidden" name="token" value=token />
            <TextInput
                name="password"
                label="New password"
                kind=InputKind::Password
                value=password
                error=wrong(refused, "password")
                hint=format!("At least {MIN_PASSWORD} characters; a sentence is a good one.")
                autocomplete="new-password"
                required=true
            />
            <Button variant=Variant::Primary submit=true disabled=action.pending()>
                "Set the password"
            </Button>
        </ActionForm>
    })
}
