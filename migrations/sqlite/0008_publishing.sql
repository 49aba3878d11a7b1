-- Who moves what is live: whoever may edit an agent, or its owner alone.
ALTER TABLE workspaces ADD COLUMN publishing TEXT NOT NULL DEFAULT 'editors' CHECK (publishing IN ('editors', 'owner'));

-- Whether a second person approves a draft before it is published: 0 or 1.
ALTER TABLE agents ADD COLUMN needs_approval INTEGER NOT NULL DEFAULT 0 CHECK (needs_approval IN (0, 1));

-- Somebody asks that a draft be published, and somebody else decides. It counts for that save and for no other.
CREATE TABLE approvals (
    id BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    agent_id BLOB NOT NULL REFERENCES agents (id),
    draft_id BLOB NOT NULL REFERENCES drafts (id),
    draft_number INTEGER NOT NULL,
    config_hash BLOB NOT NULL,
    note TEXT NOT NULL,
    requested_by BLOB NOT NULL REFERENCES accounts (id),
    requested_at INTEGER NOT NULL,
    decision TEXT CHECK (decision IN ('approved', 'rejected', 'withdrawn')),
    comment TEXT NOT NULL,
    decided_by BLOB REFERENCES accounts (id),
    decided_at INTEGER,
    CHECK ((decision IS NULL) = (decided_by IS NULL)),
    CHECK ((decision IS NULL) = (decided_at IS NULL)),
    CHECK (decision IS NULL OR (decision = 'withdrawn') = (decided_by = requested_by))
) STRICT;
CREATE INDEX approvals_by_agent ON approvals (agent_id, id);
-- Erasing an agent erases its saves, and each asks who names it.
CREATE INDEX approvals_by_draft ON approvals (draft_id);
-- Of the requests for one draft, one is open or approved.
CREATE UNIQUE INDEX approvals_standing ON approvals (draft_id) WHERE decision IS NULL OR decision = 'approved';
