//! What an open page knows of its agent and its conversation, and how it learns what has changed since.

use leptos::{prelude::*, task::spawn_local};
use uuid::Uuid;

use crate::{
    model::{
        chat::Opening,
        coworker::{Desk, Standing, other_version},
    },
    server_fns::coworker::{load_desk, load_standing},
    ui::{chat::Talk, watch::while_looked_at},
};

/// What a new conversation says where nothing is live.
const NOTHING_LIVE: &str = "Nothing of this agent is published right now.";
/// What it says to who lost the right.
const NOT_YOURS: &str = "You may no longer use this agent.";

/// What the page knows of the agent, as it changes. Copy it into closures.
#[derive(Clone, Copy)]
pub(super) struct Facts {
    /// The agent.
    pub agent: Uuid,
    /// The conversation at hand.
    pub talk: Talk,
    /// Whether the person may use the agent.
    pub usable: RwSignal<bool>,
    /// What a new conversation would run on.
    pub live: RwSignal<Option<Opening>>,
    /// What the one at hand shows at its start.
    pub opening: RwSignal<Option<Opening>>,
}

impl Facts {
    /// As the page was loaded.
    pub fn of(desk: &Desk) -> Self {
        let talk = match &desk.conversation {
            Some(conversation) => Talk::resume(desk.agent_id, false, conversation),
            None => Talk::new(desk.agent_id, false),
        };
        let opening = desk.conversation.as_ref().map(|conversation| conversation.opening.clone());
        Self {
            agent: desk.agent_id,
            talk,
            usable: RwSignal::new(desk.usable),
            live: RwSignal::new(desk.live.clone()),
            opening: RwSignal::new(opening.or_else(|| desk.live.clone())),
        }
    }

    /// The live release's number.
    pub fn live_version(self) -> Option<i64> {
        self.live.with(|live| live.as_ref().and_then(|live| live.receipt.version))
    }

    /// The number of what answers. The session's own receipt is the truth: live may have moved between the loading of the
    /// page and the first message.
    pub fn version(self) -> Option<i64> {
        let own = self.talk.receipt.get().and_then(|receipt| receipt.version);
        own.or_else(|| self.opening.with(|opening| opening.as_ref().and_then(|opening| opening.receipt.version)))
    }

    /// Another version than that of the open conversation, which is live now.
    pub fn newer(self) -> Option<i64> {
        let open = self.talk.session.get().is_some() && self.talk.over.with(Option::is_none);
        if open { other_version(self.version(), self.live_version()) } else { None }
    }

    /// Looks again how things stand, and at what is live where that has changed.
    fn look(self) {
        spawn_local(async move {
            let Some(session) = self.talk.session.try_get_untracked() else { return };
            let Ok(standing) = load_standing(self.agent, session).await else { return };
            let Some(known) = self.live.try_get_untracked() else { return };
            if standing.live != known.and_then(|live| live.receipt.version) {
                let live = match standing.live {
                    Some(_) => load_desk(self.agent, None, None).await.ok().and_then(|desk| desk.live),
                    None => None,
                };
                let _ = self.live.try_set(live);
            }
            self.take(session, &standing);
        });
    }

    fn take(self, session: Option<Uuid>, standing: &Standing) {
        // Meanwhile the page may have gone, or its first message may have been sent.
        if self.talk.session.try_get_untracked() != Some(session) {
            return;
        }
        self.usable.set(standing.usable);
        let busy = self.talk.busy.get_untracked();
        let known = self.talk.over.get_untracked();
        if session.is_some() {
            if let Some(over) = standing.over().filter(|_| known.is_none() && !busy) {
                self.talk.over.set(Some(over.to_owned()));
            }
        } else if !busy {
            self.begin_with(known);
        }
    }

    /// A conversation that has not begun follows what is live, and waits where there is nothing.
    fn begin_with(self, known: Option<String>) {
        if let Some(live) = self.live.get_untracked() {
            self.opening.set(Some(live));
        }
        let over = match (self.usable.get_untracked(), self.live.with_untracked(Option::is_some)) {
            (false, _) => Some(NOT_YOURS),
            (true, false) => Some(NOTHING_LIVE),
            (true, true) => None,
        };
        if known.as_deref() != over {
            self.talk.over.set(over.map(str::to_owned));
        }
    }
}

/// After each answer, and while the page is looked at.
pub(super) fn keep_watch(facts: Facts) {
    Effect::new(move || {
        if facts.talk.answers.get() > 0 {
            facts.look();
        }
    });
    while_looked_at(move || facts.look());
}
