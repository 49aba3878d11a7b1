//! Publishing, rolling back, unpublishing and deleting from the pages.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use uuid::Uuid;

use crate::model::{
    builder::{ReleasePanel, RollbackPreview},
    error::Error,
    page::Page,
    release::{LiveEvent, Published, Release},
};

/// The Release dropdown.
#[server(prefix = "/fn", endpoint = "load_release_panel")]
pub async fn load_release_panel(agent: Uuid) -> Result<ReleasePanel, Error> {
    use crate::server::{domain::builder, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(builder::panel(&core, &caller, agent).await?)
}

/// Publishes the draft that the person saw, numbered `expected_draft`.
#[server(prefix = "/fn", endpoint = "publish_release", input = PostUrl)]
pub async fn publish_release(
    agent: Uuid,
    expected_draft: i64,
    #[server(default)] note: String,
) -> Result<Published, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::releases,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = releases::publish(&core, &caller, agent, &note, Some(expected_draft)).await;
    let page = paths::agent(agent);
    match &outcome {
        Ok(published @ (Published::Released(_) | Published::RolledBack(_))) => {
            reply.go_saying(&page, &Flash::good(published.sentence()));
        }
        Ok(published) => reply.go_saying(&page, &Flash::bad(published.sentence())),
        Err(failure) => reply.go_saying(&page, &Flash::bad(failure.public.detail.clone())),
    }
    Ok(outcome?)
}

/// What a roll back would do.
#[server(prefix = "/fn", endpoint = "preview_rollback")]
pub async fn preview_rollback(agent: Uuid, version: i64) -> Result<RollbackPreview, Error> {
    use crate::server::{domain::builder, web::context};
    let (core, caller) = context::signed_in()?;
    Ok(builder::rollback_preview(&core, &caller, agent, version).await?)
}

/// Points live at an earlier release.
#[server(prefix = "/fn", endpoint = "roll_back", input = PostUrl)]
pub async fn roll_back(
    agent: Uuid,
    version: i64,
    reason: String,
    #[server(default)] end_open_sessions: bool,
) -> Result<Release, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::releases,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = releases::roll_back(&core, &caller, agent, version, &reason, end_open_sessions).await;
    let said = match &outcome {
        Ok(release) => Flash::good(format!("v{} is live", release.version)),
        Err(failure) => Flash::bad(failure.public.detail.clone()),
    };
    reply.go_saying(&paths::agent(agent), &said);
    Ok(outcome?)
}

/// Points live at nothing.
#[server(prefix = "/fn", endpoint = "unpublish_agent", input = PostUrl)]
pub async fn unpublish_agent(agent: Uuid) -> Result<(), Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::releases,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = releases::unpublish(&core, &caller, agent).await;
    let said = match &outcome {
        Ok(()) => Flash::good("Unpublished: nothing is live any more"),
        Err(failure) => Flash::bad(failure.public.detail.clone()),
    };
    reply.go_saying(&paths::releases(agent), &said);
    Ok(outcome?)
}

/// Deletes a release that is not live.
#[server(prefix = "/fn", endpoint = "delete_release", input = PostUrl)]
pub async fn delete_release(agent: Uuid, version: i64) -> Result<Release, Error> {
    use crate::{
        model::flash::Flash,
        paths,
        server::{
            domain::releases,
            web::{context, plain_form::Reply},
        },
    };
    let (core, caller) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = releases::delete(&core, &caller, agent, version).await;
    let said = match &outcome {
        Ok(release) => Flash::good(format!("v{} was deleted", release.version)),
        Err(failure) => Flash::bad(failure.public.detail.clone()),
    };
    reply.go_saying(&paths::releases(agent), &said);
    Ok(outcome?)
}

/// The releases of an agent, newest first.
#[server(prefix = "/fn", endpoint = "list_releases")]
pub async fn list_releases(agent: Uuid, cursor: Option<String>) -> Result<Page<Release>, Error> {
    use crate::{
        model::page::DEFAULT_LIMIT,
        server::{domain::releases, web::context},
    };
    let (core, caller) = context::signed_in()?;
    Ok(releases::list(&core, &caller, agent, cursor.as_deref(), DEFAULT_LIMIT).await?)
}

/// Every move of the live pointer, newest first.
#[server(prefix = "/fn", endpoint = "load_timeline")]
pub async fn load_timeline(agent: Uuid, cursor: Option<String>) -> Result<Page<LiveEvent>, Error> {
    use crate::{
        model::page::DEFAULT_LIMIT,
        server::{domain::releases, web::context},
    };
    let (core, caller) = context::signed_in()?;
    Ok(releases::timeline(&core, &caller, agent, cursor.as_deref(), DEFAULT_LIMIT).await?)
}
