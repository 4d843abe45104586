//! The statements that carry out the retention table.

use super::dialect::Dialect;
use super::row::{Sql, text};

/// The statements of [`super::purge`].
#[derive(Debug)]
pub(super) struct PurgeSql {
    /// What is over since a moment and not yet erased so far, after an identifier.
    pub(super) cases: Sql,
    pub(super) offers: Sql,
    pub(super) matches: Sql,
    pub(super) concerns: Sql,
    pub(super) referrals: Sql,
    pub(super) holds: Sql,
    /// What goes with a record.
    pub(super) delete_cases: [Sql; 3],
    pub(super) delete_offers: Sql,
    pub(super) delete_matches: Sql,
    pub(super) delete_concerns: Sql,
    pub(super) delete_belongings: [Sql; 3],
    pub(super) count: Sql,
    pub(super) remember: Sql,
}

impl PurgeSql {
    pub(super) fn new(dialect: Dialect) -> Self {
        let ids = dialect.rows(1, &[text("id")]);
        let subjects = dialect.rows(1, &[text("subject"), text("sort")]);
        let over = |table: &str| -> Sql {
            format!(
                "SELECT t.id FROM {table} AS t WHERE t.erased = $1 AND t.ended <= $2 AND t.id > $3 ORDER BY t.id LIMIT $4"
            )
            .into()
        };
        let delete = |table: &str, column: &str, further: &str| -> Sql {
            format!("DELETE FROM {table} WHERE {column} IN (SELECT r.id FROM {ids}){further}")
                .into()
        };
        let of_subjects = |table: &str, also: &str| -> Sql {
            format!(
                "DELETE FROM {table} WHERE {also} IN (SELECT t.{also} FROM {subjects} CROSS JOIN {from} AS t \
                 WHERE t.subject = r.subject AND t.sort = r.sort)",
                from = if table == "report" { "report" } else { "post" },
            )
            .into()
        };
        Self {
            cases: over("case_record"),
            offers: over("offer"),
            matches: over("match_record"),
            concerns: over("concern"),
            referrals: format!(
                "SELECT {} FROM referral AS t WHERE t.case_id IN (SELECT r.id FROM {ids})",
                super::row::names_of("t", <super::records::ReferralRow as super::row::Row>::COLUMNS)
            )
            .into(),
            holds: "SELECT sort, subject AS id FROM legal_hold".into(),
            delete_cases: [
                delete("match_record", "case_id", " AND live = 0"),
                delete("referral", "case_id", ""),
                delete("case_record", "id", ""),
            ],
            delete_offers: delete("offer", "id", ""),
            delete_matches: delete("match_record", "id", ""),
            delete_concerns: delete("concern", "id", ""),
            delete_belongings: [
                format!(
                    "DELETE FROM outbox WHERE state <> 'leased' AND post IN (SELECT t.key FROM {subjects} CROSS JOIN post AS t \
                     WHERE t.subject = r.subject AND t.sort = r.sort)"
                )
                .into(),
                of_subjects("post", "key"),
                of_subjects("report", "id"),
            ],
            count: "INSERT INTO case_count (week, category, area, outcome, number) VALUES ($1, $2, $3, $4, 1) \
                 ON CONFLICT (week, category, area, outcome) DO UPDATE SET number = case_count.number + 1"
                .into(),
            remember: "INSERT INTO counter (name, value) VALUES ('purged', $1) \
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value"
                .into(),
        }
    }
}

/// Rows that go by their age alone.
#[derive(Debug)]
pub(super) struct Plain {
    /// The table.
    pub(super) table: &'static str,
    /// What names a row.
    key: &'static str,
    /// Which rows, as `t`; `$1` is the moment before which they go.
    condition: String,
}

impl Plain {
    pub(super) fn new(
        table: &'static str,
        key: &'static str,
        condition: impl Into<String>,
    ) -> Self {
        Self {
            table,
            key,
            condition: condition.into(),
        }
    }

    pub(super) fn delete(&self) -> Sql {
        let Self {
            table,
            key,
            condition,
        } = self;
        let names: Vec<_> = key.split(", ").map(|name| format!("t.{name}")).collect();
        let names = names.join(", ");
        format!("DELETE FROM {table} WHERE ({key}) IN (SELECT {names} FROM {table} AS t WHERE {condition} LIMIT $2)")
            .into()
    }

    pub(super) fn count(&self) -> Sql {
        let Self {
            table, condition, ..
        } = self;
        format!("SELECT COUNT(*) AS number FROM {table} AS t WHERE {condition}").into()
    }
}

/// Whether none of these columns names somebody who is held.
pub(super) fn not_held(columns: &[&str]) -> String {
    let people: Vec<_> = columns
        .iter()
        .map(|column| format!("h.subject = t.connector || '/' || t.{column}"))
        .collect();
    format!(
        "NOT EXISTS (SELECT 1 FROM legal_hold AS h WHERE h.sort = 'person' AND ({}))",
        people.join(" OR ")
    )
}
