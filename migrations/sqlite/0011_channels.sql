-- A switch that somebody moved. Without a row a channel is as it is at first: the public link off, everything else on.
CREATE TABLE channels (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    agent_id BLOB NOT NULL REFERENCES agents (id),
    channel TEXT NOT NULL CHECK (channel IN ('api', 'link')),
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    changed_by BLOB NOT NULL REFERENCES accounts (id),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (agent_id, channel)
) STRICT;

-- When a channel last carried a message, and what went wrong last.
CREATE TABLE channel_activity (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    agent_id BLOB NOT NULL REFERENCES agents (id),
    channel TEXT NOT NULL,
    message_at INTEGER NOT NULL,
    error_at INTEGER,
    error TEXT,
    PRIMARY KEY (agent_id, channel)
) STRICT;
INSERT INTO channel_activity (workspace_id, agent_id, channel, message_at)
SELECT workspace_id, agent_id, channel, MAX(active_at) FROM sessions GROUP BY workspace_id, agent_id, channel;

-- The public link of an agent: its address and its limits. Whether it is on, its channel says.
CREATE TABLE links (
    id BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    agent_id BLOB NOT NULL UNIQUE REFERENCES agents (id),
    slug TEXT NOT NULL UNIQUE,
    -- Argon2; null where no pass phrase is asked for.
    pass_hash TEXT,
    daily_messages INTEGER NOT NULL CHECK (daily_messages > 0),
    daily_tokens INTEGER NOT NULL CHECK (daily_tokens > 0),
    -- Origins with a space between them.
    frame_origins TEXT NOT NULL,
    made_by BLOB NOT NULL REFERENCES accounts (id),
    made_at INTEGER NOT NULL
) STRICT;

-- What a link used up on a day, counted from 1970 in UTC. Tokens are taken before an answer and settled after it.
CREATE TABLE link_usage (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    link_id BLOB NOT NULL REFERENCES links (id),
    day INTEGER NOT NULL,
    messages INTEGER NOT NULL CHECK (messages >= 0),
    tokens INTEGER NOT NULL CHECK (tokens >= 0),
    PRIMARY KEY (link_id, day)
) STRICT;

-- A visitor's conversation: the hash of the token that is all they have. The account is then the agent's owner, to whom
-- the conversation does not belong.
ALTER TABLE sessions ADD COLUMN visitor BLOB;
ALTER TABLE sessions ADD COLUMN link_id BLOB REFERENCES links (id) CHECK ((link_id IS NULL) = (visitor IS NULL));
CREATE UNIQUE INDEX sessions_by_visitor ON sessions (visitor) WHERE visitor IS NOT NULL;
CREATE INDEX sessions_by_link ON sessions (link_id) WHERE link_id IS NOT NULL;
-- A member's own conversations, however many strangers talk to their agents.
DROP INDEX sessions_by_account;
DROP INDEX sessions_by_maker;
CREATE INDEX sessions_by_account ON sessions (workspace_id, account_id, agent_id, id) WHERE visitor IS NULL;
CREATE INDEX sessions_by_maker ON sessions (workspace_id, account_id, id) WHERE visitor IS NULL;

ALTER TABLE runs ADD COLUMN channel TEXT NOT NULL DEFAULT 'coworker';
