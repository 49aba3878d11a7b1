//! Whether the reader of an open page of an agent still has the right that it takes. The page asks now and then, and says
//! in plain words when that is over; what was typed stays where it is.
//!
//! To watch one more page: `let standing = Standing::watch(agent, Right::User, None)`, and `<StandingNotice standing />`.

use leptos::{prelude::*, task::spawn_local};
use uuid::Uuid;

use super::{
    parts::{
        button::{LinkButton, Size},
        notice::{Notice, NoticeTone},
    },
    watch::while_looked_at,
};
use crate::{
    model::{agent::Right, error::Code, grants::lost},
    paths,
    server_fns::grants::check_standing,
};

const SIGNED_OUT: &str =
    "You are not signed in any more: your sign-in has ended, or you were removed from this workspace.";

/// How the reader of a page stands to its agent. Copy it into closures.
#[derive(Clone, Copy)]
pub struct Standing {
    agent: Uuid,
    needed: Right,
    /// Their right, as far as is known.
    pub right: RwSignal<Option<Right>>,
    /// What they lost, in words.
    lost: RwSignal<Option<String>>,
}

impl Standing {
    /// Watches over a page that takes the right `needed`, from `right` on.
    #[must_use]
    pub fn watch(agent: Uuid, needed: Right, right: Option<Right>) -> Self {
        let this = Self { agent, needed, right: RwSignal::new(right), lost: RwSignal::new(None) };
        while_looked_at(move || this.ask());
        this
    }

    /// Asks now.
    pub fn ask(self) {
        spawn_local(async move {
            let (right, said) = match check_standing(self.agent).await {
                Ok(standing) => (standing.right, lost(self.needed, Some(&standing))),
                Err(error) => match error.code {
                    Code::NotFound | Code::Forbidden => (None, lost(self.needed, None)),
                    Code::Unauthorized => (None, Some(SIGNED_OUT.to_owned())),
                    // Nobody can say: the connection, a restart. The next time tells.
                    _ => return,
                },
            };
            if self.right.try_get_untracked() != Some(right) {
                let _ = self.right.try_set(right);
            }
            if self.lost.try_with_untracked(|before| *before == said) == Some(false) {
                let _ = self.lost.try_set(said);
            }
        });
    }
}

/// Says what the reader has lost; nothing while they have it.
#[component]
pub fn StandingNotice(
    /// How they stand.
    standing: Standing,
) -> impl IntoView {
    let Standing { agent, right, lost, .. } = standing;
    move || {
        lost.get().map(|said| {
            let signed_out = said == SIGNED_OUT;
            let onward = if signed_out {
                view! { <LinkButton href=paths::SIGN_IN size=Size::Compact>"Sign in"</LinkButton> }.into_any()
            } else if right.get_untracked() == Some(Right::User) {
                view! { <LinkButton href=paths::coworker(agent) size=Size::Compact>"Talk to what is live"</LinkButton> }
                    .into_any()
            } else {
                view! { <LinkButton href=paths::AGENTS size=Size::Compact>"Go to your agents"</LinkButton> }.into_any()
            };
            view! {
                <div class="standing">
                    <Notice tone=NoticeTone::Bad>
                        <p>{said} " What you typed stays on this page."</p>
                        {onward}
                    </Notice>
                </div>
            }
        })
    }
}
