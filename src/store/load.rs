//! Reading what a batch is decided from: one statement a table, skipped where nothing of it is wanted.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;
use sqlx::AnyConnection;

use super::dialect::Dialect;
use super::error::StoreError;
use super::records::{CaseRow, ConcernRow, DialogueRow, OfferRow, PostRow, ReferralRow, ReportRow};
use super::row::{Row, Sql, fetch, names_of, parameter, query, row, text};
use super::save::{GroupName, Id, PersonName};
use super::settings::{BriefingRow, ModeratorRow};
use super::statements::Statements;
use crate::domain::case::Case;
use crate::domain::concern::Concern;
use crate::domain::decision::{Post, Snapshot, Wants};
use crate::domain::dialogue::Dialogue;
use crate::domain::ids::{CaseId, ConnectorId, OfferId, PersonId};
use crate::domain::offer::Offer;
use crate::domain::referral::Referral;
use crate::domain::report::{Report, Subject};

/// So many cases of the queue are loaded.
const QUEUE_LENGTH: i64 = 50;
/// So many of the newest cases with one duplicate key are loaded.
const SAME_KEY: u8 = 50;

/// The statements that read what a decision is made from.
#[derive(Debug)]
pub(super) struct LoadSql {
    sources: Sql,
    codes: Sql,
    people: Sql,
    dialogues: Sql,
    briefings: Sql,
    referrals: Sql,
    references: Sql,
    keys: Sql,
    queue: Sql,
    cases: Sql,
    cases_locked: Sql,
    offers_locked: Sql,
    concerns_locked: Sql,
    reports: Sql,
    posts: Sql,
    moderators: Sql,
}

row! {
    /// Which record is meant.
    SubjectRow in "case_record" { sort: String, id: String }
}

impl LoadSql {
    pub(super) fn new(dialect: Dialect) -> Self {
        let ids = dialect.rows(1, &[text("id")]);
        let people = dialect.rows(1, &[text("connector"), text("person")]);
        let by_id = |table: &str, columns: String, lock: &str| -> Sql {
            format!(
                "SELECT {columns} FROM {table} AS t WHERE t.id IN (SELECT r.id FROM {ids}) \
                 ORDER BY t.id {lock}"
            )
            .into()
        };
        let lock = dialect.lock();
        Self {
            sources: joined::<ReportRow>(dialect, &["connector", "channel", "message"]),
            codes: format!(
                "SELECT 'case' AS sort, t.id FROM case_record AS t WHERE t.code IN (SELECT r.id FROM {ids}) \
                 UNION ALL SELECT 'offer', t.id FROM offer AS t WHERE t.code IN (SELECT r.id FROM {ids})"
            )
            .into(),
            people: format!(
                "SELECT 'case' AS sort, t.id FROM {people} CROSS JOIN case_record AS t \
                 WHERE t.live = 1 AND t.resident_connector = r.connector AND t.resident = r.person \
                 UNION ALL SELECT 'offer', t.id FROM {people} CROSS JOIN offer AS t \
                 WHERE t.live = 1 AND t.neighbour_connector = r.connector AND t.neighbour = r.person"
            )
            .into(),
            dialogues: joined::<DialogueRow>(dialect, &["connector", "person"]),
            briefings: joined::<BriefingRow>(dialect, &["connector", "person"]),
            referrals: by_id(ReferralRow::TABLE, names_of("t", ReferralRow::COLUMNS), ""),
            references: joined::<ReferralRow>(dialect, &["destination", "reference"]),
            keys: format!(
                "SELECT 'case' AS sort, k.case_id AS id FROM {} CROSS JOIN case_key AS k \
                 WHERE k.key = r.key AND k.case_id IN \
                 (SELECT n.case_id FROM case_key AS n WHERE n.key = r.key ORDER BY n.at DESC LIMIT {SAME_KEY})",
                dialect.rows(1, &[text("key")])
            )
            .into(),
            queue: format!("SELECT 'case' AS sort, t.id {IN_QUEUE}").into(),
            cases: by_id(CaseRow::TABLE, names_of("t", CaseRow::COLUMNS), ""),
            cases_locked: by_id(CaseRow::TABLE, names_of("t", CaseRow::COLUMNS), lock),
            offers_locked: by_id(OfferRow::TABLE, names_of("t", OfferRow::COLUMNS), lock),
            concerns_locked: by_id(ConcernRow::TABLE, names_of("t", ConcernRow::COLUMNS), lock),
            reports: joined::<ReportRow>(dialect, &["subject", "sort"]),
            posts: joined::<PostRow>(dialect, &["subject", "sort"]),
            moderators: joined::<ModeratorRow>(dialect, &["connector", "community"]),
        }
    }
}

/// The hub's queue in its order.
pub(super) const IN_QUEUE: &str =
    "FROM case_record AS t WHERE t.with_hub = 1 ORDER BY t.urgency DESC, t.at, t.id LIMIT $1";

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

#[derive(Serialize)]
struct Source<'s> {
    connector: &'s str,
    channel: &'s str,
    message: &'s str,
}

#[derive(Serialize)]
struct Reference<'r> {
    destination: &'r str,
    reference: &'r str,
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct KeyName<'k> {
    key: &'k str,
}

#[derive(Serialize)]
struct SubjectName<'s> {
    subject: &'s str,
    sort: &'s str,
}

/// Reads a snapshot within a transaction.
pub(super) struct Load<'s> {
    connection: &'s mut AnyConnection,
    statements: &'s Statements,
    snapshot: Snapshot,
    /// What may be written, and is kept from others until the commit.
    named: BTreeSet<Subject>,
    /// Cases that are only looked at.
    seen: BTreeSet<Subject>,
}

impl<'s> Load<'s> {
    pub(super) fn new(connection: &'s mut AnyConnection, statements: &'s Statements) -> Self {
        Self {
            connection,
            statements,
            snapshot: Snapshot::default(),
            named: BTreeSet::new(),
            seen: BTreeSet::new(),
        }
    }

    pub(super) async fn wants(mut self, wants: &Wants) -> Result<Snapshot, StoreError> {
        self.named.extend(wants.subjects.iter().cloned());
        self.sources(wants).await?;
        self.codes(wants).await?;
        self.people(wants).await?;
        self.referrals(wants).await?;
        self.looked_at(wants).await?;
        self.moderators(wants).await?;
        self.subjects().await?;
        self.belongings().await?;
        Ok(self.snapshot)
    }

    async fn rows<T: Serialize, R: Row>(
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
        let people: Vec<_> = wants
            .people
            .iter()
            .map(|(connector, person)| PersonName {
                connector: connector.as_str(),
                person: person.as_str(),
            })
            .collect();
        let sql = &self.statements.load;
        let found = self.rows(&sql.people, &people).await?;
        self.named.extend(subjects_of(found)?);
        for row in self.rows::<_, DialogueRow>(&sql.dialogues, &people).await? {
            let dialogue = Dialogue::try_from(row)?;
            self.named.insert(dialogue.subject.clone());
            let person = &dialogue.person;
            let key = (person.connector.clone(), person.id.clone());
            self.snapshot.dialogues.insert(key, dialogue);
        }
        for row in self.rows::<_, BriefingRow>(&sql.briefings, &people).await? {
            let key = (ConnectorId::new(row.connector), PersonId::new(row.person));
            self.snapshot.briefed.insert(key, row.version);
        }
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

    async fn looked_at(&mut self, wants: &Wants) -> Result<(), StoreError> {
        let keys: BTreeSet<_> = wants.keys.iter().map(|key| KeyName { key }).collect();
        let keys: Vec<_> = keys.into_iter().collect();
        let found = self.rows(&self.statements.load.keys, &keys).await?;
        self.seen.extend(subjects_of(found)?);
        if wants.queue {
            let queue = query(&self.statements.load.queue).bind(QUEUE_LENGTH);
            let found = fetch(queue, self.connection).await?;
            self.seen.extend(subjects_of(found)?);
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
        let (named, seen) = (self.named.clone(), self.seen.clone());
        let sql = &self.statements.load;
        let cases = ids(&named, "case");
        let mut found: Vec<CaseRow> = self.rows(&sql.cases_locked, &cases).await?;
        let cases: Vec<_> = seen
            .iter()
            .filter(|case| !named.contains(*case))
            .map(|case| Id { id: case.id() })
            .collect();
        found.extend(self.rows(&sql.cases, &cases).await?);
        for row in found {
            let case = Case::try_from(row)?;
            if case.state.is_live() {
                for key in &case.keys {
                    let same = self.snapshot.keys.entry(key.clone()).or_default();
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

    /// The reports and posts of all that was loaded.
    async fn belongings(&mut self) -> Result<(), StoreError> {
        let subjects: Vec<Subject> = self
            .snapshot
            .cases
            .keys()
            .cloned()
            .map(Subject::Case)
            .chain(self.snapshot.offers.keys().cloned().map(Subject::Offer))
            .chain(self.snapshot.concerns.keys().cloned().map(Subject::Concern))
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

fn ids<'s>(subjects: &'s BTreeSet<Subject>, sort: &str) -> Vec<Id<'s>> {
    subjects
        .iter()
        .filter(|subject| subject.sort() == sort)
        .map(|subject| Id { id: subject.id() })
        .collect()
}

fn subjects_of(rows: Vec<SubjectRow>) -> Result<Vec<Subject>, StoreError> {
    rows.into_iter()
        .map(|row| match row.sort.as_str() {
            "case" => Ok(Subject::Case(CaseId::new(row.id))),
            "offer" => Ok(Subject::Offer(OfferId::new(row.id))),
            _ => Err(StoreError::BadRow {
                table: SubjectRow::TABLE,
                column: "sort",
                why: format!("expected case or offer, found `{}`", row.sort),
                row: row.id,
            }),
        })
        .collect()
}
