//! What was saved or released never changes, whoever asks the database itself.

use galley::server::domain::releases;

use super::rows;
use crate::{
    releases::{agent, config, publish, save},
    support::{Engine, TestApp},
};

/// An agent with two releases, the first of them deleted.
async fn with_history(app: &TestApp) {
    let ada = app.admin().await;
    let id = agent(app, &ada, "one").await;
    publish(app, &ada, id).await;
    save(app, &ada, id, 1, &config("two")).await;
    publish(app, &ada, id).await;
    releases::delete(&app.core, &ada.caller, id, 1).await.unwrap();
}

async fn all_refused(app: &TestApp, statements: &[&'static str]) {
    let before = rows(app).await;
    for statement in statements {
        let error = app.execute(statement).await.expect_err(statement).to_string();
        assert!(error.contains("immutable: "), "{statement}: {error}");
        assert_eq!(rows(app).await, before, "{statement}");
    }
}

both_engines! {
    async fn an_update_is_refused(app: TestApp) {
        with_history(&app).await;
        all_refused(&app, &[
            "UPDATE drafts SET number = number + 10",
            "UPDATE drafts SET saved_at = saved_at",
            "UPDATE configs SET body = hash",
            "UPDATE releases SET note = 'another'",
            "UPDATE releases SET config_hash = compiled_hash",
            "UPDATE release_deletions SET deleted_at = 0",
            "UPDATE live_events SET reason = 'another'",
        ])
        .await;
    }

    async fn a_delete_is_refused(app: TestApp) {
        with_history(&app).await;
        all_refused(&app, &[
            "DELETE FROM live_events",
            "DELETE FROM release_deletions",
            "DELETE FROM releases",
            "DELETE FROM drafts",
            "DELETE FROM configs",
        ])
        .await;
    }

    async fn a_row_that_takes_anothers_place_is_refused(app: TestApp) {
        with_history(&app).await;
        let statements: &[&'static str] = match app.engine() {
            Engine::Sqlite => &[
                "INSERT OR REPLACE INTO drafts SELECT * FROM drafts",
                "REPLACE INTO configs SELECT workspace_id, hash, x'00' FROM configs",
                "INSERT OR REPLACE INTO releases SELECT * FROM releases",
                "INSERT OR REPLACE INTO release_deletions SELECT * FROM release_deletions",
                "INSERT OR REPLACE INTO live_events SELECT * FROM live_events",
                "INSERT INTO releases SELECT * FROM releases WHERE true ON CONFLICT DO UPDATE SET note = 'another'",
            ],
            Engine::Postgres => &[
                "INSERT INTO drafts SELECT * FROM drafts ON CONFLICT (id) DO UPDATE SET number = 99",
                "INSERT INTO configs SELECT * FROM configs ON CONFLICT (workspace_id, hash) DO UPDATE SET body = ''",
                "INSERT INTO releases SELECT * FROM releases ON CONFLICT (id) DO UPDATE SET note = 'another'",
                "INSERT INTO release_deletions SELECT * FROM release_deletions
                 ON CONFLICT (release_id) DO UPDATE SET deleted_at = 0",
                "INSERT INTO live_events SELECT * FROM live_events ON CONFLICT (id) DO UPDATE SET reason = 'another'",
                "TRUNCATE drafts CASCADE",
                "TRUNCATE configs CASCADE",
                "TRUNCATE releases CASCADE",
                "TRUNCATE release_deletions",
                "TRUNCATE live_events",
            ],
        };
        all_refused(&app, statements).await;
    }

    async fn a_purge_opens_its_own_agent_and_no_other(app: TestApp) {
        with_history(&app).await;
        with_history(&app).await;
        app.execute("INSERT INTO purges (agent_id, at) SELECT id, 0 FROM agents ORDER BY id DESC LIMIT 1").await.unwrap();
        all_refused(&app, &[
            "DELETE FROM live_events WHERE agent_id = (SELECT id FROM agents ORDER BY id LIMIT 1)",
            "DELETE FROM release_deletions WHERE release_id IN
                 (SELECT id FROM releases WHERE agent_id = (SELECT id FROM agents ORDER BY id LIMIT 1))",
            "DELETE FROM releases WHERE agent_id = (SELECT id FROM agents ORDER BY id LIMIT 1)",
            "DELETE FROM drafts WHERE agent_id = (SELECT id FROM agents ORDER BY id LIMIT 1)",
            "UPDATE releases SET note = 'another' WHERE agent_id = (SELECT id FROM agents ORDER BY id DESC LIMIT 1)",
        ])
        .await;
        let gone = "DELETE FROM live_events WHERE agent_id = (SELECT id FROM agents ORDER BY id DESC LIMIT 1)";
        assert!(app.execute(gone).await.unwrap() > 0);
    }
}
