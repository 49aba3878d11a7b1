//! The page where one talks: which release, and what it says when something has gone.

use galley::{
    model::{
        account::Role,
        agent::Right,
        coworker::{Desk, Standing, no_conversation},
        error::{Code, Error},
        session::EndReason,
    },
    server::domain::{desk, grants, releases, sessions, trash},
};
use uuid::Uuid;

use super::{drafted, live, redrafted, say, share, shown, talked};
use crate::{
    releases::publish,
    support::{Person, TestApp},
};

async fn open(app: &TestApp, person: &Person, agent: Uuid, session: Option<Uuid>) -> Result<Desk, Error> {
    desk::desk(&app.core, &person.caller, agent, session, None).await.map_err(|failure| failure.public)
}

async fn stands(app: &TestApp, person: &Person, agent: Uuid, session: Option<Uuid>) -> Standing {
    desk::standing(&app.core, &person.caller, agent, session).await.unwrap()
}

/// The words of what a page shows at the start.
fn words(desk: &Desk) -> (String, String, Vec<String>) {
    let opening = desk.conversation.as_ref().map_or_else(|| desk.live.as_ref().unwrap(), |open| &open.opening);
    (opening.name.clone(), opening.greeting.clone(), opening.prompt_bubbles.clone())
}

fn of(name: &str) -> (String, String, Vec<String>) {
    (name.to_owned(), format!("Hello from {name}"), vec![format!("Ask {name}")])
}

both_engines! {
    async fn an_open_conversation_keeps_its_release_and_a_new_one_gets_the_live_one(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = live(&app, &ada, "One").await;
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        let old = talked(&app, &bob, id, "Hello").await;
        redrafted(&app, &ada, id, &shown("Two", "")).await;
        for session in [None, Some(old)] {
            let shown = open(&app, &bob, id, session).await.unwrap();
            assert_eq!((words(&shown), shown.newer_version()), (of("One"), None), "a draft showed on the page");
        }
        publish(&app, &ada, id).await;
        let shown = open(&app, &bob, id, Some(old)).await.unwrap();
        assert_eq!((words(&shown), shown.newer_version(), shown.title.as_str()), (of("One"), Some(2), "Hello"));
        assert_eq!(shown.conversation.unwrap().messages.len(), 2);
        let fresh = open(&app, &bob, id, None).await.unwrap();
        assert_eq!(words(&fresh), of("Two"));
        let made = fresh.live.unwrap().made;
        assert_eq!(made.by.id, ada.caller.account);
        assert_eq!(stands(&app, &bob, id, Some(old)).await, Standing { usable: true, live: Some(2), there: true, end_reason: None });
        // To begin anew ends nothing.
        let new = talked(&app, &bob, id, "Hello again").await;
        assert!(say(&app, &bob, old, "Still there?").await.content.contains("Answer as One."));
        assert!(say(&app, &bob, new, "And you?").await.content.contains("Answer as Two."));
        releases::roll_back(&app.core, &ada.caller, id, 1, "", false).await.unwrap();
        assert_eq!(open(&app, &bob, id, Some(old)).await.unwrap().newer_version(), None);
        let shown = open(&app, &bob, id, Some(new)).await.unwrap();
        assert_eq!((words(&shown), shown.newer_version()), (of("Two"), Some(1)));
    }

    async fn a_conversation_that_is_not_there_and_anothers_answer_alike(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let (id, other) = (live(&app, &ada, "One").await, live(&app, &ada, "Other").await);
        for agent in [id, other] {
            grants::set_everyone(&app.core, &ada.caller, agent, true).await.unwrap();
        }
        let own = talked(&app, &ada, id, "A secret").await;
        let preview = sessions::start(&app.core, &ada.caller, id, true, None).await.unwrap().id;
        for (person, agent, session) in [
            (&bob, id, own), (&bob, id, Uuid::now_v7()), (&eve, id, own), (&eve, Uuid::now_v7(), Uuid::now_v7()),
            // Under another agent's address, and one of the preview's.
            (&ada, other, own), (&ada, id, preview),
        ] {
            assert_eq!(open(&app, person, agent, Some(session)).await.unwrap_err(), no_conversation());
            assert!(!stands(&app, person, agent, Some(session)).await.there);
        }
        assert_eq!(open(&app, &eve, id, None).await.unwrap_err(), Error::not_found());
        assert_eq!(open(&app, &eve, Uuid::now_v7(), None).await.unwrap_err(), Error::not_found());
        sessions::delete(&app.core, &ada.caller, own).await.unwrap();
        assert_eq!(open(&app, &ada, id, Some(own)).await.unwrap_err(), no_conversation());
        assert_eq!(stands(&app, &ada, id, Some(own)).await.over(), Some("This conversation was deleted."));
    }

    async fn each_end_says_its_own_sentence_and_what_was_said_stays_readable(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let drafted = drafted(&app, &ada, "Draft").await;
        share(&app, &ada, drafted, true, &[]).await;
        let empty = open(&app, &bob, drafted, None).await.unwrap();
        assert!(empty.usable && empty.live.is_none());

        let mut sentences = Vec::new();
        for (end, usable, offered) in [
            (EndReason::Idle, true, true),
            (EndReason::User, true, true),
            (EndReason::RolledBack, true, true),
            (EndReason::ReleaseDeleted, true, true),
            (EndReason::Unpublished, true, false),
            (EndReason::Revoked, false, false),
            (EndReason::AgentDeleted, false, false),
        ] {
            let id = live(&app, &ada, "One").await;
            share(&app, &ada, id, false, &[(&bob, Right::User)]).await;
            let session = talked(&app, &bob, id, "Hello").await;
            match end {
                EndReason::Idle => app.clock().advance(24 * 3600),
                EndReason::User => drop(sessions::end(&app.core, &bob.caller, session).await.unwrap()),
                EndReason::RolledBack | EndReason::ReleaseDeleted => {
                    redrafted(&app, &ada, id, &shown("Two", "")).await;
                    publish(&app, &ada, id).await;
                    if end == EndReason::ReleaseDeleted {
                        drop(releases::delete(&app.core, &ada.caller, id, 1).await.unwrap());
                    } else {
                        releases::roll_back(&app.core, &ada.caller, id, 1, "", false).await.unwrap();
                        // Back again, with an end to the others: to those on v1.
                        releases::roll_back(&app.core, &ada.caller, id, 2, "", true).await.unwrap();
                    }
                }
                EndReason::Unpublished => releases::unpublish(&app.core, &ada.caller, id).await.unwrap(),
                EndReason::Revoked => share(&app, &ada, id, false, &[]).await,
                EndReason::AgentDeleted => drop(trash::delete(&app.core, &ada.caller, id).await.unwrap()),
                EndReason::ChannelOff => unreachable!("Coworker has no switch"),
            }
            let desk = open(&app, &bob, id, Some(session)).await.unwrap();
            assert_eq!((desk.usable, desk.live.is_some(), desk.newer_version()), (usable, offered, None), "{end:?}");
            let conversation = desk.conversation.unwrap();
            assert_eq!((conversation.session.end_reason, conversation.messages.len()), (Some(end), 2), "{end:?}");
            let standing = stands(&app, &bob, id, Some(session)).await;
            assert_eq!((standing.usable, standing.live.is_some(), standing.end_reason), (usable, offered, Some(end)));
            let refused = desk::write(&app.core, &bob.caller, id, Some(session), "More").await.unwrap_err().public;
            assert_eq!((refused.code, refused.detail.as_str()), (Code::SessionEnded, end.sentence()), "{end:?}");
            sentences.push(standing.over().unwrap());
        }
        let count = sentences.len();
        sentences.sort_unstable();
        sentences.dedup();
        assert_eq!(sentences.len(), count, "two ends say the same");
    }
}
