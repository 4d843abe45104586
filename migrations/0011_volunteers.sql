-- What leads know of those who offer help: what was checked and until when, and whether they may be asked. Never a
-- certificate or its number.
CREATE TABLE volunteer (
    id TEXT PRIMARY KEY,
    connector TEXT NOT NULL,
    person TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
);
-- A person has one record, whoever begins it.
CREATE UNIQUE INDEX volunteer_person ON volunteer (connector, person);
