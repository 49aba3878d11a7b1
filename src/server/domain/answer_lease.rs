//! How long an answer in a conversation counts as being written: for as long as the server that writes it says so.

use std::{convert::Infallible, time::Duration};

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    party::{OwnParty, Party},
    sessions::over,
};
use crate::server::{core::Core, failure::Outcome, store::sessions, task::stop_when_over};

/// How long a conversation counts as busy after its server last said that it is, in seconds.
pub(super) const LEASE: i64 = 20;
/// How often a server says so.
const RENEWED_EVERY: Duration = Duration::from_secs(5);

/// Says again and again that the answer is being written, for as long as it is: when nobody says so any more, its server
/// died. Stops it once the conversation is over, as when its person may no longer use the agent.
pub(super) async fn hold(core: &Core, whose: &OwnParty, session: Uuid, stop: &CancellationToken) -> Infallible {
    stop_when_over(RENEWED_EVERY, stop, || {
        let (core, whose) = (core.clone(), whose.clone());
        async move { goes_on(&core, whose.party(), session).await }
    })
    .await
}

async fn goes_on(core: &Core, party: Party<'_>, session: Uuid) -> Outcome<bool> {
    let at = core.clock.now();
    core.db
        .write(|tx| {
            async move {
                let workspace = party.workspace();
                sessions::hold_answer(tx, workspace, session, at.plus_seconds(LEASE)).await?;
                let row = sessions::find(tx, workspace, party.talker(), session).await?;
                Ok(match row {
                    Some(row) => over(core, tx, party, &row, at).await?.is_none(),
                    None => false,
                })
            }
            .boxed()
        })
        .await
}
