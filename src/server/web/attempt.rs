//! The forms before and around sign-in, where nobody may be known yet: what was typed into a plain form that was refused
//! travels to the page that shows it again in a short-lived cookie. Never a password, and nothing in the URL.

use axum::http::{HeaderValue, header, request::Parts};

use super::{cookies, plain_form::Reply};
use crate::{
    model::{error::Error, sign_up::Refused},
    server::{
        core::Core,
        domain::sign_ins::{self, Entered},
    },
    server_fns::accounts::Entry,
};

/// The cookie's name.
pub const COOKIE: &str = "galley_typed";

/// Cookies over 4 KiB are dropped by browsers; what is longer than this is not carried.
const LONGEST: usize = 300;

/// Sends a plain form back to `path` with what was typed; gives the refusal on, for a page that runs code.
#[must_use]
pub fn refuse(reply: &Reply, path: &str, refused: Refused) -> Refused {
    if reply.is_plain() {
        let carried = Refused {
            email: cut(&refused.email),
            name: cut(&refused.name),
            workspace: cut(&refused.workspace),
            error: refused.error.clone(),
        };
        let value = serde_json::to_string(&carried).map(|json| hex(&json)).unwrap_or_default();
        if let Ok(cookie) =
            HeaderValue::from_str(&format!("{COOKIE}={value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"))
        {
            reply.header(header::SET_COOKIE, cookie);
        }
        reply.go(path);
    }
    refused
}

/// What a plain form that was refused had in it; the browser then forgets it.
#[must_use]
pub fn take(parts: &Parts, reply: &Reply) -> Refused {
    let typed = typed(parts);
    if typed.is_some() {
        let forget = "galley_typed=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax";
        reply.header(header::SET_COOKIE, HeaderValue::from_static(forget));
    }
    typed.unwrap_or_default()
}

fn typed(parts: &Parts) -> Option<Refused> {
    let value = cookies::get(&parts.headers, COOKIE)?;
    let digits = value.as_bytes().chunks(2);
    let bytes = digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    serde_json::from_slice(&bytes.collect::<Option<Vec<u8>>>()?).ok()
}

/// The answer to who is signed in now.
///
/// # Errors
/// When the database fails.
pub async fn entered(core: &Core, reply: &Reply, entered: Entered, next: String) -> Result<Entry, Error> {
    let me = sign_ins::who(core, entered.account, Some(entered.workspace)).await?.ok_or_else(Error::unauthorized)?;
    reply.go(&next);
    Ok(Entry::Entered { me: Box::new(me), next })
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

fn hex(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len() * 2), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
