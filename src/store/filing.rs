//! Filing the cases with the hub under what they are about, for the queue. The other streams of the queue are indexes.

use std::collections::BTreeSet;

use super::error::StoreError;
use super::names::Id;
use super::plan::Plan;
use super::row::{Row, fetch, parameter, query, row};
use super::save::Save;
use crate::domain::case::Case;
use crate::domain::queue::rank;

/// The outcode under which a case is filed wherever it is.
pub(super) const ANYWHERE: &str = "*";

row! {
    /// One case about one thing, in a stream of the queue.
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    Filed in "case_category" {
        category: String,
        outcode: String,
        area: String,
        state: String,
        rank: i64,
        at: i64,
        id: String,
    }
}

row! {
    /// What decides where a case is filed.
    Filing in "case_record" {
        id: String,
        with_hub: i64,
        categories: String,
        outcode: String,
        area: String,
        state: String,
        rank: i64,
        at: i64,
    }
}

impl Filing {
    pub(super) fn of(case: &Case) -> Self {
        Self {
            id: case.id.to_string(),
            with_hub: case.state.is_with_hub().into(),
            categories: spaced(case.categories.iter().map(|category| category.as_str())),
            outcode: case.outcode.clone().unwrap_or_default(),
            area: spaced(case.area.outcodes().iter().map(String::as_str)),
            state: case.state.name().to_owned(),
            rank: rank(case.triaged.priority, case.urgency).into(),
            at: case.at.as_millis(),
        }
    }

    /// Under what it is filed; under nothing where it is not with the hub.
    fn places(&self) -> impl Iterator<Item = Filed> {
        let categories = self.categories.split_whitespace();
        let categories = categories.filter(|_| self.with_hub == 1);
        categories.flat_map(|category| {
            [ANYWHERE, &self.outcode].map(|outcode| Filed {
                category: category.to_owned(),
                outcode: outcode.to_owned(),
                area: self.area.clone(),
                state: self.state.clone(),
                rank: self.rank,
                at: self.at,
                id: self.id.clone(),
            })
        })
    }
}

/// Words, each between spaces, so that one of them can be looked for.
fn spaced<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let mut all = String::new();
    for word in words {
        all.push(' ');
        all.push_str(word);
    }
    if !all.is_empty() {
        all.push(' ');
    }
    all
}

impl Save<'_> {
    /// Under what the cases of a plan are filed, as they are written now.
    pub(super) async fn filed(&mut self, plan: &Plan<'_>) -> Result<BTreeSet<Filed>, StoreError> {
        let known = plan.cases.iter().filter(|(_, (expected, _))| *expected > 0);
        let known: Vec<_> = known.map(|(id, _)| Id { id }).collect();
        if known.is_empty() {
            return Ok(BTreeSet::new());
        }
        let known = parameter(Filing::TABLE, &known)?;
        let sql = query(&self.statements.save.filings).bind(known);
        let filings: Vec<Filing> = fetch(sql, self.connection).await?;
        Ok(filings.iter().flat_map(Filing::places).collect())
    }

    /// Files the cases of a plan anew, where that has changed.
    pub(super) async fn file(
        &mut self,
        plan: &Plan<'_>,
        before: &BTreeSet<Filed>,
    ) -> Result<(), StoreError> {
        let cases = plan.cases.values().map(|(_, case)| Filing::of(case));
        let cases: Vec<_> = cases.collect();
        let after: BTreeSet<_> = cases.iter().flat_map(Filing::places).collect();
        let gone: Vec<_> = before.difference(&after).collect();
        let fresh: Vec<_> = after.difference(before).collect();
        let sql = &self.statements.save;
        self.write(&sql.unfile, Filed::TABLE, &gone).await?;
        self.write(&sql.file, Filed::TABLE, &fresh).await?;
        Ok(())
    }
}
