-- What is kept how long: when each record was over, and how much of it is gone already. Rows from before are filed by the
-- first sweep. erased: 0 nothing, 1 what was told in words, 2 contact details and names too.
ALTER TABLE case_record ADD COLUMN ended BIGINT;
ALTER TABLE case_record ADD COLUMN erased BIGINT NOT NULL DEFAULT 0;
CREATE INDEX case_ended ON case_record (erased, ended) WHERE ended IS NOT NULL;
ALTER TABLE offer ADD COLUMN ended BIGINT;
ALTER TABLE offer ADD COLUMN erased BIGINT NOT NULL DEFAULT 0;
CREATE INDEX offer_ended ON offer (erased, ended) WHERE ended IS NOT NULL;
ALTER TABLE match_record ADD COLUMN ended BIGINT;
ALTER TABLE match_record ADD COLUMN erased BIGINT NOT NULL DEFAULT 0;
CREATE INDEX match_ended ON match_record (erased, ended) WHERE ended IS NOT NULL;
ALTER TABLE concern ADD COLUMN ended BIGINT;
ALTER TABLE concern ADD COLUMN erased BIGINT NOT NULL DEFAULT 0;
CREATE INDEX concern_ended ON concern (erased, ended) WHERE ended IS NOT NULL;
-- When something was last noted of them, and whether they are barred.
ALTER TABLE volunteer ADD COLUMN touched BIGINT NOT NULL DEFAULT 0;
ALTER TABLE volunteer ADD COLUMN barred BIGINT NOT NULL DEFAULT 0;
CREATE INDEX volunteer_touched ON volunteer (barred, touched);
-- How much of a row of the trail is blank: 0 nothing, 1 reasons, 2 names too, 3 neighbours and residents
-- too, 4 everybody.
ALTER TABLE case_event ADD COLUMN blanked BIGINT NOT NULL DEFAULT 0;
CREATE INDEX case_event_at ON case_event (at) WHERE blanked < 4;
CREATE INDEX referral_case ON referral (case_id);
CREATE INDEX briefing_at ON briefing (at);
CREATE INDEX malformed_at ON malformed (at);

-- All that a person told, live or over.
CREATE INDEX case_teller ON case_record (resident_connector, resident);
CREATE INDEX offer_teller ON offer (neighbour_connector, neighbour);

-- What must not be erased. sort: case, offer, concern or person; a person is CONNECTOR/NUMBER.
CREATE TABLE legal_hold (
    sort TEXT NOT NULL,
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (sort, subject)
);

-- What is left of cases: how many of what sort ended how, by the week in which they did.
CREATE TABLE case_count (
    week BIGINT NOT NULL,
    category TEXT NOT NULL,
    area TEXT NOT NULL,
    outcome TEXT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (week, category, area, outcome)
) {keyed};
