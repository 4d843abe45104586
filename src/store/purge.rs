//! Carrying out the retention table: a few records at a time, each part a transaction of its own, so that nobody waits
//! long for the writer. What is held is left as it is.

use super::Store;
use super::error::StoreError;
use super::purge_records::Purge;
use super::purge_sql::{Plain, not_held};
use super::queries::NumberRow;
use super::row::{execute, fetch, query, row};
use super::transaction::Transaction;
use crate::domain::clock::Timestamp;
use crate::domain::hold::Holds;
use crate::domain::ids::Draw;
use crate::domain::retention::{Erased, Rule, Terms};

/// So many rows that go by their age alone.
pub(super) const ROWS_TOGETHER: i64 = 500;

row! {
    HeldRow in "legal_hold" { sort: String, id: String }
}

/// What a part of the purge is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Cases(Erased),
    Offers(Erased),
    Matches(Erased),
    Concerns(Erased),
    /// Rows that go by their age alone.
    Rows,
    Trail,
}

/// One part of the purge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurgeStep {
    /// The rule that it carries out.
    pub rule: Rule,
    target: Target,
}

/// Every part, in the order in which to carry them out.
pub const PURGE: [PurgeStep; 19] = {
    use Erased::{Details, Nothing, Words};
    use Target::{Cases, Concerns, Matches, Offers, Rows, Trail};
    const fn step(rule: Rule, target: Target) -> PurgeStep {
        PurgeStep { rule, target }
    }
    [
        step(Rule::Words, Cases(Nothing)),
        step(Rule::Words, Offers(Nothing)),
        step(Rule::Details, Cases(Words)),
        step(Rule::Details, Offers(Words)),
        step(Rule::Details, Matches(Nothing)),
        step(Rule::Cases, Cases(Details)),
        step(Rule::Cases, Offers(Details)),
        step(Rule::Cases, Matches(Words)),
        step(Rule::Concerns, Concerns(Nothing)),
        step(Rule::ConcernReceipts, Concerns(Words)),
        step(Rule::Corrections, Rows),
        step(Rule::Outbox, Rows),
        step(Rule::Malformed, Rows),
        step(Rule::Receipts, Rows),
        step(Rule::Volunteers, Rows),
        step(Rule::Bars, Rows),
        step(Rule::Briefings, Rows),
        step(Rule::Audit, Trail),
        step(Rule::Refusals, Rows),
    ]
};

/// How to purge.
#[derive(Clone, Copy, Debug)]
pub struct Purging<'t> {
    /// How long what is kept.
    pub terms: &'t Terms,
    /// The present moment.
    pub now: Timestamp,
    /// Whether to do it, or only to say what would go.
    pub really: bool,
}

/// What came of one part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PurgePage {
    /// How many records or rows went, or lost what the rule takes.
    pub gone: u64,
    /// How many stayed because they are held.
    pub held: u64,
    /// Where the next part begins; none where this was the last.
    pub next: Option<String>,
}

impl Store {
    /// When the whole table was last carried out.
    pub async fn purged_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let sql = query(&self.statements.queries.counter).bind("purged");
        let rows: Vec<NumberRow> = fetch(sql, &mut *self.reading().await?).await?;
        Ok(super::number(&rows).map(Timestamp::from_millis))
    }

    /// Remembers that the whole table was carried out.
    pub async fn note_purged(&self, now: Timestamp) -> Result<(), StoreError> {
        let sql = query(&self.statements.purge.remember).bind(now.as_millis());
        execute(sql, &mut *self.writing().await?).await?;
        Ok(())
    }

    /// Carries out a part of one step: what comes after `after`, which is empty at first.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else changed one of the records meanwhile: nothing was done, try again.
    pub async fn purge(
        &self,
        step: PurgeStep,
        purging: Purging<'_>,
        (after, draw): (&str, &mut Draw),
    ) -> Result<PurgePage, StoreError> {
        let before = purging.terms.before(step.rule, purging.now);
        if step.target == Target::Rows {
            return self.purge_rows(step.rule, (before, purging.really)).await;
        }
        let mut purge = Purge {
            transaction: self.begin().await?,
            holds: Holds::default(),
            now: purging.now,
            before,
            page: PurgePage::default(),
        };
        purge.holds = purge.transaction.holds().await?;
        match step.target {
            Target::Cases(from) => purge.cases(from, after, draw).await?,
            Target::Offers(from) => purge.offers(from, after, draw).await?,
            Target::Matches(from) => purge.matches(from, after).await?,
            Target::Concerns(from) => purge.concerns(from, after, draw).await?,
            Target::Trail => purge.trail().await?,
            Target::Rows => {}
        }
        if purging.really {
            purge.transaction.commit().await?;
        } else if step.target == Target::Trail {
            // Without writing, the next part would be the same.
            purge.page.next = None;
        }
        Ok(purge.page)
    }

    async fn purge_rows(
        &self,
        rule: Rule,
        (before, really): (Timestamp, bool),
    ) -> Result<PurgePage, StoreError> {
        let Some(rows) = plain(rule) else {
            return Ok(PurgePage::default());
        };
        let mut connection = self.writing().await?;
        let before = before.as_millis();
        let gone = if really {
            let delete = query(&rows.delete()).bind(before).bind(ROWS_TOGETHER);
            execute(delete, &mut connection).await?
        } else {
            let count = query(&rows.count()).bind(before);
            let counted: Vec<NumberRow> = fetch(count, &mut connection).await?;
            super::number(&counted).unwrap_or(0).unsigned_abs()
        };
        let all = ROWS_TOGETHER.unsigned_abs();
        Ok(PurgePage {
            gone,
            held: 0,
            next: (really && gone == all).then(|| rows.table.to_owned()),
        })
    }
}

/// The rows that a rule takes by their age alone.
fn plain(rule: Rule) -> Option<Plain> {
    Some(match rule {
        Rule::Corrections => Plain::new(
            "correction",
            "id",
            format!("t.at <= $1 AND {}", not_held(&["author", "corrector"])),
        ),
        Rule::Outbox => Plain::new("outbox", "id", "t.promised <= $1 AND t.state <> 'leased'"),
        Rule::Malformed => Plain::new("malformed", "seq", "t.at <= $1"),
        Rule::Receipts => Plain::new("receipt", "connector, key", "t.at <= $1"),
        Rule::Volunteers => Plain::new(
            "volunteer",
            "id",
            format!(
                "t.barred = 0 AND t.touched <= $1 AND {} AND NOT EXISTS (SELECT 1 FROM offer AS o WHERE o.live = 1 \
                 AND o.neighbour_connector = t.connector AND o.neighbour = t.person)",
                not_held(&["person"])
            ),
        ),
        Rule::Bars => Plain::new(
            "volunteer",
            "id",
            format!(
                "t.barred = 1 AND t.touched <= $1 AND {}",
                not_held(&["person"])
            ),
        ),
        Rule::Briefings => Plain::new(
            "briefing",
            "connector, person",
            format!("t.at <= $1 AND {}", not_held(&["person"])),
        ),
        Rule::Refusals => Plain::new(
            "refusal",
            "seq",
            format!("t.at <= $1 AND {}", not_held(&["person"])),
        ),
        _ => return None,
    })
}

impl Transaction {
    /// Everything that is held.
    pub(super) async fn holds(&mut self) -> Result<Holds, StoreError> {
        let sql = query(&self.statements.purge.holds);
        let rows: Vec<HeldRow> = fetch(sql, &mut self.inner).await?;
        Ok(Holds::new(rows.into_iter().map(|row| (row.sort, row.id))))
    }
}
