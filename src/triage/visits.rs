//! Visits: a neighbour who goes to somebody's door says so and says when they are back. Who doesn't is asked, and then the hub is
//! told. And who helped where it was hard is asked how they are themselves.

use crate::domain::case::Case;
use crate::domain::disclosure::Audience;
use crate::domain::ids::MatchId;
use crate::domain::match_speech::{MatchNews, MatchNote};
use crate::domain::matching::{Going, Match, MatchState, Side, Visit};
use crate::domain::priority::Priority;
use crate::domain::reading::{Category, Signal};
use crate::domain::speech::{HubNote, Number};

use super::deciding::{Asker, Deciding};
use super::views;

impl Deciding<'_> {
    /// A neighbour sets off, or is back.
    pub fn visit(&mut self, asker: &Asker, id: &MatchId, going: Going) {
        let Some((found, side)) = self.own_match(asker, id) else {
            return;
        };
        let told = match (going, side) {
            (Going::Out, Side::Neighbour) => self.sets_off(asker, found.clone()),
            (Going::Back, Side::Neighbour) => self.is_back(asker, found.clone()),
            (_, Side::Resident) => None,
        };
        match told {
            Some((found, told)) => self.answer(asker, super::matched::said(&found, side, told)),
            None => self.show_match(asker, &found, side),
        }
    }

    fn sets_off(&mut self, asker: &Asker, found: Match) -> Option<(Match, MatchNews)> {
        let case = self.case_of(&found)?;
        let is_out = found.visit.as_ref().is_some_and(Visit::is_out);
        if is_out || !matches!(found.state, MatchState::Agreed { .. }) {
            return None;
        }
        self.record_match(&found, Some(&asker.person), "visit_began", "");
        let visit = Some(Visit::begin(self.now));
        let found = self.put_match(Match { visit, ..found });
        self.note_match(&found, MatchNote::SetOff);
        let prompts = &self.desk.prompts;
        let mut rules = prompts.doorstep().lines.clone();
        if case.categories.iter().any(|about| is_about_money(*about)) {
            rules.extend(prompts.money().lines.iter().cloned());
        }
        Some((found, MatchNews::OnYourWay { rules }))
    }

    fn is_back(&mut self, asker: &Asker, found: Match) -> Option<(Match, MatchNews)> {
        let visit = found.visit.clone()?;
        let was_missed = matches!(visit, Visit::Overdue { .. });
        let visit = Some(visit.back(self.now).ok()?);
        self.record_match(&found, Some(&asker.person), "visit_over", "");
        let found = self.put_match(Match { visit, ..found });
        if was_missed {
            self.note_all_of(&found, MatchNote::BackSafe);
        }
        let worries = self.desk.prompts.concern().lines.clone();
        Some((found, MatchNews::WelcomeBack { worries }))
    }

    /// The time of a visit came.
    pub fn visit_due(&mut self, found: Match) -> Match {
        let Some(Ok(visit)) = found.visit.clone().map(|visit| visit.time_came(self.now)) else {
            return found;
        };
        let overdue = matches!(visit, Visit::Overdue { .. });
        let found = self.put_match(Match {
            visit: Some(visit),
            ..found
        });
        if overdue {
            self.record_match(&found, None, "visit_overdue", "");
            self.note_all_of(&found, MatchNote::NotBack);
        } else {
            self.tell_side(&found, Side::Neighbour, MatchNews::AreYouBack);
        }
        found
    }

    fn note_all_of(&mut self, found: &Match, what: MatchNote) {
        if let Some(case) = self.case(&found.case) {
            let name = views::helper(&found.neighbour, Audience::Hub);
            let whole = self.whole(&case);
            self.note_all(&whole, HubNote::Match { name, what });
        }
    }

    /// Asks a neighbour who helped where it was hard how they are, and says where they find somebody to talk to.
    pub fn care_for(&mut self, found: &Match) {
        let hard = self.case(&found.case).is_some_and(|case| is_hard(&case));
        if !hard && !found.feedback.is_wrong() {
            return;
        }
        let listeners = self.desk.contacts.for_signals(&[Signal::SelfHarm]);
        let support = listeners
            .into_iter()
            .filter(|contact| !contact.life_at_risk)
            .map(|contact| Number {
                name: contact.name.clone(),
                contact: contact.how.clone(),
                hours: contact.hours.clone(),
            });
        let support = support.collect();
        self.tell_side(found, Side::Neighbour, MatchNews::HowAreYou { support });
    }
}

/// Whether somebody may hand the neighbour money, or a card.
const fn is_about_money(about: Category) -> bool {
    matches!(
        about,
        Category::Food | Category::Shopping | Category::Prescription | Category::Money
    )
}

/// Whether helping may stay with whoever helped.
fn is_hard(case: &Case) -> bool {
    let about = |about: &Category| {
        matches!(
            about,
            Category::Wellbeing | Category::Health | Category::Care | Category::Emergency
        )
    };
    case.triaged.priority == Priority::P1
        || case.compared.iter().any(|told| told.guarded)
        || case.categories.iter().any(about)
}
