//! What a server function may know of its request. Take it before the first `.await`: an aborted page load disposes the
//! owner, and a context asked for after that panics.

use axum::http::request::Parts;
use leptos::prelude::use_context;

use tower_sessions::Session;

use crate::{
    model::{
        account::Me,
        error::{Code, Error},
    },
    server::{
        core::Core,
        domain::caller::{Caller, Source},
    },
};

/// Who is signed in, as the middleware found out once for the request; in the request's extensions.
#[derive(Clone, Debug, Default)]
pub struct SignedIn(pub Option<Caller>);

/// The same person with the names that pages show; in the request's extensions too.
#[derive(Clone, Debug, Default)]
pub struct Visitor(pub Option<Me>);

/// The server's parts.
///
/// # Errors
/// When called outside a request.
pub fn core() -> Result<Core, Error> {
    use_context::<Core>().ok_or_else(|| Error::new(Code::Internal, "There is no request here."))
}

/// The request's head.
///
/// # Errors
/// When called outside a request.
pub fn parts() -> Result<Parts, Error> {
    use_context::<Parts>().ok_or_else(|| Error::new(Code::Internal, "There is no request here."))
}

/// The member who is signed in, if anybody is.
///
/// # Errors
/// When called outside a request.
pub fn visitor() -> Result<(Core, Option<Caller>), Error> {
    let caller = parts()?.extensions.get::<SignedIn>().cloned().unwrap_or_default().0;
    Ok((core()?, caller))
}

/// The member who is signed in: the first line of nearly every server function.
///
/// # Errors
/// `unauthorized` when nobody is.
pub fn signed_in() -> Result<(Core, Caller), Error> {
    let (core, caller) = visitor()?;
    Ok((core, caller.ok_or_else(Error::unauthorized)?))
}

/// The browser's session and where it comes from, for what signs it in or out.
///
/// # Errors
/// When called outside a request.
pub fn browser() -> Result<(Session, Source), Error> {
    let extensions = parts()?.extensions;
    match (extensions.get::<Session>(), extensions.get::<Source>()) {
        (Some(session), Some(source)) => Ok((session.clone(), source.clone())),
        _ => Err(Error::new(Code::Internal, "There is no browser here.")),
    }
}
