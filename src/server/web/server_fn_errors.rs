//! What becomes of a server function that fails.
//!
//! A hydrated page gets the error with the status of its code. A plain form would get it in the URL of the page it came
//! from; here it travels in the flash cookie instead, and the URL stays clean.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE};
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;

use super::plain_form::flash_cookie;
use crate::{
    model::{error::Error, flash::Flash, return_path},
    paths,
};

/// No error is longer than this.
const MAX_ERROR: usize = 256 * 1024;

/// Corrects the answers of server functions that failed.
pub async fn correct(request: Request, next: Next) -> Response {
    let is_call = request.uri().path().starts_with(paths::SERVER_FNS) && request.method() == axum::http::Method::POST;
    let response = next.run(request).await;
    if !is_call {
        return response;
    }
    if response.status().is_redirection() {
        return without_error_in_url(response);
    }
    if response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return with_status(response).await;
    }
    response
}

async fn with_status(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_ERROR).await else {
        return Response::from_parts(parts, Body::empty());
    };
    if let Ok(error) = serde_json::from_slice::<Error>(&bytes) {
        parts.status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if let Some(seconds) = error.retry_after {
            parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Server functions redirect a plain form to the page it came from, named in full, with `__path` and `__err` when they
/// failed.
fn without_error_in_url(mut response: Response) -> Response {
    let Some(location) = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()) else {
        return response;
    };
    let path = relative(location);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut error = None;
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            if let Some(encoded) = pair.strip_prefix("__err=") {
                error = decode(encoded);
            }
            !pair.is_empty() && !pair.starts_with("__err=") && !pair.starts_with("__path=")
        })
        .collect();
    let clean = if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) };
    let flash = error.map(|error| Flash::bad(error.detail));
    response.headers_mut().remove(SERVER_FN_ERROR_HEADER);
    // 303, not 302: whatever was posted, the page is asked for with GET.
    *response.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(clean) = HeaderValue::from_str(return_path::or(&clean, paths::AGENTS)) {
        response.headers_mut().insert(header::LOCATION, clean);
    }
    if let Some(cookie) = flash.and_then(|flash| flash_cookie(&flash)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The path and query of an address, without the host that a `Referer` names.
fn relative(location: &str) -> &str {
    match location.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => location,
    }
}

fn decode(encoded: &str) -> Option<Error> {
    let encoded = encoded.replace("%3D", "=").replace("%3d", "=");
    serde_json::from_slice(&URL_SAFE.decode(encoded).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::error::Code;

    fn redirected(location: &str) -> Response {
        let response = Response::builder().status(302).header(header::LOCATION, location).body(Body::empty());
        without_error_in_url(response.unwrap())
    }

    #[test]
    fn errors_leave_the_url_and_enter_the_cookie() {
        let error = serde_json::to_vec(&Error::new(Code::Forbidden, "Not you.")).unwrap();
        let url =
            format!("http://h:1/agents/x?tab=a&__path=%2Ffn%2Fy1&__err={}", URL_SAFE.encode(error).replace('=', "%3D"));
        let response = redirected(&url);
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()[header::LOCATION], "/agents/x?tab=a");
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        let value = cookie.split_once('=').unwrap().1.split_once(';').unwrap().0;
        assert_eq!(Flash::decode(value), Some(Flash::bad("Not you.")));
    }

    #[test]
    fn other_redirects_stay_on_this_site() {
        for (location, expected) in [
            ("http://evil.example/x", "/x"),
            ("//evil.example", "/"),
            ("/agents/1", "/agents/1"),
            ("https://h", "/"),
            ("/a?b=c&d=e", "/a?b=c&d=e"),
        ] {
            let response = redirected(location);
            assert_eq!(response.headers()[header::LOCATION], expected, "{location}");
            assert!(!response.headers().contains_key(header::SET_COOKIE), "{location}");
        }
    }
}
