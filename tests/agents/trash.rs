//! Delete, restore, purge.

#![allow(clippy::disallowed_methods, reason = "what is left of an agent is looked for in every table")]

use galley::{
    model::{
        account::Role,
        agent::Status,
        agent_list::AgentQuery,
        error::Code,
        release::{LiveEventKind, Published},
    },
    server::{
        domain::{drafts, releases, trash},
        store::db::Pools,
    },
};
use uuid::Uuid;

use super::world::{config, create, page, publish, tag};
use crate::support::TestApp;

const DAY: i64 = 86_400;

/// How many rows of any table name the agent.
async fn traces(app: &TestApp, agent: Uuid) -> Vec<(String, i64)> {
    let mut found = Vec::new();
    macro_rules! count {
        ($pool:expr, $tables:literal) => {{
            let tables: Vec<String> = sqlx::query_scalar($tables).fetch_all($pool).await.unwrap();
            assert!(tables.len() >= 8, "{tables:?}");
            for table in tables {
                let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table} WHERE agent_id = $1"));
                let rows: i64 = sqlx::query_scalar(sql).bind(agent).fetch_one($pool).await.unwrap();
                if rows > 0 {
                    found.push((table, rows));
                }
            }
        }};
    }
    match &app.core.db.pools {
        Pools::Sqlite { read, .. } => count!(
            read,
            "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'agent_id'"
        ),
        Pools::Postgres(pool) => count!(
            pool,
            "SELECT table_name::text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND column_name = 'agent_id'"
        ),
    }
    found
}

both_engines! {
    async fn a_deleted_agent_is_gone_at_once_and_comes_back_with_nothing_live(app: TestApp) {
        let ada = app.admin().await;
        let id = create(&app, &ada, &config("Desk", "Refunds")).await;
        tag(&app, &ada, id, "ops").await;
        publish(&app, &ada, id).await;
        app.clock().advance(1);
        assert_eq!(trash::delete(&app.core, &ada.caller, id).await.unwrap(), "Desk");
        for query in [AgentQuery::default(), AgentQuery { q: "desk".into(), ..AgentQuery::default() }] {
            assert_eq!(page(&app, &ada, &query).await.data, []);
        }
        let list = releases::list(&app.core, &ada.caller, id, None, 20).await.unwrap_err().public;
        assert_eq!(list.code, Code::NotFound);
        assert_eq!(trash::delete(&app.core, &ada.caller, id).await.unwrap_err().public.code, Code::NotFound);
        assert_eq!(app.number("SELECT count(*) FROM live").await, 0);

        let found = trash::list(&app.core, &ada.caller, None, None).await.unwrap().data;
        assert_eq!((found.len(), found[0].id, found[0].name.as_str()), (1, id, "Desk"));
        assert_eq!((found[0].deleted_by.id, found[0].days_left(app.clock().now())), (ada.caller.account, 30));

        app.clock().advance(29 * DAY);
        assert_eq!(trash::purge_expired(&app.core).await.unwrap(), 0);
        assert_eq!(trash::restore(&app.core, &ada.caller, id).await.unwrap(), "Desk");
        let row = page(&app, &ada, &AgentQuery::default()).await.data.remove(0);
        assert_eq!((row.status, row.ever_released, row.live_version), (Status::Draft, true, None));
        assert_eq!((row.tags, row.draft_number), (vec!["ops".to_owned()], 1));
        let kinds: Vec<_> = releases::timeline(&app.core, &ada.caller, id, None, 20).await.unwrap().data;
        let kinds: Vec<_> = kinds.into_iter().map(|event| (event.kind, event.previous_version)).collect();
        assert_eq!(
            kinds,
            [(LiveEventKind::Restore, None), (LiveEventKind::Delete, Some(1)), (LiveEventKind::Publish, None)]
        );
        // The old release goes live again by a roll back, and a publish makes v2.
        releases::roll_back(&app.core, &ada.caller, id, 1, "", false).await.unwrap();
        drafts::save(&app.core, &ada.caller, id, 1, &config("Desk", "More"), None).await.unwrap();
        let published = releases::publish(&app.core, &ada.caller, id, "", None).await.unwrap();
        assert!(matches!(published, Published::Released(release) if release.version == 2));
        assert_eq!(trash::restore(&app.core, &ada.caller, id).await.unwrap_err().public.code, Code::NotFound);
    }

    async fn only_owners_delete_and_only_owners_and_admins_restore(app: TestApp) {
        let (ada, bob, cyd) = (app.admin().await, app.member(Role::Member).await, app.member(Role::Member).await);
        let eve = app.stranger().await;
        let id = create(&app, &bob, &config("Desk", "")).await;
        for (who, code) in [(&ada, Code::Forbidden), (&cyd, Code::NotFound), (&eve, Code::NotFound)] {
            assert_eq!(trash::delete(&app.core, &who.caller, id).await.unwrap_err().public.code, code);
        }
        trash::delete(&app.core, &bob.caller, id).await.unwrap();
        for who in [&cyd, &eve] {
            assert_eq!(trash::list(&app.core, &who.caller, None, None).await.unwrap().data, []);
            assert_eq!(trash::restore(&app.core, &who.caller, id).await.unwrap_err().public.code, Code::NotFound);
        }
        assert_eq!(trash::list(&app.core, &ada.caller, None, None).await.unwrap().data.len(), 1);
        trash::restore(&app.core, &ada.caller, id).await.unwrap();
        assert_eq!(page(&app, &bob, &AgentQuery::default()).await.data.len(), 1);
    }

    async fn the_trash_is_paged(app: TestApp) {
        let ada = app.admin().await;
        let mut deleted = Vec::new();
        for number in 0..7 {
            let id = create(&app, &ada, &config(&format!("A{number}"), "")).await;
            // Two at a time go at the same moment.
            app.clock().advance(number % 2);
            trash::delete(&app.core, &ada.caller, id).await.unwrap();
            deleted.push(id);
        }
        let (mut met, mut cursor) = (Vec::new(), None);
        loop {
            let found = trash::list(&app.core, &ada.caller, cursor.as_deref(), Some(2)).await.unwrap();
            met.extend(found.data.iter().map(|agent| agent.id));
            cursor = found.next_cursor;
            if cursor.is_none() { break }
        }
        deleted.reverse();
        assert_eq!(met, deleted);
        let refused = trash::list(&app.core, &ada.caller, Some("zzz"), None).await.unwrap_err().public;
        assert_eq!(refused.errors[0].field, "cursor");
    }

    async fn after_thirty_days_nothing_is_left_but_what_others_share(app: TestApp) {
        let ada = app.admin().await;
        let shared = config("Desk", "The same for both");
        let gone = create(&app, &ada, &shared).await;
        let stays = create(&app, &ada, &shared).await;
        tag(&app, &ada, gone, "ops").await;
        publish(&app, &ada, gone).await;
        drafts::save(&app.core, &ada.caller, gone, 1, &config("Desk", "Its own"), None).await.unwrap();
        publish(&app, &ada, gone).await;
        releases::delete(&app.core, &ada.caller, gone, 1).await.unwrap();
        let bodies = app.number("SELECT count(*) FROM configs").await;
        trash::delete(&app.core, &ada.caller, gone).await.unwrap();
        app.clock().advance(30 * DAY + 1);
        assert_ne!(traces(&app, gone).await, []);
        assert_eq!(trash::purge_expired(&app.core).await.unwrap(), 1);
        assert_eq!(traces(&app, gone).await, []);
        assert_eq!(app.number("SELECT count(*) FROM agents").await, 1);
        assert_eq!(app.number("SELECT count(*) FROM release_deletions").await, 0);
        assert_eq!(app.number("SELECT count(*) FROM purges").await, 0);
        assert!(app.number("SELECT count(*) FROM configs").await < bodies, "what only it named is gone");
        drafts::save(&app.core, &ada.caller, stays, 1, &config("Desk", "Still editable"), None).await.unwrap();
        publish(&app, &ada, stays).await;
        // What keeps saves and releases is armed again.
        for statement in ["DELETE FROM drafts", "DELETE FROM releases", "DELETE FROM configs", "DELETE FROM live_events"] {
            assert!(app.execute(statement).await.is_err(), "{statement}");
        }
        assert_eq!(trash::purge_expired(&app.core).await.unwrap(), 0);
    }
}
