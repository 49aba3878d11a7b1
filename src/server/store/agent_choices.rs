//! What the filters of the list of agents offer: the tags in use, and the people who own agents.
//!
//! Who sees every agent, and who has very many grants, gets the workspace's: the statements hop from one value to the next
//! along an index, so that they cost what there are values, not agents. Everybody else gets those of the agents that
//! they have a grant on. What is in the trash offers nothing.

use uuid::Uuid;

use super::{
    agent_list::{Viewer, few_grants},
    db::Tx,
};
use crate::model::account::Person;

/// A choice with more entries than this is of no use on a page; the API takes any tag and any owner.
pub const MOST: i64 = 200;

/// The tags of agents, in alphabetical order.
pub async fn tags(tx: &mut Tx<'_>, workspace: Uuid, viewer: Viewer) -> Result<Vec<String>, sqlx::Error> {
    if !viewer.sees_all && few_grants(tx, workspace, viewer.account).await? {
        return on!(tx, c => sqlx::query_scalar(
            "SELECT DISTINCT t.tag FROM grants g JOIN agents a ON a.id = g.agent_id \
             JOIN agent_tags t ON t.agent_id = a.id \
             WHERE g.workspace_id = $1 AND g.account_id = $2 AND a.deleted_at IS NULL ORDER BY t.tag LIMIT $3")
            .bind(workspace).bind(viewer.account).bind(MOST).fetch_all(c).await);
    }
    on!(tx, c => sqlx::query_scalar(
        "WITH RECURSIVE hop (tag) AS ( \
           SELECT * FROM (SELECT tag FROM agent_tags WHERE workspace_id = $1 ORDER BY tag LIMIT 1) AS first_tag \
           UNION ALL \
           SELECT (SELECT n.tag FROM agent_tags n WHERE n.workspace_id = $1 AND n.tag > hop.tag ORDER BY n.tag LIMIT 1) \
           FROM hop WHERE hop.tag IS NOT NULL) \
         SELECT tag FROM hop WHERE EXISTS (SELECT 1 FROM agent_tags x JOIN agents a ON a.id = x.agent_id \
           WHERE x.workspace_id = $1 AND x.tag = hop.tag AND a.deleted_at IS NULL) LIMIT $2")
        .bind(workspace).bind(MOST).fetch_all(c).await)
}

/// The owners of agents, by name.
pub async fn owners(tx: &mut Tx<'_>, workspace: Uuid, viewer: Viewer) -> Result<Vec<Person>, sqlx::Error> {
    let rows: Vec<(Uuid, String)> = if !viewer.sees_all && few_grants(tx, workspace, viewer.account).await? {
        on!(tx, c => sqlx::query_as(
            "SELECT p.id, p.name FROM accounts p WHERE p.id IN (SELECT a.owner_id FROM grants g \
             JOIN agents a ON a.id = g.agent_id \
             WHERE g.workspace_id = $1 AND g.account_id = $2 AND a.deleted_at IS NULL) ORDER BY p.name, p.id LIMIT $3")
            .bind(workspace).bind(viewer.account).bind(MOST).fetch_all(c).await)?
    } else {
        on!(tx, c => sqlx::query_as(
            "WITH RECURSIVE hop (owner_id) AS ( \
               SELECT * FROM (SELECT owner_id FROM agents WHERE workspace_id = $1 AND deleted_at IS NULL \
                 ORDER BY owner_id LIMIT 1) AS first_owner \
               UNION ALL \
               SELECT (SELECT n.owner_id FROM agents n WHERE n.workspace_id = $1 AND n.deleted_at IS NULL \
                 AND n.owner_id > hop.owner_id ORDER BY n.owner_id LIMIT 1) FROM hop WHERE hop.owner_id IS NOT NULL) \
             SELECT p.id, p.name FROM (SELECT owner_id FROM hop LIMIT $2) AS h JOIN accounts p ON p.id = h.owner_id \
             ORDER BY p.name, p.id")
            .bind(workspace).bind(MOST).fetch_all(c).await)?
    };
    Ok(rows.into_iter().map(|(id, name)| Person { id, name }).collect())
}
