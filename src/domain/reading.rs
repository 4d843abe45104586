//! What intake understood from one text, each finding with the words behind it.

use serde::{Deserialize, Serialize};

use super::particulars::Particulars;

/// What a text is, in the eyes of a neighbour who could act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The writer asks for help, goods, company or information, for themselves or another.
    Request,
    /// The writer offers help, goods, time or skills free of charge.
    Offer,
    /// The writer says that an earlier request or offer is met or withdrawn.
    Resolved,
    /// Everything else.
    Other,
}

/// What help is about. Several may apply, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names are the labels of the labelling guide, explained in `Category::meaning`"
)]
pub enum Category {
    Food,
    Shopping,
    Prescription,
    Social,
    Wellbeing,
    Health,
    Ppe,
    Care,
    Childcare,
    Transport,
    Energy,
    Money,
    Housing,
    Household,
    Digital,
    Language,
    Pets,
    Practical,
    Emergency,
    Information,
    Volunteering,
    Other,
}

/// How soon help is needed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// No time is named.
    #[default]
    None,
    /// Within a week, or on a named day.
    Soon,
    /// Today.
    Today,
    /// Within about two hours, or danger.
    Now,
}

/// A sign of danger: literal risk only, never hyperbole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Suicide or self-harm.
    SelfHarm,
    /// Domestic, financial or controlling abuse, threats.
    Abuse,
    /// A child at risk.
    Child,
    /// An adult who may be neglected or is not answering.
    Neglect,
    /// Life at risk now.
    Medical,
    /// Fraud met or attempted, or the message is itself a scam.
    Scam,
    /// Fire, flood or gas: people in danger from a place.
    Hazard,
}

/// A stretch of the text, in bytes, on character boundaries: `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// One reason for a finding: the words that led to it and the rule that they met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// What was concluded, as `kind:request`, `category:food`, `urgency:today`, `signal:abuse`, `postcode`.
    pub finding: String,
    /// The name of the rule.
    pub rule: String,
    /// Where in the text; none where the rule looks at the whole.
    pub span: Option<Span>,
    /// Whether the rule names each of these words. Otherwise anybody's name or street may be among them.
    #[serde(default)]
    pub verbatim: bool,
}

/// Everything that intake understood from one text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// What the text is.
    pub kind: Kind,
    /// How sure the reader is of `kind`, 0 to 1.
    pub confidence: f32,
    /// What it is about, most important first; empty unless a request or an offer.
    pub categories: Vec<Category>,
    /// How soon.
    pub urgency: Urgency,
    /// Whether the help is for somebody other than the writer.
    pub on_behalf: bool,
    /// Signs of danger; they do not depend on `kind`.
    pub signals: Vec<Signal>,
    /// The full UK postcode, else the outcode, upper case with one space.
    pub postcode: Option<String>,
    /// The ISO 639-1 code of its language, where it can be told.
    #[serde(default)]
    pub language: Option<Lang>,
    /// Where the text asks or offers several things: each, in its order. Empty where it is one.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// What else it tells.
    #[serde(default)]
    pub particulars: Particulars,
    /// The reasons for all of the above.
    pub because: Vec<Because>,
}

/// One of several things that a text asks or offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// What it is about.
    pub categories: Vec<Category>,
    /// How soon.
    pub urgency: Urgency,
    /// Its part of the text.
    pub span: Span,
}

/// A language by its ISO 639-1 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lang([u8; 2]);

impl Lang {
    /// English.
    pub const ENGLISH: Self = Self(*b"en");

    /// The language of a two-letter code in lower case.
    pub fn from_code(code: &str) -> Option<Self> {
        let letters: [u8; 2] = code.as_bytes().try_into().ok()?;
        letters
            .iter()
            .all(u8::is_ascii_lowercase)
            .then_some(Self(letters))
    }

    /// Its code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("en")
    }
}

impl TryFrom<String> for Lang {
    type Error = String;

    fn try_from(code: String) -> Result<Self, String> {
        Self::from_code(&code).ok_or_else(|| format!("expected two letters, found `{code}`"))
    }
}

impl From<Lang> for String {
    fn from(lang: Lang) -> Self {
        lang.code().to_owned()
    }
}

impl Reading {
    /// A reading that found nothing.
    pub fn nothing() -> Self {
        Self {
            kind: Kind::Other,
            confidence: 1.0,
            categories: Vec::new(),
            urgency: Urgency::None,
            on_behalf: false,
            signals: Vec::new(),
            postcode: None,
            language: None,
            findings: Vec::new(),
            particulars: Particulars::default(),
            because: Vec::new(),
        }
    }

    /// The outward half of the postcode ("ME7" of "ME7 1AB"), which is all that a card shows.
    pub fn outcode(&self) -> Option<&str> {
        self.postcode
            .as_deref()
            .and_then(|code| code.split(' ').next())
    }
}

macro_rules! spelled {
    ($name:ident { $($variant:ident => $text:literal),+ $(,)? }) => {
        impl $name {
            /// Every value, in the order of the labelling guide.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in files and on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value that `as_str` spells.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(super) use spelled;

spelled!(Kind { Request => "request", Offer => "offer", Resolved => "resolved", Other => "other" });
spelled!(Urgency { None => "none", Soon => "soon", Today => "today", Now => "now" });
spelled!(Signal {
    SelfHarm => "self_harm", Abuse => "abuse", Child => "child", Neglect => "neglect",
    Medical => "medical", Scam => "scam", Hazard => "hazard",
});
spelled!(Category {
    Food => "food", Shopping => "shopping", Prescription => "prescription", Social => "social",
    Wellbeing => "wellbeing", Health => "health", Ppe => "ppe", Care => "care",
    Childcare => "childcare", Transport => "transport", Energy => "energy", Money => "money",
    Housing => "housing", Household => "household", Digital => "digital", Language => "language",
    Pets => "pets", Practical => "practical", Emergency => "emergency",
    Information => "information", Volunteering => "volunteering", Other => "other",
});
