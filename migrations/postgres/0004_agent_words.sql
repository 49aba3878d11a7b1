-- The words that agents are searched by, folded by the program: the same on both engines. See src/server/store/search_words.rs.
DROP INDEX agents_search;
ALTER TABLE agents DROP COLUMN search;
ALTER TABLE agents ADD COLUMN words TEXT NOT NULL DEFAULT '';
ALTER TABLE agents ADD COLUMN search TSVECTOR NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED;
CREATE INDEX agents_search ON agents USING GIN (search);
