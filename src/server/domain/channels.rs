//! The ways in to an agent: which are on, switching them, and trying them.
//!
//! A switch holds from the next request on, on every node: it is read from the database each time. Switching one off ends
//! what is open on it. What it was set to is audited, and is no part of the config.

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::{
    access::{self, Access},
    audit,
    caller::{Caller, KeyUse},
    chat, configs, link_limits, links, runs, sessions, visits,
};
use crate::{
    model::{
        api_key::Scope,
        channel::{Channel, ChannelState, Channels, Tested},
        error::{Code, Error},
        session::{EndReason, Message},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::Outcome,
        store::{agents::Agent, channels, db::Tx, links as link_rows, releases, runs::Those, sessions as session_rows},
    },
};

/// Refuses a key where programs may not reach the agent. Who comes in person passes.
///
/// # Errors
/// `channel_off`.
pub(super) async fn refuse_off(tx: &mut Tx<'_>, caller: &Caller, agent: Uuid) -> Outcome<()> {
    if caller.key.is_none() || channels::is_on(tx, caller.workspace, agent, Channel::Api).await? {
        return Ok(());
    }
    Err(Error::new(Code::ChannelOff, "The API is switched off for this agent. Its editors can switch it on.").into())
}

/// The ways in to an agent, for its editors.
///
/// # Errors
/// As [`access::agent`] for an editor.
pub async fn list(core: &Core, caller: &Caller, id: Uuid) -> Outcome<Channels> {
    let at = core.clock.now();
    core.db
        .read(|tx| {
            async move {
                let agent = access::agent(tx, caller, id, Access::Edit).await?.agent;
                load(core, tx, &agent, at).await
            }
            .boxed()
        })
        .await
}

/// Switches a channel on or off; again: nothing happens. Off ends its open conversations, and its runs, at once.
///
/// # Errors
/// As [`access::agent`]: for an editor, and for the owner to let strangers in. `validation_failed` for a channel without a
/// switch; `no_published_version` for a link that would lead to nothing.
pub async fn switch(core: &Core, caller: &Caller, id: Uuid, channel: Channel, on: bool) -> Outcome<Channels> {
    if !channel.has_switch() {
        let sentence = format!("{} has no switch", channel.label());
        return Err(Error::field("channel", sentence).into());
    }
    let at = core.clock.now();
    let needed = if channel == Channel::Link && on { Access::Own } else { Access::Edit };
    let (shown, ended) = core
        .db
        .write(|tx| {
            async move {
                let agent = access::agent_locked(tx, caller, id, needed).await?.agent;
                let mut ended = Vec::new();
                if channels::is_on(tx, agent.workspace, id, channel).await? != on {
                    if channel == Channel::Link && on {
                        if agent.live_hash.is_none() {
                            return Err(Error::new(Code::NoPublishedVersion, "no_published_version").into());
                        }
                        links::ensure(tx, caller, &agent, at).await?;
                    }
                    channels::switch(tx, agent.workspace, id, channel, on, caller.account, at).await?;
                    if !on {
                        ended = end(tx, &agent, channel, at).await?;
                    }
                    let act = if on { "channel.on" } else { "channel.off" };
                    let detail = json!({ "channel": channel, "conversations_ended": ended.len() });
                    audit::record(tx, caller, act, Some(id), detail, at).await?;
                }
                Ok((load(core, tx, &agent, at).await?, ended))
            }
            .boxed()
        })
        .await?;
    for session in ended {
        let _ = core.engine.stop(session);
    }
    Ok(shown)
}

/// Ends what is open on a channel; gives the conversations.
async fn end(tx: &mut Tx<'_>, agent: &Agent, channel: Channel, at: Timestamp) -> Outcome<Vec<Uuid>> {
    let (workspace, why) = (agent.workspace, EndReason::ChannelOff);
    if channel == Channel::Api {
        runs::end_with(tx, workspace, Those::ByKey(agent.id), why, at).await?;
    }
    Ok(session_rows::end_of_channel(tx, workspace, agent.id, channel, why, at).await?)
}

async fn load(core: &Core, tx: &mut Tx<'_>, agent: &Agent, at: Timestamp) -> Outcome<Channels> {
    let workspace = agent.workspace;
    let switches = channels::switches(tx, workspace, agent.id).await?;
    let activity = channels::activity(tx, workspace, agent.id).await?;
    let shown = Channel::SHOWN.map(|channel| {
        let switched = switches.iter().find(|one| one.channel == channel);
        let last = activity.iter().find(|one| one.channel == channel);
        let error = last.and_then(|last| last.error.as_ref());
        ChannelState {
            channel,
            on: switched.map_or(channel.is_on_at_first(), |switched| switched.on),
            changed_by: switched.map(|switched| switched.by.clone()),
            changed_at: switched.map(|switched| switched.at),
            last_message_at: last.map(|last| last.message_at),
            last_error: error.map(|(_, sentence)| sentence.clone()),
            last_error_at: error.map(|(at, _)| *at),
        }
    });
    let link = match link_rows::of_agent(tx, workspace, agent.id).await? {
        Some(row) => {
            let used = link_rows::usage(tx, workspace, row.id, link_limits::day(at)).await?;
            Some(links::show(core, row, used))
        }
        None => None,
    };
    let live = releases::live(tx, workspace, agent.id).await?;
    let off_for_visitors = match &live {
        Some(live) => {
            let skills = configs::get(tx, workspace, &live.config_hash).await?.skills;
            skills.into_iter().filter(|skill| skill.needs_confirmation).map(|skill| skill.name).collect()
        }
        None => Vec::new(),
    };
    let live_version = live.map(|live| live.version);
    Ok(Channels { channels: shown.to_vec(), link, live_version, off_for_visitors })
}

/// Sends a message to what is live by one of the ways in, as whoever comes by it would, and waits for the answer. The
/// conversation is over then, and not kept where it would be the caller's own.
///
/// # Errors
/// As [`access::agent`] for an editor; `channel_off`, `no_published_version`; what the way in refuses, such as
/// `rate_limited` on a public link whose day is used up.
pub async fn test(core: &Core, caller: &Caller, id: Uuid, channel: Channel, content: &str) -> Outcome<Tested> {
    core.db
        .read(|tx| {
            async move {
                let agent = access::agent(tx, caller, id, Access::Edit).await?.agent;
                if !channels::is_on(tx, agent.workspace, id, channel).await? {
                    let sentence = format!("{} is switched off for this agent.", channel.label());
                    return Err(Error::new(Code::ChannelOff, sentence).into());
                }
                if agent.live_hash.is_none() {
                    return Err(Error::new(Code::NoPublishedVersion, "no_published_version").into());
                }
                Ok(())
            }
            .boxed()
        })
        .await?;
    let message = match channel {
        Channel::Link => visits::test(core, caller.workspace, id, content).await?,
        Channel::Coworker | Channel::Api => as_member(core, caller, id, channel, content).await?,
        Channel::Preview => return Err(Error::field("channel", "is not a way to what is live").into()),
    };
    Ok(Tested { channel, message })
}

async fn as_member(core: &Core, caller: &Caller, id: Uuid, channel: Channel, content: &str) -> Outcome<Message> {
    let scopes = [Scope::Chat].into_iter().collect();
    let own_key = KeyUse { id: Uuid::nil(), scopes, agent: Some(id) };
    let caller = Caller { key: (channel == Channel::Api).then_some(own_key), ..caller.clone() };
    let session = sessions::start(core, &caller, id, false, None).await?.id;
    let answered = match chat::send(core, &caller, session, content).await {
        Ok(answering) => Ok(chat::whole(answering).await),
        Err(failure) => Err(failure),
    };
    sessions::delete(core, &caller, session).await?;
    answered?
}
