//! What the view of sharing knows, and what becomes of its acts.

use leptos::{html, prelude::*};
use uuid::Uuid;

use crate::{
    model::{
        agent::Right,
        error::Error,
        grants::{Found, Grants, Sharing, UNSHARED, everyone_sentence, transferred_sentence},
    },
    server_fns::grants::{ShareWith, ShareWithEveryone, TransferAgent, Unshare},
    ui::pages::agents::focus,
};

/// The state. Copy it into closures.
#[derive(Clone, Copy)]
pub struct Share {
    /// The agent.
    pub agent: Uuid,
    /// Who may do what, as the server last said, in an order that does not jump.
    pub grants: RwSignal<Grants>,
    /// Whom the search found.
    pub found: RwSignal<Option<Found>>,
    /// What is typed into the search.
    pub typed: RwSignal<String>,
    /// The search box.
    pub search: NodeRef<html::Input>,
    /// What was done last.
    pub said: RwSignal<String>,
    /// Why the last act was refused.
    pub refused: RwSignal<Option<String>>,
    /// Gives a right.
    pub give: ServerAction<ShareWith>,
    /// Takes one away.
    pub take: ServerAction<Unshare>,
    /// Lets everyone use it.
    pub everyone: ServerAction<ShareWithEveryone>,
    /// Gives the agent away.
    pub transfer: ServerAction<TransferAgent>,
}

impl Share {
    /// The state that a view starts with.
    pub fn new(sharing: Sharing, words: String, given: Callback<()>) -> Self {
        let this = Self {
            agent: sharing.agent,
            grants: RwSignal::new(sharing.grants),
            found: RwSignal::new(sharing.found),
            typed: RwSignal::new(words),
            search: NodeRef::new(),
            said: RwSignal::new(String::new()),
            refused: RwSignal::new(None),
            give: ServerAction::new(),
            take: ServerAction::new(),
            everyone: ServerAction::new(),
            transfer: ServerAction::new(),
        };
        Effect::new(move || this.follow(this.give.value().get(), |new| this.given(new)));
        Effect::new(move || this.follow(this.take.value().get(), |new| this.taken(new)));
        Effect::new(move || {
            this.follow(this.everyone.value().get(), |on| {
                this.grants.update(|grants| grants.everyone = on);
                this.said.set(everyone_sentence(on).to_owned());
            });
        });
        Effect::new(move || {
            this.follow(this.transfer.value().get(), |owner| {
                this.said.set(transferred_sentence(&owner.name));
                given.run(());
            });
        });
        this
    }

    fn follow<T>(self, answer: Option<Result<T, Error>>, then: impl FnOnce(T)) {
        match answer {
            None => {}
            Some(Ok(done)) => {
                self.refused.set(None);
                then(done);
            }
            Some(Err(error)) => {
                self.said.set(String::new());
                self.refused.set(Some(error.detail));
            }
        }
    }

    fn given(self, new: Grants) {
        let changed = self.grants.with_untracked(|before| {
            let differs = new.people.iter().find(|grant| before.right_of(grant.account.id) != Some(grant.right));
            differs.map(|grant| grant.account.id)
        });
        if let Some(account) = changed {
            self.said.set(new.shared_sentence(account));
        }
        self.take_in(new);
        // Whoever was found and added is in the list now; the next one can be typed.
        if self.found.with_untracked(Option::is_some) {
            self.typed.set(String::new());
            self.found.set(None);
            if let Some(search) = self.search.get_untracked() {
                let _ = search.focus();
            }
        }
    }

    fn taken(self, new: Grants) {
        self.said.set(UNSHARED.to_owned());
        self.take_in(new);
        // The row that had the focus is gone.
        focus("share-people-title");
    }

    /// Who was listed stays in place: a row that moves loses the focus.
    fn take_in(self, new: Grants) {
        self.grants.update(|grants| {
            let Grants { everyone, mut people } = new;
            let mut ordered = Vec::with_capacity(people.len());
            for before in &grants.people {
                if let Some(at) = people.iter().position(|grant| grant.account.id == before.account.id) {
                    ordered.push(people.remove(at));
                }
            }
            ordered.append(&mut people);
            *grants = Grants { everyone, people: ordered };
        });
    }
}

/// A right, as the view names it.
pub const fn right_words(right: Right) -> &'static str {
    match right {
        Right::User => "Can use",
        Right::Editor => "Can edit",
        Right::Owner => "Owner",
    }
}
