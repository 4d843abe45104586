//! Erasing records: a few at a time, loaded as what they are, changed and written back, or counted and deleted.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::error::StoreError;
use super::names::{Id, SubjectName};
use super::purge::{PurgePage, ROWS_TOGETHER};
use super::purge_erasure::{Erasure, key, next, with_parts};
use super::records::ReferralRow;
use super::row::{Sql, execute, fetch, parameter, query, row};
use super::trail::{self, Blank};
use super::transaction::Transaction;
use super::types::Batch;
use crate::domain::case::{Case, CaseState};
use crate::domain::clock::Timestamp;
use crate::domain::decision::{Change, PersonKey, Snapshot, Wants};
use crate::domain::hold::Holds;
use crate::domain::ids::{CaseId, ConcernId, Draw, MatchId, OfferId};
use crate::domain::matching::Match;
use crate::domain::reading::Category;
use crate::domain::referral::Referral;
use crate::domain::report::{Report, Subject};
use crate::domain::retention::{
    Erased, ended_case, erase_concern, erase_match, erase_offer, erase_report, nobody, week_of,
};

/// So many records are erased in one transaction.
const TOGETHER: i64 = 50;

row! {
    IdRow in "case_record" { id: String }
}

/// One part while it is carried out.
pub(super) struct Purge {
    pub(super) transaction: Transaction,
    pub(super) holds: Holds,
    pub(super) now: Timestamp,
    pub(super) before: Timestamp,
    pub(super) page: PurgePage,
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

    pub(super) async fn cases(
        &mut self,
        from: Erased,
        after: &str,
        draw: &mut Draw,
    ) -> Result<(), StoreError> {
        let sql = Arc::clone(&self.transaction.statements);
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

    pub(super) async fn offers(
        &mut self,
        from: Erased,
        after: &str,
        draw: &mut Draw,
    ) -> Result<(), StoreError> {
        let sql = Arc::clone(&self.transaction.statements);
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

    pub(super) async fn matches(&mut self, from: Erased, after: &str) -> Result<(), StoreError> {
        let sql = Arc::clone(&self.transaction.statements);
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

    pub(super) async fn concerns(
        &mut self,
        from: Erased,
        after: &str,
        draw: &mut Draw,
    ) -> Result<(), StoreError> {
        let sql = Arc::clone(&self.transaction.statements);
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

    pub(super) async fn trail(&mut self) -> Result<(), StoreError> {
        let statements = Arc::clone(&self.transaction.statements);
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
        let sql = Arc::clone(&self.transaction.statements);
        for delete in &sql.purge.delete_belongings {
            let delete = query(delete).bind(names.clone());
            execute(delete, &mut self.transaction.inner).await?;
        }
        Ok(())
    }

    /// Takes whoever was matched out of the trail of the other side's record.
    async fn leave_out(&mut self, parted: &[&Match]) -> Result<(), StoreError> {
        let statements = Arc::clone(&self.transaction.statements);
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
        let statements = Arc::clone(&self.transaction.statements);
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
