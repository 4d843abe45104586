-- What people told, what became of it, and who set kith up how.
-- One text for SQLite and PostgreSQL. A body is the whole record as JSON; the other columns are
-- what statements look at, and where both hold a thing the column counts.
-- {sequence} stands for a primary key that numbers rows in the order in which they came,
-- {keyed} for what makes a table of short rows that are found by their whole key.

-- What was taken in already.
CREATE TABLE receipt (
    connector TEXT NOT NULL,
    key TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (connector, key)
) {keyed};
CREATE INDEX receipt_at ON receipt (at);

-- How far each connector has come, by its own names.
CREATE TABLE cursor (
    connector TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (connector, name)
) {keyed};

CREATE TABLE channel (
    connector TEXT NOT NULL,
    channel TEXT NOT NULL,
    community TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (connector, channel)
);

CREATE TABLE moderator (
    connector TEXT NOT NULL,
    community TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (connector, community)
);

-- Numbers that only grow, by name.
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counter (name, value) VALUES ('channel', 0);

-- Who has read the doorstep and money rules.
CREATE TABLE briefing (
    connector TEXT NOT NULL,
    person TEXT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (connector, person)
) {keyed};

CREATE TABLE case_record (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    live BIGINT NOT NULL,
    with_hub BIGINT NOT NULL,
    due BIGINT,
    urgency BIGINT NOT NULL,
    connector TEXT NOT NULL,
    channel TEXT NOT NULL,
    resident_connector TEXT NOT NULL,
    resident TEXT NOT NULL,
    at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX case_resident ON case_record (resident_connector, resident) WHERE live = 1;
CREATE INDEX case_queue ON case_record (urgency DESC, at, id) WHERE with_hub = 1;
CREATE INDEX case_due ON case_record (due) WHERE due IS NOT NULL;

-- What a duplicate would have in common with a live case.
CREATE TABLE case_key (
    key TEXT NOT NULL,
    at BIGINT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (key, at, case_id)
) {keyed};
CREATE INDEX case_key_case ON case_key (case_id);

CREATE TABLE offer (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    live BIGINT NOT NULL,
    due BIGINT,
    connector TEXT NOT NULL,
    channel TEXT NOT NULL,
    neighbour_connector TEXT NOT NULL,
    neighbour TEXT NOT NULL,
    at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX offer_neighbour ON offer (neighbour_connector, neighbour) WHERE live = 1;
CREATE INDEX offer_due ON offer (due) WHERE due IS NOT NULL;

CREATE TABLE concern (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    connector TEXT NOT NULL,
    channel TEXT NOT NULL,
    at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
);

-- A message has one report at most.
CREATE TABLE report (
    id TEXT PRIMARY KEY,
    sort TEXT NOT NULL,
    subject TEXT NOT NULL,
    connector TEXT,
    channel TEXT,
    message TEXT,
    at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX report_source ON report (connector, channel, message);
CREATE INDEX report_subject ON report (subject, sort);

CREATE TABLE referral (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    destination TEXT NOT NULL,
    reference TEXT,
    at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX referral_reference ON referral (destination, reference);

CREATE TABLE dialogue (
    connector TEXT NOT NULL,
    person TEXT NOT NULL,
    channel TEXT NOT NULL,
    touched BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (connector, person)
);
CREATE INDEX dialogue_touched ON dialogue (touched);

-- The audit trail.
CREATE TABLE case_event (
    seq {sequence},
    sort TEXT NOT NULL,
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX case_event_subject ON case_event (subject, sort, seq);

-- Inbound that nobody could read, as it came.
CREATE TABLE malformed (
    seq {sequence},
    at BIGINT NOT NULL,
    raw TEXT NOT NULL,
    error TEXT NOT NULL
);
