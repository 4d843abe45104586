//! What one person, or one group, may cause in a short time. Signs of danger are read and answered whatever came before;
//! and nothing is lost: what is too much to begin something of its own goes to what its writer told before.

use crate::domain::case::Case;
use crate::domain::code::CaseCode;
use crate::domain::decision::PersonKey;
use crate::domain::effect::Act;
use crate::domain::heard::Left;
use crate::domain::inbound::Scene;
use crate::domain::lately::Counted;
use crate::domain::offer::Offer;
use crate::domain::people::Person;
use crate::domain::report::Subject;
use crate::domain::settings::ChannelRole;
use crate::domain::speech::{Slow, Speech};

use super::deciding::{Asker, Deciding, same_person};
use super::telling::Telling;

/// So many answers somebody gets within ten minutes that they alone see. A long dialogue takes a dozen.
const ANSWERS: usize = 60;
/// So many that a whole group sees.
const OPEN_ANSWERS: usize = 20;
/// So many needs and offers somebody begins within an hour.
const TELLINGS: usize = 15;
/// In a group in which kith has asked so much within ten minutes, a flood or a raid is going on, and nobody can tell which.
const ASKS: usize = 30;
/// Then each neighbour is asked once within the hour, so that a raid silences nobody.
const TELLINGS_IN_A_FLOOD: usize = 1;
/// Why a telling is part of another, in the trail.
const TOO_MUCH: &str = "too much at once";

fn key(person: &Person) -> PersonKey {
    (person.connector.clone(), person.id.clone())
}

impl Deciding<'_> {
    /// What is answered to somebody: past the limit once that they have to wait, then nothing. What they asked for is done
    /// all the same. The numbers to call are always told, and whoever works in a hub is never held up.
    pub fn measured(&mut self, asker: &Asker, speech: Speech) -> Option<Speech> {
        let at_work = matches!(
            self.role_of(asker),
            Some(ChannelRole::Hub | ChannelRole::Safeguarding)
        );
        if at_work || matches!(speech, Speech::Numbers(_)) {
            return Some(speech);
        }
        let typed = asker.message.is_some() && asker.token.is_none();
        let (answers, most) = if typed && !asker.scene.is_private() {
            (Counted::OpenAnswers(key(&asker.person)), OPEN_ANSWERS)
        } else {
            (Counted::Answers(key(&asker.person)), ANSWERS)
        };
        let before = self.how_often(&answers);
        self.count(answers);
        let why = Slow::Answers;
        match before.cmp(&most) {
            std::cmp::Ordering::Less => Some(speech),
            std::cmp::Ordering::Equal => Some(Speech::Slow { why }),
            std::cmp::Ordering::Greater => None,
        }
    }

    /// Notes that somebody begins something.
    pub fn count_telling(&mut self, author: &Person) {
        self.count(Counted::Tellings(key(author)));
    }

    /// Notes that kith asks something in a group.
    pub fn count_ask(&mut self, scene: &Scene) {
        if let Some(group) = &scene.group {
            let connector = scene.place.connector.clone();
            self.count(Counted::Asks(connector, group.clone()));
        }
    }

    /// By how much a telling is too much to begin something of its own.
    fn excess(&self, telling: &Telling<'_>) -> Option<usize> {
        if !telling.reading.signals.is_empty() {
            return None;
        }
        let flooded = telling.scene.group.as_ref().is_some_and(|group| {
            let connector = telling.scene.place.connector.clone();
            self.how_often(&Counted::Asks(connector, group.clone())) >= ASKS
        });
        let most = if flooded {
            TELLINGS_IN_A_FLOOD
        } else {
            TELLINGS
        };
        let told = self.how_often(&Counted::Tellings(key(telling.author)));
        told.checked_sub(most)
    }

    /// The case that a telling goes to which is too much to be one of its own: the newest of its writer.
    pub fn too_much(&self, telling: &Telling<'_>) -> Option<Case> {
        self.excess(telling)?;
        self.newest_case(telling.author)
    }

    fn newest_case(&self, author: &Person) -> Option<Case> {
        let live = |case: &&Case| case.state.is_live() && same_person(&case.resident, author);
        let cases = self.snapshot.cases.values().filter(live);
        cases.max_by_key(|case| (case.at, &case.id)).cloned()
    }

    /// The same for an offer.
    pub fn too_much_of_an_offer(&self, telling: &Telling<'_>) -> Option<Offer> {
        self.excess(telling)?;
        self.newest_offer(telling.author)
    }

    fn newest_offer(&self, author: &Person) -> Option<Offer> {
        let live = |offer: &&Offer| offer.state.is_live() && same_person(&offer.neighbour, author);
        let offers = self.snapshot.offers.values().filter(live);
        offers.max_by_key(|offer| (offer.at, &offer.id)).cloned()
    }

    /// Puts a telling with what its writer told before, where its words are kept for the hub. Gives that, and whether it is
    /// the first one to end so.
    pub fn put_with(&mut self, telling: &Telling<'_>, left: Left, case: Case) -> (Case, bool) {
        let first = self.excess(telling) == Some(0);
        self.count_telling(telling.author);
        let (case, _) = self.add_to(telling, left, (case, TOO_MUCH));
        (case, first)
    }

    /// The same with an offer.
    pub fn put_with_offer(&mut self, telling: &Telling<'_>, offer: &Offer) -> bool {
        let first = self.excess(telling) == Some(0);
        self.count_telling(telling.author);
        let subject = Subject::Offer(offer.id.clone());
        self.add_report(telling, subject.clone());
        self.record(subject, Some(telling.author), "told_again", TOO_MUCH);
        first
    }

    /// Tells the writer of a message what it was put with.
    pub fn say_put_with(&mut self, telling: &Telling<'_>, code: CaseCode) {
        let why = Slow::Tellings { code };
        self.promise(Act::Say {
            place: telling.scene.place.clone(),
            reply_to: telling.source.clone().map(|source| source.message),
            speech: Speech::Slow { why },
        });
    }

    /// Whether somebody who wants to begin something in private has begun too much: they hear so.
    pub fn has_begun_too_much(&mut self, asker: &Asker) -> bool {
        let told = self.how_often(&Counted::Tellings(key(&asker.person)));
        let case = self.newest_case(&asker.person).map(|case| case.code);
        let newest = case.or_else(|| Some(self.newest_offer(&asker.person)?.code));
        let Some(code) = newest.filter(|_| told >= TELLINGS) else {
            return false;
        };
        let why = Slow::Beginnings { code };
        self.answer(asker, Speech::Slow { why });
        true
    }
}
