//! Staff look for neighbours who could meet a need, and ask one; a new offer tells of the needs that it fits.

use crate::domain::case::Case;
use crate::domain::clock::Timestamp;
use crate::domain::decision::Change;
use crate::domain::disclosure::Audience;
use crate::domain::ids::{CaseId, MatchId, OfferId};
use crate::domain::match_speech::{FitView, Lacking, MatchNews, NeighbourList, Running, Stage};
use crate::domain::matching::{Feedback, Match, MatchState, Side, neighbour_answers_within};
use crate::domain::offer::{Offer, OfferState};
use crate::domain::people::Person;
use crate::domain::reading::Category;
use crate::domain::report::Subject;
use crate::domain::settings::Area;
use crate::domain::speech::{HubNote, Speech};
use crate::domain::volunteer::{Lack, Tier};

use super::deciding::{Asker, Deciding};
use super::matching::fit::{Fit, Need};
use super::vetting::Needed;
use super::views;

/// How many neighbours staff are shown.
const SHOWN: usize = 3;
/// How many neighbours are asked about one need at once; the first to say yes is taken.
const ASKED_TOGETHER: usize = 3;
/// How many waiting cases a new offer is noted on.
const TOLD_OF: usize = 3;

impl Deciding<'_> {
    /// The match as it is by now.
    pub fn found(&self, id: &MatchId) -> Option<Match> {
        let gathered = self.decision.changes.iter().rev();
        let gathered = gathered.filter_map(written).find(|found| found.id == *id);
        gathered.or_else(|| self.snapshot.matches.get(id)).cloned()
    }

    /// Every match that was loaded, as it is by now, in a stable order.
    pub fn matches(&self) -> Vec<Match> {
        let mut all = self.snapshot.matches.clone();
        for change in &self.decision.changes {
            if let Some(found) = written(change) {
                all.insert(found.id.clone(), found.clone());
            }
        }
        let mut all: Vec<_> = all.into_values().collect();
        all.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        all
    }

    /// Writes a match.
    pub fn put_match(&mut self, mut found: Match) -> Match {
        found.changed = self.now;
        found.version += 1;
        self.decision
            .changes
            .push(Change::Match(Box::new(found.clone())));
        found
    }

    /// How far the matches of a case have come: the furthest that goes on.
    /// Those of the cases that are part of it count.
    pub fn stage(&self, case: &Case) -> Option<Stage> {
        let all = self.with_parts(case);
        let known = self.snapshot.matches.values();
        let gathered = self.decision.changes.iter().filter_map(written);
        let own = known
            .chain(gathered)
            .filter(|found| all.contains(&found.case));
        own.filter_map(|found| stage(&self.found(&found.id)?.state))
            .max()
    }

    /// The neighbours who could be asked about a case.
    pub fn neighbours(&mut self, asker: &Asker, id: &CaseId) {
        let Some(case) = self.hub_case(asker, id) else {
            return;
        };
        self.show_neighbours(asker, &case, false);
    }

    fn show_neighbours(&mut self, asker: &Asker, case: &Case, stale: bool) {
        let reports = self.reports(&Subject::Case(case.id.clone()));
        let matches = self.matches();
        let need = Need::new((case, &reports), (&matches, &self.snapshot.areas), self.now);
        let running = matches
            .iter()
            .filter(|found| found.case == case.id)
            .filter_map(|found| {
                Some(Running {
                    name: views::helper(&found.neighbour, Audience::Staff),
                    offer: found.offer_code.clone(),
                    stage: stage(&found.state)?,
                })
            })
            .collect();
        let needed = self.needed(case);
        let (mut fits, mut lacking) = (Vec::new(), Vec::new());
        for (fit, offer) in self.fits(&need, &self.hub_area(asker).unwrap_or_default()) {
            match self.lacks(&offer.neighbour, needed.tier) {
                None => fits.push((fit, offer)),
                Some(lack) => lacking.push(Lacking {
                    name: views::helper(&offer.neighbour, Audience::Staff),
                    offer: offer.code,
                    lack,
                }),
            }
        }
        lacking.truncate(SHOWN);
        let list = NeighbourList {
            case: case.id.clone(),
            code: case.code.clone(),
            allowed: case.triaged.may_go_to_neighbours(),
            stale,
            running,
            fits: fits
                .into_iter()
                .take(SHOWN)
                .map(|(fit, offer)| FitView {
                    offer: offer.id,
                    code: offer.code,
                    name: views::helper(&offer.neighbour, Audience::Staff),
                    reasons: fit.reasons,
                })
                .collect(),
            lacking,
            needed: needed.tier,
            because: needed.because,
        };
        self.answer(asker, Speech::Neighbours(Box::new(list)));
    }

    /// How far a neighbour must have been checked for a case, by all that was told of it.
    pub fn needed(&self, case: &Case) -> Needed {
        let tellings = self.tellings(case);
        let desk = self.desk;
        desk.vetting
            .needed((case, &tellings), (&desk.rules, &desk.reader))
    }

    /// The offers that fit a need and that this area sees, best first, one a neighbour.
    pub fn fits(&self, need: &Need<'_>, hub: &Area) -> Vec<(Fit, Offer)> {
        if !need.is_askable() {
            return Vec::new();
        }
        let mut fits: Vec<(Fit, &Offer)> = self
            .snapshot
            .offers
            .values()
            .filter(|offer| offer.area.meets(hub))
            .filter_map(|offer| Some((need.fit(offer)?, offer)))
            .collect();
        fits.sort_by(|(one, a), (other, b)| {
            let better = other.score.total_cmp(&one.score);
            better.then_with(|| (b.at, &a.id).cmp(&(a.at, &b.id)))
        });
        let mut named: Vec<&Person> = Vec::new();
        fits.retain(|(_, offer)| {
            let first = named
                .iter()
                .all(|known| !super::deciding::same_person(known, &offer.neighbour));
            named.push(&offer.neighbour);
            first
        });
        fits.into_iter()
            .map(|(fit, offer)| (fit, offer.clone()))
            .collect()
    }

    /// Asks the neighbour of an offer, in private. What is no longer so is said, with who could be asked now.
    pub fn ask_neighbour(&mut self, asker: &Asker, id: &CaseId, offer: &OfferId) {
        let Some(case) = self.hub_case(asker, id) else {
            return;
        };
        let hub = self.hub_area(asker).unwrap_or_default();
        let offer = self.offer(offer).filter(|offer| offer.area.meets(&hub));
        let reports = self.reports(&Subject::Case(case.id.clone()));
        let matches = self.matches();
        let asked = matches
            .iter()
            .filter(|found| found.case == case.id && found.state.is_asking())
            .count();
        let need = Need::new(
            (&case, &reports),
            (&matches, &self.snapshot.areas),
            self.now,
        );
        let needed = self.needed(&case).tier;
        let fit = offer
            .filter(|_| need.is_askable() && asked < ASKED_TOGETHER)
            .filter(|offer| self.lacks(&offer.neighbour, needed).is_none())
            .and_then(|offer| Some((need.fit(&offer)?, offer)));
        let Some((fit, offer)) = fit else {
            return self.show_neighbours(asker, &case, true);
        };
        let found = self.ask_about(&case, (fit, offer), Some(&asker.person));
        self.show_cards(&case);
        self.answer(
            asker,
            Speech::NeighbourAsked {
                code: case.code,
                name: views::helper(&found.neighbour, Audience::Staff),
            },
        );
    }

    /// Asks the neighbour of an offer about a case in private, for somebody of the staff or by kith itself.
    pub fn ask_about(
        &mut self,
        case: &Case,
        (fit, offer): (Fit, Offer),
        by: Option<&Person>,
    ) -> Match {
        let found = Match {
            id: MatchId::new(self.draw.id()),
            case: case.id.clone(),
            case_code: case.code.clone(),
            offer: offer.id.clone(),
            offer_code: offer.code.clone(),
            state: MatchState::Asked {
                expires: self.now + neighbour_answers_within(case.urgency),
            },
            score: fit.score,
            reasons: fit.reasons,
            neighbour: offer.neighbour,
            resident: case.resident.clone(),
            proposed_by: by.cloned(),
            feedback: Feedback::default(),
            visit: None,
            concern: None,
            at: self.now,
            changed: self.now,
            version: 0,
        };
        let why = by.map_or("by kith", |_| "");
        self.record_match(&found, by, "neighbour_asked", why);
        let found = self.put_match(found);
        let speech = self.ask_of(case);
        self.tell_side(&found, Side::Neighbour, speech);
        found
    }

    /// What a neighbour is asked: the kind of help, roughly where and how soon, and nothing else of the need.
    pub fn ask_of(&self, case: &Case) -> MatchNews {
        MatchNews::AskNeighbour {
            told: views::asked(case),
            rules: self.desk.briefing(),
        }
    }

    /// Writes what happened to a match into the trails of its case and its offer.
    pub fn record_match(&mut self, found: &Match, by: Option<&Person>, what: &str, why: &str) {
        let with = |code: &crate::domain::code::CaseCode| match why {
            "" => code.to_string(),
            why => format!("{code}: {why}"),
        };
        let (case, offer) = (with(&found.offer_code), with(&found.case_code));
        self.record(Subject::Case(found.case.clone()), by, what, case);
        self.record(Subject::Offer(found.offer.clone()), by, what, offer);
    }

    /// A new offer looks for waiting cases: staff are told, and kith looks again where it asks by itself.
    pub fn seek(&mut self, offer: Offer) {
        let due = |seek: Timestamp| seek <= self.now;
        if offer.state != OfferState::Open || !offer.seek.is_some_and(due) {
            return;
        }
        let offer = self.write_offer(Offer {
            seek: None,
            ..offer
        });
        if self.lacks(&offer.neighbour, Tier::Unknown) == Some(Lack::NotAvailable) {
            return;
        }
        let matches = self.matches();
        let mut fits: Vec<(Fit, Case)> = Vec::new();
        for case in self.snapshot.cases.values() {
            let Some(case) = self.case(&case.id) else {
                continue;
            };
            if !offer.area.meets(&case.area) || !shares_help(&offer, &case) {
                continue;
            }
            let reports = self.reports(&Subject::Case(case.id.clone()));
            let need = Need::new(
                (&case, &reports),
                (&matches, &self.snapshot.areas),
                self.now,
            );
            let fit = need.fit(&offer).filter(|_| need.is_askable());
            fits.extend(fit.map(|fit| (fit, case)));
        }
        fits.sort_by(|(one, a), (other, b)| {
            let better = other.score.total_cmp(&one.score);
            better.then_with(|| (a.at, &a.id).cmp(&(b.at, &b.id)))
        });
        for (fit, case) in fits.into_iter().take(TOLD_OF) {
            let note = HubNote::OfferFits {
                offer: offer.code.clone(),
                reasons: fit.reasons,
            };
            self.record(
                Subject::Case(case.id.clone()),
                None,
                "offer_fits",
                offer.code.to_string(),
            );
            self.note_to(&case, case.state.holder().cloned(), note);
            self.look_now(&case);
        }
    }
}

/// The match that a change writes, if it writes one.
fn written(change: &Change) -> Option<&Match> {
    match change {
        Change::Match(found) => Some(found),
        _ => None,
    }
}

/// Whether an offer is of what is needed: an offer of time for anything is not told of on every card.
fn shares_help(offer: &Offer, case: &Case) -> bool {
    let named = |about: &&Category| **about != Category::Other;
    case.categories
        .iter()
        .filter(named)
        .any(|about| offer.categories.contains(about))
}

const fn stage(state: &MatchState) -> Option<Stage> {
    match state {
        MatchState::Asked { .. } => Some(Stage::Asked),
        MatchState::Accepted { .. } => Some(Stage::Accepted),
        MatchState::Agreed { .. } => Some(Stage::Agreed),
        _ => None,
    }
}
