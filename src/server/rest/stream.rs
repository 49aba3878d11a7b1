//! An answer on its way to a client, as server-sent events while it is written.
//!
//! The events are `token` (`{"text"}`, to append), `tool`, then one `done` (the message with its receipt) or one `error` (a
//! problem, and as `message` what was kept). A client that leaves stops nothing.

use std::{convert::Infallible, time::Duration};

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, StreamExt, stream};
use utoipa::ToSchema;

use super::reply::RECEIPT;
use crate::{
    model::{
        chat::{AnswerEvent, StreamError, Token},
        error::Error,
        session::{Message, Receipt},
    },
    server::{domain::chat::Answering, engine::feed::Reader, web::problem},
};

/// Server-sent events: the text that comes, or, for who reads it event by event, one of them.
#[derive(ToSchema)]
#[schema(as = EventStream)]
#[serde(untagged)]
pub enum EventStream {
    /// All of them, as text.
    Whole(String),
    /// One event.
    Each(EventBody),
}

/// One event of a stream.
#[derive(ToSchema)]
#[schema(as = StreamEvent)]
#[expect(dead_code, reason = "says what events are made of")]
pub struct EventBody {
    /// What it is.
    event: EventName,
    /// JSON, on one line.
    data: String,
}

/// What an event is.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "says what events are called")]
enum EventName {
    /// A piece of the answer, to append.
    Token,
    /// A skill was called.
    Tool,
    /// It is whole.
    Done,
    /// It failed.
    Error,
}

/// A comment this often keeps proxies from closing a quiet stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Whether a client asks for events: by the field, or else by what it accepts.
#[must_use]
pub fn wants_events(field: Option<bool>, headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    field.unwrap_or_else(|| accept.contains("text/event-stream"))
}

/// The same response with what produced it in a header.
#[must_use]
pub fn with_receipt(mut response: Response, receipt: &Receipt) -> Response {
    if let Some(receipt) = receipt_header(receipt) {
        response.headers_mut().insert(RECEIPT, receipt);
    }
    response
}

/// A receipt as a header's value: JSON in ASCII.
#[must_use]
pub fn receipt_header(receipt: &Receipt) -> Option<HeaderValue> {
    let json = serde_json::to_string(receipt).ok()?;
    let mut ascii = String::with_capacity(json.len());
    for unit in json.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => ascii.push(char::from(byte)),
            _ => {
                use std::fmt::Write;
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    HeaderValue::from_str(&ascii).ok()
}

/// An answer as events, with what produces it in a header.
#[must_use]
pub fn events(answering: Answering) -> Response {
    with_receipt(of(each(answering.reader, |message| message)), &answering.receipt)
}

/// The events of an answer, with what is kept of it as its reader may see it.
pub fn each(
    reader: Reader,
    shown: impl Fn(Message) -> Message + Copy + Send + 'static,
) -> impl Stream<Item = Event> + Send + 'static {
    stream::unfold(reader, move |mut reader| async move {
        let event = match reader.next().await? {
            AnswerEvent::Done(message) => AnswerEvent::Done(Box::new(shown(*message))),
            AnswerEvent::Error(failed) => {
                let StreamError { mut error, message } = *failed;
                let message = message.map(shown);
                if let Some(sentence) = message.as_ref().and_then(|message| message.error.as_ref()) {
                    error.detail.clone_from(sentence);
                }
                AnswerEvent::Error(Box::new(StreamError { error, message }))
            }
            token @ AnswerEvent::Token(_) => token,
        };
        Some((sse(&event), reader))
    })
}

/// Events as a response.
pub fn of(events: impl Stream<Item = Event> + Send + 'static) -> Response {
    let events = events.map(Ok::<_, Infallible>);
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would hold the events back.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

fn sse(event: &AnswerEvent) -> Event {
    let (name, data) = match event {
        AnswerEvent::Token(text) => ("token", serde_json::to_string(&Token { text: text.clone() })),
        AnswerEvent::Done(message) => ("done", serde_json::to_string(message)),
        AnswerEvent::Error(failed) => {
            let mut body = problem::body(&failed.error, None);
            if let (Some(fields), Ok(message)) = (body.as_object_mut(), serde_json::to_value(&failed.message)) {
                fields.insert("message".to_owned(), message);
            }
            ("error", Ok(body.to_string()))
        }
    };
    let lost =
        || problem::body(&Error::new(crate::model::error::Code::Internal, "The answer cannot be written."), None);
    match data {
        Ok(data) => Event::default().event(name).data(data),
        Err(_) => Event::default().event("error").data(lost().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::{config::ConfigHash, session::ServedBecause};

    #[test]
    fn a_receipt_is_a_header_whatever_is_in_it() {
        let receipt = Receipt {
            agent_id: Uuid::nil(),
            revision_id: Uuid::nil(),
            version: Some(4),
            draft_number: 12,
            config_hash: ConfigHash::of(b""),
            reason: ServedBecause::LiveAtStart,
            model: "openai/größe-😀".into(),
            not_enforced: vec!["skills".into()],
        };
        let header = receipt_header(&receipt).unwrap();
        let text = header.to_str().unwrap();
        assert_eq!(serde_json::from_str::<Receipt>(text).unwrap(), receipt);
    }

    #[test]
    fn the_field_goes_before_the_header() {
        let mut headers = HeaderMap::new();
        assert!(!wants_events(None, &headers));
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/event-stream"));
        assert!(wants_events(None, &headers));
        assert!(!wants_events(Some(false), &headers));
    }
}
