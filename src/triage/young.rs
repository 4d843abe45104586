//! Somebody who may be under 18 asks or offers: the numbers for children in private, a concern for the leads, nothing for a
//! neighbour, and no private conversation that asks for more.

use crate::domain::case::{Case, CaseState, DRAFT_LASTS};
use crate::domain::ids::CaseId;
use crate::domain::people::Person;
use crate::domain::private::Private;
use crate::domain::reading::{Kind, Reading, Signal};
use crate::domain::report::{Report, Subject};
use crate::domain::speech::Speech;
use crate::domain::young::Young;
use crate::intake;

use super::ASK_FROM;
use super::deciding::{Asker, Deciding, same_person};
use super::telling::Telling;

/// What is known by all that was told of a case.
pub fn of_case(case: &Case, reports: &[Report]) -> Young {
    let told = reports.iter().filter_map(|report| {
        let heard = intake::young(report.text.as_ref()?.reveal())?;
        // Whoever else told of it is not the resident, but somebody under 18 has to do with it.
        let own = same_person(&report.author, &case.resident);
        Some(if own { heard } else { Young::Child })
    });
    let details = &case.details;
    let private = [&details.what, &details.for_whom].into_iter().flatten();
    let private = private
        .chain(&details.answers)
        .filter_map(|text| intake::young(text.reveal()));
    told.chain(private)
        .fold(case.young, |known, heard| known.and(Some(heard)))
}

impl Deciding<'_> {
    /// What is known of somebody by what they told before. What a lead has found counts.
    pub fn age_of(&self, person: &Person) -> Young {
        let own = self.snapshot.cases.values();
        let own = own.filter(|case| same_person(&case.resident, person));
        own.map(|case| case.young)
            .filter(|young| *young != Young::Child)
            .fold(Young::No, |known, young| match (known, young) {
                (Young::FoundAdult, _) | (_, Young::FoundAdult) => Young::FoundAdult,
                (known, heard) => known.and(Some(heard)),
            })
    }

    /// Whether a telling is by somebody who may be under 18, or for a child with nobody grown up. Ordinary chat is left alone.
    pub fn young_in(&self, telling: &Telling<'_>) -> Young {
        let sure = telling.reading.confidence >= ASK_FROM;
        match telling.reading.kind {
            Kind::Request | Kind::Offer if sure => {
                let heard = intake::young(telling.text.reveal());
                self.age_of(telling.author).and(heard)
            }
            _ => Young::No,
        }
    }

    /// Somebody who may be under 18 tells of a need or makes an offer. Their need waits for their yes; their offers are not taken.
    pub fn young_told(&mut self, telling: &Telling<'_>) {
        let mut request = None;
        if telling.reading.kind == Kind::Request {
            let expires = self.now + DRAFT_LASTS;
            let case = self.new_case(telling, CaseState::Draft { expires });
            request = Some(Subject::Case(case.id.clone()));
            self.put_case(case);
        }
        self.let_offers_go(telling.author);
        self.tell_leads_of_the_young(telling, request);
    }

    fn let_offers_go(&mut self, person: &Person) {
        let offers = self.snapshot.offers.values();
        let own = offers.filter(|offer| same_person(&offer.neighbour, person));
        let mut ids: Vec<_> = own.map(|offer| offer.id.clone()).collect();
        ids.sort();
        for id in ids {
            if let Some(offer) = self.offer(&id).filter(|offer| offer.state.is_live()) {
                self.withdraw_offer(offer, person, "they may be under 18");
            }
        }
    }

    /// A concern, with the numbers for children for whoever wrote it.
    pub fn tell_leads_of_the_young(&mut self, telling: &Telling<'_>, request: Option<Subject>) {
        let mut reading = telling.reading.clone();
        if !reading.signals.contains(&Signal::Child) {
            reading.signals.push(Signal::Child);
        }
        let telling = Telling {
            source: telling.source.clone(),
            reading: &reading,
            ..*telling
        };
        self.raise_concern(&telling, request);
    }

    /// Whether it is about what somebody told who may be under 18: then nothing more is asked of them in private, which is said
    /// with the numbers for children.
    pub fn asks_no_more(&mut self, asker: &Asker, of: &Subject) -> bool {
        let young = match of {
            Subject::Case(id) => self.case(id).map(|case| case.young),
            Subject::Offer(_) | Subject::Concern(_) => None,
        };
        let is_young = young == Some(Young::Writer);
        if is_young {
            let numbers = self.desk.numbers(&[Signal::Child], "");
            self.answer(asker, Speech::Numbers(Box::new(numbers)));
        }
        is_young
    }

    /// What somebody has just told in private says that they may be under 18. The conversation is over, and the leads know.
    pub fn turned_young(&mut self, asker: &Asker, of: &Subject, text: &Private<String>) -> bool {
        if intake::young(text.reveal()) != Some(Young::Writer) {
            return false;
        }
        let draft = match of {
            Subject::Case(id) => match self.case(id) {
                Some(case) if case.young == Young::Writer => {
                    matches!(case.state, CaseState::Draft { .. })
                }
                _ => return false,
            },
            Subject::Offer(_) => false,
            Subject::Concern(_) => return false,
        };
        let reading = Reading::nothing();
        let telling = Telling {
            author: &asker.person,
            scene: &asker.scene,
            source: None,
            text,
            reading: &reading,
        };
        self.let_offers_go(&asker.person);
        // The numbers come with it, and a button where the need still waits for their yes.
        self.tell_leads_of_the_young(&telling, draft.then(|| of.clone()));
        true
    }

    /// Whether staff may not write to whoever told a case in private: they may be under 18, and leads decide what follows.
    pub fn is_for_leads(&mut self, asker: &Asker, case: &Case) -> bool {
        let young = case.young == Young::Writer;
        if young {
            let code = case.code.clone();
            self.answer(asker, Speech::ForLeads { code });
        }
        young
    }

    /// `/adult CODE`: a lead has found that whoever told a case, and whoever it is for, is grown up.
    pub fn found_adult(&mut self, asker: &Asker, id: &CaseId) {
        let Some(case) = self.hub_case(asker, id) else {
            return;
        };
        let of = Subject::Case(id.clone());
        self.record(of, Some(&asker.person), "found_adult", "");
        let young = Young::FoundAdult;
        self.put_case(Case { young, ..case });
        self.answer(asker, Speech::Noted);
    }
}
