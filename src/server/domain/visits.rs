//! What visitors of a public link do: strangers without an account, who get what is live and nothing else.
//!
//! A visitor's only credential is the token of their conversation, of which a hash is kept. Where the link asks for a pass
//! phrase they also carry a proof that they knew it: signed, for a while, and void once the phrase is another. Neither is a
//! cookie. An address that leads nowhere, one that is switched off, and one of an agent of which nothing is live answer alike.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    caller::Source,
    chat::{self, Answering},
    party::{Party, Visitor},
    serving, sessions as conversations, throttle,
};
use crate::{
    model::{
        channel::Channel,
        error::{Code, Error},
        link::{Visit as Shown, VisitPage, for_visitor},
        session::{EndReason, Message, ServedBecause},
        timestamp::Timestamp,
    },
    server::{
        core::Core,
        failure::{Failure, Outcome},
        secrets::{random_token, same, sha256},
        store::{
            agents, channels,
            db::Tx,
            links::{self, LinkRow},
            messages,
            pinned::Pinned,
            releases,
            sessions::{self, SessionRow, Visit},
        },
    },
};

/// How long a proof of the pass phrase holds, in seconds.
const PASS_SECONDS: i64 = 12 * 3600;
/// No address is longer.
const LONGEST_SLUG: usize = 64;
/// What a visitor carries is never longer.
const LONGEST_CARRIED: usize = 200;
/// How many messages a page shows of a conversation.
const SHOWN: u32 = 200;

/// What a visitor carries from page to page, in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticket {
    /// The token of their conversation.
    pub chat: Option<String>,
    /// The proof that they knew the pass phrase.
    pub pass: Option<String>,
}

impl Ticket {
    /// The same without what can be neither.
    #[must_use]
    pub fn tidied(self) -> Self {
        let tidy = |text: Option<String>| text.filter(|text| !text.is_empty() && text.len() <= LONGEST_CARRIED);
        Self { chat: tidy(self.chat), pass: tidy(self.pass) }
    }
}

/// The link at an address, while it is on and something of its agent is live.
///
/// # Errors
/// `not_found` for every other address.
pub async fn door(core: &Core, slug: &str) -> Outcome<LinkRow> {
    core.db.read(|tx| async move { door_in(tx, slug).await }.boxed()).await
}

async fn door_in(tx: &mut Tx<'_>, slug: &str) -> Outcome<LinkRow> {
    if slug.len() > LONGEST_SLUG || slug.contains('\0') {
        return Err(Error::not_found().into());
    }
    let link = links::by_slug(tx, slug).await?.ok_or_else(Error::not_found)?;
    let agent = agents::find(tx, link.workspace, link.agent).await?;
    let open = agent.is_some_and(|agent| agent.live_hash.is_some())
        && channels::is_on(tx, link.workspace, link.agent, Channel::Link).await?;
    if open { Ok(link) } else { Err(Error::not_found().into()) }
}

/// Checks a pass phrase, and gives the proof that the visitor knew it.
///
/// # Errors
/// `validation_failed` for `pass_phrase`; `rate_limited` after too many wrong ones; as [`door`].
pub async fn enter(core: &Core, from: &Source, slug: &str, phrase: &str) -> Outcome<String> {
    let link = door(core, slug).await?;
    let Some(hash) = &link.pass_hash else { return Ok(proof(core, &link, core.clock.now())) };
    let attempt = throttle::begin_at_link(core, link.id, &from.address).await?;
    if !core.hasher.check(phrase, Some(hash)).await? {
        return Err(Error::field("pass_phrase", "This is not the pass phrase of the page").into());
    }
    attempt.succeeded(core).await?;
    Ok(proof(core, &link, core.clock.now()))
}

/// `EXPIRY.SIGNATURE`, both in the letters of a URL.
fn proof(core: &Core, link: &LinkRow, at: Timestamp) -> String {
    let until = at.plus_seconds(PASS_SECONDS).0;
    format!("{until}.{}", URL_SAFE_NO_PAD.encode(signature(core, link, until)))
}

fn signature(core: &Core, link: &LinkRow, until: i64) -> Vec<u8> {
    // The phrase's own hash is part of it: with another phrase, every proof before is void.
    let signed = format!("{}.{until}.{}", link.id, link.pass_hash.as_deref().unwrap_or_default());
    core.secrets.fingerprint("link.pass", &signed)
}

fn lets_in(core: &Core, link: &LinkRow, ticket: &Ticket) -> bool {
    if link.pass_hash.is_none() {
        return true;
    }
    let Some((until, signed)) = ticket.pass.as_deref().and_then(|pass| pass.split_once('.')) else { return false };
    let (Ok(until), Ok(signed)) = (until.parse::<i64>(), URL_SAFE_NO_PAD.decode(signed)) else { return false };
    until > core.clock.now().0 && same(&signature(core, link, until), &signed)
}

/// The door for who may pass it.
async fn entered(core: &Core, slug: &str, ticket: &Ticket) -> Outcome<LinkRow> {
    let link = door(core, slug).await?;
    if lets_in(core, &link, ticket) {
        return Ok(link);
    }
    Err(Error::new(Code::Unauthorized, "This page asks for a pass phrase. Reload it to write it again.").into())
}

/// The visitor with this token; nobody for what is no token.
fn visitor(link: &LinkRow, token: &str) -> Option<Visitor> {
    let token: [u8; 32] = sha256(token.as_bytes()).try_into().ok()?;
    Some(Visitor { workspace: link.workspace, agent: link.agent, visit: Visit { token, link: link.id } })
}

/// What a visitor's page shows.
///
/// # Errors
/// As [`door`]. A token that leads nowhere begins anew.
pub async fn page(core: &Core, slug: &str, ticket: &Ticket) -> Outcome<VisitPage> {
    let link = door(core, slug).await?;
    if !lets_in(core, &link, ticket) {
        return Ok(VisitPage::AskPass { problem: None });
    }
    let at = core.clock.now();
    let who = ticket.chat.as_deref().and_then(|token| visitor(&link, token));
    core.db
        .read(|tx| {
            let link = &link;
            async move {
                let row = match who {
                    Some(who) => sessions::of_visitor(tx, link.workspace, who.visit).await?,
                    None => None,
                };
                let Some((who, row)) = who.zip(row) else {
                    let live = releases::live(tx, link.workspace, link.agent).await?.ok_or_else(Error::not_found)?;
                    let live = serving::release(tx, link.workspace, link.agent, live.id).await?;
                    return Ok(VisitPage::Open(Box::new(shown(live, Vec::new(), false, None))));
                };
                let over = conversations::over(core, tx, &who, &row, at).await?;
                let serving = conversations::serving(tx, link.workspace, &row).await?;
                let mut said = messages::page(tx, link.workspace, row.id, Uuid::max(), SHOWN).await?;
                said.reverse();
                let answering = chat::is_answering(core, &row, at);
                Ok(VisitPage::Open(Box::new(shown(serving, said, answering, over.map(|(_, why)| why)))))
            }
            .boxed()
        })
        .await
}

fn shown(serving: serving::Serving, said: Vec<Message>, answering: bool, over: Option<EndReason>) -> Shown {
    Shown {
        opening: serving::opening_for_visitor(serving),
        messages: said.into_iter().map(for_visitor).collect(),
        answering,
        over: over.map(|why| sentence(why).to_owned()),
        problem: None,
        typed: String::new(),
    }
}

/// Why a conversation is over, for a stranger: what the workspace did is its own affair.
#[must_use]
pub const fn sentence(why: EndReason) -> &'static str {
    match why {
        EndReason::Idle => EndReason::Idle.sentence(),
        _ => "This conversation has ended.",
    }
}

/// Writes a message in the visitor's conversation, or begins one with it; gives the conversation's token and the answer.
///
/// # Errors
/// As [`door`] and [`chat::send`]; `unauthorized` without the pass phrase, `rate_limited` when the day is used up.
pub async fn say(core: &Core, slug: &str, ticket: &Ticket, content: &str) -> Outcome<(String, Answering)> {
    let link = entered(core, slug, ticket).await?;
    if let Some(token) = &ticket.chat {
        let (who, row) = own(core, &link, token).await?;
        return Ok((token.clone(), stranger(chat::send(core, &who, row.id, content).await)?));
    }
    begin(core, &link, content).await
}

async fn begin(core: &Core, link: &LinkRow, content: &str) -> Outcome<(String, Answering)> {
    let token = random_token()?;
    let who = visitor(link, &token).ok_or_else(|| Failure::internal("a hash of another length"))?;
    let id = start(core, &who, &link.slug).await?;
    match chat::send(core, &who, id, content).await {
        Ok(answering) => Ok((token, answering)),
        // What was never said leaves nothing behind.
        Err(failure) => {
            core.db
                .write(|tx| async move { Ok(sessions::delete_unsaid(tx, who.workspace, id).await?) }.boxed())
                .await?;
            stranger(Err(failure))
        }
    }
}

/// Begins a visitor's conversation with what is live.
async fn start(core: &Core, who: &Visitor, slug: &str) -> Outcome<Uuid> {
    let (at, id) = (core.clock.now(), Uuid::now_v7());
    core.db
        .write(|tx| {
            async move {
                // Held, so that switching off and unpublishing do not miss what is about to begin.
                let agent = agents::find_locked(tx, who.workspace, who.agent).await?.ok_or_else(Error::not_found)?;
                door_in(tx, slug).await?;
                let live = releases::live(tx, who.workspace, who.agent).await?.ok_or_else(Error::not_found)?;
                let row = SessionRow {
                    id,
                    agent: agent.id,
                    account: agent.owner,
                    channel: Channel::Link,
                    visit: Some(who.visit),
                    pinned: Some(Pinned::Release(live.id)),
                    reason: ServedBecause::LiveAtStart,
                    created_at: at,
                    active_at: at,
                    answering_until: None,
                    ended: None,
                };
                sessions::insert(tx, who.workspace, &row).await?;
                Ok(id)
            }
            .boxed()
        })
        .await
}

/// Answers the visitor's last message once more, after an answer that failed or was stopped. It counts as a message.
///
/// # Errors
/// As [`say`], and [`chat::retry`].
pub async fn retry(core: &Core, slug: &str, ticket: &Ticket) -> Outcome<Answering> {
    let (who, row) = there(core, slug, ticket).await?;
    stranger(chat::retry(core, &who, row.id).await)
}

/// Stops the answer that is being written for the visitor.
///
/// # Errors
/// As [`say`].
pub async fn stop(core: &Core, slug: &str, ticket: &Ticket) -> Outcome<Option<Message>> {
    let (who, row) = there(core, slug, ticket).await?;
    Ok(chat::stop(core, &who, row.id).await?.map(for_visitor))
}

/// The answer that is being written for the visitor, from its beginning.
///
/// # Errors
/// As [`say`]; `not_found`, also when no answer is being written.
pub async fn rejoin(core: &Core, slug: &str, ticket: &Ticket) -> Outcome<Answering> {
    let (who, row) = there(core, slug, ticket).await?;
    chat::rejoin(core, &who, row.id).await
}

/// The newest message of the visitor's conversation.
///
/// # Errors
/// As [`say`].
pub async fn newest(core: &Core, slug: &str, ticket: &Ticket) -> Outcome<Option<Message>> {
    let (who, row) = there(core, slug, ticket).await?;
    let said =
        core.db.read(|tx| async move { Ok(messages::page(tx, who.workspace, row.id, Uuid::max(), 1).await?) }.boxed());
    Ok(said.await?.into_iter().next().map(for_visitor))
}

/// Sends a message as a visitor would, for an editor who tries the way in: past the pass phrase, and counted like any other.
pub(super) async fn test(core: &Core, workspace: Uuid, agent: Uuid, content: &str) -> Outcome<Message> {
    let link = core.db.read(|tx| async move { Ok(links::of_agent(tx, workspace, agent).await?) }.boxed()).await?;
    let link = link.ok_or_else(Error::not_found)?;
    let (token, answering) = begin(core, &link, content).await?;
    let message = chat::whole(answering).await;
    let (_, row) = own(core, &link, &token).await?;
    let at = core.clock.now();
    core.db
        .write(|tx| async move { Ok(sessions::end(tx, workspace, row.id, EndReason::User, at).await?) }.boxed())
        .await?;
    message
}

async fn there(core: &Core, slug: &str, ticket: &Ticket) -> Outcome<(Visitor, SessionRow)> {
    let link = entered(core, slug, ticket).await?;
    own(core, &link, ticket.chat.as_deref().unwrap_or_default()).await
}

/// The conversation that a token leads to.
async fn own(core: &Core, link: &LinkRow, token: &str) -> Outcome<(Visitor, SessionRow)> {
    let who = visitor(link, token).ok_or_else(Error::not_found)?;
    let row = core.db.read(|tx| async move { Ok(sessions::of_visitor(tx, who.workspace, who.visit).await?) }.boxed());
    let row = row.await?.filter(|row| conversations::is_there(Party::Visitor(&who), row));
    Ok((who, row.ok_or_else(Error::not_found)?))
}

/// The same outcome in words for a stranger.
fn stranger<T>(outcome: Outcome<T>) -> Outcome<T> {
    outcome.map_err(|failure| match failure.public.code {
        Code::SessionEnded if failure.public.detail != EndReason::Idle.sentence() => {
            Failure { public: Error { detail: sentence(EndReason::User).to_owned(), ..failure.public }, ..failure }
        }
        _ => failure,
    })
}
