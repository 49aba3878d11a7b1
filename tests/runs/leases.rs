//! Nodes that die or stall in the middle of a run.

use std::time::Duration;

use futures_util::StreamExt;
use galley::{
    model::run::{RunErrorCode, RunEvent, RunStatus},
    server::{
        domain::{run_events, runs},
        housekeeping,
    },
};
use serde_json::json;

use super::{idle, live_agent, modelled, outcome, start, status, with_model};
use crate::support::{ModelServer, Step};

const LEASE: &str = "SELECT max(lease_until) FROM runs WHERE lease_until IS NOT NULL";

both_engines! {
    async fn a_run_that_nobody_is_at_any_more_was_interrupted(app: TestApp) {
        let ada = app.admin().await;
        let id = live_agent(&app, &ada, &crate::releases::config("One.")).await;
        let written_at = app.clock().now();
        // The node dies before it begins the run, or in the middle of it: for the others that is the same.
        let dead = runs::insert(&app.core, &ada.caller, id, None, &json!({})).await.unwrap();
        let dying = runs::insert(&app.core, &ada.caller, id, None, &json!({})).await.unwrap();
        app.execute("UPDATE runs SET status = 'running', started_at = created_at").await.unwrap();
        app.clock().advance(59);
        housekeeping::once(&app.core).await;
        assert_eq!(status(&app.core, &ada, dead.id).await, RunStatus::Running);
        app.clock().advance(1);
        // It is known before anybody has tidied up, and stays the same afterwards.
        let found = runs::get(&app.core, &ada.caller, dead.id).await.unwrap();
        let error = found.error.clone().unwrap();
        assert_eq!((found.status, error.code), (RunStatus::Error, RunErrorCode::Interrupted));
        assert_eq!(found.completed_at, Some(written_at.plus_seconds(60)));
        assert_eq!(runs::list(&app.core, &ada.caller, id, None, 20).await.unwrap().data[1], found);
        assert_eq!(runs::cancel(&app.core, &ada.caller, dying.id).await.unwrap().status, RunStatus::Error);
        assert_eq!(app.number("SELECT count(*) FROM runs WHERE status = 'running'").await, 2);
        housekeeping::once(&app.core).await;
        assert_eq!(app.number("SELECT count(*) FROM runs WHERE status = 'error' AND lease_until IS NULL").await, 2);
        assert_eq!(runs::get(&app.core, &ada.caller, dead.id).await.unwrap(), found);
        runs::go(&app.core, &ada.caller, &dead);
        idle(&app.core, dead.id).await;
        assert_eq!(runs::get(&app.core, &ada.caller, dead.id).await.unwrap(), found);
    }

    async fn a_run_that_takes_longer_than_a_lease_keeps_it(app: TestApp) {
        let model = ModelServer::start().await;
        let app = with_model(&app, &model);
        let ada = app.admin().await;
        let id = live_agent(&app, &ada, &modelled("Be brief.")).await;
        model.next(&[Step::Say("Slow"), Step::Wait, Step::Done]);
        let run = start(&app.core, &ada, id).await;
        let mut following = run_events::events(&app.core, &ada.caller, run.id).await.unwrap();
        assert_eq!(following.events.next().await, Some(RunEvent::Token("Slow".into())));
        for _ in 0..2 {
            app.clock().advance(40);
            let due = app.clock().now().plus_seconds(60).0;
            let renewed = async {
                while app.number(LEASE).await < due {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), renewed).await.expect("the lease was not renewed");
            housekeeping::once(&app.core).await;
        }
        assert_eq!(status(&app.core, &ada, run.id).await, RunStatus::Running);
        model.go_on();
        assert_eq!(outcome(&app.core, &ada, run.id).await.output.as_deref(), Some("Slow"));
    }

    async fn a_node_that_stalled_past_its_lease_ends_nothing(app: TestApp) {
        let model = ModelServer::start().await;
        let app = with_model(&app, &model);
        let ada = app.admin().await;
        let id = live_agent(&app, &ada, &modelled("Be brief.")).await;
        model.next(&[Step::Say("Late"), Step::Wait, Step::Done]);
        let run = start(&app.core, &ada, id).await;
        let mut following = run_events::events(&app.core, &ada.caller, run.id).await.unwrap();
        assert_eq!(following.events.next().await, Some(RunEvent::Token("Late".into())));
        app.clock().advance(60);
        let told = runs::get(&app.core, &ada.caller, run.id).await.unwrap();
        assert_eq!(told.status, RunStatus::Error);
        model.go_on();
        idle(&app.core, run.id).await;
        assert_eq!(runs::get(&app.core, &ada.caller, run.id).await.unwrap(), told, "it came back from the dead");
        let Some(RunEvent::Error(failed)) = following.events.next().await else { panic!("not an error") };
        assert_eq!(failed.run, Some(told));
    }
}
