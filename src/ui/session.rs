//! Who is signed in, as every page knows it: at once, on the server and in the browser, without a request of its own.
//!
//! The server resolves the visitor before it renders; the value travels with the page. A page that needs somebody is
//! wrapped: `view! { <RequireSignIn view=|me| view! { <AgentsPage me /> } /> }`.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use crate::{model::account::Me, paths};

/// Who is signed in, given by the server to what it renders.
#[derive(Clone, Debug, Default)]
pub struct SignedInAs(pub Option<Me>);

/// Who is signed in, as a signal that sign-in, sign-out and a switch of workspaces write.
#[derive(Clone, Copy, Debug)]
pub struct Session(RwSignal<Option<Me>>);

impl Session {
    /// The person, if anybody is signed in; tracked.
    #[must_use]
    pub fn me(self) -> Option<Me> {
        self.0.get()
    }

    /// The person, if anybody is signed in; not tracked.
    #[must_use]
    pub fn me_untracked(self) -> Option<Me> {
        self.0.get_untracked()
    }

    /// Whether the person runs the workspace; tracked.
    #[must_use]
    pub fn is_admin(self) -> bool {
        self.0.with(|me| me.as_ref().is_some_and(Me::is_admin))
    }

    /// After signing in, changing the workspace, or, with nothing, signing out or an answer `unauthorized`.
    pub fn set(self, me: Option<Me>) {
        self.0.set(me);
    }
}

/// Makes [`use_session`] work below; called once, by the application.
pub fn provide_session() {
    let me = SharedValue::new(|| use_context::<SignedInAs>().unwrap_or_default().0).into_inner();
    provide_context(Session(RwSignal::new(me)));
}

/// The session of the page.
#[must_use]
pub fn use_session() -> Session {
    expect_context()
}

/// Shows `view` to who is signed in, and sends everybody else to the sign-in page, from where they come back.
///
/// On the server the middleware has redirected before anything is rendered; this is for navigation inside the browser.
/// The view is made anew when the person or the workspace changes, and not otherwise.
#[component]
pub fn RequireSignIn<F, V>(
    /// Makes the page for the person.
    view: F,
) -> impl IntoView
where
    F: Fn(Me) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let session = use_session();
    let location = use_location();
    let navigate = use_navigate();
    Effect::new(move || {
        if session.me().is_none() {
            let wanted = format!("{}{}", location.pathname.get_untracked(), query(&location.search.get_untracked()));
            navigate(&paths::sign_in(&wanted), NavigateOptions { replace: true, ..Default::default() });
        }
    });
    let me = Memo::new(move |_| session.me());
    move || me.get().map(&view)
}

fn query(search: &str) -> String {
    match search.trim_start_matches('?') {
        "" => String::new(),
        search => format!("?{search}"),
    }
}
