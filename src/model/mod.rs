//! What both sides of the wire know: types and pure rules, without I/O.
//!
//! One noun per file. A rule that the page shows and the server enforces is one function here.

pub mod account;
pub mod agent;
pub mod agent_list;
pub mod api_key;
pub mod approval;
pub mod asset_paths;
pub mod audit;
pub mod audit_export;
pub mod builder;
pub mod channel;
pub mod chat;
pub mod compile;
pub mod config;
pub mod coworker;
pub mod diff;
pub mod draft;
pub mod error;
pub mod examples;
pub mod export;
pub mod field_error;
pub mod flash;
pub mod grants;
pub mod link;
pub mod merge;
pub mod page;
pub mod provider;
pub mod publishing;
pub mod release;
pub mod report;
pub mod return_path;
pub mod revision;
pub mod run;
pub mod saved_draft;
pub mod session;
pub mod sign_up;
pub mod snippets;
pub mod tags;
pub mod timestamp;
pub mod trash;
pub mod user_agent;
