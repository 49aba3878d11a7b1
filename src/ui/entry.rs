//! What the forms before and around sign-in share: showing why one was refused, and saying that an act worked.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    parts::{
        notice::{Notice, NoticeTone},
        toasts::Toasts,
    },
    session::use_session,
};
use crate::model::{
    error::{Code, Error},
    flash::Tone,
    sign_up::Refused,
};

/// What is wrong with one field of a form that was refused.
pub fn wrong(refused: Memo<Refused>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || refused.with(|refused| refused.of(field)))
}

/// Why a form was refused, said at once.
#[component]
pub fn RefusalNotice(
    /// The refusal, if there was one.
    refused: Memo<Refused>,
) -> impl IntoView {
    move || {
        let said = refused.with(|refused| {
            let marked = || refused.error.is_some().then(|| "Something is not right yet: see below.".to_owned());
            refused.whole().or_else(marked)
        });
        said.map(|said| view! { <Notice tone=NoticeTone::Bad>{said}</Notice> })
    }
}

/// Says `done` when an act worked, and why when it did not.
pub fn say<F>(action: ServerAction<F>, done: &'static str)
where
    F: ServerFn<Error = Error> + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
{
    let toasts = expect_context::<Toasts>();
    Effect::new(move || {
        action.value().with(|answer| match answer {
            Some(Ok(_)) => toasts.show(Tone::Good, done),
            Some(Err(error)) => toasts.show(Tone::Bad, error.detail.clone()),
            None => {}
        });
    });
    watch_sign_in(Signal::derive(move || {
        action.value().with(|answer| matches!(answer, Some(Err(error)) if error.code == Code::Unauthorized))
    }));
}

/// Notices that the sign-in ended elsewhere: the page then leads to signing in again.
pub fn watch_sign_in(ended: Signal<bool>) {
    let session = use_session();
    Effect::new(move || {
        if ended.get() {
            session.set(None);
        }
    });
}

/// Loads a page of the site anew, so that nothing of the person before is left in the browser's memory.
pub fn leave_for(path: &str) {
    let _ = window().location().assign(path);
}
