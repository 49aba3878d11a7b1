//! The public page of an agent, `/a/{slug}`: limits by address and by agent, plain forms, streaming, frames.
//!
//! The page itself is `ui::pages::visit`. A visitor gets no cookie, and a member's sign-in counts for nothing here. What they
//! carry stands in the address, after the question mark, which no log keeps.

use axum::{
    Form, Router,
    body::Body,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use leptos::prelude::provide_context;
use leptos_axum::render_app_async_with_context;
use serde::{Deserialize, Serialize};

use crate::{
    app::shell,
    model::{
        error::{Code, Error},
        link::for_visitor,
        return_path::encode,
    },
    paths,
    server::{
        core::Core,
        domain::{
            caller::Source,
            chat::{self, Answering},
            throttle::network,
            visits::{self, Ticket},
        },
        rest::{request, stream},
        router::page_context,
        store::links::LinkRow,
        web::{
            problem::Problem,
            rate_limit::{Limiter, ask, limiter},
        },
    },
};

/// The server function that loads the page in the browser; what counts below `/a/` counts for it too.
const LOADS: &str = "/fn/load_visit";
/// The header that names the conversation which a message began.
const CHAT: HeaderName = HeaderName::from_static("galley-chat");

/// The routes of this file.
pub fn routes(core: &Core) -> Router {
    Router::new()
        .route("/a/{slug}", post(submit))
        .route("/a/{slug}/messages", post(say).get(newest))
        .route("/a/{slug}/retry", post(retry))
        .route("/a/{slug}/stop", post(stop))
        .route("/a/{slug}/answer", get(follow))
        .with_state(core.clone())
}

/// The sites that may show the page in a frame; in the extensions of the request, and of an answer that some may show.
#[derive(Clone, Debug, Default)]
pub struct Frames(pub Vec<String>);

/// What stood in the way of a plain form; in the context of the page that says so.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Why.
    pub error: Error,
    /// What was typed.
    pub typed: String,
    /// Whether it was the pass phrase.
    pub at_door: bool,
}

/// The counts of a node.
#[derive(Clone)]
pub struct Limits {
    core: Core,
    addresses: std::sync::Arc<Limiter<String>>,
    links: std::sync::Arc<Limiter<uuid::Uuid>>,
}

impl Limits {
    /// The limits that the settings ask for.
    #[must_use]
    pub fn new(core: Core) -> Self {
        let (addresses, links) = (limiter(core.settings.rate_link_address), limiter(core.settings.rate_link));
        Self { core, addresses, links }
    }
}

/// Goes around everything that visitors ask for: counts it, finds the link, and says which sites may show the answer.
pub async fn gate(State(limits): State<Limits>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let below = path.strip_prefix(paths::VISITS);
    if below.is_none() && path != LOADS {
        return next.run(request).await;
    }
    let address = request.extensions().get::<Source>().map(|source| source.address.clone()).unwrap_or_default();
    let left = ask(&limits.addresses, &network(&address).to_owned());
    if let Some(wait) = left.refused {
        return too_many(wait);
    }
    let slug = below.map(|below| below.split('/').next().unwrap_or_default());
    let mut frames = Frames::default();
    if let Some(slug) = slug {
        match visits::door(&limits.core, slug).await {
            Ok(LinkRow { id, frame_origins, .. }) => {
                if request.method() == axum::http::Method::POST {
                    let left = ask(&limits.links, &id);
                    if let Some(wait) = left.refused {
                        return too_many(wait);
                    }
                }
                frames = Frames(frame_origins);
            }
            // What leads nowhere says so further in, in the same words for all of it.
            Err(failure) if failure.public.code == Code::NotFound => {}
            Err(failure) => return Problem(failure.into_public()).into_response(),
        }
    }
    request.extensions_mut().insert(frames.clone());
    let mut response = next.run(request).await;
    // Addresses hold what visitors carry: no index may keep them.
    response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    if !frames.0.is_empty() {
        response.extensions_mut().insert(frames);
    }
    response
}

fn too_many(seconds: u64) -> Response {
    let error = Error::new(Code::RateLimited, "Too many messages at once. Wait a moment, then try again.");
    Problem(Error { retry_after: Some(seconds), ..error }).into_response()
}

/// What follows the question mark.
#[derive(Clone, Debug, Default, Deserialize)]
struct Carried {
    #[serde(default)]
    chat: Option<String>,
    #[serde(default)]
    pass: Option<String>,
}

/// Whose page, and what the visitor carries.
struct Here {
    slug: String,
    ticket: Ticket,
}

impl<S: Send + Sync> FromRequestParts<S> for Here {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let there = || Problem(Error::not_found());
        let Path(slug) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| there())?;
        let Query(Carried { chat, pass }) = Query::try_from_uri(&parts.uri).map_err(|_| there())?;
        Ok(Self { slug, ticket: Ticket { chat, pass }.tidied() })
    }
}

/// A form of the page, posted without the browser's code: a message, or the pass phrase.
#[derive(Clone, Debug, Deserialize)]
struct Posted {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    pass_phrase: Option<String>,
}

async fn submit(State(core): State<Core>, here: Here, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let again = parts.clone();
    let posted = Form::<Posted>::from_request(Request::from_parts(parts, body), &()).await;
    let Ok(Form(posted)) = posted else {
        return Problem(Error::new(Code::InvalidRequest, "The form cannot be read.")).into_response();
    };
    let Here { slug, ticket } = here;
    let at_door = posted.pass_phrase.is_some();
    let typed = posted.content.unwrap_or_default();
    let done = match &posted.pass_phrase {
        Some(phrase) => {
            let from = again.extensions.get::<Source>().cloned().unwrap_or_else(Source::command_line);
            visits::enter(&core, &from, &slug, phrase).await.map(|pass| Ticket { pass: Some(pass), ..ticket })
        }
        None => match visits::say(&core, &slug, &ticket, &typed).await {
            Ok((chat, answering)) => {
                // However it came out: the page shows it.
                let _ = chat::whole(answering).await;
                Ok(Ticket { chat: Some(chat), ..ticket })
            }
            Err(failure) => Err(failure),
        },
    };
    match done {
        // A new answer is at the end of the log.
        Ok(ticket) => see_other(&(address(&slug, &ticket) + if at_door { "" } else { "#end" })),
        Err(failure) => page(core, again, Refused { error: failure.into_public(), typed, at_door }).await,
    }
}

/// The page with what a visitor carries.
fn address(slug: &str, ticket: &Ticket) -> String {
    let carried = [("chat", &ticket.chat), ("pass", &ticket.pass)];
    let carried: Vec<String> =
        carried.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", encode(value.as_deref()?)))).collect();
    let question = if carried.is_empty() { "" } else { "?" };
    format!("{}{question}{}", paths::visit(&encode(slug)), carried.join("&"))
}

fn see_other(location: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The page again, with what was typed and why it was refused.
async fn page(core: Core, mut parts: Parts, refused: Refused) -> Response {
    parts.method = axum::http::Method::GET;
    let context = move || {
        page_context(&core);
        provide_context(refused.clone());
    };
    render_app_async_with_context(context, shell)(Request::from_parts(parts, Body::empty())).await.into_response()
}

/// What the page's code sends.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    content: String,
}

async fn say(State(core): State<Core>, here: Here, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let said: Said = request::read(&request::bytes(&parts.method, &parts.headers, body).await?)?;
    let (chat, answering) = visits::say(&core, &here.slug, &here.ticket, &said.content).await?;
    let mut response = events(answering);
    if let Ok(chat) = HeaderValue::from_str(&chat) {
        response.headers_mut().insert(CHAT, chat);
    }
    Ok(response)
}

async fn retry(State(core): State<Core>, here: Here) -> Result<Response, Problem> {
    Ok(events(visits::retry(&core, &here.slug, &here.ticket).await?))
}

async fn follow(State(core): State<Core>, here: Here) -> Result<Response, Problem> {
    Ok(events(visits::rejoin(&core, &here.slug, &here.ticket).await?))
}

/// An answer as events, without what produced it.
fn events(answering: Answering) -> Response {
    stream::of(stream::each(answering.reader, for_visitor))
}

/// A list of messages, as members' pages get it.
#[derive(Serialize)]
struct Listed<T> {
    data: Vec<T>,
}

async fn newest(State(core): State<Core>, here: Here) -> Result<Response, Problem> {
    let data: Vec<_> = visits::newest(&core, &here.slug, &here.ticket).await?.into_iter().collect();
    Ok(no_store(axum::Json(Listed { data })))
}

async fn stop(State(core): State<Core>, here: Here) -> Result<Response, Problem> {
    let message = visits::stop(&core, &here.slug, &here.ticket).await?;
    Ok(no_store(axum::Json(serde_json::json!({ "stopped": message.is_some() }))))
}

fn no_store(body: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], body).into_response()
}
