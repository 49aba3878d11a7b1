//! What is cleared away each hour. Several nodes may do it at once: each step only deletes what is past its time.
//!
//! To add a step: a line in [`once`].

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{
    core::Core,
    domain::{idempotency, link_limits, runs, trash},
    failure::Outcome,
    store::{save_attempts, sign_ins},
};

/// From the start to the first round, so that a process that is restarted often clears away too.
const BEFORE_FIRST: Duration = Duration::from_mins(1);

/// From one round to the next.
const BETWEEN: Duration = Duration::from_hours(1);

/// How long a refused form is kept.
const SAVE_ATTEMPT_SECONDS: i64 = 86_400;

/// Clears away each hour until `stop`.
pub async fn run(core: Core, stop: CancellationToken) {
    let mut pause = BEFORE_FIRST;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        once(&core).await;
        pause = BETWEEN;
    }
}

/// One round. A step that fails is logged and does not stop the others.
pub async fn once(core: &Core) {
    let now = core.clock.now();
    let a_day_ago = now.plus_seconds(-SAVE_ATTEMPT_SECONDS);
    let forms = core.db.write(|tx| Box::pin(async move { Ok(save_attempts::forget(tx, a_day_ago).await?) })).await;
    report("refused forms", forms);
    let ended = core.db.write(|tx| Box::pin(async move { Ok(sign_ins::delete_expired(tx, now).await?) })).await;
    report("expired sign-ins", ended.map(|()| 0));
    report("answers kept for retries", idempotency::tidy(core).await);
    report("days of public links", link_limits::tidy(core).await);
    report("runs that were interrupted", runs::interrupt_overdue(core).await);
    report("agents that were long in the trash", trash::purge_expired(core).await);
}

fn report(what: &'static str, cleared: Outcome<u64>) {
    match cleared {
        Ok(0) => {}
        Ok(rows) => tracing::info!(what, rows, "cleared away"),
        Err(failure) => {
            let _ = failure.into_public();
        }
    }
}
