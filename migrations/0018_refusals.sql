-- What people were not let do: who, where and what, for the audit. No words of theirs, and no names.
CREATE TABLE refusal (
    seq {sequence},
    at BIGINT NOT NULL,
    connector TEXT NOT NULL,
    person TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX refusal_at ON refusal (at, seq);
CREATE INDEX refusal_person ON refusal (connector, person);
