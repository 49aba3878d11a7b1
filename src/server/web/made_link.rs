//! A link with a secret in it that a plain form just made: it travels to the page that shows it once in a sealed,
//! short-lived cookie, since it is stored nowhere.

use axum::http::{HeaderValue, header, request::Parts};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{cookies, plain_form::Reply};
use crate::{
    paths,
    server::{core::Core, failure::Outcome},
    server_fns::members::MadeLink,
};

const COOKIE: &str = "galley_made";
const PURPOSE: &str = "made_link";

/// A path as a whole address: the public one where it is set, else the one that the request was sent to.
#[must_use]
pub fn url(core: &Core, parts: &Parts, path: &str) -> String {
    if let Some(public) = &core.settings.public_url {
        return format!("{public}{path}");
    }
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    format!("http://{}{path}", host.unwrap_or("localhost"))
}

/// Sends a plain form on to the members page, which shows the link.
///
/// # Errors
/// When the machine gives no randomness.
pub fn show(core: &Core, reply: &Reply, made: &MadeLink) -> Outcome<()> {
    if reply.is_plain() {
        let sealed = core.secrets.seal(PURPOSE, &serde_json::to_vec(made)?)?;
        let value = URL_SAFE_NO_PAD.encode(sealed);
        let cookie = format!("{COOKIE}={value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            reply.header(header::SET_COOKIE, cookie);
        }
        reply.go(paths::MEMBERS);
    }
    Ok(())
}

/// The link to show, which the browser then forgets.
#[must_use]
pub fn take(core: &Core, parts: &Parts, reply: &Reply) -> Option<MadeLink> {
    let sealed = URL_SAFE_NO_PAD.decode(cookies::get(&parts.headers, COOKIE)?).ok()?;
    reply.header(
        header::SET_COOKIE,
        HeaderValue::from_static("galley_made=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"),
    );
    serde_json::from_slice(&core.secrets.open(PURPOSE, &sealed).ok()?).ok()
}
