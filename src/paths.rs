//! Every URL as a function, used by `ui`, `server_fns`, `rest` and `channels`, so that a path is written once.

use uuid::Uuid;

use crate::model::{audit::AuditQuery, audit_export::ExportFormat, return_path};

/// My Agents.
pub const AGENTS: &str = "/";
/// The trash of agents.
pub const TRASH: &str = "/trash";
/// The builder of a new agent.
pub const NEW_AGENT: &str = "/agents/new";
/// Making an agent out of a file that Export wrote.
pub const IMPORT: &str = "/agents/import";
/// The agents that one may talk to.
pub const COWORKER: &str = "/coworker";
/// One's own conversations, where the window has no room for them beside the rest.
pub const CONVERSATIONS: &str = "/coworker?list=conversations";
/// Signing in.
pub const SIGN_IN: &str = "/sign-in";
/// Signing up.
pub const SIGN_UP: &str = "/sign-up";
/// One's own account: password, sign-ins.
pub const ACCOUNT: &str = "/account";
/// The workspace's name and rules.
pub const WORKSPACE: &str = "/settings/workspace";
/// The workspace's members and invitations.
pub const MEMBERS: &str = "/settings/members";
/// The workspace's model providers.
pub const PROVIDERS: &str = "/settings/providers";
/// API keys.
pub const KEYS: &str = "/settings/keys";
/// The audit log.
pub const AUDIT: &str = "/settings/audit";
/// The prefix of every server function.
pub const SERVER_FNS: &str = "/fn";

/// The builder of an agent.
#[must_use]
pub fn agent(id: Uuid) -> String {
    format!("/agents/{id}")
}

/// The builder of an agent with the Release dropdown open.
#[must_use]
pub fn release_menu(id: Uuid) -> String {
    format!("/agents/{id}?release=1")
}

/// The builder of a new agent that starts from an example.
#[must_use]
pub fn example(slug: &str) -> String {
    format!("{NEW_AGENT}?example={slug}")
}

/// The history of an agent: releases, saves, comparisons.
#[must_use]
pub fn releases(id: Uuid) -> String {
    format!("/agents/{id}/releases")
}

/// The comparison of two revisions, each `v3` of a release or `d12` of a save.
#[must_use]
pub fn compare(id: Uuid, from: &str, to: &str) -> String {
    format!("/agents/{id}/compare?from={from}&to={to}")
}

/// One revision as it was saved or released, `v3` or `d12`.
#[must_use]
pub fn revision(id: Uuid, name: &str) -> String {
    format!("/agents/{id}/revisions/{name}")
}

/// Beginning a conversation with what is live of an agent.
#[must_use]
pub fn coworker(id: Uuid) -> String {
    format!("{COWORKER}/{id}")
}

/// The agents that one may talk to and that match.
#[must_use]
pub fn coworker_search(q: &str) -> String {
    if q.is_empty() { COWORKER.to_owned() } else { format!("{COWORKER}?q={}", return_path::encode(q)) }
}

/// The agents that one may talk to and that match, from where the page before it ended.
#[must_use]
pub fn coworker_after(q: &str, cursor: &str) -> String {
    format!("{COWORKER}?q={}&after={}", return_path::encode(q), return_path::encode(cursor))
}

/// One's own conversations that match, from where the page before it ended.
#[must_use]
pub fn conversations_before(q: &str, cursor: &str) -> String {
    format!("{CONVERSATIONS}&find={}&before={}", return_path::encode(q), return_path::encode(cursor))
}

/// Writing a message by a plain form.
pub const WRITE_MESSAGE: &str = "/fn/write_message";
/// Trying the last message again by a plain form.
pub const RETRY_MESSAGE: &str = "/fn/retry_message";

/// One of one's own conversations.
#[must_use]
pub fn conversation(agent: Uuid, session: Uuid) -> String {
    format!("{COWORKER}/{agent}/{session}")
}

/// The ways in to an agent, on its builder's page.
#[must_use]
pub fn channels(id: Uuid) -> String {
    format!("/agents/{id}?tab=channels")
}

/// Below it are the public pages, for everybody who knows their address.
pub const VISITS: &str = "/a/";

/// The public page of an agent.
#[must_use]
pub fn visit(slug: &str) -> String {
    format!("{VISITS}{slug}")
}

/// The agents, in the API.
pub const API_AGENTS: &str = "/api/v1/agents";

/// Beginning a conversation, in the API.
pub const API_SESSIONS: &str = "/api/v1/chat/sessions";

/// The messages of a conversation, in the API.
#[must_use]
pub fn session_messages(session: Uuid) -> String {
    format!("{API_SESSIONS}/{session}/messages")
}

/// The answer that is being written, in the API.
#[must_use]
pub fn session_answer(session: Uuid) -> String {
    format!("{API_SESSIONS}/{session}/answer")
}

/// Answering the last message again, in the API.
#[must_use]
pub fn session_retry(session: Uuid) -> String {
    format!("{API_SESSIONS}/{session}/retry")
}

/// Stopping an answer, in the API.
#[must_use]
pub fn session_stop(session: Uuid) -> String {
    format!("{API_SESSIONS}/{session}/stop")
}

/// Ending a conversation, in the API.
#[must_use]
pub fn session_end(session: Uuid) -> String {
    format!("{API_SESSIONS}/{session}/end")
}

/// Sharing an agent.
#[must_use]
pub fn share(id: Uuid) -> String {
    format!("/agents/{id}/share")
}

/// The audit log under a filter, from where the page before ended.
#[must_use]
pub fn audit(query: &AuditQuery, after: Option<&str>) -> String {
    with_query(AUDIT, query.pairs().into_iter().chain(after.map(|after| ("after", after))))
}

/// The audit log under a filter as a file, in the API.
#[must_use]
pub fn audit_export(query: &AuditQuery, format: ExportFormat) -> String {
    with_query("/api/v1/audit/export", query.pairs().into_iter().chain([("format", format.as_str())]))
}

/// The members whom these words find, from where the page before ended.
#[must_use]
pub fn members(words: &str, after: Option<&str>) -> String {
    with_query(MEMBERS, [("q", words)].into_iter().chain(after.map(|after| ("after", after))))
}

/// A path with what is said in its query; what says nothing is left out.
fn with_query<'a>(path: &str, pairs: impl IntoIterator<Item = (&'static str, &'a str)>) -> String {
    let said = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    let said: Vec<String> = said.map(|(name, value)| format!("{name}={}", return_path::encode(value))).collect();
    if said.is_empty() { path.to_owned() } else { format!("{path}?{}", said.join("&")) }
}

/// A list from where the page before it ended.
#[must_use]
pub fn list_after(list: &str, cursor: &str) -> String {
    format!("{list}?after={}", return_path::encode(cursor))
}

/// The link that invites somebody into a workspace.
#[must_use]
pub fn invitation(token: &str) -> String {
    format!("{SIGN_UP}?invitation={token}")
}

/// The link that sets a new password once.
#[must_use]
pub fn reset(token: &str) -> String {
    format!("/reset?token={token}")
}

/// The file that Export gives.
#[must_use]
pub fn export(id: Uuid) -> String {
    format!("/agents/{id}/export")
}

/// The sign-in page that leads on to `next`, a path on this site.
#[must_use]
pub fn sign_in(next: &str) -> String {
    if next == AGENTS { SIGN_IN.to_owned() } else { format!("{SIGN_IN}?next={}", return_path::encode(next)) }
}

/// Whether a page needs somebody to be signed in. What is no page at all answers "not found" to everybody.
#[must_use]
pub fn needs_sign_in(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    matches!(first, "" | "trash" | "agents" | "account" | "settings" | "coworker")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_asked_for_is_in_the_address() {
        assert_eq!(audit(&AuditQuery::default(), None), "/settings/audit");
        let query = AuditQuery { act: "agent.save".into(), from: "2026-11-22".into(), ..AuditQuery::default() };
        assert_eq!(audit(&query, Some("1_a&b")), "/settings/audit?act=agent.save&from=2026-11-22&after=1_a%26b");
        assert_eq!(audit_export(&AuditQuery::default(), ExportFormat::Csv), "/api/v1/audit/export?format=csv");
        assert_eq!(members("a b", None), "/settings/members?q=a%20b");
    }
}
