//! What time does: drafts lapse, claims run out, waiting makes urgent, dialogues that were left alone end.

use crate::domain::case::{Case, CaseState};
use crate::domain::clock::Timestamp;
use crate::domain::decision::Change;
use crate::domain::dialogue::{Asking, DIALOGUE_LASTS};
use crate::domain::inbound::Due;
use crate::domain::offer::{Offer, OfferState};
use crate::domain::people::Person;
use crate::domain::report::Subject;
use crate::domain::speech::{HubNote, News};

use super::deciding::Deciding;

impl Deciding<'_> {
    /// A time came. What changed in the meantime is left alone: the state decides.
    pub fn due(&mut self, due: &Due) {
        match due {
            Due::Case { id } => {
                let Some(case) = self.case(id) else { return };
                let now = self.now;
                let came = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
                let case = if came(case.triaged.raise_at) {
                    self.put_case(case)
                } else {
                    case
                };
                if came(case.proposing.look()) {
                    return self.look_for_neighbour(case);
                }
                let holder = case.state.holder().cloned();
                let Ok(state) = case.state.clone().lapse(self.now) else {
                    return;
                };
                let subject = Subject::Case(case.id.clone());
                self.record(subject.clone(), None, "lapsed", "its time ran out");
                let case = self.put_case(Case { state, ..case });
                if matches!(case.state, CaseState::Expired { .. }) {
                    self.erase_words(&subject);
                    self.retract_ask(&subject);
                } else {
                    self.note_to(&case, holder, HubNote::Lapsed);
                    self.tell_residents(&case, &News::Released);
                }
            }
            Due::Offer { id } => {
                let Some(offer) = self.offer(id) else { return };
                if offer.state == OfferState::Open {
                    return self.seek(offer);
                }
                let Ok(state) = offer.state.clone().lapse(self.now) else {
                    return;
                };
                let subject = Subject::Offer(offer.id.clone());
                self.record(subject.clone(), None, "lapsed", "its time ran out");
                self.put_offer(Offer { state, ..offer });
                self.erase_words(&subject);
                self.retract_ask(&subject);
            }
            Due::Match { id } => self.match_due(id),
            Due::Concern { id } => self.concern_due(id),
            Due::Dialogue { connector, person } => {
                let key = (connector.clone(), person.clone());
                let Some(dialogue) = self.snapshot.dialogues.get(&key).cloned() else {
                    return;
                };
                if self.now < dialogue.at + DIALOGUE_LASTS {
                    return;
                }
                self.decision.changes.push(Change::DialogueEnded(key));
                if dialogue.asking != Asking::Worry {
                    self.keep_what_was_told(&dialogue.subject, &dialogue.person);
                }
            }
        }
    }
    /// Somebody who stopped halfway still wanted help: what they told is passed on.
    fn keep_what_was_told(&mut self, of: &Subject, person: &Person) {
        let Subject::Case(id) = of else { return };
        let told = self.case(id).filter(|case| {
            matches!(case.state, CaseState::Draft { .. })
                && case.source.is_none()
                && case.details.what.is_some()
        });
        if let Some(case) = told {
            self.open_case(case, person, "told in private, and left there");
        }
    }
}
