//! What the browser may ask: one short function per action; the bodies call `server::domain`.
//!
//! A server function is a public endpoint. It takes every context before its first `.await`, starts with the caller, and
//! has an explicit endpoint. A plain form post is answered with a redirect through `web::plain_form::Reply`.

#![allow(clippy::unused_async, reason = "a server function is async, whether or not it waits on the server")]
#![allow(missing_docs, reason = "the macro makes a field of each argument; the function says what they are")]

pub mod account;
pub mod accounts;
pub mod agent_list;
pub mod approvals;
pub mod audit;
pub mod channels;
pub mod chat;
pub mod coworker;
pub mod drafts;
pub mod grants;
pub mod keys;
pub mod members;
pub mod providers;
pub mod releases;
pub mod reset;
pub mod tags;
pub mod transfer;
pub mod trash;
pub mod visits;
pub mod workspace;
