-- The queue is looked at by priority, age, category, place and holder, a page at a time.
-- rank: priority first, then how soon help is needed; 0 to 15, the smaller comes first.
-- categories, area: words, each between spaces; an area of none means everywhere.
-- {body} stands for the column body as JSON.
ALTER TABLE case_record ADD COLUMN rank BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_record ADD COLUMN changed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_record ADD COLUMN categories TEXT NOT NULL DEFAULT '';
ALTER TABLE case_record ADD COLUMN outcode TEXT;
ALTER TABLE case_record ADD COLUMN area TEXT NOT NULL DEFAULT '';
ALTER TABLE case_record ADD COLUMN holder_connector TEXT;
ALTER TABLE case_record ADD COLUMN holder TEXT;

UPDATE case_record SET
    rank = 3 - urgency + 4 * CASE {body} -> 'triaged' ->> 'priority' WHEN 'p1' THEN 0 WHEN 'p2' THEN 1 WHEN 'p4' THEN 3 ELSE 2 END,
    changed = CAST({body} ->> 'changed' AS BIGINT),
    categories = REPLACE(REPLACE(REPLACE(REPLACE({body} ->> 'categories', '[', ' '), ']', ' '), '"', ''), ',', ' '),
    outcode = {body} ->> 'outcode',
    area = REPLACE(REPLACE(REPLACE(REPLACE({body} ->> 'area', '[', ' '), ']', ' '), '"', ''), ',', ' '),
    holder_connector = {body} -> 'state' -> 'by' ->> 'connector',
    holder = {body} -> 'state' -> 'by' ->> 'id';
UPDATE case_record SET categories = '' WHERE categories = '  ';
UPDATE case_record SET area = '' WHERE area = '  ';

DROP INDEX case_queue;
-- Beside the order stand the short columns that filters look at, so that what is passed over is not read.
CREATE INDEX case_queue ON case_record (rank, at, id, with_hub, state, changed, outcode, categories) WHERE with_hub = 1;
CREATE INDEX case_age ON case_record (at, id, with_hub, rank, state, changed, outcode, categories) WHERE with_hub = 1;
CREATE INDEX case_holder ON case_record (holder_connector, holder) WHERE holder IS NOT NULL;
