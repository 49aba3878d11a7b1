//! The site's files (browser code, style, icons), served from inside the binary.
//!
//! `scripts/build-site` makes them, `build.rs` puts them into the table below, compressed ahead of time. A file under
//! `/pkg/` carries its content's hash in its name and may be kept for ever. Under `make dev` (cargo-leptos sets
//! `LEPTOS_SITE_ROOT`) the files are read from the disk on each request instead and keep their plain names.
//!
//! To add a file, put it into `public/`; for a new kind of file, name its type in [`mime`].

use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::model::asset_paths::AssetPaths;

/// One file of the site. Small or already compressed files have no compressed form.
struct Asset {
    path: &'static str,
    /// A hash of the content, without quotes.
    etag: &'static str,
    plain: &'static [u8],
    br: Option<&'static [u8]>,
    gz: Option<&'static [u8]>,
}

// `TABLE`, sorted by path, and `PATHS`.
include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The unhashed names that cargo-leptos gives.
static DEV_PATHS: AssetPaths = AssetPaths { js: "/pkg/galley.js", wasm: "/pkg/galley.wasm", css: "/pkg/galley.css" };

#[expect(
    clippy::disallowed_methods,
    reason = "cargo-leptos speaks through this variable; it is no setting of Galley's"
)]
static DEV_ROOT: LazyLock<Option<PathBuf>> = LazyLock::new(|| std::env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from));

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const AN_HOUR: &str = "public, max-age=3600";

/// The addresses that the HTML shell names.
pub fn paths() -> AssetPaths {
    if DEV_ROOT.is_some() { DEV_PATHS } else { PATHS }
}

/// Whether this is the edit loop, where pages reload themselves.
pub fn edit_loop() -> bool {
    DEV_ROOT.is_some()
}

/// Whether this binary holds the browser code; one built by plain `cargo build` on a fresh clone does not.
pub fn embedded() -> bool {
    TABLE.binary_search_by(|asset| asset.path.cmp(PATHS.wasm)).is_ok()
}

/// Answers a GET or HEAD for `path` if it is one of the site's files, or an address under `/pkg/` that is none (such as a
/// file of the version before): that is a plain 404, as a script that gets a whole HTML page back helps nobody.
pub fn respond(path: &str, headers: &HeaderMap) -> Option<Response> {
    if let Some(root) = DEV_ROOT.as_deref()
        && let Some(response) = from_disk(root, path)
    {
        return Some(response);
    }
    if let Ok(found) = TABLE.binary_search_by(|asset| asset.path.cmp(path)) {
        return TABLE.get(found).map(|asset| answer(asset, headers));
    }
    path.starts_with("/pkg/")
        .then(|| (StatusCode::NOT_FOUND, [(CACHE_CONTROL, "no-store")], "Not found\n").into_response())
}

fn answer(asset: &Asset, headers: &HeaderMap) -> Response {
    let (encoding, bytes) = choose(asset, headers);
    // Each compressed form is a representation of its own and needs its own tag.
    let tag = match encoding {
        Some(encoding) => format!("\"{}-{encoding}\"", asset.etag),
        None => format!("\"{}\"", asset.etag),
    };
    let caching = if asset.path.starts_with("/pkg/") { FOR_EVER } else { AN_HOUR };
    let unchanged = headers.get(IF_NONE_MATCH).is_some_and(|known| matches(known, &tag));

    let mut response = Response::new(if unchanged { Body::empty() } else { Body::from(bytes) });
    let fields = response.headers_mut();
    fields.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        fields.insert(ETAG, tag);
    }
    if asset.br.is_some() || asset.gz.is_some() {
        fields.insert(VARY, HeaderValue::from_name(ACCEPT_ENCODING));
    }
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(mime(asset.path)));
    if let Some(encoding) = encoding {
        fields.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The form to send: the smallest that the client takes.
fn choose(asset: &Asset, headers: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
    [("br", asset.br), ("gzip", asset.gz)]
        .into_iter()
        .find_map(|(encoding, bytes)| Some((Some(encoding), bytes.filter(|_| accepts(headers, encoding))?)))
        .unwrap_or((None, asset.plain))
}

/// Whether `Accept-Encoding` names `encoding` with a weight above nought (RFC 9110, 12.5.3). `*` is left alone: no browser
/// sends it without names.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    comma_separated(headers, &ACCEPT_ENCODING).any(|item| {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let weight = parameters.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(encoding) && weight.is_none_or(|weight| weight > 0.0)
    })
}

fn comma_separated<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','))
}

/// Whether `If-None-Match` names `tag`; the weak form counts too (RFC 9110, 13.1.2).
fn matches(known: &HeaderValue, tag: &str) -> bool {
    known.to_str().is_ok_and(|known| {
        known.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
    })
}

/// Reads a file of the edit loop's site; what is not a plain path below `root` is not found.
fn from_disk(root: &Path, path: &str) -> Option<Response> {
    let relative = Path::new(path.strip_prefix('/')?);
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let bytes = std::fs::read(root.join(relative)).ok()?;
    Some(([(CONTENT_TYPE, mime(path)), (CACHE_CONTROL, "no-cache")], bytes).into_response())
}

/// The media type by the name's ending.
fn mime(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SCRIPT: Asset =
        Asset { path: "/pkg/galley.0123.js", etag: "ab", plain: b"plain", br: Some(b"brotli"), gz: Some(b"gzip") };
    static ICON: Asset = Asset { path: "/icon.png", etag: "cd", plain: b"picture", br: None, gz: None };

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    fn field(response: &Response, name: HeaderName) -> Option<&str> {
        response.headers().get(name).and_then(|value| value.to_str().ok())
    }

    async fn body(response: Response) -> Vec<u8> {
        axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("a body in memory").to_vec()
    }

    #[tokio::test]
    async fn the_smallest_accepted_form_is_sent() {
        for (accept, encoding, content) in [
            ("gzip, deflate, br, zstd", Some("br"), &b"brotli"[..]),
            ("gzip", Some("gzip"), b"gzip"),
            ("br;q=0, gzip;q=0.5", Some("gzip"), b"gzip"),
            ("BR;q=1.0", Some("br"), b"brotli"),
            ("br; q=0, identity", None, b"plain"),
            ("vibrato", None, b"plain"),
            ("", None, b"plain"),
        ] {
            let response = answer(&SCRIPT, &headers(&[(ACCEPT_ENCODING, accept)]));
            assert_eq!(field(&response, CONTENT_ENCODING), encoding, "for {accept:?}");
            assert_eq!(field(&response, VARY), Some("accept-encoding"), "for {accept:?}");
            assert_eq!(body(response).await, content, "for {accept:?}");
        }
    }

    #[tokio::test]
    async fn a_hashed_file_is_kept_for_ever_and_others_are_not() {
        let script = answer(&SCRIPT, &HeaderMap::new());
        assert_eq!(field(&script, CACHE_CONTROL), Some("public, max-age=31536000, immutable"));
        assert_eq!(field(&script, CONTENT_TYPE), Some("text/javascript; charset=utf-8"));

        let icon = answer(&ICON, &headers(&[(ACCEPT_ENCODING, "br, gzip")]));
        assert_eq!(field(&icon, CACHE_CONTROL), Some("public, max-age=3600"));
        assert_eq!(field(&icon, CONTENT_TYPE), Some("image/png"));
        assert_eq!(field(&icon, VARY), None);
        assert_eq!(body(icon).await, b"picture");
    }

    #[tokio::test]
    async fn a_known_tag_gets_no_body_and_another_forms_tag_does_not_count() {
        for (known, status) in [
            ("\"ab\"", StatusCode::NOT_MODIFIED),
            ("\"zz\", W/\"ab\"", StatusCode::NOT_MODIFIED),
            ("*", StatusCode::NOT_MODIFIED),
            ("\"ab-br\"", StatusCode::OK),
            ("ab", StatusCode::OK),
        ] {
            let response = answer(&SCRIPT, &headers(&[(IF_NONE_MATCH, known)]));
            assert_eq!(response.status(), status, "for {known}");
            assert_eq!(field(&response, ETAG), Some("\"ab\""), "for {known}");
            let content = body(response).await;
            assert_eq!(content.is_empty(), status == StatusCode::NOT_MODIFIED, "for {known}");
        }
        let compressed = answer(&SCRIPT, &headers(&[(ACCEPT_ENCODING, "br"), (IF_NONE_MATCH, "\"ab-br\"")]));
        assert_eq!(compressed.status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn the_table_is_sorted_because_it_is_searched_by_halves() {
        assert!(TABLE.is_sorted_by(|one, next| one.path < next.path));
    }

    #[test]
    fn an_unknown_package_file_is_a_404_and_a_page_is_not_ours() {
        let gone = respond("/pkg/galley.gone.js", &HeaderMap::new()).expect("an answer");
        assert_eq!(gone.status(), StatusCode::NOT_FOUND);
        assert_eq!(field(&gone, CACHE_CONTROL), Some("no-store"));
        assert!(respond("/", &HeaderMap::new()).is_none());
        assert!(respond("/agents/new", &HeaderMap::new()).is_none());
    }

    #[tokio::test]
    async fn the_edit_loop_reads_below_its_root_only() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = dir.path().join("site");
        std::fs::create_dir_all(root.join("pkg")).expect("a folder");
        std::fs::write(root.join("pkg/galley.css"), "body {}").expect("a file");
        std::fs::write(dir.path().join("secret.txt"), "no").expect("a file");

        let style = from_disk(&root, "/pkg/galley.css").expect("the file");
        assert_eq!(field(&style, CACHE_CONTROL), Some("no-cache"));
        assert_eq!(field(&style, CONTENT_TYPE), Some("text/css; charset=utf-8"));
        assert_eq!(body(style).await, b"body {}");
        for path in
            ["/../secret.txt", "/pkg/../../secret.txt", "//etc/passwd", "/pkg", "/pkg/none.css", "pkg/galley.css"]
        {
            assert!(from_disk(&root, path).is_none(), "for {path}");
        }
    }
}
