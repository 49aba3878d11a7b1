-- API keys. Of the secret only a keyed hash is kept.
CREATE TABLE api_keys (
    id UUID NOT NULL PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    agent_id UUID REFERENCES agents (id),
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, id);
CREATE INDEX api_keys_by_account ON api_keys (workspace_id, account_id, id);
CREATE INDEX api_keys_by_agent ON api_keys (agent_id, id) WHERE agent_id IS NOT NULL;

-- Which key an act came by. It names no row: the keys of an agent are erased with it, and the log stays.
ALTER TABLE audit ADD COLUMN key_id UUID;
