//! From an inbound and a snapshot to a decision: pure, without clock, randomness or I/O.
//!
//! `read` and `ignores` need no database and settle ordinary chat; `wants` says what to load for the rest;
//! `decide` gives the changes and the effects.

mod beginning;
mod concerns;
mod corrections;
mod danger;
mod deciding;
mod destination;
mod dialogue;
mod door;
mod due;
mod duplicates;
mod flood;
mod forms;
mod hub;
mod in_private;
mod jsonl;
mod leaks;
pub mod linkage;
mod matched;
pub mod matching;
mod merging;
mod moderate;
mod neighbours;
mod offers;
mod priority;
mod proposing;
mod queue;
mod replies;
mod rescue;
mod resident;
mod route;
pub mod rules;
mod sharing;
mod tellers;
mod telling;
pub mod vetting;
mod views;
mod visits;
mod volunteers;
mod wants;
mod young;

use std::collections::HashMap;

use crate::domain::action::Action;
use crate::domain::clock::Timestamp;
use crate::domain::code::CaseCode;
use crate::domain::command::Command;
use crate::domain::consent::Said;
use crate::domain::decision::{Change, Decision, Snapshot, Wants};
use crate::domain::heard::Heard;
use crate::domain::ids::{CaseId, Draw, Place};
use crate::domain::inbound::{Event, Inbound, Issued, Message, Press};
use crate::domain::permission::Right;
use crate::domain::reading::{Kind, Reading};
use crate::domain::report::Subject;
use crate::domain::rescue::Reached;
use crate::domain::settings::{Channel, ChannelRole, Listening};
use crate::domain::speech::Speech;
use crate::domain::traces::Hasher;
use crate::domain::volunteer::Deed;
use crate::intake::Reader;
use crate::safeguarding::{Contacts, Escalation, Prompts};

use deciding::{Asker, Deciding};
use door::About;
use linkage::Linkage;
use rules::Rules;
use vetting::Vetting;

/// Below this confidence a message is left alone: asking too often is a nuisance to a whole group.
const ASK_FROM: f32 = 0.5;

/// What decisions are made with: the reader, the rules, the numbers to call, the prompts, and what may be kept. Built once.
#[derive(Debug)]
pub struct Desk {
    /// Text to reading.
    pub reader: Reader,
    /// What makes two tellings one need.
    pub linkage: Linkage,
    /// How soon, and by whom.
    pub rules: Rules,
    /// How far neighbours must have been checked for what.
    pub vetting: Vetting,
    /// The numbers to call.
    pub contacts: Contacts,
    /// The doorstep and money rules.
    pub prompts: Prompts,
    /// Who is called for a concern that nobody takes, and when.
    pub escalation: Escalation,
    /// Whether the words of a message that kith misread are kept when a person says what it is.
    pub keep_corrections: bool,
}

impl Desk {
    /// A desk with the reader, the rules, the numbers and the prompts that kith comes with. It keeps no corrections.
    pub fn embedded(hasher: Hasher) -> Self {
        Self {
            reader: Reader::new(),
            linkage: Linkage::new(hasher),
            rules: Rules::embedded(),
            vetting: Vetting::embedded(),
            contacts: Contacts::of_england(),
            prompts: Prompts::embedded(),
            escalation: Escalation::default(),
            keep_corrections: false,
        }
    }

    /// The doorstep and money rules, as shown before a case is taken.
    fn briefing(&self) -> Vec<String> {
        [
            &self.prompts.doorstep().lines[..],
            &self.prompts.money().lines[..],
        ]
        .concat()
    }

    /// Grows with every change of wording, so that changed rules are shown again.
    fn briefing_version(&self) -> i64 {
        i64::from(self.prompts.doorstep().version) + i64::from(self.prompts.money().version)
    }

    /// Reads the text of an inbound where kith listens; none where there is nothing to read.
    pub fn read(&self, inbound: &Inbound, channels: &HashMap<Place, Channel>) -> Option<Heard> {
        let (Event::Message(message) | Event::Edited(message)) = &inbound.event else {
            return None;
        };
        let text = message.text.reveal();
        let is_read = listens(message, channels) && !text.trim().is_empty();
        let reading = || match &message.answered {
            // In private there is nobody but kith to answer: what asks there asks.
            Some(answered) if answered.ours && message.scene.is_private() => self.reader.read(text),
            Some(answered) if answered.ours => self.reader.read_answer_to_kith(text),
            Some(answered) => {
                let own = message.answers_own();
                self.reader.read_answer(text, answered.text.reveal(), own)
            }
            None => self.reader.read(text),
        };
        is_read.then(|| Heard::new(reading()))
    }

    /// Whether nothing can come of an inbound, so that it needs no database: ordinary chat, mostly.
    pub fn ignores(
        &self,
        inbound: &Inbound,
        heard: Option<&Heard>,
        channels: &HashMap<Place, Channel>,
    ) -> bool {
        match &inbound.event {
            Event::Message(message) if message.scene.is_private() => {
                message.text.reveal().trim().is_empty()
            }
            Event::Message(message) => heard.is_none_or(|heard| {
                !concerns_us(message, &heard.reading, channels)
                    && self.yes_or_no_to_kith(message).is_none()
            }),
            Event::Edited(message) => !listens(message, channels),
            Event::Deleted { messages } => messages.iter().all(|message| {
                channels
                    .get(&message.place)
                    .is_some_and(|channel| channel.role != ChannelRole::Intake)
            }),
            _ => false,
        }
    }

    /// Whether a message answers kith with a plain yes or a plain no.
    fn yes_or_no_to_kith(&self, message: &Message) -> Option<bool> {
        let text = message.text.reveal();
        message
            .answers_kith()
            .then(|| self.reader.yes_or_no(text))
            .flatten()
    }

    /// What has to be loaded before an inbound can be decided.
    pub fn wants(
        &self,
        inbound: &Inbound,
        heard: Option<&Heard>,
        channels: &HashMap<Place, Channel>,
    ) -> Wants {
        let mut wants = wants::wants(self, inbound, heard);
        wants.queues = queue::questions(inbound, channels);
        wants
    }

    /// What has to be loaded beside, seen from what was loaded: all of a case that a message is part of.
    pub fn wants_more(
        &self,
        snapshot: &Snapshot,
        inbound: &Inbound,
        heard: Option<&Heard>,
        now: Timestamp,
    ) -> Wants {
        wants::more(self, (snapshot, inbound, now), heard)
    }

    /// What an inbound changes and promises.
    pub fn decide(
        &self,
        snapshot: &Snapshot,
        inbound: &Inbound,
        heard: Option<&Heard>,
        now: Timestamp,
        draw: &mut Draw,
    ) -> Decision {
        let mut deciding = Deciding {
            desk: self,
            snapshot,
            heard,
            now,
            draw,
            reached: reached(snapshot, inbound),
            decision: Decision::nothing(),
        };
        deciding.inbound(inbound, heard.map(|heard| &heard.reading));
        deciding.decision
    }
}

/// Whether whoever wrote it was sent what they need at once already.
fn reached(snapshot: &Snapshot, inbound: &Inbound) -> Option<Reached> {
    let key = (inbound.connector.clone(), inbound.key.clone());
    snapshot.reached.get(&key).copied()
}

/// Whether kith reads messages where this one was written.
fn listens(message: &Message, channels: &HashMap<Place, Channel>) -> bool {
    message.scene.is_private()
        || route::channel_of(channels, &message.scene)
            .is_some_and(|channel| channel.role == ChannelRole::Intake)
}

/// Whether something may come of a message in an intake channel.
fn concerns_us(message: &Message, reading: &Reading, channels: &HashMap<Place, Channel>) -> bool {
    let commands_only = route::channel_of(channels, &message.scene)
        .is_some_and(|channel| channel.listening == Listening::Commands);
    !reading.signals.is_empty()
        || !leaks::leaks(message.text.reveal(), reading).is_empty()
        || (!commands_only
            && match reading.kind {
                Kind::Request | Kind::Offer => reading.confidence >= ASK_FROM,
                Kind::Resolved => true,
                Kind::Other => false,
            })
}

impl Deciding<'_> {
    fn inbound(&mut self, inbound: &Inbound, reading: Option<&Reading>) {
        match &inbound.event {
            Event::Message(message) if message.scene.is_private() => {
                self.private_message(message, reading)
            }
            Event::Message(message) => self.message(message, reading),
            Event::Edited(message) => self.edited(message, reading),
            Event::Deleted { messages } => {
                messages.iter().for_each(|message| self.deleted(message))
            }
            Event::Press(press) => self.press(press),
            Event::Command(issued) => self.command(issued),
            Event::Form(form) => self.form(form),
            Event::Added { scene, .. } => self.hello(scene.place.clone()),
            Event::Removed { group } => self.decision.changes.push(Change::GroupLeft {
                connector: inbound.connector.clone(),
                group: group.clone(),
            }),
            Event::Moved { from, to } => self.decision.changes.push(Change::ChannelMoved {
                connector: inbound.connector.clone(),
                from: from.clone(),
                to: to.clone(),
            }),
            Event::Handed(handed) => self.handed(handed),
            Event::Status(news) => self.status(news),
            Event::Due(due) => self.due(due),
            Event::Malformed { raw, error } => {
                let change = Change::Malformed {
                    raw: raw.clone(),
                    error: error.clone(),
                };
                self.decision.changes.push(change);
            }
        }
    }

    fn press(&mut self, press: &Press) {
        let asker = &Asker::new(&press.by, &press.scene, press.answer.as_ref());
        let Some(action) = press.action.clone() else {
            return self.refuse_forged(asker);
        };
        if !self.lets(asker, Right::of_action(&action), &About::of_action(&action)) {
            return;
        }
        match action {
            Action::Confirm(of) => self.confirm(asker, &of, "pressed yes"),
            Action::Dismiss(of) => self.dismiss(asker, &of),
            Action::TellPrivately(of) => {
                self.while_live(asker, &of, |this| this.tell_privately(asker, &of))
            }
            Action::Details(of) => {
                self.while_live(asker, &of, |this| this.begin_details(asker, &of))
            }
            Action::EditField(of, field) => {
                self.while_live(asker, &of, |this| this.edit_field(asker, &of, field));
            }
            Action::Withdraw(of) => self.withdraw(asker, &of),
            Action::Undo(of) => self.undo(asker, &of),
            Action::Skip => self.dialogue_step(asker, &dialogue::Step::Skip),
            Action::Back => self.dialogue_step(asker, &dialogue::Step::Back),
            Action::Stop => self.dialogue_step(asker, &dialogue::Step::Stop),
            Action::Consent(given) => {
                let said = if given { Said::Yes } else { Said::No };
                self.dialogue_step(asker, &dialogue::Step::Consent(said));
            }
            Action::TheyDontKnow => {
                self.dialogue_step(asker, &dialogue::Step::Consent(Said::Unasked))
            }
            Action::StopSharing(id) => self.stop_sharing(asker, &id),
            Action::Sharing(id) => self.show_sharing(asker, &id),
            Action::Agree(id, to, said) => self.agree_to(asker, &id, (&to, said)),
            Action::NewRequest => self.begin_request(asker),
            Action::NewOffer => self.begin_offer(asker),
            Action::Mine => self.mine(asker),
            Action::AnswerQuestion(id) => self.begin_answer(asker, &id),
            Action::Numbers(id) => self.numbers_again(asker, &id),
            Action::NumbersToCall => self.numbers_to_call(asker),
            Action::Claim(id) => self.claim(asker, &id),
            Action::ClaimBriefed(id) => self.claim_briefed(asker, &id),
            Action::Release(id) => self.release(asker, &id),
            Action::View(id) => self.view(asker, &id),
            Action::ForwardMenu(id) => self.forward(asker, &id, (None, false)),
            Action::Forward(id, to) => self.forward(asker, &id, (Some(&to), false)),
            Action::ForwardThin(id, to) => self.forward(asker, &id, (Some(&to), true)),
            Action::AskSharing(id, to) => self.ask_sharing(asker, &id, &to),
            Action::DoneMenu(id) => self.done(asker, &id, None),
            Action::Done(id, outcome) => self.done(asker, &id, Some(outcome)),
            Action::Reopen(id) => self.reopen(asker, &id),
            Action::Same(id, other) => self.same(asker, &id, &other),
            Action::Different(id, other) => self.different(asker, &id, &other),
            Action::Split(id) => self.split(asker, &id),
            Action::Apart(id) => self.tell_apart(asker, &id),
            Action::Queue(view) => self.queue(asker, &view),
            Action::Neighbours(id) => self.neighbours(asker, &id),
            Action::AskNeighbour(id, offer) => self.ask_neighbour(asker, &id, &offer),
            Action::KithAsks(id, yes) => self.kith_asks(asker, &id, yes),
            Action::MyChecks => self.my_checks(asker),
            Action::StateCheck(tier) => self.state_check(asker, tier),
            Action::Vet(id, tier) => self.vet_seen(asker, &id, tier),
            Action::Help(id, yes) => self.help_with(asker, &id, yes),
            Action::Share(id, yes) => self.share(asker, &id, yes),
            Action::StepBack(id) => self.step_back(asker, &id),
            Action::Visit(id, going) => self.visit(asker, &id, going),
            Action::Matched(id) => self.matched(asker, &id),
            Action::HowItWent(id, went) => self.how_it_went(asker, &id, went),
            Action::Acknowledge(id) => self.acknowledge(asker, &id),
            Action::CloseConcern(id) => self.ask_concern_outcome(asker, &id),
            Action::EndConcern(id, outcome) => self.close_concern(asker, &id, outcome),
            Action::Worried(of) => self.begin_worry(asker, of.as_ref()),
            Action::WorriedMatch(id) => self.begin_worry_of_match(asker, &id),
            Action::SetRole(role) => self.set_role(asker, role),
            Action::SetListening(how) => self.set_listening(asker, how),
            Action::SetAsking(asking) => self.set_asking(asker, asking),
            Action::SetLeaks(leaks) => self.set_leaks(asker, leaks),
            Action::Leaked(message) => self.leaked(asker, &message),
            Action::RemoveMine(message) => self.remove_mine(asker, &message),
        }
    }

    fn command(&mut self, issued: &Issued) {
        let asker = &Asker {
            message: issued.message.clone(),
            ..Asker::new(&issued.by, &issued.scene, issued.answer.as_ref())
        };
        let command = match &issued.command {
            Ok(command) => command,
            Err(problem) => {
                return self.answer(
                    asker,
                    Speech::CommandProblem {
                        problem: problem.to_string(),
                    },
                );
            }
        };
        if !self.lets(
            asker,
            Right::of_command(command),
            &About::of_command(command),
        ) {
            return;
        }
        match command {
            Command::Start => self.answer(asker, Speech::Welcome),
            Command::Help => self.help(asker),
            Command::Need { text } => self.need(asker, issued, text.as_ref()),
            Command::Offer { text } => self.offer_command(asker, issued, text.as_ref()),
            Command::My => self.mine(asker),
            Command::Cancel { code } => self.cancel(asker, code.as_ref()),
            Command::Concern { code, words } => {
                self.concern_command(asker, (code.as_ref(), words.as_ref()))
            }
            Command::Concerns => self.open_concerns(asker),
            Command::Numbers => self.numbers_to_call(asker),
            Command::Queue(view) => self.queue(asker, view),
            Command::Case { code } => self.with_case(code, |this, id| this.view(asker, id)),
            Command::Claim { code } => self.with_case(code, |this, id| this.claim(asker, id)),
            Command::Release { code } => self.with_case(code, |this, id| this.release(asker, id)),
            Command::Done { code, outcome } => {
                self.with_case(code, |this, id| this.done(asker, id, *outcome));
            }
            Command::Forward { code, destination } => self.with_case(code, |this, id| {
                this.forward(asker, id, (destination.as_ref(), false))
            }),
            Command::Reason { code, ground, why } => {
                self.with_case(code, |this, id| this.give_reason(asker, id, (*ground, why)))
            }
            Command::Ask { code, question } => {
                self.with_case(code, |this, id| this.ask_resident(asker, id, question));
            }
            Command::Merge { code, into } => self.with_case(code, |this, id| {
                this.with_case(into, |this, into| this.same(asker, id, into));
            }),
            Command::Split { code } => self.with_case(code, |this, id| this.split(asker, id)),
            Command::Priority { code, priority } => {
                self.with_case(code, |this, id| this.set_priority(asker, id, *priority));
            }
            Command::Vet { code, tier, until } => {
                self.with_offer(code, |this, offer| this.vet(asker, &offer, (*tier, *until)))
            }
            Command::Pause { code, reason } => {
                let reason = reason.clone();
                self.hold(asker, code, Deed::Paused { reason });
            }
            Command::Bar { code, reason } => {
                let reason = reason.clone();
                self.hold(asker, code, Deed::Barred { reason });
            }
            Command::Unpause { code } => self.hold(asker, code, Deed::Available),
            Command::Adult { code } => self.with_case(code, |this, id| this.found_adult(asker, id)),
            Command::Setup(setup) => self.setup(asker, setup),
            Command::Moderator { role, person } => {
                self.name_moderator(asker, role.as_ref(), person.as_ref());
            }
            Command::Status => self.channel_status(asker, issued),
        }
    }

    /// Does it as long as what was told is not over: details of what is gone are not kept.
    fn while_live(&mut self, asker: &Asker, of: &Subject, act: impl FnOnce(&mut Self)) {
        if self.is_live(of) {
            act(self);
        } else {
            self.answer(asker, Speech::ButtonGone);
        }
    }

    /// Does it to the case with this code, which the door found to be one that the asker sees.
    fn with_case(&mut self, code: &CaseCode, act: impl FnOnce(&mut Self, &CaseId)) {
        if let Some(Subject::Case(id)) = self.snapshot.by_code(code) {
            act(self, &id);
        }
    }
}

#[cfg(test)]
mod tests;
