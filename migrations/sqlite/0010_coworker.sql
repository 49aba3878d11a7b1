-- What a release shows of itself in lists, taken out of its config when it is published. The config stays the truth: the
-- program fills in what is missing. See src/server/store/faces.rs.
CREATE TABLE release_faces (
    release_id BLOB NOT NULL PRIMARY KEY REFERENCES releases (id),
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    agent_id BLOB NOT NULL REFERENCES agents (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    icon TEXT NOT NULL,
    -- Folded, as agents.words are; see src/server/store/search_words.rs.
    words TEXT NOT NULL
) STRICT;
CREATE INDEX release_faces_by_agent ON release_faces (agent_id);

-- The words of what is live, and on each grant the name by which the agent is found in Coworker: empty, and null, while
-- nothing of it is live. Triggers keep them, so that no way to share or to publish can forget it.
ALTER TABLE live ADD COLUMN words TEXT NOT NULL DEFAULT '';
ALTER TABLE grants ADD COLUMN live_key TEXT;
CREATE INDEX grants_by_agent ON grants (agent_id);
CREATE INDEX grants_live_of_account ON grants (workspace_id, account_id, live_key, agent_id) WHERE live_key IS NOT NULL;
CREATE INDEX grants_live_of_everyone ON grants (workspace_id, live_key, agent_id)
    WHERE account_id IS NULL AND live_key IS NOT NULL;
CREATE VIRTUAL TABLE live_search USING fts5 (text, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');

CREATE TRIGGER release_faces_live AFTER INSERT ON release_faces BEGIN
    UPDATE live SET words = new.words WHERE release_id = new.release_id;
    UPDATE grants SET live_key = new.name_key
    WHERE agent_id = new.agent_id AND EXISTS (SELECT 1 FROM live WHERE release_id = new.release_id);
END;
CREATE TRIGGER live_shown AFTER INSERT ON live BEGIN
    UPDATE live SET words = coalesce((SELECT words FROM release_faces WHERE release_id = new.release_id), '')
    WHERE agent_id = new.agent_id;
    UPDATE grants SET live_key = (SELECT name_key FROM release_faces WHERE release_id = new.release_id)
    WHERE agent_id = new.agent_id;
END;
CREATE TRIGGER live_shown_anew AFTER UPDATE OF release_id ON live BEGIN
    UPDATE live SET words = coalesce((SELECT words FROM release_faces WHERE release_id = new.release_id), '')
    WHERE agent_id = new.agent_id;
    UPDATE grants SET live_key = (SELECT name_key FROM release_faces WHERE release_id = new.release_id)
    WHERE agent_id = new.agent_id;
END;
CREATE TRIGGER live_hidden AFTER DELETE ON live BEGIN
    UPDATE grants SET live_key = NULL WHERE agent_id = old.agent_id;
    DELETE FROM live_search WHERE rowid = (SELECT seq FROM agents WHERE id = old.agent_id);
END;
CREATE TRIGGER live_search_words AFTER UPDATE OF words ON live WHEN new.words <> old.words BEGIN
    DELETE FROM live_search WHERE rowid = (SELECT seq FROM agents WHERE id = new.agent_id);
    INSERT INTO live_search (rowid, text) SELECT seq, new.words FROM agents WHERE id = new.agent_id;
END;
CREATE TRIGGER grants_shown AFTER INSERT ON grants BEGIN
    UPDATE grants SET live_key = (
        SELECT f.name_key FROM live l JOIN release_faces f ON f.release_id = l.release_id WHERE l.agent_id = new.agent_id
    ) WHERE rowid = new.rowid;
END;

-- The agents that a person wants at hand in Coworker.
CREATE TABLE favourites (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    agent_id BLOB NOT NULL REFERENCES agents (id),
    made_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, account_id, agent_id)
) STRICT;
CREATE INDEX favourites_by_agent ON favourites (agent_id);

-- What a conversation is called, at first by its first message; the folded words of that, and of what its person wrote.
ALTER TABLE sessions ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN words TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN said TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_in_coworker ON sessions (workspace_id, account_id, active_at, id)
    WHERE channel = 'coworker' AND title <> '';
CREATE INDEX sessions_in_coworker_by_agent ON sessions (workspace_id, account_id, agent_id, active_at, id)
    WHERE channel = 'coworker' AND title <> '';
