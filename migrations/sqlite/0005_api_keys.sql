-- API keys. Of the secret only a keyed hash is kept.
CREATE TABLE api_keys (
    id BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    agent_id BLOB REFERENCES agents (id),
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, id);
CREATE INDEX api_keys_by_account ON api_keys (workspace_id, account_id, id);
CREATE INDEX api_keys_by_agent ON api_keys (agent_id, id) WHERE agent_id IS NOT NULL;

-- Which key an act came by. It names no row: the keys of an agent are erased with it, and the log stays.
ALTER TABLE audit ADD COLUMN key_id BLOB;
