//! The picker: who sees whom, only what is live, favourites and recents.

use galley::{
    model::{
        account::Role,
        agent::Right,
        coworker::{Show, UsableQuery},
        error::{Code, Error},
    },
    server::domain::{
        caller::{Caller, Source},
        coworker, grants, invitations, members, releases, trash,
    },
};
use uuid::Uuid;

use super::{drafted, found, live, names, redrafted, say, share, shown, talked, usable_by};
use crate::{
    releases::publish,
    support::{Person, TestApp},
};

async fn all(app: &TestApp, person: &Person) -> Vec<String> {
    names(app, person, "", Show::All).await
}

both_engines! {
    async fn one_sees_what_is_live_and_ones_own_to_use(app: TestApp) {
        let (ada, bob, cyd) = (app.admin().await, app.member(Role::Member).await, app.member(Role::Member).await);
        let (root, eve) = (app.member(Role::Admin).await, app.stranger().await);
        live(&app, &ada, "Mine").await;
        let before = drafted(&app, &ada, "Shared before").await;
        share(&app, &ada, before, false, &[(&bob, Right::User)]).await;
        publish(&app, &ada, before).await;
        let after = live(&app, &ada, "Shared after").await;
        share(&app, &ada, after, false, &[(&bob, Right::Editor)]).await;
        let open = live(&app, &ada, "Open").await;
        grants::set_everyone(&app.core, &ada.caller, open, true).await.unwrap();
        let draft = drafted(&app, &ada, "A draft").await;
        share(&app, &ada, draft, true, &[(&bob, Right::Editor)]).await;

        assert_eq!(all(&app, &ada).await, ["Mine", "Open", "Shared after", "Shared before"]);
        assert_eq!(all(&app, &bob).await, ["Open", "Shared after", "Shared before"]);
        assert_eq!(all(&app, &cyd).await, ["Open"]);
        assert_eq!(all(&app, &root).await, ["Open"], "an admin sees every agent but may not use them");
        assert_eq!(all(&app, &eve).await, [""; 0]);
        // Who may use it twice over sees it once.
        share(&app, &ada, open, true, &[(&bob, Right::User)]).await;
        assert_eq!(all(&app, &bob).await, ["Open", "Shared after", "Shared before"]);

        share(&app, &ada, before, false, &[]).await;
        grants::set_everyone(&app.core, &ada.caller, open, false).await.unwrap();
        assert_eq!(all(&app, &bob).await, ["Open", "Shared after"]);
        assert_eq!(all(&app, &cyd).await, [""; 0]);
        releases::unpublish(&app.core, &ada.caller, after).await.unwrap();
        trash::delete(&app.core, &ada.caller, open).await.unwrap();
        assert_eq!(all(&app, &bob).await, [""; 0]);
        assert_eq!(all(&app, &ada).await, ["Mine", "Shared before"]);
        // Out of the trash nothing is live; publishing shows it again to whom it was shared with.
        trash::restore(&app.core, &ada.caller, open).await.unwrap();
        assert_eq!(all(&app, &bob).await, [""; 0]);
        publish(&app, &ada, open).await;
        assert_eq!(all(&app, &bob).await, ["Open"]);
        // What a member owned is its new owner's to use.
        live(&app, &bob, "Bob's").await;
        members::remove(&app.core, &ada.caller, bob.caller.account).await.unwrap();
        assert_eq!(all(&app, &ada).await, ["Bob's", "Mine", "Open", "Shared before"]);
    }

    async fn everything_shown_is_the_live_releases(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = live(&app, &ada, "Refund desk").await;
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        let seen = async || usable_by(&app, &bob.caller, "", Show::All).await.remove(0);
        let first = seen().await;
        assert_eq!((first.name.as_str(), first.icon.as_str(), first.version), ("Refund desk", "🛟", 1));

        let mut second = shown("Orders", "All about parcels");
        second.icon = "📦".into();
        redrafted(&app, &ada, id, &second).await;
        assert_eq!(seen().await, first, "a draft showed in the picker");
        let find = async |q: &str| names(&app, &bob, q, Show::All).await;
        assert_eq!(find("refund").await, ["Refund desk"]);
        assert_eq!((find("orders").await, find("parcels").await), (vec![], vec![]), "the picker searches a draft");

        publish(&app, &ada, id).await;
        let now = seen().await;
        assert_eq!((now.name.as_str(), now.description.as_str(), now.icon.as_str(), now.version), ("Orders", "All about parcels", "📦", 2));
        for (q, hits) in [("orders", 1), ("ORD parc", 1), ("refund", 0), ("ders", 0), ("orders refund", 0), ("!!", 0)] {
            assert_eq!(find(q).await.len(), hits, "{q}");
        }
        releases::roll_back(&app.core, &ada.caller, id, 1, "", false).await.unwrap();
        assert_eq!(seen().await, first);
        assert_eq!((find("refund").await.len(), find("orders").await.len()), (1, 0));
    }

    async fn it_goes_by_name_page_by_page(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        for (at, name) in ["delta", "Alpha", "echo", "bravo", "Charlie", "Foxtrot", "alpha"].into_iter().enumerate() {
            let id = live(&app, &ada, name).await;
            // By turns: one's own, everyone's, both.
            let bobs = [(&bob, Right::User)];
            share(&app, &ada, id, at % 3 != 0, if at % 3 == 1 { &[] } else { &bobs }).await;
        }
        let list = async |q: &str, limit: u32| {
            let (mut met, mut cursor) = (Vec::new(), None);
            loop {
                let query = UsableQuery { q: q.into(), cursor, limit: Some(limit), ..UsableQuery::default() };
                let page = coworker::usable(&app.core, &bob.caller, &query).await.unwrap();
                assert!(page.data.len() <= limit as usize);
                met.extend(page.data.into_iter().map(|agent| agent.name.to_lowercase()));
                cursor = page.next_cursor;
                if cursor.is_none() { return met }
            }
        };
        let sorted = ["alpha", "alpha", "bravo", "charlie", "delta", "echo", "foxtrot"];
        for limit in [1, 2, 3, 100] {
            assert_eq!(list("", limit).await, sorted, "by {limit}");
        }
        assert_eq!(list("al", 1).await, ["alpha", "alpha"]);
        let refused = async |query: UsableQuery| {
            coworker::usable(&app.core, &bob.caller, &query).await.unwrap_err().public.errors[0].field.clone()
        };
        assert_eq!(refused(UsableQuery { cursor: Some("x".into()), ..UsableQuery::default() }).await, "cursor");
        // ["a\u0000", …]: Postgres takes no NUL.
        assert_eq!(refused(UsableQuery { cursor: Some("WyJhXHUwMDAwIiwiMDE4OTBhNWQtYWM5Ni03NzRiLWJjY2UtYjMwMjA5OWE4MDU3Il0".into()), ..UsableQuery::default() }).await, "cursor");
        assert_eq!(refused(UsableQuery { q: "x".repeat(201), ..UsableQuery::default() }).await, "q");
        assert_eq!(refused(UsableQuery { limit: Some(101), ..UsableQuery::default() }).await, "limit");
    }

    async fn favourites_are_a_persons_in_a_workspace(app: TestApp) {
        let (ada, bob, eve) = (app.admin().await, app.member(Role::Member).await, app.stranger().await);
        let one = live(&app, &ada, "One").await;
        let two = live(&app, &ada, "Two").await;
        for id in [one, two] {
            grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        }
        let hidden = live(&app, &ada, "Hidden").await;
        for _ in 0..2 {
            coworker::set_favourite(&app.core, &bob.caller, two, true).await.unwrap();
        }
        let marked = async |person: &Person| names(&app, person, "", Show::Favourites).await;
        assert_eq!((marked(&bob).await, marked(&ada).await), (vec!["Two".to_owned()], vec![]));
        let flags: Vec<bool> = usable_by(&app, &bob.caller, "", Show::All).await.iter().map(|agent| agent.favourite).collect();
        assert_eq!(flags, [false, true]);
        assert_eq!(names(&app, &bob, "one", Show::Favourites).await, [""; 0]);
        // What is not one's to use answers like what never was.
        for id in [hidden, Uuid::now_v7()] {
            for on in [true, false] {
                let refused = coworker::set_favourite(&app.core, &bob.caller, id, on).await.unwrap_err().public;
                assert_eq!(refused, Error::not_found());
            }
        }
        // The same person elsewhere has others.
        let made = invitations::invite(&app.core, &eve.caller, Role::Member, "").await.unwrap();
        let token = made.token;
        let entered = invitations::accept(&app.core, &bob.caller, &Source::command_line(), &token).await.unwrap();
        let there = Caller { workspace: entered.workspace, ..bob.caller.clone() };
        let theirs = live(&app, &eve, "Elsewhere").await;
        grants::set_everyone(&app.core, &eve.caller, theirs, true).await.unwrap();
        let refused = coworker::set_favourite(&app.core, &there, one, true).await.unwrap_err().public;
        assert_eq!(refused.code, Code::NotFound);
        coworker::set_favourite(&app.core, &there, theirs, true).await.unwrap();
        let elsewhere = usable_by(&app, &there, "", Show::Favourites).await;
        assert_eq!(elsewhere.iter().map(|agent| agent.name.as_str()).collect::<Vec<_>>(), ["Elsewhere"]);
        assert_eq!(marked(&bob).await, ["Two"]);

        // A favourite that is no longer usable is not offered, and is one again when it is.
        grants::set_everyone(&app.core, &ada.caller, two, false).await.unwrap();
        assert_eq!(marked(&bob).await, [""; 0]);
        grants::set_everyone(&app.core, &ada.caller, two, true).await.unwrap();
        releases::unpublish(&app.core, &ada.caller, two).await.unwrap();
        assert_eq!(marked(&bob).await, [""; 0]);
        releases::roll_back(&app.core, &ada.caller, two, 1, "", false).await.unwrap();
        assert_eq!(marked(&bob).await, ["Two"]);
        coworker::set_favourite(&app.core, &bob.caller, two, false).await.unwrap();
        assert_eq!(marked(&bob).await, [""; 0]);
    }

    async fn the_last_used_come_first(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let mut ids = Vec::new();
        for name in ["One", "Two", "Three"] {
            let id = live(&app, &ada, name).await;
            grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
            ids.push(id);
        }
        let recent = async |person: &Person| names(&app, person, "", Show::Recent).await;
        assert_eq!(recent(&bob).await, [""; 0]);
        let first = talked(&app, &bob, ids[0], "Hello").await;
        app.clock().advance(60);
        talked(&app, &bob, ids[1], "Hello").await;
        assert_eq!(recent(&bob).await, ["Two", "One"]);
        app.clock().advance(60);
        say(&app, &bob, first, "Again").await;
        assert_eq!(recent(&bob).await, ["One", "Two"]);
        assert_eq!(recent(&ada).await, [""; 0], "recents are one's own");
        grants::set_everyone(&app.core, &ada.caller, ids[0], false).await.unwrap();
        assert_eq!(recent(&bob).await, ["Two"]);
        galley::server::domain::sessions::delete(&app.core, &bob.caller, first).await.unwrap();
        releases::unpublish(&app.core, &ada.caller, ids[1]).await.unwrap();
        assert_eq!(recent(&bob).await, [""; 0]);
    }

    async fn what_an_older_galley_or_a_backup_left_out_is_filled_in(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = live(&app, &ada, "Refund desk").await;
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        let gone = live(&app, &ada, "Unpublished").await;
        releases::unpublish(&app.core, &ada.caller, gone).await.unwrap();
        talked(&app, &bob, id, "Where is my parcel?").await;
        let before = (usable_by(&app, &bob.caller, "refund", Show::All).await, found(&app, &bob, "parcel").await);
        assert_eq!((before.0.len(), before.1.len()), (1, 1));
        for statement in [
            "DELETE FROM release_faces",
            "UPDATE live SET words = ''",
            "UPDATE grants SET live_key = NULL",
            "UPDATE sessions SET title = '', words = '', said = ''",
        ] {
            app.execute(statement).await.unwrap();
        }
        assert_eq!(names(&app, &bob, "", Show::All).await, [""; 0]);
        app.core.db.migrate().await.unwrap();
        let after = (usable_by(&app, &bob.caller, "refund", Show::All).await, found(&app, &bob, "parcel").await);
        assert_eq!(after, before);
        assert_eq!(app.number("SELECT count(*) FROM grants WHERE live_key IS NOT NULL").await, 2);
    }
}
