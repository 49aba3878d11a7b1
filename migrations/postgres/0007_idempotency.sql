-- Requests that programs ask for once. A row is made in the transaction of the effect, with the answer; where that cannot
-- be, it is made first and the lease says until when it is being done.
CREATE TABLE idempotency (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    -- The API key, or the account that was signed in.
    principal_id UUID NOT NULL,
    key TEXT NOT NULL,
    route TEXT NOT NULL,
    body_hash BYTEA NOT NULL,
    -- Sealed with a key that is not in the database; null until there is one.
    answer BYTEA,
    lease_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, principal_id, key)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);
