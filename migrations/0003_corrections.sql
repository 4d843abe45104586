-- What people said that a text is, where kith took it for something else. Filled only where reading.keep_corrections
-- says so. A report has one at most, the last. body: the whole record; what is looked at is beside it, as ever.
CREATE TABLE correction (
    id TEXT PRIMARY KEY,
    connector TEXT NOT NULL,
    community TEXT,
    author TEXT NOT NULL,
    corrector TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX correction_at ON correction (at, id);
CREATE INDEX correction_author ON correction (connector, author);
CREATE INDEX correction_corrector ON correction (connector, corrector);
