//! The addresses that skills call: which are allowed, and whom they reach.

/// The host of an `http` or `https` address with its port, as written, or why the address is refused.
pub fn host_of(url: &str) -> Result<&str, &'static str> {
    let rest = ["http://", "https://"].iter().find_map(|scheme| {
        let start = url.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| url.get(scheme.len()..)).flatten()
    });
    let Some(rest) = rest else { return Err("Must begin with https:// or http://") };
    // A backslash counts as a slash in browsers but not everywhere, so it could hide the real host.
    if url.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err("Must not contain spaces, control characters or backslashes");
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('@') {
        return Err("Must not contain a user name or password");
    }
    let (name, port) = match host.strip_prefix('[') {
        Some(address) => address.split_once(']').map_or(("", ""), |(name, port)| (name, port)),
        None => host.find(':').map_or((host, ""), |at| host.split_at(at)),
    };
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_') || (host.starts_with('[') && c == ':');
    if name.is_empty() || !name.chars().all(allowed) {
        return Err("Must name a host, such as https://api.example.com/");
    }
    let number = port.strip_prefix(':').unwrap_or(port);
    if !port.is_empty()
        && (!port.starts_with(':') || !number.bytes().all(|b| b.is_ascii_digit()) || number.parse::<u16>().is_err())
    {
        return Err("Must have a port from 0 to 65535, or none");
    }
    Ok(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_an_address() {
        assert_eq!(host_of("https://shop.example/refunds/{id}"), Ok("shop.example"));
        assert_eq!(host_of("http://[::1]:80?x"), Ok("[::1]:80"));
        assert!(host_of("http://[::1").is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_text_hides_another_host(name in "[a-z@:/\\\\?#.{}\\[\\] ]{0,12}", rest in "\\PC{0,20}") {
            let url = format!("https://{name}{rest}");
            if let Ok(host) = host_of(&url) {
                proptest::prop_assert!(!host.is_empty() && !host.contains(['@', '/', '\\', '?', '#', '{', ' ']), "{url}");
                proptest::prop_assert_eq!(&url["https://".len()..][..host.len()], host);
            }
        }
    }
}
