//! The engines' own plans for pages of the audit log: each filter walks an index in the order that the page has.

use galley::{
    model::{account::Role, audit::AuditFilter, timestamp::Timestamp},
    server::store::{audit, db::Pools},
};
use uuid::Uuid;

use crate::support::{Engine, TestApp, many_agents::analyse};

const COUNT: i64 = 12_000;

const SQLITE: &str = "INSERT INTO audit (id, workspace_id, actor_id, via, address, act, subject_id, detail, at) \
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $4) \
    SELECT randomblob(16), $1, CASE WHEN i % 50 = 0 THEN $3 ELSE $2 END, 'page', '', \
    CASE WHEN i % 500 = 0 THEN 'agent.rollback' ELSE 'agent.save' END, CASE WHEN i % 100 = 0 THEN $1 ELSE randomblob(16) END, \
    '{}', i * 1000 FROM n";

const POSTGRES: &str = "INSERT INTO audit (id, workspace_id, actor_id, via, address, act, subject_id, detail, at) \
    SELECT gen_random_uuid(), $1, CASE WHEN i % 50 = 0 THEN $3 ELSE $2 END, 'page', '', \
    CASE WHEN i % 500 = 0 THEN 'agent.rollback' ELSE 'agent.save' END, CASE WHEN i % 100 = 0 THEN $1 ELSE gen_random_uuid() END, \
    '{}', i * 1000 FROM generate_series(1, $4::bigint) AS n (i)";

async fn fill(app: &TestApp, workspace: Uuid, actor: Uuid, other: Uuid) {
    macro_rules! run {
        ($pool:expr, $text:expr) => {
            sqlx::query($text)
                .bind(workspace)
                .bind(actor)
                .bind(other)
                .bind(COUNT)
                .execute($pool)
                .await
                .map(drop)
                .unwrap()
        };
    }
    match &app.core.db.pools {
        Pools::Sqlite { write, .. } => run!(write, SQLITE),
        Pools::Postgres(pool) => run!(pool, POSTGRES),
    }
}

async fn plan(app: &TestApp, workspace: Uuid, filter: &AuditFilter) -> String {
    let before = Some((Timestamp(COUNT * 900), Uuid::max()));
    let lines =
        app.core.db.read(|tx| Box::pin(async move { Ok(audit::explain(tx, workspace, filter, before, 51).await?) }));
    lines.await.unwrap().join("\n")
}

both_engines! {
    async fn every_filter_walks_an_index_whatever_the_statistics_say(app: TestApp) {
        let (ada, bob) = (app.admin().await, app.member(Role::Member).await);
        let workspace = ada.caller.workspace;
        fill(&app, workspace, ada.caller.account, bob.caller.account).await;
        let act = || Some("agent.rollback".to_owned());
        let (actor, subject) = (Some(bob.caller.account), Some(workspace));
        let all = AuditFilter::default;
        let cases = [
            (all(), "audit_by_time"),
            (AuditFilter { from: Some(Timestamp(1)), to: Some(Timestamp(COUNT * 800)), ..all() }, "audit_by_time"),
            (AuditFilter { act: act(), ..all() }, "audit_by_act"),
            (AuditFilter { act: act(), from: Some(Timestamp(1)), ..all() }, "audit_by_act"),
            (AuditFilter { actor, ..all() }, "audit_by_actor"),
            (AuditFilter { actor, act: act(), ..all() }, "audit_by_actor_act"),
            (AuditFilter { subject, ..all() }, "audit_by_subject"),
            (AuditFilter { subject, actor, act: act(), ..all() }, "audit_by_subject"),
        ];
        for analysed in [false, true] {
            if analysed {
                analyse(&app.core.db).await;
            }
            for (filter, index) in &cases {
                let plan = plan(&app, workspace, filter).await;
                let forbidden: &[&str] = match app.engine() {
                    Engine::Sqlite => &["TEMP B-TREE", "SCAN e"],
                    Engine::Postgres => &["Sort", "Seq Scan", "Bitmap", "Hash Join", "Merge Join"],
                };
                for word in forbidden {
                    assert!(!plan.contains(word), "{word} for {filter:?}, analysed {analysed}:\n{plan}");
                }
                // Where several serve, Postgres takes the one that it expects least of; without statistics it cannot tell.
                let several = filter.actor.is_some() && filter.act.is_some();
                let free = app.engine() == Engine::Postgres && several && (filter.subject.is_some() || !analysed);
                assert!(free || plan.contains(index), "not {index} for {filter:?}, analysed {analysed}:\n{plan}");
            }
        }
    }
}
