//! The audit log on its page.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{
    audit::{AuditChoices, AuditEntry, AuditQuery},
    error::Error,
    page::Page,
};

/// What the audit page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditPage {
    /// One page of the entries.
    pub entries: Page<AuditEntry>,
    /// What the filters offer.
    pub choices: AuditChoices,
}

/// One page of the audit log, and what its filters offer.
#[server(prefix = "/fn", endpoint = "show_audit")]
pub async fn show_audit(query: AuditQuery, cursor: Option<String>) -> Result<AuditPage, Error> {
    use crate::server::{domain::audit, web::context};
    const ROWS: u32 = 50;
    let (core, me) = context::signed_in()?;
    let entries = audit::list(&core, &me, &query.read()?, cursor.as_deref(), ROWS).await?;
    Ok(AuditPage { entries, choices: audit::choices(&core, &me).await? })
}
