//! A row of the list of agents, as the statement in `agent_list` gives it. To add a column: there and here.

use uuid::Uuid;

use crate::model::{
    account::Person,
    agent::{AgentRow, Right, Status},
    timestamp::Timestamp,
};

/// The columns.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: Uuid,
    name: String,
    description: String,
    icon: String,
    status: String,
    last_draft: i64,
    last_release: i64,
    owner_id: Uuid,
    owner_name: String,
    live_version: Option<i64>,
    role: Option<String>,
    granted_by: Option<Uuid>,
    granted_by_name: Option<String>,
    updated_at: i64,
    created_at: i64,
    approval_waits: i64,
    tags: Option<String>,
}

impl TryFrom<Row> for AgentRow {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let Row {
            id,
            name,
            description,
            icon,
            status,
            last_draft,
            last_release,
            owner_id,
            owner_name,
            live_version,
            role,
            granted_by,
            granted_by_name,
            updated_at,
            created_at,
            approval_waits,
            tags,
        } = row;
        let mut tags: Vec<String> = match tags {
            None => Vec::new(),
            Some(json) => serde_json::from_str(&json).map_err(|_| super::unreadable("agent_tags.tag"))?,
        };
        tags.sort_unstable();
        Ok(Self {
            id,
            name,
            description,
            icon,
            status: Status::parse(&status).ok_or_else(|| super::unreadable("agents.status"))?,
            ever_released: last_release > 0,
            approval_waits: approval_waits != 0,
            draft_number: last_draft,
            live_version,
            owner: Person { id: owner_id, name: owner_name },
            tags,
            right: role.as_deref().and_then(Right::parse),
            shared_by: granted_by.zip(granted_by_name).map(|(id, name)| Person { id, name }),
            updated_at: Timestamp(updated_at),
            created_at: Timestamp(created_at),
        })
    }
}
