//! Every server function and every page, and what who may only use the agent is told there.

/// What a member is told whom the agent is shared with as `user`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum User {
    /// They may.
    May,
    /// They see the agent and may not: 403.
    MayNot,
    /// The thing is not theirs to see: as what never was.
    Unseen,
}

use User::{May, MayNot, Unseen};

/// A server function, the fields of its form, and what who may only use the agent is told.
pub type Row = (&'static str, &'static [(&'static str, &'static str)], User);

/// Server functions that name something: the fields of their form, where `{agent}` is the id of the owner's agent.
pub const NAMING: &[Row] = &[
    ("add_tag", &[AGENT, ("tag", "x")], MayNot),
    ("check_standing", &[AGENT], May),
    ("compare_revisions", &[AGENT, ("from", "v1"), ("to", "draft")], MayNot),
    ("decide_approval", &[AGENT, ("approval", "{approval}"), ("decision", "approved"), ("comment", "")], MayNot),
    ("delete_agent", &[AGENT], MayNot),
    ("delete_conversation", &[SESSION], Unseen),
    ("delete_provider", &[("id", "{provider}")], MayNot),
    ("delete_release", &[AGENT, ("version", "1")], MayNot),
    ("duplicate_agent", &[AGENT], MayNot),
    ("find_people", &[AGENT, ("words", "a")], MayNot),
    ("list_drafts", &[AGENT], MayNot),
    ("list_releases", &[AGENT], MayNot),
    ("load_builder", &[AGENT], MayNot),
    ("load_desk", &[AGENT, SESSION], Unseen),
    ("load_preview", &[AGENT], Unseen),
    ("load_publishing_rules", &[AGENT], MayNot),
    ("load_release_panel", &[AGENT], MayNot),
    ("load_revision", &[AGENT, ("revision", "v1")], MayNot),
    ("load_sharing", &[AGENT, ("words", "")], MayNot),
    ("load_standing", &[AGENT, SESSION], May),
    ("load_timeline", &[AGENT], MayNot),
    ("make_reset_link", &[ACCOUNT], MayNot),
    ("preview_rollback", &[AGENT, ("version", "1")], MayNot),
    ("publish_release", &[AGENT, ("expected_draft", "2")], MayNot),
    ("remove_member", &[ACCOUNT], MayNot),
    ("remove_tag", &[AGENT, ("tag", "x")], MayNot),
    ("rename_conversation", &[SESSION, ("title", "x")], Unseen),
    ("request_approval", &[AGENT, ("expected_draft", "2")], MayNot),
    ("restore_agent", &[AGENT], Unseen),
    ("restore_revision", &[AGENT, ("revision", "v1")], MayNot),
    ("retry_message", &[AGENT, SESSION], Unseen),
    ("revoke_invitation", &[("id", "{invitation}")], MayNot),
    ("revoke_key", &[("id", "{key}")], Unseen),
    ("roll_back", &[AGENT, ("version", "1"), ("reason", "x")], MayNot),
    (
        "save_draft",
        &[
            AGENT,
            ("base", "2"),
            ("form[name]", "Mine"),
            ("form[instructions]", "Mine."),
            ("form[model]", "rehearsal"),
            ("form[temperature]", "0.3"),
        ],
        MayNot,
    ),
    (
        "save_provider",
        &[
            ("id", "{provider}"),
            ("form[slug]", "local"),
            ("form[kind]", "openai"),
            ("form[base_url]", "https://x.example/v1"),
            ("form[models]", "tiny"),
        ],
        MayNot,
    ),
    ("set_favourite", &[AGENT, ("on", "true")], May),
    ("set_link", &[AGENT, ("daily_messages", "1"), ("daily_tokens", "1")], MayNot),
    ("set_member_role", &[ACCOUNT, ("role", "admin")], MayNot),
    ("set_needs_approval", &[AGENT, ("on", "false")], MayNot),
    ("share_with", &[AGENT, ACCOUNT, ("right", "editor")], MayNot),
    ("share_with_everyone", &[AGENT, ("on", "true")], MayNot),
    ("show_channels", &[AGENT], MayNot),
    ("switch_channel", &[AGENT, ("channel", "link"), ("on", "false")], MayNot),
    ("switch_workspace", &[("workspace", "{workspace}")], May),
    ("take_ownership", &[AGENT], MayNot),
    ("test_channel", &[AGENT, ("channel", "link"), ("content", "x")], MayNot),
    ("transfer_agent", &[AGENT, ACCOUNT], MayNot),
    ("unpublish_agent", &[AGENT], MayNot),
    ("unshare", &[AGENT, ACCOUNT], MayNot),
    ("write_message", &[AGENT, SESSION, ("content", "x")], Unseen),
];

/// Server functions of one's own workspace, and whether they are an admin's.
pub const OF_THE_WORKSPACE: &[Row] = &[
    ("change_workspace", &[("name", "Mine"), ("publishing", "editors")], MayNot),
    ("list_agents", &[("query[q]", "")], May),
    ("list_conversations", &[("query[q]", "")], May),
    ("list_examples", &[], May),
    ("list_filter_choices", &[], May),
    ("list_providers", &[], MayNot),
    ("list_trash", &[], May),
    ("list_usable_agents", &[("query[q]", "")], May),
    ("load_picker", &[("query[q]", "")], May),
    ("make_invitation", &[("role", "member")], MayNot),
    ("make_key", &[("name", "x"), ("scopes[0]", "chat"), ("days", "30")], May),
    ("show_account", &[], May),
    ("show_audit", &[("query[act]", "")], MayNot),
    ("show_keys", &[], May),
    ("show_members", &[], May),
    ("show_workspace", &[], May),
    ("try_provider", &[("slug", "local")], MayNot),
];

/// Server functions of a person, whatever their workspace, and of strangers; `tests/flows` and `tests/link` try them.
pub const OF_A_PERSON: &[&str] = &[
    "accept_invitation",
    "change_password",
    "end_other_sign_ins",
    "end_sign_in",
    "load_visit",
    "reset_password",
    "show_reset",
    "sign_in",
    "sign_out",
    "sign_up",
    "start_visit",
];

/// The pages that name something, and those that everybody has of their own.
pub const PAGES: &[(&str, &str, User)] = &[
    ("/agents/:id", "/agents/{agent}", MayNot),
    ("/agents/:id", "/agents/{agent}?tab=channels", MayNot),
    ("/agents/:id/share", "/agents/{agent}/share", MayNot),
    ("/agents/:id/releases", "/agents/{agent}/releases", MayNot),
    ("/agents/:id/compare", "/agents/{agent}/compare?from=v1&to=draft", MayNot),
    ("/agents/:id/revisions/:name", "/agents/{agent}/revisions/v1", MayNot),
    ("/coworker/:id", "/coworker/{agent}", May),
    ("/coworker/:id/:session", "/coworker/{agent}/{session}", Unseen),
];
pub const OWN_PAGES: &[(&str, User)] = &[
    ("/", May),
    ("/trash", May),
    ("/agents/import", May),
    ("/account", May),
    ("/coworker", May),
    ("/settings/workspace", May),
    ("/settings/members", May),
    ("/settings/providers", MayNot),
    ("/settings/keys", May),
    ("/settings/audit", MayNot),
];
/// Pages that are open to who is not signed in.
pub const OPEN_PAGES: &[&str] = &["/sign-in", "/sign-up", "/reset", "/a/:slug"];

const AGENT: (&str, &str) = ("agent", "{agent}");
const SESSION: (&str, &str) = ("session", "{session}");
const ACCOUNT: (&str, &str) = ("account", "{account}");
pub const PLACES: [&str; 8] =
    ["{agent}", "{session}", "{account}", "{approval}", "{invitation}", "{key}", "{provider}", "{workspace}"];
