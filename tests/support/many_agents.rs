//! Very many agents in a moment, for the tests of query plans and for the benchmark of lists: rows as the domain writes
//! them, as far as lists read them, made by the database itself in one transaction.
//!
//! Of `count` agents every tenth is the second owner's; half have the tag `common`, one in 40 `mid`, one in 2,000 `rare`.
//! Every description has the word `everyday`, one in 37 `uncommon`, one in 5,000 `singular`. Badges take turns.

#![allow(clippy::disallowed_methods, reason = "the rows are made past the domain, which would take minutes")]

use galley::server::store::db::{Db, Pools};
use uuid::Uuid;

const SQLITE: &[&str] = &[
    "INSERT INTO agents (id, workspace_id, owner_id, name, name_key, description, icon, draft_hash, live_hash, last_draft, \
     last_release, created_at, updated_at, words) \
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $4) \
     SELECT randomblob(16), $1, CASE WHEN i % 10 = 0 THEN $3 ELSE $2 END, \
     'Agent ' || ((i * 7919) % 100003), 'agent ' || ((i * 7919) % 100003), \
     'An everyday helper' || CASE WHEN i % 37 = 0 THEN ' uncommon' ELSE '' END \
     || CASE WHEN i % 5000 = 1 THEN ' singular' ELSE '' END, '', zeroblob(32), \
     CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN zeroblob(32) ELSE randomblob(32) END, 1, i % 3, i, (i * 104729) % 1000003, \
     ' agent ' || ((i * 7919) % 100003) || ' an everyday helper ' || CASE WHEN i % 37 = 0 THEN 'uncommon ' ELSE '' END \
     || CASE WHEN i % 5000 = 1 THEN 'singular ' ELSE '' END FROM n",
    "INSERT INTO grants (workspace_id, agent_id, account_id, role, granted_by, granted_at) \
     SELECT $1, id, owner_id, 'owner', owner_id, created_at FROM agents WHERE $2 <> $3 AND $4 > 0 ORDER BY id",
    "INSERT INTO agent_tags (workspace_id, agent_id, tag) SELECT $1, id, t.tag FROM agents \
     JOIN (SELECT 'common' AS tag, 2 AS every UNION ALL SELECT 'mid', 40 UNION ALL SELECT 'rare', 2000) AS t \
     ON created_at % t.every = 0 WHERE $2 <> $3 AND $4 > 0",
];

const POSTGRES: &[&str] = &[
    "INSERT INTO agents (id, workspace_id, owner_id, name, name_key, description, icon, draft_hash, live_hash, last_draft, \
     last_release, created_at, updated_at, words) \
     SELECT gen_random_uuid(), $1, CASE WHEN i % 10 = 0 THEN $3 ELSE $2 END, \
     'Agent ' || ((i * 7919) % 100003), 'agent ' || ((i * 7919) % 100003), \
     'An everyday helper' || CASE WHEN i % 37 = 0 THEN ' uncommon' ELSE '' END \
     || CASE WHEN i % 5000 = 1 THEN ' singular' ELSE '' END, '', decode(repeat('00', 32), 'hex'), \
     CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN decode(repeat('00', 32), 'hex') ELSE decode(repeat('01', 32), 'hex') END, \
     1, i % 3, i, (i * 104729) % 1000003, \
     ' agent ' || ((i * 7919) % 100003) || ' an everyday helper ' || CASE WHEN i % 37 = 0 THEN 'uncommon ' ELSE '' END \
     || CASE WHEN i % 5000 = 1 THEN 'singular ' ELSE '' END FROM generate_series(1, $4::bigint) AS n (i)",
    "INSERT INTO grants (workspace_id, agent_id, account_id, role, granted_by, granted_at) \
     SELECT $1, id, owner_id, 'owner', owner_id, created_at FROM agents \
     WHERE $2::uuid <> $3::uuid AND $4::bigint > 0 ORDER BY id",
    "INSERT INTO agent_tags (workspace_id, agent_id, tag) SELECT $1, id, t.tag FROM agents \
     JOIN (VALUES ('common', 2), ('mid', 40), ('rare', 2000)) AS t (tag, every) ON created_at % t.every = 0 \
     WHERE $2::uuid <> $3::uuid AND $4::bigint > 0",
];

/// Makes `count` agents in a workspace that has none.
pub async fn fill(db: &Db, workspace: Uuid, owner: Uuid, second_owner: Uuid, count: i64) {
    macro_rules! run {
        ($pool:expr, $statements:expr) => {{
            let mut tx = $pool.begin().await.unwrap();
            for statement in $statements {
                let query = sqlx::query(*statement).bind(workspace).bind(owner).bind(second_owner).bind(count);
                query.execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();
        }};
    }
    match &db.pools {
        Pools::Sqlite { write, .. } => run!(write, SQLITE),
        Pools::Postgres(pool) => run!(pool, POSTGRES),
    }
}

/// Lets the engine count what there is, as it does by itself after a while.
pub async fn analyse(db: &Db) {
    match &db.pools {
        Pools::Sqlite { write, .. } => sqlx::query("ANALYZE").execute(write).await.map(drop).unwrap(),
        Pools::Postgres(pool) => sqlx::query("ANALYZE").execute(pool).await.map(drop).unwrap(),
    }
}
