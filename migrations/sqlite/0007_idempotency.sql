-- Requests that programs ask for once. A row is made in the transaction of the effect, with the answer; where that cannot
-- be, it is made first and the lease says until when it is being done.
CREATE TABLE idempotency (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    -- The API key, or the account that was signed in.
    principal_id BLOB NOT NULL,
    key TEXT NOT NULL,
    route TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    -- Sealed with a key that is not in the database; null until there is one.
    answer BLOB,
    lease_until INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, principal_id, key)
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (created_at);
