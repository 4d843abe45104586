//! What a button does, in at most 64 letters of `A-Za-z0-9_-`, which fits Telegram's
//! `callback_data` and `/start` payload and Discord's `custom_id`.

use serde::{Deserialize, Serialize};

use super::case::Outcome;
use super::concern::ConcernOutcome;
use super::consent::Said;
use super::details::Field;
use super::ids::{CaseId, ConcernId, DestinationId, MatchId, OfferId};
use super::matching::{Going, Went};
use super::queue::QueueView;
use super::report::Subject;
use super::sealed::SealedMessage;
use super::settings::{AskedBy, ChannelRole, Leaks, Listening};
use super::volunteer::Tier;

/// What pressing a button asks for. Who may do it is decided when it is pressed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The writer says: yes, pass it on.
    Confirm(Subject),
    /// The writer says: that was no request (or offer).
    Dismiss(Subject),
    /// The writer wants to tell it in private; confirms too.
    TellPrivately(Subject),
    /// The writer adds or changes details in private.
    Details(Subject),
    /// The writer changes one field.
    EditField(Subject, Field),
    /// The writer takes it back.
    Withdraw(Subject),
    /// The writer takes back what kith passed on by itself.
    Undo(Subject),
    /// The writer leaves a field of the dialogue out.
    Skip,
    /// The writer goes back one field.
    Back,
    /// The writer ends the dialogue and keeps what was told.
    Stop,
    /// The writer agrees (or not) that details are shared.
    Consent(bool),
    /// The writer says that the person it is for does not know of it yet.
    TheyDontKnow,
    /// The resident takes back every yes to sharing.
    StopSharing(CaseId),
    /// The resident looks at what they are asked about sharing, in private.
    Sharing(CaseId),
    /// The resident says whether a destination may be told.
    Agree(CaseId, DestinationId, Said),
    /// A fresh request told in private.
    NewRequest,
    /// A fresh offer told in private.
    NewOffer,
    /// The resident answers the hub's question.
    AnswerQuestion(CaseId),
    /// A person's own requests and offers, in private.
    Mine,
    /// The numbers to call, in private.
    Numbers(ConcernId),
    /// All numbers to call, in private: where it can't be said yet which.
    NumbersToCall,
    /// Staff take a case.
    Claim(CaseId),
    /// Staff have read the doorstep and money rules and take the case.
    ClaimBriefed(CaseId),
    /// Staff give a case back.
    Release(CaseId),
    /// Staff look at the details; logged.
    View(CaseId),
    /// Staff choose where to forward to.
    ForwardMenu(CaseId),
    /// Staff forward to this destination.
    Forward(CaseId, DestinationId),
    /// Staff forward to this destination without personal details.
    ForwardThin(CaseId, DestinationId),
    /// Staff have the resident asked whether this destination may be told.
    AskSharing(CaseId, DestinationId),
    /// Staff choose an outcome.
    DoneMenu(CaseId),
    /// Staff close with this outcome.
    Done(CaseId, Outcome),
    /// Staff bring a closed case back.
    Reopen(CaseId),
    /// Staff say that the first is the same need as the second, which goes on.
    Same(CaseId, CaseId),
    /// Staff say that the two are different needs.
    Different(CaseId, CaseId),
    /// Staff take a case out of the one that it is part of.
    Split(CaseId),
    /// The writer says that what they told is not what the hub has already.
    Apart(CaseId),
    /// Staff look at a page of the queue.
    Queue(Box<QueueView>),
    /// Staff look for neighbours who could meet a need.
    Neighbours(CaseId),
    /// Staff ask the neighbour of this offer.
    AskNeighbour(CaseId, OfferId),
    /// Staff stop kith from asking neighbours by itself, or let it go on.
    KithAsks(CaseId, bool),
    /// Somebody who offers help is asked which checks they have.
    MyChecks,
    /// They say so.
    StateCheck(Tier),
    /// A lead records what was seen of the neighbour of this offer.
    Vet(OfferId, Tier),
    /// The neighbour says yes or not this time.
    Help(MatchId, bool),
    /// The resident says yes or no to sharing what they told with the neighbour.
    Share(MatchId, bool),
    /// Either side changes their mind.
    StepBack(MatchId),
    /// The neighbour sets off to the resident's door, or is back.
    Visit(MatchId, Going),
    /// Either side looks at where a match stands, in private.
    Matched(MatchId),
    /// Either side tells how it went.
    HowItWent(MatchId, Went),
    /// A lead takes a concern.
    Acknowledge(ConcernId),
    /// A lead chooses how a concern ended.
    CloseConcern(ConcernId),
    /// A lead ends a concern so.
    EndConcern(ConcernId, ConcernOutcome),
    /// Somebody worries: about this case or offer, or about anything.
    Worried(Option<Subject>),
    /// Either side of a match worries about the other, or about what it is for.
    WorriedMatch(MatchId),
    /// A moderator sets what this channel is for.
    SetRole(ChannelRole),
    /// A moderator sets how kith listens here.
    SetListening(Listening),
    /// A moderator sets who asks neighbours.
    SetAsking(AskedBy),
    /// A moderator sets what becomes of messages that show what strangers should not see.
    SetLeaks(Leaks),
    /// The writer of a message hears what strangers should not see in it, in private.
    Leaked(SealedMessage),
    /// They want it taken away.
    RemoveMine(SealedMessage),
}

impl Action {
    /// Whether pressing it opens a form where the platform has forms, and a private chat where it has none.
    pub const fn asks_for_words(&self) -> bool {
        matches!(
            self,
            Self::TellPrivately(_)
                | Self::Details(_)
                | Self::NewRequest
                | Self::NewOffer
                | Self::AnswerQuestion(_)
                | Self::Worried(_)
                | Self::WorriedMatch(_)
                | Self::EditField(
                    _,
                    Field::What | Field::Where | Field::When | Field::ForWhom | Field::Reach
                )
        )
    }

    /// Whether its answer is for one person alone, so that in a group it leads to the private chat.
    pub const fn is_private(&self) -> bool {
        self.asks_for_words()
            || matches!(
                self,
                Self::Numbers(_)
                    | Self::NumbersToCall
                    | Self::Mine
                    | Self::EditField(..)
                    | Self::Matched(_)
                    | Self::Sharing(_)
                    | Self::MyChecks
                    | Self::StateCheck(_)
                    | Self::Leaked(_)
            )
    }

    /// The text carried by the button, at most 64 letters.
    pub fn encode(&self) -> String {
        let subject =
            |word: &str, subject: &Subject| format!("{word}_{}_{}", subject.sort(), subject.id());
        match self {
            Self::Confirm(of) => subject("yes", of),
            Self::Dismiss(of) => subject("no", of),
            Self::TellPrivately(of) => subject("tell", of),
            Self::Details(of) => subject("details", of),
            Self::EditField(of, field) => {
                format!("edit_{}_{}_{}", of.sort(), of.id(), dashed(field.as_str()))
            }
            Self::Withdraw(of) => subject("withdraw", of),
            Self::Undo(of) => subject("undo", of),
            Self::Skip => "skip".to_owned(),
            Self::Back => "back".to_owned(),
            Self::Stop => "stop".to_owned(),
            Self::Consent(true) => "consent_yes".to_owned(),
            Self::Consent(false) => "consent_no".to_owned(),
            Self::TheyDontKnow => "theydontknow".to_owned(),
            Self::StopSharing(id) => format!("stopsharing_{id}"),
            Self::Sharing(id) => format!("sharing_{id}"),
            Self::Agree(id, to, said) => format!("agree_{id}_{said}_{to}"),
            Self::NewRequest => "need".to_owned(),
            Self::NewOffer => "offer".to_owned(),
            Self::AnswerQuestion(id) => format!("answer_{id}"),
            Self::Mine => "mine".to_owned(),
            Self::Numbers(id) => format!("numbers_{id}"),
            Self::NumbersToCall => "allnumbers".to_owned(),
            Self::Claim(id) => format!("claim_{id}"),
            Self::ClaimBriefed(id) => format!("briefed_{id}"),
            Self::Release(id) => format!("release_{id}"),
            Self::View(id) => format!("view_{id}"),
            Self::ForwardMenu(id) => format!("forwards_{id}"),
            Self::Forward(id, destination) => format!("forward_{id}_{destination}"),
            Self::ForwardThin(id, to) => format!("thin_{id}_{to}"),
            Self::AskSharing(id, to) => format!("asksharing_{id}_{to}"),
            Self::DoneMenu(id) => format!("outcomes_{id}"),
            Self::Done(id, outcome) => format!("done_{id}_{}", dashed(outcome.as_str())),
            Self::Reopen(id) => format!("reopen_{id}"),
            Self::Same(id, other) => format!("same_{id}_{other}"),
            Self::Different(id, other) => format!("different_{id}_{other}"),
            Self::Split(id) => format!("split_{id}"),
            Self::Apart(id) => format!("apart_{id}"),
            Self::Queue(view) => format!("queue_{}", view.encode()),
            Self::Neighbours(id) => format!("neighbours_{id}"),
            Self::AskNeighbour(id, offer) => format!("askneighbour_{id}_{offer}"),
            Self::KithAsks(id, yes) => format!("kithasks_{id}_{}", yes_or_no(*yes)),
            Self::MyChecks => "mychecks".to_owned(),
            Self::StateCheck(tier) => format!("statecheck_{tier}"),
            Self::Vet(offer, tier) => format!("vet_{offer}_{tier}"),
            Self::Help(id, yes) => format!("help_{id}_{}", yes_or_no(*yes)),
            Self::Share(id, yes) => format!("share_{id}_{}", yes_or_no(*yes)),
            Self::StepBack(id) => format!("stepback_{id}"),
            Self::Visit(id, going) => format!("visit_{id}_{}", going.as_str()),
            Self::Matched(id) => format!("matched_{id}"),
            Self::HowItWent(id, went) => format!("went_{id}_{}", went.as_str()),
            Self::Acknowledge(id) => format!("ack_{id}"),
            Self::CloseConcern(id) => format!("endconcern_{id}"),
            Self::EndConcern(id, outcome) => format!("ended_{id}_{}", outcome.as_str()),
            Self::WorriedMatch(id) => format!("worriedmatch_{id}"),
            Self::Worried(None) => "worried".to_owned(),
            Self::Worried(Some(of)) => subject("worried", of),
            Self::SetRole(role) => format!("role_{}", role.as_str()),
            Self::SetListening(listening) => format!("listen_{}", listening.as_str()),
            Self::SetAsking(asking) => format!("asking_{}", asking.as_str()),
            Self::SetLeaks(leaks) => format!("leaks_{}", dashed(leaks.as_str())),
            Self::Leaked(message) => format!("leaked_{}", message.encode()),
            Self::RemoveMine(message) => format!("remove_{}", message.encode()),
        }
    }

    /// The action that a button's text carries; none where it is not one of ours.
    #[expect(clippy::too_many_lines, reason = "one line a word")]
    pub fn decode(text: &str) -> Option<Self> {
        let (word, rest) = text.split_once('_').unwrap_or((text, ""));
        let case = || (!rest.is_empty()).then(|| CaseId::new(rest));
        let pair = || rest.split_once('_');
        let subject = || {
            rest.split_once('_')
                .and_then(|(sort, id)| Subject::from_words(sort, id))
        };
        Some(match word {
            "yes" => Self::Confirm(subject()?),
            "no" => Self::Dismiss(subject()?),
            "tell" => Self::TellPrivately(subject()?),
            "details" => Self::Details(subject()?),
            "edit" => {
                let (of, field) = rest.rsplit_once('_')?;
                let (sort, id) = of.split_once('_')?;
                Self::EditField(
                    Subject::from_words(sort, id)?,
                    Field::from_word(&field.replace('-', "_"))?,
                )
            }
            "withdraw" => Self::Withdraw(subject()?),
            "undo" => Self::Undo(subject()?),
            "skip" => Self::Skip,
            "back" => Self::Back,
            "stop" => Self::Stop,
            "consent" => Self::Consent(is_yes(rest)?),
            "theydontknow" => Self::TheyDontKnow,
            "stopsharing" => Self::StopSharing(case()?),
            "sharing" => Self::Sharing(case()?),
            "agree" => {
                let (id, rest) = pair()?;
                let (said, to) = rest.split_once('_')?;
                Self::Agree(
                    CaseId::new(id),
                    DestinationId::new(to),
                    Said::from_word(said)?,
                )
            }
            "need" => Self::NewRequest,
            "offer" => Self::NewOffer,
            "answer" => Self::AnswerQuestion(case()?),
            "mine" => Self::Mine,
            "numbers" => Self::Numbers(ConcernId::new(rest)),
            "allnumbers" => Self::NumbersToCall,
            "claim" => Self::Claim(case()?),
            "briefed" => Self::ClaimBriefed(case()?),
            "release" => Self::Release(case()?),
            "view" => Self::View(case()?),
            "forwards" => Self::ForwardMenu(case()?),
            "forward" => {
                pair().map(|(id, to)| Self::Forward(CaseId::new(id), DestinationId::new(to)))?
            }
            "thin" => {
                pair().map(|(id, to)| Self::ForwardThin(CaseId::new(id), DestinationId::new(to)))?
            }
            "asksharing" => {
                pair().map(|(id, to)| Self::AskSharing(CaseId::new(id), DestinationId::new(to)))?
            }
            "outcomes" => Self::DoneMenu(case()?),
            "done" => pair().and_then(|(id, word)| {
                Some(Self::Done(CaseId::new(id), Outcome::from_word(word)?))
            })?,
            "reopen" => Self::Reopen(case()?),
            "same" => pair().map(|(id, other)| Self::Same(CaseId::new(id), CaseId::new(other)))?,
            "different" => {
                pair().map(|(id, other)| Self::Different(CaseId::new(id), CaseId::new(other)))?
            }
            "split" => Self::Split(case()?),
            "apart" => Self::Apart(case()?),
            "queue" => Self::Queue(Box::new(QueueView::decode(rest)?)),
            "neighbours" => Self::Neighbours(case()?),
            "askneighbour" => pair()
                .map(|(id, offer)| Self::AskNeighbour(CaseId::new(id), OfferId::new(offer)))?,
            "kithasks" => {
                let (id, word) = pair()?;
                Self::KithAsks(CaseId::new(id), is_yes(word)?)
            }
            "mychecks" => Self::MyChecks,
            "statecheck" => Self::StateCheck(Tier::from_word(rest)?),
            "vet" => {
                let (id, word) = pair()?;
                Self::Vet(OfferId::new(id), Tier::from_word(word)?)
            }
            "help" => {
                let (id, word) = pair()?;
                Self::Help(MatchId::new(id), is_yes(word)?)
            }
            "share" => {
                let (id, word) = pair()?;
                Self::Share(MatchId::new(id), is_yes(word)?)
            }
            "visit" => pair().and_then(|(id, word)| {
                Some(Self::Visit(MatchId::new(id), Going::from_word(word)?))
            })?,
            "stepback" => Self::StepBack(MatchId::new(rest)),
            "matched" => Self::Matched(MatchId::new(rest)),
            "went" => {
                let (id, word) = pair()?;
                Self::HowItWent(MatchId::new(id), Went::from_word(word)?)
            }
            "ack" => Self::Acknowledge(ConcernId::new(rest)),
            "endconcern" => Self::CloseConcern(ConcernId::new(rest)),
            "ended" => {
                let (id, word) = pair()?;
                Self::EndConcern(ConcernId::new(id), ConcernOutcome::from_word(word)?)
            }
            "worriedmatch" => Self::WorriedMatch(MatchId::new(rest)),
            "worried" if rest.is_empty() => Self::Worried(None),
            "worried" => Self::Worried(Some(subject()?)),
            "role" => Self::SetRole(ChannelRole::from_word(rest)?),
            "listen" => Self::SetListening(Listening::from_word(rest)?),
            "asking" => Self::SetAsking(AskedBy::from_word(rest)?),
            "leaks" => Self::SetLeaks(Leaks::from_word(&rest.replace('-', "_"))?),
            "leaked" => Self::Leaked(SealedMessage::decode(rest)?),
            "remove" => Self::RemoveMine(SealedMessage::decode(rest)?),
            _ => return None,
        })
    }
}

const fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn is_yes(word: &str) -> Option<bool> {
    match word {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// Underscores separate the parts of an action, so words inside one use hyphens.
fn dashed(word: &str) -> String {
    word.replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{ChannelId, ConnectorId, MessageId, MessageRef, PersonId, Place};
    use crate::domain::traces::Hasher;

    #[test]
    fn every_action_reads_back_and_fits() {
        let id = || CaseId::new("0123456789abcdef");
        let of = || Subject::Offer(OfferId::new("0123456789abcdef"));
        let concern = || ConcernId::new("0123456789abcdef");
        let found = || MatchId::new("0123456789abcdef");
        let council = || DestinationId::new("a-council_with-a-name-32-letters");
        let mut actions = vec![
            Action::Confirm(of()),
            Action::Dismiss(of()),
            Action::TellPrivately(of()),
            Action::Details(of()),
            Action::Withdraw(of()),
            Action::Undo(of()),
            Action::Skip,
            Action::Mine,
            Action::Back,
            Action::Stop,
            Action::Consent(true),
            Action::Consent(false),
            Action::TheyDontKnow,
            Action::StopSharing(id()),
            Action::Sharing(id()),
            Action::ForwardThin(id(), council()),
            Action::AskSharing(id(), council()),
            Action::Agree(id(), council(), Said::Yes),
            Action::Agree(id(), council(), Said::Unasked),
            Action::NewRequest,
            Action::NewOffer,
            Action::AnswerQuestion(id()),
            Action::Numbers(concern()),
            Action::NumbersToCall,
            Action::Claim(id()),
            Action::ClaimBriefed(id()),
            Action::Release(id()),
            Action::View(id()),
            Action::ForwardMenu(id()),
            Action::DoneMenu(id()),
            Action::Reopen(id()),
            Action::Forward(id(), DestinationId::new("a-council_with-a-name-32-letters")),
            Action::Same(id(), id()),
            Action::Different(id(), id()),
            Action::Split(id()),
            Action::Apart(id()),
            Action::Neighbours(id()),
            Action::AskNeighbour(id(), OfferId::new("0123456789abcdef")),
            Action::KithAsks(id(), true),
            Action::KithAsks(id(), false),
            Action::MyChecks,
            Action::Help(found(), true),
            Action::Help(found(), false),
            Action::Share(found(), true),
            Action::Share(found(), false),
            Action::StepBack(found()),
            Action::Visit(found(), Going::Out),
            Action::Visit(found(), Going::Back),
            Action::Matched(found()),
            Action::Acknowledge(concern()),
            Action::CloseConcern(concern()),
            Action::Worried(None),
            Action::WorriedMatch(found()),
            Action::Worried(Some(of())),
        ];
        for outcome in ConcernOutcome::ALL {
            actions.push(Action::EndConcern(concern(), *outcome));
        }
        for tier in Tier::ALL {
            actions.push(Action::StateCheck(*tier));
            actions.push(Action::Vet(OfferId::new("0123456789abcdef"), *tier));
        }
        actions.extend(AskedBy::ALL.iter().map(|asking| Action::SetAsking(*asking)));
        actions.extend(Leaks::ALL.iter().map(|leaks| Action::SetLeaks(*leaks)));
        let message = MessageRef {
            place: Place {
                connector: ConnectorId::new("discord"),
                channel: ChannelId::new("1311223344556677889"),
            },
            message: MessageId::new("1311223344556677889"),
        };
        let hasher = Hasher::new(b"key");
        let sealed = SealedMessage::new(&hasher, &message, &PersonId::new("ana"));
        actions.push(Action::Leaked(sealed.clone()));
        actions.push(Action::RemoveMine(sealed));
        actions.extend(Field::ALL.map(|field| Action::EditField(of(), field)));
        actions.extend(Went::ALL.map(|went| Action::HowItWent(found(), went)));
        actions.extend(Outcome::ALL.map(|outcome| Action::Done(id(), outcome)));
        actions.extend(ChannelRole::ALL.iter().map(|role| Action::SetRole(*role)));
        actions.extend(
            Listening::ALL
                .iter()
                .map(|listening| Action::SetListening(*listening)),
        );
        for action in actions {
            let text = action.encode();
            assert!(text.len() <= 64, "{text} is too long");
            assert!(
                text.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'),
                "{text}"
            );
            assert_eq!(Action::decode(&text), Some(action), "{text}");
        }
    }
}
