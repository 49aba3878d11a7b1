//! Many at once: dense numbers, one winner per base, nobody fails without a reason.

use std::collections::BTreeSet;

use galley::{
    model::{config::Config, release::Published, saved_draft::SaveOutcome},
    server::domain::{drafts, releases},
};

use super::{agent, config, publish, released, save, saved};

const AT_ONCE: usize = 64;

both_engines! {
    async fn publishers_at_once_make_a_dense_row(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "0").await;
        let tasks: Vec<_> = (0..AT_ONCE)
            .map(|turn| {
                let (core, caller) = (app.core.clone(), ada.caller.clone());
                tokio::spawn(async move {
                    // Each publisher first saves something of its own, on whatever the draft is then.
                    let mut base = 1;
                    loop {
                        let mine = Config { greeting: format!("{turn}"), ..config("0") };
                        match drafts::save(&core, &caller, id, base, &mine, None).await.unwrap() {
                            SaveOutcome::Conflict(conflict) => base = conflict.current,
                            SaveOutcome::Saved(_) | SaveOutcome::Nothing { .. } => break,
                            SaveOutcome::Invalid { errors } => panic!("{errors:?}"),
                        }
                    }
                    match releases::publish(&core, &caller, id, "", None).await.unwrap() {
                        Published::Released(release) => Some(release.version),
                        // Another publisher shipped this very draft.
                        Published::NoChanges => None,
                        other => panic!("{other:?}"),
                    }
                })
            })
            .collect();
        let mut versions = BTreeSet::new();
        for task in tasks {
            if let Some(version) = task.await.unwrap() {
                assert!(versions.insert(version), "v{version} twice");
            }
        }
        let count = i64::try_from(versions.len()).unwrap();
        assert!(count >= 1);
        assert_eq!(versions, (1..=count).collect());
        assert_eq!(app.number("SELECT COUNT(*) FROM releases").await, count);
        assert_eq!(app.number("SELECT last_release FROM agents").await, count);
        let drafts = app.number("SELECT last_draft FROM agents").await;
        assert_eq!(app.number("SELECT COUNT(*) FROM drafts").await, drafts);
        assert_eq!(app.number("SELECT COUNT(*) FROM live").await, 1);
    }

    async fn one_of_many_saves_on_one_base_wins(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "start").await;
        let tasks: Vec<_> = (0..AT_ONCE)
            .map(|turn| {
                let (core, caller) = (app.core.clone(), ada.caller.clone());
                tokio::spawn(async move {
                    drafts::save(&core, &caller, id, 1, &config(&format!("mine is {turn}")), None).await.unwrap()
                })
            })
            .collect();
        let (mut won, mut refused) = (0, 0);
        for task in tasks {
            match task.await.unwrap() {
                SaveOutcome::Saved(_) => won += 1,
                SaveOutcome::Conflict(_) => refused += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((won, refused), (1, AT_ONCE - 1));
        assert_eq!(app.number("SELECT last_draft FROM agents").await, 2);
    }

    async fn a_save_in_between_stops_a_publish_every_time(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "0").await;
        let mut base = 1;
        for turn in 0..16 {
            let (core, caller) = (app.core.clone(), ada.caller.clone());
            let publish = tokio::spawn(async move {
                releases::publish(&core, &caller, id, "", Some(base)).await.unwrap()
            });
            let next = config(&format!("turn {turn}"));
            base = saved(save(&app, &ada, id, base, &next).await).draft.info.number;
            match publish.await.unwrap() {
                Published::Released(release) => assert_eq!(release.draft_number, base - 1),
                Published::Race { current, .. } => assert_eq!(current, base),
                other => panic!("{other:?}"),
            }
        }
        released(publish(&app, &ada, id).await);
    }
}
