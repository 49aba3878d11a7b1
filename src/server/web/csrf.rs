//! Forged requests: what another site makes a browser send must change nothing.
//!
//! An unsafe request that does not come by an API key, signing in included, must say `Sec-Fetch-Site: same-origin`. A browser sends no
//! such header over plain http on a LAN; there the `Origin` must be this host, or the public address. GET changes nothing
//! anywhere, so it is free.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, Method, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{api_key, problem::Problem};
use crate::{model::error::Error, server::core::Core};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses forged requests.
pub async fn refuse_forged(State(core): State<Core>, request: Request, next: Next) -> Response {
    let public = core.settings.public_url.as_deref();
    if is_allowed(request.method(), request.uri(), request.headers(), public) {
        return next.run(request).await;
    }
    let error = if is_keyless_program(request.uri(), request.headers()) {
        Error::keyless()
    } else {
        Error::forbidden("This request did not come from a page of this site.")
    };
    Problem(error).into_response()
}

/// Whether this is a program that forgot its key: below the paths where keys count, without anything that a browser adds.
/// It has done nothing yet, and is told what is missing instead of what a page would need.
fn is_keyless_program(uri: &Uri, headers: &HeaderMap) -> bool {
    api_key::may_come(uri.path()) && !of_browser(headers)
}

/// Whether a request has anything that a browser adds and a program does not.
pub fn of_browser(headers: &HeaderMap) -> bool {
    [header::COOKIE, header::ORIGIN, SEC_FETCH_SITE].iter().any(|name| headers.contains_key(name))
}

fn is_allowed(method: &Method, uri: &Uri, headers: &HeaderMap, public: Option<&str>) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    // A key is no cookie: a browser never adds it by itself, and where one counts, the cookie does not. Keys that come with
    // an Origin are refused further in.
    if api_key::presented(uri.path(), headers).is_some() {
        return true;
    }
    if let Some(site) = text(SEC_FETCH_SITE) {
        return site == "same-origin";
    }
    let Some(origin) = text(header::ORIGIN) else { return false };
    if public.is_some_and(|public| origin.eq_ignore_ascii_case(public)) {
        return true;
    }
    let host = text(header::HOST).or_else(|| uri.authority().map(axum::http::uri::Authority::as_str));
    let named = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    matches!((host, named), (Some(host), Some(named)) if host.eq_ignore_ascii_case(named))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(method: &str, headers: &[(&str, &str)]) -> bool {
        allowed_at("/fn/x", method, headers)
    }

    fn allowed_at(path: &'static str, method: &str, headers: &[(&str, &str)]) -> bool {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap())).collect();
        is_allowed(&method.parse().unwrap(), &Uri::from_static(path), &headers, Some("https://galley.example"))
    }

    #[test]
    fn reading_is_free() {
        for method in ["GET", "HEAD", "OPTIONS"] {
            assert!(allowed(method, &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")]));
        }
    }

    #[test]
    fn a_key_stands_for_itself_where_keys_count() {
        let key = ("authorization", "Bearer gk_live_x");
        for path in ["/api/v1/agents", "/agent/v1/publish", "/v1/chat/completions"] {
            assert!(allowed_at(path, "POST", &[key]), "{path}");
            assert!(!allowed_at(path, "POST", &[]), "{path}");
            assert!(!allowed_at(path, "POST", &[("authorization", "Basic eDp5")]), "{path}");
        }
        assert!(!allowed_at("/agents/import", "POST", &[key]));
    }

    #[test]
    fn a_program_without_a_key_is_told_apart_from_a_browser() {
        let keyless = |path: &'static str, names: &[&'static str]| {
            let headers = names.iter().map(|name| (HeaderName::from_static(name), "x".parse().unwrap())).collect();
            is_keyless_program(&Uri::from_static(path), &headers)
        };
        assert!(keyless("/agent/v1/publish", &["user-agent"]));
        assert!(!keyless("/fn/make_key", &["user-agent"]));
        for name in ["cookie", "origin", "sec-fetch-site"] {
            assert!(!keyless("/agent/v1/publish", &[name]), "{name}");
        }
    }

    #[test]
    fn writing_needs_the_same_origin() {
        let host = ("host", "10.0.0.5:3000");
        for (headers, expected) in [
            (vec![host, ("sec-fetch-site", "same-origin")], true),
            (vec![host, ("sec-fetch-site", "same-site")], false),
            (vec![host, ("sec-fetch-site", "cross-site")], false),
            (vec![host, ("sec-fetch-site", "none")], false),
            // What the browser says of itself outweighs an Origin.
            (vec![host, ("sec-fetch-site", "cross-site"), ("origin", "http://10.0.0.5:3000")], false),
            (vec![host, ("origin", "http://10.0.0.5:3000")], true),
            (vec![host, ("origin", "https://galley.example")], true),
            (vec![host, ("origin", "http://10.0.0.5")], false),
            (vec![host, ("origin", "http://10.0.0.5:3000.evil.example")], false),
            (vec![host, ("origin", "http://evil.example")], false),
            (vec![host, ("origin", "null")], false),
            (vec![host, ("origin", "")], false),
            (vec![("origin", "http://")], false),
            (vec![host], false),
            (vec![host, ("referer", "http://10.0.0.5:3000/")], false),
            (vec![host, ("authorization", "Bearer gk_live_x")], false),
            (vec![host, ("authorization", "Basic eDp5"), ("origin", "http://evil.example")], false),
        ] {
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                assert_eq!(allowed(method, &headers), expected, "{method} {headers:?}");
            }
        }
    }
}
