//! What comes back from a destination: that it took a case, that it will not, and how it is going.

use crate::domain::case::{Case, CaseState, TransitionError};
use crate::domain::decision::Change;
use crate::domain::ids::DestinationId;
use crate::domain::inbound::{Handed, ReferralName, StatusNews};
use crate::domain::referral::Referral;
use crate::domain::report::Subject;
use crate::domain::speech::{HubNote, News};

use super::deciding::Deciding;
use super::sharing::note_taken;
use crate::intake::cleaned;

impl Deciding<'_> {
    pub fn title(&self, id: &DestinationId) -> String {
        let known = self
            .snapshot
            .destinations
            .iter()
            .find(|destination| destination.id == *id);
        known.map_or_else(|| id.to_string(), |destination| destination.title.clone())
    }

    /// The case of a referral, as long as that referral is the one it stands with.
    fn referred_case(&self, referral: &Referral) -> Option<Case> {
        self.case(&referral.case).filter(
            |case| matches!(&case.state, CaseState::Referred(referred) if referred.referral == referral.id),
        )
    }

    /// A destination took a referral, or refused it for good.
    pub fn handed(&mut self, handed: &Handed) {
        let Some(referral) = self.snapshot.referrals.get(&handed.referral).cloned() else {
            return;
        };
        let destination = self.title(&referral.destination);
        let subject = Subject::Case(referral.case.clone());
        if handed.recall {
            return self.recalled(&referral, handed.answer.as_ref().err());
        }
        match &handed.answer {
            Ok(reference) => {
                let reference = reference.clone();
                let updated = Referral {
                    reference: reference.clone(),
                    ..referral.clone()
                };
                self.decision
                    .changes
                    .push(Change::Referral(Box::new(updated)));
                self.record(
                    subject,
                    None,
                    "taken",
                    reference.clone().unwrap_or_default(),
                );
                let Some(case) = self.referred_case(&referral) else {
                    return self.taken_after_all(&referral, reference);
                };
                let state = match &reference {
                    Some(reference) => case.state.clone().acknowledge(reference.clone()),
                    None => Ok(case.state.clone()),
                };
                let Ok(state) = state else { return };
                let mut case = Case { state, ..case };
                note_taken(&mut case, &referral.id, reference.as_ref());
                let case = self.put_case(case);
                self.tell_residents(
                    &case,
                    &News::Forwarded {
                        destination,
                        reference,
                    },
                );
            }
            Err(why) => {
                self.record(subject, None, "refused", why.clone());
                let Some(case) = self.referred_case(&referral) else {
                    return;
                };
                let Ok(state) = case.state.clone().bounce(self.now) else {
                    return;
                };
                let case = self.put_case(Case { state, ..case });
                self.note(
                    &case,
                    HubNote::Refused {
                        destination,
                        why: why.clone(),
                    },
                );
            }
        }
    }

    /// A destination was told to use a case no longer, or can't be told.
    fn recalled(&mut self, referral: &Referral, refused: Option<&String>) {
        let subject = Subject::Case(referral.case.clone());
        let destination = self.title(&referral.destination);
        let Some(why) = refused.cloned() else {
            return self.record(subject, None, "recall_taken", referral.destination.as_str());
        };
        self.record(subject, None, "recall_refused", why.clone());
        if let Some(case) = self.case(&referral.case) {
            self.note_all(&case, HubNote::NotRecalled { destination, why });
        }
    }

    /// A destination took a case that went back to the hub meanwhile, as when staff had it tried again.
    fn taken_after_all(&mut self, referral: &Referral, reference: Option<String>) {
        let Some(case) = self
            .case(&referral.case)
            .filter(|case| case.state.is_with_hub())
        else {
            return;
        };
        let destination = self.title(&referral.destination);
        let referred =
            case.state
                .clone()
                .refer(referral.id.clone(), referral.destination.clone(), self.now);
        let state = referred.and_then(|state| match &reference {
            Some(reference) => state.acknowledge(reference.clone()),
            None => Ok(state),
        });
        let taken = HubNote::Taken {
            destination: destination.clone(),
            reference: reference.clone(),
        };
        let holder = case.state.holder().cloned();
        let mut case = case;
        note_taken(&mut case, &referral.id, reference.as_ref());
        // Where nobody holds it, or it is with another service by now, staff decide what follows.
        case.state = state.unwrap_or(case.state);
        let case = self.put_case(case);
        self.note_to(&case, holder, taken);
        let news = News::Forwarded {
            destination,
            reference,
        };
        self.tell_residents(&case, &news);
    }

    /// A destination tells how a referral is going.
    pub fn status(&mut self, news: &StatusNews) {
        let referral = self.snapshot.referrals.values().find(|referral| {
            referral.destination == news.destination
                && match &news.about {
                    ReferralName::Ours(id) => referral.id == *id,
                    ReferralName::Theirs(reference) => {
                        referral.reference.as_ref() == Some(reference)
                    }
                }
        });
        let Some(referral) = referral.cloned() else {
            return;
        };
        let destination = self.title(&referral.destination);
        let subject = Subject::Case(referral.case.clone());
        // Everybody in the hub channel reads the note, and nothing personal stands in a trail.
        let shown = cleaned(&news.status, &[]);
        let updated = Referral {
            status: Some(news.status.clone()),
            ..referral.clone()
        };
        self.decision
            .changes
            .push(Change::Referral(Box::new(updated)));
        self.record(subject, None, "status", shown.clone());
        let Some(case) = self.referred_case(&referral) else {
            return;
        };
        let holder = case.state.holder().cloned();
        let closed: Option<Result<CaseState, TransitionError>> = news
            .outcome
            .map(|outcome| case.state.clone().close(outcome, self.now));
        let state = match closed {
            Some(Ok(state)) => state,
            _ => case.state.clone(),
        };
        let case = self.put_case(Case {
            state,
            status: Some(news.status.clone()),
            ..case
        });
        let told = match news.outcome {
            Some(outcome) => News::Closed { outcome },
            None => News::Status {
                destination: destination.clone(),
                status: news.status.clone(),
            },
        };
        self.tell_residents(&case, &told);
        self.note_to(
            &case,
            holder,
            HubNote::Status {
                destination,
                status: shown,
            },
        );
    }
}
