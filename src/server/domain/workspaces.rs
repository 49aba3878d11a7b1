//! The workspace itself: its name, and who publishes in it.

use futures_util::FutureExt;
use serde_json::json;

use super::{audit, caller::Caller};
use crate::{
    model::{account::Role, api_key::Scope, error::Error, publishing::WorkspaceSettings},
    server::{core::Core, failure::Outcome, store::workspaces},
};

/// The settings of the caller's workspace, as every member may see them.
///
/// # Errors
/// When the database fails.
pub async fn settings(core: &Core, caller: &Caller) -> Outcome<WorkspaceSettings> {
    core.db
        .read(|tx| {
            async move {
                let found = workspaces::settings(tx, caller.workspace).await?;
                found.ok_or_else(|| Error::not_found().into())
            }
            .boxed()
        })
        .await
}

/// Changes the settings; they hold from the next request on. The same ones again: nothing happens.
///
/// # Errors
/// `forbidden` for who is no admin; `validation_failed` for a name that is not one.
pub async fn change(core: &Core, caller: &Caller, new: &WorkspaceSettings) -> Outcome<WorkspaceSettings> {
    caller.require(Scope::Admin)?;
    if caller.role != Role::Admin {
        return Err(Error::forbidden("Only an admin of the workspace may change its settings.").into());
    }
    let new = new.checked()?;
    let at = core.clock.now();
    core.db
        .write(|tx| {
            let new = new.clone();
            async move {
                let before = workspaces::settings_locked(tx, caller.workspace).await?.ok_or_else(Error::not_found)?;
                if before != new {
                    workspaces::set(tx, caller.workspace, &new).await?;
                    let detail = json!({ "before": before, "after": new });
                    audit::record(tx, caller, "workspace.settings", Some(caller.workspace), detail, at).await?;
                }
                Ok(new)
            }
            .boxed()
        })
        .await
}
