//! Pages of agents for any filter, flat at 100,000 rows.
//!
//! Two ways lead to a page. Where a filter leaves few agents (at most [`FEW`]: a rare tag, a rare word, a member's own
//! grants), those are the candidates, and sorting them is cheap. Otherwise the index of the sort is walked from the
//! cursor on and the filters are tried on each row, which meets enough matches soon. Counting stops at `FEW + 1`, so
//! neither way reads the whole table. The engine gets no say in it: a statistic that is out of date must not turn a page
//! into a scan.
//!
//! To add a filter: a field of [`Filter`], its condition in [`page_sql`], a count in [`choose`] where it can be rare, and a
//! case in `tests/agents/list.rs`.

use uuid::Uuid;

use super::{
    agent_list_row::Row,
    db::{Engine, Kind, Tx},
    search_words::{self, Search},
    sql_text::{SqlText, Value},
};
use crate::model::{
    agent::{AgentRow, Right, Status, shared_by},
    agent_list::Sort,
    timestamp::Timestamp,
};

/// So many agents are few enough to be sorted for each page.
pub const FEW: i64 = 1_000;

/// Who looks.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    /// The account.
    pub account: Uuid,
    /// Whether it sees every agent of the workspace; else those that it has a grant of its own on.
    pub sees_all: bool,
    /// The only agent that there is for it, where it asks by a key that is bound to one.
    pub only: Option<Uuid>,
}

/// Where a page begins: after this row, in the direction of the walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The row's place by last change. Used by [`Sort::Updated`].
    pub updated_at: Timestamp,
    /// The row's place by name. Used by [`Sort::Name`].
    pub name_key: String,
    /// The row, which settles ties; by itself the place for [`Sort::Created`].
    pub id: Uuid,
}

/// Which agents, in which order, from where on.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The workspace.
    pub workspace: Uuid,
    /// Who looks.
    pub viewer: Viewer,
    /// Words of name and description.
    pub search: Option<Search>,
    /// The badge.
    pub status: Option<Status>,
    /// A tag.
    pub tag: Option<String>,
    /// The owner.
    pub owner: Option<Uuid>,
    /// The order.
    pub sort: Sort,
    /// Whether to walk against the order; the rows still come in the order.
    pub backward: bool,
    /// Where to begin; none for the end that the walk starts from.
    pub edge: Option<Edge>,
    /// How many rows at the most.
    pub limit: u32,
}

/// What a page is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// The index of the sort, walked in order.
    Order,
    /// The few agents with the tag.
    Tag,
    /// The few agents that match the words.
    Words,
    /// The only agent that there is for the viewer.
    Only,
    /// The few agents that the viewer has a grant on.
    Grants,
    /// The few agents of the owner with the badge.
    OwnerAndStatus,
}

/// The rows of a page.
pub async fn page(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<AgentRow>, sqlx::Error> {
    if filter.search == Some(Search::Nothing) {
        return Ok(Vec::new());
    }
    let driver = choose(tx, filter).await?;
    settle(tx, driver).await?;
    let sql = page_sql(tx.engine(), filter, driver);
    let rows = on!(tx, c => bound!(sqlx::query_as::<_, Row>(sql.text()), sql).fetch_all(c).await)?;
    let mut rows = rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<AgentRow>, _>>()?;
    for row in &mut rows {
        row.approval_waits &= filter.viewer.sees_all || row.right >= Some(Right::Editor);
        row.shared_by = shared_by(row.right, row.shared_by.take(), filter.viewer.account, &row.owner);
    }
    if filter.backward {
        rows.reverse();
    }
    Ok(rows)
}

/// How [`page`] would be run: what drives it, and the engine's own plan, a line each.
pub async fn explain(tx: &mut Tx<'_>, filter: &Filter) -> Result<(Driver, Vec<String>), sqlx::Error> {
    let driver = choose(tx, filter).await?;
    settle(tx, driver).await?;
    let sql = page_sql(tx.engine(), filter, driver);
    Ok((driver, plan(tx, sql).await?))
}

/// The engine's own plan of a statement, a line each.
pub(super) async fn plan(tx: &mut Tx<'_>, sql: SqlText) -> Result<Vec<String>, sqlx::Error> {
    let sql = sql.wrap(tx.pick("EXPLAIN QUERY PLAN ", "EXPLAIN "), "");
    match &mut tx.kind {
        Kind::Sqlite(inner) => {
            let rows: Vec<(i64, i64, i64, String)> =
                bound!(sqlx::query_as(sql.text()), sql).fetch_all(&mut **inner).await?;
            Ok(rows.into_iter().map(|(_, _, _, line)| line).collect())
        }
        Kind::Postgres(inner) => bound!(sqlx::query_scalar(sql.text()), sql).fetch_all(&mut **inner).await,
    }
}

/// What drives the page: the filter that leaves fewest agents, or the order where none leaves few.
async fn choose(tx: &mut Tx<'_>, filter: &Filter) -> Result<Driver, sqlx::Error> {
    if filter.viewer.only.is_some() {
        return Ok(Driver::Only);
    }
    let mut best = (FEW, Driver::Order);
    for driver in [Driver::Tag, Driver::Grants, Driver::OwnerAndStatus, Driver::Words] {
        let mut sql = SqlText::default();
        if candidates(&mut sql, tx.engine(), filter, driver) {
            let found = count(tx, sql).await?;
            if found < best.0 || (found == FEW && best.1 == Driver::Order) {
                best = (found, driver);
            }
        }
    }
    // No index has the names that a member sees: of some agents the draft's, of others that of what is live.
    let by_shown_name = filter.sort == Sort::Name && !filter.viewer.sees_all;
    Ok(if by_shown_name && best.1 == Driver::Order { Driver::Grants } else { best.1 })
}

/// Counts what a statement answers, up to one more than [`FEW`].
pub(super) async fn count(tx: &mut Tx<'_>, inner: SqlText) -> Result<i64, sqlx::Error> {
    let sql = inner.wrap("SELECT COUNT(*) FROM (", " LIMIT 1001) AS found");
    on!(tx, c => bound!(sqlx::query_scalar(sql.text()), sql).fetch_one(c).await)
}

/// Takes the choice of the way away from Postgres, whose statistics may be out of date: nothing but indexes, and where
/// one gives the order, no sorting.
pub(super) async fn settle(tx: &mut Tx<'_>, driver: Driver) -> Result<(), sqlx::Error> {
    if driver == Driver::Order {
        return order_by_index(tx).await;
    }
    let Kind::Postgres(inner) = &mut tx.kind else { return Ok(()) };
    let settings = "SELECT set_config(name, 'off', true) FROM (VALUES ('enable_seqscan'), ('enable_hashjoin'), \
         ('enable_mergejoin'), ('jit')) AS s (name)";
    sqlx::query(settings).execute(&mut **inner).await.map(drop)
}

/// Makes Postgres walk an index in the order that is asked for, for the rest of the transaction.
pub(super) async fn order_by_index(tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
    let Kind::Postgres(inner) = &mut tx.kind else { return Ok(()) };
    let settings = "SELECT set_config(name, 'off', true) FROM (VALUES ('enable_seqscan'), ('enable_hashjoin'), \
         ('enable_mergejoin'), ('jit'), ('enable_sort'), ('enable_incremental_sort'), ('enable_bitmapscan')) AS s (name)";
    sqlx::query(settings).execute(&mut **inner).await.map(drop)
}

/// Whether an account has at most [`FEW`] grants.
pub(super) async fn few_grants(tx: &mut Tx<'_>, workspace: Uuid, account: Uuid) -> Result<bool, sqlx::Error> {
    let mut sql = SqlText::default();
    grants_of(&mut sql, workspace, account);
    Ok(count(tx, sql).await? <= FEW)
}

fn grants_of(sql: &mut SqlText, workspace: Uuid, account: Uuid) {
    sql.push("SELECT agent_id AS key FROM grants WHERE workspace_id = ").id(workspace);
    sql.push(" AND account_id = ").id(account);
}

/// Adds the statement that gives the candidates of a driver, as `key`; false where the filter has no such part.
fn candidates(sql: &mut SqlText, engine: Engine, filter: &Filter, driver: Driver) -> bool {
    match driver {
        Driver::Order => return false,
        Driver::Only => {
            let Some(only) = filter.viewer.only else { return false };
            sql.push("SELECT id AS key FROM agents WHERE deleted_at IS NULL AND workspace_id = ").id(filter.workspace);
            sql.push(" AND id = ").id(only);
        }
        Driver::Tag => {
            let Some(tag) = &filter.tag else { return false };
            sql.push("SELECT agent_id AS key FROM agent_tags WHERE workspace_id = ").id(filter.workspace);
            sql.push(" AND tag = ").value(Value::Text(tag.clone()));
        }
        Driver::Grants => {
            if filter.viewer.sees_all {
                return false;
            }
            grants_of(sql, filter.workspace, filter.viewer.account);
        }
        Driver::OwnerAndStatus => {
            // By last change these two have an index of their own, which gives the order.
            let (Some(owner), Some(status), Sort::Name | Sort::Created) = (filter.owner, filter.status, filter.sort)
            else {
                return false;
            };
            sql.push("SELECT id AS key FROM agents WHERE deleted_at IS NULL AND workspace_id = ").id(filter.workspace);
            sql.push(" AND owner_id = ").id(owner);
            sql.push(" AND status = ").value(Value::Text(status.as_str().to_owned()));
        }
        Driver::Words => {
            let Some(Search::Phrases(phrases)) = &filter.search else { return false };
            let words = search_words::query(phrases, engine);
            match engine {
                Engine::Sqlite => {
                    sql.push("SELECT rowid AS key FROM agent_search WHERE agent_search MATCH ");
                    sql.value(Value::Text(words.clone()));
                    if !filter.viewer.sees_all {
                        sql.push(" UNION ALL SELECT rowid FROM live_search WHERE live_search MATCH ");
                        sql.value(Value::Text(words));
                    }
                }
                Engine::Postgres => {
                    sql.push("SELECT id AS key FROM agents WHERE deleted_at IS NULL AND workspace_id = ");
                    sql.id(filter.workspace).push(" AND search @@ to_tsquery('simple', ");
                    sql.value(Value::Text(words.clone())).push(")");
                    if !filter.viewer.sees_all {
                        sql.push(" UNION ALL SELECT agent_id FROM live WHERE workspace_id = ").id(filter.workspace);
                        sql.push(" AND search @@ to_tsquery('simple', ").value(Value::Text(words)).push(")");
                    }
                }
            }
        }
    }
    true
}

fn page_sql(engine: Engine, filter: &Filter, driver: Driver) -> SqlText {
    let mut sql = SqlText::default();
    build(&mut sql, engine, filter, driver);
    sql
}

/// The statement of a page. `CROSS JOIN` keeps SQLite from changing the order of the loops.
fn build(sql: &mut SqlText, engine: Engine, filter: &Filter, driver: Driver) {
    if driver != Driver::Order {
        sql.push("WITH few AS MATERIALIZED (");
        sql.push("SELECT DISTINCT key FROM (");
        candidates(sql, engine, filter, driver);
        sql.push(") AS found) ");
    }
    // Who merely uses an agent gets to see what is live, and nothing of its draft.
    sql.push(if filter.viewer.sees_all {
        "SELECT a.id, a.name, a.description, a.icon"
    } else {
        "SELECT a.id, CASE WHEN g.role = 'user' THEN coalesce(f.name, '') ELSE a.name END AS name, \
         CASE WHEN g.role = 'user' THEN coalesce(f.description, '') ELSE a.description END AS description, \
         CASE WHEN g.role = 'user' THEN coalesce(f.icon, '') ELSE a.icon END AS icon"
    });
    sql.push(
        ", a.status, a.last_draft, a.last_release, a.owner_id, \
         o.name AS owner_name, r.version AS live_version, g.role, g.granted_by, b.name AS granted_by_name, a.updated_at, \
         a.created_at, CAST(CASE WHEN a.needs_approval <> 0 AND EXISTS (SELECT 1 FROM approvals p \
         WHERE p.agent_id = a.id AND p.draft_number = a.last_draft AND p.decision IS NULL",
    );
    // OFFSET 0, as below: a check of one row, and no join over all requests.
    sql.push(match engine {
        Engine::Sqlite => ") THEN 1 ELSE 0 END AS BIGINT) AS approval_waits, ",
        Engine::Postgres => " OFFSET 0) THEN 1 ELSE 0 END AS BIGINT) AS approval_waits, ",
    });
    sql.push(match engine {
        Engine::Sqlite => "(SELECT json_group_array(t.tag) FROM agent_tags t WHERE t.agent_id = a.id) AS tags FROM ",
        Engine::Postgres => "(SELECT json_agg(t.tag)::text FROM agent_tags t WHERE t.agent_id = a.id) AS tags FROM ",
    });
    if driver == Driver::Order {
        sql.push("agents a");
        if engine == Engine::Sqlite {
            sql.push(" INDEXED BY ").push(index_of(filter));
        }
    } else {
        sql.push(match engine {
            Engine::Sqlite => "few CROSS JOIN agents a",
            // OFFSET 0 keeps the few on the outside, whatever the statistics say.
            Engine::Postgres => "few CROSS JOIN LATERAL (SELECT * FROM agents WHERE id = few.key OFFSET 0) a",
        });
    }
    if filter.viewer.sees_all {
        sql.push(" CROSS JOIN accounts o LEFT JOIN grants g ON g.agent_id = a.id AND g.account_id = ");
        sql.id(filter.viewer.account);
    } else {
        sql.push(" CROSS JOIN grants g CROSS JOIN accounts o");
    }
    sql.push(
        " LEFT JOIN accounts b ON b.id = g.granted_by LEFT JOIN live l ON l.agent_id = a.id \
         LEFT JOIN releases r ON r.id = l.release_id",
    );
    if !filter.viewer.sees_all {
        sql.push(" LEFT JOIN release_faces f ON f.release_id = l.release_id");
    }
    sql.push(" WHERE a.workspace_id = ");
    sql.id(filter.workspace).push(" AND a.deleted_at IS NULL AND o.id = a.owner_id");
    conditions(sql, engine, filter, driver);
    order(sql, filter);
}

fn conditions(sql: &mut SqlText, engine: Engine, filter: &Filter, driver: Driver) {
    match (driver, engine) {
        (Driver::Order, _) | (_, Engine::Postgres) => {}
        (Driver::Words, Engine::Sqlite) => _ = sql.push(" AND a.seq = few.key"),
        (_, Engine::Sqlite) => _ = sql.push(" AND a.id = few.key"),
    }
    if !filter.viewer.sees_all {
        sql.push(" AND g.agent_id = a.id AND g.account_id = ").id(filter.viewer.account);
    }
    if let Some(status) = filter.status {
        sql.push(" AND a.status = ").value(Value::Text(status.as_str().to_owned()));
    }
    if let Some(owner) = filter.owner {
        sql.push(" AND a.owner_id = ").id(owner);
    }
    if let Some(tag) = &filter.tag
        && driver != Driver::Tag
    {
        sql.push(" AND EXISTS (SELECT 1 FROM agent_tags t WHERE t.agent_id = a.id AND t.tag = ");
        // OFFSET 0 keeps Postgres from turning the check of one row into a join over all of them.
        sql.value(Value::Text(tag.clone())).push(match engine {
            Engine::Sqlite => ")",
            Engine::Postgres => " OFFSET 0)",
        });
    }
    let within = match (engine, filter.viewer.sees_all) {
        (Engine::Sqlite, true) => " AND instr(a.words, ",
        (Engine::Postgres, true) => " AND strpos(a.words, ",
        (Engine::Sqlite, false) => " AND instr(CASE WHEN g.role = 'user' THEN coalesce(l.words, '') ELSE a.words END, ",
        (Engine::Postgres, false) => {
            " AND strpos(CASE WHEN g.role = 'user' THEN coalesce(l.words, '') ELSE a.words END, "
        }
    };
    search_words::all_in(sql, filter.search.as_ref(), within);
}

fn order(sql: &mut SqlText, filter: &Filter) {
    let down = (filter.sort == Sort::Name) == filter.backward;
    if let Some(edge) = &filter.edge {
        sql.push(match filter.sort {
            Sort::Updated => " AND (a.updated_at, a.id)",
            Sort::Name => " AND (",
            Sort::Created => " AND a.id",
        });
        if filter.sort == Sort::Name {
            sql.push(name_key(filter)).push(", a.id)");
        }
        sql.push(if down { " < " } else { " > " });
        match filter.sort {
            Sort::Updated => _ = sql.push("(").value(Value::Number(edge.updated_at.0)).push(", ").id(edge.id).push(")"),
            Sort::Name => {
                sql.push("(").value(Value::Text(edge.name_key.clone())).push(", ").id(edge.id).push(")");
            }
            Sort::Created => _ = sql.id(edge.id),
        }
    }
    if filter.sort == Sort::Name {
        sql.push(" ORDER BY ").push(name_key(filter));
    }
    sql.push(match (filter.sort, down) {
        (Sort::Updated, true) => " ORDER BY a.updated_at DESC, a.id DESC LIMIT ",
        (Sort::Updated, false) => " ORDER BY a.updated_at, a.id LIMIT ",
        (Sort::Name, true) => " DESC, a.id DESC LIMIT ",
        (Sort::Name, false) => ", a.id LIMIT ",
        (Sort::Created, true) => " ORDER BY a.id DESC LIMIT ",
        (Sort::Created, false) => " ORDER BY a.id LIMIT ",
    });
    sql.value(Value::Number(i64::from(filter.limit)));
}

/// What the order by name goes by: the names that are shown.
fn name_key(filter: &Filter) -> &'static str {
    if filter.viewer.sees_all {
        "a.name_key"
    } else {
        "CASE WHEN g.role = 'user' THEN coalesce(g.live_key, '') ELSE a.name_key END"
    }
}

/// The index that gives the order under the badge and owner that are asked for.
fn index_of(filter: &Filter) -> &'static str {
    match (filter.sort, filter.owner.is_some(), filter.status.is_some()) {
        (Sort::Updated, false, false) => "agents_by_updated",
        (Sort::Updated, false, true) => "agents_by_status_updated",
        (Sort::Updated, true, false) => "agents_by_owner_updated",
        (Sort::Updated, true, true) => "agents_by_owner_status_updated",
        (Sort::Name, false, false) => "agents_by_name",
        (Sort::Name, false, true) => "agents_by_status_name",
        (Sort::Name, true, _) => "agents_by_owner_name",
        (Sort::Created, false, false) => "agents_by_created",
        (Sort::Created, false, true) => "agents_by_status_created",
        (Sort::Created, true, _) => "agents_by_owner_created",
    }
}
