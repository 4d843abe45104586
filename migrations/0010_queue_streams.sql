-- The queue is read in streams: the cases of one state and rank, in one area, in the order in which they began. Each index
-- and the table below hold streams together, so that a page costs the same however many cases there are.
-- An outcode that is not known is '', so that it can be looked for like another.
UPDATE case_record SET outcode = '' WHERE outcode IS NULL;

DROP INDEX case_queue;
DROP INDEX case_age;
DROP INDEX case_holder;
-- Beside the order stand the short columns that are looked at, so that the rows themselves are not read.
CREATE INDEX case_queue ON case_record (state, rank, at, id, changed, with_hub) WHERE with_hub = 1;
CREATE INDEX case_area ON case_record (area, state, rank, at, id, changed, with_hub) WHERE with_hub = 1;
CREATE INDEX case_outcode ON case_record (outcode, area, state, rank, at, id, changed, with_hub) WHERE with_hub = 1;
-- What one person holds is little.
CREATE INDEX case_holder ON case_record (holder_connector, holder) WHERE holder IS NOT NULL AND with_hub = 1;

-- The streams of one kind of help: a case is about several. An outcode of * is any.
CREATE TABLE case_category (
    category TEXT NOT NULL,
    outcode TEXT NOT NULL,
    area TEXT NOT NULL,
    state TEXT NOT NULL,
    rank BIGINT NOT NULL,
    at BIGINT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (category, outcode, area, state, rank, at, id)
) {keyed};
INSERT INTO case_category (category, outcode, area, state, rank, at, id)
SELECT k.column1, CASE o.column1 WHEN 0 THEN '*' ELSE t.outcode END, t.area, t.state, t.rank, t.at, t.id
FROM case_record AS t
CROSS JOIN (VALUES ('food'), ('shopping'), ('prescription'), ('social'), ('wellbeing'), ('health'), ('ppe'), ('care'),
    ('childcare'), ('transport'), ('energy'), ('money'), ('housing'), ('household'), ('digital'), ('language'), ('pets'),
    ('practical'), ('emergency'), ('information'), ('volunteering'), ('other')) AS k
CROSS JOIN (VALUES (0), (1)) AS o
WHERE t.with_hub = 1 AND t.categories LIKE '% ' || k.column1 || ' %';

-- A hash of nothing secret, made with the key of the hashes: with another key it comes out otherwise.
CREATE TABLE key_check (
    sort TEXT PRIMARY KEY,
    hash BIGINT NOT NULL
);
