//! Reading revisions and what was live when, and moving the pointer by their ids.

use galley::{
    model::{
        compile::compile,
        error::Code,
        release::{LiveEventKind, Published, ReleaseName},
        revision::{RevisionName, RevisionRef},
        timestamp::Timestamp,
    },
    server::domain::{grants, releases, reports, revisions, trash},
};
use uuid::Uuid;

use super::{agent, config, publish, released, save, saved};
use crate::support::{Person, TestApp};

async fn live_at(app: &TestApp, person: &Person, id: Uuid, at: Timestamp) -> Option<i64> {
    releases::live_at(&app.core, &person.caller, id, Some(at)).await.unwrap().map(|release| release.version)
}

async fn publish_revision(app: &TestApp, person: &Person, id: Uuid, revision: Uuid) -> Published {
    releases::publish_revision(&app.core, &person.caller, id, revision, "why", None).await.unwrap()
}

/// The versions of the moves of the pointer, newest first.
async fn moves(app: &TestApp, person: &Person, id: Uuid) -> Vec<(LiveEventKind, Option<i64>)> {
    let events = releases::timeline(&app.core, &person.caller, id, None, 50).await.unwrap().data;
    events.into_iter().map(|event| (event.kind, event.version)).collect()
}

both_engines! {
    async fn a_revision_goes_by_number_and_by_id(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A\nsame").await;
        let first = released(publish(&app, &ada, id).await);
        let second = saved(save(&app, &ada, id, 1, &config("B\nsame")).await).draft.info;
        let names = [
            (RevisionName::from(first.id), RevisionRef::Release(1)),
            (RevisionName::Live, RevisionRef::Release(1)),
            (RevisionName::from(first.draft_id), RevisionRef::Draft(1)),
            (RevisionName::from(second.revision_id), RevisionRef::Draft(2)),
            (RevisionName::Draft, RevisionRef::Draft(2)),
            (RevisionName::from(RevisionRef::Draft(1)), RevisionRef::Draft(1)),
        ];
        for (name, wanted) in names {
            assert_eq!(revisions::revision(&app.core, &ada.caller, id, name).await.unwrap().name, wanted);
        }
        let other = agent(&app, &ada, "Other").await;
        for name in [RevisionName::Id(first.id), RevisionName::Id(second.revision_id), RevisionName::Id(Uuid::now_v7()),
            RevisionName::Live, RevisionName::Number(RevisionRef::Release(1))] {
            let missing = revisions::revision(&app.core, &ada.caller, other, name).await.unwrap_err();
            assert_eq!(missing.public.code, Code::NotFound, "{name:?}");
        }
    }

    async fn a_diff_goes_to_the_draft_unless_another_is_named(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A").await;
        let first = released(publish(&app, &ada, id).await);
        saved(save(&app, &ada, id, 1, &config("B")).await);
        released(publish(&app, &ada, id).await);
        saved(save(&app, &ada, id, 2, &config("C")).await);
        let texts = async |name: RevisionName, against| {
            let found = revisions::diff(&app.core, &ada.caller, id, name, against).await.unwrap();
            let change = found.changes.first().map(|change| (change.field.clone(), change.before.clone(), change.after.clone()));
            (found.from.name.to_string(), found.to.name.to_string(), change)
        };
        let change = |before: &str, after: &str| Some(("instructions".to_owned(), Some(before.into()), Some(after.into())));
        assert_eq!(texts(RevisionName::Id(first.id), None).await, ("v1".into(), "d3".into(), change("A", "C")));
        let second = Some(RevisionName::Number(RevisionRef::Release(2)));
        assert_eq!(texts(RevisionName::Id(first.id), second).await, ("v1".into(), "v2".into(), change("A", "B")));
        assert_eq!(texts(RevisionName::Draft, None).await, ("d3".into(), "d3".into(), None));
        // The page says the same.
        let page = revisions::compare(&app.core, &ada.caller, id, "v1", "draft").await.unwrap();
        let api = revisions::diff(&app.core, &ada.caller, id, RevisionName::Id(first.id), None).await.unwrap();
        assert_eq!(page, api);
        let wrong = revisions::compare(&app.core, &ada.caller, id, "v1", "3").await.unwrap_err();
        assert_eq!(wrong.public.errors[0].field, "to");
    }

    async fn a_release_comes_with_what_answers(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A").await;
        let first = released(publish(&app, &ada, id).await);
        for name in [ReleaseName::Version(1), ReleaseName::Id(first.id)] {
            let found = revisions::find_release(&app.core, &ada.caller, id, name).await.unwrap();
            assert_eq!((found.release, found.compiled), (first.clone(), Some(compile(&config("A")))));
        }
        saved(save(&app, &ada, id, 1, &config("B")).await);
        released(publish(&app, &ada, id).await);
        let gone = releases::delete(&app.core, &ada.caller, id, first.id).await.unwrap();
        let found = revisions::find_release(&app.core, &ada.caller, id, ReleaseName::Version(1)).await.unwrap();
        assert_eq!((found.release, found.compiled), (gone, None));
        for name in [ReleaseName::Version(3), ReleaseName::Id(first.draft_id), ReleaseName::Id(Uuid::now_v7())] {
            let missing = revisions::find_release(&app.core, &ada.caller, id, name).await.unwrap_err();
            assert_eq!(missing.public.code, Code::NotFound, "{name:?}");
        }
    }

    async fn what_was_live_is_known_for_every_moment(app: TestApp) {
        let ada = app.admin().await;
        let start = app.clock().now();
        let at = |hour: i64| start.plus_seconds(hour * 3600);
        let id = agent(&app, &ada, "A").await;
        let hour = || app.clock().advance(3600);
        hour();
        released(publish(&app, &ada, id).await); // 1: v1
        saved(save(&app, &ada, id, 1, &config("B")).await);
        hour();
        released(publish(&app, &ada, id).await); // 2: v2
        hour();
        releases::roll_back(&app.core, &ada.caller, id, 1, "", false).await.unwrap(); // 3: v1
        hour();
        releases::delete(&app.core, &ada.caller, id, 2).await.unwrap(); // 4: moves nothing
        hour();
        releases::unpublish(&app.core, &ada.caller, id).await.unwrap(); // 5: nothing
        hour();
        released(publish(&app, &ada, id).await); // 6: v3
        hour();
        trash::delete(&app.core, &ada.caller, id).await.unwrap(); // 7: nothing
        let refused = releases::live_at(&app.core, &ada.caller, id, None).await.unwrap_err();
        assert_eq!(refused.public.code, Code::NotFound);
        hour();
        trash::restore(&app.core, &ada.caller, id).await.unwrap(); // 8: still nothing
        hour();
        releases::roll_back(&app.core, &ada.caller, id, 1, "", false).await.unwrap(); // 9: v1
        let expected = [None, Some(1), Some(2), Some(1), Some(1), None, Some(3), None, None, Some(1)];
        for (hour, version) in (0..).zip(expected) {
            assert_eq!(live_at(&app, &ada, id, at(hour)).await, version, "at {hour}");
            assert_eq!(live_at(&app, &ada, id, at(hour).plus_seconds(3599)).await, version, "after {hour}");
        }
        assert_eq!(live_at(&app, &ada, id, at(-1)).await, None);
        assert_eq!(live_at(&app, &ada, id, at(1).plus_seconds(-1)).await, None);
        let deleted = releases::live_at(&app.core, &ada.caller, id, Some(at(2))).await.unwrap().unwrap();
        assert_eq!(deleted.deleted_at, Some(at(4)));
        let now = releases::live_at(&app.core, &ada.caller, id, None).await.unwrap();
        assert_eq!(now.map(|release| (release.version, release.live)), Some((1, true)));
    }

    async fn the_draft_is_published_by_its_id(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A").await;
        let draft = saved(save(&app, &ada, id, 1, &config("B")).await).draft.info;
        let release = released(publish_revision(&app, &ada, id, draft.revision_id).await);
        assert_eq!((release.version, release.draft_id, release.note.as_str()), (1, draft.revision_id, "why"));
        // The same again: nothing new.
        assert_eq!(publish_revision(&app, &ada, id, draft.revision_id).await, Published::NoChanges);
        // Published again after a roll back it is a release of its own.
        saved(save(&app, &ada, id, 2, &config("C")).await);
        released(publish(&app, &ada, id).await);
        releases::roll_back(&app.core, &ada.caller, id, release.id, "", false).await.unwrap();
        let newest = revisions::revision(&app.core, &ada.caller, id, RevisionName::Draft).await.unwrap();
        assert_eq!(released(publish_revision(&app, &ada, id, newest.id).await).version, 3);
        // Somebody saved since the caller looked.
        let raced = releases::publish_revision(&app.core, &ada.caller, id, newest.id, "", Some(2)).await.unwrap();
        assert!(matches!(raced, Published::Race { current: 3, .. }), "{raced:?}");
    }

    async fn what_was_released_already_is_rolled_back_to(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A").await;
        let first = released(publish(&app, &ada, id).await);
        saved(save(&app, &ada, id, 1, &config("B")).await);
        let second = released(publish(&app, &ada, id).await);
        saved(save(&app, &ada, id, 2, &config("C")).await);
        let live = |published: Published| match published {
            Published::RolledBack(release) => (release.version, release.live),
            other => panic!("expected a roll back, got {other:?}"),
        };
        assert_eq!(live(publish_revision(&app, &ada, id, first.draft_id).await), (1, true));
        assert_eq!(live(publish_revision(&app, &ada, id, second.id).await), (2, true));
        // It is live already; what the draft is by now does not matter.
        let again = releases::publish_revision(&app.core, &ada.caller, id, second.draft_id, "", Some(2)).await.unwrap();
        assert_eq!(live(again), (2, true));
        assert_eq!(app.number("SELECT COUNT(*) FROM releases").await, 2);
        let events = releases::timeline(&app.core, &ada.caller, id, None, 2).await.unwrap().data;
        assert_eq!((events[0].version, events[0].previous_version, events[0].reason.as_str()), (Some(2), Some(1), "why"));
        assert_eq!(moves(&app, &ada, id).await.len(), 4);
    }

    async fn other_revisions_are_not_published(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A").await;
        let first = released(publish(&app, &ada, id).await);
        let unreleased = saved(save(&app, &ada, id, 1, &config("B")).await).draft.info;
        saved(save(&app, &ada, id, 2, &config("C")).await);
        let raced = publish_revision(&app, &ada, id, unreleased.revision_id).await;
        assert!(matches!(raced, Published::Race { current: 3, .. }), "{raced:?}");
        released(publish(&app, &ada, id).await);
        releases::delete(&app.core, &ada.caller, id, 1).await.unwrap();
        // The save of a deleted release is any other save; the release itself is not there.
        let raced = publish_revision(&app, &ada, id, first.draft_id).await;
        assert!(matches!(raced, Published::Race { current: 3, .. }), "{raced:?}");
        let other = agent(&app, &ada, "Other").await;
        let foreign = released(publish(&app, &ada, other).await);
        for revision in [first.id, Uuid::now_v7(), foreign.id, foreign.draft_id] {
            let missing = releases::publish_revision(&app.core, &ada.caller, id, revision, "", None).await.unwrap_err();
            assert_eq!(missing.public.code, Code::NotFound);
            let missing = releases::roll_back(&app.core, &ada.caller, id, revision, "", false).await.unwrap_err();
            assert_eq!(missing.public.code, Code::NotFound);
            let missing = releases::delete(&app.core, &ada.caller, id, revision).await.map(|release| release.version);
            if revision == first.id {
                assert_eq!(missing.unwrap(), 1, "deleting again does nothing");
            } else {
                assert_eq!(missing.unwrap_err().public.code, Code::NotFound);
            }
        }
        let stranger = app.stranger().await;
        let hidden = releases::publish_revision(&app.core, &stranger.caller, id, foreign.id, "", None).await.unwrap_err();
        assert_eq!(hidden.public.code, Code::NotFound);
        assert_eq!(moves(&app, &ada, id).await[0], (LiveEventKind::Delete, Some(1)));
    }

    async fn the_report_speaks_of_the_draft(app: TestApp) {
        let ada = app.admin().await;
        let mut first = config("Be kind to everybody who asks for help with an order, and never promise a date.");
        first.greeting = "Guten Tag! Ich helfe Ihnen gern bei Ihrer Bestellung. Was ist denn passiert?".into();
        let id = agent(&app, &ada, "A").await;
        saved(save(&app, &ada, id, 1, &first).await);
        let report = reports::of_draft(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!(report.warnings, ["The greeting is in German, and the instructions are in English."]);
        assert_eq!((report.blocking.as_slice(), report.config_hash), (&[][..], first.hash()));
        assert!(!report.diff.is_empty());
        released(publish(&app, &ada, id).await);
        let report = reports::of_draft(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!(report.diff, [], "against what is live");
        let other = app.member(galley::model::account::Role::Member).await;
        grants::set_everyone(&app.core, &ada.caller, id, true).await.unwrap();
        assert_eq!(reports::of_draft(&app.core, &other.caller, id).await.unwrap_err().public.code, Code::Forbidden);
    }
}
