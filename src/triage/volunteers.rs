//! What leads record of those who offer help, what these state themselves, and who may not be asked.

use crate::domain::clock::Timestamp;
use crate::domain::code::CaseCode;
use crate::domain::decision::Change;
use crate::domain::effect::Act;
use crate::domain::ids::{OfferId, VolunteerId};
use crate::domain::match_speech::{MatchNews, MatchNote, Over};
use crate::domain::matching::{Match, MatchState, Side};
use crate::domain::offer::{Offer, OfferState};
use crate::domain::people::Person;
use crate::domain::report::Subject;
use crate::domain::settings::ChannelRole;
use crate::domain::speech::{Speech, VolunteerView};
use crate::domain::volunteer::{Deed, Lack, Step, Tier, Volunteer, lack};

use super::deciding::{Asker, Deciding, same_person};
use super::route;

impl Deciding<'_> {
    /// What is known of somebody as a volunteer, by now.
    pub fn volunteer(&self, person: &Person) -> Option<Volunteer> {
        let mut changes = self.decision.changes.iter().rev();
        let gathered = changes.find_map(|change| match change {
            Change::Volunteer(volunteer) if same_person(&volunteer.person, person) => {
                Some(&**volunteer)
            }
            _ => None,
        });
        let key = (person.connector.clone(), person.id.clone());
        gathered
            .or_else(|| self.snapshot.volunteers.get(&key))
            .cloned()
    }

    /// What somebody lacks to be asked about what needs this tier; none where they may be.
    pub fn lacks(&self, person: &Person, needed: Tier) -> Option<Lack> {
        lack(self.volunteer(person).as_ref(), needed, self.now)
    }

    fn note_of(&mut self, person: &Person, by: &Person, deed: Deed) -> Volunteer {
        let known = self.volunteer(person);
        let mut volunteer = known
            .unwrap_or_else(|| Volunteer::new(VolunteerId::new(self.draw.id()), person.clone()));
        volunteer.note(Step {
            at: self.now,
            by: by.clone(),
            deed,
        });
        volunteer.version += 1;
        let change = Change::Volunteer(Box::new(volunteer.clone()));
        self.decision.changes.push(change);
        volunteer
    }

    /// Does it to the offer with this code, which the door found to be one that the asker sees.
    pub fn with_offer(&mut self, code: &CaseCode, act: impl FnOnce(&mut Self, Offer)) {
        let offer = match self.snapshot.by_code(code) {
            Some(Subject::Offer(id)) => self.offer(&id),
            _ => None,
        };
        if let Some(offer) = offer {
            act(self, offer);
        }
    }

    /// A lead has seen what somebody has, or looks at what is known.
    pub fn vet(
        &mut self,
        asker: &Asker,
        offer: &Offer,
        (tier, until): (Option<Tier>, Option<Timestamp>),
    ) {
        let Some(tier) = tier else {
            let known = self.volunteer(&offer.neighbour);
            return self.answer(asker, self.known_of(offer, known.as_ref()));
        };
        if until.is_some_and(|until| until <= self.now) {
            let problem = "that day is over already".to_owned();
            return self.answer(asker, Speech::CommandProblem { problem });
        }
        let until = until.or_else(|| self.desk.vetting.counts_until(tier, self.now));
        let deed = Deed::Checked { tier, until };
        let known = self.note_of(&offer.neighbour, &asker.person, deed);
        self.answer(asker, self.known_of(offer, Some(&known)));
    }

    /// A lead presses what they have seen of whoever made an offer.
    pub fn vet_seen(&mut self, asker: &Asker, id: &OfferId, tier: Tier) {
        match self.offer(id) {
            Some(offer) => self.vet(asker, &offer, (Some(tier), None)),
            None => self.answer(asker, Speech::ButtonGone),
        }
    }

    /// A lead pauses or bars somebody, or lets them be asked again. Whoever may not be asked helps nobody any longer.
    pub fn hold(&mut self, asker: &Asker, code: &CaseCode, deed: Deed) {
        self.with_offer(code, |this, offer| {
            let ends = deed != Deed::Available;
            let known = this.note_of(&offer.neighbour, &asker.person, deed);
            if ends {
                this.end_matches_with(&offer.neighbour);
            }
            this.answer(asker, this.known_of(&offer, Some(&known)));
        });
    }

    /// All that goes on with a neighbour is over: who knows of it hears so, and nobody learns why.
    fn end_matches_with(&mut self, neighbour: &Person) {
        for found in self.matches() {
            if same_person(&found.neighbour, neighbour) && found.state.is_live() {
                self.stop_match(&found, Over::Stopped);
            }
        }
    }

    fn known_of(&self, offer: &Offer, known: Option<&Volunteer>) -> Speech {
        let check = known.and_then(Volunteer::check);
        Speech::Volunteer(Box::new(VolunteerView {
            offer: offer.id.clone(),
            code: offer.code.clone(),
            name: offer.neighbour.name.clone(),
            ran_out: check
                .and_then(|(_, _, until)| until)
                .is_some_and(|until| until <= self.now),
            check: check.map(|(step, ..)| step.clone()),
            hold: known.and_then(Volunteer::hold).cloned(),
            stated: known.and_then(Volunteer::stated),
        }))
    }

    /// Somebody who offers help is asked which checks they have.
    pub fn my_checks(&mut self, asker: &Asker) {
        match self.offer_of(&asker.person) {
            Some(_) => self.answer(asker, Speech::AskChecks),
            None => self.answer(asker, Speech::ButtonGone),
        }
    }

    /// They say so. It counts once a lead has seen it: the leads are told, once.
    pub fn state_check(&mut self, asker: &Asker, tier: Tier) {
        let Some(offer) = self.offer_of(&asker.person) else {
            return self.answer(asker, Speech::ButtonGone);
        };
        let before = self.volunteer(&asker.person);
        if before.and_then(|known| known.stated()) != Some(tier) {
            let known = self.note_of(&asker.person, &asker.person, Deed::Stated { tier });
            let speech = self.known_of(&offer, Some(&known));
            let leads = ChannelRole::Safeguarding;
            for place in route::channels_for(self.snapshot, leads, &offer.area) {
                self.promise(Act::Say {
                    place,
                    reply_to: None,
                    speech: speech.clone(),
                });
            }
        }
        self.answer(asker, Speech::CheckStated { tier });
    }

    /// The newest open offer of somebody.
    fn offer_of(&self, person: &Person) -> Option<Offer> {
        let own = self.snapshot.offers.values().filter(|offer| {
            offer.state == OfferState::Open && same_person(&offer.neighbour, person)
        });
        own.max_by_key(|offer| (offer.at, &offer.id)).cloned()
    }

    /// Ends a match that must not go on; the hub hears that, not why.
    pub fn stop_match(&mut self, found: &Match, why: Over) {
        let resident_knows = !matches!(found.state, MatchState::Asked { .. });
        let Ok(state) = found.state.clone().end(self.now) else {
            return;
        };
        self.record_match(found, None, "match_ended", "it was stopped");
        let found = self.put_match(Match {
            state,
            ..found.clone()
        });
        self.tell_side(&found, Side::Neighbour, MatchNews::Over { why });
        if resident_knows {
            let why = Over::ByThem;
            self.tell_side(&found, Side::Resident, MatchNews::Over { why });
        }
        if why == Over::Stopped {
            self.note_match(&found, MatchNote::NotAvailable);
        }
        self.match_is_over(&found.case);
    }
}
