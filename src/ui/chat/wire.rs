//! Asking `/api/v1` from the browser. There is no `EventSource`, because that cannot post: the body of the answer is read as
//! it comes.

use js_sys::{Reflect, Uint8Array};
use leptos::wasm_bindgen::{JsCast, JsValue};
use serde::de::DeserializeOwned;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, ReadableStreamDefaultReader, RequestInit, Response};

use crate::model::{
    chat::{AnswerEvent, EventReader},
    error::{Code, Error},
};

/// Posts JSON, or gets, and gives the answer if it is a good one.
pub(super) async fn ask(
    method: &str,
    url: &str,
    body: Option<&serde_json::Value>,
    events: bool,
) -> Result<Response, Error> {
    let response = fetch(method, url, body, events).await.map_err(|_| unreachable_server())?;
    let response: Response = response.dyn_into().map_err(|_| unreachable_server())?;
    if response.ok() {
        return Ok(response);
    }
    let text = text_of(&response).await.unwrap_or_default();
    Err(serde_json::from_str(&text).unwrap_or_else(|_| match response.status() {
        401 => Error::unauthorized(),
        429 => Error::new(Code::RateLimited, "That was too often. Wait a moment and try again."),
        _ => Error::new(Code::Internal, "Something failed on the server. Try again."),
    }))
}

/// Posts JSON and reads the answer.
pub(super) async fn post<T: DeserializeOwned>(url: &str, body: &serde_json::Value) -> Result<T, Error> {
    read(&ask("POST", url, Some(body), false).await?).await
}

/// Reads a JSON answer.
pub(super) async fn read<T: DeserializeOwned>(response: &Response) -> Result<T, Error> {
    let text = text_of(response).await.map_err(|_| unreachable_server())?;
    serde_json::from_str(&text)
        .map_err(|_| Error::new(Code::Internal, "The server’s answer cannot be read. Try again."))
}

/// The events of an answer as they come.
pub(super) struct Events {
    body: ReadableStreamDefaultReader,
    cutter: EventReader,
    ready: std::collections::VecDeque<AnswerEvent>,
}

impl Events {
    /// The events in the body of a response.
    pub(super) fn of(response: &Response) -> Option<Self> {
        let body = response.body()?.get_reader().dyn_into().ok()?;
        Some(Self { body, cutter: EventReader::default(), ready: std::collections::VecDeque::new() })
    }

    /// The next event; nothing when the connection ends or breaks.
    pub(super) async fn next(&mut self) -> Option<AnswerEvent> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let chunk = JsFuture::from(self.body.read()).await.ok()?;
            let bytes = Reflect::get(&chunk, &JsValue::from_str("value")).ok()?;
            if bytes.is_undefined() {
                return None;
            }
            let events = self.cutter.push(&Uint8Array::new(&bytes).to_vec());
            self.ready.extend(events.iter().filter_map(|(name, data)| AnswerEvent::parse(name, data)));
        }
    }
}

async fn fetch(method: &str, url: &str, body: Option<&serde_json::Value>, events: bool) -> Result<JsValue, JsValue> {
    let init = RequestInit::new();
    init.set_method(method);
    let headers = Headers::new()?;
    headers.set("accept", if events { "text/event-stream" } else { "application/json" })?;
    if let Some(body) = body {
        headers.set("content-type", "application/json")?;
        init.set_body(&JsValue::from_str(&body.to_string()));
    }
    init.set_headers(&headers);
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    JsFuture::from(window.fetch_with_str_and_init(url, &init)).await
}

async fn text_of(response: &Response) -> Result<String, JsValue> {
    JsFuture::from(response.text()?).await?.as_string().ok_or(JsValue::NULL)
}

fn unreachable_server() -> Error {
    Error::new(Code::Busy, "Galley cannot be reached. Check the connection and try again.")
}
