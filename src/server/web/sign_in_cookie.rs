//! The cookie of a sign-in: named `galley`, or `__Host-galley` with `Secure` where people come by https.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use time::Duration;
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite};

use super::sign_in_store::SignInStore;
use crate::server::{core::Core, domain::sign_ins::LIFE_SECONDS};

/// Whether people come by https.
fn is_secure(core: &Core) -> bool {
    core.settings.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
}

/// The cookie's name.
#[must_use]
pub fn name(core: &Core) -> &'static str {
    // The prefix makes browsers refuse the cookie from other hosts, without https, or for a part of the site.
    if is_secure(core) { "__Host-galley" } else { "galley" }
}

/// The layer that reads and writes the cookie. A visitor who is not signed in gets none.
pub fn layer(core: &Core) -> SessionManagerLayer<SignInStore> {
    SessionManagerLayer::new(SignInStore::new(core.clone()))
        .with_name(name(core))
        .with_secure(is_secure(core))
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(Duration::seconds(LIFE_SECONDS)))
}

/// tower-sessions removes the cookie without `Secure`, which browsers ignore for a name with the `__Host-` prefix.
pub async fn secure_removal(State(core): State<Core>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if !is_secure(&core) {
        return response;
    }
    let start = format!("{}=;", name(&core));
    for (_, value) in response.headers_mut().iter_mut().filter(|(name, _)| **name == header::SET_COOKIE) {
        let text = value.to_str().unwrap_or_default();
        if text.starts_with(&start)
            && !text.contains("; Secure")
            && let Ok(secured) = HeaderValue::from_str(&format!("{text}; Secure; HttpOnly; SameSite=Lax"))
        {
            *value = secured;
        }
    }
    response
}
