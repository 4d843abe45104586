//! Answers to what kith itself posted, and "sorted" wherever it is said.

use crate::domain::case::{Case, CaseState};
use crate::domain::ids::CaseId;
use crate::domain::inbound::Message;
use crate::domain::offer::OfferState;
use crate::domain::people::Person;
use crate::domain::reading::Kind;
use crate::domain::report::Subject;
use crate::domain::speech::Speech;

use super::deciding::{Deciding, same_person};
use super::resident::passed_on;
use super::telling::Telling;

/// Why a case or an offer goes, in its history.
const SORTED: &str = "the writer said it is sorted";

/// What a post of kith's asks of the writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    /// Whether to pass it on; once that is settled, what became of it.
    Ask,
    /// Whether it is sorted.
    Sorted,
}

impl Deciding<'_> {
    /// An answer to kith's own question about what its writer told before. True where that is all it is: it
    /// is never a new request.
    pub fn answered_kith(&mut self, telling: &Telling<'_>, message: &Message) -> bool {
        let Some((question, of)) = self.question_answered_by(message) else {
            return false;
        };
        let over = telling.reading.kind == Kind::Resolved;
        let asks = telling.reading.kind == Kind::Request;
        match (question, self.desk.yes_or_no_to_kith(message)) {
            (Question::Sorted, _) if over => self.take_back(telling.author, &of, SORTED),
            (Question::Sorted, Some(true)) => self.take_back(telling.author, &of, SORTED),
            (Question::Sorted, Some(false)) => self.retract("sorted", &of),
            (Question::Ask, _) if over => self.sorted(message, &of),
            (Question::Ask, Some(yes)) if self.is_draft(&of) => {
                if yes && asks {
                    self.tell_more(telling, &of);
                }
                self.yes_or_no(telling, &of, yes);
            }
            (Question::Ask, None) if asks && self.is_draft(&of) => self.tell_more(telling, &of),
            _ => return false,
        }
        true
    }

    /// What the answer asks belongs to what it answers.
    fn tell_more(&mut self, telling: &Telling<'_>, of: &Subject) {
        if let Subject::Case(id) = of
            && let Some(case) = self.case(id)
        {
            let left = self.left(telling);
            self.attach(telling, left, case);
        }
    }

    /// The writer's own live request or offer that a post of kith's is about, where a message answers that post.
    fn question_answered_by(&self, message: &Message) -> Option<(Question, Subject)> {
        let answered = message.answers().filter(|_| message.answers_kith())?;
        let posts = self.snapshot.posts.values().flatten();
        let mut posts = posts.filter(|post| {
            post.place == answered.place && post.message.as_ref() == Some(&answered.message)
        });
        let post = posts.next()?;
        let question = match post.key.as_str().split('/').next()? {
            "ask" => Question::Ask,
            "sorted" => Question::Sorted,
            _ => return None,
        };
        let writer = match &post.subject {
            Subject::Case(id) => self.case(id)?.resident,
            Subject::Offer(id) => self.offer(id)?.neighbour,
            Subject::Concern(_) => return None,
        };
        let own = same_person(&writer, &message.author) && self.is_live(&post.subject);
        own.then(|| (question, post.subject.clone()))
    }

    fn is_draft(&self, of: &Subject) -> bool {
        match of {
            Subject::Case(id) => self
                .case(id)
                .is_some_and(|case| matches!(case.state, CaseState::Draft { .. })),
            Subject::Offer(id) => self
                .offer(id)
                .is_some_and(|offer| matches!(offer.state, OfferState::Draft { .. })),
            Subject::Concern(_) => false,
        }
    }

    /// As if the button were pressed; the post itself shows what became of it.
    fn yes_or_no(&mut self, telling: &Telling<'_>, of: &Subject, yes: bool) {
        if !yes {
            return self.take_back(telling.author, of, "the writer said it is not one");
        }
        if let Some(code) = self.code_of(of)
            && self.open(of, telling.author, "answered yes")
        {
            self.update_ask(of, &passed_on(of, code));
        }
    }

    fn take_back(&mut self, by: &Person, of: &Subject, why: &str) {
        match of {
            Subject::Case(id) => {
                if let Some(case) = self.case(id) {
                    self.withdraw_case(case, by, why);
                }
            }
            Subject::Offer(id) => {
                if let Some(offer) = self.offer(id) {
                    self.withdraw_offer(offer, by, why);
                    self.retract("sorted", of);
                }
            }
            Subject::Concern(_) => {}
        }
    }

    /// The writer's case about which the hub has asked something, where a message can answer that: the only
    /// one, or the one that kith named in what the message answers.
    pub fn questioned_by_hub(&self, message: &Message) -> Option<CaseId> {
        let cases = self.snapshot.cases.values();
        let questioned: Vec<&Case> = cases
            .filter(|case| same_person(&case.resident, &message.author) && case.question.is_some())
            .collect();
        let named = |case: &&&Case| {
            let answered = message.answered.as_ref().filter(|answered| answered.ours);
            answered.is_some_and(|answered| answered.text.reveal().contains(&case.code.to_string()))
        };
        let case = match questioned[..] {
            [only] => Some(only),
            _ => questioned.iter().find(named).copied(),
        };
        case.map(|case| case.id.clone())
    }

    /// "Sorted, thanks": asks whether what the writer told before is met. Beneath a telling it is about that
    /// one, and beneath somebody else's about nothing of the writer's; else about their one request from
    /// here. True where there was one.
    pub fn resolved_read(&mut self, message: &Message) -> bool {
        let answered = message.answers();
        let told = answered.and_then(|answered| self.snapshot.report_of(&answered));
        let of = match told {
            Some(report) if same_person(&report.author, &message.author) => self.own_of(report),
            Some(_) => None,
            None => self.only_request(message),
        };
        let Some(of) = of.filter(|of| self.is_live(of)) else {
            return false;
        };
        self.sorted(message, &of);
        true
    }

    fn only_request(&self, message: &Message) -> Option<Subject> {
        let mut own = self.snapshot.cases.values().filter(|case| {
            same_person(&case.resident, &message.author)
                && self.stands_for_teller(case).is_some()
                && case.place == message.scene.place
        });
        match (own.next(), own.next()) {
            (Some(case), None) => Some(Subject::Case(case.id.clone())),
            _ => None,
        }
    }

    /// A draft goes; about what others have seen its writer is asked first.
    fn sorted(&mut self, message: &Message, of: &Subject) {
        if self.is_draft(of) {
            return self.take_back(&message.author, of, SORTED);
        }
        if let Some(code) = self.code_of(of) {
            let speech = Speech::AskResolved {
                subject: of.clone(),
                code,
            };
            self.show_sorted(of, &message.reference(), speech);
        }
    }
}
