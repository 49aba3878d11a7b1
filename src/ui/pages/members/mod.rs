//! The workspace's members: who they are, inviting more, and, for admins, roles, reset links and removal.
//!
//! Every act is a form that works without the browser's code; the search is a plain GET form.

mod invitations;
mod people;

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;

use self::{invitations::Invitations, people::People};
use crate::{
    model::{account::RESET_LINK_HOURS, error::Code},
    paths,
    server_fns::members::{
        MadeLink, MakeInvitation, MakeResetLink, MembersPage as Shown, Purpose, RemoveMember, RevokeInvitation,
        SetMemberRole, show_members,
    },
    ui::{
        entry::{say, watch_sign_in},
        layout::{
            page_frame::{Here, Width},
            settings_nav::SettingsNav,
            signed_in::SignedInFrame,
        },
        pages::refused::NotLoaded,
        parts::{
            copy_field::CopyField,
            notice::{Notice, NoticeTone},
            skeleton::{Skeleton, SkeletonShape},
        },
        session::use_session,
    },
};

/// What an admin may do here.
#[derive(Clone, Copy)]
struct Acts {
    invite: ServerAction<MakeInvitation>,
    revoke: ServerAction<RevokeInvitation>,
    reset: ServerAction<MakeResetLink>,
    role: ServerAction<SetMemberRole>,
    remove: ServerAction<RemoveMember>,
}

impl Acts {
    fn new() -> Self {
        let acts = Self {
            invite: ServerAction::new(),
            revoke: ServerAction::new(),
            reset: ServerAction::new(),
            role: ServerAction::new(),
            remove: ServerAction::new(),
        };
        say(acts.invite, "Invitation made");
        say(acts.revoke, "Invitation taken back");
        say(acts.reset, "Reset link made");
        say(acts.role, "Role changed");
        say(acts.remove, "Removed from the workspace. Their agents are yours now.");
        acts
    }

    /// Changes whenever the page's content may have.
    fn changes(self) -> [usize; 4] {
        let Self { invite, revoke, role, remove, .. } = self;
        [invite.version().get(), revoke.version().get(), role.version().get(), remove.version().get()]
    }
}

/// The members page.
#[component]
pub fn MembersPage() -> impl IntoView {
    let acts = Acts::new();
    let query = use_query_map().get_untracked();
    let (after, words) = (query.get("after"), query.get("q"));
    let looked_for = StoredValue::new(words.clone().unwrap_or_default());
    let shown = Resource::new_blocking(move || acts.changes(), move |_| show_members(after.clone(), words.clone()));
    watch_sign_in(Signal::derive(move || {
        shown.with(|shown| matches!(shown, Some(Err(error)) if error.code == Code::Unauthorized))
    }));
    view! {
        <SignedInFrame title="Members" here=Here::Settings width=Width::Narrow>
            <h1>"Members"</h1>
            <SettingsNav here=paths::MEMBERS />
            <Transition fallback=|| view! { <Skeleton shape=SkeletonShape::Rows /> }>
                {move || Suspend::new(async move {
                    match shown.await {
                        Ok(shown) => Either::Left(view! { <Loaded shown words=looked_for.get_value() acts /> }),
                        Err(error) => Either::Right(view! { <NotLoaded error /> }),
                    }
                })}
            </Transition>
        </SignedInFrame>
    }
}

#[component]
fn Loaded(shown: Shown, words: String, acts: Acts) -> impl IntoView {
    let Shown { members, invitations, made } = shown;
    let is_admin = use_session().is_admin();
    view! {
        <Made made acts />
        <People members words acts />
        {is_admin.then(|| view! { <Invitations invitations acts /> })}
    }
}

/// The link that was just made: it is shown this once.
#[component]
fn Made(made: Option<MadeLink>, acts: Acts) -> impl IntoView {
    let newest = RwSignal::new(made);
    Effect::new(move || {
        if let Some(Ok(made)) = acts.invite.value().get() {
            newest.set(Some(made));
        }
    });
    Effect::new(move || {
        if let Some(Ok(made)) = acts.reset.value().get() {
            newest.set(Some(made));
        }
    });
    move || {
        newest.get().map(|MadeLink { url, purpose }| {
            let (label, said) = match purpose {
                Purpose::Invitation { days } => (
                    "Invitation link",
                    format!(
                        "Send this link to the person. It works once, for {}, and is not shown again.",
                        days_words(days)
                    ),
                ),
                Purpose::Reset => (
                    "Reset link",
                    format!("Send this link to the person. It sets a new password once, within {RESET_LINK_HOURS} hours, and is not shown again."),
                ),
            };
            view! {
                <Notice tone=NoticeTone::Ok>
                    <p>{said}</p>
                    <CopyField label text=url />
                </Notice>
            }
        })
    }
}

/// "1 day", "7 days".
fn days_words(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}
