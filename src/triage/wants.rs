//! What has to be loaded before an inbound can be decided.

use crate::domain::action::Action;
use crate::domain::case::Case;
use crate::domain::clock::Timestamp;
use crate::domain::code::CaseCode;
use crate::domain::command::Command;
use crate::domain::decision::{Keys, Snapshot, Wants};
use crate::domain::heard::Heard;
use crate::domain::ids::{CaseId, MatchId};
use crate::domain::inbound::{Due, Event, Inbound, Issued, Message, Press, ReferralName, Scene};
use crate::domain::offer::Offer;
use crate::domain::people::Person;
use crate::domain::reading::Kind;
use crate::domain::report::Subject;

use super::deciding::same_person;
use super::{Desk, duplicates};
use crate::intake::stops_sharing;

/// What has to be loaded before an inbound can be decided.
pub fn wants(desk: &Desk, inbound: &Inbound, heard: Option<&Heard>) -> Wants {
    let mut wants = Wants::default();
    match &inbound.event {
        Event::Message(message) | Event::Edited(message) => {
            wants.sources.push(message.reference());
            wants.person(&message.author);
            let over = heard.is_some_and(|heard| heard.reading.kind == Kind::Resolved);
            if over || message.scene.is_private() {
                wants.parts_of(&message.author);
            }
            if let Some(heard) = heard {
                let left = duplicates::left_by_message(desk, message, heard);
                if !left.keys.is_empty() {
                    wants.keys.push(left.keys);
                }
                if over {
                    // Whose report it answers decides what is sorted.
                    wants.sources.extend(message.answers());
                }
            }
        }
        Event::Deleted { messages } => wants.sources.clone_from(messages),
        Event::Press(press) => wants.press(press),
        Event::Command(issued) => {
            wants.command(issued);
            wants.keys.extend(need_keys(desk, issued));
        }
        Event::Form(form) => {
            wants.person(&form.by.person);
            if let Some(action) = &form.action {
                wants.subjects.extend(subjects(action));
                wants.matching(action);
            }
        }
        Event::Handed(handed) => wants.referrals.push(handed.referral.clone()),
        Event::Status(news) => match &news.about {
            ReferralName::Ours(id) => wants.referrals.push(id.clone()),
            ReferralName::Theirs(reference) => {
                wants
                    .references
                    .push((news.destination.clone(), reference.clone()));
            }
        },
        Event::Due(Due::Case { id }) => wants.subjects.push(Subject::Case(id.clone())),
        Event::Due(Due::Offer { id }) => {
            let subject = Subject::Offer(id.clone());
            wants.fits.push(subject.clone());
            wants.subjects.push(subject);
        }
        Event::Due(Due::Match { id }) => wants.matches.push(id.clone()),
        Event::Due(Due::Concern { id }) => wants.subjects.push(Subject::Concern(id.clone())),
        Event::Due(Due::Dialogue { connector, person }) => {
            wants.people.push((connector.clone(), person.clone()));
        }
        Event::Added { .. }
        | Event::Removed { .. }
        | Event::Moved { .. }
        | Event::Malformed { .. } => {}
    }
    wants
}

/// What has to be loaded beside, seen from what was loaded.
pub fn more(
    desk: &Desk,
    (snapshot, inbound, now): (&Snapshot, &Inbound, Timestamp),
    heard: Option<&Heard>,
) -> Wants {
    let mut wants = Wants::default();
    if let (Event::Message(message) | Event::Edited(message), Some(heard)) = (&inbound.event, heard)
        && heard.reading.kind == Kind::Request
    {
        let mut left = duplicates::left_by_message(desk, message, heard);
        left.traces.at = Some(now);
        let found = duplicates::to_load((desk, snapshot), &left);
        wants.subjects.extend(found.cloned().map(Subject::Case));
    }
    if let Event::Message(message) = &inbound.event
        && takes_back(message)
    {
        let own = own_cases(snapshot, &message.author);
        wants
            .subjects
            .extend(own.map(|case| Subject::Case(case.id.clone())));
    }
    wants.looking(snapshot, inbound, now);
    wants.neighbour(snapshot, inbound);
    wants
}

/// Whether somebody tells kith in private to share nothing more.
pub fn takes_back(message: &Message) -> bool {
    message.scene.is_private() && stops_sharing(message.text.reveal())
}

/// The cases that somebody told, as they were loaded.
pub fn own_cases<'s>(snapshot: &'s Snapshot, person: &Person) -> impl Iterator<Item = &'s Case> {
    let person = person.clone();
    let cases = snapshot.cases.values();
    cases.filter(move |case| same_person(&case.resident, &person))
}

/// The offer that a lead names somebody by.
fn named_offer<'s>(snapshot: &'s Snapshot, inbound: &Inbound) -> Option<&'s Offer> {
    let code = match &inbound.event {
        Event::Command(issued) => match &issued.command {
            Ok(
                Command::Vet { code, .. }
                | Command::Pause { code, .. }
                | Command::Bar { code, .. }
                | Command::Unpause { code },
            ) => code,
            _ => return None,
        },
        Event::Press(press) => match &press.action {
            Some(Action::Vet(id, _)) => return snapshot.offers.get(id),
            _ => return None,
        },
        _ => return None,
    };
    match snapshot.by_code(code)? {
        Subject::Offer(id) => snapshot.offers.get(&id),
        Subject::Case(_) | Subject::Concern(_) => None,
    }
}

/// What the request of a command would be found by.
fn need_keys(desk: &Desk, issued: &Issued) -> Option<Keys> {
    let Ok(Command::Need { text }) = &issued.command else {
        return None;
    };
    let about = issued.about.as_deref();
    let text = text.as_ref().or(about.map(|about| &about.text))?;
    let author = about
        .filter(|about| about.text == *text)
        .map_or(&issued.by.person, |about| &about.author);
    let reading = desk.reader.read_as(text.reveal(), Kind::Request);
    let left = duplicates::left(desk, (author, text, &reading), Timestamp::default());
    Some(left.keys)
}

impl Wants {
    fn person(&mut self, person: &Person) {
        self.people
            .push((person.connector.clone(), person.id.clone()));
    }

    fn parts_of(&mut self, person: &Person) {
        self.parts_of
            .push((person.connector.clone(), person.id.clone()));
    }

    /// What may fit a case for which kith looks for a neighbour now.
    fn looking(&mut self, snapshot: &Snapshot, inbound: &Inbound, now: Timestamp) {
        let Event::Due(Due::Case { id }) = &inbound.event else {
            return;
        };
        let look = snapshot
            .cases
            .get(id)
            .and_then(|case| case.proposing.look());
        if look.is_some_and(|at| at <= now) {
            let subject = Subject::Case(id.clone());
            self.fits.push(subject.clone());
            self.subjects.push(subject);
        }
    }

    /// Whom a lead names by an offer, with all that goes on with them.
    fn neighbour(&mut self, snapshot: &Snapshot, inbound: &Inbound) {
        if let Some(offer) = named_offer(snapshot, inbound) {
            self.person(&offer.neighbour);
            self.volunteers.extend(self.people.last().cloned());
        }
    }

    fn group(&mut self, scene: &Scene) {
        if let Some(group) = &scene.group {
            self.groups
                .push((scene.place.connector.clone(), group.clone()));
        }
    }

    fn press(&mut self, press: &Press) {
        self.person(&press.by.person);
        let Some(action) = &press.action else { return };
        self.subjects.extend(subjects(action));
        self.matching(action);
        if matches!(action, Action::Mine) {
            self.parts_of(&press.by.person);
        }
        if matches!(action, Action::StateCheck(_)) {
            self.volunteers.extend(self.people.last().cloned());
        }
        if matches!(
            action,
            Action::SetRole(_)
                | Action::SetListening(_)
                | Action::SetAsking(_)
                | Action::SetLeaks(_)
        ) {
            self.group(&press.scene);
        }
        if let Action::RemoveMine(message) = action {
            // What it tells stays, and no longer hangs on the message.
            self.sources.push(message.named(&press.scene.place));
        }
    }

    fn matching(&mut self, action: &Action) {
        match action {
            Action::Neighbours(id) | Action::AskNeighbour(id, _) => {
                self.fits.push(Subject::Case(id.clone()));
            }
            _ => self.matches.extend(match_of(action).cloned()),
        }
    }

    fn command(&mut self, issued: &Issued) {
        self.person(&issued.by.person);
        if let Some(about) = &issued.about {
            self.sources.push(about.reference());
        }
        let Ok(command) = &issued.command else { return };
        self.codes.extend(codes(command).into_iter().cloned());
        match command {
            Command::Setup(_) | Command::Moderator { .. } | Command::Status | Command::Help => {
                self.group(&issued.scene);
            }
            Command::My | Command::Cancel { code: None } => self.parts_of(&issued.by.person),
            Command::Concern { code, .. } => self.codes.extend(code.clone()),
            Command::Concerns => self.open_concerns = true,
            _ => {}
        }
    }
}

/// The match that a button is about.
pub fn match_of(action: &Action) -> Option<&MatchId> {
    match action {
        Action::Help(id, _)
        | Action::Share(id, _)
        | Action::StepBack(id)
        | Action::WorriedMatch(id)
        | Action::Visit(id, _)
        | Action::Matched(id)
        | Action::HowItWent(id, _) => Some(id),
        _ => None,
    }
}

/// The codes that a command names.
pub fn codes(command: &Command) -> Vec<&CaseCode> {
    match command {
        Command::Case { code }
        | Command::Claim { code }
        | Command::Release { code }
        | Command::Done { code, .. }
        | Command::Forward { code, .. }
        | Command::Reason { code, .. }
        | Command::Ask { code, .. }
        | Command::Split { code }
        | Command::Priority { code, .. }
        | Command::Vet { code, .. }
        | Command::Pause { code, .. }
        | Command::Bar { code, .. }
        | Command::Unpause { code }
        | Command::Adult { code }
        | Command::Cancel { code: Some(code) } => vec![code],
        Command::Merge { code, into } => vec![code, into],
        Command::Start
        | Command::Help
        | Command::Need { .. }
        | Command::Offer { .. }
        | Command::My
        // What somebody worries about is heard, whatever code they write.
        | Command::Concern { .. }
        | Command::Concerns
        | Command::Numbers
        | Command::Cancel { code: None }
        | Command::Queue(_)
        | Command::Setup(_)
        | Command::Moderator { .. }
        | Command::Status => Vec::new(),
    }
}

/// The records that a button names; what something is done to comes first.
pub fn subjects(action: &Action) -> Vec<Subject> {
    let case = |id: &CaseId| Subject::Case(id.clone());
    match action {
        Action::Confirm(of)
        | Action::Dismiss(of)
        | Action::TellPrivately(of)
        | Action::Details(of)
        | Action::EditField(of, _)
        | Action::Withdraw(of)
        | Action::Undo(of) => vec![of.clone()],
        Action::AnswerQuestion(id)
        | Action::Claim(id)
        | Action::ClaimBriefed(id)
        | Action::Release(id)
        | Action::View(id)
        | Action::Split(id)
        | Action::Apart(id)
        | Action::ForwardMenu(id)
        | Action::Forward(id, _)
        | Action::ForwardThin(id, _)
        | Action::AskSharing(id, _)
        | Action::StopSharing(id)
        | Action::Sharing(id)
        | Action::Agree(id, ..)
        | Action::DoneMenu(id)
        | Action::Done(id, _)
        | Action::Reopen(id)
        | Action::Neighbours(id)
        | Action::KithAsks(id, _) => vec![case(id)],
        Action::Vet(offer, _) => vec![Subject::Offer(offer.clone())],
        Action::AskNeighbour(id, offer) => vec![case(id), Subject::Offer(offer.clone())],
        Action::Same(id, other) | Action::Different(id, other) => vec![case(id), case(other)],
        Action::Numbers(id)
        | Action::Acknowledge(id)
        | Action::CloseConcern(id)
        | Action::EndConcern(id, _) => vec![Subject::Concern(id.clone())],
        Action::Worried(of) => of.iter().cloned().collect(),
        // Their case and offer are named by the match.
        Action::WorriedMatch(_)
        | Action::Help(..)
        | Action::Share(..)
        | Action::StepBack(_)
        | Action::Visit(..)
        | Action::Matched(_)
        | Action::HowItWent(..)
        | Action::Skip
        | Action::Back
        | Action::Stop
        | Action::Consent(_)
        | Action::TheyDontKnow
        | Action::NewRequest
        | Action::NewOffer
        | Action::Mine
        | Action::NumbersToCall
        | Action::Queue(_)
        | Action::SetRole(_)
        | Action::SetListening(_)
        | Action::SetAsking(_)
        | Action::SetLeaks(_)
        | Action::Leaked(_)
        | Action::RemoveMine(_)
        | Action::MyChecks
        | Action::StateCheck(_) => Vec::new(),
    }
}
