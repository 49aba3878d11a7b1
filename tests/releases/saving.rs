//! Saves: numbers, merges, conflicts, bringing back.

use galley::{
    model::{error::Code, merge::Choice, saved_draft::SaveOutcome},
    server::domain::{
        drafts::{self, Settled},
        releases,
    },
};

use super::{agent, config, conflict, publish, released, save, saved};

both_engines! {
    async fn each_save_is_the_next_number(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "one").await;
        for number in 2..=4 {
            let saved = saved(save(&app, &ada, id, number - 1, &config(&format!("{number}"))).await);
            assert_eq!(saved.draft.info.number, number);
            assert!(saved.took_in.is_empty());
        }
        let page = drafts::list(&app.core, &ada.caller, id, None, 3).await.unwrap();
        assert_eq!(page.data.iter().map(|draft| draft.number).collect::<Vec<_>>(), [4, 3, 2]);
        let rest = drafts::list(&app.core, &ada.caller, id, page.next_cursor.as_deref(), 3).await.unwrap();
        assert_eq!(rest.data.iter().map(|draft| draft.number).collect::<Vec<_>>(), [1]);
        assert_eq!(rest.next_cursor, None);
    }

    async fn an_unchanged_save_saves_nothing(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "one").await;
        assert_eq!(save(&app, &ada, id, 1, &config("one")).await, SaveOutcome::Nothing { number: 1 });
        assert_eq!(app.number("SELECT COUNT(*) FROM drafts").await, 1);
    }

    async fn an_invalid_save_changes_nothing(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "one").await;
        let mut bad = config("one");
        bad.name = String::new();
        bad.output_schema = Some(serde_json::json!({ "type": "no such type" }));
        let SaveOutcome::Invalid { errors } = save(&app, &ada, id, 1, &bad).await else { panic!("it was accepted") };
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["name", "output_schema"]);
        assert_eq!(app.number("SELECT COUNT(*) FROM drafts").await, 1);
    }

    async fn edits_that_do_not_touch_both_survive(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(galley::model::account::Role::Member).await);
        let id = agent(&app, &ada, "first\n\nsecond\n\nthird").await;
        crate::releases::access::grant(&app, &ada, id, &bob, galley::model::agent::Right::Editor).await;
        let mut hers = config("FIRST\n\nsecond\n\nthird");
        hers.greeting = "Hello".into();
        saved(save(&app, &ada, id, 1, &hers).await);
        let merged = saved(save(&app, &bob, id, 1, &config("first\n\nsecond\n\nTHIRD")).await);
        assert_eq!(merged.draft.config.instructions, "FIRST\n\nsecond\n\nTHIRD");
        assert_eq!(merged.draft.config.greeting, "Hello");
        assert_eq!(merged.draft.info.number, 3);
        assert!(!merged.took_in.is_empty(), "the page must say what it took in");
    }

    async fn edits_that_touch_overwrite_nobody(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "one").await;
        saved(save(&app, &ada, id, 1, &config("hers")).await);
        let refused = conflict(save(&app, &ada, id, 1, &config("mine")).await);
        assert_eq!((refused.base, refused.current), (1, 2));
        let field = &refused.conflicts[0];
        assert_eq!(field.field, "instructions");
        let value = |text: &str| Some(serde_json::Value::from(text));
        assert_eq!((&field.base, &field.mine, &field.theirs), (&value("one"), &value("mine"), &value("hers")));
        assert_eq!(app.number("SELECT COUNT(*) FROM drafts").await, 2);
    }

    async fn a_choice_settles_the_conflict_that_was_shown(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "one").await;
        saved(save(&app, &ada, id, 1, &config("hers")).await);
        let choose = |seen: i64| Settled { seen, choices: vec![("instructions".into(), Choice::Mine)] };
        saved(save(&app, &ada, id, 2, &config("hers again")).await);
        // The choice was for draft 2; somebody saved draft 3 meanwhile.
        let stale = drafts::save(&app.core, &ada.caller, id, 1, &config("mine"), Some(&choose(2))).await.unwrap();
        assert_eq!(conflict(stale).current, 3);
        let settled = drafts::save(&app.core, &ada.caller, id, 1, &config("mine"), Some(&choose(3))).await.unwrap();
        assert_eq!(saved(settled).draft.config.instructions, "mine");
    }

    async fn an_idle_tab_sees_no_false_conflict(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "one").await;
        saved(save(&app, &ada, id, 1, &config("two")).await);
        // A tab that still shows draft 1 and changed nothing has nothing to save, and nothing to settle.
        assert_eq!(save(&app, &ada, id, 1, &config("one")).await, SaveOutcome::Nothing { number: 2 });
        // One that typed the very same change neither.
        assert_eq!(save(&app, &ada, id, 1, &config("two")).await, SaveOutcome::Nothing { number: 2 });
    }

    async fn a_base_that_never_was_is_refused_by_name(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "one").await;
        for base in [0, 7, -1] {
            let failure = drafts::save(&app.core, &ada.caller, id, base, &config("two"), None).await.unwrap_err();
            assert_eq!(failure.public.code, Code::ValidationFailed);
            assert_eq!(failure.public.errors[0].field, "base_draft");
        }
    }

    async fn bringing_back_makes_the_next_draft(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "one").await;
        let first = released(publish(&app, &ada, id).await);
        saved(save(&app, &ada, id, 1, &config("two")).await);
        released(publish(&app, &ada, id).await);
        let back = saved(drafts::restore(&app.core, &ada.caller, id, first.id).await.unwrap());
        assert_eq!((back.draft.info.number, back.draft.config.instructions.as_str()), (3, "one"));
        // The chosen one came back, nothing else moved.
        let listed = releases::list(&app.core, &ada.caller, id, None, 10).await.unwrap().data;
        assert_eq!(listed.iter().map(|release| (release.version, release.live)).collect::<Vec<_>>(), [(2, true), (1, false)]);
        let again = drafts::restore(&app.core, &ada.caller, id, first.id).await.unwrap();
        assert_eq!(again, SaveOutcome::Nothing { number: 3 });
        let foreign = drafts::restore(&app.core, &ada.caller, id, uuid::Uuid::now_v7()).await.unwrap_err();
        assert_eq!(foreign.public.code, Code::NotFound);
    }
}
