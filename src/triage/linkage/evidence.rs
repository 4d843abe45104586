//! What two tellings share and where they differ.

use std::time::Duration;

use crate::domain::reading::Kind;
use crate::domain::traces::{Hash, SenseTrace, Traces, WordTrace};

/// Which way a piece of evidence may point: what is the same never speaks against the same need, whatever a collection of
/// pairs says that holds more traps than life does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Points {
    /// For the same need, or nowhere.
    For,
    /// Against it, or nowhere.
    Against,
    /// Either way.
    Either,
    /// Nowhere: pairs that people write are no measure of it.
    Nowhere,
}

macro_rules! features {
    ($($variant:ident $name:literal $points:ident $meaning:literal;)+) => {
        /// A piece of evidence. What neither telling says, or only one of them, is none.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(super) enum Feature {
            $(#[doc = $meaning] $variant,)+
        }

        impl Feature {
            /// Every piece, in the order of `weights.txt`.
            pub(super) const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The word in `weights.txt`.
            pub(super) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The feature as a person reads it.
            pub(super) const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)+ }
            }

            /// Which way it may point.
            pub(super) const fn points(self) -> Points {
                match self { $(Self::$variant => Points::$points,)+ }
            }
        }
    };
}

features! {
    Prior "prior" Either "before comparing";
    AuthorSame "author_same" For "the same person writing";
    AuthorOther "author_other" Against "another person writing";
    EachForSelf "each_for_self" Against "two people who each ask for themselves";
    HandleSame "handle_same" For "writers of the same name";
    ContactSame "contact_same" For "same phone or e-mail";
    ContactOther "contact_other" Against "another phone or e-mail";
    PostcodeSame "postcode_same" For "same postcode";
    PostcodeOther "postcode_other" Against "another postcode";
    OutcodeSame "outcode_same" For "same postcode area";
    OutcodeOther "outcode_other" Against "another postcode area";
    AddressSame "address_same" For "same address";
    AddressOther "address_other" Against "another address";
    PlaceSame "place_same" For "same street or place";
    PlaceOther "place_other" Against "another street or place";
    NameSame "name_same" For "same name";
    NameOther "name_other" Against "another name";
    AgeSame "age_same" For "same age";
    AgeOther "age_other" Against "another age";
    HouseholdSame "household_same" For "as many people";
    HouseholdOther "household_other" Against "more people, or fewer";
    KindOther "kind_other" Against "one asks, one doesn't";
    CategorySame "category_same" For "same kind of help";
    CategoryShared "category_shared" For "some help in common";
    CategoryOther "category_other" Against "another kind of help";
    TimeHour "time_hour" For "within an hour";
    TimeDay "time_day" For "within a day";
    TimeWeek "time_week" Nowhere "within a week";
    TimeLater "time_later" Against "more than a week apart";
    SameNeed "same_need" For "same household with the same kind of help";
    OwnNeed "own_need" For "same writer with the same kind of help";
    TwiceKnown "twice_known" For "two signs of the same household";
    OneHousehold "one_household" For "one household told of by two people";
    NothingShared "nothing_shared" Against "no person or place in common";
    ForeignSenses "foreign_senses" For "the same said in another language";
    // The same words mean one thing from the same writer and another from somebody else.
    Words "words" Either "their words";
    WordsShared "words_shared" For "the share of their words that both say";
    WordsByRarity "words_by_rarity" For "the same, each word counting by how rare it is";
    WordsContained "words_contained" For "how much of what the shorter says the other says too";
    WordsSenses "words_senses" For "what they mean";
    WordsLength "words_length" For "how alike in length they are";
    WordsMany "words_many" Either "how many words there are to go by";
    WordsRarest "words_rarest" For "how rare the rarest word is that both say";
    OwnWords "own_words" Either "the words of one writer";
    OwnWordsShared "own_words_shared" For "the share of their words that both say";
    OwnWordsByRarity "own_words_by_rarity" For "the same, each word counting by how rare it is";
    OwnWordsContained "own_words_contained" For "how much of what the shorter says the other says too";
    OwnWordsSenses "own_words_senses" For "what they mean";
    OwnWordsLength "own_words_length" For "how alike in length they are";
    OwnWordsMany "own_words_many" Nowhere "how many words there are to go by";
    OwnWordsRarest "own_words_rarest" For "how rare the rarest word is that both say";
    OthersWords "others_words" Either "the words of two writers";
    OthersWordsShared "others_words_shared" For "the share of their words that both say";
    OthersWordsByRarity "others_words_by_rarity" For "the same, each word counting by how rare it is";
    OthersWordsContained "others_words_contained" For "how much of what the shorter says the other says too";
    OthersWordsSenses "others_words_senses" For "what they mean";
    OthersWordsLength "others_words_length" For "how alike in length they are";
    OthersWordsMany "others_words_many" Nowhere "how many words there are to go by";
    OthersWordsRarest "others_words_rarest" For "how rare the rarest word is that both say";
}

/// From this share of their words on, by rarity, two people in one postcode speak of one thing.
const ALIKE: f32 = 0.3;

/// From this share of their words on, by rarity, one person speaks of one thing.
const OWN_ALIKE: f32 = 0.4;

/// From this share of their words on, by rarity, a person says the same again.
const REPEATED: f32 = 0.7;

/// Whoever is younger is a child, of whose age there are many.
const GROWN_UP: u16 = 18;

/// With any of these it is no household that two tell of, or nobody can tell.
const CONTRARY: [Feature; 7] = [
    Feature::ContactOther,
    Feature::PostcodeOther,
    Feature::OutcodeOther,
    Feature::AddressOther,
    Feature::NameOther,
    Feature::AgeOther,
    Feature::TimeLater,
];

/// The features of words, where nothing is known of the writers.
const WORDS: [Feature; 8] = [
    Feature::Words,
    Feature::WordsShared,
    Feature::WordsByRarity,
    Feature::WordsContained,
    Feature::WordsLength,
    Feature::WordsMany,
    Feature::WordsRarest,
    Feature::WordsSenses,
];
/// The same, where one person wrote both.
const OWN_WORDS: [Feature; 8] = [
    Feature::OwnWords,
    Feature::OwnWordsShared,
    Feature::OwnWordsByRarity,
    Feature::OwnWordsContained,
    Feature::OwnWordsLength,
    Feature::OwnWordsMany,
    Feature::OwnWordsRarest,
    Feature::OwnWordsSenses,
];
/// The same, where two did.
const OTHERS_WORDS: [Feature; 8] = [
    Feature::OthersWords,
    Feature::OthersWordsShared,
    Feature::OthersWordsByRarity,
    Feature::OthersWordsContained,
    Feature::OthersWordsLength,
    Feature::OthersWordsMany,
    Feature::OthersWordsRarest,
    Feature::OthersWordsSenses,
];

impl Feature {
    /// Whether it is about the words; all that are, are shown as one reason.
    pub(super) fn is_about_words(self) -> bool {
        self >= Self::Words
    }
}

/// All evidence of one comparison.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    /// Each piece and how much of it: 1, or a share from 0 to 1.
    pub(super) pieces: Vec<(Feature, f32)>,
    /// How many words both say, and how many the shorter one says.
    pub(super) words: Option<(usize, usize)>,
    /// Whether both ask for themselves.
    for_selves: bool,
}

/// What two lists of hashes say, where both say anything.
fn lists(one: &[Hash], other: &[Hash], (same, differ): (Feature, Feature)) -> Option<Feature> {
    if one.is_empty() || other.is_empty() {
        return None;
    }
    let shared = one.iter().any(|hash| other.contains(hash));
    Some(if shared { same } else { differ })
}

fn options<T: PartialEq>(
    one: Option<T>,
    other: Option<T>,
    (same, differ): (Feature, Feature),
) -> Option<Feature> {
    Some(if one? == other? { same } else { differ })
}

impl Evidence {
    /// What two tellings share and where they differ; the same in either order.
    pub(super) fn between(one: &Traces, other: &Traces) -> Self {
        use Feature as F;
        let mut evidence = Self {
            pieces: vec![(F::Prior, 1.0)],
            words: None,
            for_selves: one.for_self == Some(true) && other.for_self == Some(true),
        };
        let found = [
            options(one.author, other.author, (F::AuthorSame, F::AuthorOther)),
            lists(
                &one.contacts,
                &other.contacts,
                (F::ContactSame, F::ContactOther),
            ),
            area(one, other),
            lists(
                &one.addresses,
                &other.addresses,
                (F::AddressSame, F::AddressOther),
            ),
            lists(&one.places, &other.places, (F::PlaceSame, F::PlaceOther)),
            lists(&one.names, &other.names, (F::NameSame, F::NameOther)),
            ages(one, other),
            household(one, other),
            categories(one, other),
            handles(one, other),
            kinds(one, other),
            each_for_self(one, other),
        ];
        let found = found.into_iter().flatten().chain(time(one, other));
        evidence.pieces.extend(found.map(|feature| (feature, 1.0)));
        evidence.conclude(one.at.is_some() && other.at.is_some());
        let senses = senses_shared(&one.senses, &other.senses);
        // Words of two languages differ whatever they say; a language that nobody can tell may be either.
        let foreign = one.language.zip(other.language);
        if foreign.is_none_or(|(one, other)| one == other) {
            let features = match (one.author, other.author) {
                (Some(one), Some(other)) if one == other => OWN_WORDS,
                (Some(_), Some(_)) => OTHERS_WORDS,
                _ => WORDS,
            };
            evidence.compare_words(&one.words, &other.words, (features, senses));
        } else {
            evidence.pieces.push((F::ForeignSenses, senses));
        }
        evidence
    }

    fn has(&self, feature: Feature) -> bool {
        self.pieces.iter().any(|(piece, _)| *piece == feature)
    }

    fn any(&self, features: &[Feature]) -> bool {
        features.iter().any(|feature| self.has(*feature))
    }

    /// What several pieces say together, `timed` where both times are known.
    fn conclude(&mut self, timed: bool) {
        use Feature as F;
        let count = |features: &[Feature]| features.iter().filter(|f| self.has(**f)).count();
        let writer = count(&[F::AuthorSame]);
        let named = count(&[F::HandleSame]);
        let household = count(&[F::ContactSame, F::PostcodeSame, F::AddressSame]);
        // A house has a street: the two say one thing.
        let street = usize::from(self.has(F::PlaceSame) && !self.has(F::AddressSame));
        let hints = street + count(&[F::NameSame, F::AgeSame]);
        let clear = !self.any(&CONTRARY);
        let within_a_day = !timed || self.has(F::TimeDay);
        let soon = self.has(F::CategorySame) && within_a_day && clear;
        let concluded = [
            (F::SameNeed, household > 0 && soon),
            (F::OwnNeed, writer > 0 && soon),
            (F::TwiceKnown, household + hints > 1 && clear),
            (F::OneHousehold, self.is_one_household() && clear),
            (
                F::NothingShared,
                writer + named + household + hints == 0 && count(&[F::AuthorOther]) > 0,
            ),
        ];
        let concluded = concluded.into_iter().filter(|(_, holds)| *holds);
        self.pieces
            .extend(concluded.map(|(feature, _)| (feature, 1.0)));
    }

    fn compare_words(
        &mut self,
        one: &[WordTrace],
        other: &[WordTrace],
        (features, senses): ([Feature; 8], f32),
    ) {
        let (shorter, longer) = if one.len() <= other.len() {
            (one, other)
        } else {
            (other, one)
        };
        if shorter.is_empty() {
            return;
        }
        let weight = |words: &[WordTrace]| -> f32 {
            words.iter().map(|word| f32::from(word.rarity())).sum()
        };
        let shared: Vec<WordTrace> = shorter
            .iter()
            .filter(|word| longer.binary_search(word).is_ok())
            .copied()
            .collect();
        let (both, one, other) = (weight(&shared), weight(one), weight(other));
        let count = |words: usize| f32::from(u16::try_from(words).unwrap_or(u16::MAX));
        let all = count(shorter.len()) + count(longer.len()) - count(shared.len());
        let rarest = shared.iter().map(|word| word.rarity()).max().unwrap_or(0);
        let values = [
            1.0,
            count(shared.len()) / all,
            both / (one + other - both).max(1.0),
            both / one.min(other).max(1.0),
            count(shorter.len()) / count(longer.len()),
            count(shorter.len()).ln_1p() / 4.0,
            f32::from(rarest) / f32::from(WordTrace::RAREST),
            senses,
        ];
        self.pieces.extend(features.into_iter().zip(values));
        self.words = Some((shared.len(), shorter.len()));
    }

    /// Whether two writers tell of one household: by what only one has, or by two things that few share. What one writer
    /// tells, under one account or one name, is of whoever they speak for, and a helper speaks for many.
    fn is_one_household(&self) -> bool {
        use Feature as F;
        let named = self.has(F::NameSame);
        let aged = self.has(F::AgeSame);
        let street = self.has(F::PlaceSame);
        let area = self.any(&[F::PostcodeSame, F::OutcodeSame]);
        !self.has(F::AuthorSame)
            && (self.any(&[F::ContactSame, F::AddressSame])
                || self.has(F::HandleSame) && (self.for_selves || street || area || named)
                || self.has(F::PostcodeSame) && (named || aged)
                || street && (named || aged)
                || area && named && aged)
    }

    /// Whether something beside the words says that it is one household's, or one writer's, and one matter: many people
    /// say the same of different needs, live in one block, or tell of two needs in one afternoon.
    pub(super) fn is_anchored(&self) -> bool {
        use Feature as F;
        let alike = |least: f32| {
            self.pieces.iter().any(|(feature, share)| {
                let by_rarity = [
                    F::OthersWordsByRarity,
                    F::OwnWordsByRarity,
                    F::WordsByRarity,
                ];
                by_rarity.contains(feature) && *share >= least
            })
        };
        let untold = self.has(F::TimeDay) && !self.has(F::CategoryOther);
        let one_matter = self.any(&[F::CategorySame, F::CategoryShared]) || untold;
        let in_one_place = self.has(F::PostcodeSame) && !self.has(F::AuthorSame) && alike(ALIKE);
        !self.any(&CONTRARY)
            && (one_matter && (self.is_one_household() || in_one_place)
                || self.has(F::OwnNeed) && alike(OWN_ALIKE))
    }

    /// Whether two people each need it, however alike their needs are.
    pub(super) fn is_of_two(&self) -> bool {
        self.has(Feature::EachForSelf)
    }

    /// Whether one person says the same again: a bump, or the same words in another group.
    pub(super) fn is_repeat(&self) -> bool {
        let alike = |(feature, share): &(Feature, f32)| {
            *feature == Feature::OwnWordsByRarity && *share >= REPEATED
        };
        let differs = [
            Feature::PostcodeOther,
            Feature::OutcodeOther,
            Feature::AddressOther,
            Feature::NameOther,
            Feature::TimeLater,
        ];
        self.has(Feature::AuthorSame)
            && !differs.iter().any(|f| self.has(*f))
            && self.pieces.iter().any(alike)
    }
}

/// The share of their senses that both have, each by how rare it is; nothing where either has none.
fn senses_shared(one: &[SenseTrace], other: &[SenseTrace]) -> f32 {
    let weight = |senses: &mut dyn Iterator<Item = &SenseTrace>| -> f32 {
        senses.map(|SenseTrace(_, rarity)| f32::from(*rarity)).sum()
    };
    let both = weight(&mut one.iter().filter(|sense| other.contains(sense)));
    let (one, other) = (weight(&mut one.iter()), weight(&mut other.iter()));
    both / (one + other - both).max(1.0)
}

fn handles(one: &Traces, other: &Traces) -> Option<Feature> {
    let known = one.handle.is_some() && one.handle == other.handle;
    (known && one.author != other.author).then_some(Feature::HandleSame)
}

/// Two accounts of one platform are two people; those of two platforms may be one.
fn each_for_self(one: &Traces, other: &Traces) -> Option<Feature> {
    let two = one.author.zip(other.author).is_some_and(|(a, b)| a != b);
    let here = one.platform.is_some() && one.platform == other.platform;
    let both = one.for_self == Some(true) && other.for_self == Some(true);
    (two && here && both).then_some(Feature::EachForSelf)
}

fn area(one: &Traces, other: &Traces) -> Option<Feature> {
    match options(
        one.postcode,
        other.postcode,
        (Feature::PostcodeSame, Feature::PostcodeOther),
    ) {
        Some(Feature::PostcodeSame) => Some(Feature::PostcodeSame),
        full => options(
            one.outcode,
            other.outcode,
            (full.unwrap_or(Feature::OutcodeSame), Feature::OutcodeOther),
        ),
    }
}

fn ages(one: &Traces, other: &Traces) -> Option<Feature> {
    let grown = |traces: &Traces| -> Vec<u16> {
        let ages = traces.ages.iter().copied();
        ages.filter(|age| *age >= GROWN_UP).collect()
    };
    let (one, other) = (grown(one), grown(other));
    if one.is_empty() || other.is_empty() {
        return None;
    }
    let apart = one
        .iter()
        .flat_map(|age| other.iter().map(|known| age.abs_diff(*known)));
    match apart.min() {
        Some(0) => Some(Feature::AgeSame),
        // People are often a year out.
        Some(1) => None,
        _ => Some(Feature::AgeOther),
    }
}

fn household(one: &Traces, other: &Traces) -> Option<Feature> {
    let (same, differ) = (Feature::HouseholdSame, Feature::HouseholdOther);
    options(one.people, other.people, (same, differ))
}

fn kinds(one: &Traces, other: &Traces) -> Option<Feature> {
    let asks = |traces: &Traces| traces.kind.map(|kind| kind == Kind::Request);
    (asks(one)? != asks(other)?).then_some(Feature::KindOther)
}

fn categories(one: &Traces, other: &Traces) -> Option<Feature> {
    let (first, second) = (one.categories.first()?, other.categories.first()?);
    Some(if first == second {
        Feature::CategorySame
    } else if one
        .categories
        .iter()
        .any(|about| other.categories.contains(about))
    {
        Feature::CategoryShared
    } else {
        Feature::CategoryOther
    })
}

/// How far apart in time: what is within an hour is within a day as well.
fn time(one: &Traces, other: &Traces) -> impl Iterator<Item = Feature> {
    let apart = one
        .at
        .zip(other.at)
        .map(|(one, other)| one.since(other).max(other.since(one)));
    let near = [
        (Feature::TimeHour, 1),
        (Feature::TimeDay, 24),
        (Feature::TimeWeek, 24 * 7),
    ]
    .into_iter()
    .filter(move |(_, hours)| apart.is_some_and(|apart| apart <= Duration::from_hours(*hours)))
    .map(|(feature, _)| feature);
    let far = apart.is_some_and(|apart| apart > Duration::from_hours(24 * 7));
    near.chain(far.then_some(Feature::TimeLater))
}
