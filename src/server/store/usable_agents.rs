//! The agents that somebody may talk to: something of them is live, and they have a grant or everyone has. Flat at 100,000.
//!
//! The list goes by name. It is merged from two indexes over grants, one's own and everyone's, which hold what is live and
//! nothing else (`grants.live_key`), so a page costs what it shows. Where few agents can be meant (a rare word, favourites,
//! some ids), those are the candidates, and each is checked and sorted. Name, description and icon are those of the release
//! that is live, never the draft's.

use uuid::Uuid;

use super::{
    agent_list::{self, FEW},
    db::{Engine, Tx},
    search_words::{self, Search},
    sql_text::{SqlText, Value},
};
use crate::model::{coworker::UsableAgent, timestamp::Timestamp};

/// Which of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Among {
    /// All.
    All,
    /// Those that the person marked.
    Favourites,
    /// These, as far as they are usable.
    These(Vec<Uuid>),
}

/// Whose, which, from where on.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The workspace.
    pub workspace: Uuid,
    /// Who asks.
    pub account: Uuid,
    /// Which of them.
    pub among: Among,
    /// Words of name and description.
    pub search: Option<Search>,
    /// The name's key and the id of the row before.
    pub after: Option<(String, Uuid)>,
    /// How many rows at the most.
    pub limit: u32,
}

/// What a page is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// The two indexes over grants, walked in order.
    Grants,
    /// The few candidates.
    Few,
}

#[derive(sqlx::FromRow)]
struct Row {
    agent_id: Uuid,
    name: String,
    description: String,
    icon: String,
    version: i64,
    since: i64,
    marked: Option<Uuid>,
}

impl From<Row> for UsableAgent {
    fn from(row: Row) -> Self {
        let Row { agent_id, name, description, icon, version, since, marked } = row;
        let favourite = marked.is_some();
        Self { id: agent_id, name, description, icon, version, live_since: Timestamp(since), favourite }
    }
}

/// The rows of a page, by name.
pub async fn page(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<UsableAgent>, sqlx::Error> {
    if filter.search == Some(Search::Nothing) {
        return Ok(Vec::new());
    }
    let driver = choose(tx, filter).await?;
    settle(tx, driver).await?;
    let sql = build(tx.engine(), filter, driver);
    let rows = on!(tx, c => bound!(sqlx::query_as::<_, Row>(sql.text()), sql).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// How [`page`] would be run: what drives it, and the engine's own plan, a line each.
pub async fn explain(tx: &mut Tx<'_>, filter: &Filter) -> Result<(Driver, Vec<String>), sqlx::Error> {
    let driver = choose(tx, filter).await?;
    settle(tx, driver).await?;
    let sql = build(tx.engine(), filter, driver);
    Ok((driver, agent_list::plan(tx, sql).await?))
}

async fn choose(tx: &mut Tx<'_>, filter: &Filter) -> Result<Driver, sqlx::Error> {
    if filter.among != Among::All {
        return Ok(Driver::Few);
    }
    let Some(Search::Phrases(phrases)) = &filter.search else { return Ok(Driver::Grants) };
    let mut sql = SqlText::default();
    matching(&mut sql, tx.engine(), filter.workspace, phrases);
    Ok(if agent_list::count(tx, sql).await? <= FEW { Driver::Few } else { Driver::Grants })
}

async fn settle(tx: &mut Tx<'_>, driver: Driver) -> Result<(), sqlx::Error> {
    let like = match driver {
        Driver::Grants => agent_list::Driver::Order,
        Driver::Few => agent_list::Driver::Words,
    };
    agent_list::settle(tx, like).await
}

/// The agents whose live release has the words, as `agent_id`.
fn matching(sql: &mut SqlText, engine: Engine, workspace: Uuid, phrases: &[String]) {
    let words = Value::Text(search_words::query(phrases, engine));
    match engine {
        Engine::Sqlite => {
            sql.push("SELECT a.id AS agent_id FROM live_search s CROSS JOIN agents a WHERE s.text MATCH ").value(words);
            sql.push(" AND a.seq = s.rowid AND a.workspace_id = ").id(workspace);
        }
        Engine::Postgres => {
            sql.push("SELECT agent_id FROM live WHERE workspace_id = ").id(workspace);
            sql.push(" AND search @@ to_tsquery('simple', ").value(words).push(")");
        }
    }
}

/// The statement of a page. `CROSS JOIN` keeps SQLite from changing the order of the loops.
fn build(engine: Engine, filter: &Filter, driver: Driver) -> SqlText {
    let mut sql = SqlText::default();
    sql.push("WITH ");
    match driver {
        Driver::Few => few(&mut sql, engine, filter),
        Driver::Grants => granted(&mut sql, engine, filter),
    }
    sql.push(
        "SELECT p.agent_id, f.name, f.description, f.icon, r.version, l.since, v.agent_id AS marked \
         FROM chosen p CROSS JOIN live l CROSS JOIN releases r CROSS JOIN release_faces f \
         LEFT JOIN favourites v ON v.workspace_id = ",
    );
    sql.id(filter.workspace).push(" AND v.account_id = ").id(filter.account).push(" AND v.agent_id = p.agent_id");
    sql.push(
        " WHERE l.agent_id = p.agent_id AND r.id = l.release_id AND f.release_id = l.release_id \
         ORDER BY p.live_key, p.agent_id LIMIT ",
    );
    sql.value(Value::Number(i64::from(filter.limit)));
    sql
}

/// The candidates that the person may use, by name.
fn few(sql: &mut SqlText, engine: Engine, filter: &Filter) {
    sql.push("few AS MATERIALIZED (");
    match (&filter.among, &filter.search) {
        (Among::Favourites, _) => {
            sql.push("SELECT agent_id FROM favourites WHERE workspace_id = ").id(filter.workspace);
            sql.push(" AND account_id = ").id(filter.account);
        }
        (Among::These(ids), _) => {
            sql.push("SELECT agent_id FROM live WHERE workspace_id = ").id(filter.workspace);
            sql.push(" AND agent_id IN (").ids(ids).push(")");
        }
        (Among::All, Some(Search::Phrases(phrases))) => matching(sql, engine, filter.workspace, phrases),
        (Among::All, _) => {
            sql.push("SELECT agent_id FROM live WHERE workspace_id = ").id(filter.workspace);
        }
    }
    sql.push(
        "), chosen AS (SELECT c.agent_id, MIN(g.live_key) AS live_key FROM few c CROSS JOIN live l CROSS JOIN grants g",
    );
    if engine == Engine::Sqlite {
        sql.push(" INDEXED BY grants_by_agent");
    }
    // The candidates are of the workspace already. Said of the grants once more, it leads Postgres to another index.
    sql.push(" WHERE l.agent_id = c.agent_id AND g.agent_id = c.agent_id");
    sql.push(" AND (g.account_id IS NULL OR g.account_id = ").id(filter.account).push(")");
    sql.push(" AND g.live_key IS NOT NULL");
    narrowed(sql, engine, filter);
    sql.push(" GROUP BY c.agent_id) ");
}

/// The next of one's own and the next of everyone's, by name: whatever is next of both together is among them. What is in
/// both is met twice and kept once.
fn granted(sql: &mut SqlText, engine: Engine, filter: &Filter) {
    sql.push("chosen AS (");
    for everyone in [false, true] {
        sql.push("SELECT * FROM (SELECT g.agent_id, g.live_key FROM grants g");
        if engine == Engine::Sqlite {
            let index = if everyone { "grants_live_of_everyone" } else { "grants_live_of_account" };
            sql.push(" INDEXED BY ").push(index);
        }
        if filter.search.is_some() {
            sql.push(" CROSS JOIN live l");
        }
        sql.push(" WHERE g.workspace_id = ").id(filter.workspace).push(" AND g.live_key IS NOT NULL");
        if everyone {
            sql.push(" AND g.account_id IS NULL");
        } else {
            sql.push(" AND g.account_id = ").id(filter.account);
        }
        if filter.search.is_some() {
            sql.push(" AND l.agent_id = g.agent_id");
        }
        narrowed(sql, engine, filter);
        sql.push(" ORDER BY g.live_key, g.agent_id LIMIT ").value(Value::Number(i64::from(filter.limit)));
        sql.push(if everyone { ") AS shared) " } else { ") AS mine UNION " });
    }
}

/// The conditions of words and of the place in the list.
fn narrowed(sql: &mut SqlText, engine: Engine, filter: &Filter) {
    let within = match engine {
        Engine::Sqlite => " AND instr(l.words, ",
        Engine::Postgres => " AND strpos(l.words, ",
    };
    search_words::all_in(sql, filter.search.as_ref(), within);
    if let Some((key, id)) = &filter.after {
        sql.push(" AND (g.live_key, g.agent_id) > (").value(Value::Text(key.clone())).push(", ").id(*id).push(")");
    }
}
