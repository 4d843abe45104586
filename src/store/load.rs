//! Reading what a batch is decided from: one statement a table, skipped where nothing of it is wanted.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use sqlx::AnyConnection;

use super::error::StoreError;
use super::load_sql::{BRIEFING, DIALOGUE, SubjectRow};
use super::names::{GroupName, Id, KeyName, PersonSince, Reference, Source, SubjectName};
use super::queue;
use super::records::{
    CandidateRow, CaseRow, ConcernRow, DialogueRow, OfferRow, PostRow, ReferralRow, ReportRow,
};
use super::row::{Row, Sql, fetch, parameter, query};
use super::settings::{BriefingRow, ModeratorRow};
use super::statements::Statements;
use crate::domain::case::{Candidate, Case, CaseState};
use crate::domain::concern::{Concern, SAME_WITHIN};
use crate::domain::decision::{PersonKey, Post, Snapshot, Wants};
use crate::domain::dialogue::Dialogue;
use crate::domain::ids::{CaseId, ConcernId, ConnectorId, OfferId, PersonId};
use crate::domain::offer::Offer;
use crate::domain::referral::Referral;
use crate::domain::report::{Report, Subject};

/// Reads a snapshot within a transaction.
pub(super) struct Load<'s> {
    connection: &'s mut AnyConnection,
    pub(super) statements: &'s Statements,
    pub(super) snapshot: Snapshot,
    /// What may be written, and is kept from others until the commit.
    pub(super) named: BTreeSet<Subject>,
    /// Cases that are only looked at.
    seen: BTreeSet<Subject>,
    /// Offers that are only weighed against a case, so that neither their reports nor their posts are needed.
    pub(super) weighed: BTreeSet<Subject>,
}

impl<'s> Load<'s> {
    pub(super) fn new(connection: &'s mut AnyConnection, statements: &'s Statements) -> Self {
        Self {
            connection,
            statements,
            snapshot: Snapshot::default(),
            named: BTreeSet::new(),
            seen: BTreeSet::new(),
            weighed: BTreeSet::new(),
        }
    }

    pub(super) async fn wants(mut self, wants: &Wants) -> Result<Snapshot, StoreError> {
        self.named.extend(wants.subjects.iter().cloned());
        self.sources(wants).await?;
        self.codes(wants).await?;
        self.people(wants).await?;
        self.parts_of(wants).await?;
        self.referrals(wants).await?;
        self.matches(wants).await?;
        self.candidates(wants).await?;
        self.looked_at(wants).await?;
        self.moderators(wants).await?;
        self.open_concerns(wants).await?;
        self.subjects().await?;
        self.fits(wants).await?;
        self.volunteers(wants).await?;
        self.belongings().await?;
        Ok(self.snapshot)
    }

    pub(super) async fn rows<T: Serialize, R: Row>(
        &mut self,
        sql: &Sql,
        named: &[T],
    ) -> Result<Vec<R>, StoreError> {
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let named = parameter(R::TABLE, named)?;
        fetch(query(sql).bind(named), self.connection).await
    }

    async fn sources(&mut self, wants: &Wants) -> Result<(), StoreError> {
        let sources: Vec<_> = wants
            .sources
            .iter()
            .map(|source| Source {
                connector: source.place.connector.as_str(),
                channel: source.place.channel.as_str(),
                message: source.message.as_str(),
            })
            .collect();
        for row in self
            .rows::<_, ReportRow>(&self.statements.load.sources, &sources)
            .await?
        {
            let report = Report::try_from(row)?;
            self.named.insert(report.subject.clone());
            self.snapshot.reports.insert(report.id.clone(), report);
        }
        Ok(())
    }

    async fn codes(&mut self, wants: &Wants) -> Result<(), StoreError> {
        let codes: Vec<_> = wants
            .codes
            .iter()
            .map(|code| Id { id: code.as_str() })
            .collect();
        let found = self.rows(&self.statements.load.codes, &codes).await?;
        self.named.extend(subjects_of(found)?);
        Ok(())
    }

    async fn people(&mut self, wants: &Wants) -> Result<(), StoreError> {
        let since = (wants.as_of - SAME_WITHIN).as_millis();
        let people = people_since(&wants.people, since);
        let sql = &self.statements.load;
        let mut found: Vec<SubjectRow> = self.rows(&sql.people, &people).await?;
        // Few people are in a dialogue or have been briefed: for all others that is two statements less.
        let mut take = |sort: &str| {
            let before = found.len();
            found.retain(|row| row.sort != sort);
            found.len() < before
        };
        let (in_dialogue, briefed) = (take(DIALOGUE), take(BRIEFING));
        self.named.extend(subjects_of(found)?);
        let of = |any: bool| if any { &people[..] } else { &[] };
        for row in self
            .rows::<_, DialogueRow>(&sql.dialogues, of(in_dialogue))
            .await?
        {
            let dialogue = Dialogue::try_from(row)?;
            self.named.insert(dialogue.subject.clone());
            let person = &dialogue.person;
            let key = (person.connector.clone(), person.id.clone());
            self.snapshot.dialogues.insert(key, dialogue);
        }
        for row in self
            .rows::<_, BriefingRow>(&sql.briefings, of(briefed))
            .await?
        {
            let key = (ConnectorId::new(row.connector), PersonId::new(row.person));
            self.snapshot.briefed.insert(key, row.version);
        }
        Ok(())
    }

    async fn parts_of(&mut self, wants: &Wants) -> Result<(), StoreError> {
        let people = people_since(&wants.parts_of, i64::MAX);
        let found = self.rows(&self.statements.load.parts_of, &people).await?;
        self.named.extend(subjects_of(found)?);
        Ok(())
    }

    async fn referrals(&mut self, wants: &Wants) -> Result<(), StoreError> {
        let ids: Vec<_> = wants
            .referrals
            .iter()
            .map(|id| Id { id: id.as_str() })
            .collect();
        let references: Vec<_> = wants
            .references
            .iter()
            .map(|(destination, reference)| Reference {
                destination: destination.as_str(),
                reference,
            })
            .collect();
        let sql = &self.statements.load;
        let mut found: Vec<ReferralRow> = self.rows(&sql.referrals, &ids).await?;
        found.extend(self.rows(&sql.references, &references).await?);
        for row in found {
            let referral = Referral::try_from(row)?;
            self.named.insert(Subject::Case(referral.case.clone()));
            self.snapshot
                .referrals
                .insert(referral.id.clone(), referral);
        }
        Ok(())
    }

    /// What tellings may be the same as, and how each is compared.
    async fn candidates(&mut self, wants: &Wants) -> Result<(), StoreError> {
        let keys = wants.keys.iter().enumerate();
        let keys: Vec<_> = keys
            .flat_map(|(telling, keys)| {
                keys.iter().map(move |(key, weight)| KeyName {
                    telling,
                    key: key.as_i64(),
                    weight: *weight,
                })
            })
            .collect();
        let sql = &self.statements.load.candidates;
        for row in self.rows::<_, CandidateRow>(sql, &keys).await? {
            let telling = usize::try_from(row.telling).unwrap_or(usize::MAX);
            if let Some(keys) = wants.keys.get(telling) {
                let found = self.snapshot.candidates.entry(keys.clone()).or_default();
                found.push(Candidate::try_from(row)?);
            }
        }
        Ok(())
    }

    async fn looked_at(&mut self, wants: &Wants) -> Result<(), StoreError> {
        for question in &wants.queues {
            let asked = (question, wants.as_of);
            let page = queue::page(self.connection, self.statements.dialect, asked).await?;
            let cases = page.keys.iter().map(|key| Subject::Case(key.id.clone()));
            self.seen.extend(cases);
            self.snapshot.queues.push((question.clone(), page));
        }
        Ok(())
    }

    async fn open_concerns(&mut self, wants: &Wants) -> Result<(), StoreError> {
        if wants.open_concerns {
            let sql = query(&self.statements.load.open_concerns);
            let found: Vec<SubjectRow> = fetch(sql, self.connection).await?;
            self.named.extend(subjects_of(found)?);
        }
        Ok(())
    }

    async fn moderators(&mut self, wants: &Wants) -> Result<(), StoreError> {
        let groups: Vec<_> = wants
            .groups
            .iter()
            .map(|(connector, group)| GroupName {
                connector: connector.as_str(),
                community: group.as_str(),
            })
            .collect();
        for row in self
            .rows::<_, ModeratorRow>(&self.statements.load.moderators, &groups)
            .await?
        {
            let (connector, moderators) = row.try_into()?;
            let key = (connector, moderators.group.clone());
            self.snapshot.moderators.insert(key, moderators);
        }
        Ok(())
    }

    /// Cases, then offers, then concerns, each in the order of their identifiers: the same order in
    /// every process, so that nobody waits in a circle.
    async fn subjects(&mut self) -> Result<(), StoreError> {
        let before = self.named.clone();
        let mut found = self.named_cases().await?;
        let beside: BTreeSet<_> = self.named.difference(&before).cloned().collect();
        self.matches_of_cases(&beside).await?;
        let named = self.named.clone();
        let sql = &self.statements.load;
        let seen = std::mem::take(&mut self.seen);
        let cases: Vec<_> = seen
            .iter()
            .filter(|case| !named.contains(*case))
            .map(|case| Id { id: case.id() })
            .collect();
        for row in self.rows::<_, CaseRow>(&sql.cases, &cases).await? {
            found.push(Case::try_from(row)?);
        }
        for case in found {
            if case.state.is_live() {
                for key in &case.keys {
                    let same = self.snapshot.keys.entry(*key).or_default();
                    same.push(case.id.clone());
                }
            }
            self.snapshot.cases.insert(case.id.clone(), case);
        }
        let offers = ids(&named, "offer");
        for row in self
            .rows::<_, OfferRow>(&sql.offers_locked, &offers)
            .await?
        {
            let offer = Offer::try_from(row)?;
            self.snapshot.offers.insert(offer.id.clone(), offer);
        }
        let concerns = ids(&named, "concern");
        for row in self
            .rows::<_, ConcernRow>(&sql.concerns_locked, &concerns)
            .await?
        {
            let concern = Concern::try_from(row)?;
            self.snapshot.concerns.insert(concern.id.clone(), concern);
        }
        Ok(())
    }

    /// The named cases with what they are part of and what is part of them, which change with them.
    async fn named_cases(&mut self) -> Result<Vec<Case>, StoreError> {
        let mut all: Vec<Case> = Vec::new();
        let mut more = self.named.clone();
        while !more.is_empty() {
            let rows: Vec<CaseRow> = self
                .rows(&self.statements.load.cases_locked, &ids(&more, "case"))
                .await?;
            let found: Vec<Case> = rows
                .into_iter()
                .map(Case::try_from)
                .collect::<Result<_, _>>()?;
            more = found.iter().flat_map(beside).collect();
            more.retain(|subject| !self.named.contains(subject));
            self.named.extend(more.iter().cloned());
            all.extend(found);
        }
        Ok(all)
    }

    /// The reports and posts of all that was loaded, except of what is only weighed.
    async fn belongings(&mut self) -> Result<(), StoreError> {
        let subjects: Vec<Subject> = self
            .snapshot
            .cases
            .keys()
            .cloned()
            .map(Subject::Case)
            .chain(self.snapshot.offers.keys().cloned().map(Subject::Offer))
            .chain(self.snapshot.concerns.keys().cloned().map(Subject::Concern))
            .filter(|subject| self.named.contains(subject) || !self.weighed.contains(subject))
            .collect();
        let named: Vec<_> = subjects
            .iter()
            .map(|subject| SubjectName {
                subject: subject.id(),
                sort: subject.sort(),
            })
            .collect();
        let sql = &self.statements.load;
        for row in self.rows::<_, ReportRow>(&sql.reports, &named).await? {
            let report = Report::try_from(row)?;
            self.snapshot.reports.insert(report.id.clone(), report);
        }
        let mut posts: HashMap<Subject, Vec<Post>> = HashMap::new();
        for row in self.rows::<_, PostRow>(&sql.posts, &named).await? {
            let post = Post::try_from(row)?;
            posts.entry(post.subject.clone()).or_default().push(post);
        }
        for posts in posts.values_mut() {
            posts.sort_by(|a, b| a.key.cmp(&b.key));
        }
        self.snapshot.posts = posts;
        Ok(())
    }
}

/// People with the moment since which their concerns are looked for.
fn people_since(people: &[PersonKey], since: i64) -> Vec<PersonSince<'_>> {
    let since = |(connector, person)| PersonSince {
        connector,
        person,
        since,
    };
    let people = people.iter();
    people
        .map(|(connector, person)| since((connector.as_str(), person.as_str())))
        .collect()
}

/// What a case is part of, and what is part of it.
fn beside(case: &Case) -> Vec<Subject> {
    let whole = match &case.state {
        CaseState::Merged(merged) => Some(&merged.into),
        _ => None,
    };
    let parts = case.joined.iter().map(|joined| &joined.case);
    parts.chain(whole).cloned().map(Subject::Case).collect()
}

pub(super) fn ids<'s>(subjects: &'s BTreeSet<Subject>, sort: &str) -> Vec<Id<'s>> {
    subjects
        .iter()
        .filter(|subject| subject.sort() == sort)
        .map(|subject| Id { id: subject.id() })
        .collect()
}

pub(super) fn subjects_of(rows: Vec<SubjectRow>) -> Result<Vec<Subject>, StoreError> {
    rows.into_iter()
        .map(|row| match row.sort.as_str() {
            "case" => Ok(Subject::Case(CaseId::new(row.id))),
            "offer" => Ok(Subject::Offer(OfferId::new(row.id))),
            "concern" => Ok(Subject::Concern(ConcernId::new(row.id))),
            _ => Err(StoreError::BadRow {
                table: SubjectRow::TABLE,
                column: "sort",
                why: format!("expected case, offer or concern, found `{}`", row.sort),
                row: row.id,
            }),
        })
        .collect()
}
