//! Who may run what, and who sees which runs.

use galley::{
    model::{
        account::Role,
        error::{Code, Error},
        session::ServedBecause,
    },
    server::{
        domain::{grants, releases, runs, sessions},
        failure::Failure,
    },
};
use serde_json::json;
use uuid::Uuid;

use super::{live_agent, outcome};
use crate::{
    releases::{agent, config, publish, released, save, saved},
    support::{Person, TestApp},
};

fn code<T: std::fmt::Debug>(answer: Result<T, Failure>) -> Code {
    answer.unwrap_err().public.code
}

/// What both ways to begin answer to a revision of the person's choice.
async fn refusals(app: &TestApp, person: &Person, agent: Uuid, revision: Uuid) -> Vec<Error> {
    let run = runs::insert(&app.core, &person.caller, agent, Some(revision), &json!({})).await.unwrap_err().public;
    let session = sessions::start(&app.core, &person.caller, agent, false, Some(revision)).await.unwrap_err().public;
    vec![run, session]
}

both_engines! {
    async fn what_is_not_live_is_for_editors_and_unknown_to_others(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = agent(&app, &ada, "One.").await;
        let first = released(publish(&app, &ada, id).await);
        let second = saved(save(&app, &ada, id, 1, &config("Two.")).await).draft.info.revision_id;
        let live = released(publish(&app, &ada, id).await);
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        let other = agent(&app, &ada, "Another agent's").await;
        let foreign = released(publish(&app, &ada, other).await).id;
        let unknown = Uuid::now_v7();

        for revision in [first.id, first.draft_id, second, foreign, unknown] {
            for refused in refusals(&app, &bob, id, revision).await {
                assert_eq!(refused, Error::not_found());
            }
        }
        // What is live may be named by everybody who gets it anyway.
        let run = runs::insert(&app.core, &bob.caller, id, Some(live.id), &json!({})).await.unwrap();
        assert_eq!((run.revision_id, run.receipt.reason), (live.id, ServedBecause::LiveAtStart));

        let cases = [(first.id, Some(1), 1, "One."), (first.draft_id, None, 1, "One."), (second, None, 2, "Two.")];
        for (revision, version, draft, words) in cases {
            let run = runs::start(&app.core, &ada.caller, id, Some(revision), &json!({})).await.unwrap();
            let run = outcome(&app.core, &ada, run.id).await;
            assert!(run.output.unwrap().contains(words));
            assert_eq!((run.revision_id, run.receipt.revision_id), (revision, revision));
            let receipt = &run.receipt;
            assert_eq!((receipt.version, receipt.draft_number, receipt.reason), (version, draft, ServedBecause::Chosen));
        }
        releases::delete(&app.core, &ada.caller, id, 1).await.unwrap();
        for revision in [first.id, foreign, unknown] {
            for refused in refusals(&app, &ada, id, revision).await {
                assert_eq!(refused, Error::not_found());
            }
        }
        // Once it is not live any more, it is not everybody's any more.
        releases::unpublish(&app.core, &ada.caller, id).await.unwrap();
        for refused in refusals(&app, &bob, id, live.id).await {
            assert_eq!(refused, Error::not_found());
        }
    }

    async fn a_run_is_seen_by_who_started_it_and_by_editors(app: TestApp) {
        let (ada, bob, cyd) = (app.admin().await, app.member(Role::Member).await, app.member(Role::Member).await);
        let (root, eve) = (app.member(Role::Admin).await, app.stranger().await);
        let id = live_agent(&app, &ada, &config("One.")).await;
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        let run = runs::insert(&app.core, &bob.caller, id, None, &json!("Bob's secret")).await.unwrap();
        for person in [&bob, &ada] {
            assert_eq!(runs::get(&app.core, &person.caller, run.id).await.unwrap(), run);
        }
        let unknown = Uuid::now_v7();
        for person in [&cyd, &root, &eve] {
            for id in [run.id, unknown] {
                let answers = [
                    runs::get(&app.core, &person.caller, id).await,
                    runs::wait(&app.core, &person.caller, id, 30).await,
                    runs::cancel(&app.core, &person.caller, id).await,
                    galley::server::domain::run_events::events(&app.core, &person.caller, id).await.map(|found| found.run),
                ];
                for answer in answers {
                    assert_eq!(answer.unwrap_err().public, Error::not_found());
                }
            }
        }
        assert_eq!(runs::get(&app.core, &bob.caller, run.id).await.unwrap().status, run.status, "somebody cancelled it");
        // Without any right there is no agent, and an admin who merely sees it may not use it.
        grants::set_everyone(&app.core, &ada.caller, id, false).await.unwrap();
        for (person, refused) in [(&cyd, Code::NotFound), (&eve, Code::NotFound), (&root, Code::Forbidden)] {
            assert_eq!(code(runs::insert(&app.core, &person.caller, id, None, &json!({})).await), refused);
            assert_eq!(code(runs::list(&app.core, &person.caller, id, None, 20).await), refused);
        }
        // What one started stays one's own to read, as conversations do.
        assert_eq!(runs::get(&app.core, &bob.caller, run.id).await.unwrap(), run);
    }

    async fn lists_are_paged_newest_first(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = live_agent(&app, &ada, &config("One.")).await;
        let other = live_agent(&app, &ada, &config("Another.")).await;
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        let (mut all, mut bobs) = (Vec::new(), Vec::new());
        for number in 0..6 {
            let person = if number % 2 == 0 { &bob } else { &ada };
            let run = runs::insert(&app.core, &person.caller, id, None, &json!(number)).await.unwrap();
            runs::insert(&app.core, &ada.caller, other, None, &json!({})).await.unwrap();
            all.insert(0, run.id);
            if number % 2 == 0 {
                bobs.insert(0, run.id);
            }
        }
        for (person, expected) in [(&ada, &all), (&bob, &bobs)] {
            let (mut met, mut cursor) = (Vec::new(), None);
            loop {
                let page = runs::list(&app.core, &person.caller, id, cursor.as_deref(), 2).await.unwrap();
                assert!(page.data.len() <= 2);
                met.extend(page.data.iter().map(|run| run.id));
                cursor = page.next_cursor;
                if cursor.is_none() { break }
            }
            assert_eq!(&met, expected);
        }
        let refused = runs::list(&app.core, &ada.caller, id, Some("x"), 2).await.unwrap_err().public;
        assert_eq!(refused.errors[0].field, "cursor");
    }
}
