//! Forms posted by a browser that does not run Galley's code: they are answered with a redirect, and what there is to
//! say travels in a short-lived cookie, never in the URL.

use axum::http::{HeaderValue, header, request::Parts};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

use super::{context, cookies};
use crate::{model::flash::Flash, paths};

/// The cookie that carries what the next page says.
pub const FLASH_COOKIE: &str = "galley_flash";

/// What answers one server function's request, taken before the first `.await`.
#[derive(Clone, Debug)]
pub struct Reply {
    plain: bool,
    response: ResponseOptions,
}

impl Reply {
    /// The reply to the request at hand.
    #[must_use]
    pub fn take() -> Self {
        let plain = context::parts().is_ok_and(|parts| {
            let accept = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
            accept.is_some_and(|accept| accept.contains("text/html"))
        });
        Self { plain, response: use_context::<ResponseOptions>().unwrap_or_else(expect_context::<ResponseOptions>) }
    }

    /// Whether the browser runs no code of Galley's and waits for a page.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    /// Sends a plain form on to `path`; a hydrated page decides itself where to go.
    pub fn go(&self, path: &str) {
        if self.plain
            && let Ok(location) = HeaderValue::from_str(path)
        {
            self.response.insert_header(header::LOCATION, location);
            self.response.set_status(axum::http::StatusCode::SEE_OTHER);
        }
    }

    /// Sends a plain form on to `path`, where the page says `flash`.
    pub fn go_saying(&self, path: &str, flash: &Flash) {
        if self.plain {
            self.say(flash);
            self.go(path);
        }
    }

    /// Sends a plain form back to the page it came from, where that page says `flash`.
    pub fn back_saying(&self, flash: &Flash) {
        if self.plain {
            // Without a location of ours the server function goes back to the `Referer`.
            self.say(flash);
        }
    }

    fn say(&self, flash: &Flash) {
        if let Some(cookie) = flash_cookie(flash) {
            self.response.append_header(header::SET_COOKIE, cookie);
        }
    }

    /// Adds a header to the answer.
    pub fn header(&self, name: header::HeaderName, value: HeaderValue) {
        self.response.append_header(name, value);
    }
}

/// The cookie that makes the next page say `flash`.
#[must_use]
pub fn flash_cookie(flash: &Flash) -> Option<HeaderValue> {
    let cookie = format!("{FLASH_COOKIE}={}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax", flash.encode());
    HeaderValue::from_str(&cookie).ok()
}

/// What a page says that a plain form led to; the browser then forgets it. Called while a page is rendered.
#[must_use]
pub fn take_flash(parts: &Parts) -> Option<Flash> {
    let path = parts.uri.path();
    if path.starts_with(paths::SERVER_FNS) || path.starts_with(paths::VISITS) {
        return None;
    }
    let flash = Flash::decode(&cookies::get(&parts.headers, FLASH_COOKIE)?)?;
    if let Some(response) = use_context::<ResponseOptions>() {
        let forget = "galley_flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax";
        response.append_header(header::SET_COOKIE, HeaderValue::from_static(forget));
    }
    Some(flash)
}
