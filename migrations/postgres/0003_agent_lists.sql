-- The orders of the list of agents that the first indexes left out, so that every filter by badge or owner has its index.
CREATE INDEX agents_by_status_created ON agents (workspace_id, status, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_owner_name ON agents (workspace_id, owner_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX agents_by_owner_created ON agents (workspace_id, owner_id, id) WHERE deleted_at IS NULL;
-- The purge looks for what has been in the trash long enough, whichever the workspace.
CREATE INDEX agents_by_deletion ON agents (deleted_at, id) WHERE deleted_at IS NOT NULL;

-- The parser keeps `example.com` and `a-b/c` as one word each, where a person looks for the parts; so punctuation is space.
-- The same list stands in src/server/store/search_words.rs.
DROP INDEX agents_search;
ALTER TABLE agents DROP COLUMN search;
ALTER TABLE agents ADD COLUMN search TSVECTOR NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', translate(
    name || ' ' || description,
    '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~¡¿«»“”„‘’‚–—…·•、。「」！？：，（）',
    '                                                         '
))) STORED;
CREATE INDEX agents_search ON agents USING GIN (search);
