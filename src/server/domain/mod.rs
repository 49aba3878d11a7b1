//! Use cases: the rules that need I/O. Each owns its transaction and its access check, and is called alike by the page's
//! server functions, by REST and by the channels. To add one: a function in the file of its noun.

pub mod access;
pub mod accounts;
pub mod agent_list;
pub mod agent_view;
pub mod agents;
pub mod api_keys;
pub mod approvals;
pub mod audit;
pub mod builder;
pub mod caller;
pub mod chat;
pub mod completions;
pub mod configs;
pub mod drafts;
pub mod duplicate;
pub mod grants;
pub mod idempotency;
pub mod invitations;
pub mod members;
pub mod passwords;
pub mod patch;
pub mod providers;
pub mod releases;
pub mod reports;
pub mod revisions;
pub mod run_events;
pub mod runs;
pub mod serving;
pub mod sessions;
pub mod sign_ins;
pub mod tags;
pub mod throttle;
pub mod transfer;
pub mod trash;
pub mod workspaces;
