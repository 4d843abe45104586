//! How well an offer in the queue fits a case in the queue, and why; none where the neighbour should not be asked. Pure.

use std::collections::{BTreeSet, HashMap};

use crate::domain::areas::{Areas, Distance, FARTHEST};
use crate::domain::case::Case;
use crate::domain::clock::Timestamp;
use crate::domain::matching::{
    AGREED_AT_ONCE, ASKED_AT_ONCE, Match, MatchState, Reason, Side, Went, places,
};
use crate::domain::nation::Nation;
use crate::domain::offer::{Offer, OfferState};
use crate::domain::particulars::{Particulars, When};
use crate::domain::people::Person;
use crate::domain::reading::{Category, Lang};
use crate::domain::report::Report;
use crate::domain::traces::{SenseTrace, Traces, WordTrace};
use crate::intake::resolve_time;

/// What each agreement is worth; set by hand.
const FIRST_CATEGORY: f32 = 3.0;
const OTHER_CATEGORY: f32 = 2.0;
const TIME_FOR_ANYTHING: f32 = 1.0;
const WORDS: f32 = 3.0;
const SENSES: f32 = 2.0;
const SAME_PLACE: f32 = 2.0;
const NEAR_BY: f32 = 1.0;
/// Next door; it falls to nothing at [`FARTHEST`].
const AWAY: f32 = 1.8;
const SAME_TIME: f32 = 1.5;
const OTHER_TIME: f32 = -2.0;
const SAME_LANGUAGE: f32 = 1.0;
const SAME_DIET: f32 = 1.0;
const SAME_ACCESS: f32 = 1.0;
const HELPED_BEFORE: f32 = 2.5;
/// What each agreed match takes that a neighbour has already, so that the work is shared.
const HELPS_ALREADY: f32 = -1.0;
/// From so much alike the words count as a reason to tell.
const ALIKE: f32 = 0.5;
/// Words that are said more often than this (a rarity, 0 to 15) say nothing of what is needed.
const SAYS_SOMETHING: u8 = 5;

/// How well an offer fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Among the offers that fit a case, more is better.
    pub score: f32,
    /// Why, the weightiest first.
    pub reasons: Vec<Reason>,
}

/// A case with all that was told of it and all that is known of matches.
pub struct Need<'n> {
    case: &'n Case,
    reports: &'n [Report],
    areas: &'n Areas,
    now: Timestamp,
    by_neighbour: HashMap<Who<'n>, Vec<&'n Match>>,
    /// Of this case, or of its resident.
    own: Vec<&'n Match>,
}

/// A person, to compare and to look up.
type Who<'p> = (&'p str, &'p str);

/// The neighbour should not be asked.
struct Unfit;

/// What something adds, and the reason to tell where it is one.
type Piece = (f32, Option<Reason>);

fn who(person: &Person) -> Who<'_> {
    (person.connector.as_str(), person.id.as_str())
}

impl<'n> Need<'n> {
    /// A case and its tellings at a moment, with the matches of this case, of its resident and of those who offer, and with
    /// where they are.
    pub fn new(
        (case, reports): (&'n Case, &'n [Report]),
        (matches, areas): (&'n [Match], &'n Areas),
        now: Timestamp,
    ) -> Self {
        let mut need = Self {
            case,
            reports,
            areas,
            now,
            by_neighbour: HashMap::new(),
            own: Vec::new(),
        };
        for found in matches {
            if found.case == case.id || who(&found.resident) == who(&case.resident) {
                need.own.push(found);
            }
            let theirs = need.by_neighbour.entry(who(&found.neighbour)).or_default();
            theirs.push(found);
        }
        need
    }

    /// What is known of the matches of a neighbour.
    fn of_neighbour(&self, offer: &'n Offer) -> &[&'n Match] {
        let theirs = self.by_neighbour.get(&who(&offer.neighbour));
        theirs.map_or(&[], Vec::as_slice)
    }

    /// Whether neighbours may be asked about it now: it is with the hub, neighbours may meet it, nobody is agreed on, and
    /// no neighbour has said that something is wrong which no lead has looked at yet.
    pub fn is_askable(&self) -> bool {
        let settled = self.own.iter().any(|found| {
            found.case == self.case.id
                && matches!(
                    found.state,
                    MatchState::Accepted { .. } | MatchState::Agreed { .. }
                )
        });
        let worrying = self.own.iter().any(|found| {
            found.concern.is_some() && found.feedback.of(Side::Neighbour) == Some(Went::Wrong)
        });
        self.case.state.is_with_hub()
            && !settled
            && !worrying
            && self.case.triaged.may_go_to_neighbours()
    }

    /// How well an offer fits; none where its neighbour should not be asked.
    pub fn fit(&self, offer: &Offer) -> Option<Fit> {
        if offer.state != OfferState::Open || self.is_their_own(offer) || self.is_refused(offer) {
            return None;
        }
        let mut pieces = vec![self.category(offer)?];
        pieces.extend(self.place(offer).ok()?);
        pieces.extend(self.time(offer).ok()?);
        pieces.extend(self.load(offer).ok()?);
        pieces.extend(self.history(offer).ok()?);
        pieces.extend(self.words(&offer.traces));
        pieces.extend(self.particulars(&offer.particulars));
        pieces.extend(self.language(offer.traces.language));
        let score = pieces.iter().map(|(score, _)| score).sum();
        pieces.sort_by(|(one, _), (other, _)| other.abs().total_cmp(&one.abs()));
        Some(Fit {
            score,
            reasons: pieces.into_iter().filter_map(|(_, why)| why).collect(),
        })
    }

    /// Nobody helps themselves, by this account or by another with the same telephone, nor with what they told of.
    fn is_their_own(&self, offer: &Offer) -> bool {
        let neighbour = who(&offer.neighbour);
        let told = self.reports.iter().map(|report| &report.author);
        let mut tellers = told.chain([&self.case.resident]);
        let contacts = |traces: &Traces| {
            let mut shared = offer.traces.contacts.iter();
            shared.any(|contact| traces.contacts.contains(contact))
        };
        tellers.any(|teller| who(teller) == neighbour)
            || self.case.compared.iter().any(|told| contacts(&told.traces))
    }

    /// Who said no to this case, stepped back from it or did not answer is not asked about it again, by whichever offer.
    fn is_refused(&self, offer: &Offer) -> bool {
        self.of_neighbour(offer).iter().any(|found| {
            let free = matches!(
                found.state,
                MatchState::Ended { .. }
                    | MatchState::Lapsed {
                        waiting_for: Side::Resident,
                        ..
                    }
            );
            found.case == self.case.id && !free
        })
    }

    fn category(&self, offer: &Offer) -> Option<Piece> {
        let first = self.case.categories.first();
        if let Some(about) = first.filter(|about| offer.categories.contains(about)) {
            return Some((FIRST_CATEGORY, Some(Reason::SameHelp(*about))));
        }
        let both = |about: &&Category| offer.categories.contains(about);
        if let Some(about) = self.case.categories.iter().find(both) {
            return Some((OTHER_CATEGORY, Some(Reason::SameHelp(*about))));
        }
        offer
            .categories
            .contains(&Category::Volunteering)
            .then_some((TIME_FOR_ANYTHING, Some(Reason::OffersTime)))
    }

    /// Unfit where both say where they are and that is too far.
    fn place(&self, offer: &Offer) -> Result<Option<Piece>, Unfit> {
        let here = places(self.case.outcode.as_ref(), &self.case.area);
        let there = places(offer.outcode.as_ref(), &offer.area);
        let apart = here
            .iter()
            .flat_map(|one| there.iter().map(|other| self.areas.distance(one, other)))
            .min();
        match apart {
            Some(Distance::Far) => Err(Unfit),
            Some(Distance::Same) => Ok(Some((SAME_PLACE, Some(Reason::SamePlace)))),
            Some(Distance::Away(metres)) => {
                // A tenth of a kilometre is close enough for a weight, and u16 holds it.
                let hectometres =
                    |metres: u32| f32::from(u16::try_from(metres / 100).unwrap_or(u16::MAX));
                let nearness = 1.0 - hectometres(metres) / hectometres(FARTHEST);
                Ok(Some((AWAY * nearness, Some(Reason::Away(metres)))))
            }
            Some(Distance::Near) => Ok(Some((NEAR_BY, Some(Reason::NearBy)))),
            None => Ok(None),
        }
    }

    /// Unfit where all the times that the offer names have passed.
    fn time(&self, offer: &Offer) -> Result<Option<Piece>, Unfit> {
        let free = self.windows(&offer.particulars.times, offer.at);
        if !free.is_empty() && free.iter().all(|(_, until)| *until <= self.now) {
            return Err(Unfit);
        }
        let needed: Vec<_> = self
            .reports
            .iter()
            .flat_map(|report| self.windows(&report.reading.particulars.times, report.at))
            .filter(|(_, until)| *until > self.now)
            .collect();
        if free.is_empty() || needed.is_empty() {
            return Ok(None);
        }
        let meet = free.iter().any(|(from, until)| {
            needed
                .iter()
                .any(|(begins, ends)| from < ends && begins < until)
        });
        Ok(Some(if meet {
            (SAME_TIME, Some(Reason::SameTime))
        } else {
            (OTHER_TIME, Some(Reason::OtherTime))
        }))
    }

    /// From when until when each named time is, on the clock.
    fn windows(&self, times: &[When], said: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let window = |when: &When| {
            let said = if when.repeats { self.now } else { said };
            let (from, until) = resolve_time(when, said, Nation::default())?;
            Some((if when.deadline { said } else { from }, until))
        };
        times.iter().filter_map(window).collect()
    }

    /// Unfit where the neighbour is asked by another case, or has agreed to as much as one person should.
    fn load(&self, offer: &Offer) -> Result<Option<Piece>, Unfit> {
        let theirs = self.of_neighbour(offer).iter();
        let asked = theirs.clone().filter(|found| found.state.is_asking());
        let asked = asked.count();
        let agreed = theirs
            .filter(|found| matches!(found.state, MatchState::Agreed { .. }))
            .count();
        if asked >= ASKED_AT_ONCE || agreed >= AGREED_AT_ONCE {
            return Err(Unfit);
        }
        let agreed = u8::try_from(agreed).unwrap_or(u8::MAX);
        let reason = Some(Reason::HelpsAlready(agreed));
        Ok((agreed > 0).then_some((HELPS_ALREADY * f32::from(agreed), reason)))
    }

    /// Unfit where something was wrong between the two, or a resident says so of this neighbour and no lead has looked yet.
    fn history(&self, offer: &Offer) -> Result<Option<Piece>, Unfit> {
        let resident = who(&self.case.resident);
        let mut theirs = self.of_neighbour(offer).iter();
        let together = || {
            let all = self.of_neighbour(offer).iter();
            all.filter(|found| who(&found.resident) == resident)
        };
        let worrying = theirs.any(|found| {
            found.concern.is_some() && found.feedback.of(Side::Resident) == Some(Went::Wrong)
        });
        if worrying || together().any(|found| found.feedback.is_wrong()) {
            return Err(Unfit);
        }
        let well = |found: &&Match| {
            let told = found.feedback;
            [told.neighbour, told.resident].contains(&Some(Went::Well))
        };
        let before = together().any(well);
        Ok(before.then_some((HELPED_BEFORE, Some(Reason::HelpedBefore))))
    }

    fn words(&self, offer: &Traces) -> Option<Piece> {
        let alike = |telling: &Traces| {
            WORDS * cosine(&words(&telling.words), &words(&offer.words))
                + SENSES * cosine(&senses(&telling.senses), &senses(&offer.senses))
        };
        let tellings = self.case.compared.iter();
        let best = tellings
            .map(|told| alike(&told.traces))
            .max_by(f32::total_cmp)?;
        let reason = (best >= ALIKE).then_some(Reason::AlikeWords);
        Some((best, reason))
    }

    fn particulars(&self, offer: &Particulars) -> Vec<Piece> {
        let told = || {
            let reports = self.reports.iter();
            reports.map(|report| &report.reading.particulars)
        };
        let diets: BTreeSet<_> = told().flat_map(|told| &told.diets).collect();
        let barriers: BTreeSet<_> = told().flat_map(|told| &told.access).collect();
        let mut pieces = Vec::new();
        if offer.diets.iter().any(|diet| diets.contains(diet)) {
            pieces.push((SAME_DIET, Some(Reason::SameDiet)));
        }
        if offer
            .access
            .iter()
            .any(|barrier| barriers.contains(barrier))
        {
            pieces.push((SAME_ACCESS, Some(Reason::SameAccess)));
        }
        pieces
    }

    fn language(&self, offered: Option<Lang>) -> Option<Piece> {
        let language = offered.filter(|language| *language != Lang::ENGLISH)?;
        let told = self
            .case
            .compared
            .iter()
            .filter_map(|told| told.traces.language);
        let mut same = told.filter(|told| *told == language);
        same.next()
            .map(|_| (SAME_LANGUAGE, Some(Reason::SameLanguage(language))))
    }
}

fn words(words: &[WordTrace]) -> Vec<(u32, u8)> {
    let said = words.iter().map(|word| (word.as_u32(), word.rarity()));
    said.filter(|(_, rarity)| *rarity >= SAYS_SOMETHING)
        .collect()
}

fn senses(senses: &[SenseTrace]) -> Vec<(u32, u8)> {
    let meant = senses.iter().map(|sense| (u32::from(sense.0), sense.1));
    meant
        .filter(|(_, rarity)| *rarity >= SAYS_SOMETHING)
        .collect()
}

/// How much two sorted lists share, each entry counting by its weight: 0 nothing, 1 all.
fn cosine(one: &[(u32, u8)], other: &[(u32, u8)]) -> f32 {
    let both: f32 = one
        .iter()
        .filter(|(what, _)| other.binary_search_by_key(what, |(what, _)| *what).is_ok())
        .map(|(_, weight)| f32::from(*weight).powi(2))
        .sum();
    let length = |of: &[(u32, u8)]| {
        let squares = of.iter().map(|(_, weight)| f32::from(*weight).powi(2));
        squares.sum::<f32>().sqrt()
    };
    both / (length(one) * length(other)).max(f32::MIN_POSITIVE)
}
