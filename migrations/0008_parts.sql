-- What somebody told that is part of another case: they see it among their own, without finding it by all that they told.

CREATE INDEX case_part ON case_record (resident_connector, resident) WHERE state = 'merged';
