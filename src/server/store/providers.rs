//! Model providers of a workspace. The key is sealed: this file never sees it plain.

use uuid::Uuid;

use super::db::Tx;
use crate::model::{provider::ProviderKind, timestamp::Timestamp};

/// A provider's row.
#[derive(Clone, Debug)]
pub struct ProviderRow {
    /// Its id.
    pub id: Uuid,
    /// Its name, unique in the workspace.
    pub slug: String,
    /// The API it speaks.
    pub kind: ProviderKind,
    /// Its address; empty for the kind's own service.
    pub base_url: String,
    /// The models it serves.
    pub models: Vec<String>,
    /// The sealed key.
    pub key_sealed: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    slug: String,
    kind: String,
    base_url: String,
    models: String,
    key_sealed: Option<Vec<u8>>,
}

impl TryFrom<Row> for ProviderRow {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let Row { id, slug, kind, base_url, models, key_sealed } = row;
        Ok(Self {
            id,
            slug,
            kind: ProviderKind::parse(&kind).ok_or_else(|| super::unreadable("providers.kind"))?,
            base_url,
            models: models.lines().map(str::to_owned).collect(),
            key_sealed,
        })
    }
}

/// The providers of a workspace, by name.
pub async fn list(tx: &mut Tx<'_>, workspace: Uuid) -> Result<Vec<ProviderRow>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(
        "SELECT id, slug, kind, base_url, models, key_sealed FROM providers WHERE workspace_id = $1 ORDER BY slug")
        .bind(workspace).fetch_all(c).await)?
    .into_iter()
    .map(TryInto::try_into)
    .collect()
}

/// The provider with this id.
pub async fn find(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid) -> Result<Option<ProviderRow>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(
        "SELECT id, slug, kind, base_url, models, key_sealed FROM providers WHERE workspace_id = $1 AND id = $2")
        .bind(workspace).bind(id).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
}

/// The provider with this name.
pub async fn by_slug(tx: &mut Tx<'_>, workspace: Uuid, slug: &str) -> Result<Option<ProviderRow>, sqlx::Error> {
    on!(tx, c => sqlx::query_as::<_, Row>(
        "SELECT id, slug, kind, base_url, models, key_sealed FROM providers WHERE workspace_id = $1 AND slug = $2")
        .bind(workspace).bind(slug).fetch_optional(c).await)?
    .map(TryInto::try_into)
    .transpose()
}

/// Writes a new provider, or what changed of one; its name is free.
pub async fn put(
    tx: &mut Tx<'_>,
    workspace: Uuid,
    row: &ProviderRow,
    by: Uuid,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query(
        "INSERT INTO providers (id, workspace_id, slug, kind, base_url, models, key_sealed, created_by, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, kind = excluded.kind, base_url = excluded.base_url, \
         models = excluded.models, key_sealed = excluded.key_sealed WHERE providers.workspace_id = excluded.workspace_id")
        .bind(row.id).bind(workspace).bind(&row.slug).bind(row.kind.as_str()).bind(&row.base_url)
        .bind(row.models.join("\n")).bind(row.key_sealed.as_deref()).bind(by).bind(at.0).execute(c).await.map(drop))
}

/// Removes a provider and its key.
pub async fn delete(tx: &mut Tx<'_>, workspace: Uuid, id: Uuid) -> Result<(), sqlx::Error> {
    on!(tx, c => sqlx::query("DELETE FROM providers WHERE workspace_id = $1 AND id = $2")
        .bind(workspace).bind(id).execute(c).await.map(drop))
}
