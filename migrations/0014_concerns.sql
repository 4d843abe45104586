-- A concern is found by whoever wrote it, as long as they may tell more of the same, and called for until a lead takes it.
-- Those that are there already are found by their code and on their cards alone.
ALTER TABLE concern ADD COLUMN person_connector TEXT NOT NULL DEFAULT '';
ALTER TABLE concern ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE concern ADD COLUMN told BIGINT NOT NULL DEFAULT 0;
ALTER TABLE concern ADD COLUMN due BIGINT;
CREATE INDEX concern_person ON concern (person_connector, person, told);
CREATE INDEX concern_due ON concern (due) WHERE due IS NOT NULL;
CREATE INDEX concern_open ON concern (at) WHERE state <> 'closed';
