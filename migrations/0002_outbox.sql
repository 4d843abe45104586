-- What kith has promised to send, the messages that it keeps up to date, and who owns what between processes.

-- A message that kith posted, or will post, and keeps up to date.
CREATE TABLE post (
    key TEXT PRIMARY KEY,
    sort TEXT NOT NULL,
    subject TEXT NOT NULL,
    connector TEXT NOT NULL,
    channel TEXT NOT NULL,
    message TEXT
) {keyed};
CREATE INDEX post_subject ON post (subject, sort);

-- An effect that is promised and not yet done; what is done is deleted.
-- turn: 0 where it is urgent, otherwise 1. due: when it may be tried, when its lease ends, or when it was given up.
-- post: several effects of one post that wait are one.
CREATE TABLE outbox (
    seq {sequence},
    id TEXT NOT NULL UNIQUE,
    connector TEXT NOT NULL,
    queue TEXT NOT NULL,
    turn BIGINT NOT NULL,
    post TEXT UNIQUE,
    state TEXT NOT NULL,
    due BIGINT NOT NULL,
    expires BIGINT,
    generation BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    promised BIGINT NOT NULL,
    why TEXT,
    act TEXT NOT NULL
);
CREATE INDEX outbox_turn ON outbox (connector, turn, seq) WHERE state <> 'dead';
CREATE INDEX outbox_queue ON outbox (connector, queue, turn, seq) WHERE state <> 'dead';
-- What of a queue has still to wait: without it, a look behind thousands that wait reads them all.
CREATE INDEX outbox_due ON outbox (connector, queue, due, turn, seq) WHERE state <> 'dead';
CREATE INDEX outbox_dead ON outbox (due) WHERE state = 'dead';

-- Who may do what, until when.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    until BIGINT NOT NULL
);
