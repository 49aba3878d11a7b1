//! A copy of an agent. It starts clean: the source's draft as draft 1, no releases, nobody else's grants.

use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    access::{self, Access},
    agents,
    caller::Caller,
    drafts,
};
use crate::{
    model::{
        export::copy_name,
        saved_draft::{Draft, Origin},
    },
    server::{core::Core, failure::Outcome, store::agent_tags},
};

/// Makes a copy that the caller owns, with the same tags.
///
/// # Errors
/// As [`access::agent`] for an editor of the source, since a copy shows its draft.
pub async fn duplicate(core: &Core, caller: &Caller, id: Uuid) -> Outcome<(Uuid, Draft)> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let source = access::agent(tx, caller, id, Access::Edit).await?.agent;
                let mut config = drafts::current(tx, &source).await?.config;
                config.name = copy_name(&config.name);
                let (copy, draft) = agents::create_in(tx, caller, &config, Origin::Duplicate, at).await?;
                for tag in agent_tags::of(tx, caller.workspace, id).await? {
                    agent_tags::add(tx, caller.workspace, copy, &tag).await?;
                }
                Ok((copy, draft))
            }
            .boxed()
        })
        .await
}
