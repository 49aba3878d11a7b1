-- Why an answer failed, in the words that its reader saw.
ALTER TABLE messages ADD COLUMN error TEXT;

-- A conversation has one answer at a time: it is being written until this moment, or until it is cleared. The moment is
-- a lease, so that a crash in the middle of an answer locks nobody out.
ALTER TABLE sessions ADD COLUMN answering_until INTEGER;
