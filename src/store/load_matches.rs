//! Reading matches, and what of the other sort may fit a case or an offer.

use std::collections::BTreeSet;

use super::error::StoreError;
use super::load::{Load, ids, subjects_of};
use super::load_sql::SubjectRow;
use super::names::{Id, PersonName, Sought};
use super::records::{CaseRow, MatchRow, OfferRow};
use super::row::Sql;
use crate::domain::case::Case;
use crate::domain::decision::{PersonKey, Wants};
use crate::domain::matching::{Match, keys_for_case, keys_for_offer};
use crate::domain::offer::{Offer, OfferState};
use crate::domain::people::Person;
use crate::domain::report::Subject;

impl Load<'_> {
    /// The matches that are wanted, and those of what is named; their cases and offers are named from then on.
    pub(super) async fn matches(&mut self, wants: &Wants) -> Result<(), StoreError> {
        let sql = &self.statements.load;
        let wanted: Vec<_> = wants
            .matches
            .iter()
            .map(|id| Id { id: id.as_str() })
            .collect();
        let found = self.rows(&sql.matches, &wanted).await?;
        self.take(found)?;
        let named = self.named.clone();
        let found = self
            .rows(&sql.matches_of_concerns, &ids(&named, "concern"))
            .await?;
        self.look_at(found)?;
        let found = self
            .rows(&sql.matches_of_offers, &ids(&named, "offer"))
            .await?;
        self.take(found)?;
        let named = self.named.clone();
        self.matches_of_cases(&named).await
    }

    /// The matches of these cases; their offers are named from then on.
    pub(super) async fn matches_of_cases(
        &mut self,
        cases: &BTreeSet<Subject>,
    ) -> Result<(), StoreError> {
        let sql = &self.statements.load.matches_of_cases;
        let found = self.rows(sql, &ids(cases, "case")).await?;
        self.take(found)
    }

    /// Keeps matches. What goes on is ended together with its case or offer, so that both are named.
    fn take(&mut self, rows: Vec<MatchRow>) -> Result<(), StoreError> {
        for row in rows {
            let found = Match::try_from(row)?;
            if found.state.is_live() {
                self.named.insert(Subject::Case(found.case.clone()));
                self.named.insert(Subject::Offer(found.offer.clone()));
            }
            self.snapshot.matches.insert(found.id.clone(), found);
        }
        Ok(())
    }

    /// What may fit, to be looked at only, and the matches that tell whom not to ask.
    pub(super) async fn fits(&mut self, wants: &Wants) -> Result<(), StoreError> {
        let mut sought = BTreeSet::new();
        for subject in &wants.fits {
            let (sort, keys) = match subject {
                Subject::Case(id) => match self.snapshot.cases.get(id) {
                    Some(case) if case.state.is_with_hub() => ("offer", keys_for_case(case)),
                    _ => continue,
                },
                Subject::Offer(id) => match self.snapshot.offers.get(id) {
                    Some(offer) if offer.state == OfferState::Open => {
                        ("case", keys_for_offer(offer))
                    }
                    _ => continue,
                },
                Subject::Concern(_) => continue,
            };
            sought.extend(keys.into_iter().map(|name| Sought { sort, name }));
        }
        if sought.is_empty() {
            return Ok(());
        }
        let sought: Vec<_> = sought.into_iter().collect();
        let sql = &self.statements.load;
        let found: Vec<SubjectRow> = self.rows(&sql.fits, &sought).await?;
        let mut fresh: BTreeSet<_> = subjects_of(found)?.into_iter().collect();
        fresh.retain(|subject| match subject {
            Subject::Case(id) => !self.snapshot.cases.contains_key(id),
            Subject::Offer(id) => !self.snapshot.offers.contains_key(id),
            Subject::Concern(_) => false,
        });
        let offers: Vec<OfferRow> = self.rows(&sql.offers, &ids(&fresh, "offer")).await?;
        for row in offers {
            let offer = Offer::try_from(row)?;
            // There may be hundreds, and what they told is not needed.
            self.weighed.insert(Subject::Offer(offer.id.clone()));
            self.snapshot.offers.insert(offer.id.clone(), offer);
        }
        let cases: Vec<CaseRow> = self.rows(&sql.cases, &ids(&fresh, "case")).await?;
        for row in cases {
            let case = Case::try_from(row)?;
            self.snapshot.cases.insert(case.id.clone(), case);
        }
        let of_cases = self
            .rows(&sql.matches_of_cases, &ids(&fresh, "case"))
            .await?;
        self.look_at(of_cases)?;
        let neighbours = people(self.snapshot.offers.values().map(|offer| &offer.neighbour));
        self.matches_of(&sql.matches_of_neighbours, &neighbours)
            .await?;
        let residents = people(self.snapshot.cases.values().map(|case| &case.resident));
        self.matches_of(&sql.matches_of_residents, &residents).await
    }

    async fn matches_of(
        &mut self,
        sql: &Sql,
        people: &BTreeSet<PersonKey>,
    ) -> Result<(), StoreError> {
        let names: Vec<_> = people
            .iter()
            .map(|(connector, person)| PersonName {
                connector: connector.as_str(),
                person: person.as_str(),
            })
            .collect();
        let found = self.rows(sql, &names).await?;
        self.look_at(found)
    }

    fn look_at(&mut self, rows: Vec<MatchRow>) -> Result<(), StoreError> {
        for row in rows {
            let found = Match::try_from(row)?;
            self.snapshot.matches.insert(found.id.clone(), found);
        }
        Ok(())
    }
}

fn people<'p>(people: impl Iterator<Item = &'p Person>) -> BTreeSet<PersonKey> {
    people
        .map(|person| (person.connector.clone(), person.id.clone()))
        .collect()
}
