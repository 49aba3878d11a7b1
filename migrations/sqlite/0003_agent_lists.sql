-- The orders of the list of agents that the first indexes left out, so that every filter by badge or owner has its index.
CREATE INDEX agents_by_status_created ON agents (workspace_id, status, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_owner_name ON agents (workspace_id, owner_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_owner_created ON agents (workspace_id, owner_id, id) WHERE deleted_at IS NULL;
-- The purge looks for what has been in the trash long enough, whichever the workspace.
CREATE INDEX agents_by_deletion ON agents (deleted_at, id) WHERE deleted_at IS NOT NULL;
