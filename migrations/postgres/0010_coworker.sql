-- What a release shows of itself in lists, taken out of its config when it is published. The config stays the truth: the
-- program fills in what is missing. See src/server/store/faces.rs.
CREATE TABLE release_faces (
    release_id UUID NOT NULL PRIMARY KEY REFERENCES releases (id),
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    name TEXT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    description TEXT NOT NULL,
    icon TEXT NOT NULL,
    -- Folded, as agents.words are; see src/server/store/search_words.rs.
    words TEXT NOT NULL
);
CREATE INDEX release_faces_by_agent ON release_faces (agent_id);

-- The words of what is live, and on each grant the name by which the agent is found in Coworker: empty, and null, while
-- nothing of it is live. Triggers keep them, so that no way to share or to publish can forget it.
ALTER TABLE live ADD COLUMN words TEXT NOT NULL DEFAULT '';
ALTER TABLE live ADD COLUMN search TSVECTOR NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED;
CREATE INDEX live_search ON live USING GIN (search);
ALTER TABLE grants ADD COLUMN live_key TEXT COLLATE "C";
CREATE INDEX grants_by_agent ON grants (agent_id);
CREATE INDEX grants_live_of_account ON grants (workspace_id, account_id, live_key, agent_id) WHERE live_key IS NOT NULL;
CREATE INDEX grants_live_of_everyone ON grants (workspace_id, live_key, agent_id)
    WHERE account_id IS NULL AND live_key IS NOT NULL;

CREATE FUNCTION show_face() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE live SET words = NEW.words WHERE release_id = NEW.release_id;
    UPDATE grants SET live_key = NEW.name_key
    WHERE agent_id = NEW.agent_id AND EXISTS (SELECT 1 FROM live WHERE release_id = NEW.release_id);
    RETURN NULL;
END $$;
CREATE TRIGGER release_faces_live AFTER INSERT ON release_faces FOR EACH ROW EXECUTE FUNCTION show_face();

CREATE FUNCTION show_live() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    NEW.words := coalesce((SELECT words FROM release_faces WHERE release_id = NEW.release_id), '');
    UPDATE grants SET live_key = (SELECT name_key FROM release_faces WHERE release_id = NEW.release_id)
    WHERE agent_id = NEW.agent_id;
    RETURN NEW;
END $$;
CREATE TRIGGER live_shown BEFORE INSERT OR UPDATE OF release_id ON live FOR EACH ROW EXECUTE FUNCTION show_live();

CREATE FUNCTION hide_live() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE grants SET live_key = NULL WHERE agent_id = OLD.agent_id;
    RETURN NULL;
END $$;
CREATE TRIGGER live_hidden AFTER DELETE ON live FOR EACH ROW EXECUTE FUNCTION hide_live();

CREATE FUNCTION show_grant() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    -- Who publishes holds the agent's row: whichever comes second sees what the first one did.
    PERFORM 1 FROM agents WHERE id = NEW.agent_id FOR KEY SHARE;
    NEW.live_key := (
        SELECT f.name_key FROM live l JOIN release_faces f ON f.release_id = l.release_id
        WHERE l.agent_id = NEW.agent_id
    );
    RETURN NEW;
END $$;
CREATE TRIGGER grants_shown BEFORE INSERT ON grants FOR EACH ROW EXECUTE FUNCTION show_grant();

-- The agents that a person wants at hand in Coworker.
CREATE TABLE favourites (
    workspace_id UUID NOT NULL REFERENCES workspaces (id),
    account_id UUID NOT NULL REFERENCES accounts (id),
    agent_id UUID NOT NULL REFERENCES agents (id),
    made_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, account_id, agent_id)
);
CREATE INDEX favourites_by_agent ON favourites (agent_id);

-- What a conversation is called, at first by its first message; the folded words of that, and of what its person wrote.
ALTER TABLE sessions ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN words TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN said TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_in_coworker ON sessions (workspace_id, account_id, active_at, id)
    WHERE channel = 'coworker' AND title <> '';
CREATE INDEX sessions_in_coworker_by_agent ON sessions (workspace_id, account_id, agent_id, active_at, id)
    WHERE channel = 'coworker' AND title <> '';
