//! What every column of the database holds about people, and the rules by which it goes.

use super::Rule;

/// Some columns of one table.
#[derive(Clone, Copy, Debug)]
pub struct Holding {
    /// The table.
    pub table: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
    /// What is in them about a person; empty where that is nothing.
    pub what: &'static str,
    /// The rules by which it goes, each taking some of it; none where it is nothing about a person, or goes otherwise.
    pub rules: &'static [Rule],
}

const fn nothing(table: &'static str, columns: &'static [&'static str]) -> Holding {
    Holding {
        table,
        columns,
        what: "",
        rules: &[],
    }
}

const fn held(
    table: &'static str,
    columns: &'static [&'static str],
    (what, rules): (&'static str, &'static [Rule]),
) -> Holding {
    Holding {
        table,
        columns,
        what,
        rules,
    }
}

const RECORD: &[Rule] = &[Rule::Cases];
const BODY: &[Rule] = &[Rule::Words, Rule::Details, Rule::Cases];
const CONCERN: &[Rule] = &[Rule::Concerns, Rule::ConcernReceipts];
const VOLUNTEER: &[Rule] = &[Rule::Volunteers, Rule::Bars];

/// Every column of every table. A test compares it with the schema of both databases.
pub const HOLDINGS: &[Holding] = &[
    nothing(
        "area_point",
        &[
            "outcode",
            "letters",
            "grid",
            "east",
            "north",
            "postcodes",
            "at",
        ],
    ),
    held(
        "briefing",
        &["connector", "person", "version", "at"],
        ("who has read the rules", &[Rule::Briefings]),
    ),
    held(
        "case_category",
        &["category", "outcode", "area", "state", "rank", "at", "id"],
        ("what a case with the hub is about", RECORD),
    ),
    nothing(
        "case_count",
        &["week", "category", "area", "outcome", "number"],
    ),
    held(
        "case_event",
        &["seq", "sort", "subject", "at"],
        ("that something happened to a record", &[]),
    ),
    held(
        "case_event",
        &["body"],
        (
            "who did what, and why",
            &[Rule::Words, Rule::Details, Rule::Cases, Rule::Audit],
        ),
    ),
    nothing("case_event", &["blanked"]),
    held(
        "case_key",
        &["key", "case_id"],
        ("keyed hashes, while the case is live", &[Rule::Words]),
    ),
    held("case_record", &["body"], ("the case", BODY)),
    held(
        "case_record",
        &["compared"],
        ("keyed hashes", &[Rule::Words]),
    ),
    held(
        "case_record",
        &["resident_connector", "resident"],
        ("the platform's number of the resident", RECORD),
    ),
    held(
        "case_record",
        &["holder_connector", "holder"],
        ("the platform's number of staff, while they hold it", RECORD),
    ),
    held(
        "case_record",
        &[
            "id",
            "code",
            "state",
            "live",
            "with_hub",
            "due",
            "urgency",
            "connector",
            "channel",
            "at",
            "version",
            "rank",
            "changed",
            "categories",
            "outcode",
            "area",
            "ended",
            "erased",
        ],
        (
            "what the case is about, roughly where, and where it stands",
            RECORD,
        ),
    ),
    held(
        "channel",
        &["connector", "channel", "community", "body"],
        (
            "the platform's number of who set it up, until kith is removed from the group",
            &[],
        ),
    ),
    held("concern", &["body"], ("the concern", CONCERN)),
    held(
        "concern",
        &["person_connector", "person"],
        ("the platform's number of the person", &[Rule::Concerns]),
    ),
    held(
        "concern",
        &[
            "id",
            "code",
            "state",
            "connector",
            "channel",
            "at",
            "told",
            "due",
            "version",
            "ended",
            "erased",
        ],
        ("that there is a concern", &[Rule::ConcernReceipts]),
    ),
    held(
        "correction",
        &[
            "id",
            "connector",
            "community",
            "author",
            "corrector",
            "at",
            "body",
        ],
        (
            "a misread message, who wrote it and who said so",
            &[Rule::Corrections],
        ),
    ),
    nothing("counter", &["name", "value"]),
    nothing("cursor", &["connector", "name", "value"]),
    // Left alone for an hour it is over, whatever the settings say.
    held(
        "dialogue",
        &["connector", "person", "channel", "touched", "body"],
        ("who is asked what in private, for an hour", &[]),
    ),
    nothing("key_check", &["sort", "hash"]),
    nothing("lease", &["name", "owner", "until"]),
    // What a lead holds stays until a lead lets it go.
    held(
        "legal_hold",
        &["sort", "subject", "at", "body"],
        ("what must not be erased, who says so and why", &[]),
    ),
    held(
        "malformed",
        &["seq", "at", "raw", "error"],
        ("what a platform sent, as it came", &[Rule::Malformed]),
    ),
    held(
        "match_key",
        &["sort", "key", "at", "id"],
        ("what an open case or offer is about", RECORD),
    ),
    held(
        "match_record",
        &["body"],
        (
            "who is matched with whom, and how it went",
            &[Rule::Details, Rule::Cases],
        ),
    ),
    held(
        "match_record",
        &[
            "neighbour_connector",
            "neighbour",
            "resident_connector",
            "resident",
        ],
        ("the platform's numbers of the two", RECORD),
    ),
    held(
        "match_record",
        &[
            "id", "case_id", "offer_id", "state", "live", "asking", "due", "concern", "at",
            "version", "ended", "erased",
        ],
        ("where the match stands", RECORD),
    ),
    held(
        "moderator",
        &["connector", "community", "body"],
        (
            "the platform's numbers of moderators, until kith is removed from the group",
            &[],
        ),
    ),
    held("offer", &["body"], ("the offer", BODY)),
    held(
        "offer",
        &["neighbour_connector", "neighbour"],
        ("the platform's number of the neighbour", RECORD),
    ),
    held(
        "offer",
        &[
            "id",
            "code",
            "state",
            "live",
            "due",
            "connector",
            "channel",
            "at",
            "version",
            "ended",
            "erased",
        ],
        ("where the offer stands", RECORD),
    ),
    held(
        "outbox",
        &["act", "queue", "post"],
        ("what is promised, and to whom", &[Rule::Outbox]),
    ),
    held(
        "outbox",
        &[
            "seq",
            "id",
            "connector",
            "turn",
            "state",
            "due",
            "expires",
            "generation",
            "attempts",
            "promised",
            "why",
        ],
        ("how far it has come", &[Rule::Outbox]),
    ),
    held(
        "post",
        &["key", "sort", "subject", "connector", "channel", "message"],
        ("which messages are kith's own", RECORD),
    ),
    held(
        "receipt",
        &["connector", "key", "at"],
        ("the platform's number of a message", &[Rule::Receipts]),
    ),
    held(
        "referral",
        &["body"],
        ("what the destination said", &[Rule::Words, Rule::Cases]),
    ),
    held(
        "referral",
        &["id", "case_id", "destination", "reference", "at"],
        ("where a case went", RECORD),
    ),
    held(
        "report",
        &["body"],
        ("what was told, in words, by whom", BODY),
    ),
    held(
        "report",
        &[
            "id",
            "sort",
            "subject",
            "connector",
            "channel",
            "message",
            "at",
        ],
        ("which message told it", RECORD),
    ),
    held(
        "refusal",
        &["seq", "at", "connector", "person", "body"],
        ("who tried what they may not do", &[Rule::Refusals]),
    ),
    nothing(
        "schema_migration",
        &["version", "name", "checksum", "applied_at"],
    ),
    held(
        "volunteer",
        &[
            "id",
            "connector",
            "person",
            "version",
            "body",
            "touched",
            "barred",
        ],
        (
            "what was checked of whom, by which lead, and why they may not be asked",
            VOLUNTEER,
        ),
    ),
];
