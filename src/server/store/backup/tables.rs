//! What a backup keeps: every table and column, in an order in which each row's references are there before it.

use super::BackupError;

/// What a column holds; the same on both engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A UUID.
    Id,
    /// Bytes.
    Bytes,
    /// Text.
    Text,
    /// A whole number.
    Number,
}

use Kind::{Bytes, Id, Number, Text};

/// A table as a backup keeps it.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [(&'static str, Kind)],
    /// What sorts its rows, so that two backups of the same rows are alike.
    pub order: &'static str,
}

/// The tables that hold only what belongs to the moment: who is signed in, who failed to.
pub const LEFT_OUT: &[&str] = &["sign_ins", "throttles", "idempotency"];

/// The columns that one engine has and the other has not, or that the database makes itself.
pub const LEFT_OUT_COLUMNS: &[(&str, &str)] = &[
    ("accounts", "words"),
    ("agents", "seq"),
    ("agents", "status"),
    ("agents", "search"),
    ("agents", "words"),
    ("grants", "live_key"),
    ("live", "search"),
    ("live", "words"),
    ("sessions", "said"),
    ("sessions", "words"),
];

const fn table(name: &'static str, order: &'static str, columns: &'static [(&'static str, Kind)]) -> Table {
    Table { name, columns, order }
}

/// Everything that is kept. `purges` comes before what only a purge may erase, so that the reverse order can erase it.
pub const TABLES: &[Table] = &[
    table("workspaces", "id", &[("id", Id), ("name", Text), ("created_at", Number), ("publishing", Text)]),
    table(
        "accounts",
        "id",
        &[
            ("id", Id),
            ("email", Text),
            ("email_key", Text),
            ("name", Text),
            ("password_hash", Text),
            ("created_at", Number),
        ],
    ),
    table(
        "memberships",
        "workspace_id, account_id",
        &[("workspace_id", Id), ("account_id", Id), ("role", Text), ("created_at", Number), ("last_seen_at", Number)],
    ),
    table(
        "invitations",
        "id",
        &[
            ("id", Id),
            ("workspace_id", Id),
            ("token_hash", Bytes),
            ("role", Text),
            ("note", Text),
            ("made_by", Id),
            ("created_at", Number),
            ("expires_at", Number),
            ("used_by", Id),
            ("used_at", Number),
            ("revoked_at", Number),
        ],
    ),
    table(
        "reset_links",
        "token_hash",
        &[
            ("token_hash", Bytes),
            ("account_id", Id),
            ("created_at", Number),
            ("expires_at", Number),
            ("used_at", Number),
        ],
    ),
    table(
        "agents",
        "id",
        &[
            ("id", Id),
            ("workspace_id", Id),
            ("owner_id", Id),
            ("name", Text),
            ("name_key", Text),
            ("description", Text),
            ("icon", Text),
            ("draft_hash", Bytes),
            ("live_hash", Bytes),
            ("last_draft", Number),
            ("last_release", Number),
            ("created_at", Number),
            ("updated_at", Number),
            ("deleted_at", Number),
            ("deleted_by", Id),
            ("needs_approval", Number),
        ],
    ),
    table("purges", "agent_id", &[("agent_id", Id), ("at", Number)]),
    table("agent_tags", "agent_id, tag", &[("workspace_id", Id), ("agent_id", Id), ("tag", Text)]),
    // The engines do not agree on where a null goes.
    table(
        "grants",
        "agent_id, account_id IS NOT NULL, account_id",
        &[
            ("workspace_id", Id),
            ("agent_id", Id),
            ("account_id", Id),
            ("role", Text),
            ("granted_by", Id),
            ("granted_at", Number),
        ],
    ),
    table("configs", "workspace_id, hash", &[("workspace_id", Id), ("hash", Bytes), ("body", Bytes)]),
    table(
        "drafts",
        "id",
        &[
            ("id", Id),
            ("workspace_id", Id),
            ("agent_id", Id),
            ("number", Number),
            ("config_hash", Bytes),
            ("origin", Text),
            ("saved_by", Id),
            ("saved_at", Number),
        ],
    ),
    table(
        "approvals",
        "id",
        &[
            ("id", Id),
            ("workspace_id", Id),
            ("agent_id", Id),
            ("draft_id", Id),
            ("draft_number", Number),
            ("config_hash", Bytes),
            ("note", Text),
            ("requested_by", Id),
            ("requested_at", Number),
            ("decision", Text),
            ("comment", Text),
            ("decided_by", Id),
            ("decided_at", Number),
        ],
    ),
    table(
        "releases",
        "id",
        &[
            ("id", Id),
            ("workspace_id", Id),
            ("agent_id", Id),
            ("version", Number),
            ("draft_id", Id),
            ("draft_number", Number),
            ("config_hash", Bytes),
            ("compiled_hash", Bytes),
            ("compiler", Number),
            ("note", Text),
            ("published_by", Id),
            ("published_at", Number),
        ],
    ),
    table(
        "release_deletions",
        "release_id",
        &[("release_id", Id), ("workspace_id", Id), ("deleted_by", Id), ("deleted_at", Number)],
    ),
    table(
        "release_faces",
        "release_id",
        &[
            ("release_id", Id),
            ("workspace_id", Id),
            ("agent_id", Id),
            ("name", Text),
            ("name_key", Text),
            ("description", Text),
            ("icon", Text),
            ("words", Text),
        ],
    ),
    table("live", "agent_id", &[("agent_id", Id), ("workspace_id", Id), ("release_id", Id), ("since", Number)]),
    table(
        "live_events",
        "id",
        &[
            ("id", Id),
            ("workspace_id", Id),
            ("agent_id", Id),
            ("kind", Text),
            ("release_id", Id),
            ("previous_release_id", Id),
            ("reason", Text),
            ("acted_by", Id),
            ("via", Text),
            ("at", Number),
        ],
    ),
    table(
        "channels",
        "agent_id, channel",
        &[
            ("workspace_id", Id),
            ("agent_id", Id),
            ("channel", Text),
            ("is_on", Number),
            ("changed_by", Id),
            ("changed_at", Number),
        ],
    ),
    table(
        "channel_activity",
        "agent_id, channel",
        &[
            ("workspace_id", Id),
            ("agent_id", Id),
            ("channel", Text),
            ("message_at", Number),
            ("error_at", Number),
            ("error", Text),
        ],
    ),
    table(
        "links",
        "id",
        &[
            ("id", Id),
            ("workspace_id", Id),
            ("agent_id", Id),
            ("slug", Text),
            ("pass_hash", Text),
            ("daily_messages", Number),
            ("daily_tokens", Number),
            ("frame_origins", Text),
            ("made_by", Id),
            ("made_at", Number),
        ],
    ),
    table(
        "link_usage",
        "link_id, day",
        &[("workspace_id", Id), ("link_id", Id), ("day", Number), ("messages", Number), ("tokens", Number)],
    ),
    table(
        "sessions",
        "id",
        &[
            ("id", Id),
            ("workspace_id", Id),
            ("agent_id", Id),
            ("account_id", Id),
            ("channel", Text),
            ("release_id", Id),
            ("reason", Text),
            ("created_at", Number),
            ("active_at", Number),
            ("ended_at", Number),
            ("end_reason", Text),
            ("answering_until", Number),
            ("draft_id", Id),
            ("visitor", Bytes),
            ("link_id", Id),
            ("title", Text),
        ],
    ),
    table(
        "favourites",
        "workspace_id, account_id, agent_id",
        &[("workspace_id", Id), ("account_id", Id), ("agent_id", Id), ("made_at", Number)],
    ),
    table(
        "runs",
        "id",
        &[
            ("id", Id),
            ("workspace_id", Id),
            ("agent_id", Id),
            ("account_id", Id),
            ("release_id", Id),
            ("draft_id", Id),
            ("reason", Text),
            ("status", Text),
            ("input", Text),
            ("output", Text),
            ("error", Text),
            ("receipt", Text),
            ("created_at", Number),
            ("started_at", Number),
            ("completed_at", Number),
            ("lease_until", Number),
            ("channel", Text),
        ],
    ),
    table(
        "messages",
        "id",
        &[
            ("id", Id),
            ("workspace_id", Id),
            ("session_id", Id),
            ("role", Text),
            ("content", Text),
            ("outcome", Text),
            ("receipt", Text),
            ("created_at", Number),
            ("error", Text),
        ],
    ),
    table(
        "save_attempts",
        "id",
        &[
            ("id", Id),
            ("workspace_id", Id),
            ("account_id", Id),
            ("agent_id", Id),
            ("body", Text),
            ("created_at", Number),
        ],
    ),
    table(
        "providers",
        "id",
        &[
            ("id", Id),
            ("workspace_id", Id),
            ("slug", Text),
            ("kind", Text),
            ("base_url", Text),
            ("models", Text),
            ("key_sealed", Bytes),
            ("created_by", Id),
            ("created_at", Number),
        ],
    ),
    table(
        "api_keys",
        "id",
        &[
            ("id", Id),
            ("workspace_id", Id),
            ("account_id", Id),
            ("agent_id", Id),
            ("name", Text),
            ("prefix", Text),
            ("hash", Bytes),
            ("scopes", Text),
            ("created_at", Number),
            ("expires_at", Number),
            ("last_used_at", Number),
            ("revoked_at", Number),
        ],
    ),
    table(
        "audit",
        "id",
        &[
            ("id", Id),
            ("workspace_id", Id),
            ("actor_id", Id),
            ("via", Text),
            ("address", Text),
            ("act", Text),
            ("subject_id", Id),
            ("detail", Text),
            ("at", Number),
            ("key_id", Id),
        ],
    ),
];

/// The table of this name.
///
/// # Errors
/// When Galley has none.
pub fn find(name: &str) -> Result<&'static Table, BackupError> {
    let found = TABLES.iter().find(|table| table.name == name);
    found.ok_or_else(|| {
        BackupError::Refused(format!("the backup has a table {name:?}, which this Galley does not know"))
    })
}
