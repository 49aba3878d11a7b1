//! Where to go after signing in: only ever a place on this site.

/// Whether a path may be redirected to: relative to this site's root, and nothing that a browser might read as another
/// host (`//host`, `/\host`, control characters that it drops).
#[must_use]
pub fn is_safe(path: &str) -> bool {
    let mut letters = path.chars();
    letters.next() == Some('/')
        && letters.next() != Some('/')
        && path.len() <= 1000
        && path.chars().all(|c| c.is_ascii_graphic() && c != '\\')
}

/// `path` if it may be redirected to, else `otherwise`.
#[must_use]
pub fn or<'a>(path: &'a str, otherwise: &'a str) -> &'a str {
    if is_safe(path) { path } else { otherwise }
}

/// A path as the value of a query parameter.
#[must_use]
pub fn encode(path: &str) -> String {
    use std::fmt::Write;
    path.bytes().fold(String::with_capacity(path.len()), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_on_this_site() {
        for good in ["/", "/agents/new", "/?q=a%20b&tag=x", "/sign-up?invitation=abc"] {
            assert!(is_safe(good), "{good}");
        }
        for bad in
            ["", "agents", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil", "/a\r\nb", "/ü"]
        {
            assert!(!is_safe(bad), "{bad:?}");
            assert_eq!(or(bad, "/"), "/");
        }
        assert!(!is_safe(&format!("/{}", "a".repeat(1000))));
    }

    #[test]
    fn encodes_what_a_query_would_take_apart() {
        assert_eq!(encode("/?q=a&b=c#d"), "/%3Fq%3Da%26b%3Dc%23d");
    }
}
