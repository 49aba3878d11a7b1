//! Reading one revision, a save or a release, and comparing two. The page and the API meet here.

use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    access::{self, Access},
    caller::Caller,
    configs, releases as published,
};
use crate::{
    model::{
        diff,
        error::{Code, Error},
        release::{CompiledRelease, Release, ReleaseName},
        revision::{Comparison, Revision, RevisionName, RevisionRef},
    },
    server::{
        core::Core,
        failure::{Failure, Outcome},
        store::{
            agents::Agent,
            configs as bodies,
            db::Tx,
            drafts::{self, DraftRow},
            releases,
        },
    },
};

/// One revision of an agent with its config.
///
/// # Errors
/// As [`access::agent`] for an editor; `not_found` for a revision that is not there or was deleted.
pub async fn revision(core: &Core, caller: &Caller, id: Uuid, name: impl Into<RevisionName>) -> Outcome<Revision> {
    let name = name.into();
    core.db
        .read(|tx| {
            async move {
                let agent = access::agent(tx, caller, id, Access::Edit).await?.agent;
                find(tx, &agent, name).await
            }
            .boxed()
        })
        .await
}

/// What differs from the revision `name` to the revision `against`, which is the draft unless another is named.
///
/// # Errors
/// As [`revision`].
pub async fn diff(
    core: &Core,
    caller: &Caller,
    id: Uuid,
    name: RevisionName,
    against: Option<RevisionName>,
) -> Outcome<Comparison> {
    let against = against.unwrap_or(RevisionName::Draft);
    let (from, to) = core
        .db
        .read(|tx| {
            async move {
                let agent = access::agent(tx, caller, id, Access::Edit).await?.agent;
                Ok((find(tx, &agent, name).await?, find(tx, &agent, against).await?))
            }
            .boxed()
        })
        .await?;
    let changes = diff::diff(&from.config, &to.config);
    Ok(Comparison { from, to, changes })
}

/// [`diff()`] of two revisions whose names a person may have typed.
///
/// # Errors
/// As [`revision`]; `validation_failed` for a name that is none.
pub async fn compare(core: &Core, caller: &Caller, id: Uuid, from: &str, to: &str) -> Outcome<Comparison> {
    let name =
        |field: &str, text: &str| text.parse::<RevisionName>().map_err(|wrong| Error::field(field, wrong.to_string()));
    diff(core, caller, id, name("from", from)?, Some(name("to", to)?)).await
}

/// A release with what was compiled for it. Of a deleted one the tombstone is left.
///
/// # Errors
/// As [`access::agent`] for an editor; `not_found` for what never was.
pub async fn find_release(core: &Core, caller: &Caller, id: Uuid, name: ReleaseName) -> Outcome<CompiledRelease> {
    core.db
        .read(|tx| {
            async move {
                let agent = access::agent(tx, caller, id, Access::Edit).await?.agent;
                let release = published::named(tx, &agent, name).await?.ok_or_else(|| published::unknown(name))?;
                if release.deleted_at.is_some() {
                    return Ok(CompiledRelease { release, compiled: None });
                }
                let body = bodies::get(tx, agent.workspace, &release.compiled_hash).await?;
                let body =
                    body.ok_or_else(|| Failure::internal(format!("body {} is missing", release.compiled_hash)))?;
                Ok(CompiledRelease { compiled: Some(serde_json::from_slice(&body)?), release })
            }
            .boxed()
        })
        .await
}

async fn find(tx: &mut Tx<'_>, agent: &Agent, name: RevisionName) -> Outcome<Revision> {
    let save = match name {
        RevisionName::Draft => drafts::by_number(tx, agent.workspace, agent.id, agent.last_draft).await?,
        RevisionName::Number(RevisionRef::Draft(number)) => {
            drafts::by_number(tx, agent.workspace, agent.id, number).await?
        }
        RevisionName::Id(id) => drafts::by_id(tx, agent.workspace, agent.id, id).await?,
        RevisionName::Live | RevisionName::Number(RevisionRef::Release(_)) => None,
    };
    if let Some(save) = save {
        return of_save(tx, agent, save).await;
    }
    let release = match name {
        RevisionName::Live => releases::live(tx, agent.workspace, agent.id).await?.ok_or_else(nothing_live)?,
        RevisionName::Number(RevisionRef::Release(version)) => published::standing(tx, agent, version).await?,
        RevisionName::Id(id) => published::standing(tx, agent, id).await?,
        RevisionName::Draft | RevisionName::Number(RevisionRef::Draft(_)) => return Err(Error::not_found().into()),
    };
    of_release(tx, agent, release).await
}

async fn of_save(tx: &mut Tx<'_>, agent: &Agent, save: DraftRow) -> Outcome<Revision> {
    let config = configs::get(tx, agent.workspace, &save.config_hash).await?;
    let DraftRow { id, number, config_hash, origin: _, saved_by: by, saved_at: at } = save;
    Ok(Revision { name: RevisionRef::Draft(number), id, config_hash, config, by, at })
}

async fn of_release(tx: &mut Tx<'_>, agent: &Agent, release: Release) -> Outcome<Revision> {
    let config = configs::get(tx, agent.workspace, &release.config_hash).await?;
    let (name, id, config_hash) = (RevisionRef::Release(release.version), release.id, release.config_hash);
    Ok(Revision { name, id, config_hash, config, by: release.published_by, at: release.published_at })
}

fn nothing_live() -> Error {
    Error::new(Code::NotFound, "Nothing is live, so there is nothing to compare with.")
}
