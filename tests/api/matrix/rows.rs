//! The rows of the matrix: what each operation is asked with and who may ask it, and what each place of an id takes.
//!
//! Words in capitals stand for ids of a [`World`](super::world::World); `ID` is the id that a place is about.

use serde_json::{Value, json};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum May {
    /// Any member, in their own workspace.
    Member,
    /// Who has any right on the agent, and an admin.
    See,
    /// Who has any right on the agent.
    Use,
    /// Who may edit the agent.
    Edit,
    /// Who may edit the agent; for everybody else what is asked for is not there.
    Draft,
    /// The agent's owner.
    Own,
    /// The agent's owner, and an admin.
    OwnOrAdmin,
    /// The owner of an agent in the trash, and an admin.
    Trash,
    /// Who began the conversation.
    Talk,
    /// Who started the run, and who may edit its agent.
    Run,
    /// Who made the key, and an admin.
    Key,
    /// An admin of the workspace.
    Admin,
}

/// What an operation is asked with, who may, and what it then answers.
pub struct Row {
    pub may: May,
    pub ok: u16,
    pub body: Value,
    /// Whether it can be done only once in a world.
    pub once: bool,
}

impl Row {
    fn body(self, body: Value) -> Self {
        Self { body, ..self }
    }

    fn once(self) -> Self {
        Self { once: true, ..self }
    }
}

fn row(may: May, ok: u16) -> Row {
    Row { may, ok, body: json!({}), once: false }
}

/// Operations that make an agent, which a key of one agent cannot.
pub const MAKES_AGENTS: [&str; 3] = ["create_agent", "duplicate_agent", "import_agent"];

/// The rows of an operation; none for one that nobody thought of.
#[expect(clippy::match_same_arms, reason = "a row for each noun, in the order of the API")]
pub fn rows(operation: &str) -> Vec<Row> {
    let config = json!({ "name": "New", "instructions": "Help." });
    match operation {
        "list_agents" | "list_models" | "list_sessions" | "list_usable_agents" | "list_conversations" | "list_keys"
        | "list_members" => vec![row(May::Member, 200)],
        "create_agent" => vec![row(May::Member, 201).body(config)],
        "import_agent" => {
            vec![row(May::Member, 201).body(json!({ "galley": "agent", "schema": 1, "config": config }))]
        }
        "get_agent" => vec![row(May::See, 200)],
        "delete_agent" => vec![row(May::Own, 204).once()],
        "restore_agent" => vec![row(May::Trash, 200).once()],
        "duplicate_agent" => vec![row(May::Edit, 201)],
        "export_agent" | "get_draft" | "list_drafts" | "get_save" | "list_versions" | "get_version"
        | "diff_version" | "prepublish_report" | "get_live" | "timeline" | "unpublish" => vec![row(May::Edit, 200)],
        "set_tags" => vec![row(May::Edit, 200).body(json!({ "tags": ["a"] }))],
        "patch_draft" => vec![row(May::Edit, 200).body(json!({ "base_draft": 1, "greeting": "Hi" }))],
        "restore_draft" => vec![row(May::Edit, 200).body(json!({ "revision_id": "SAVE" }))],
        "publish" => vec![
            row(May::Edit, 201).once(),
            row(May::Edit, 200).body(json!({ "revision_id": "SAVE" })),
            row(May::Edit, 200).body(json!({ "revision_id": "RELEASE" })),
        ],
        "rollback" => vec![
            row(May::Edit, 200).body(json!({ "version": 1 })),
            row(May::Edit, 200).body(json!({ "version_id": "RELEASE" })),
        ],
        "delete_version" => vec![row(May::Edit, 200).once()],
        "get_publishing" | "list_approvals" => vec![row(May::Edit, 200)],
        "set_publishing" => vec![row(May::Own, 200).body(json!({ "needs_approval": false }))],
        "request_approval" => vec![row(May::Edit, 201).once()],
        "decide_approval" => vec![row(May::Edit, 200).body(json!({ "decision": "approved" })).once()],
        "get_workspace" => vec![row(May::Member, 200)],
        "change_workspace" => vec![row(May::Admin, 200).body(json!({ "name": "W", "publishing": "editors" }))],
        "list_channels" | "test_channel" => vec![row(May::Edit, 200)],
        "switch_channel" => vec![row(May::Edit, 200).body(json!({ "on": true }))],
        "set_link" => vec![row(May::Own, 200).body(json!({ "daily_messages": 10, "daily_tokens": 1000 }))],
        "get_grants" => vec![row(May::Own, 200)],
        "set_grants" => {
            let people = json!([{ "account_id": "MEMBER", "right": "user" }]);
            vec![row(May::Own, 200).body(json!({ "everyone": false, "people": people })).once()]
        }
        "set_grant" => vec![row(May::Own, 200).body(json!({ "right": "user" }))],
        "remove_grant" | "list_candidates" => vec![row(May::Own, 200)],
        "give" => vec![row(May::OwnOrAdmin, 200).body(json!({ "owner": "MEMBER" })).once()],
        "start_session" => vec![
            row(May::Use, 201).body(json!({ "agent_id": "AGENT" })),
            row(May::Draft, 201).body(json!({ "agent_id": "AGENT", "draft_mode": true })),
            row(May::Draft, 201).body(json!({ "agent_id": "AGENT", "revision_id": "SAVE" })),
            row(May::Draft, 201).body(json!({ "agent_id": "AGENT", "revision_id": "RELEASE" })),
        ],
        "send_message" => vec![row(May::Talk, 200).body(json!({ "content": "Hello" }))],
        "add_favourite" | "remove_favourite" => vec![row(May::Use, 204)],
        "rename_session" => vec![row(May::Talk, 200).body(json!({ "title": "Order 7" }))],
        "get_session" | "explain_receipt" | "list_messages" | "follow_answer" | "stop_answer" | "end_session" => {
            vec![row(May::Talk, 200)]
        }
        "delete_session" => vec![row(May::Talk, 204).once()],
        // There is nothing to try again, which only who may look is told.
        "retry_answer" => vec![row(May::Talk, 422)],
        "start_run" => vec![
            row(May::Use, 202).body(json!({ "input": "Hello" })),
            row(May::Draft, 202).body(json!({ "input": "Hello", "revision_id": "SAVE" })),
            row(May::Draft, 202).body(json!({ "input": "Hello", "revision_id": "RELEASE" })),
        ],
        "list_runs" => vec![row(May::Use, 200)],
        "get_run" | "follow_run" | "cancel_run" => vec![row(May::Run, 200)],
        "list_invitations" | "list_providers" | "list_audit" | "export_audit" => vec![row(May::Admin, 200)],
        "set_role" => vec![row(May::Admin, 200).body(json!({ "role": "member" }))],
        "remove_member" | "revoke_invitation" | "delete_provider" => vec![row(May::Admin, 204).once()],
        "invite" => vec![row(May::Admin, 201).body(json!({ "role": "member" }))],
        "add_provider" => vec![row(May::Admin, 201).body(provider()).once()],
        "change_provider" => vec![row(May::Admin, 200).body(provider())],
        "get_key" | "revoke_key" => vec![row(May::Key, 200)],
        "make_key" => vec![
            row(May::Member, 201).body(json!({ "name": "K", "scopes": ["chat"] })),
            row(May::Edit, 201).body(json!({ "name": "K", "scopes": ["chat"], "agent_id": "AGENT" })),
        ],
        _ => vec![],
    }
}

fn provider() -> Value {
    json!({ "slug": "NAME", "kind": "openai", "base_url": "http://127.0.0.1:9/v1", "models": "m", "key": "" })
}

/// What a place of an id takes.
pub struct Place {
    /// The kinds of ids.
    pub kinds: &'static [&'static str],
    /// The body with it, where it is in the body.
    pub body: Option<Value>,
    /// Whether nothing is looked up by it: any id is taken as it is.
    pub inert: bool,
}

/// The row of a place; none for one that nobody thought of.
pub fn place(operation: &str, path: &str, place: &str) -> Option<Place> {
    let plain = |kinds| Some(Place { kinds, body: None, inert: false });
    let body = |kinds, body| Some(Place { kinds, body: Some(body), inert: false });
    let skill = json!({ "name": "New", "instructions": "Help.",
        "skills": [{ "id": "s", "name": "S", "description": "Asks", "kind": "agent", "agent_id": "ID" }] });
    match (operation, place) {
        (_, "path id") => plain(match path.split("/{id}").next().and_then(|before| before.rsplit('/').next()) {
            Some("agents") => &["AGENT"],
            Some("members") => &["MEMBER"],
            Some("invitations") => &["INVITATION"],
            Some("providers") => &["PROVIDER"],
            Some("keys") => &["KEY"],
            Some("sessions") => &["SESSION"],
            Some("runs") => &["RUN"],
            _ => return None,
        }),
        ("get_save", "path number") => plain(&["NUMBER"]),
        ("get_version" | "delete_version", "path version_id") => plain(&["RELEASE", "VERSION"]),
        ("decide_approval", "path approval_id") => plain(&["APPROVAL"]),
        ("diff_version", "path version_id" | "query against") => plain(&["SAVE", "RELEASE", "VERSION", "DRAFT"]),
        ("list_agents", "query owner") | ("list_audit", "query actor") => plain(&["OWNER"]),
        ("list_audit", "query subject") | ("list_sessions" | "list_keys", "query agent") => plain(&["AGENT"]),
        // A file, not a list: it holds the line of its head alone.
        ("export_audit", "query actor") => Some(Place { kinds: &["OWNER"], body: None, inert: true }),
        // Nor is what programs began in the list of Coworker.
        ("export_audit", "query subject") | ("list_conversations", "query agent") => {
            Some(Place { kinds: &["AGENT"], body: None, inert: true })
        }
        ("set_grant" | "remove_grant", "path account_id") => plain(&["MEMBER"]),
        ("restore_draft" | "publish", "body revision_id") => body(&["SAVE", "RELEASE"], json!({ "revision_id": "ID" })),
        ("rollback", "body version_id") => body(&["RELEASE", "VERSION"], json!({ "version_id": "ID" })),
        ("rollback", "body version") => body(&["NUMBER"], json!({ "version": "ID" })),
        ("set_grants", "body people[].account_id") => {
            let people = json!([{ "account_id": "ID", "right": "user" }]);
            body(&["MEMBER"], json!({ "everyone": false, "people": people }))
        }
        ("give", "body owner") => body(&["MEMBER"], json!({ "owner": "ID" })),
        ("start_session", "body agent_id") => body(&["AGENT"], json!({ "agent_id": "ID" })),
        ("start_session", "body revision_id") => {
            body(&["SAVE", "RELEASE"], json!({ "agent_id": "AGENT", "revision_id": "ID" }))
        }
        ("start_run", "body revision_id") => body(&["SAVE", "RELEASE"], json!({ "input": "Hi", "revision_id": "ID" })),
        ("make_key", "body agent_id") => body(&["AGENT"], json!({ "name": "K", "scopes": ["chat"], "agent_id": "ID" })),
        ("create_agent", "body skills[].agent_id") => Some(Place { kinds: &["AGENT"], body: Some(skill), inert: true }),
        ("import_agent", "body config.skills[].agent_id") => {
            let file = json!({ "galley": "agent", "schema": 1, "config": skill });
            Some(Place { kinds: &["AGENT"], body: Some(file), inert: true })
        }
        ("patch_draft", "body skills[].agent_id") => {
            let patch = json!({ "base_draft": 1, "skills": skill["skills"] });
            Some(Place { kinds: &["AGENT"], body: Some(patch), inert: true })
        }
        _ => None,
    }
}
