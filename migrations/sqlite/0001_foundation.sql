-- Times are microseconds since 1970 in UTC. Ids are UUIDv7. Every row names its workspace.

CREATE TABLE workspaces (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    -- The address in lower case: two spellings of one address are one account.
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE memberships (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('admin', 'member')),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, account_id)
) STRICT;
CREATE INDEX memberships_account ON memberships (account_id, workspace_id);

-- A browser that is signed in. The cookie's value is stored only as its SHA-256.
CREATE TABLE sign_ins (
    id_hash BLOB NOT NULL PRIMARY KEY,
    account_id BLOB REFERENCES accounts (id),
    workspace_id BLOB REFERENCES workspaces (id),
    data TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_ins_account ON sign_ins (account_id, seen_at);
CREATE INDEX sign_ins_expiry ON sign_ins (expires_at);

CREATE TABLE invitations (
    id BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    token_hash BLOB NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('admin', 'member')),
    note TEXT NOT NULL,
    made_by BLOB NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_by BLOB REFERENCES accounts (id),
    used_at INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX invitations_workspace ON invitations (workspace_id, id);

CREATE TABLE reset_links (
    token_hash BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;

-- Failed sign-ins per account and per address: the subject is a keyed hash, never the address itself.
CREATE TABLE throttles (
    subject BLOB NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_failure_at INTEGER NOT NULL
) STRICT;

CREATE TABLE agents (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    owner_id BLOB NOT NULL REFERENCES accounts (id),
    -- What lists show, repeated here in the transaction that changes it. The name is the draft's.
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    icon TEXT NOT NULL,
    draft_hash BLOB NOT NULL,
    live_hash BLOB,
    status TEXT NOT NULL GENERATED ALWAYS AS (
        CASE WHEN live_hash IS NULL THEN 'draft'
             WHEN live_hash = draft_hash THEN 'published'
             ELSE 'unpublished_changes' END
    ) STORED,
    last_draft INTEGER NOT NULL,
    last_release INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    deleted_by BLOB REFERENCES accounts (id)
) STRICT;
CREATE INDEX agents_by_updated ON agents (workspace_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_name ON agents (workspace_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_created ON agents (workspace_id, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_status_updated ON agents (workspace_id, status, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_status_name ON agents (workspace_id, status, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_owner_updated ON agents (workspace_id, owner_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_owner_status_updated ON agents (workspace_id, owner_id, status, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_in_trash ON agents (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE TABLE agent_tags (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    agent_id BLOB NOT NULL REFERENCES agents (id),
    tag TEXT NOT NULL,
    PRIMARY KEY (agent_id, tag)
) STRICT;
CREATE INDEX agent_tags_by_tag ON agent_tags (workspace_id, tag, agent_id);

-- A right on one agent: of one account, or of everyone in the workspace (account_id is null).
CREATE TABLE grants (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    agent_id BLOB NOT NULL REFERENCES agents (id),
    account_id BLOB REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'user')),
    granted_by BLOB NOT NULL REFERENCES accounts (id),
    granted_at INTEGER NOT NULL,
    CHECK (account_id IS NOT NULL OR role = 'user')
) STRICT;
CREATE UNIQUE INDEX grants_of_account ON grants (agent_id, account_id) WHERE account_id IS NOT NULL;
CREATE UNIQUE INDEX grants_of_everyone ON grants (agent_id) WHERE account_id IS NULL;
CREATE INDEX grants_by_account ON grants (workspace_id, account_id, agent_id);

-- Canonical bodies by content: configs and what compile() made of them. Compressed; the hash is of the plain bytes.
CREATE TABLE configs (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    hash BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (workspace_id, hash)
) STRICT;

CREATE TABLE drafts (
    id BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL,
    agent_id BLOB NOT NULL REFERENCES agents (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    config_hash BLOB NOT NULL,
    -- How it came to be: create, save, merge, restore, import, duplicate.
    origin TEXT NOT NULL,
    saved_by BLOB NOT NULL REFERENCES accounts (id),
    saved_at INTEGER NOT NULL,
    UNIQUE (agent_id, number),
    FOREIGN KEY (workspace_id, config_hash) REFERENCES configs (workspace_id, hash)
) STRICT;
CREATE INDEX drafts_by_config ON drafts (workspace_id, config_hash);

CREATE TABLE releases (
    id BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL,
    agent_id BLOB NOT NULL REFERENCES agents (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    draft_id BLOB NOT NULL REFERENCES drafts (id),
    draft_number INTEGER NOT NULL,
    config_hash BLOB NOT NULL,
    compiled_hash BLOB NOT NULL,
    compiler INTEGER NOT NULL,
    note TEXT NOT NULL,
    published_by BLOB NOT NULL REFERENCES accounts (id),
    published_at INTEGER NOT NULL,
    UNIQUE (agent_id, version),
    FOREIGN KEY (workspace_id, config_hash) REFERENCES configs (workspace_id, hash),
    FOREIGN KEY (workspace_id, compiled_hash) REFERENCES configs (workspace_id, hash)
) STRICT;
CREATE INDEX releases_by_draft ON releases (draft_id);
CREATE INDEX releases_by_config ON releases (workspace_id, config_hash);
CREATE INDEX releases_by_compiled ON releases (workspace_id, compiled_hash);

CREATE TABLE release_deletions (
    release_id BLOB NOT NULL PRIMARY KEY REFERENCES releases (id),
    workspace_id BLOB NOT NULL,
    deleted_by BLOB NOT NULL REFERENCES accounts (id),
    deleted_at INTEGER NOT NULL
) STRICT;

-- The pointer: no row means that nothing is live.
CREATE TABLE live (
    agent_id BLOB NOT NULL PRIMARY KEY REFERENCES agents (id),
    workspace_id BLOB NOT NULL,
    release_id BLOB NOT NULL REFERENCES releases (id),
    since INTEGER NOT NULL
) STRICT;
CREATE INDEX live_by_release ON live (release_id);

CREATE TABLE live_events (
    id BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL,
    agent_id BLOB NOT NULL REFERENCES agents (id),
    kind TEXT NOT NULL CHECK (kind IN ('publish', 'rollback', 'unpublish', 'delete', 'restore')),
    release_id BLOB REFERENCES releases (id),
    previous_release_id BLOB REFERENCES releases (id),
    reason TEXT NOT NULL,
    acted_by BLOB NOT NULL REFERENCES accounts (id),
    via TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX live_events_by_agent ON live_events (agent_id, id);

-- One conversation. A live one is pinned to release_id; a draft one runs the draft as saved at each turn.
CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    agent_id BLOB NOT NULL REFERENCES agents (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    channel TEXT NOT NULL,
    release_id BLOB REFERENCES releases (id),
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    active_at INTEGER NOT NULL,
    ended_at INTEGER,
    end_reason TEXT
) STRICT;
CREATE INDEX sessions_by_agent ON sessions (agent_id, ended_at, release_id);
CREATE INDEX sessions_by_account ON sessions (workspace_id, account_id, agent_id, id);

CREATE TABLE messages (
    id BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL,
    session_id BLOB NOT NULL REFERENCES sessions (id),
    role TEXT NOT NULL CHECK (role IN ('user', 'agent')),
    content TEXT NOT NULL,
    -- done, stopped by the reader, or failed; an answer cut short says so.
    outcome TEXT NOT NULL,
    receipt TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_by_session ON messages (session_id, id);

-- A form that was refused, kept for a day so that a plain form post loses no typing.
CREATE TABLE save_attempts (
    id BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    agent_id BLOB REFERENCES agents (id),
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX save_attempts_by_age ON save_attempts (created_at);

CREATE TABLE providers (
    id BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    slug TEXT NOT NULL,
    kind TEXT NOT NULL,
    base_url TEXT NOT NULL,
    models TEXT NOT NULL,
    -- Encrypted with a key that is not in the database; null where the provider needs none.
    key_sealed BLOB,
    created_by BLOB NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    UNIQUE (workspace_id, slug)
) STRICT;

-- Every change: who, what, from where.
CREATE TABLE audit (
    id BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    actor_id BLOB REFERENCES accounts (id),
    via TEXT NOT NULL,
    address TEXT NOT NULL,
    act TEXT NOT NULL,
    subject_id BLOB,
    detail TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_by_workspace ON audit (workspace_id, id);

-- Names an agent that is being erased for good: only then may its immutable rows go.
CREATE TABLE purges (
    agent_id BLOB NOT NULL PRIMARY KEY REFERENCES agents (id),
    at INTEGER NOT NULL
) STRICT;

-- Search: words of name and description, by prefix.
CREATE VIRTUAL TABLE agent_search USING fts5 (text, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');

CREATE TRIGGER agents_search_insert AFTER INSERT ON agents BEGIN
    INSERT INTO agent_search (rowid, text) VALUES (new.seq, new.name || ' ' || new.description);
END;
CREATE TRIGGER agents_search_update AFTER UPDATE OF name, description ON agents
WHEN new.name <> old.name OR new.description <> old.description BEGIN
    UPDATE agent_search SET text = new.name || ' ' || new.description WHERE rowid = new.seq;
END;
CREATE TRIGGER agents_search_delete AFTER DELETE ON agents BEGIN
    DELETE FROM agent_search WHERE rowid = old.seq;
END;

-- What was saved or released never changes. Only a purge may erase it.
CREATE TRIGGER drafts_immutable BEFORE UPDATE ON drafts BEGIN
    SELECT RAISE(ABORT, 'immutable: drafts');
END;
CREATE TRIGGER drafts_permanent BEFORE DELETE ON drafts
WHEN NOT EXISTS (SELECT 1 FROM purges WHERE agent_id = old.agent_id) BEGIN
    SELECT RAISE(ABORT, 'immutable: drafts');
END;
CREATE TRIGGER releases_immutable BEFORE UPDATE ON releases BEGIN
    SELECT RAISE(ABORT, 'immutable: releases');
END;
CREATE TRIGGER releases_permanent BEFORE DELETE ON releases
WHEN NOT EXISTS (SELECT 1 FROM purges WHERE agent_id = old.agent_id) BEGIN
    SELECT RAISE(ABORT, 'immutable: releases');
END;
CREATE TRIGGER configs_immutable BEFORE UPDATE ON configs BEGIN
    SELECT RAISE(ABORT, 'immutable: configs');
END;
CREATE TRIGGER configs_permanent BEFORE DELETE ON configs
WHEN NOT EXISTS (SELECT 1 FROM purges) BEGIN
    SELECT RAISE(ABORT, 'immutable: configs');
END;
CREATE TRIGGER release_deletions_immutable BEFORE UPDATE ON release_deletions BEGIN
    SELECT RAISE(ABORT, 'immutable: release_deletions');
END;
CREATE TRIGGER release_deletions_permanent BEFORE DELETE ON release_deletions
WHEN NOT EXISTS (
    SELECT 1 FROM releases r JOIN purges p ON p.agent_id = r.agent_id WHERE r.id = old.release_id
) BEGIN
    SELECT RAISE(ABORT, 'immutable: release_deletions');
END;
CREATE TRIGGER live_events_immutable BEFORE UPDATE ON live_events BEGIN
    SELECT RAISE(ABORT, 'immutable: live_events');
END;
CREATE TRIGGER live_events_permanent BEFORE DELETE ON live_events
WHEN NOT EXISTS (SELECT 1 FROM purges WHERE agent_id = old.agent_id) BEGIN
    SELECT RAISE(ABORT, 'immutable: live_events');
END;
