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

/// The draft of each agent as its release, live, and for every second agent everyone's right to use it.
const SQLITE_RELEASES: &[&str] = &[
    "INSERT INTO configs (workspace_id, hash, body) SELECT $1, zeroblob(32), zeroblob(1) WHERE $2 IS NOT NULL",
    "INSERT INTO drafts (id, workspace_id, agent_id, number, config_hash, origin, saved_by, saved_at) \
     SELECT id, $1, id, 1, zeroblob(32), 'create', $2, created_at FROM agents",
    "INSERT INTO releases (id, workspace_id, agent_id, version, draft_id, draft_number, config_hash, compiled_hash, compiler, \
     note, published_by, published_at) \
     SELECT id, $1, id, 1, id, 1, zeroblob(32), zeroblob(32), 1, '', $2, created_at FROM agents",
    "INSERT INTO release_faces (release_id, workspace_id, agent_id, name, name_key, description, icon, words) \
     SELECT id, $1, id, name, name_key, description, icon, words FROM agents WHERE $2 IS NOT NULL",
    "INSERT INTO grants (workspace_id, agent_id, account_id, role, granted_by, granted_at) \
     SELECT $1, id, NULL, 'user', $2, created_at FROM agents WHERE created_at % 2 = 1",
    "INSERT INTO live (agent_id, workspace_id, release_id, since) \
     SELECT id, $1, id, created_at FROM agents WHERE $2 IS NOT NULL",
];

const POSTGRES_RELEASES: &[&str] = &[
    "INSERT INTO configs (workspace_id, hash, body) \
     SELECT $1, decode(repeat('00', 32), 'hex'), 'x'::bytea WHERE $2::uuid IS NOT NULL",
    "INSERT INTO drafts (id, workspace_id, agent_id, number, config_hash, origin, saved_by, saved_at) \
     SELECT id, $1, id, 1, decode(repeat('00', 32), 'hex'), 'create', $2, created_at FROM agents",
    "INSERT INTO releases (id, workspace_id, agent_id, version, draft_id, draft_number, config_hash, compiled_hash, compiler, \
     note, published_by, published_at) \
     SELECT id, $1, id, 1, id, 1, decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), 1, '', $2, created_at \
     FROM agents",
    "INSERT INTO release_faces (release_id, workspace_id, agent_id, name, name_key, description, icon, words) \
     SELECT id, $1, id, name, name_key, description, icon, words FROM agents WHERE $2::uuid IS NOT NULL",
    "INSERT INTO grants (workspace_id, agent_id, account_id, role, granted_by, granted_at) \
     SELECT $1, id, NULL, 'user', $2, created_at FROM agents WHERE created_at % 2 = 1",
    "INSERT INTO live (agent_id, workspace_id, release_id, since) \
     SELECT id, $1, id, created_at FROM agents WHERE $2::uuid IS NOT NULL",
];

/// Makes of every agent's draft a release that is live, and shares every second one with everyone. Their configs cannot be
/// read: this is for lists.
pub async fn release_all(db: &Db, workspace: Uuid, by: Uuid) {
    macro_rules! run {
        ($pool:expr, $statements:expr) => {{
            let mut tx = $pool.begin().await.unwrap();
            for statement in $statements {
                sqlx::query(*statement).bind(workspace).bind(by).execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();
        }};
    }
    match &db.pools {
        Pools::Sqlite { write, .. } => run!(write, SQLITE_RELEASES),
        Pools::Postgres(pool) => run!(pool, POSTGRES_RELEASES),
    }
}

/// Lets an account talk `count` times, with the released agents by turns; one conversation in 37 is `uncommon`.
pub async fn converse(db: &Db, workspace: Uuid, account: Uuid, count: i64) {
    const SQLITE: &str = "INSERT INTO sessions (id, workspace_id, agent_id, account_id, channel, release_id, reason, created_at, \
         active_at, title, words, said) \
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $3), \
         some (agent_id, release_id) AS (SELECT agent_id, release_id FROM live LIMIT 10) \
         SELECT randomblob(16), $1, s.agent_id, $2, 'coworker', s.release_id, 'live_at_start', n.i, n.i * 10, 'Chat ' || n.i, \
         ' chat ' || n.i || CASE WHEN n.i % 37 = 0 THEN ' uncommon ' ELSE ' ' END, ' hello ' FROM n CROSS JOIN some s";
    const POSTGRES: &str = "INSERT INTO sessions (id, workspace_id, agent_id, account_id, channel, release_id, reason, \
         created_at, active_at, title, words, said) \
         SELECT gen_random_uuid(), $1, s.agent_id, $2, 'coworker', s.release_id, 'live_at_start', n.i, n.i * 10, 'Chat ' || n.i, \
         ' chat ' || n.i || CASE WHEN n.i % 37 = 0 THEN ' uncommon ' ELSE ' ' END, ' hello ' \
         FROM generate_series(1, $3::bigint) AS n (i) CROSS JOIN (SELECT agent_id, release_id FROM live LIMIT 10) AS s";
    let each = count / 10;
    match &db.pools {
        Pools::Sqlite { write, .. } => {
            sqlx::query(SQLITE).bind(workspace).bind(account).bind(each).execute(write).await.map(drop).unwrap();
        }
        Pools::Postgres(pool) => {
            sqlx::query(POSTGRES).bind(workspace).bind(account).bind(each).execute(pool).await.map(drop).unwrap();
        }
    }
}

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
