//! The Channels tab of the builder: the ways in to an agent, their switches, the public link, a test message.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::{
    agent::Right,
    api_key::ApiKey,
    channel::{Channel, Channels, Tested},
    error::Error,
    link::Qr,
    timestamp::Timestamp,
};

/// What the tab shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelsShown {
    /// The ways in.
    pub channels: Channels,
    /// The address of the link as a QR code.
    pub qr: Option<Qr>,
    /// The agent's own keys that still work, as far as the caller sees them.
    pub keys: Vec<ApiKey>,
    /// The agent's name.
    pub name: String,
    /// The caller's right.
    pub right: Option<Right>,
    /// Where this Galley is reached, without a slash at its end.
    pub url: String,
    /// Now, as the server has it.
    pub now: Timestamp,
}

/// What the tab shows.
#[server(prefix = "/fn", endpoint = "show_channels")]
pub async fn show_channels(agent: Uuid) -> Result<ChannelsShown, Error> {
    use crate::{
        model::{link::Link, page::MAX_LIMIT},
        paths,
        server::{
            channels::qr,
            domain::{agent_view, api_keys, channels},
            web::{context, made_once},
        },
    };
    let (core, me) = context::signed_in()?;
    let parts = context::parts()?;
    let shown = channels::list(&core, &me, agent).await?;
    let seen = agent_view::get(&core, &me, agent).await?;
    let now = core.clock.now();
    let keys = api_keys::list(&core, &me, Some(agent), None, Some(MAX_LIMIT)).await?.data;
    let whole = |path: &str| made_once::whole(&core, &parts.headers, path);
    let link = shown.link.map(|link| Link { url: whole(&link.url), ..link });
    Ok(ChannelsShown {
        qr: link.as_ref().and_then(|link| qr::of(&link.url)),
        keys: keys.into_iter().filter(|key| key.works(now)).collect(),
        name: seen.name,
        right: seen.right,
        url: whole(paths::AGENTS).trim_end_matches('/').to_owned(),
        now,
        channels: crate::model::channel::Channels { link, ..shown },
    })
}

/// Switches a channel of an agent.
#[server(prefix = "/fn", endpoint = "switch_channel", input = PostUrl)]
pub async fn switch_channel(agent: Uuid, channel: Channel, on: bool) -> Result<(), Error> {
    use crate::{
        model::{channel::sentence, flash::Flash},
        paths,
        server::{
            domain::channels,
            web::{context, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = channels::switch(&core, &me, agent, channel, on).await;
    let said = match &outcome {
        Ok(_) => Flash::good(said_of(channel, on)),
        Err(failure) => Flash::bad(sentence(&failure.public)),
    };
    reply.go_saying(&paths::channels(agent), &said);
    outcome.map_err(|failure| {
        let error = failure.into_public();
        Error { detail: sentence(&error), ..error }
    })?;
    Ok(())
}

/// What a switch did, for a toast.
#[must_use]
pub fn said_of(channel: Channel, on: bool) -> &'static str {
    match (channel, on) {
        (Channel::Link, true) => "The public link is on",
        (Channel::Link, false) => "The public link is off; its conversations have ended",
        (_, true) => "The API is on",
        (_, false) => "The API is off; what came by a key has ended",
    }
}

/// Sets the limits, the sites and the pass phrase of an agent's public link. An empty pass phrase leaves it as it is.
#[server(prefix = "/fn", endpoint = "set_link", input = PostUrl)]
pub async fn set_link(
    agent: Uuid,
    #[server(default)] daily_messages: String,
    #[server(default)] daily_tokens: String,
    #[server(default)] frame_origins: String,
    #[server(default)] pass_phrase: String,
    #[server(default)] no_pass_phrase: String,
) -> Result<(), Error> {
    use crate::{
        model::{flash::Flash, link::LinkForm},
        paths,
        server::{
            domain::links,
            web::{context, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let reply = Reply::take();
    let number = |text: &str| text.trim().parse().unwrap_or_default();
    let form = LinkForm {
        daily_messages: number(&daily_messages),
        daily_tokens: number(&daily_tokens),
        frame_origins: frame_origins.lines().map(str::to_owned).collect(),
        pass_phrase: match (no_pass_phrase.is_empty(), pass_phrase.is_empty()) {
            (false, _) => Some(String::new()),
            (true, false) => Some(pass_phrase),
            (true, true) => None,
        },
    };
    let outcome = links::set(&core, &me, agent, &form).await;
    let said = match &outcome {
        Ok(_) => Flash::good("The public link is set"),
        Err(failure) => Flash::bad(failure.public.detail.clone()),
    };
    reply.go_saying(&paths::channels(agent), &said);
    outcome?;
    Ok(())
}

/// Sends a message by a way in, and gives the answer.
#[server(prefix = "/fn", endpoint = "test_channel", input = PostUrl)]
pub async fn test_channel(agent: Uuid, channel: Channel, content: String) -> Result<Tested, Error> {
    use crate::{
        model::{channel::sentence, flash::Flash, session::Receipt},
        paths,
        server::{
            domain::channels,
            web::{context, plain_form::Reply},
        },
    };
    let (core, me) = context::signed_in()?;
    let reply = Reply::take();
    let outcome = channels::test(&core, &me, agent, channel, &content).await;
    let said = match &outcome {
        Ok(Tested { message, .. }) => {
            let by = message.receipt.as_ref().map(Receipt::footer).unwrap_or_default();
            match &message.error {
                Some(error) => Flash::bad(format!("{by}: {error}")),
                None => Flash::good(format!("{by}: {}", message.content.chars().take(300).collect::<String>())),
            }
        }
        Err(failure) => Flash::bad(sentence(&failure.public)),
    };
    reply.go_saying(&paths::channels(agent), &said);
    outcome.map_err(|failure| {
        let error = failure.into_public();
        Error { detail: sentence(&error), ..error }
    })
}
