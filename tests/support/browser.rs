//! A browser: it keeps cookies, says where it comes from, and posts forms with and without code of its own.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, Response, StatusCode, header},
};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// What the browser calls the server.
const HOST: &str = "galley.test";

/// A browser; clones share its cookies.
#[derive(Clone)]
pub struct Browser {
    service: Router,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    peer: SocketAddr,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }

    /// One header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_else(|| panic!("no redirect: {} {}", self.status, self.text))
    }
}

impl Browser {
    /// A browser with no cookies.
    pub fn new(service: Router) -> Self {
        Self { service, cookies: Arc::default(), peer: ([203, 0, 113, 7], 40_000).into() }
    }

    /// The same browser at another address of the network.
    pub fn at(mut self, address: &str) -> Self {
        self.peer = SocketAddr::new(address.parse().unwrap(), 40_000);
        self
    }

    /// The same browser, cookies and all, in front of another server.
    pub fn on(mut self, app: &super::TestApp) -> Self {
        self.service = app.service.clone();
        self
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// Puts a cookie into the jar.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// Asks for a page, without following a redirect.
    pub async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Calls a server function as a hydrated page does.
    pub async fn call(&self, function: &str, form: &[(&str, &str)]) -> Answer {
        let request = Self::post(&format!("/fn/{function}"))
            .header("sec-fetch-site", "same-origin")
            .header(header::ACCEPT, "application/json")
            .body(Body::from(encode(form)));
        self.send(request.unwrap()).await
    }

    /// Posts a form of the page `from` without any code in the browser; does not follow the redirect.
    pub async fn submit(&self, from: &str, function: &str, form: &[(&str, &str)]) -> Answer {
        let request = Self::post(&format!("/fn/{function}"))
            .header("sec-fetch-site", "same-origin")
            .header(header::ACCEPT, "text/html,application/xhtml+xml")
            .header(header::REFERER, format!("http://{HOST}{from}"))
            .body(Body::from(encode(form)));
        self.send(request.unwrap()).await
    }

    /// Sends JSON to the API, as a page's code does.
    pub async fn json(&self, method: Method, path: &str, body: &serde_json::Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        self.send(request.unwrap()).await
    }

    fn post(path: &str) -> axum::http::request::Builder {
        Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    }

    /// Sends any request with the browser's cookies, and keeps those of the answer.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.open(request).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// Like [`Browser::send`], and leaves the body to be read as it comes.
    pub async fn open(&self, mut request: Request<Body>) -> Response<Body> {
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let headers = request.headers_mut();
        if !cookies.is_empty() {
            headers.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        headers.entry(header::HOST).or_insert(HOST.parse().unwrap());
        headers.entry(header::USER_AGENT).or_insert("Test/1.0".parse().unwrap());
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let response = self.service.clone().oneshot(request).await.unwrap();
        for line in response.headers().get_all(header::SET_COOKIE) {
            self.keep(line.to_str().unwrap());
        }
        response
    }

    fn keep(&self, line: &str) {
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        let (name, value) = pair.split_once('=').unwrap();
        let mut jar = self.cookies.lock().unwrap();
        if attributes.to_lowercase().contains("max-age=0") {
            jar.remove(name);
        } else {
            jar.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// A form as a browser encodes it.
fn encode(form: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes().fold(String::new(), |mut out, byte| {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => out.push(char::from(byte)),
                b' ' => out.push('+'),
                _ => out.push_str(&format!("%{byte:02X}")),
            }
            out
        })
    };
    let pairs: Vec<String> = form.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&")
}
