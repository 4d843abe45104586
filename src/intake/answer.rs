//! What an answer says in the light of what it answers: "yes please" under an offer asks for it,
//! "sorted" under one's own request ends it, "on my way" under another's offers.
//!
//! A text is read on its own first. Only where it is short and leans on what it answers (the marks of
//! `lexicon/answers.txt`) does that change the reading, and every change says by which mark.

use super::Reader;
use super::fold::Folded;
use super::met::{Mark, Met};
use crate::domain::reading::{Because, Category, Kind, Reading};

/// A text of more words stands on its own.
const SHORT: usize = 25;

/// A text of no more words is what the rules say: a model learns little from "please" alone.
const FEW: usize = 10;

/// A text of no more words has nothing beside its mark.
const BARE: usize = 2;

/// A yes with more words behind it is more than a yes.
const PLAIN_YES: usize = 12;

/// The marks of words that lean on what they answer.
const MARKS: &[&str] = &[
    "turns_down",
    "cannot_help",
    "still_needed",
    "says_yes",
    "takes_up",
    "joins_in",
    "only_joins_in",
    "comes_forward",
    "settles",
    "asks_again",
    "asks_back",
    "assents",
    "refuses",
];

/// The rule behind a subject that no word of the answer named.
const ABOUT_THE_SAME: &str = "about_the_same";

/// How what was answered stands to the writer of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    OwnRequest,
    OwnOffer,
    Request,
    /// A request for people to take part in something.
    Call,
    Offer,
    /// Another's words with nothing in them to ask for or to help with.
    Chat,
    /// The writer's own, likewise.
    OwnChat,
}

impl Before {
    fn of(reading: &Reading, own: bool) -> Self {
        match (reading.kind, own) {
            (Kind::Request, false) if reading.categories.contains(&Category::Volunteering) => {
                Self::Call
            }
            (Kind::Request, true) => Self::OwnRequest,
            (Kind::Offer, true) => Self::OwnOffer,
            (Kind::Request, false) => Self::Request,
            (Kind::Offer, false) => Self::Offer,
            (Kind::Resolved | Kind::Other, false) => Self::Chat,
            (Kind::Resolved | Kind::Other, true) => Self::OwnChat,
        }
    }
}

/// What a text becomes by one of its marks.
#[derive(Clone, Copy, Debug)]
struct Turn<'a> {
    kind: Kind,
    mark: Mark<'a>,
}

/// The marks of a text.
struct Marks<'a> {
    met: Vec<Mark<'a>>,
    words: usize,
}

impl<'a> Marks<'a> {
    fn of(&self, name: &str) -> Option<Mark<'a>> {
        self.met.iter().copied().find(|mark| mark.rule == name)
    }

    /// Whether the text has any: it leans on what it answers.
    fn lean(&self) -> bool {
        self.met.iter().any(|mark| MARKS.contains(&mark.rule))
    }

    fn turn(&self, name: &str, kind: Kind) -> Option<Turn<'a>> {
        self.of(name).map(|mark| Turn { kind, mark })
    }
}

impl Reader {
    /// What a text says that answers another one; `own` where the same person wrote both. Spans are
    /// of `text`.
    pub fn read_answer(&self, text: &str, answered: &str, own: bool) -> Reading {
        let alone = self.read(text);
        // What may be danger is taken by itself, and so is what answers a picture.
        if !alone.signals.is_empty() || answered.trim().is_empty() {
            return alone;
        }
        let marks = self.marks(text);
        if marks.words > SHORT {
            return alone;
        }
        let alone = if marks.lean() || marks.words <= FEW {
            self.study_by_rules(text, None)
        } else {
            alone
        };
        let answered_reading = self.read(answered);
        let asked = self.marks(answered).of("asks_who_wants").is_some();
        let before = match Before::of(&answered_reading, own) {
            // "Does anyone need anything from the shop?" asks for nothing.
            Before::Request if asked => Before::Offer,
            before => before,
        };
        let turn = turn(&alone, before, &marks, asked).filter(|turn| turn.kind != alone.kind);
        let reading = match turn {
            Some(turn) => self.turned(text, turn, answered_reading.confidence),
            None => alone,
        };
        about_the_same(reading, &answered_reading)
    }

    /// What a text says that answers kith itself. A yes or a no to a question of kith's is no request
    /// of its own; whatever else is asked or offered there is.
    pub fn read_answer_to_kith(&self, text: &str) -> Reading {
        let alone = self.read(text);
        let marks = self.marks(text);
        let short = marks.words <= SHORT && marks.lean();
        let alone = if short && alone.signals.is_empty() {
            self.study_by_rules(text, None)
        } else {
            alone
        };
        let asks = matches!(alone.kind, Kind::Request | Kind::Offer);
        if !asks || names_something(&alone) || !alone.signals.is_empty() {
            return alone;
        }
        let leans = ["assents", "refuses", "takes_up", "joins_in", "asks_again"];
        let mut leans = leans
            .into_iter()
            .filter_map(|mark| marks.turn(mark, Kind::Other));
        match leans.next().filter(|_| marks.words <= SHORT) {
            Some(turn) => self.turned(text, turn, alone.confidence),
            None => alone,
        }
    }

    /// Whether a text is a plain yes or a plain no, in any of the languages of the lexicon.
    pub fn yes_or_no(&self, text: &str) -> Option<bool> {
        let marks = self.marks(text);
        let short = marks.words <= PLAIN_YES;
        match (marks.of("assents"), marks.of("refuses")) {
            (Some(_), None) if short => Some(true),
            (None, Some(_)) if short => Some(false),
            _ => None,
        }
    }

    fn marks(&self, text: &str) -> Marks<'_> {
        let folded = Folded::new(text);
        let hits = self.lexicon.matcher.find(&folded);
        let met = Met::new(&self.lexicon.rules, &folded, &hits);
        let is_word = |word: &str| word.starts_with(char::is_alphanumeric);
        let words = folded.tokens.iter().map(|token| folded.word(token));
        Marks {
            words: words.filter(|word| is_word(word)).count(),
            met: met.marks().collect(),
        }
    }

    /// A text as what its mark makes of it, as surely as what it answers is what it seems.
    fn turned(&self, text: &str, turn: Turn<'_>, confidence: f32) -> Reading {
        let mut reading = self.study_by_rules(text, Some(turn.kind));
        reading.confidence = confidence;
        let because = Because {
            finding: format!("kind:{}", turn.kind),
            rule: turn.mark.rule.to_owned(),
            span: Some(turn.mark.span),
            verbatim: turn.mark.verbatim,
        };
        reading.because.insert(0, because);
        reading
    }
}

/// What an answer is where what it answers decides that.
fn turn<'a>(alone: &Reading, before: Before, marks: &Marks<'a>, asked: bool) -> Option<Turn<'a>> {
    // "Thanks so much" by itself may be the end of something.
    let over = alone.kind == Kind::Resolved && marks.of("settles").is_some();
    // "Got the milk, could anybody fetch bread?" goes on asking.
    let settles = || {
        let asks_more = alone.kind == Kind::Request && names_something(alone);
        marks.turn("settles", Kind::Resolved).filter(|_| !asks_more)
    };
    match before {
        Before::OwnRequest => settles().or_else(|| marks.turn("asks_again", Kind::Request)),
        Before::OwnOffer => settles().or_else(|| marks.turn("asks_again", Kind::Offer)),
        Before::Request if !over => {
            let comes = marks.turn("comes_forward", Kind::Offer);
            let joins = marks.turn("joins_in", Kind::Request);
            match (comes, joins) {
                // "I can too": as it reads by itself, else as the help that it may be.
                (Some(comes), Some(_)) => (alone.kind != Kind::Request).then_some(comes),
                (None, None) => asks_back(alone, marks),
                (comes, joins) => comes.or(joins),
            }
        }
        // "Me please" and "put me down" are no needs there.
        Before::Call if !over => ["comes_forward", "takes_up", "joins_in"]
            .into_iter()
            .find_map(|mark| marks.turn(mark, Kind::Offer)),
        // "I'm fine thanks" ends nothing of the writer's own.
        Before::Offer if !over && marks.of("turns_down").is_some() => marks
            .turn("turns_down", Kind::Other)
            .filter(|_| alone.kind == Kind::Resolved),
        Before::Offer if !over => marks
            .turn("takes_up", Kind::Request)
            .or_else(|| marks.turn("joins_in", Kind::Request))
            .or_else(|| marks.turn("says_yes", Kind::Request).filter(|_| asked))
            .or_else(|| asks_back(alone, marks).filter(|_| !names_something(alone))),
        // "Me too" joins whatever is said, and here nobody asks.
        Before::Chat if alone.kind == Kind::Request && marks.words <= BARE => {
            marks.turn("only_joins_in", Kind::Other)
        }
        _ => None,
    }
}

/// "What time?" and "which chemist?" are asked by those who may help.
fn asks_back<'a>(alone: &Reading, marks: &Marks<'a>) -> Option<Turn<'a>> {
    marks
        .turn("asks_back", Kind::Other)
        .filter(|_| alone.kind == Kind::Request)
}

/// A request or an offer that names nothing is about what it answers.
fn about_the_same(mut reading: Reading, answered: &Reading) -> Reading {
    let wants = matches!(reading.kind, Kind::Request | Kind::Offer);
    if !wants || names_something(&reading) || !names_something(answered) {
        return reading;
    }
    // Time that is offered for anything is nothing that one can ask for.
    let own_time = answered.kind == Kind::Offer && reading.kind == Kind::Request;
    let fits = |about: &&Category| **about != Category::Volunteering || !own_time;
    let about: Vec<Category> = answered.categories.iter().filter(fits).copied().collect();
    if about.is_empty() {
        return reading;
    }
    // The words that lean are the reason; where there are none, all of it is.
    let lead = reading.because.first().cloned();
    let lead = lead.filter(|because| because.finding.starts_with("kind:"));
    reading
        .because
        .retain(|because| because.finding != "category:other");
    reading.because.extend(about.iter().map(|about| Because {
        finding: format!("category:{about}"),
        rule: ABOUT_THE_SAME.to_owned(),
        span: lead.as_ref().and_then(|lead| lead.span),
        verbatim: lead.as_ref().is_some_and(|lead| lead.verbatim),
    }));
    reading.categories = about;
    reading
}

fn names_something(reading: &Reading) -> bool {
    let mut named = reading.categories.iter();
    named.any(|about| *about != Category::Other)
}

#[cfg(test)]
mod tests;
