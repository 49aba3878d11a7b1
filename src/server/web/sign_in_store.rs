//! Where tower-sessions keeps its sessions, which here are sign-ins: the table `sign_ins`, over Galley's own pools.
//!
//! A cookie's value is stored only as its SHA-256, so a stolen database signs nobody in. The expiry goes by Galley's clock.

use std::collections::HashMap;

use async_trait::async_trait;
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};
use uuid::Uuid;

use crate::{
    model::timestamp::Timestamp,
    server::{
        core::Core,
        domain::sign_ins::LIFE_SECONDS,
        failure::{Failure, Outcome},
        secrets::sha256,
        store::{
            db::Tx,
            memberships,
            sign_ins::{self, Row},
        },
    },
};

/// The one key under which a session keeps what it is.
pub const KEY: &str = "sign_in";

/// What a sign-in remembers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// Who is signed in.
    pub account: Uuid,
    /// The workspace that the pages are about.
    pub workspace: Uuid,
    /// What the browser says it is.
    pub user_agent: String,
    /// The address it last came from.
    pub address: String,
    /// When it was last seen.
    pub seen_at: Timestamp,
}

/// The table `sign_ins`.
#[derive(Clone, Debug)]
pub struct SignInStore {
    core: Core,
}

/// What a cookie's value is stored as.
#[must_use]
pub fn id_hash(id: &Id) -> Vec<u8> {
    sha256(&id.0.to_le_bytes())
}

impl SignInStore {
    /// Keeps sign-ins in this server's database.
    #[must_use]
    pub fn new(core: Core) -> Self {
        Self { core }
    }

    fn row(&self, record: &Record) -> Result<Row> {
        let data = record.data.get(KEY).cloned().ok_or_else(|| Error::Encode("a session of nobody".to_owned()))?;
        let data: Remembered = serde_json::from_value(data).map_err(|error| Error::Encode(error.to_string()))?;
        let now = self.core.clock.now();
        Ok(Row {
            id_hash: id_hash(&record.id),
            account: Some(data.account),
            workspace: Some(data.workspace),
            data: String::new(),
            user_agent: data.user_agent,
            address: data.address,
            created_at: now,
            seen_at: data.seen_at,
            expires_at: now.plus_seconds(LIFE_SECONDS),
        })
    }
}

#[async_trait]
impl SessionStore for SignInStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let row = self.row(record)?;
            let inserted = self.core.db.write(|tx| {
                let row = &row;
                async move {
                    seen(tx, row).await?;
                    Ok(sign_ins::insert(tx, row).await?)
                }
                .boxed()
            });
            if inserted.await.map_err(backend)? {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let row = self.row(record)?;
        let updated = self.core.db.write(|tx| {
            let row = &row;
            async move {
                seen(tx, row).await?;
                Ok(sign_ins::update(tx, row).await?)
            }
            .boxed()
        });
        updated.await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let hash = id_hash(id);
        let now = self.core.clock.now();
        let found = self.core.db.read(|tx| async move { Ok(sign_ins::find(tx, &hash, now).await?) }.boxed());
        let Some(row) = found.await.map_err(backend)? else { return Ok(None) };
        let (Some(account), Some(workspace)) = (row.account, row.workspace) else { return Ok(None) };
        let remembered =
            Remembered { account, workspace, user_agent: row.user_agent, address: row.address, seen_at: row.seen_at };
        let value = serde_json::to_value(remembered).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(row.expires_at.0 / 1_000_000)
            .map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data: HashMap::from([(KEY.to_owned(), value)]), expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let hash = id_hash(id);
        let deleted = self.core.db.write(|tx| {
            let hash = &hash;
            async move { Ok(sign_ins::delete(tx, hash).await?) }.boxed()
        });
        deleted.await.map_err(backend)
    }
}

/// Notes for the workspace that the pages are about, and for no other, that its member is signed in.
async fn seen(tx: &mut Tx<'_>, row: &Row) -> Outcome<()> {
    if let (Some(account), Some(workspace)) = (row.account, row.workspace) {
        memberships::seen(tx, workspace, account, row.seen_at).await?;
    }
    Ok(())
}

fn backend(failure: Failure) -> Error {
    Error::Backend(failure.into_public().detail)
}
