-- When a member was last signed in to this workspace: of no other, so that nothing shows across workspaces.
ALTER TABLE memberships ADD COLUMN last_seen_at INTEGER;

-- The words that people are searched by, folded by the program: see src/server/store/search_words.rs.
ALTER TABLE accounts ADD COLUMN words TEXT NOT NULL DEFAULT '';

-- The audit log goes by time; each of its filters has an index that gives that order.
DROP INDEX audit_by_workspace;
CREATE INDEX audit_by_time ON audit (workspace_id, at, id);
CREATE INDEX audit_by_act ON audit (workspace_id, act, at, id);
CREATE INDEX audit_by_actor ON audit (workspace_id, actor_id, at, id);
CREATE INDEX audit_by_actor_act ON audit (workspace_id, actor_id, act, at, id);
CREATE INDEX audit_by_subject ON audit (workspace_id, subject_id, at, id);
