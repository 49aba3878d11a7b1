//! The ways in to an agent: which are on, switching them, the public link, a test message.

use axum::{extract::State, http::HeaderMap};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Answer,
    chat::lease,
    idempotency::{Act, Reserved},
    operation::needs,
    reply::Reply,
    request::InPath,
};
use crate::{
    model::{
        api_key::Scope,
        channel::{Channel, Channels, Tested},
        error::Error,
        link::{Link, LinkForm},
    },
    server::{
        core::Core,
        domain::{caller::Caller, channels, links},
        web::made_once,
    },
};

const READ: &[Scope] = &[Scope::AgentsRead];
const WRITE: &[Scope] = &[Scope::AgentsWrite];
const CHAT: &[Scope] = &[Scope::Chat];

/// What a test says where nobody says what.
const HELLO: &str = "Hello";

/// The routes of this file.
pub fn routes() -> OpenApiRouter<Core> {
    OpenApiRouter::new()
        .routes(needs(READ, routes!(list_channels)))
        .routes(needs(WRITE, routes!(switch_channel)))
        .routes(needs(WRITE, routes!(set_link)))
        .routes(needs(CHAT, routes!(test_channel)))
}

/// The ways in to an agent: their switches, what they last carried, and the public link.
#[utoipa::path(get, path = "/agents/{id}/channels", tag = "Channels", params(("id" = Uuid, Path)), responses((status = 200, body = Channels)))]
async fn list_channels(
    State(core): State<Core>,
    headers: HeaderMap,
    caller: Caller,
    InPath(id): InPath<Uuid>,
) -> Answer {
    Ok(Reply::ok(&whole(&core, &headers, channels::list(&core, &caller, id).await?))?.into())
}

/// A switch's new place.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Switch {
    /// Whether the channel is on.
    on: bool,
}

/// Switches the API or the public link of an agent. Off ends at once what is open on it. Letting strangers in takes its owner,
/// and something live.
#[utoipa::path(put, path = "/agents/{id}/channels/{channel}", tag = "Channels", params(("id" = Uuid, Path), ("channel" = Channel, Path)), request_body = Switch, responses(
    (status = 200, body = Channels),
    (status = 409, description = "Nothing is live: `no_published_version`.", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
))]
async fn switch_channel(
    State(core): State<Core>,
    InPath((id, channel)): InPath<(Uuid, String)>,
    act: Act<Switch>,
) -> Answer {
    let channel = named(&channel)?;
    act.once(&core, async |core, act| {
        let shown = channels::switch(&core, &act.caller, id, channel, act.body.on).await?;
        Reply::ok(&whole(&core, &act.headers, shown))
    })
    .await
}

/// Sets the limits of an agent's public link, the sites that may show it in a frame, and its pass phrase; whether it is on is
/// its channel's switch.
#[utoipa::path(put, path = "/agents/{id}/link", tag = "Channels", params(("id" = Uuid, Path)), request_body = LinkForm, responses((status = 200, body = Link)))]
async fn set_link(State(core): State<Core>, InPath(id): InPath<Uuid>, act: Act<LinkForm>) -> Answer {
    act.once(&core, async |core, act| {
        let link = links::set(&core, &act.caller, id, &act.body).await?;
        Reply::ok(&Link { url: made_once::whole(&core, &act.headers, &link.url), ..link })
    })
    .await
}

/// What to say.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Try {
    /// The message.
    #[serde(default)]
    #[schema(max_length = 32_000, default = "Hello")]
    content: Option<String>,
}

/// Sends a message to what is live by one of its ways in, and answers with what came: also when the agent failed, in plain
/// words.
#[utoipa::path(post, path = "/agents/{id}/channels/{channel}/test", tag = "Channels", params(("id" = Uuid, Path), ("channel" = Channel, Path)), request_body = Option<Try>, responses((status = 200, body = Tested)))]
async fn test_channel(
    State(core): State<Core>,
    InPath((id, channel)): InPath<(Uuid, String)>,
    act: Act<Try>,
) -> Answer {
    let channel = named(&channel)?;
    match act.reserve(&core, lease(&core)).await? {
        Reserved::Answered(reply) => Ok(reply.into()),
        reserved => {
            let content = act.body.content.as_deref().unwrap_or(HELLO);
            let tested = channels::test(&core, &act.caller, id, channel, content).await;
            Ok(reserved.keep(&core, tested.and_then(|tested| Reply::ok(&tested))).await?.into())
        }
    }
}

fn named(channel: &str) -> Result<Channel, Error> {
    Channel::parse(channel).ok_or_else(Error::not_found)
}

/// The same with the link's whole address.
fn whole(core: &Core, headers: &HeaderMap, shown: Channels) -> Channels {
    let link = shown.link.map(|link| Link { url: made_once::whole(core, headers, &link.url), ..link });
    Channels { link, ..shown }
}
