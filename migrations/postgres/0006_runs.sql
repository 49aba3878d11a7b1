-- One execution of an agent on an input, pinned to the release or the save that it names.
CREATE TABLE runs (
    id UUID NOT NULL PRIMARY KEY,
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    release_id UUID REFERENCES releases (id),
    draft_id UUID REFERENCES drafts (id),
    reason TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'done', 'error', 'cancelled')),
    -- JSON, as are error and receipt; the output is text.
    input TEXT NOT NULL,
    output TEXT,
    error TEXT,
    receipt TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    completed_at BIGINT,
    -- Until when somebody is at it, renewed meanwhile; null once the run is over. Past it, the run was interrupted.
    lease_until BIGINT,
    CHECK ((release_id IS NULL) <> (draft_id IS NULL)),
    CHECK ((completed_at IS NULL) = (status IN ('pending', 'running'))),
    CHECK ((lease_until IS NOT NULL) = (status IN ('pending', 'running')))
);
CREATE INDEX runs_by_agent ON runs (agent_id, id);
CREATE INDEX runs_by_account ON runs (account_id, agent_id, id);
CREATE INDEX runs_unfinished ON runs (lease_until) WHERE lease_until IS NOT NULL;
-- Erasing an agent erases its revisions, and each asks who names it.
CREATE INDEX runs_by_release ON runs (release_id) WHERE release_id IS NOT NULL;
CREATE INDEX runs_by_draft ON runs (draft_id) WHERE draft_id IS NOT NULL;

-- A conversation may be pinned to a save too, chosen by an editor.
ALTER TABLE sessions ADD COLUMN draft_id UUID REFERENCES drafts (id);
CREATE INDEX sessions_by_draft ON sessions (draft_id) WHERE draft_id IS NOT NULL;
CREATE INDEX sessions_by_maker ON sessions (workspace_id, account_id, id);
