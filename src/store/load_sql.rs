//! The statements that read what a batch is decided from.

use super::dialect::Dialect;
use super::records::{
    CandidateRow, CaseRow, ConcernRow, DialogueRow, MatchRow, OfferRow, PostRow, ReferralRow,
    ReportRow, VolunteerRow,
};
use super::row::{Row, Sql, names_of, row, text, whole};
use super::settings::{BriefingRow, ModeratorRow};
use crate::domain::decision::{LEAST_IN_COMMON, LIKELIEST};
use crate::domain::matching::{IN_THE_PLACE, OF_THE_SAME_LETTERS};

/// So many of the newest cases with one duplicate key are loaded: a telling has a dozen keys, and in a busy area one of
/// them, place and kind of help, is shared by many.
const SAME_KEY: u8 = 10;
/// So many of all offers, or cases, that are found for one that looks for a match are weighed: the nearest, and of those the
/// newest.
const FITS: u8 = 100;
/// So many of the newest are looked at under a key that says little, or that is one of a dozen: a row costs microseconds, and
/// with as many of each it was three thousand.
const FEW_FITS: u8 = 12;

/// So many of the newest open concerns are listed.
const OPEN_CONCERNS: u8 = 100;

/// What else is found of a person besides cases and offers.
pub(super) const DIALOGUE: &str = "dialogue";
pub(super) const BRIEFING: &str = "briefing";

/// The statements that read what a decision is made from.
#[derive(Debug)]
pub(super) struct LoadSql {
    pub(super) sources: Sql,
    pub(super) codes: Sql,
    pub(super) people: Sql,
    pub(super) parts_of: Sql,
    pub(super) dialogues: Sql,
    pub(super) briefings: Sql,
    pub(super) matches: Sql,
    pub(super) matches_of_cases: Sql,
    pub(super) matches_of_offers: Sql,
    pub(super) matches_of_concerns: Sql,
    pub(super) matches_of_neighbours: Sql,
    pub(super) matches_of_residents: Sql,
    pub(super) volunteers: Sql,
    pub(super) fits: Sql,
    pub(super) offers: Sql,
    pub(super) referrals: Sql,
    pub(super) references: Sql,
    pub(super) candidates: Sql,
    pub(super) cases: Sql,
    pub(super) cases_locked: Sql,
    pub(super) offers_locked: Sql,
    pub(super) concerns_locked: Sql,
    pub(super) open_concerns: Sql,
    pub(super) reports: Sql,
    pub(super) posts: Sql,
    pub(super) moderators: Sql,
}

row! {
    /// Which record is meant.
    SubjectRow in "case_record" { sort: String, id: String }
}

impl LoadSql {
    pub(super) fn new(dialect: Dialect) -> Self {
        let ids = dialect.rows(1, &[text("id")]);
        let people = dialect.rows(1, &[text("connector"), text("person"), whole("since")]);
        let by_id = |table: &str, columns: String, lock: &str| -> Sql {
            format!(
                "SELECT {columns} FROM {table} AS t WHERE t.id IN (SELECT r.id FROM {ids}) \
                 ORDER BY t.id {lock}"
            )
            .into()
        };
        let found = |same: &str, by: &[super::row::Column]| -> Sql {
            format!(
                "SELECT {} FROM {} CROSS JOIN {} AS t WHERE {same}",
                names_of("t", MatchRow::COLUMNS),
                dialect.rows(1, by),
                MatchRow::TABLE,
            )
            .into()
        };
        let oldest = |of: u8| {
            format!(
                "(SELECT n.at FROM match_key AS n WHERE n.sort = r.sort AND n.key = r.key \
                 ORDER BY n.at DESC LIMIT 1 OFFSET {})",
                of - 1
            )
        };
        let lock = dialect.lock();
        Self {
            sources: joined::<ReportRow>(dialect, &["connector", "channel", "message"]),
            codes: format!(
                "SELECT 'case' AS sort, t.id FROM case_record AS t WHERE t.code IN (SELECT r.id FROM {ids}) \
                 UNION ALL SELECT 'offer', t.id FROM offer AS t WHERE t.code IN (SELECT r.id FROM {ids}) \
                 UNION ALL SELECT 'concern', t.id FROM concern AS t WHERE t.code IN (SELECT r.id FROM {ids})"
            )
            .into(),
            people: format!(
                "SELECT 'case' AS sort, t.id FROM {people} CROSS JOIN case_record AS t \
                 WHERE t.live = 1 AND t.resident_connector = r.connector AND t.resident = r.person \
                 UNION ALL SELECT 'offer', t.id FROM {people} CROSS JOIN offer AS t \
                 WHERE t.live = 1 AND t.neighbour_connector = r.connector AND t.neighbour = r.person \
                 UNION ALL SELECT 'concern', t.id FROM {people} CROSS JOIN concern AS t \
                 WHERE t.person_connector = r.connector AND t.person = r.person AND t.told >= r.since \
                 UNION ALL SELECT '{DIALOGUE}', t.person FROM {people} CROSS JOIN dialogue AS t \
                 WHERE t.connector = r.connector AND t.person = r.person \
                 UNION ALL SELECT '{BRIEFING}', t.person FROM {people} CROSS JOIN briefing AS t \
                 WHERE t.connector = r.connector AND t.person = r.person"
            )
            .into(),
            parts_of: format!(
                "SELECT 'case' AS sort, t.id FROM {people} CROSS JOIN case_record AS t \
                 WHERE t.state = 'merged' AND t.resident_connector = r.connector AND t.resident = r.person"
            )
            .into(),
            dialogues: joined::<DialogueRow>(dialect, &["connector", "person"]),
            briefings: joined::<BriefingRow>(dialect, &["connector", "person"]),
            matches: by_id(MatchRow::TABLE, names_of("t", MatchRow::COLUMNS), ""),
            matches_of_cases: found("t.case_id = r.id", &[text("id")]),
            matches_of_offers: found("t.offer_id = r.id AND t.live = 1", &[text("id")]),
            matches_of_concerns: found("t.concern = r.id", &[text("id")]),
            matches_of_neighbours: found(
                "t.neighbour_connector = r.connector AND t.neighbour = r.person \
                 AND (t.live = 1 OR t.concern IS NOT NULL)",
                &[text("connector"), text("person")],
            ),
            matches_of_residents: found(
                "t.resident_connector = r.connector AND t.resident = r.person",
                &[text("connector"), text("person")],
            ),
            volunteers: joined::<VolunteerRow>(dialect, &["connector", "person"]),
            fits: format!(
                "WITH r AS MATERIALIZED (SELECT r.seeker, r.sort, r.key, r.weight FROM {}), \
                 found AS (SELECT r.seeker, k.sort, k.id, MAX(r.weight) AS weight, MAX(k.at) AS at \
                 FROM r CROSS JOIN match_key AS k WHERE k.sort = r.sort AND k.key = r.key AND k.at >= \
                 COALESCE(CASE WHEN r.weight = {IN_THE_PLACE} OR r.weight = {OF_THE_SAME_LETTERS} THEN {} ELSE {} END, {}) \
                 GROUP BY r.seeker, k.sort, k.id), \
                 placed AS (SELECT sort, id, ROW_NUMBER() OVER \
                 (PARTITION BY seeker ORDER BY weight DESC, at DESC, id) AS place FROM found) \
                 SELECT DISTINCT sort, id FROM placed WHERE place <= {FITS}",
                dialect.rows(1, &[whole("seeker"), text("sort"), text("key"), whole("weight")]),
                oldest(FITS),
                oldest(FEW_FITS),
                i64::MIN + 1
            )
            .into(),
            offers: by_id(OfferRow::TABLE, names_of("t", OfferRow::COLUMNS), ""),
            referrals: by_id(ReferralRow::TABLE, names_of("t", ReferralRow::COLUMNS), ""),
            references: joined::<ReferralRow>(dialect, &["destination", "reference"]),
            candidates: candidates(dialect),
            cases: by_id(CaseRow::TABLE, names_of("t", CaseRow::COLUMNS), ""),
            cases_locked: by_id(CaseRow::TABLE, names_of("t", CaseRow::COLUMNS), lock),
            offers_locked: by_id(OfferRow::TABLE, names_of("t", OfferRow::COLUMNS), lock),
            concerns_locked: by_id(ConcernRow::TABLE, names_of("t", ConcernRow::COLUMNS), lock),
            open_concerns: format!(
                "SELECT 'concern' AS sort, t.id FROM concern AS t WHERE t.state <> 'closed' \
                 ORDER BY t.at DESC LIMIT {OPEN_CONCERNS}"
            )
            .into(),
            reports: joined::<ReportRow>(dialect, &["subject", "sort"]),
            posts: joined::<PostRow>(dialect, &["subject", "sort"]),
            moderators: joined::<ModeratorRow>(dialect, &["connector", "community"]),
        }
    }
}

/// Of each key its newest cases, since identifiers grow with time; of these those with most in common.
fn candidates(dialect: Dialect) -> Sql {
    format!(
        "WITH found AS (SELECT r.telling, k.case_id, SUM(r.weight) AS weight \
         FROM {} CROSS JOIN case_key AS k WHERE k.key = r.key AND k.case_id >= COALESCE(\
         (SELECT n.case_id FROM case_key AS n WHERE n.key = r.key \
         ORDER BY n.case_id DESC LIMIT 1 OFFSET {}), '') \
         GROUP BY r.telling, k.case_id HAVING SUM(r.weight) >= {LEAST_IN_COMMON}), \
         placed AS (SELECT telling, case_id, ROW_NUMBER() OVER \
         (PARTITION BY telling ORDER BY weight DESC, case_id DESC) AS place FROM found) \
         SELECT p.telling, {} FROM placed AS p CROSS JOIN case_record AS t \
         WHERE p.place <= {LIKELIEST} AND t.id = p.case_id",
        dialect.rows(1, &[whole("telling"), whole("key"), whole("weight")]),
        SAME_KEY - 1,
        names_of("t", &CandidateRow::COLUMNS[1..]),
    )
    .into()
}

/// Rows by some of their columns, all of text. The cross join keeps SQLite from reading the table from end to end.
fn joined<R: Row>(dialect: Dialect, by: &[&'static str]) -> Sql {
    let columns: Vec<_> = by.iter().map(|name| text(name)).collect();
    let same: Vec<_> = by
        .iter()
        .map(|name| format!("t.{name} = r.{name}"))
        .collect();
    format!(
        "SELECT {} FROM {} CROSS JOIN {} AS t WHERE {}",
        names_of("t", R::COLUMNS),
        dialect.rows(1, &columns),
        R::TABLE,
        same.join(" AND ")
    )
    .into()
}
