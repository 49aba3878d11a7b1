//! Every route of the server and the layers around them, outermost last.

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, FromRef, State},
    http::{HeaderValue, Request, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list, render_app_to_stream_with_context,
};

use super::{
    assets, channels,
    core::Core,
    dialects, rest,
    web::{self, problem::Problem},
};
use crate::{
    app::{App, ShellFacts, shell},
    model::error::Error,
    paths,
    ui::{session::SignedInAs, status::PageStatus},
};

/// The pages. The list is made once in a process: while Leptos makes one, every page that is being rendered anywhere in the
/// process loses its data and never ends (leptos-rs/leptos#4773).
pub static PAGE_ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

/// What handlers may take as their state.
#[derive(Clone, Debug, FromRef)]
pub struct AppState {
    /// The server's parts.
    pub core: Core,
    /// What Leptos wants to know.
    pub leptos: LeptosOptions,
}

/// The whole server as one service.
pub fn router(core: Core) -> Router {
    let state = AppState { core: core.clone(), leptos: LeptosOptions::builder().output_name("galley").build() };
    let context = {
        let core = core.clone();
        move || page_context(&core)
    };
    let pages = Router::new()
        .leptos_routes_with_context(&state, PAGE_ROUTES.clone(), context, shell)
        .route("/agents/{id}/export", get(web::transfer::export))
        .route(paths::IMPORT, post(web::transfer::import).layer(DefaultBodyLimit::disable()))
        .fallback(asset_or_not_found)
        .with_state(state.clone())
        .merge(rest::routes(&core))
        .merge(dialects::routes(&core))
        .merge(channels::routes(&core));
    let open = Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready)).with_state(state);
    web::edge(web::layers(pages, &core).merge(open), &core)
}

/// What every page and server function finds in its context.
pub(super) fn page_context(core: &Core) {
    provide_context(core.clone());
    let parts = use_context::<axum::http::request::Parts>();
    let theme = parts.as_ref().and_then(|parts| web::cookies::get(&parts.headers, "theme"));
    let theme = theme.filter(|theme| matches!(theme.as_str(), "light" | "dark"));
    if let Some(flash) = parts.as_ref().and_then(web::plain_form::take_flash) {
        provide_context(flash);
    }
    let visitor = parts.as_ref().and_then(|parts| parts.extensions.get::<web::context::Visitor>());
    provide_context(SignedInAs(visitor.and_then(|visitor| visitor.0.clone())));
    provide_context(ShellFacts { assets: assets::paths(), theme });
    let frames = parts.as_ref().and_then(|parts| parts.extensions.get::<channels::link::Frames>());
    let ancestors = match frames {
        Some(frames) if !frames.0.is_empty() => frames.0.join(" "),
        _ => "'none'".to_owned(),
    };
    let response = use_context::<ResponseOptions>();
    if let Some(response) = response.clone() {
        provide_context(PageStatus(Arc::new(move |status| {
            if let Ok(status) = StatusCode::from_u16(status) {
                response.set_status(status);
            }
        })));
    }
    if let (Some(nonce), Some(response)) = (use_nonce(), response) {
        // The edit loop listens for changes on a port of its own.
        let reload = if assets::edit_loop() { " ws:" } else { "" };
        let policy = format!(
            "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
             connect-src 'self'{reload}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
        response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

async fn asset_or_not_found(State(state): State<AppState>, request: Request<Body>) -> Response {
    let path = request.uri().path();
    if let Some(response) = assets::respond(path, request.headers()) {
        return response;
    }
    // With a slash at its end the place itself is below it.
    let below = format!("{path}/");
    if web::api_key::may_come(&below) || below.starts_with("/fn/") {
        return Problem(Error::not_found()).at(path);
    }
    // Pages have none: who typed one means the page.
    if let Some(page) = path.strip_suffix('/') {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        // Two slashes at its beginning would name another host.
        return Redirect::permanent(&format!("/{}{query}", page.trim_start_matches('/'))).into_response();
    }
    let core = state.core.clone();
    let page = render_app_to_stream_with_context(move || page_context(&core), shell)(request).await;
    (StatusCode::NOT_FOUND, page).into_response()
}

async fn ready(State(core): State<Core>) -> Response {
    match core.db.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(failure) => {
            let _ = failure.into_public();
            (axum::http::StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached\n").into_response()
        }
    }
}
