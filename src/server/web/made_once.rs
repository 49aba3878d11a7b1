//! Secrets that a plain form just made, a link or a key: each travels to the page that shows it once in a sealed,
//! short-lived cookie, since it is stored nowhere. To add a kind: a [`Kind`] of its own.

use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use super::{cookies, plain_form::Reply};
use crate::{
    paths,
    server::{core::Core, failure::Outcome},
};

/// What is shown once, and where.
#[derive(Debug)]
pub struct Kind {
    cookie: &'static str,
    /// The page that shows it.
    path: &'static str,
}

/// A link that invites somebody or sets a password.
pub const LINK: Kind = Kind { cookie: "galley_made", path: paths::MEMBERS };
/// An API key.
pub const KEY: Kind = Kind { cookie: "galley_made_key", path: paths::KEYS };

/// A path as a whole address: the public one where it is set, else the one that the request was sent to.
#[must_use]
pub fn url(core: &Core, parts: &Parts, path: &str) -> String {
    whole(core, &parts.headers, path)
}

/// As [`url`]; what is whole already stays as it is.
#[must_use]
pub fn whole(core: &Core, headers: &HeaderMap, path: &str) -> String {
    if !path.starts_with('/') {
        return path.to_owned();
    }
    if let Some(public) = &core.settings.public_url {
        return format!("{public}{path}");
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    format!("http://{}{path}", host.unwrap_or("localhost"))
}

/// Sends a plain form on to the page that shows what it made.
///
/// # Errors
/// When the machine gives no randomness.
pub fn show(core: &Core, reply: &Reply, kind: &Kind, made: &impl Serialize) -> Outcome<()> {
    if reply.is_plain() {
        let sealed = core.secrets.seal(kind.cookie, &serde_json::to_vec(made)?)?;
        let value = URL_SAFE_NO_PAD.encode(sealed);
        let cookie = format!("{}={value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax", kind.cookie);
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            reply.header(header::SET_COOKIE, cookie);
        }
        reply.go(kind.path);
    }
    Ok(())
}

/// What there is to show, which the browser then forgets.
#[must_use]
pub fn take<T: DeserializeOwned>(core: &Core, parts: &Parts, reply: &Reply, kind: &Kind) -> Option<T> {
    let sealed = URL_SAFE_NO_PAD.decode(cookies::get(&parts.headers, kind.cookie)?).ok()?;
    let forget = format!("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax", kind.cookie);
    if let Ok(forget) = HeaderValue::from_str(&forget) {
        reply.header(header::SET_COOKIE, forget);
    }
    serde_json::from_slice(&core.secrets.open(kind.cookie, &sealed).ok()?).ok()
}
