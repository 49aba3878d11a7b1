//! Reading the text of one setting. Each function answers the value, or what was expected.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
};

use http::Uri;
use tracing_subscriber::EnvFilter;

/// The key that seals secrets; it never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(pub Option<[u8; 32]>);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// Several words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(pub Vec<String>);

/// The proxies that are believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(pub Vec<IpAddr>);

/// `sqlite://PATH` or `postgres://…`.
///
/// # Errors
/// What was expected.
pub fn database_url(text: &str) -> Result<String, String> {
    let expected = "sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE";
    let postgres = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
    match sqlite_path(text).or(postgres) {
        Some(rest) if !rest.is_empty() && rest != ":memory:" && !rest.starts_with('?') => Ok(text.to_owned()),
        Some(":memory:") => Err(format!("{expected} (a database in memory would forget everything)")),
        _ => Err(expected.to_owned()),
    }
}

/// The path in `sqlite://PATH`.
#[must_use]
pub fn sqlite_path(url: &str) -> Option<&str> {
    url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))
}

/// The address of a database without its password.
#[must_use]
pub fn masked(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://").filter(|(scheme, _)| scheme.starts_with("postgres")) else {
        return url.to_owned();
    };
    // A password may hold an `@`, and another may stand among the parameters.
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let host = match place.rsplit_once('@') {
        Some((who, host)) => format!("{}:***@{host}", who.split(':').next().unwrap_or_default()),
        None => place.to_owned(),
    };
    if parameters.is_empty() { format!("{scheme}://{host}") } else { format!("{scheme}://{host}?…") }
}

/// `127.0.0.1:3000`.
///
/// # Errors
/// What was expected.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "an address and a port, such as 127.0.0.1:3000 or [::1]:3000".to_owned())
}

/// `https://galley.example`, without a slash at the end.
///
/// # Errors
/// What was expected.
pub fn public_url(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let expected = || "http:// or https://, a host and nothing after it, such as https://galley.example".to_owned();
    let uri: Uri = text.parse().map_err(|_| expected())?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https")).ok_or_else(expected)?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or_else(expected)?;
    if uri.host().is_none_or(str::is_empty) || uri.path() != "/" || uri.query().is_some() || text.contains('#') {
        return Err(expected());
    }
    // Browsers write an origin in lower case and without the scheme's own port; it is compared with theirs.
    let authority = authority.as_str().to_ascii_lowercase();
    let usual = if scheme == "https" { ":443" } else { ":80" };
    Ok(format!("{scheme}://{}", authority.strip_suffix(usual).unwrap_or(&authority)))
}

/// The address of a provider's API, without a slash at the end.
///
/// # Errors
/// What was expected.
pub fn base_url(text: &str) -> Result<String, String> {
    let text = text.trim().trim_end_matches('/');
    let web = |uri: &Uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
    };
    match text.parse::<Uri>() {
        Ok(uri) if web(&uri) && uri.query().is_none() => Ok(text.to_owned()),
        _ if text.is_empty() => Ok(String::new()),
        _ => Err("http:// or https://, a host and perhaps a path, such as http://127.0.0.1:11434/v1".to_owned()),
    }
}

/// Words with commas between them.
///
/// # Errors
/// Never; the type is the one that clap wants.
pub fn words(text: &str) -> Result<Words, String> {
    Ok(Words(text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()))
}

/// 64 hex digits; none at all counts as not set.
///
/// # Errors
/// What was expected. The text itself is never repeated.
pub fn secret_key(text: &str) -> Result<SecretKey, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(SecretKey(None));
    }
    hex_key(text)
        .map(|key| SecretKey(Some(key)))
        .ok_or_else(|| "64 hex digits, as `openssl rand -hex 32` prints".into())
}

/// A key of 32 bytes in hex digits.
#[must_use]
pub fn hex_key(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    let bytes: Vec<u8> =
        digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    (digits.len() == 64).then(|| bytes.try_into().ok()).flatten()
}

/// Yes or no.
///
/// # Errors
/// What was expected.
pub fn switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" | "" => Ok(false),
        _ => Err("true or false".to_owned()),
    }
}

/// A length of time from a minute to ten years, in seconds.
///
/// # Errors
/// What was expected.
pub fn idle_seconds(text: &str) -> Result<i64, String> {
    seconds(text)
        .filter(|seconds| (60..=3650 * 86_400).contains(seconds))
        .and_then(|seconds| i64::try_from(seconds).ok())
        .ok_or_else(|| "a number with s, m, h or d, at least a minute, such as 24h".to_owned())
}

/// A length of time from a second to an hour, in seconds.
///
/// # Errors
/// What was expected.
pub fn timeout_seconds(text: &str) -> Result<u64, String> {
    seconds(text)
        .filter(|seconds| (1..=3600).contains(seconds))
        .ok_or_else(|| "a number with s, m or h, from 1s to 1h, such as 2m".to_owned())
}

/// How often a minute.
///
/// # Errors
/// What was expected.
pub fn rate(text: &str) -> Result<NonZeroU32, String> {
    let number = text.trim().parse::<u32>().ok().filter(|number| *number <= 1_000_000);
    number.and_then(NonZeroU32::new).ok_or_else(|| "a number from 1 to 1000000, such as 600".to_owned())
}

fn seconds(text: &str) -> Option<u64> {
    let number_ends = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(number_ends)?;
    let unit = match unit.trim() {
        "s" | "" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// Addresses with commas between them.
///
/// # Errors
/// What was expected.
pub fn proxies(text: &str) -> Result<Proxies, String> {
    text.split(',')
        .map(str::trim)
        .filter(|one| !one.is_empty())
        .map(|one| one.parse().map_err(|_| "addresses with commas between them, such as 10.0.0.1,10.0.0.2".to_owned()))
        .collect::<Result<_, _>>()
        .map(Proxies)
}

/// A filter of the log.
///
/// # Errors
/// What was expected.
pub fn log_filter(text: &str) -> Result<String, String> {
    match EnvFilter::builder().parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("error, warn, info, debug or trace, or such as info,sqlx=debug".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases() {
        for good in ["sqlite://data/galley.db", "sqlite:galley.db", "sqlite:///srv/galley.db", "postgres://h/d"] {
            assert_eq!(database_url(good).as_deref(), Ok(good));
        }
        for bad in ["", "data/galley.db", "mysql://h/d", "sqlite://", "postgres://", "sqlite://:memory:", "sqlite://?x"]
        {
            assert!(database_url(bad).unwrap_err().starts_with("sqlite://PATH or postgres://"), "for {bad:?}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("postgres://me:canary@db/galley", "postgres://me:***@db/galley"),
            ("postgres://me:can@canary@db:5432/galley", "postgres://me:***@db:5432/galley"),
            ("postgresql://db/galley?user=me&password=canary", "postgresql://db/galley?…"),
            ("postgres://db/galley", "postgres://db/galley"),
            ("sqlite://data/galley.db", "sqlite://data/galley.db"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }

    #[test]
    fn public_addresses() {
        for (text, read) in [
            ("https://galley.example", "https://galley.example"),
            ("https://Galley.Example/", "https://galley.example"),
            ("https://galley.example:443", "https://galley.example"),
            ("http://10.0.0.5:3000", "http://10.0.0.5:3000"),
            ("https://galley.example:80", "https://galley.example:80"),
            ("", ""),
        ] {
            assert_eq!(public_url(text).as_deref(), Ok(read));
        }
        for bad in [
            "galley.example",
            "ftp://galley.example",
            "https://",
            "https://galley.example/app",
            "https://galley.example/?a=1",
            "https://galley.example#top",
            "https://me:secret@galley.example",
            "javascript:alert(1)",
        ] {
            assert!(public_url(bad).is_err(), "for {bad:?}");
        }
    }

    #[test]
    fn keys_are_64_hex_digits() {
        let key = secret_key(&"0F".repeat(32)).unwrap();
        assert_eq!(key, SecretKey(Some([15; 32])));
        assert_eq!(secret_key(" \n"), Ok(SecretKey(None)));
        for bad in ["0f".repeat(31), "0f".repeat(33), "0g".repeat(32), "é".repeat(64), "0f".repeat(32) + "0"] {
            let error = secret_key(&bad).unwrap_err();
            assert!(error.starts_with("64 hex digits") && !error.contains(&bad), "for {bad:?}");
        }
        assert!(!format!("{key:?}").contains("15"));
    }

    #[test]
    fn lengths_of_time() {
        for (text, read) in [("90", 90), ("90s", 90), ("2m", 120), ("24h", 86_400), ("7d", 604_800), ("5 m", 300)] {
            assert_eq!(idle_seconds(text), Ok(read));
        }
        for bad in ["", "h", "-5m", "1.5h", "5 weeks", "59s", "99999999999999999999d", "18446744073709551615d", "4000d"]
        {
            assert!(idle_seconds(bad).is_err(), "for {bad:?}");
        }
        assert_eq!(timeout_seconds("1s"), Ok(1));
        assert!(timeout_seconds("0").is_err() && timeout_seconds("2h").is_err());
    }

    #[test]
    fn lists_switches_and_filters() {
        assert_eq!(proxies("10.0.0.1, ::1,"), Ok(Proxies(vec!["10.0.0.1".parse().unwrap(), "::1".parse().unwrap()])));
        assert_eq!(proxies(""), Ok(Proxies::default()));
        assert!(proxies("10.0.0.0/8").is_err() && proxies("proxy.local").is_err());
        assert_eq!(words(" gpt-5, o4 ,"), Ok(Words(vec!["gpt-5".to_owned(), "o4".to_owned()])));
        assert_eq!(base_url("http://127.0.0.1:11434/v1/").as_deref(), Ok("http://127.0.0.1:11434/v1"));
        assert!(base_url("127.0.0.1:11434").is_err() && base_url("file:///etc/passwd").is_err());
        assert_eq!((switch("Yes"), switch("0")), (Ok(true), Ok(false)));
        assert!(switch("maybe").is_err());
        assert!(log_filter("info,sqlx=warn").is_ok());
        assert!(log_filter("galley=loud").is_err());
    }
}
