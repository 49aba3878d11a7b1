//! Who calls: the member who is signed in, or whom an API key stands for, found once per request; and the address that the
//! request came from.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_sessions::Session;

use super::{
    api_key,
    context::{SignedIn, Visitor},
    csrf,
    problem::Problem,
    sign_in_store::{KEY, Remembered, id_hash},
};
use crate::{
    model::{
        account::Me,
        error::{Code, Error},
        return_path,
        sign_up::SignUpWay,
    },
    paths,
    server::{
        core::Core,
        domain::{
            accounts, api_keys,
            caller::{Caller, Source, Via},
            sign_ins::{self, Entered, SEEN_EVERY_SECONDS},
        },
        failure::{Failure, Outcome},
    },
};

/// How much of what a browser says it is, is kept.
const USER_AGENT_LETTERS: usize = 300;

/// Finds out who calls, for everything that runs inside of it: by an API key, where a request presents one, and then the
/// sign-in's cookie counts for nothing; else by the cookie.
pub async fn resolve(State(core): State<Core>, mut request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let source = source(&parts, &core);
    let found = match api_key::presented(parts.uri.path(), &parts.headers) {
        Some(key) => by_key(&core, &parts, &source, key).await.map(|caller| (SignedIn(Some(caller)), Visitor(None))),
        None => find(&core, &parts, &source)
            .await
            .map(|me| (SignedIn(me.as_ref().map(|me| caller(me, &source))), Visitor(me))),
    };
    let (signed_in, visitor) = match found {
        Ok(found) => found,
        Err(failure) => return Problem(failure.into_public()).at(parts.uri.path()),
    };
    parts.extensions.insert(signed_in);
    parts.extensions.insert(visitor);
    parts.extensions.insert(source);
    request = Request::from_parts(parts, body);
    next.run(request).await
}

/// Sends visitors who are not signed in from a page that needs it to the sign-in page, before anything is rendered; on a
/// Galley where nobody is yet, to the page that makes the first account.
pub async fn gate(State(core): State<Core>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let anonymous = request.extensions().get::<Visitor>().is_none_or(|visitor| visitor.0.is_none());
    if reads && anonymous && paths::needs_sign_in(request.uri().path()) {
        let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
        let location = match accounts::way(&core, None).await {
            Ok(SignUpWay::First) => paths::SIGN_UP.to_owned(),
            Ok(_) => paths::sign_in(return_path::or(wanted, paths::AGENTS)),
            Err(failure) => return Problem(failure.into_public()).into_response(),
        };
        if let Ok(location) = HeaderValue::from_str(&location) {
            let no_store = HeaderValue::from_static("no-store");
            return (StatusCode::FOUND, [(header::LOCATION, location), (header::CACHE_CONTROL, no_store)])
                .into_response();
        }
    }
    next.run(request).await
}

/// Whom an API key stands for. Every key that does not work gets the same answer.
async fn by_key(core: &Core, parts: &Parts, source: &Source, key: &str) -> Outcome<Caller> {
    if parts.headers.contains_key(header::ORIGIN) {
        let sentence = "An API key must not be used from a browser: whoever opens the page could read it. \
            Call from a server of yours.";
        return Err(Error::new(Code::BrowserOrigin, sentence).into());
    }
    let caller = api_keys::authenticate(core, source, key).await?;
    let sentence = "This API key does not work: it is unknown, was revoked or has expired.";
    Ok(caller.ok_or_else(|| Error::new(Code::Unauthorized, sentence))?)
}

async fn find(core: &Core, parts: &Parts, source: &Source) -> Outcome<Option<Me>> {
    let Some(session) = parts.extensions.get::<Session>() else { return Ok(None) };
    // The site's files are for everybody, and so are public pages: who reads one is nobody there.
    let path = parts.uri.path();
    if session.id().is_none() || path.starts_with("/pkg/") || path.starts_with(paths::VISITS) {
        return Ok(None);
    }
    let remembered: Option<Remembered> = session.get(KEY).await.map_err(Failure::internal)?;
    let Some(remembered) = remembered else { return Ok(None) };
    let me = sign_ins::who(core, remembered.account, Some(remembered.workspace)).await?;
    let now = core.clock.now();
    if let Some(me) = &me
        && now.seconds_since(remembered.seen_at) >= SEEN_EVERY_SECONDS
    {
        // Where the membership that was remembered has ended, the pages are about another workspace by now.
        let (address, user_agent) = (source.address.clone(), source.user_agent.clone());
        let (account, workspace) = (me.account_id, me.workspace.id);
        let seen = Remembered { account, workspace, address, user_agent, seen_at: now };
        session.insert(KEY, seen).await.map_err(Failure::internal)?;
    }
    Ok(me)
}

fn caller(me: &Me, source: &Source) -> Caller {
    Caller {
        account: me.account_id,
        workspace: me.workspace.id,
        role: me.workspace.role,
        via: source.via,
        address: source.address.clone(),
        key: None,
    }
}

/// Signs the browser in: under a new id, whatever it had before.
///
/// # Errors
/// When the database fails.
pub async fn enter(core: &Core, session: &Session, source: &Source, entered: Entered) -> Outcome<()> {
    if session.id().is_some() {
        session.cycle_id().await.map_err(Failure::internal)?;
    }
    remember(core, session, source, entered).await
}

/// Gives a standing sign-in a new id.
///
/// # Errors
/// When the database fails.
pub async fn renew(core: &Core, session: &Session, source: &Source, caller: &Caller) -> Outcome<()> {
    enter(core, session, source, Entered { account: caller.account, workspace: caller.workspace }).await
}

/// Writes into a standing sign-in which workspace its pages are about.
///
/// # Errors
/// When the database fails.
pub async fn remember(core: &Core, session: &Session, source: &Source, entered: Entered) -> Outcome<()> {
    let remembered = Remembered {
        account: entered.account,
        workspace: entered.workspace,
        user_agent: source.user_agent.clone(),
        address: source.address.clone(),
        seen_at: core.clock.now(),
    };
    session.insert(KEY, remembered).await.map_err(Failure::internal)
}

/// What the sign-in that asks is stored as; nothing for who is not signed in.
#[must_use]
pub fn current(session: &Session) -> Vec<u8> {
    session.id().as_ref().map(id_hash).unwrap_or_default()
}

/// Where a request came from.
#[must_use]
pub fn source(parts: &Parts, core: &Core) -> Source {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let address = peer.map(|peer| client(peer, &parts.headers, &core.settings.trusted_proxies));
    let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Source {
        via: if api_key::may_come(parts.uri.path()) { Via::Api } else { Via::Page },
        address: address.map(|address| address.to_string()).unwrap_or_default(),
        user_agent: user_agent.chars().take(USER_AGENT_LETTERS).collect(),
    }
}

/// The client's address: the peer's, or, where the peer is a proxy to be believed, the last address of
/// `X-Forwarded-For` that is not such a proxy itself. What stands before it, the client may have written.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let peer = peer.to_canonical();
    if !trusted.contains(&peer) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").into_iter().filter_map(|line| line.to_str().ok());
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        let Ok(hop) = hop.parse::<IpAddr>().map(|hop| hop.to_canonical()) else { break };
        nearest = hop;
        if !trusted.contains(&hop) {
            break;
        }
    }
    nearest
}

/// The refusal of a caller who is not known: a person has to sign in, a program to send its key.
#[must_use]
pub fn nobody(headers: &HeaderMap) -> Problem {
    Problem(if csrf::of_browser(headers) { Error::unauthorized() } else { Error::keyless() })
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    /// The signed-in member, for handlers outside the pages; answers 401 when there is none.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let signed_in = parts.extensions.get::<SignedIn>().cloned().unwrap_or_default();
        signed_in.0.ok_or_else(|| nobody(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| ("x-forwarded-for".parse().unwrap(), line.parse().unwrap())).collect()
    }

    #[test]
    fn forwarded_addresses_count_only_behind_trusted_proxies() {
        let peer: IpAddr = "10.0.0.1".parse().unwrap();
        let trusted: [IpAddr; 2] = [peer, "10.0.0.2".parse().unwrap()];
        let of = |lines: &[&str], trusted: &[IpAddr]| client(peer, &forwarded(lines), trusted).to_string();
        assert_eq!(of(&["1.1.1.1"], &[]), "10.0.0.1");
        assert_eq!(of(&[], &trusted), "10.0.0.1");
        assert_eq!(of(&["1.1.1.1"], &trusted), "1.1.1.1");
        assert_eq!(of(&["6.6.6.6, 1.1.1.1"], &trusted), "1.1.1.1");
        assert_eq!(of(&["6.6.6.6, 1.1.1.1, 10.0.0.2"], &trusted), "1.1.1.1");
        assert_eq!(of(&["6.6.6.6", "1.1.1.1"], &trusted), "1.1.1.1");
        assert_eq!(of(&["6.6.6.6, nonsense"], &trusted), "10.0.0.1");
        assert_eq!(of(&["::ffff:1.1.1.1"], &trusted), "1.1.1.1");
    }
}
