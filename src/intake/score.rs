//! Findings, and the scores that rules (and whatever may stand beside them) add up.

use crate::domain::particulars::{Access, Diet, Relation};
use crate::domain::reading::{Category, Kind, Signal, Span, Urgency};

/// One thing that a rule can speak for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    Kind(Kind),
    About(Category),
    Urgency(Urgency),
    Signal(Signal),
    OnBehalf,
    Diet(Diet),
    Access(Access),
    Relation(Relation),
}

impl Finding {
    /// Reads `request`, `about food`, `urgency today`, `signal abuse`, `on_behalf`, `diet halal`,
    /// `access deaf`, `relation parent`.
    pub(super) fn from_words(words: &str) -> Option<Self> {
        match words.split_once(' ') {
            Some(("about", name)) => Category::from_word(name).map(Self::About),
            Some(("urgency", name)) => Urgency::from_word(name).map(Self::Urgency),
            Some(("signal", name)) => Signal::from_word(name).map(Self::Signal),
            Some(("diet", name)) => Diet::from_word(name).map(Self::Diet),
            Some(("access", name)) => Access::from_word(name).map(Self::Access),
            Some(("relation", name)) => Relation::from_word(name).map(Self::Relation),
            Some(_) => None,
            None if words == "on_behalf" => Some(Self::OnBehalf),
            None => Kind::from_word(words).map(Self::Kind),
        }
    }

    /// The words of `Because::finding`.
    pub(super) fn describe(self) -> String {
        match self {
            Self::Kind(kind) => format!("kind:{kind}"),
            Self::About(category) => format!("category:{category}"),
            Self::Urgency(urgency) => format!("urgency:{urgency}"),
            Self::Signal(signal) => format!("signal:{signal}"),
            Self::OnBehalf => "on_behalf".to_owned(),
            Self::Diet(diet) => format!("diet:{diet}"),
            Self::Access(access) => format!("access:{access}"),
            Self::Relation(relation) => format!("relation:{relation}"),
        }
    }
}

/// Something that spoke for a finding, with the words it met.
#[derive(Clone, Debug)]
pub(super) struct Evidence<'a> {
    pub(super) finding: Finding,
    pub(super) rule: &'a str,
    pub(super) span: Option<Span>,
    /// Whether the rule names each word of the span.
    pub(super) verbatim: bool,
    pub(super) weight: f32,
    /// Whether the rule is a group's own, which no model has seen.
    pub(super) own: bool,
}

/// The sums of all evidence. Anything that judges texts adds to these before they are decided on.
#[derive(Clone, Debug, Default)]
pub(super) struct Scores {
    kinds: [f32; Kind::ALL.len()],
    categories: [f32; Category::ALL.len()],
    urgencies: [f32; Urgency::ALL.len()],
    signals: [f32; Signal::ALL.len()],
    on_behalf: f32,
}

impl Scores {
    /// Adds every piece of evidence.
    pub(super) fn add_all(&mut self, evidence: &[Evidence<'_>]) {
        for piece in evidence {
            if let Some(slot) = self.slot(piece.finding) {
                *slot += piece.weight;
            }
        }
    }

    /// The sum for a finding.
    pub(super) fn of(&self, finding: Finding) -> f32 {
        match finding {
            Finding::Kind(kind) => self.kinds[kind as usize],
            Finding::About(category) => self.categories[category as usize],
            Finding::Urgency(urgency) => self.urgencies[urgency as usize],
            Finding::Signal(signal) => self.signals[signal as usize],
            Finding::OnBehalf => self.on_behalf,
            Finding::Diet(_) | Finding::Access(_) | Finding::Relation(_) => 0.0,
        }
    }

    /// Particulars are not weighed: one rule that is met is enough.
    fn slot(&mut self, finding: Finding) -> Option<&mut f32> {
        match finding {
            Finding::Kind(kind) => Some(&mut self.kinds[kind as usize]),
            Finding::About(category) => Some(&mut self.categories[category as usize]),
            Finding::Urgency(urgency) => Some(&mut self.urgencies[urgency as usize]),
            Finding::Signal(signal) => Some(&mut self.signals[signal as usize]),
            Finding::OnBehalf => Some(&mut self.on_behalf),
            Finding::Diet(_) | Finding::Access(_) | Finding::Relation(_) => None,
        }
    }
}
