//! How runs are cancelled: by somebody, from any node, or along with what they run on.

use futures_util::StreamExt;
use galley::{
    model::{
        account::Role,
        run::{RunErrorCode, RunEvent, RunStatus},
    },
    server::domain::{grants, members, releases, run_events, runs, trash},
};
use serde_json::json;

use super::{all_events, idle, live_agent, modelled, other_node, outcome, start, status, with_model};
use crate::{
    releases::{config, publish, released, save},
    support::{ModelServer, Step},
};

both_engines! {
    async fn a_cancelled_run_never_becomes_done(app: TestApp) {
        let model = ModelServer::start().await;
        let app = with_model(&app, &model);
        let ada = app.admin().await;
        let id = live_agent(&app, &ada, &modelled("Be brief.")).await;
        model.next(&[Step::Say("Half"), Step::Wait, Step::Say(" of it"), Step::Done]);
        let run = start(&app.core, &ada, id).await;
        let mut following = run_events::events(&app.core, &ada.caller, run.id).await.unwrap();
        assert_eq!(following.events.next().await, Some(RunEvent::Token("Half".into())));
        let cancelled = runs::cancel(&app.core, &ada.caller, run.id).await.unwrap();
        assert_eq!((cancelled.status, &cancelled.output, &cancelled.error), (RunStatus::Cancelled, &None, &None));
        assert_eq!(cancelled.completed_at, Some(app.clock().now()));
        model.go_on();
        let rest: Vec<RunEvent> = following.events.collect().await;
        assert_eq!(rest, [RunEvent::Done(Box::new(cancelled.clone()))]);
        idle(&app.core, run.id).await;
        app.clock().advance(1);
        for again in [
            runs::get(&app.core, &ada.caller, run.id).await.unwrap(),
            runs::cancel(&app.core, &ada.caller, run.id).await.unwrap(),
            runs::wait(&app.core, &ada.caller, run.id, 60).await.unwrap(),
        ] {
            assert_eq!(again, cancelled);
        }
        // What is done stays done.
        let done = start(&app.core, &ada, id).await;
        let done = outcome(&app.core, &ada, done.id).await;
        assert_eq!(done.status, RunStatus::Done);
        assert_eq!(runs::cancel(&app.core, &ada.caller, done.id).await.unwrap(), done);
    }

    async fn a_run_that_was_cancelled_before_it_began_never_begins(app: TestApp) {
        let model = ModelServer::start().await;
        let app = with_model(&app, &model);
        let ada = app.admin().await;
        let id = live_agent(&app, &ada, &modelled("Be brief.")).await;
        let run = runs::insert(&app.core, &ada.caller, id, None, &json!("Hello")).await.unwrap();
        runs::cancel(&app.core, &ada.caller, run.id).await.unwrap();
        runs::go(&app.core, &ada.caller, &run);
        idle(&app.core, run.id).await;
        assert_eq!(status(&app.core, &ada, run.id).await, RunStatus::Cancelled);
        assert_eq!(model.seen().len(), 0);
    }

    async fn another_node_cancels_waits_and_follows(app: TestApp) {
        let model = ModelServer::start().await;
        let app = with_model(&app, &model);
        let other = other_node(&app);
        let ada = app.admin().await;
        let id = live_agent(&app, &ada, &modelled("Be brief.")).await;

        model.next(&[Step::Say("Half"), Step::Hang]);
        let run = start(&app.core, &ada, id).await;
        let mut following = run_events::events(&app.core, &ada.caller, run.id).await.unwrap();
        assert_eq!(following.events.next().await, Some(RunEvent::Token("Half".into())));
        assert_eq!(runs::cancel(&other, &ada.caller, run.id).await.unwrap().status, RunStatus::Cancelled);
        // The node that has the run finds out by itself, and hangs up on the model.
        idle(&app.core, run.id).await;
        assert!(matches!(following.events.next().await, Some(RunEvent::Done(run)) if run.status == RunStatus::Cancelled));

        model.next(&[Step::Say("Good "), Step::Wait, Step::Say("morning"), Step::Done]);
        let run = start(&app.core, &ada, id).await;
        let (waiting, following) = (other.clone(), other.clone());
        let (person, follower) = (ada.clone(), ada.clone());
        let waited = tokio::spawn(async move { outcome(&waiting, &person, run.id).await });
        let followed = tokio::spawn(async move { all_events(&following, &follower, run.id).await });
        model.go_on();
        let done = waited.await.unwrap();
        assert_eq!((done.status, done.output.as_deref()), (RunStatus::Done, Some("Good morning")));
        assert_eq!(followed.await.unwrap(), [RunEvent::Done(Box::new(done))]);
        // A run is begun by one node only.
        let twice = runs::insert(&app.core, &ada.caller, id, None, &json!("Once")).await.unwrap();
        let before = model.seen().len();
        runs::go(&app.core, &ada.caller, &twice);
        runs::go(&other, &ada.caller, &twice);
        idle(&app.core, twice.id).await;
        idle(&other, twice.id).await;
        assert_eq!(status(&other, &ada, twice.id).await, RunStatus::Done);
        assert_eq!(model.seen().len(), before + 1);
    }

    async fn what_ends_conversations_cancels_runs_and_says_so(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let id = live_agent(&app, &ada, &config("One.")).await;
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        let insert = async |person: &crate::support::Person, revision| {
            runs::insert(&app.core, &person.caller, id, revision, &json!({})).await.unwrap()
        };
        let why = async |run: &galley::model::run::Run| {
            let run = runs::get(&app.core, &ada.caller, run.id).await.unwrap();
            (run.status, run.error.map(|error| error.code))
        };
        let pending = (RunStatus::Pending, None);
        let old = insert(&bob, None).await;
        save(&app, &ada, id, 1, &config("Two.")).await;
        let second = released(publish(&app, &ada, id).await);
        let live = insert(&bob, None).await;
        let tried = insert(&ada, Some(old.revision_id)).await;
        assert_eq!(why(&old).await, pending, "a publish ended a run");

        // A roll back only ends what it is asked to.
        releases::roll_back(&app.core, &ada.caller, id, 1, "", false).await.unwrap();
        assert_eq!(why(&live).await, pending);
        releases::roll_back(&app.core, &ada.caller, id, 1, "", true).await.unwrap();
        assert_eq!(why(&live).await, (RunStatus::Cancelled, Some(RunErrorCode::RolledBack)));
        assert_eq!((why(&old).await, why(&tried).await), (pending, pending));

        // A revision of an editor's choice is not what an unpublish takes away.
        let second_tried = insert(&ada, Some(second.id)).await;
        releases::unpublish(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!(why(&old).await, (RunStatus::Cancelled, Some(RunErrorCode::Unpublished)));
        assert_eq!((why(&tried).await, why(&second_tried).await), (pending, pending));
        releases::delete(&app.core, &ada.caller, id, 2).await.unwrap();
        assert_eq!(why(&second_tried).await, (RunStatus::Cancelled, Some(RunErrorCode::ReleaseDeleted)));
        assert_eq!(why(&tried).await, pending);

        releases::roll_back(&app.core, &ada.caller, id, 1, "", false).await.unwrap();
        let bobs = insert(&bob, None).await;
        members::remove(&app.core, &ada.caller, bob.caller.account).await.unwrap();
        assert_eq!(why(&bobs).await, (RunStatus::Cancelled, Some(RunErrorCode::Revoked)));
        assert_eq!(why(&tried).await, pending);

        trash::delete(&app.core, &ada.caller, id).await.unwrap();
        let own = runs::get(&app.core, &ada.caller, tried.id).await.unwrap();
        assert_eq!((own.status, own.error.unwrap().code), (RunStatus::Cancelled, RunErrorCode::AgentDeleted));
        // What is erased in the end takes its runs along, whatever they were pinned to.
        app.clock().advance(31 * 86_400);
        assert_eq!(trash::purge_expired(&app.core).await.unwrap(), 1);
        assert_eq!(app.number("SELECT count(*) FROM runs").await, 0);
    }
}
