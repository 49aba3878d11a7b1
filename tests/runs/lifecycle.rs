//! A run from its start to its outcome.

use futures_util::StreamExt;
use galley::{
    model::{
        error::Code,
        run::{MAX_INPUT, RunErrorCode, RunEvent, RunStatus},
        session::ServedBecause,
    },
    server::domain::{run_events, runs},
};
use serde_json::json;

use super::{all_events, idle, live_agent, modelled, outcome, start, with_model};
use crate::{
    releases::{agent, config, publish, save},
    support::{ModelServer, Step},
};

both_engines! {
    async fn a_run_gets_what_is_live_when_it_is_written(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "One.").await;
        let refused = runs::insert(&app.core, &ada.caller, id, None, &json!({})).await.unwrap_err().public;
        assert_eq!((refused.code, refused.detail.as_str()), (Code::NoPublishedVersion, "no_published_version"));
        publish(&app, &ada, id).await;
        save(&app, &ada, id, 1, &config("Two.")).await;
        let written = runs::insert(&app.core, &ada.caller, id, None, &json!({ "order": 7 })).await.unwrap();
        assert_eq!((written.status, written.completed_at), (RunStatus::Pending, None));
        publish(&app, &ada, id).await;

        runs::go(&app.core, &ada.caller, &written);
        let run = outcome(&app.core, &ada, written.id).await;
        assert_eq!((run.status, &run.error), (RunStatus::Done, &None));
        let text = run.output.unwrap();
        assert!(text.contains("One.") && !text.contains("Two."), "a publish reached a run that was there: {text}");
        assert_eq!((run.receipt.version, run.receipt.reason), (Some(1), ServedBecause::LiveAtStart));
        assert_eq!((run.revision_id, run.agent_id), (run.receipt.revision_id, id));
        assert_eq!((run.input, run.completed_at), (json!({ "order": 7 }), Some(app.clock().now())));

        let next = start(&app.core, &ada, id).await;
        assert_eq!(next.receipt.version, Some(2));
        assert!(outcome(&app.core, &ada, next.id).await.output.unwrap().contains("Two."));
        // Beginning a run once more does nothing.
        runs::go(&app.core, &ada.caller, &written);
        idle(&app.core, written.id).await;
        assert_eq!(outcome(&app.core, &ada, written.id).await.output.unwrap(), text);
    }

    async fn the_model_gets_the_input_and_the_receipt_says_what_is_not_enforced(app: TestApp) {
        let model = ModelServer::start().await;
        let app = with_model(&app, &model);
        let ada = app.admin().await;
        let mut config = modelled("Be brief.");
        config.output_schema = Some(json!({ "type": "object" }));
        let id = live_agent(&app, &ada, &config).await;
        let cases = [
            (json!("Say “hi”\n😀"), "Say “hi”\n😀".to_owned()),
            (json!({ "order": 7, "why": "late\u{0}" }), r#"{"order":7,"why":"late\u0000"}"#.to_owned()),
            (json!({}), "{}".to_owned()),
            (json!([1.5, null]), "[1.5,null]".to_owned()),
        ];
        for (input, said) in cases {
            let run = runs::start(&app.core, &ada.caller, id, None, &input).await.unwrap();
            let run = outcome(&app.core, &ada, run.id).await;
            assert_eq!((run.status, run.output.as_deref(), &run.input), (RunStatus::Done, Some("Fine."), &input));
            assert_eq!(run.receipt.not_enforced, ["output_schema"]);
            let body = model.seen().pop().unwrap().body;
            assert_eq!(body["messages"], json!([
                { "role": "system", "content": "Be brief." }, { "role": "user", "content": said },
            ]));
        }
    }

    async fn inputs_that_say_nothing_or_too_much_are_refused(app: TestApp) {
        let ada = app.admin().await;
        let id = live_agent(&app, &ada, &config("One.")).await;
        for input in [json!(null), json!(""), json!(" \n"), json!("x".repeat(MAX_INPUT)), json!({ "x": "ü".repeat(40_000) })] {
            let refused = runs::start(&app.core, &ada.caller, id, None, &input).await.unwrap_err().public;
            assert_eq!((refused.code, refused.errors[0].field.as_str()), (Code::ValidationFailed, "input"));
        }
        assert_eq!(app.number("SELECT count(*) FROM runs").await, 0);
        let most = runs::insert(&app.core, &ada.caller, id, None, &json!("x".repeat(MAX_INPUT - 2))).await;
        assert_eq!(most.unwrap().status, RunStatus::Pending);
    }

    async fn a_run_streams_from_its_beginning_to_each_who_follows(app: TestApp) {
        let model = ModelServer::start().await;
        let app = with_model(&app, &model);
        let ada = app.admin().await;
        let id = live_agent(&app, &ada, &modelled("Be brief.")).await;
        model.next(&[Step::Say("Good "), Step::Wait, Step::Say("morning"), Step::Done]);
        let run = start(&app.core, &ada, id).await;
        let mut early = run_events::events(&app.core, &ada.caller, run.id).await.unwrap();
        assert_eq!(early.run.id, run.id);
        // The model has not been let on yet.
        assert_eq!(early.events.next().await, Some(RunEvent::Token("Good ".into())));
        let mut late = run_events::events(&app.core, &ada.caller, run.id).await.unwrap();
        assert_eq!(late.run.status, RunStatus::Running);
        assert_eq!(late.events.next().await, Some(RunEvent::Token("Good ".into())));
        model.go_on();
        for events in [&mut early.events, &mut late.events] {
            assert_eq!(events.next().await, Some(RunEvent::Token("morning".into())));
            let Some(RunEvent::Done(done)) = events.next().await else { panic!("not done") };
            assert_eq!((done.status, done.output.as_deref()), (RunStatus::Done, Some("Good morning")));
            assert_eq!(events.next().await, None);
        }
        // A run that is over has just its outcome.
        let events = all_events(&app.core, &ada, run.id).await;
        assert!(matches!(events.as_slice(), [RunEvent::Done(run)] if run.output.as_deref() == Some("Good morning")), "{events:?}");
    }

    async fn a_provider_that_fails_is_an_error_in_plain_words(app: TestApp) {
        let model = ModelServer::start().await;
        let app = with_model(&app, &model);
        let ada = app.admin().await;
        let id = live_agent(&app, &ada, &modelled("Be brief.")).await;
        model.next(&[Step::Say("Ha"), Step::Wait, Step::Cut]);
        let run = start(&app.core, &ada, id).await;
        let following = run_events::events(&app.core, &ada.caller, run.id).await.unwrap();
        model.go_on();
        let events: Vec<RunEvent> = following.events.collect().await;
        let sentence = "The connection to openai broke before the answer was complete. Try again.";
        let [RunEvent::Token(token), RunEvent::Error(failed)] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!((token.as_str(), failed.error.code, failed.error.detail.as_str()), ("Ha", Code::UpstreamFailed, sentence));
        let run = outcome(&app.core, &ada, run.id).await;
        assert_eq!(failed.run.as_ref(), Some(&run));
        let error = run.error.unwrap();
        assert_eq!((run.status, run.output, error.code, error.detail.as_str()),
            (RunStatus::Error, None, RunErrorCode::UpstreamFailed, sentence));

        // A model that nobody serves.
        let nobody = live_agent(&app, &ada, &galley::model::config::Config { model: "openai/x".into(), ..config("One.") }).await;
        let run = start(&app.core, &ada, nobody).await;
        assert_eq!(outcome(&app.core, &ada, run.id).await.error.unwrap().code, RunErrorCode::UpstreamFailed);
    }

    async fn waiting_has_an_end(app: TestApp) {
        let ada = app.admin().await;
        let id = live_agent(&app, &ada, &config("One.")).await;
        let run = runs::insert(&app.core, &ada.caller, id, None, &json!({})).await.unwrap();
        for seconds in [0, 1] {
            assert_eq!(runs::wait(&app.core, &ada.caller, run.id, seconds).await.unwrap().status, RunStatus::Pending);
        }
        let refused = runs::wait(&app.core, &ada.caller, run.id, 61).await.unwrap_err().public;
        assert_eq!((refused.code, refused.errors[0].field.as_str()), (Code::ValidationFailed, "wait"));
    }
}
