-- What a look-up reads is kept small: keys as the numbers that they are, with nothing beside them but the case (whose
-- identifier says how new it is), and beside each case what its tellings left, apart from the rest of it.
ALTER TABLE case_record ADD COLUMN compared TEXT NOT NULL DEFAULT '[]';
UPDATE case_record SET compared = COALESCE({body} ->> 'compared', '[]');

ALTER TABLE case_key RENAME TO old_case_key;
CREATE TABLE case_key (
    key BIGINT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (key, case_id)
) {keyed};
INSERT INTO case_key (key, case_id) SELECT CAST(key AS BIGINT), case_id FROM old_case_key;
DROP TABLE old_case_key;
