-- The words that agents are searched by, folded by the program: the same on both engines. See src/server/store/search_words.rs.
ALTER TABLE agents ADD COLUMN words TEXT NOT NULL DEFAULT '';

DROP TRIGGER agents_search_insert;
DROP TRIGGER agents_search_update;
CREATE TRIGGER agents_search_insert AFTER INSERT ON agents BEGIN
    INSERT INTO agent_search (rowid, text) VALUES (new.seq, new.words);
END;
CREATE TRIGGER agents_search_update AFTER UPDATE OF words ON agents WHEN new.words <> old.words BEGIN
    UPDATE agent_search SET text = new.words WHERE rowid = new.seq;
END;
