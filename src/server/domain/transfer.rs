//! Export and import of an agent's config as a file. Neither carries a secret: a config only names them.

use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    access::{self, Access},
    agents,
    caller::Caller,
    configs, drafts,
};
use crate::{
    model::{
        error::Error,
        export,
        saved_draft::{Draft, Origin},
    },
    server::{core::Core, failure::Outcome},
};

/// A file to be downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// A name that every system takes.
    pub file_name: String,
    /// JSON.
    pub text: String,
}

/// The current draft as a file.
///
/// # Errors
/// As [`access::agent`] for an editor.
pub async fn export(core: &Core, caller: &Caller, id: Uuid) -> Outcome<Exported> {
    let at = core.clock.now();
    core.db
        .read(|tx| {
            async move {
                let agent = access::agent(tx, caller, id, Access::Edit).await?.agent;
                let config = drafts::current(tx, &agent).await?.config;
                Ok(Exported { file_name: export::file_name(&config.name), text: export::write(&config, at) })
            }
            .boxed()
        })
        .await
}

/// Makes an agent out of a file that [`export()`] wrote.
///
/// # Errors
/// `validation_failed` with every field at fault; nothing is made.
pub async fn import(core: &Core, caller: &Caller, file: &[u8]) -> Outcome<(Uuid, Draft)> {
    let config = export::read(file).map_err(Error::invalid)?;
    let errors = configs::errors(&config);
    if !errors.is_empty() {
        return Err(Error::invalid(errors).into());
    }
    let at = core.clock.now();
    core.db.write(|tx| agents::create_in(tx, caller, &config, Origin::Import, at).boxed()).await
}
