//! A decision while it is being made: rows and effects are gathered here, and what was
//! gathered is seen by the steps that follow.

use crate::domain::action::Action;
use crate::domain::case::{Case, CaseState};
use crate::domain::clock::Timestamp;
use crate::domain::concern::Concern;
use crate::domain::decision::{Change, Decision, Snapshot};
use crate::domain::effect::{Act, Answer, Effect, Otherwise, Show};
use crate::domain::heard::Heard;
use crate::domain::ids::{
    CaseId, ConcernId, Draw, EffectId, MessageId, MessageRef, OfferId, Place, PostKey, ReportId,
};
use crate::domain::inbound::{AnswerToken, Scene};
use crate::domain::offer::Offer;
use crate::domain::particulars::Particulars;
use crate::domain::people::{Person, Standing};
use crate::domain::report::{CaseEvent, Report, Subject};
use crate::domain::rescue::Reached;
use crate::domain::retention::Erased;
use crate::domain::settings::ChannelRole;
use crate::domain::speech::{CardView, HubNote, Speech};
use crate::domain::traces::Traces;

use super::{Desk, route, views};

/// How long an answer to a press or a command is worth sending: Discord's tokens live 15 minutes.
const ANSWER_LASTS: std::time::Duration = std::time::Duration::from_mins(14);

/// A decision while it is being made.
pub struct Deciding<'a> {
    /// Reader, numbers and prompts.
    pub desk: &'a Desk,
    /// What was read from the store.
    pub snapshot: &'a Snapshot,
    /// What the words say that are decided about, where there are any.
    pub heard: Option<&'a Heard>,
    /// The present moment.
    pub now: Timestamp,
    /// Where identifiers come from.
    pub draw: &'a mut Draw,
    /// Whoever this is about was sent what they need at once already.
    pub reached: Option<Reached>,
    /// What has been gathered.
    pub decision: Decision,
}

/// Who acted, where, and how to answer them.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Who.
    pub person: Person,
    /// How they stand in the group, by the platform's word at that moment.
    pub standing: Standing,
    /// Where.
    pub scene: Scene,
    /// What they typed, if they did.
    pub message: Option<MessageId>,
    /// How the platform wants it answered.
    pub token: Option<AnswerToken>,
}

/// Whether two are the same person on the same platform.
pub fn same_person(a: &Person, b: &Person) -> bool {
    a.connector == b.connector && a.id == b.id
}

impl Deciding<'_> {
    /// Promises an effect.
    pub fn promise(&mut self, act: Act) {
        self.push_effect(act, false, None);
    }

    /// Promises an effect that goes before all that waits.
    pub fn promise_urgently(&mut self, act: Act) {
        self.push_effect(act, true, None);
    }

    fn push_effect(&mut self, act: Act, urgent: bool, expires: Option<Timestamp>) {
        let id = EffectId::new(self.draw.id());
        self.decision.effects.push(Effect {
            id,
            urgent,
            expires,
            act,
        });
    }

    /// Answers a press, a command or a form.
    pub fn answer(&mut self, asker: &Asker, speech: Speech) {
        let Some(speech) = self.measured(asker, speech) else {
            return;
        };
        let act = Act::Answer(Answer {
            person: asker.person.clone(),
            place: asker.scene.place.clone(),
            private: asker.scene.is_private(),
            message: asker.message.clone(),
            token: asker.token.clone(),
            speech,
        });
        let expires = asker.token.as_ref().map(|_| self.now + ANSWER_LASTS);
        self.push_effect(act, false, expires);
    }

    /// Writes a row of the audit trail.
    pub fn record(
        &mut self,
        subject: Subject,
        by: Option<&Person>,
        what: &str,
        why: impl Into<String>,
    ) {
        let event = CaseEvent {
            subject,
            at: self.now,
            by: by.cloned(),
            what: what.to_owned(),
            why: why.into(),
        };
        self.decision.changes.push(Change::Event(Box::new(event)));
    }

    /// The last of the rows gathered so far that is looked for.
    fn gathered<'d, T>(&'d self, find: impl Fn(&'d Change) -> Option<&'d T>) -> Option<&'d T> {
        self.decision.changes.iter().rev().find_map(find)
    }

    /// The case as it is by now.
    pub fn case(&self, id: &CaseId) -> Option<Case> {
        let gathered = self.gathered(|change| match change {
            Change::Case(case) if case.id == *id => Some(&**case),
            _ => None,
        });
        gathered.or_else(|| self.snapshot.cases.get(id)).cloned()
    }

    /// The offer as it is by now.
    pub fn offer(&self, id: &OfferId) -> Option<Offer> {
        let gathered = self.gathered(|change| match change {
            Change::Offer(offer) if offer.id == *id => Some(&**offer),
            _ => None,
        });
        gathered.or_else(|| self.snapshot.offers.get(id)).cloned()
    }

    /// The concern as it is by now.
    pub fn concern(&self, id: &ConcernId) -> Option<Concern> {
        let gathered = self.gathered(|change| match change {
            Change::Concern(concern) if concern.id == *id => Some(&**concern),
            _ => None,
        });
        gathered.or_else(|| self.snapshot.concerns.get(id)).cloned()
    }

    /// The report as it is by now.
    pub fn report(&self, id: &ReportId) -> Option<Report> {
        let gathered = self.gathered(|change| match change {
            Change::Report(report) if report.id == *id => Some(&**report),
            _ => None,
        });
        gathered.or_else(|| self.snapshot.reports.get(id)).cloned()
    }

    /// The reports of a subject as they are by now, oldest first.
    pub fn reports(&self, subject: &Subject) -> Vec<Report> {
        // The snapshot is that of a whole batch: what is about other subjects is only looked at.
        let mut reports: Vec<&Report> = self
            .snapshot
            .reports
            .values()
            .filter(|report| report.subject == *subject)
            .collect();
        for change in &self.decision.changes {
            if let Change::Report(report) = change {
                reports.retain(|old| old.id != report.id);
                if report.subject == *subject {
                    reports.push(report);
                }
            }
        }
        reports.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        reports.into_iter().cloned().collect()
    }

    /// Writes a report.
    pub fn put_report(&mut self, report: Report) {
        self.decision.changes.push(Change::Report(Box::new(report)));
    }

    /// Writes a case, weighed by the rules, and shows it as it is now on every card that it has or should have.
    pub fn put_case(&mut self, mut case: Case) -> Case {
        case.changed = self.now;
        case.version += 1;
        if matches!(
            case.state,
            CaseState::Withdrawn { .. } | CaseState::Expired { .. }
        ) {
            // Nothing is compared with what was taken back, and nothing of it is kept for that.
            case.compared.clear();
            case.keys.clear();
        }
        let reports = self.reports(&Subject::Case(case.id.clone()));
        self.weigh(&mut case, &reports);
        case.proposing = self.plan_proposal(&case);
        if case.state.is_live() {
            // What came back is told anew.
            case.erased = Erased::Nothing;
        }
        self.decision
            .changes
            .push(Change::Case(Box::new(case.clone())));
        self.end_matches_of_case(&case);
        self.show_cards(&case);
        case
    }

    /// Writes a case of which nothing changed that a card shows.
    pub fn write_case(&mut self, mut case: Case) {
        case.changed = self.now;
        case.version += 1;
        self.decision.changes.push(Change::Case(Box::new(case)));
    }

    /// Shows a case as it is now on every card that it has or should have.
    pub fn show_cards(&mut self, case: &Case) {
        let subject = Subject::Case(case.id.clone());
        let mut places = self.post_places(&subject, "card");
        if case.state.is_with_hub() {
            places.extend(route::channels_for(
                self.snapshot,
                ChannelRole::Hub,
                &case.area,
            ));
        }
        places.sort();
        places.dedup();
        let view = CardView {
            neighbour: self.stage(case),
            ..views::card(case, self.reports(&subject).len().max(case.compared.len()))
        };
        for place in places {
            self.show(
                "card",
                subject.clone(),
                place,
                Speech::Card(Box::new(view.clone())),
            );
        }
    }

    /// Writes an offer and shows it as it is now in the hub channels of its area.
    pub fn put_offer(&mut self, mut offer: Offer) -> Offer {
        if !offer.state.is_live() {
            offer.traces = Traces::default();
            offer.particulars = Particulars::default();
        }
        let offer = self.write_offer(offer);
        self.end_matches_of_offer(&offer);
        let subject = Subject::Offer(offer.id.clone());
        let mut places = self.post_places(&subject, "card");
        if offer.state == crate::domain::offer::OfferState::Open {
            places.extend(route::channels_for(
                self.snapshot,
                ChannelRole::Hub,
                &offer.area,
            ));
        }
        places.sort();
        places.dedup();
        for place in places {
            self.show(
                "card",
                subject.clone(),
                place,
                Speech::OfferCard(Box::new(views::offer_card(&offer))),
            );
        }
        offer
    }

    /// Writes an offer of which nothing changed that a card shows.
    pub fn write_offer(&mut self, mut offer: Offer) -> Offer {
        offer.changed = self.now;
        offer.version += 1;
        self.decision
            .changes
            .push(Change::Offer(Box::new(offer.clone())));
        offer
    }

    /// Writes a concern and shows it as it is now in the safeguarding channels of its area, before all else.
    pub fn put_concern(&mut self, mut concern: Concern) {
        concern.changed = self.now;
        concern.version += 1;
        self.decision
            .changes
            .push(Change::Concern(Box::new(concern.clone())));
        let subject = Subject::Concern(concern.id.clone());
        let mut places = self.post_places(&subject, "card");
        places.extend(route::channels_for(
            self.snapshot,
            ChannelRole::Safeguarding,
            &concern.area,
        ));
        places.sort();
        places.dedup();
        for place in places {
            let speech = Speech::ConcernCard(Box::new(views::concern_card(&concern)));
            let show = shown("card", subject.clone(), place, None, speech);
            self.promise_urgently(Act::Show(show));
        }
    }

    /// Shows a lasting post about a subject.
    pub fn show(&mut self, sort: &str, subject: Subject, place: Place, speech: Speech) {
        self.promise(Act::Show(shown(sort, subject, place, None, speech)));
    }

    /// Shows the one post by which kith speaks with the writer of a message, beneath that message.
    pub fn show_ask(&mut self, subject: &Subject, source: &MessageRef, speech: Speech) {
        let show = Show {
            lasting: false,
            ..shown(
                "ask",
                subject.clone(),
                source.place.clone(),
                Some(source.message.clone()),
                speech,
            )
        };
        self.promise(Act::Show(show));
    }

    /// Edits the post by which kith speaks with the writer, if there is one.
    pub fn update_ask(&mut self, subject: &Subject, speech: &Speech) {
        for place in self.post_places(subject, "ask") {
            let show = Show {
                lasting: false,
                ..shown("ask", subject.clone(), place, None, speech.clone())
            };
            self.promise(Act::Show(show));
        }
    }

    /// Takes away the post by which kith speaks with the writer, if there is one.
    pub fn retract_ask(&mut self, subject: &Subject) {
        self.retract("ask", subject);
    }

    /// Takes away the posts of one sort about a subject.
    pub fn retract(&mut self, sort: &str, subject: &Subject) {
        for place in self.post_places(subject, sort) {
            let post = post_key(sort, subject, &place);
            self.promise(Act::Retract { post, place });
        }
    }

    /// Asks the writer, beneath the message that says so, whether it is sorted.
    pub fn show_sorted(&mut self, subject: &Subject, source: &MessageRef, speech: Speech) {
        let show = Show {
            lasting: false,
            ..shown(
                "sorted",
                subject.clone(),
                source.place.clone(),
                Some(source.message.clone()),
                speech,
            )
        };
        self.promise(Act::Show(show));
    }

    /// The places of the posts of one sort about a subject, those just promised included.
    fn post_places(&self, subject: &Subject, sort: &str) -> Vec<Place> {
        let known = self
            .snapshot
            .posts
            .get(subject)
            .into_iter()
            .flatten()
            .map(|post| (&post.key, &post.place));
        let promised = self
            .decision
            .effects
            .iter()
            .filter_map(|effect| match &effect.act {
                Act::Show(show) if show.subject == *subject => Some((&show.post, &show.place)),
                _ => None,
            });
        let mut places: Vec<_> = known
            .chain(promised)
            .filter(|(key, _)| key.as_str().split('/').next() == Some(sort))
            .map(|(_, place)| place.clone())
            .collect();
        places.sort();
        places.dedup();
        places
    }

    /// Where a person who told it in private can't be reached, the hub should know.
    pub fn tell_hub_instead(&self, case: &Case) -> Option<Otherwise> {
        self.hub_note_instead(case, HubNote::Unreachable)
    }

    /// What the hub is told where a person can't be.
    pub fn hub_note_instead(&self, case: &Case, note: HubNote) -> Option<Otherwise> {
        let holder = case.state.holder().cloned();
        let (place, reply_to) = self.card_of(case, holder.as_ref())?;
        let speech = Box::new(Speech::HubNote {
            code: case.code.clone(),
            holder,
            note,
        });
        Some(Otherwise {
            place,
            reply_to,
            speech,
            post: None,
        })
    }

    /// Says in the hub what the holder of a case, or of the one that it is part of, should see, beneath the card they see.
    pub fn note(&mut self, case: &Case, note: HubNote) {
        let whole = self.whole(case);
        let Some(holder) = whole.state.holder().cloned() else {
            return;
        };
        self.note_to(&whole, Some(holder), note);
    }

    /// The same, to whoever held it until now.
    pub fn note_to(&mut self, case: &Case, holder: Option<Person>, note: HubNote) {
        let Some((place, reply_to)) = self.card_of(case, holder.as_ref()) else {
            return;
        };
        let speech = Speech::HubNote {
            code: case.code.clone(),
            holder,
            note,
        };
        self.promise(Act::Say {
            place,
            reply_to,
            speech,
        });
    }

    /// Says it to the holder; where nobody holds the case, in every hub that has its card.
    pub fn note_all(&mut self, case: &Case, note: HubNote) {
        if case.state.holder().is_some() {
            return self.note(case, note);
        }
        for (place, reply_to) in self.cards_of(case) {
            let speech = Speech::HubNote {
                code: case.code.clone(),
                holder: None,
                note: note.clone(),
            };
            self.promise(Act::Say {
                place,
                reply_to,
                speech,
            });
        }
    }

    /// The card of a case that its holder sees, where it is posted yet; else any hub that has one.
    fn card_of(&self, case: &Case, holder: Option<&Person>) -> Option<(Place, Option<MessageId>)> {
        let mut cards = self.cards_of(case);
        let near = cards.iter().position(|(place, _)| {
            holder.is_some_and(|person| person.connector == place.connector)
        });
        (!cards.is_empty()).then(|| cards.swap_remove(near.unwrap_or(0)))
    }

    /// Where a case has a card, with the message that it is, where it is posted yet.
    fn cards_of(&self, case: &Case) -> Vec<(Place, Option<MessageId>)> {
        let subject = Subject::Case(case.id.clone());
        let posts = self.snapshot.posts.get(&subject);
        let message = |place: &Place| {
            let key = post_key("card", &subject, place);
            let mut posts = posts.into_iter().flatten();
            let post = posts.find(|post| post.place == *place && post.key == key);
            post.and_then(|post| post.message.clone())
        };
        let places = self.post_places(&subject, "card").into_iter();
        places
            .map(|place| (place.clone(), message(&place)))
            .collect()
    }
}

/// A neutral public line beneath a message, with a link to the private chat.
pub fn waiting(source: MessageRef, link: Action) -> Otherwise {
    Otherwise {
        place: source.place,
        reply_to: Some(source.message),
        speech: Box::new(Speech::MessageWaiting { link: Some(link) }),
        post: None,
    }
}

/// The same, to be taken away again.
pub fn waiting_for_a_while(source: MessageRef, link: Action, of: &Subject) -> Otherwise {
    let post = post_key("line", of, &source.place);
    Otherwise {
        post: Some((post, of.clone())),
        ..waiting(source, link)
    }
}

fn post_key(sort: &str, subject: &Subject, place: &Place) -> PostKey {
    PostKey::new(format!(
        "{sort}/{}/{}/{place}",
        subject.sort(),
        subject.id()
    ))
}

fn shown(
    sort: &str,
    subject: Subject,
    place: Place,
    reply_to: Option<MessageId>,
    speech: Speech,
) -> Show {
    let post = post_key(sort, &subject, &place);
    Show {
        post,
        subject,
        place,
        reply_to,
        speech,
        lasting: true,
    }
}
