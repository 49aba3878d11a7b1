//! One file per page, a folder where a page is large. To add one: a file here, a path in `paths`, a route in `app`.

pub mod account;
pub mod agent;
pub mod agents;
pub mod audit;
pub mod compare;
pub mod coworker;
pub mod import;
pub mod keys;
pub mod members;
pub mod not_found;
pub mod providers;
pub mod refused;
pub mod releases;
pub mod reset;
pub mod share;
pub mod sign_in;
pub mod sign_up;
pub mod trash;
pub mod visit;
pub mod workspace;
