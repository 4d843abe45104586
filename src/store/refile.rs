//! Filing rows from before migration 15 under when they were over and whose they are: written once more as they are.

use super::Store;
use super::error::StoreError;
use super::records::{CaseRow, ConcernRow, MatchRow, OfferRow, VolunteerRow};
use crate::domain::case::Case;
use crate::domain::concern::Concern;
use crate::domain::decision::Change;
use crate::domain::matching::Match;
use crate::domain::offer::Offer;
use crate::domain::volunteer::Volunteer;

impl Store {
    /// Files what is not filed yet. Tells how many rows that were: once it was done, none.
    pub async fn refile(&self) -> Result<usize, StoreError> {
        let cases = self.rewrite_where(
            "t.live = 0 AND t.ended IS NULL AND t.state <> 'merged'",
            |row: CaseRow| {
                let case = Case::try_from(row)?;
                let version = case.version + 1;
                Ok(Some(Change::Case(Box::new(Case { version, ..case }))))
            },
        );
        let cases = cases.await?;
        let offers = self.rewrite_where("t.live = 0 AND t.ended IS NULL", |row: OfferRow| {
            let offer = Offer::try_from(row)?;
            let version = offer.version + 1;
            Ok(Some(Change::Offer(Box::new(Offer { version, ..offer }))))
        });
        let offers = offers.await?;
        let matches = self.rewrite_where(
            "t.live = 0 AND t.ended IS NULL AND t.concern IS NULL",
            |row: MatchRow| {
                let found = Match::try_from(row)?;
                let version = found.version + 1;
                Ok(Some(Change::Match(Box::new(Match { version, ..found }))))
            },
        );
        let matches = matches.await?;
        let concerns = self.rewrite_where("t.person_connector = ''", |row: ConcernRow| {
            let concern = Concern::try_from(row)?;
            let version = concern.version + 1;
            Ok(Some(Change::Concern(Box::new(Concern {
                version,
                ..concern
            }))))
        });
        let concerns = concerns.await?;
        let volunteers = self.rewrite_where("t.touched = 0", |row: VolunteerRow| {
            let volunteer = Volunteer::try_from(row)?;
            let version = volunteer.version + 1;
            let is_filed = volunteer.steps.is_empty();
            Ok((!is_filed).then(|| {
                Change::Volunteer(Box::new(Volunteer {
                    version,
                    ..volunteer
                }))
            }))
        });
        Ok(cases + offers + matches + concerns + volunteers.await?)
    }
}
