//! What goes with a record that is erased: its tellings, what its posts say, and what destinations said of it.

use std::collections::BTreeSet;

use crate::domain::case::Case;
use crate::domain::decision::{Change, Decision, PersonKey, Snapshot};
use crate::domain::effect::{Act, Effect, Show};
use crate::domain::ids::{Draw, EffectId};
use crate::domain::people::Person;
use crate::domain::referral::Referral;
use crate::domain::report::Subject;
use crate::domain::retention::{Erased, erase_case, erase_report};
use crate::domain::speech::Speech;

/// What an erasing step comes to.
#[derive(Default)]
pub(super) struct Erasure {
    pub(super) decision: Decision,
    pub(super) subjects: BTreeSet<Subject>,
    pub(super) people: BTreeSet<PersonKey>,
}

impl Erasure {
    pub(super) fn change(&mut self, change: Change) {
        self.decision.changes.push(change);
    }

    pub(super) fn take_case(
        &mut self,
        (snapshot, case): (&Snapshot, &Case),
        from: Erased,
        draw: &mut Draw,
    ) {
        let subject = Subject::Case(case.id.clone());
        self.take(snapshot, (&subject, &case.resident), (from, draw));
        let matches = snapshot
            .matches
            .values()
            .filter(|found| found.case == case.id);
        self.people
            .extend(matches.map(|found| key(&found.neighbour)));
        if from != Erased::Details {
            let mut case = erase_case(case.clone(), next(from));
            case.version += 1;
            self.change(Change::Case(Box::new(case)));
        }
    }

    /// What goes with a record: its tellings, and what its posts say.
    pub(super) fn take(
        &mut self,
        snapshot: &Snapshot,
        (subject, person): (&Subject, &Person),
        (from, draw): (Erased, &mut Draw),
    ) {
        self.subjects.insert(subject.clone());
        self.people.insert(key(person));
        for report in snapshot.reports_of(subject) {
            self.people.insert(key(&report.author));
            if from != Erased::Details {
                let report = erase_report(report.clone(), next(from));
                self.change(Change::Report(Box::new(report)));
            }
        }
        if from != Erased::Nothing {
            return;
        }
        let posts = snapshot.posts.get(subject).into_iter().flatten();
        for post in posts.filter(|post| post.message.is_some()) {
            self.decision.effects.push(Effect {
                id: EffectId::new(draw.id()),
                urgent: false,
                expires: None,
                act: Act::Show(Show {
                    post: post.key.clone(),
                    subject: subject.clone(),
                    place: post.place.clone(),
                    reply_to: None,
                    speech: Speech::Erased,
                    lasting: false,
                }),
            });
        }
    }

    pub(super) fn referrals(&mut self, referrals: Vec<Referral>) {
        let told = referrals
            .into_iter()
            .filter(|referral| referral.status.is_some());
        let told = told.map(|referral| {
            Change::Referral(Box::new(Referral {
                status: None,
                ..referral
            }))
        });
        self.decision.changes.extend(told);
    }
}

pub(super) fn key(person: &Person) -> PersonKey {
    (person.connector.clone(), person.id.clone())
}

pub(super) const fn next(from: Erased) -> Erased {
    match from {
        Erased::Nothing => Erased::Words,
        Erased::Words | Erased::Details => Erased::Details,
    }
}

/// A case and all that is part of it.
pub(super) fn with_parts<'s>(snapshot: &'s Snapshot, whole: &'s Case) -> Vec<&'s Case> {
    let mut all = vec![whole];
    let mut looked_at = 0;
    while let Some(case) = all.get(looked_at).copied() {
        looked_at += 1;
        let parts = case.joined.iter();
        for part in parts.filter_map(|joined| snapshot.cases.get(&joined.case)) {
            if all.iter().all(|known| known.id != part.id) {
                all.push(part);
            }
        }
    }
    all
}
