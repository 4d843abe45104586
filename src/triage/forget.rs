//! `/forget`: everything about somebody is erased, except what is held or is for the leads to decide, which is said.

use crate::domain::action::Action;
use crate::domain::case::{Case, CaseState};
use crate::domain::concern::Concern;
use crate::domain::decision::{Change, Forgotten, PersonKey};
use crate::domain::effect::{Act, Show};
use crate::domain::matching::Match;
use crate::domain::offer::Offer;
use crate::domain::people::Person;
use crate::domain::referral::Erasure;
use crate::domain::report::{Report, Subject};
use crate::domain::retention::{
    Erased, erase_case, erase_offer, erase_report, ended_case, ended_offer, nobody,
};
use crate::domain::settings::ChannelRole;
use crate::domain::speech::{Forgetting, HubNote, Speech};

use super::deciding::{Asker, Deciding, same_person};
use super::route;

/// Why, in the trail, which says nothing of who.
const WHY: &str = "the person asked for it";

impl Deciding<'_> {
    /// "Shall I erase everything about you?" In private alone.
    pub fn ask_forget(&mut self, asker: &Asker) {
        if !asker.scene.is_private() {
            let link = Some(Action::AskForget);
            return self.answer(asker, Speech::MessageWaiting { link });
        }
        let forgetting = self.forgetting(&asker.person);
        self.answer(asker, Speech::AskForget(Box::new(forgetting)));
    }

    /// What would be erased of somebody, and what would not.
    fn forgetting(&self, person: &Person) -> Forgetting {
        let mut forgetting = Forgetting::default();
        for case in self.own_cases(person) {
            if self.is_held(&Subject::Case(case.id.clone()), person) {
                forgetting.held.push(case.code);
            } else {
                forgetting.erased += 1;
            }
        }
        for offer in self.own_offers(person) {
            if self.is_held(&Subject::Offer(offer.id.clone()), person) {
                forgetting.held.push(offer.code);
            } else {
                forgetting.erased += 1;
            }
        }
        forgetting.concerns = self.own_concerns(person).len();
        forgetting.leads_know = self.volunteer(person).is_some_and(|known| known.hold().is_some());
        forgetting.is_held = self.is_person_held(person);
        forgetting.held.sort();
        forgetting
    }

    /// "Yes, erase it."
    pub fn forget(&mut self, asker: &Asker) {
        if !asker.scene.is_private() {
            return self.ask_forget(asker);
        }
        let person = &asker.person;
        let told = self.forgetting(person);
        let mut forgotten = Forgotten {
            person: key(person),
            subjects: Vec::new(),
            named: Vec::new(),
            all: !told.is_held,
            volunteer: !told.is_held && !told.leads_know,
        };
        for case in self.own_cases(person) {
            let subject = Subject::Case(case.id.clone());
            if !self.is_held(&subject, person) {
                forgotten.named.extend([case.code.as_str().to_owned(), case.id.to_string()]);
                self.forget_case(&case, person);
                forgotten.subjects.push(subject);
            }
        }
        for offer in self.own_offers(person) {
            let subject = Subject::Offer(offer.id.clone());
            if !self.is_held(&subject, person) {
                forgotten.named.extend([offer.code.as_str().to_owned(), offer.id.to_string()]);
                self.forget_offer(&offer, person);
                forgotten.subjects.push(subject);
            }
        }
        self.forget_matches(person);
        self.tell_leads(person);
        self.decision.changes.push(Change::Forgotten(Box::new(forgotten)));
        self.answer(asker, Speech::Forgotten(Box::new(told)));
    }

    fn own_cases(&self, person: &Person) -> Vec<Case> {
        let all = self.snapshot.cases.values();
        let own = all.filter(|case| same_person(&case.resident, person));
        let mut own: Vec<_> = own.filter_map(|case| self.case(&case.id)).collect();
        own.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        own
    }

    fn own_offers(&self, person: &Person) -> Vec<Offer> {
        let all = self.snapshot.offers.values();
        let mut own: Vec<_> = all
            .filter(|offer| same_person(&offer.neighbour, person))
            .cloned()
            .collect();
        own.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        own
    }

    fn own_concerns(&self, person: &Person) -> Vec<Concern> {
        let all = self.snapshot.concerns.values();
        let mut own: Vec<_> = all
            .filter(|concern| same_person(&concern.person, person))
            .cloned()
            .collect();
        own.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        own
    }

    fn is_held(&self, subject: &Subject, person: &Person) -> bool {
        self.snapshot.holds.any_of(subject, [person])
    }

    fn is_person_held(&self, person: &Person) -> bool {
        self.snapshot.holds.holds(&crate::domain::hold::Held::Person(key(person)))
    }

    fn forget_case(&mut self, case: &Case, person: &Person) {
        let subject = Subject::Case(case.id.clone());
        // Reports that were moved to what it is part of come back with it, and what others told stands by itself.
        self.withdraw_case_with((case.clone(), HubNote::Erased), person, WHY);
        let Some(case) = self.case(&case.id) else {
            return;
        };
        for referral in self.snapshot.referrals.values() {
            if referral.case == case.id {
                let erasure = Erasure {
                    referral: referral.id.clone(),
                    code: case.code.clone(),
                };
                let destination = referral.destination.clone();
                let act = Act::TellErased {
                    destination,
                    erasure,
                };
                self.promise(act);
            }
        }
        self.forget_reports(&subject, person);
        let state = if ended_case(&case.state).is_some() {
            case.state.clone()
        } else {
            CaseState::Withdrawn { at: self.now }
        };
        let mut case = erase_case(Case { state, ..case }, Erased::Details);
        case.resident = nobody(person);
        case.details.consent = None;
        case.outcode = None;
        case.similar.clear();
        case.joined.clear();
        self.write_case(case);
        self.record(subject.clone(), None, "erased", WHY);
        self.show_erased(&subject);
    }

    fn forget_offer(&mut self, offer: &Offer, person: &Person) {
        let subject = Subject::Offer(offer.id.clone());
        if ended_offer(&offer.state).is_none() {
            self.withdraw_offer(offer.clone(), person, WHY);
        }
        let Some(offer) = self.offer(&offer.id) else {
            return;
        };
        self.forget_reports(&subject, person);
        let mut offer = erase_offer(offer, Erased::Details);
        offer.neighbour = nobody(person);
        offer.details.consent = None;
        offer.outcode = None;
        self.write_offer(offer);
        self.record(subject.clone(), None, "erased", WHY);
        self.show_erased(&subject);
    }

    /// The tellings of a subject that are this person's.
    fn forget_reports(&mut self, subject: &Subject, person: &Person) {
        for report in self.reports(subject) {
            if same_person(&report.author, person) {
                self.drop_correction(&report);
                let report = erase_report(report, Erased::Details);
                self.put_report(Report {
                    author: nobody(person),
                    source: None,
                    ..report
                });
            }
        }
    }

    fn forget_matches(&mut self, person: &Person) {
        for found in self.matches() {
            let (neighbour, resident) = (
                same_person(&found.neighbour, person),
                same_person(&found.resident, person),
            );
            let of = Subject::Case(found.case.clone());
            if !(neighbour || resident) || self.is_held(&of, person) {
                continue;
            }
            let blank = |is_theirs: bool, side: &Person| if is_theirs { nobody(side) } else { side.clone() };
            self.put_match(Match {
                neighbour: blank(neighbour, &found.neighbour),
                resident: blank(resident, &found.resident),
                ..found.clone()
            });
        }
    }

    /// Leads decide about what is in a concern.
    fn tell_leads(&mut self, person: &Person) {
        for concern in self.own_concerns(person) {
            let leads = route::channels_for(self.snapshot, ChannelRole::Safeguarding, &concern.area);
            for place in leads {
                self.promise(Act::Say {
                    place,
                    reply_to: None,
                    speech: Speech::ErasureAsked {
                        code: concern.code.clone(),
                    },
                });
            }
            let subject = Subject::Concern(concern.id.clone());
            self.record(subject, None, "erasure_asked", WHY);
        }
    }

    /// Every message that kith keeps up to date about it says no more.
    fn show_erased(&mut self, subject: &Subject) {
        let posts = self.snapshot.posts.get(subject).cloned().unwrap_or_default();
        for post in posts.into_iter().filter(|post| post.message.is_some()) {
            self.promise(Act::Show(Show {
                post: post.key,
                subject: subject.clone(),
                place: post.place,
                reply_to: None,
                speech: Speech::Erased,
                lasting: false,
            }));
        }
    }
}

fn key(person: &Person) -> PersonKey {
    (person.connector.clone(), person.id.clone())
}
