-- Times are microseconds since 1970 in UTC. Ids are UUIDv7. Every row names its workspace.

CREATE TABLE workspaces (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE accounts (
    id UUID NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    -- The address in lower case: two spellings of one address are one account.
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE memberships (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('admin', 'member')),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, account_id)
);
CREATE INDEX memberships_account ON memberships (account_id, workspace_id);

-- A browser that is signed in. The cookie's value is stored only as its SHA-256.
CREATE TABLE sign_ins (
    id_hash BYTEA NOT NULL PRIMARY KEY,
    account_id UUID REFERENCES accounts (id),
    workspace_id UUID REFERENCES workspaces (id),
    data TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sign_ins_account ON sign_ins (account_id, seen_at);
CREATE INDEX sign_ins_expiry ON sign_ins (expires_at);

CREATE TABLE invitations (
    id UUID NOT NULL PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    token_hash BYTEA NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('admin', 'member')),
    note TEXT NOT NULL,
    made_by UUID NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_by UUID REFERENCES accounts (id),
    used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX invitations_workspace ON invitations (workspace_id, id);

CREATE TABLE reset_links (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

-- Failed sign-ins per account and per address: the subject is a keyed hash, never the address itself.
CREATE TABLE throttles (
    subject BYTEA NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failure_at BIGINT NOT NULL
);

CREATE TABLE agents (
    id UUID NOT NULL PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    owner_id UUID NOT NULL REFERENCES accounts (id),
    -- What lists show, repeated here in the transaction that changes it. The name is the draft's.
    name TEXT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    description TEXT NOT NULL,
    icon TEXT NOT NULL,
    draft_hash BYTEA NOT NULL,
    live_hash BYTEA,
    status TEXT NOT NULL GENERATED ALWAYS AS (
        CASE WHEN live_hash IS NULL THEN 'draft'
             WHEN live_hash = draft_hash THEN 'published'
             ELSE 'unpublished_changes' END
    ) STORED,
    last_draft BIGINT NOT NULL,
    last_release BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    deleted_by UUID REFERENCES accounts (id)
);
CREATE INDEX agents_by_updated ON agents (workspace_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_name ON agents (workspace_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_created ON agents (workspace_id, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_status_updated ON agents (workspace_id, status, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_status_name ON agents (workspace_id, status, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_owner_updated ON agents (workspace_id, owner_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_owner_status_updated ON agents (workspace_id, owner_id, status, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_in_trash ON agents (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE TABLE agent_tags (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    tag TEXT NOT NULL,
    PRIMARY KEY (agent_id, tag)
);
CREATE INDEX agent_tags_by_tag ON agent_tags (workspace_id, tag, agent_id);

-- A right on one agent: of one account, or of everyone in the workspace (account_id is null).
CREATE TABLE grants (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    account_id UUID REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'user')),
    granted_by UUID NOT NULL REFERENCES accounts (id),
    granted_at BIGINT NOT NULL,
    CHECK (account_id IS NOT NULL OR role = 'user')
);
CREATE UNIQUE INDEX grants_of_account ON grants (agent_id, account_id) WHERE account_id IS NOT NULL;
CREATE UNIQUE INDEX grants_of_everyone ON grants (agent_id) WHERE account_id IS NULL;
CREATE INDEX grants_by_account ON grants (workspace_id, account_id, agent_id);

-- Canonical bodies by content: configs and what compile() made of them. Compressed; the hash is of the plain bytes.
CREATE TABLE configs (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    hash BYTEA NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, hash)
);

CREATE TABLE drafts (
    id UUID NOT NULL PRIMARY KEY,
    workspace_id UUID NOT NULL,
    agent_id UUID NOT NULL REFERENCES agents (id),
    number BIGINT NOT NULL CHECK (number >= 1),
    config_hash BYTEA NOT NULL,
    -- How it came to be: create, save, merge, restore, import, duplicate.
    origin TEXT NOT NULL,
    saved_by UUID NOT NULL REFERENCES accounts (id),
    saved_at BIGINT NOT NULL,
    UNIQUE (agent_id, number),
    FOREIGN KEY (workspace_id, config_hash) REFERENCES configs (workspace_id, hash)
);
CREATE INDEX drafts_by_config ON drafts (workspace_id, config_hash);

CREATE TABLE releases (
    id UUID NOT NULL PRIMARY KEY,
    workspace_id UUID NOT NULL,
    agent_id UUID NOT NULL REFERENCES agents (id),
    version BIGINT NOT NULL CHECK (version >= 1),
    draft_id UUID NOT NULL REFERENCES drafts (id),
    draft_number BIGINT NOT NULL,
    config_hash BYTEA NOT NULL,
    compiled_hash BYTEA NOT NULL,
    compiler BIGINT NOT NULL,
    note TEXT NOT NULL,
    published_by UUID NOT NULL REFERENCES accounts (id),
    published_at BIGINT NOT NULL,
    UNIQUE (agent_id, version),
    FOREIGN KEY (workspace_id, config_hash) REFERENCES configs (workspace_id, hash),
    FOREIGN KEY (workspace_id, compiled_hash) REFERENCES configs (workspace_id, hash)
);
CREATE INDEX releases_by_draft ON releases (draft_id);
CREATE INDEX releases_by_config ON releases (workspace_id, config_hash);
CREATE INDEX releases_by_compiled ON releases (workspace_id, compiled_hash);

CREATE TABLE release_deletions (
    release_id UUID NOT NULL PRIMARY KEY REFERENCES releases (id),
    workspace_id UUID NOT NULL,
    deleted_by UUID NOT NULL REFERENCES accounts (id),
    deleted_at BIGINT NOT NULL
);

-- The pointer: no row means that nothing is live.
CREATE TABLE live (
    agent_id UUID NOT NULL PRIMARY KEY REFERENCES agents (id),
    workspace_id UUID NOT NULL,
    release_id UUID NOT NULL REFERENCES releases (id),
    since BIGINT NOT NULL
);
CREATE INDEX live_by_release ON live (release_id);

CREATE TABLE live_events (
    id UUID NOT NULL PRIMARY KEY,
    workspace_id UUID NOT NULL,
    agent_id UUID NOT NULL REFERENCES agents (id),
    kind TEXT NOT NULL CHECK (kind IN ('publish', 'rollback', 'unpublish', 'delete', 'restore')),
    release_id UUID REFERENCES releases (id),
    previous_release_id UUID REFERENCES releases (id),
    reason TEXT NOT NULL,
    acted_by UUID NOT NULL REFERENCES accounts (id),
    via TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX live_events_by_agent ON live_events (agent_id, id);

-- One conversation. A live one is pinned to release_id; a draft one runs the draft as saved at each turn.
CREATE TABLE sessions (
    id UUID NOT NULL PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    channel TEXT NOT NULL,
    release_id UUID REFERENCES releases (id),
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    ended_at BIGINT,
    end_reason TEXT
);
CREATE INDEX sessions_by_agent ON sessions (agent_id, ended_at, release_id);
CREATE INDEX sessions_by_account ON sessions (workspace_id, account_id, agent_id, id);

CREATE TABLE messages (
    id UUID NOT NULL PRIMARY KEY,
    workspace_id UUID NOT NULL,
    session_id UUID NOT NULL REFERENCES sessions (id),
    role TEXT NOT NULL CHECK (role IN ('user', 'agent')),
    content TEXT NOT NULL,
    -- done, stopped by the reader, or failed; an answer cut short says so.
    outcome TEXT NOT NULL,
    receipt TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX messages_by_session ON messages (session_id, id);

-- A form that was refused, kept for a day so that a plain form post loses no typing.
CREATE TABLE save_attempts (
    id UUID NOT NULL PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    agent_id UUID REFERENCES agents (id),
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX save_attempts_by_age ON save_attempts (created_at);

CREATE TABLE providers (
    id UUID NOT NULL PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    slug TEXT NOT NULL,
    kind TEXT NOT NULL,
    base_url TEXT NOT NULL,
    models TEXT NOT NULL,
    -- Encrypted with a key that is not in the database; null where the provider needs none.
    key_sealed BYTEA,
    created_by UUID NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    UNIQUE (workspace_id, slug)
);

-- Every change: who, what, from where.
CREATE TABLE audit (
    id UUID NOT NULL PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    actor_id UUID REFERENCES accounts (id),
    via TEXT NOT NULL,
    address TEXT NOT NULL,
    act TEXT NOT NULL,
    subject_id UUID,
    detail TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX audit_by_workspace ON audit (workspace_id, id);

-- Names an agent that is being erased for good: only then may its immutable rows go.
CREATE TABLE purges (
    agent_id UUID NOT NULL PRIMARY KEY REFERENCES agents (id),
    at BIGINT NOT NULL
);

-- Search: words of name and description, by prefix.
ALTER TABLE agents ADD COLUMN search TSVECTOR NOT NULL
    GENERATED ALWAYS AS (to_tsvector('simple', name || ' ' || description)) STORED;
CREATE INDEX agents_search ON agents USING GIN (search);

-- What was saved or released never changes. Only a purge may erase it.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'immutable: %', TG_TABLE_NAME;
END $$;
CREATE FUNCTION refuse_delete_of_agent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM purges WHERE agent_id = OLD.agent_id) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'immutable: %', TG_TABLE_NAME;
END $$;
CREATE FUNCTION refuse_delete_of_config() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM purges) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'immutable: %', TG_TABLE_NAME;
END $$;
CREATE FUNCTION refuse_delete_of_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM releases r JOIN purges p ON p.agent_id = r.agent_id WHERE r.id = OLD.release_id)
    THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'immutable: %', TG_TABLE_NAME;
END $$;

CREATE TRIGGER drafts_immutable BEFORE UPDATE ON drafts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER drafts_permanent BEFORE DELETE ON drafts FOR EACH ROW EXECUTE FUNCTION refuse_delete_of_agent();
CREATE TRIGGER drafts_kept BEFORE TRUNCATE ON drafts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER releases_immutable BEFORE UPDATE ON releases FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER releases_permanent BEFORE DELETE ON releases FOR EACH ROW EXECUTE FUNCTION refuse_delete_of_agent();
CREATE TRIGGER releases_kept BEFORE TRUNCATE ON releases FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER configs_immutable BEFORE UPDATE ON configs FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER configs_permanent BEFORE DELETE ON configs FOR EACH ROW EXECUTE FUNCTION refuse_delete_of_config();
CREATE TRIGGER configs_kept BEFORE TRUNCATE ON configs FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER release_deletions_immutable BEFORE UPDATE ON release_deletions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER release_deletions_permanent BEFORE DELETE ON release_deletions
    FOR EACH ROW EXECUTE FUNCTION refuse_delete_of_tombstone();
CREATE TRIGGER release_deletions_kept BEFORE TRUNCATE ON release_deletions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER live_events_immutable BEFORE UPDATE ON live_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER live_events_permanent BEFORE DELETE ON live_events FOR EACH ROW EXECUTE FUNCTION refuse_delete_of_agent();
CREATE TRIGGER live_events_kept BEFORE TRUNCATE ON live_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
