//! Conversations as Coworker lists them: those that a member began there and wrote in, the last used first, each with what
//! it is called and the face of the release it runs on.

use uuid::Uuid;

use super::{
    agent_list,
    db::{Engine, Tx},
    search_words::{self, Search, words_of},
    sql_text::{SqlText, Value},
};
use crate::model::{
    coworker::{ConversationSummary, title_of},
    session::EndReason,
    timestamp::Timestamp,
};

/// No more than this many folded characters of what somebody wrote in one conversation are searched.
const MOST_SAID: usize = 20_000;

/// Conversations that get their words at once.
const BATCH: usize = 500;

/// How many of the last conversations are looked at for the agents that were used last.
const RECENT: i64 = 200;

/// Whose, which, from where on.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The workspace.
    pub workspace: Uuid,
    /// Whose.
    pub account: Uuid,
    /// Those with this agent; with all of them when there is none.
    pub agent: Option<Uuid>,
    /// Words of the title and of what the person wrote.
    pub search: Option<Search>,
    /// When the row before was last used, and its id.
    pub before: Option<(Timestamp, Uuid)>,
    /// How many rows at the most.
    pub limit: u32,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    agent_id: Uuid,
    title: String,
    name: String,
    icon: String,
    version: i64,
    created_at: i64,
    active_at: i64,
    ended_at: Option<i64>,
    end_reason: Option<String>,
}

impl TryFrom<Row> for ConversationSummary {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let Row { id, agent_id, title, name, icon, version, created_at, active_at, ended_at, end_reason } = row;
        let reason = end_reason.as_deref().map(EndReason::parse);
        if matches!(reason, Some(None)) {
            return Err(super::unreadable("sessions.end_reason"));
        }
        Ok(Self {
            id,
            agent_id,
            title,
            agent_name: name,
            agent_icon: icon,
            version,
            created_at: Timestamp(created_at),
            last_used_at: Timestamp(active_at),
            ended_at: ended_at.map(Timestamp),
            end_reason: reason.flatten(),
        })
    }
}

/// The rows of a page.
pub async fn page(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<ConversationSummary>, sqlx::Error> {
    if filter.search == Some(Search::Nothing) {
        return Ok(Vec::new());
    }
    agent_list::settle(tx, agent_list::Driver::Order).await?;
    let sql = build(tx.engine(), filter);
    let rows = on!(tx, c => bound!(sqlx::query_as::<_, Row>(sql.text()), sql).fetch_all(c).await)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The engine's own plan of [`page`], a line each.
pub async fn explain(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<String>, sqlx::Error> {
    agent_list::settle(tx, agent_list::Driver::Order).await?;
    let sql = build(tx.engine(), filter);
    agent_list::plan(tx, sql).await
}

/// The columns, of a session `s`, its release `r` and that one's face `f`.
const COLUMNS: &str = "SELECT s.id, s.agent_id, s.title, f.name, f.icon, r.version, s.created_at, s.active_at, s.ended_at, \
     s.end_reason FROM sessions s";
/// What holds of every one of them.
const WHOLE: &str = " CROSS JOIN releases r CROSS JOIN release_faces f WHERE r.id = s.release_id \
     AND f.release_id = s.release_id AND s.channel IN ('coworker', 'api') AND s.title <> '' AND s.workspace_id = ";

fn build(engine: Engine, filter: &Filter) -> SqlText {
    let mut sql = SqlText::default();
    sql.push(COLUMNS);
    if engine == Engine::Sqlite {
        let by_agent = filter.agent.is_some();
        let index = if by_agent { "sessions_in_coworker_by_agent" } else { "sessions_in_coworker" };
        sql.push(" INDEXED BY ").push(index);
    }
    sql.push(WHOLE).id(filter.workspace).push(" AND s.account_id = ").id(filter.account);
    // As the indexes say it.
    sql.push(" AND s.channel = 'coworker'");
    if let Some(agent) = filter.agent {
        sql.push(" AND s.agent_id = ").id(agent);
    }
    if let Some((at, id)) = filter.before {
        sql.push(" AND (s.active_at, s.id) < (").value(Value::Number(at.0)).push(", ").id(id).push(")");
    }
    let within = match engine {
        Engine::Sqlite => " AND instr(s.words || s.said, ",
        Engine::Postgres => " AND strpos(s.words || s.said, ",
    };
    search_words::all_in(&mut sql, filter.search.as_ref(), within);
    sql.push(" ORDER BY s.active_at DESC, s.id DESC LIMIT ").value(Value::Number(i64::from(filter.limit)));
    sql
}

/// One of them, or one that a program began.
pub async fn find(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    account: Uuid,
    id: Uuid,
) -> Result<Option<ConversationSummary>, sqlx::Error> {
    let mut sql = SqlText::default();
    sql.push(COLUMNS).push(WHOLE).id(workspace).push(" AND s.account_id = ").id(account).push(" AND s.id = ").id(id);
    let row = on!(tx, c => bound!(sqlx::query_as::<_, Row>(sql.text()), sql).fetch_optional(c).await)?;
    row.map(TryInto::try_into).transpose()
}

/// The agents that somebody used last, the last one first.
pub async fn recent_agents(tx: &mut Tx<'_>, workspace: Uuid, account: Uuid) -> Result<Vec<Uuid>, sqlx::Error> {
    let rows: Vec<(Uuid, i64)> = on!(tx, c => sqlx::query_as(
        "SELECT agent_id, MAX(active_at) AS used FROM (SELECT agent_id, active_at FROM sessions \
         WHERE workspace_id = $1 AND account_id = $2 AND channel = 'coworker' AND title <> '' \
         ORDER BY active_at DESC, id DESC LIMIT $3) AS latest GROUP BY agent_id ORDER BY used DESC, agent_id DESC")
        .bind(workspace).bind(account).bind(RECENT).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(agent, _)| agent).collect())
}

/// Calls a conversation something else.
pub async fn rename(tx: &mut Tx<'_>, workspace: Uuid, account: Uuid, id: Uuid, title: &str) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE sessions SET title = $4, words = $5 WHERE workspace_id = $1 AND account_id = $2 AND id = $3")
        .bind(workspace).bind(account).bind(id).bind(title).bind(words_of(title)).execute(c).await.map(drop))
}

/// Notes for later searches what its person writes into a conversation; the first message is what it is called.
pub async fn note_said(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid, message: &str) -> Result<(), sqlx::Error> {
    let found: Option<(String, String)> = on!(tx, c => sqlx::query_as(
        "SELECT title, said FROM sessions WHERE workspace_id = $1 AND id = $2")
        .bind(workspace).bind(id).fetch_optional(c).await)?;
    let Some((title, said)) = found else { return Ok(()) };
    if title.is_empty() {
        let title = title_of(message);
        on!(tx, c => sqlx::query("UPDATE sessions SET title = $3, words = $4 WHERE workspace_id = $1 AND id = $2")
            .bind(workspace).bind(id).bind(&title).bind(words_of(&title)).execute(c).await.map(drop))?;
    }
    if said.chars().count() >= MOST_SAID {
        return Ok(());
    }
    let said: String = (said + &words_of(message)).chars().take(MOST_SAID).collect();
    on!(tx, c => sqlx::query("UPDATE sessions SET said = $3 WHERE workspace_id = $1 AND id = $2")
        .bind(workspace).bind(id).bind(said).execute(c).await.map(drop))
}

/// Gives their title and words to the conversations that have none.
///
/// # Errors
/// The database's own failure.
pub(super) async fn fill(tx: &mut Tx<'_>) -> Result<(), sqlx::Error> {
    loop {
        let find = "SELECT s.id, s.workspace_id, s.account_id, s.title FROM sessions s WHERE s.words = '' \
             AND (s.title <> '' OR EXISTS (SELECT 1 FROM messages m WHERE m.session_id = s.id AND m.role = 'user')) \
             ORDER BY s.id LIMIT 500";
        let rows: Vec<(Uuid, Uuid, Uuid, String)> = on!(tx, c => sqlx::query_as(find).fetch_all(c).await)?;
        let last = rows.len() < BATCH;
        for (id, workspace, account, title) in rows {
            let texts: Vec<String> = on!(tx, c => sqlx::query_scalar(
                "SELECT content FROM messages WHERE session_id = $1 AND role = 'user' ORDER BY id LIMIT 500")
                .bind(id).fetch_all(c).await)?;
            if !title.is_empty() {
                rename(tx, workspace, account, id, &title).await?;
            }
            for text in texts {
                note_said(tx, workspace, id, &text).await?;
            }
        }
        if last {
            return Ok(());
        }
    }
}
