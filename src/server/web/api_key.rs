//! The API key of a request: where one may be sent, and what of it the edge looks at.

use axum::http::{HeaderMap, header};

/// Below these paths a request may come by a key. Nowhere else does one count for anything.
const PLACES: [&str; 3] = ["/api/", "/agent/", "/v1/"];

/// Whether requests for this path may come by a key.
#[must_use]
pub fn may_come(path: &str) -> bool {
    PLACES.iter().any(|place| path.starts_with(place))
}

/// What a request presents as its key, whether or not it is one: what follows `Bearer` in `Authorization`. Nothing for a
/// request that comes without, which the sign-in's cookie then speaks for.
#[must_use]
pub fn presented<'a>(path: &str, headers: &'a HeaderMap) -> Option<&'a str> {
    if !may_come(path) {
        return None;
    }
    let bearers = headers.get_all(header::AUTHORIZATION).into_iter().filter_map(|line| {
        let (scheme, rest) = line.as_bytes().split_at_checked(6)?;
        // Bytes that are no text are no key either.
        scheme.eq_ignore_ascii_case(b"bearer").then(|| std::str::from_utf8(rest).unwrap_or_default())
    });
    let mut keys = bearers.filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])).map(str::trim);
    let first = keys.next()?;
    // Of two keys nobody knows which is meant.
    Some(if keys.next().is_some() { "" } else { first })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, lines: &[&str]) -> Option<String> {
        let headers: HeaderMap = lines.iter().map(|line| (header::AUTHORIZATION, line.parse().unwrap())).collect();
        presented(path, &headers).map(str::to_owned)
    }

    #[test]
    fn a_key_counts_only_where_programs_call() {
        for path in ["/api/v1/agents", "/api/useragents/1/releases", "/agent/v1/publish", "/v1/models"] {
            assert_eq!(of(path, &["Bearer gk_live_x"]).as_deref(), Some("gk_live_x"), "{path}");
        }
        for path in ["/", "/fn/make_key", "/agents/1/export", "/api", "/agent", "/settings/keys", "/x/api/v1"] {
            assert_eq!(of(path, &["Bearer gk_live_x"]), None, "{path}");
        }
    }

    #[test]
    fn whatever_calls_itself_a_bearer_is_presented() {
        for (lines, expected) in [
            (&["bearer  gk_live_x "][..], Some("gk_live_x")),
            (&["BEARER other"], Some("other")),
            (&["Bearer"], Some("")),
            (&["Bearer "], Some("")),
            (&["Bearer one", "Bearer two"], Some("")),
            (&["Basic eDp5", "Bearer one"], Some("one")),
            (&["Basic eDp5"], None),
            (&["Bearergk_live_x"], None),
            (&["gk_live_x"], None),
            (&[], None),
        ] {
            assert_eq!(of("/api/v1/agents", lines).as_deref(), expected, "{lines:?}");
        }
    }
}
