//! Changing some fields of a draft: a JSON Merge Patch (RFC 7396) of the config, saved by the rules of Save.

use futures_util::FutureExt;
use serde_json::Value;
use uuid::Uuid;

use super::{
    access::{self, Access},
    caller::Caller,
    configs, drafts,
};
use crate::{
    model::{
        config::Config,
        error::Error,
        merge::{Merge, merge},
        saved_draft::{SaveConflict, SaveOutcome},
    },
    server::{core::Core, failure::Outcome},
};

/// Which draft a patch is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Whichever is current.
    Current,
    /// This one, and it must still be the current one.
    Exactly(i64),
    /// This one; what was saved since is merged with it.
    Merging(i64),
}

/// Patches the draft. An empty patch, or one that says what is there already, saves nothing.
///
/// # Errors
/// As [`access::agent`] for an editor; `validation_failed` for a base that never was.
pub async fn patch(core: &Core, caller: &Caller, id: Uuid, patch: &Value, basis: Basis) -> Outcome<SaveOutcome> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, Access::Edit).await?.agent;
                let base = match basis {
                    Basis::Current => agent.last_draft,
                    Basis::Exactly(number) | Basis::Merging(number) => number,
                };
                let from = drafts::load(tx, caller.workspace, id, base).await?.ok_or_else(|| {
                    Error::field("base_draft", format!("draft {base} never was; the draft is {}", agent.last_draft))
                })?;
                let mut value = from.config.to_full_value();
                json_patch::merge(&mut value, patch);
                let mine = match Config::from_value(value) {
                    Ok(mine) => mine,
                    Err(errors) => return Ok(SaveOutcome::Invalid { errors }),
                };
                if matches!(basis, Basis::Exactly(_)) && base != agent.last_draft {
                    let theirs = drafts::current(tx, &agent).await?;
                    let conflicts = match merge(&from.config, &mine, &theirs.config) {
                        Merge::Conflict(conflicts) => conflicts,
                        Merge::Clean { .. } => Vec::new(),
                    };
                    let (current, saved_by) = (agent.last_draft, theirs.info.saved_by);
                    return Ok(SaveOutcome::Conflict(Box::new(SaveConflict { base, current, saved_by, conflicts })));
                }
                let unchanged = base == agent.last_draft && mine.hash() == agent.draft_hash;
                if let Some(refused) = drafts::refusal(&mine, configs::errors(&mine), !unchanged, Some(base)) {
                    return Ok(refused);
                }
                drafts::save_in(tx, caller, &agent, base, &mine, None, at).await
            }
            .boxed()
        })
        .await
}
