//! The settings of the workspace itself.

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::model::{
    account::Me,
    error::Error,
    publishing::{Publishing, WorkspaceSettings},
};

/// The toast of a change.
pub const SAVED: &str = "Workspace settings saved";

/// The settings of the workspace.
#[server(prefix = "/fn", endpoint = "show_workspace")]
pub async fn show_workspace() -> Result<WorkspaceSettings, Error> {
    use crate::server::{domain::workspaces, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(workspaces::settings(&core, &caller).await?)
}

/// Changes the settings, and gives the person with the workspace's new name.
#[server(prefix = "/fn", endpoint = "change_workspace", input = PostUrl)]
pub async fn change_workspace(name: String, publishing: Publishing) -> Result<Me, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::{sign_ins, workspaces},
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = workspaces::change(&core, &caller, &WorkspaceSettings { name, publishing }).await;
    let said = match &outcome {
        Ok(_) => Flash::good(SAVED),
        Err(failure) => Flash::bad(failure.public.detail.clone()),
    };
    reply.go_saying(paths::WORKSPACE, &said);
    outcome?;
    let me = sign_ins::who(&core, caller.account, Some(caller.workspace)).await?;
    me.ok_or_else(Error::unauthorized)
}
