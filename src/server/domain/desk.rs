//! The page where one talks to an agent in Coworker: what it shows, how things stand later, and writing by a plain form.

use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    access::{self, Access},
    caller::Caller,
    chat, serving,
    sessions::{self, over, own},
};
use crate::{
    model::{
        coworker::{Desk, Standing, no_conversation},
        error::Code,
        session::ServedBecause,
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{conversations, db::Tx, favourites, releases, save_attempts, sessions::SessionRow},
    },
};

/// The page of an agent, with one of the caller's conversations if the address names one.
///
/// # Errors
/// As [`access::agent`] for a user; `not_found` for a conversation that is not there, not the caller's, or with another agent.
pub async fn desk(
    core: &Core,
    caller: &Caller,
    agent: Uuid,
    session: Option<Uuid>,
    attempt: Option<Uuid>,
) -> Outcome<Desk> {
    let at = core.clock.now();
    core.db
        .read(|tx| {
            async move {
                let row = match session {
                    Some(id) => Some(find(tx, caller, agent, id).await?.ok_or_else(no_conversation)?),
                    None => None,
                };
                let refused = match access::agent(tx, caller, agent, Access::Use).await {
                    Ok(_) => None,
                    Err(failure) if is_refusal(failure.public.code) && row.is_some() => Some(failure),
                    Err(failure) => return Err(failure),
                };
                let usable = refused.is_none();
                let live = match releases::live(tx, caller.workspace, agent).await? {
                    Some(live) if usable => {
                        let serving = serving::release(tx, caller.workspace, agent, live.id).await?;
                        Some(serving::opening(core, tx, caller, serving).await?)
                    }
                    _ => None,
                };
                let favourite = favourites::has(tx, caller.workspace, caller.account, agent).await?;
                let (mut conversation, mut title) = (None, String::new());
                if let Some(row) = row {
                    conversation = Some(chat::conversation(core, tx, caller, &row, at).await?);
                    let summary = conversations::find(tx, caller.workspace, caller.account, row.id).await?;
                    title = summary.map(|summary| summary.title).unwrap_or_default();
                }
                let typed = match attempt {
                    Some(id) => save_attempts::find(tx, caller.workspace, caller.account, None, id).await?,
                    None => None,
                };
                let typed = typed.and_then(|body| serde_json::from_str(&body).ok()).unwrap_or_default();
                Ok(Desk { agent_id: agent, usable, live, favourite, conversation, title, typed })
            }
            .boxed()
        })
        .await
}

/// How things stand for a page that shows this agent, and one of the caller's conversations with it.
///
/// # Errors
/// When the database fails.
pub async fn standing(core: &Core, caller: &Caller, agent: Uuid, session: Option<Uuid>) -> Outcome<Standing> {
    let at = core.clock.now();
    core.db
        .read(|tx| {
            async move {
                let usable = match access::agent(tx, caller, agent, Access::Use).await {
                    Ok(_) => true,
                    Err(failure) if is_refusal(failure.public.code) => false,
                    Err(failure) => return Err(failure),
                };
                let live = releases::live(tx, caller.workspace, agent).await?.filter(|_| usable);
                let live = live.map(|release| release.version);
                let Some(id) = session else { return Ok(Standing { usable, live, there: true, end_reason: None }) };
                let Some(row) = find(tx, caller, agent, id).await? else {
                    return Ok(Standing { usable, live, there: false, end_reason: None });
                };
                let end_reason = over(core, tx, caller, &row, at).await?.map(|(_, reason)| reason);
                Ok(Standing { usable, live, there: true, end_reason })
            }
            .boxed()
        })
        .await
}

fn is_refusal(code: Code) -> bool {
    matches!(code, Code::NotFound | Code::Forbidden)
}

/// The caller's conversation with this agent and what was live.
async fn find(tx: &mut Tx<'_>, caller: &Caller, agent: Uuid, id: Uuid) -> Outcome<Option<SessionRow>> {
    match own(tx, caller, id).await {
        Ok(row) => Ok(Some(row).filter(|row| row.agent == agent && row.reason == ServedBecause::LiveAtStart)),
        Err(failure) if failure.public.code == Code::NotFound => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Writes a message and waits for the answer to be whole, whatever comes of it; a conversation begins where none is named.
/// Gives the conversation, which has the answer, also one that failed.
///
/// # Errors
/// As [`sessions::start`] and [`chat::send`].
pub async fn write(core: &Core, caller: &Caller, agent: Uuid, session: Option<Uuid>, content: &str) -> Outcome<Uuid> {
    // First: what is refused must not leave an empty conversation behind.
    chat::check(content)?;
    let session = match session {
        Some(session) => session,
        None => sessions::start(core, caller, agent, false, None).await?.id,
    };
    let _ = chat::send(core, caller, session, content).await?.reader.finished().await;
    Ok(session)
}

/// Tries the last message again and waits for the answer to be whole.
///
/// # Errors
/// As [`chat::retry`].
pub async fn retry(core: &Core, caller: &Caller, session: Uuid) -> Outcome<()> {
    let _ = chat::retry(core, caller, session).await?.reader.finished().await;
    Ok(())
}

/// Keeps what was typed into a plain form that was refused, for the page that shows it again.
///
/// # Errors
/// When the database fails.
pub async fn keep_typed(core: &Core, caller: &Caller, content: &str) -> Outcome<Uuid> {
    let (id, at) = (Uuid::now_v7(), core.clock.now());
    let body = serde_json::to_string(content)?;
    let body = body.as_str();
    core.db
        .write(|tx| {
            async move {
                save_attempts::insert(tx, caller.workspace, caller.account, id, None, body, at).await?;
                Ok(id)
            }
            .boxed()
        })
        .await
}
