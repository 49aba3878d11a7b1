//! Who belongs to which workspace, and as what.

use uuid::Uuid;

use super::{
    db::{Engine, Tx},
    search_words::Search,
    sql_text::{SqlText, Value},
};
use crate::model::{
    account::{Member, Role, WorkspaceInfo},
    session::EndReason,
    timestamp::Timestamp,
};

/// Makes an account a member; `false` when it already is one.
pub async fn insert(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    account: Uuid,
    role: Role,
    at: Timestamp,
) -> Result<bool, sqlx::Error> {
    let made = on!(tx, c => sqlx::query(
        "INSERT INTO memberships (workspace_id, account_id, role, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (workspace_id, account_id) DO NOTHING")
        .bind(workspace).bind(account).bind(role.as_str()).bind(at.0)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(made == 1)
}

/// What an account is in a workspace.
pub async fn role(tx: &mut Tx<'_>, workspace: Uuid, account: Uuid) -> Result<Option<Role>, sqlx::Error> {
    let role: Option<String> = on!(tx, c => sqlx::query_scalar(
        "SELECT role FROM memberships WHERE workspace_id = $1 AND account_id = $2")
        .bind(workspace).bind(account).fetch_optional(c).await)?;
    role.as_deref().map(parse).transpose()
}

/// Like [`role`], and keeps the member from leaving until the transaction ends.
pub async fn role_held(tx: &mut Tx<'_>, workspace: Uuid, account: Uuid) -> Result<Option<Role>, sqlx::Error> {
    let text = tx.pick(
        "SELECT role FROM memberships WHERE workspace_id = $1 AND account_id = $2",
        "SELECT role FROM memberships WHERE workspace_id = $1 AND account_id = $2 FOR SHARE",
    );
    let role: Option<String> =
        on!(tx, c => sqlx::query_scalar(text).bind(workspace).bind(account).fetch_optional(c).await)?;
    role.as_deref().map(parse).transpose()
}

/// The agents that an account owns in a workspace, those in the trash included.
pub async fn owned(tx: &mut Tx<'_>, workspace: Uuid, account: Uuid) -> Result<Vec<Uuid>, sqlx::Error> {
    on!(tx, c => sqlx::query_scalar("SELECT id FROM agents WHERE workspace_id = $1 AND owner_id = $2 ORDER BY id")
        .bind(workspace).bind(account).fetch_all(c).await)
}

/// Gives a member another role.
pub async fn set_role(tx: &mut Tx<'_>, workspace: Uuid, account: Uuid, role: Role) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("UPDATE memberships SET role = $3 WHERE workspace_id = $1 AND account_id = $2")
        .bind(workspace).bind(account).bind(role.as_str()).execute(c).await.map(drop))
}

/// Ends a membership.
pub async fn delete(tx: &mut Tx<'_>, workspace: Uuid, account: Uuid) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM memberships WHERE workspace_id = $1 AND account_id = $2")
        .bind(workspace).bind(account).execute(c).await.map(drop))
}

/// How many admins a workspace has; their rows are held until the transaction ends, so that two admins cannot both stop
/// being the last.
pub async fn admins_locked(tx: &mut Tx<'_>, workspace: Uuid) -> Result<Vec<Uuid>, sqlx::Error> {
    let text = tx.pick(
        "SELECT account_id FROM memberships WHERE workspace_id = $1 AND role = 'admin' ORDER BY account_id",
        "SELECT account_id FROM memberships WHERE workspace_id = $1 AND role = 'admin' ORDER BY account_id FOR UPDATE",
    );
    on!(tx, c => sqlx::query_scalar(text).bind(workspace).fetch_all(c).await)
}

/// The workspaces of an account, the first joined first.
pub async fn of_account(tx: &mut Tx<'_>, account: Uuid) -> Result<Vec<WorkspaceInfo>, sqlx::Error> {
    let rows: Vec<(Uuid, String, String)> = on!(tx, c => sqlx::query_as(
        "SELECT w.id, w.name, m.role FROM memberships m JOIN workspaces w ON w.id = m.workspace_id \
         WHERE m.account_id = $1 ORDER BY m.created_at, w.id")
        .bind(account).fetch_all(c).await)?;
    rows.into_iter().map(|(id, name, role)| Ok(WorkspaceInfo { id, name, role: parse(&role)? })).collect()
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    account_id: Uuid,
    name: String,
    email: String,
    role: String,
    created_at: i64,
    last_seen_at: Option<i64>,
}

/// The members of a workspace with an account's id above `after`, by id; those whose name or address has the words, where
/// there are some. It looks at no account outside of the workspace.
pub async fn page(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    search: Option<&Search>,
    after: Uuid,
    limit: u32,
) -> Result<Vec<Member>, sqlx::Error> {
    let mut sql = SqlText::default();
    sql.push(
        "SELECT m.account_id, a.name, a.email, m.role, m.created_at, m.last_seen_at FROM memberships m \
         JOIN accounts a ON a.id = m.account_id WHERE m.workspace_id = ",
    );
    sql.id(workspace).push(" AND m.account_id > ").id(after);
    match search {
        None => {}
        Some(Search::Nothing) => return Ok(Vec::new()),
        Some(Search::Phrases(phrases)) => {
            for phrase in phrases {
                sql.push(match tx.engine() {
                    Engine::Sqlite => " AND instr(a.words, ",
                    Engine::Postgres => " AND strpos(a.words, ",
                });
                sql.value(Value::Text(format!(" {phrase}"))).push(") > 0");
            }
        }
    }
    sql.push(" ORDER BY m.account_id LIMIT ").value(Value::Number(i64::from(limit)));
    let rows = on!(tx, c => bound!(sqlx::query_as::<_, MemberRow>(sql.text()), sql).fetch_all(c).await)?;
    rows.into_iter()
        .map(|row| {
            let MemberRow { account_id, name, email, role, created_at, last_seen_at } = row;
            let (joined_at, last_seen_at) = (Timestamp(created_at), last_seen_at.map(Timestamp));
            Ok(Member { account_id, name, email, role: parse(&role)?, joined_at, last_seen_at })
        })
        .collect()
}

/// Notes that a member was signed in to the workspace at this time.
pub async fn seen(tx: &mut Tx<'_>, workspace: Uuid, account: Uuid, at: Timestamp) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "UPDATE memberships SET last_seen_at = $3 WHERE workspace_id = $1 AND account_id = $2 \
         AND (last_seen_at IS NULL OR last_seen_at < $3)")
        .bind(workspace).bind(account).bind(at.0).execute(c).await.map(drop))
}

fn parse(role: &str) -> Result<Role, sqlx::Error> {
    Role::parse(role).ok_or_else(|| super::unreadable("memberships.role"))
}

/// Gives every agent that an account owns in a workspace to another, who gets the owner's right on each; takes all other
/// rights of the first account away, and ends its open conversations. Agents in the trash go along.
pub async fn hand_over(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    from: Uuid,
    to: Uuid,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO grants (workspace_id, agent_id, account_id, role, granted_by, granted_at) \
         SELECT workspace_id, id, $3, 'owner', $3, $4 FROM agents WHERE workspace_id = $1 AND owner_id = $2 \
         ON CONFLICT (agent_id, account_id) WHERE account_id IS NOT NULL \
         DO UPDATE SET role = excluded.role, granted_by = excluded.granted_by, granted_at = excluded.granted_at")
        .bind(workspace).bind(from).bind(to).bind(at.0).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query("UPDATE agents SET owner_id = $3 WHERE workspace_id = $1 AND owner_id = $2")
        .bind(workspace).bind(from).bind(to).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query("DELETE FROM grants WHERE workspace_id = $1 AND account_id = $2")
        .bind(workspace).bind(from).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query(
        "UPDATE sessions SET ended_at = $3, end_reason = $4 \
         WHERE workspace_id = $1 AND account_id = $2 AND visitor IS NULL AND ended_at IS NULL")
        .bind(workspace).bind(from).bind(at.0).bind(EndReason::Revoked.as_str()).execute(c).await.map(drop))
}
