//! Carrying out the retention table: a few records at a time, each part a transaction of its own, so that nobody waits
//! long for the writer. What is held is left as it is.

use std::collections::BTreeSet;

use super::Store;
use super::error::StoreError;
use super::names::{Id, SubjectName};
use super::purge_sql::{Plain, not_held};
use super::queries::NumberRow;
use super::records::ReferralRow;
use super::row::{Sql, execute, fetch, parameter, query, row};
use super::trail::{self, Blank};
use super::transaction::Transaction;
use super::types::Batch;
use crate::domain::case::{Case, CaseState};
use crate::domain::clock::Timestamp;
use crate::domain::decision::{Change, Decision, PersonKey, Snapshot, Wants};
use crate::domain::effect::{Act, Effect, Show};
use crate::domain::hold::Holds;
use crate::domain::ids::{CaseId, ConcernId, Draw, EffectId, MatchId, OfferId};
use crate::domain::matching::Match;
use crate::domain::people::Person;
use crate::domain::reading::Category;
use crate::domain::referral::Referral;
use crate::domain::report::{Report, Subject};
use crate::domain::retention::{
    Erased, Rule, Terms, ended_case, erase_case, erase_concern, erase_match, erase_offer,
    erase_report, nobody, week_of,
};
use crate::domain::speech::Speech;

/// So many records are erased in one transaction.
const TOGETHER: i64 = 50;
/// So many rows that go by their age alone.
const ROWS_TOGETHER: i64 = 500;

row! {
    IdRow in "case_record" { id: String }
}

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
pub const PURGE: [PurgeStep; 18] = {
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
        _ => return None,
    })
}

/// One part while it is carried out.
struct Purge {
    transaction: Transaction,
    holds: Holds,
    now: Timestamp,
    before: Timestamp,
    page: PurgePage,
}

/// What an erasing step comes to.
#[derive(Default)]
struct Erasure {
    decision: Decision,
    subjects: BTreeSet<Subject>,
    people: BTreeSet<PersonKey>,
}

impl Purge {
    /// The records that are over and erased so far and no further, after an identifier.
    async fn over(
        &mut self,
        sql: &Sql,
        (from, after): (Erased, &str),
    ) -> Result<Vec<String>, StoreError> {
        let select = query(sql)
            .bind(from as i64)
            .bind(self.before.as_millis())
            .bind(after.to_owned())
            .bind(TOGETHER);
        let rows: Vec<IdRow> = fetch(select, &mut self.transaction.inner).await?;
        let ids: Vec<_> = rows.into_iter().map(|row| row.id).collect();
        let is_full = ids.len() as u64 == TOGETHER.unsigned_abs();
        self.page.next = ids.last().filter(|_| is_full).cloned();
        Ok(ids)
    }

    async fn load(&mut self, subjects: Vec<Subject>) -> Result<Snapshot, StoreError> {
        let wants = Wants {
            subjects,
            ..Wants::default()
        };
        self.transaction.load(&wants).await
    }

    async fn cases(
        &mut self,
        from: Erased,
        after: &str,
        draw: &mut Draw,
    ) -> Result<(), StoreError> {
        let sql = std::sync::Arc::clone(&self.transaction.statements);
        let ids = self.over(&sql.purge.cases, (from, after)).await?;
        let ids: Vec<_> = ids.into_iter().map(CaseId::new).collect();
        let snapshot = self
            .load(ids.iter().cloned().map(Subject::Case).collect())
            .await?;
        let mut erasure = Erasure::default();
        let mut gone = Vec::new();
        for id in &ids {
            let whole = snapshot.cases.get(id);
            let Some(whole) = whole.filter(|case| {
                ended_case(&case.state).is_some_and(|at| at <= self.before) && case.erased == from
            }) else {
                continue;
            };
            let group = with_parts(&snapshot, whole);
            let held = group.iter().any(|case| {
                let subject = Subject::Case(case.id.clone());
                let authors = snapshot
                    .reports_of(&subject)
                    .into_iter()
                    .map(|report| &report.author);
                self.holds.any_of(&subject, authors.chain([&case.resident]))
            });
            if held {
                self.page.held += 1;
                continue;
            }
            self.page.gone += 1;
            if from == Erased::Details {
                self.count(whole).await?;
            }
            for case in group {
                erasure.take_case((&snapshot, case), from, draw);
                gone.push(case.id.clone());
            }
        }
        if from == Erased::Nothing {
            erasure.referrals(self.referrals(&gone).await?);
        }
        if from == Erased::Details {
            self.forget(&erasure).await?;
            let matches = snapshot.matches.values();
            let parted: Vec<_> = matches.filter(|found| gone.contains(&found.case)).collect();
            self.leave_out(&parted).await?;
            for delete in &sql.purge.delete_cases {
                self.delete(delete, gone.iter().map(CaseId::as_str)).await?;
            }
            return Ok(());
        }
        self.write(erasure, from).await
    }

    async fn offers(
        &mut self,
        from: Erased,
        after: &str,
        draw: &mut Draw,
    ) -> Result<(), StoreError> {
        let sql = std::sync::Arc::clone(&self.transaction.statements);
        let ids = self.over(&sql.purge.offers, (from, after)).await?;
        let ids: Vec<_> = ids.into_iter().map(OfferId::new).collect();
        let snapshot = self
            .load(ids.iter().cloned().map(Subject::Offer).collect())
            .await?;
        let mut erasure = Erasure::default();
        let mut gone = Vec::new();
        for offer in ids.iter().filter_map(|id| snapshot.offers.get(id)) {
            let subject = Subject::Offer(offer.id.clone());
            if self.holds.any_of(&subject, [&offer.neighbour]) {
                self.page.held += 1;
                continue;
            }
            self.page.gone += 1;
            gone.push(offer.id.clone());
            erasure.take(&snapshot, (&subject, &offer.neighbour), (from, draw));
            if from != Erased::Details {
                let mut offer = erase_offer(offer.clone(), next(from));
                offer.version += 1;
                erasure.change(Change::Offer(Box::new(offer)));
            }
        }
        if from == Erased::Details {
            self.forget(&erasure).await?;
            return self
                .delete(&sql.purge.delete_offers, gone.iter().map(OfferId::as_str))
                .await;
        }
        self.write(erasure, from).await
    }

    async fn matches(&mut self, from: Erased, after: &str) -> Result<(), StoreError> {
        let sql = std::sync::Arc::clone(&self.transaction.statements);
        let ids = self.over(&sql.purge.matches, (from, after)).await?;
        let wants = Wants {
            matches: ids.into_iter().map(MatchId::new).collect(),
            ..Wants::default()
        };
        let snapshot = self.transaction.load(&wants).await?;
        let found = wants
            .matches
            .iter()
            .filter_map(|id| snapshot.matches.get(id));
        let (mut erasure, mut gone, mut parted) = (Erasure::default(), Vec::new(), Vec::new());
        for found in found {
            let subject = Subject::Case(found.case.clone());
            if self
                .holds
                .any_of(&subject, [&found.neighbour, &found.resident])
            {
                self.page.held += 1;
                continue;
            }
            self.page.gone += 1;
            gone.push(found.id.as_str());
            parted.push(found);
            let mut found = erase_match(found.clone());
            found.version += 1;
            erasure.change(Change::Match(Box::new(found)));
        }
        if from == Erased::Nothing {
            return self.write(erasure, from).await;
        }
        self.leave_out(&parted).await?;
        self.delete(&sql.purge.delete_matches, gone.into_iter())
            .await
    }

    async fn concerns(
        &mut self,
        from: Erased,
        after: &str,
        draw: &mut Draw,
    ) -> Result<(), StoreError> {
        let sql = std::sync::Arc::clone(&self.transaction.statements);
        let ids = self.over(&sql.purge.concerns, (from, after)).await?;
        let ids: Vec<_> = ids.into_iter().map(ConcernId::new).collect();
        let snapshot = self
            .load(ids.iter().cloned().map(Subject::Concern).collect())
            .await?;
        let mut erasure = Erasure::default();
        let mut gone = Vec::new();
        for concern in ids.iter().filter_map(|id| snapshot.concerns.get(id)) {
            let subject = Subject::Concern(concern.id.clone());
            if self.holds.any_of(&subject, [&concern.person]) {
                self.page.held += 1;
                continue;
            }
            self.page.gone += 1;
            gone.push(concern.id.clone());
            // The words of a concern, and whose they are, go together.
            erasure.take(&snapshot, (&subject, &concern.person), (from, draw));
            for report in snapshot.reports_of(&subject) {
                let author = nobody(&report.author);
                let report = erase_report(report.clone(), Erased::Details);
                erasure.change(Change::Report(Box::new(Report {
                    author,
                    source: None,
                    ..report
                })));
            }
            if from == Erased::Nothing {
                let mut concern = erase_concern(concern.clone());
                concern.version += 1;
                erasure.change(Change::Concern(Box::new(concern)));
            }
        }
        if from == Erased::Nothing {
            let (subjects, people) = (erasure.subjects.clone(), erasure.people.clone());
            self.write(erasure, from).await?;
            return self.blank((&subjects, Blank::People), &people).await;
        }
        self.forget(&erasure).await?;
        self.delete(
            &sql.purge.delete_concerns,
            gone.iter().map(ConcernId::as_str),
        )
        .await
    }

    async fn trail(&mut self) -> Result<(), StoreError> {
        let statements = std::sync::Arc::clone(&self.transaction.statements);
        let old = (self.before, ROWS_TOGETHER);
        let gone = trail::blank_old(&mut self.transaction.inner, &statements, old).await?;
        self.page.gone = gone;
        let is_full = gone == ROWS_TOGETHER.unsigned_abs();
        self.page.next = is_full.then(|| "case_event".to_owned());
        Ok(())
    }

    /// Writes what is left of records, and blanks as much of the trail.
    async fn write(&mut self, erasure: Erasure, from: Erased) -> Result<(), StoreError> {
        let batch = Batch {
            now: self.now,
            decisions: vec![erasure.decision],
            ..Batch::default()
        };
        self.transaction.save(&batch).await?;
        let level = if from == Erased::Nothing {
            Blank::Reasons
        } else {
            Blank::Names
        };
        self.blank((&erasure.subjects, level), &erasure.people)
            .await?;
        Ok(())
    }

    /// Deletes the tellings and posts of records, and takes the people out of the trail.
    async fn forget(&mut self, erasure: &Erasure) -> Result<(), StoreError> {
        self.blank((&erasure.subjects, Blank::People), &erasure.people)
            .await?;
        let names: Vec<_> = erasure
            .subjects
            .iter()
            .map(|subject| SubjectName {
                subject: subject.id(),
                sort: subject.sort(),
            })
            .collect();
        if names.is_empty() {
            return Ok(());
        }
        let names = parameter("report", &names)?;
        let sql = std::sync::Arc::clone(&self.transaction.statements);
        for delete in &sql.purge.delete_belongings {
            let delete = query(delete).bind(names.clone());
            execute(delete, &mut self.transaction.inner).await?;
        }
        Ok(())
    }

    /// Takes whoever was matched out of the trail of the other side's record.
    async fn leave_out(&mut self, parted: &[&Match]) -> Result<(), StoreError> {
        let statements = std::sync::Arc::clone(&self.transaction.statements);
        for found in parted {
            let sides = [
                (Subject::Case(found.case.clone()), &found.neighbour),
                (Subject::Offer(found.offer.clone()), &found.resident),
            ];
            for (subject, person) in sides {
                let (subjects, people) = (BTreeSet::from([subject]), BTreeSet::from([key(person)]));
                let connection = &mut self.transaction.inner;
                trail::leave_out(connection, &statements, &subjects, &people).await?;
            }
        }
        Ok(())
    }

    async fn blank(
        &mut self,
        blanked: (&BTreeSet<Subject>, Blank),
        people: &BTreeSet<PersonKey>,
    ) -> Result<(), StoreError> {
        let statements = std::sync::Arc::clone(&self.transaction.statements);
        trail::blank(&mut self.transaction.inner, &statements, blanked, people).await
    }

    async fn delete<'i>(
        &mut self,
        sql: &Sql,
        ids: impl Iterator<Item = &'i str>,
    ) -> Result<(), StoreError> {
        let ids: Vec<_> = ids.map(|id| Id { id }).collect();
        if !ids.is_empty() {
            let ids = parameter("case_record", &ids)?;
            execute(query(sql).bind(ids), &mut self.transaction.inner).await?;
        }
        Ok(())
    }

    async fn referrals(&mut self, cases: &[CaseId]) -> Result<Vec<Referral>, StoreError> {
        let ids: Vec<_> = cases.iter().map(|id| Id { id: id.as_str() }).collect();
        let ids = parameter("referral", &ids)?;
        let sql = query(&self.transaction.statements.purge.referrals).bind(ids);
        let rows: Vec<ReferralRow> = fetch(sql, &mut self.transaction.inner).await?;
        rows.into_iter().map(Referral::try_from).collect()
    }

    /// What is left of a case: one more of its sort.
    async fn count(&mut self, case: &Case) -> Result<(), StoreError> {
        let (outcome, at) = match &case.state {
            CaseState::Closed { outcome, at } => (outcome.as_str(), *at),
            CaseState::Withdrawn { at } => ("withdrawn", *at),
            // Nobody said yes to it, so that it was no case.
            _ => return Ok(()),
        };
        let category = case.categories.first().copied().unwrap_or(Category::Other);
        let count = query(&self.transaction.statements.purge.count)
            .bind(week_of(at).as_millis())
            .bind(category.as_str())
            .bind(case.area.outcodes().join(" "))
            .bind(outcome);
        execute(count, &mut self.transaction.inner).await?;
        Ok(())
    }
}

impl Transaction {
    /// Everything that is held.
    pub(super) async fn holds(&mut self) -> Result<Holds, StoreError> {
        let sql = query(&self.statements.purge.holds);
        let rows: Vec<HeldRow> = fetch(sql, &mut self.inner).await?;
        Ok(Holds::new(rows.into_iter().map(|row| (row.sort, row.id))))
    }
}

impl Erasure {
    fn change(&mut self, change: Change) {
        self.decision.changes.push(change);
    }

    fn take_case(&mut self, (snapshot, case): (&Snapshot, &Case), from: Erased, draw: &mut Draw) {
        let subject = Subject::Case(case.id.clone());
        self.take(snapshot, (&subject, &case.resident), (from, draw));
        let matches = snapshot
            .matches
            .values()
            .filter(|found| found.case == case.id);
        self.people
            .extend(matches.map(|found| key(&found.neighbour)));
        if from != Erased::Details {
            let mut case = erase_case(case.clone(), next(from));
            case.version += 1;
            self.change(Change::Case(Box::new(case)));
        }
    }

    /// What goes with a record: its tellings, and what its posts say.
    fn take(
        &mut self,
        snapshot: &Snapshot,
        (subject, person): (&Subject, &Person),
        (from, draw): (Erased, &mut Draw),
    ) {
        self.subjects.insert(subject.clone());
        self.people.insert(key(person));
        for report in snapshot.reports_of(subject) {
            self.people.insert(key(&report.author));
            if from != Erased::Details {
                let report = erase_report(report.clone(), next(from));
                self.change(Change::Report(Box::new(report)));
            }
        }
        if from != Erased::Nothing {
            return;
        }
        let posts = snapshot.posts.get(subject).into_iter().flatten();
        for post in posts.filter(|post| post.message.is_some()) {
            self.decision.effects.push(Effect {
                id: EffectId::new(draw.id()),
                urgent: false,
                expires: None,
                act: Act::Show(Show {
                    post: post.key.clone(),
                    subject: subject.clone(),
                    place: post.place.clone(),
                    reply_to: None,
                    speech: Speech::Erased,
                    lasting: false,
                }),
            });
        }
    }

    fn referrals(&mut self, referrals: Vec<Referral>) {
        let told = referrals
            .into_iter()
            .filter(|referral| referral.status.is_some());
        let told = told.map(|referral| {
            Change::Referral(Box::new(Referral {
                status: None,
                ..referral
            }))
        });
        self.decision.changes.extend(told);
    }
}

fn key(person: &Person) -> PersonKey {
    (person.connector.clone(), person.id.clone())
}

const fn next(from: Erased) -> Erased {
    match from {
        Erased::Nothing => Erased::Words,
        Erased::Words | Erased::Details => Erased::Details,
    }
}

/// A case and all that is part of it.
fn with_parts<'s>(snapshot: &'s Snapshot, whole: &'s Case) -> Vec<&'s Case> {
    let mut all = vec![whole];
    let mut looked_at = 0;
    while let Some(case) = all.get(looked_at).copied() {
        looked_at += 1;
        let parts = case.joined.iter();
        for part in parts.filter_map(|joined| snapshot.cases.get(&joined.case)) {
            if all.iter().all(|known| known.id != part.id) {
                all.push(part);
            }
        }
    }
    all
}
