//! Releases and the live pointer.

use galley::{
    model::{
        agent::Status,
        error::Code,
        release::{LiveEventKind, MAX_NOTE, Published},
    },
    server::domain::{builder, drafts, releases},
};

use super::{agent, config, publish, released, save, saved};
use crate::support::TestApp;

async fn status(app: &TestApp, person: &crate::support::Person, id: uuid::Uuid) -> (Status, Option<i64>) {
    let panel = builder::panel(&app.core, &person.caller, id).await.unwrap();
    (panel.status, panel.live.map(|release| release.version))
}

both_engines! {
    async fn the_badge_follows_draft_and_live(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A").await;
        assert_eq!(status(&app, &ada, id).await, (Status::Draft, None));
        released(publish(&app, &ada, id).await);
        assert_eq!(status(&app, &ada, id).await, (Status::Published, Some(1)));
        saved(save(&app, &ada, id, 1, &config("B")).await);
        assert_eq!(status(&app, &ada, id).await, (Status::UnpublishedChanges, Some(1)));
        saved(save(&app, &ada, id, 2, &config("A")).await);
        assert_eq!(status(&app, &ada, id).await, (Status::Published, Some(1)));
        releases::unpublish(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!(status(&app, &ada, id).await, (Status::Draft, None));
        releases::unpublish(&app.core, &ada.caller, id).await.unwrap();
        let events = releases::timeline(&app.core, &ada.caller, id, None, 10).await.unwrap().data;
        let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
        assert_eq!(kinds, [LiveEventKind::Unpublish, LiveEventKind::Publish]);
    }

    async fn an_unchanged_agent_makes_no_release(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A").await;
        released(publish(&app, &ada, id).await);
        assert_eq!(publish(&app, &ada, id).await, Published::NoChanges);
        assert_eq!(app.number("SELECT COUNT(*) FROM releases").await, 1);
        assert_eq!(app.number("SELECT last_release FROM agents").await, 1);
    }

    async fn each_of_a_b_a_b_really_goes_live(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A").await;
        let mut hashes = vec![released(publish(&app, &ada, id).await).config_hash];
        for (base, text) in [(1, "B"), (2, "A"), (3, "B")] {
            saved(save(&app, &ada, id, base, &config(text)).await);
            let release = released(publish(&app, &ada, id).await);
            assert_eq!(release.version, base + 1);
            assert!(release.live);
            hashes.push(release.config_hash);
        }
        assert_eq!(hashes[0], hashes[2]);
        assert_eq!(hashes[1], hashes[3]);
        assert_ne!(hashes[0], hashes[1]);
    }

    async fn a_publish_ships_only_the_draft_that_was_seen(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A").await;
        saved(save(&app, &ada, id, 1, &config("unreviewed")).await);
        let raced = releases::publish(&app.core, &ada.caller, id, "", Some(1)).await.unwrap();
        assert!(matches!(raced, Published::Race { current: 2, .. }), "{raced:?}");
        assert_eq!(app.number("SELECT COUNT(*) FROM releases").await, 0);
        let seen = releases::publish(&app.core, &ada.caller, id, "", Some(2)).await.unwrap();
        assert_eq!(released(seen).draft_number, 2);
    }

    async fn a_note_has_a_limit_in_characters(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A").await;
        let long = "é".repeat(MAX_NOTE + 1);
        let failure = releases::publish(&app.core, &ada.caller, id, &long, None).await.unwrap_err();
        assert_eq!((failure.public.code, failure.public.errors[0].field.as_str()), (Code::ValidationFailed, "note"));
        let fits = "é".repeat(MAX_NOTE);
        let published = releases::publish(&app.core, &ada.caller, id, &fits, None).await.unwrap();
        assert_eq!(released(published).note, fits);
    }

    async fn a_roll_back_moves_the_pointer_and_nothing_else(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A").await;
        let first = released(publish(&app, &ada, id).await);
        saved(save(&app, &ada, id, 1, &config("B")).await);
        released(publish(&app, &ada, id).await);
        saved(save(&app, &ada, id, 2, &config("C, unpublished")).await);
        let back = releases::roll_back(&app.core, &ada.caller, id, 1, "v2 is rude", false).await.unwrap();
        assert_eq!((back.version, back.live), (1, true));
        assert_eq!((back.config_hash, back.compiled_hash), (first.config_hash, first.compiled_hash));
        let panel = builder::panel(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!((panel.draft_number, panel.rolled_back_from, panel.next_version), (3, Some(2), 3));
        assert_eq!(app.number("SELECT COUNT(*) FROM releases").await, 2);
        // Already live: nothing happens, and no event says otherwise.
        releases::roll_back(&app.core, &ada.caller, id, 1, "", false).await.unwrap();
        let events = releases::timeline(&app.core, &ada.caller, id, None, 10).await.unwrap().data;
        assert_eq!(events.len(), 3);
        assert_eq!((events[0].kind, events[0].reason.as_str()), (LiveEventKind::Rollback, "v2 is rude"));
        // The next publish is v3: numbers go on.
        assert_eq!(released(publish(&app, &ada, id).await).version, 3);
    }

    async fn a_deleted_release_leaves_a_tombstone(app: TestApp) {
        let ada = app.admin().await;
        let id = agent(&app, &ada, "A").await;
        released(publish(&app, &ada, id).await);
        let refused = releases::delete(&app.core, &ada.caller, id, 1).await.unwrap_err();
        assert_eq!(refused.public.code, Code::ReleaseIsLive);
        saved(save(&app, &ada, id, 1, &config("B")).await);
        released(publish(&app, &ada, id).await);
        let gone = releases::delete(&app.core, &ada.caller, id, 1).await.unwrap();
        assert!(gone.deleted_at.is_some());
        assert_eq!(releases::delete(&app.core, &ada.caller, id, 1).await.unwrap().deleted_at, gone.deleted_at);
        let back = releases::roll_back(&app.core, &ada.caller, id, 1, "", false).await.unwrap_err();
        assert_eq!(back.public.code, Code::NotFound);
        assert_eq!(drafts::restore(&app.core, &ada.caller, id, gone.id).await.unwrap_err().public.code, Code::NotFound);
        // Deleting the newest frees no number either.
        releases::roll_back(&app.core, &ada.caller, id, 1, "", false).await.unwrap_err();
        saved(save(&app, &ada, id, 2, &config("C")).await);
        released(publish(&app, &ada, id).await);
        releases::roll_back(&app.core, &ada.caller, id, 2, "", false).await.unwrap();
        releases::delete(&app.core, &ada.caller, id, 3).await.unwrap();
        saved(save(&app, &ada, id, 3, &config("D")).await);
        assert_eq!(released(publish(&app, &ada, id).await).version, 4);
        let listed = releases::list(&app.core, &ada.caller, id, None, 10).await.unwrap().data;
        assert_eq!(listed.iter().map(|release| release.version).collect::<Vec<_>>(), [4, 3, 2, 1]);
    }
}
