//! The ground for sharing: asking the resident, a reason that a person types, taking a yes back, and telling destinations so.

use crate::domain::action::Action;
use crate::domain::case::{Case, CaseState};
use crate::domain::consent::{Asked, Consent, Ground, Reason, Said, Told, wording};
use crate::domain::disclosure::Item;
use crate::domain::effect::Act;
use crate::domain::ids::{CaseId, DestinationId, ReferralId};
use crate::domain::match_speech::{MatchNews, MatchNote, Over};
use crate::domain::matching::{Match, MatchState, Side};
use crate::domain::private::Private;
use crate::domain::referral::{NoticeOf, Recall, RecallReason, Referral, ReferralNotice};
use crate::domain::report::Subject;
use crate::domain::sharing_speech::{GroundSpeech, SharingSpeech};
use crate::domain::speech::{Destination, HubNote, Speech};

use super::deciding::{Asker, Deciding, waiting};
use super::{views, wants};

impl Deciding<'_> {
    fn destination(&self, id: &DestinationId) -> Option<Destination> {
        let mut all = self.snapshot.destinations.iter();
        all.find(|destination| destination.id == *id).cloned()
    }

    /// Whether there is no ground for what a destination is told by its settings; that is said, with what can be done.
    pub fn lacks_ground(&mut self, asker: &Asker, case: &Case, destination: &Destination) -> bool {
        let personal = destination.fields.iter().any(|item| item.is_personal());
        let lacks = personal && ground(case, destination).is_none();
        if lacks {
            let speech = GroundSpeech::Missing {
                case: case.id.clone(),
                code: case.code.clone(),
                destination: destination.clone(),
            };
            self.answer(asker, Speech::Ground(Box::new(speech)));
        }
        lacks
    }

    /// What a destination is told by a referral: all that its settings name, or only what is not personal. Notes it in the case.
    pub fn notice(
        &mut self,
        case: &mut Case,
        (referral, destination): (&Referral, &Destination),
        thin: bool,
    ) -> ReferralNotice {
        let ground = ground(case, destination).filter(|_| !thin);
        let told = views::referred(case, &destination.fields, ground.is_some());
        let named = destination.fields.iter().copied();
        let items: Vec<Item> = named
            .filter(|item| ground.is_some() || !item.is_personal())
            .collect();
        let personal = items.iter().any(|item| item.is_personal());
        let words: Vec<_> = items.iter().map(|item| item.as_str()).collect();
        let why = match ground.filter(|_| personal) {
            Some(ground) => format!("{}: {}; {ground}", destination.id, words.join(", ")),
            None => format!("{}: {}", destination.id, words.join(", ")),
        };
        self.record(Subject::Case(case.id.clone()), None, "told", why);
        case.sharing.told.push(Told {
            destination: destination.id.clone(),
            referral: referral.id.clone(),
            items,
            ground: ground.filter(|_| personal),
            taken: false,
            reference: None,
            at: self.now,
        });
        ReferralNotice {
            referral: referral.id.clone(),
            of: NoticeOf::Case,
            code: case.code.clone(),
            told,
            ground,
            raised_at: None,
        }
    }

    /// Staff have the resident asked whether a destination may be told what its settings name.
    pub fn ask_sharing(&mut self, asker: &Asker, id: &CaseId, to: &DestinationId) {
        let Some(mut case) = self.hub_case(asker, id) else {
            return;
        };
        let Some(destination) = self.destination(to) else {
            return self.answer(asker, Speech::ButtonGone);
        };
        if self.is_held_by_another(asker, &case) || self.is_for_leads(asker, &case) {
            return;
        }
        case.sharing.ask(Asked {
            destination: to.clone(),
            items: destination.fields.clone(),
            answer: None,
        });
        let of = Subject::Case(case.id.clone());
        self.record(of, Some(&asker.person), "asked_to_share", to.as_str());
        let case = self.put_case(case);
        let link = Action::Sharing(case.id.clone());
        let otherwise = case
            .source
            .clone()
            .map(|source| waiting(source, link))
            .or_else(|| self.tell_hub_instead(&case));
        let question = ask(&case, &destination, &destination.fields);
        self.promise(Act::Tell {
            person: case.resident.clone(),
            speech: question,
            otherwise,
        });
        let speech = GroundSpeech::Asking {
            code: case.code,
            title: destination.title,
        };
        self.answer(asker, Speech::Ground(Box::new(speech)));
    }

    /// The resident looks at what they are asked about sharing.
    pub fn show_sharing(&mut self, asker: &Asker, id: &CaseId) {
        let case = self.case(id).filter(|case| self.is_worked_on(case));
        let open = case.and_then(|case| {
            let mut asked = case.sharing.asked.iter();
            let asked = asked.find(|asked| asked.answer.is_none())?;
            let destination = self.destination(&asked.destination)?;
            Some(ask(&case, &destination, &asked.items))
        });
        self.answer(asker, open.unwrap_or(Speech::ButtonGone));
    }

    /// The resident answers whether a destination may be told.
    pub fn agree_to(&mut self, asker: &Asker, id: &CaseId, (to, said): (&DestinationId, Said)) {
        let case = self.case(id).filter(|case| self.is_worked_on(case));
        let asked = case
            .as_ref()
            .and_then(|case| case.sharing.about(to).cloned());
        let (Some(mut case), Some(asked), Some(destination)) = (case, asked, self.destination(to))
        else {
            return self.answer(asker, Speech::ButtonGone);
        };
        let version = wording::destination(case.on_behalf);
        let who = (&asker.person, case.on_behalf);
        let answer = Consent::said(said, who, version, self.now);
        case.sharing.ask(Asked {
            answer: Some(answer),
            ..asked
        });
        let what = if said == Said::Yes {
            "sharing_agreed"
        } else {
            "sharing_refused"
        };
        let why = format!("{to}: {said}, to {version} in {}", asker.person.language);
        let of = Subject::Case(case.id.clone());
        self.record(of, Some(&asker.person), what, why);
        let case = self.put_case(case);
        let title = destination.title;
        let note = HubNote::SharingAnswered {
            destination: title.clone(),
            said,
        };
        self.note(&case, note);
        let speech = SharingSpeech::Answered { title, said };
        self.answer(asker, Speech::Sharing(Box::new(speech)));
    }

    /// `/reason CODE emergency WORDS`: a person decides that it may be shared without consent, and says why.
    pub fn give_reason(
        &mut self,
        asker: &Asker,
        id: &CaseId,
        (reason, why): (Ground, &Private<String>),
    ) {
        let Some(mut case) = self.hub_case(asker, id) else {
            return;
        };
        if self.is_held_by_another(asker, &case) {
            return;
        }
        case.sharing.reason = Some(Reason {
            ground: reason,
            why: why.clone(),
            by: asker.person.clone(),
            at: self.now,
        });
        let of = Subject::Case(case.id.clone());
        // The words are in the case, where they are erased with it.
        self.record(of, Some(&asker.person), "reason_given", reason.as_str());
        let code = self.put_case(case).code;
        let speech = GroundSpeech::Kept { code, reason };
        self.answer(asker, Speech::Ground(Box::new(speech)));
    }

    /// The resident takes back every yes: no more is shared, neighbours who know something hear that they must not use it, and
    /// destinations are told.
    pub fn stop_sharing(&mut self, asker: &Asker, id: &CaseId) {
        let Some(mut case) = self.case(id) else {
            return self.answer(asker, Speech::ButtonGone);
        };
        let known: Vec<Match> = self
            .matches()
            .into_iter()
            .filter(|found| found.case == case.id && knows(found))
            .collect();
        let said_yes = case.details.shareable() || case.sharing.holds();
        if !said_yes && known.is_empty() && case.sharing.told.is_empty() {
            let nothing = SharingSpeech::NothingToStop;
            return self.answer(asker, Speech::Sharing(Box::new(nothing)));
        }
        if let Some(consent) = &mut case.details.consent
            && consent.holds()
        {
            consent.withdrawn = Some(self.now);
        }
        case.sharing.withdraw(self.now);
        let of = Subject::Case(case.id.clone());
        self.record(of, Some(&asker.person), "consent_withdrawn", "");
        let destinations = self.recall(&case, RecallReason::ConsentWithdrawn);
        let holder = case.state.holder().cloned();
        if let Some(state) = self.before_it_was_taken(&case) {
            case.state = state;
        }
        let case = self.put_case(case);
        for found in known {
            self.forget_what_was_shared(&found);
        }
        if holder.is_some() {
            self.note_to(&case, holder, HubNote::SharingStopped);
        }
        let speech = SharingSpeech::Stopped {
            case: case.id,
            code: case.code,
            destinations,
        };
        self.answer(asker, Speech::Sharing(Box::new(speech)));
    }

    /// The same by words, of everything that somebody told. Whether there was anything to stop.
    pub fn shares_no_more(&mut self, asker: &Asker) -> bool {
        let own = wants::own_cases(self.snapshot, &asker.person);
        let shared = |case: &&Case| {
            let mut matches = self.snapshot.matches.values();
            case.details.shareable()
                || case.sharing.holds()
                || !case.sharing.told.is_empty()
                || matches.any(|found| found.case == case.id && knows(found))
        };
        let mut ids: Vec<CaseId> = own.filter(shared).map(|case| case.id.clone()).collect();
        ids.sort();
        for id in &ids {
            self.stop_sharing(asker, id);
        }
        !ids.is_empty()
    }

    /// Where it stands if the destination that it is on its way to has not taken it: with whoever sent it.
    fn before_it_was_taken(&self, case: &Case) -> Option<CaseState> {
        let CaseState::Referred(referred) = &case.state else {
            return None;
        };
        let mut told = case.sharing.told.iter();
        let waits = told.any(|told| told.referral == referred.referral && !told.taken);
        let back = case.state.clone().bounce(self.now);
        back.ok().filter(|_| waits)
    }

    /// A neighbour who learned something is told that it is no longer shared, and the match is over.
    fn forget_what_was_shared(&mut self, found: &Match) {
        let Ok(state) = found.state.clone().step_back(Side::Resident, self.now) else {
            return;
        };
        self.record_match(found, None, "sharing_stopped", "");
        let found = self.put_match(Match {
            state,
            ..found.clone()
        });
        let why = Over::SharingStopped;
        self.tell_side(&found, Side::Neighbour, MatchNews::Over { why });
        let by = Side::Resident;
        self.note_match(&found, MatchNote::SteppedBack { by });
        self.match_is_over(&found.case);
    }

    /// Tells every destination that was told of a case to use it no longer; gives what people call them.
    pub fn recall(&mut self, case: &Case, why: RecallReason) -> Vec<String> {
        let mut titles: Vec<String> = Vec::new();
        for told in &case.sharing.told {
            let of = Subject::Case(case.id.clone());
            self.record(of, None, "recalled", told.destination.as_str());
            self.promise(Act::Recall {
                destination: told.destination.clone(),
                recall: Recall {
                    referral: told.referral.clone(),
                    code: case.code.clone(),
                    reference: told.reference.clone(),
                    why,
                },
            });
            let title = self.title(&told.destination);
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        titles
    }
}

/// The ground on which a destination may be told what its settings name.
fn ground(case: &Case, destination: &Destination) -> Option<Ground> {
    let wanted = (&destination.id, &destination.fields[..]);
    case.sharing.ground(case.details.consent.as_ref(), wanted)
}

/// A destination took what it was told.
pub fn note_taken(case: &mut Case, referral: &ReferralId, reference: Option<&String>) {
    let mut all = case.sharing.told.iter_mut();
    if let Some(told) = all.find(|told| told.referral == *referral) {
        told.taken = true;
        told.reference = reference.cloned();
    }
}

/// Whether a neighbour has learned something that the resident told, or is about to.
const fn knows(found: &Match) -> bool {
    matches!(
        found.state,
        MatchState::Accepted { .. } | MatchState::Agreed { .. }
    )
}

fn ask(case: &Case, destination: &Destination, items: &[Item]) -> Speech {
    Speech::Sharing(Box::new(SharingSpeech::Ask {
        case: case.id.clone(),
        code: case.code.clone(),
        destination: Destination {
            fields: items.to_vec(),
            ..destination.clone()
        },
        told: Box::new(views::referred(case, items, true)),
        on_behalf: case.on_behalf,
    }))
}
