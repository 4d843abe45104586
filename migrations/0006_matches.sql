-- Cases paired with offers, and what finds one for the other.

CREATE TABLE match_record (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    offer_id TEXT NOT NULL,
    state TEXT NOT NULL,
    live BIGINT NOT NULL,
    asking BIGINT NOT NULL,
    due BIGINT,
    concern TEXT,
    neighbour_connector TEXT NOT NULL,
    neighbour TEXT NOT NULL,
    resident_connector TEXT NOT NULL,
    resident TEXT NOT NULL,
    at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX match_case ON match_record (case_id);
CREATE INDEX match_offer ON match_record (offer_id) WHERE live = 1;
CREATE INDEX match_neighbour ON match_record (neighbour_connector, neighbour);
CREATE INDEX match_resident ON match_record (resident_connector, resident);
CREATE INDEX match_concern ON match_record (concern) WHERE concern IS NOT NULL;
CREATE INDEX match_due ON match_record (due) WHERE due IS NOT NULL;
-- No neighbour is asked about two cases at once, whichever process asks.
CREATE UNIQUE INDEX match_asking ON match_record (neighbour_connector, neighbour) WHERE asking = 1;

-- Under what a case with the hub is found by new offers, and an open offer by cases: kind of help and place.
CREATE TABLE match_key (
    sort TEXT NOT NULL,
    key TEXT NOT NULL,
    at BIGINT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (sort, key, at, id)
) {keyed};
CREATE INDEX match_key_id ON match_key (id, sort);
