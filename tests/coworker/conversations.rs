//! One's conversations: the list, its search, renaming and removing.

use galley::{
    model::{
        account::Role,
        coworker::ConversationQuery,
        error::Error,
        session::{EndReason, ServedBecause},
    },
    server::domain::{coworker, grants, releases, sessions},
};
use uuid::Uuid;

use super::{begin, found, live, redrafted, say, shown, talked};
use crate::{
    releases::publish,
    support::{Person, TestApp},
};

/// Two people and an agent that both may use.
async fn two(app: &TestApp) -> (Person, Person, Uuid) {
    let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
    let id = live(app, &ada, "Refund desk").await;
    grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
    (ada, bob, id)
}

async fn titles(app: &TestApp, person: &Person, q: &str) -> Vec<String> {
    found(app, person, q).await.into_iter().map(|one| one.title).collect()
}

both_engines! {
    async fn the_last_used_is_first_and_called_by_its_first_message(app: TestApp) {
        let (ada, bob, id) = two(&app).await;
        let other = live(&app, &ada, "Orders").await;
        grants::set_everyone(&app.core, &ada.caller, other, true).await.unwrap();
        let mut all = Vec::new();
        for (agent, text) in [(id, "First  thing\nto say"), (other, "Second"), (id, "Third"), (id, "Fourth"), (other, "Fifth")] {
            all.push(talked(&app, &bob, agent, text).await);
            app.clock().advance(60);
        }
        // One that was begun and never written in is no conversation yet.
        begin(&app, &bob, id).await;
        assert_eq!(titles(&app, &bob, "").await, ["Fifth", "Fourth", "Third", "Second", "First thing to say"]);
        say(&app, &bob, all[0], "Something else").await;
        assert_eq!(titles(&app, &bob, "").await, ["First thing to say", "Fifth", "Fourth", "Third", "Second"]);
        assert_eq!(titles(&app, &ada, "").await, [""; 0], "the list is one's own");

        for agent in [None, Some(id)] {
            let (mut met, mut cursor) = (Vec::new(), None);
            loop {
                let query = ConversationQuery { agent, cursor, limit: Some(2), ..ConversationQuery::default() };
                let page = coworker::conversations(&app.core, &bob.caller, &query).await.unwrap();
                met.extend(page.data);
                cursor = page.next_cursor;
                if cursor.is_none() { break }
            }
            let whole: Vec<_> = found(&app, &bob, "").await.into_iter().filter(|one| agent.is_none_or(|id| one.agent_id == id)).collect();
            assert_eq!((met.len(), &met), (if agent.is_some() { 3 } else { 5 }, &whole));
        }
        for query in [
            ConversationQuery { cursor: Some("x".into()), ..ConversationQuery::default() },
            ConversationQuery { limit: Some(0), ..ConversationQuery::default() },
            ConversationQuery { q: "x".repeat(201), ..ConversationQuery::default() },
        ] {
            assert!(coworker::conversations(&app.core, &bob.caller, &query).await.is_err(), "{query:?}");
        }
    }

    async fn they_are_found_by_title_and_by_what_one_wrote(app: TestApp) {
        let (ada, bob, id) = two(&app).await;
        let parcel = talked(&app, &bob, id, "Where is my parcel?").await;
        say(&app, &bob, parcel, "It was a “gift” for Zoë").await;
        talked(&app, &bob, id, "Something about invoices").await;
        talked(&app, &ada, id, "Ada's parcel").await;
        for (q, hits) in [
            ("parcel", 1), ("PARC", 1), ("gift zoe", 1), ("parcel gift", 1), ("parcel invoices", 0), ("arcel", 0),
            ("invoices", 1), ("", 2), ("  ", 2), ("!!", 0), ("'; DROP", 0), ("100%", 0), ("refund", 0),
        ] {
            assert_eq!(found(&app, &bob, q).await.len(), hits, "{q}");
        }
        let renamed = coworker::rename(&app.core, &bob.caller, parcel, " Order  7 ").await.unwrap();
        assert_eq!(renamed.title, "Order 7");
        assert_eq!((found(&app, &bob, "order").await.len(), found(&app, &bob, "parcel").await.len()), (1, 1));
        // What one writes later does not take the chosen name away.
        say(&app, &bob, parcel, "And now?").await;
        assert_eq!(titles(&app, &bob, "order now").await, ["Order 7"]);
        for wrong in ["", "  ", &"x".repeat(121), "a\0b"] {
            let refused = coworker::rename(&app.core, &bob.caller, parcel, wrong).await.unwrap_err().public;
            assert_eq!(refused.errors[0].field, "title");
        }
        assert_eq!(titles(&app, &bob, "order").await, ["Order 7"]);
    }

    async fn they_are_ones_own_to_rename_and_to_remove(app: TestApp) {
        let (ada, bob, id) = two(&app).await;
        let (root, eve) = (app.member(Role::Admin).await, app.stranger().await);
        let own = talked(&app, &bob, id, "Bob's secret").await;
        for person in [&ada, &root, &eve] {
            for id in [own, Uuid::now_v7()] {
                let caller = &person.caller;
                let rename = coworker::rename(&app.core, caller, id, "Mine").await.map(drop);
                let delete = sessions::delete(&app.core, caller, id).await;
                let receipt = coworker::receipt(&app.core, caller, id).await.map(drop);
                for answer in [rename, delete, receipt] {
                    assert_eq!(answer.unwrap_err().public, Error::not_found());
                }
            }
            assert_eq!(found(&app, person, "").await, []);
        }
        assert_eq!(titles(&app, &bob, "").await, ["Bob's secret"]);
        let (receipt, made) = coworker::receipt(&app.core, &bob.caller, own).await.unwrap();
        assert_eq!((receipt.version, receipt.reason, made.by.id), (Some(1), ServedBecause::LiveAtStart, ada.caller.account));
        assert!(receipt.why().contains("v1 was live when"), "{}", receipt.why());
        sessions::delete(&app.core, &bob.caller, own).await.unwrap();
        assert_eq!(found(&app, &bob, "").await, []);
        assert_eq!(app.number("SELECT count(*) FROM messages").await, 0);
        // A try-out in the preview has no name to give.
        let draft = sessions::start(&app.core, &ada.caller, id, true, None).await.unwrap().id;
        say(&app, &ada, draft, "Hello").await;
        assert!(coworker::rename(&app.core, &ada.caller, draft, "Mine").await.is_err());
        assert_eq!(found(&app, &ada, "").await, []);
    }

    async fn the_list_shows_the_release_that_each_runs_on(app: TestApp) {
        let (ada, bob, id) = two(&app).await;
        let old = talked(&app, &bob, id, "Old").await;
        app.clock().advance(60);
        let mut renamed = shown("Orders", "");
        renamed.icon = "📦".into();
        redrafted(&app, &ada, id, &renamed).await;
        let faces = async || {
            let list = found(&app, &bob, "").await;
            list.into_iter().map(|one| format!("{} {} v{}", one.agent_icon, one.agent_name, one.version)).collect::<Vec<_>>()
        };
        assert_eq!(faces().await, ["🛟 Refund desk v1"], "a draft showed in the list");
        publish(&app, &ada, id).await;
        let new = talked(&app, &bob, id, "New").await;
        assert_eq!(faces().await, ["📦 Orders v2", "🛟 Refund desk v1"]);
        releases::roll_back(&app.core, &ada.caller, id, 1, "", false).await.unwrap();
        let third = talked(&app, &bob, id, "Third").await;
        for (session, words, version) in [(old, "Refund desk", 1), (new, "Orders", 2), (third, "Refund desk", 1)] {
            let message = say(&app, &bob, session, "Who answers?").await;
            assert!(message.content.contains(&format!("Answer as {words}.")), "{}", message.content);
            assert_eq!(message.receipt.unwrap().version, Some(version));
        }
    }

    async fn the_list_says_what_has_ended(app: TestApp) {
        let (ada, bob, id) = two(&app).await;
        talked(&app, &bob, id, "Idle").await;
        app.clock().advance(24 * 3600);
        talked(&app, &bob, id, "Unpublished").await;
        let ends = async || found(&app, &bob, "").await.iter().map(|one| one.end_reason).collect::<Vec<_>>();
        assert_eq!(ends().await, [None, Some(EndReason::Idle)]);
        releases::unpublish(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!(ends().await, [Some(EndReason::Unpublished), Some(EndReason::Idle)]);
    }
}
