//! Neighbours by the hundred: each writes one message, most of it chat, some of it a request or an offer.

use std::time::Duration;

use kith::demo::Cast;
use kith::domain::reading::Kind;
use kith::intake::Reader;
use kith::sim::faults::SplitMix;
use kith::sim::telegram::PersonId;
use tokio::time::sleep;

const CHAT: [&str; 6] = [
    "Lovely light over the river this evening",
    "Did anybody see the match? What a goal",
    "Bins are out a day late this week it seems",
    "Happy birthday to the bakery on the corner",
    "The heron is back by the bridge",
    "What a queue at the post office this morning",
];
const REQUESTS: [&str; 6] = [
    "Could anyone please pick up my prescription today? I can't get out",
    "Please can someone help me, I need food for the weekend",
    "Does anyone have a car? I need a lift to the hospital tomorrow",
    "Can anybody please walk my dog this week? I broke my ankle",
    "Could somebody do some shopping for me please? I am isolating",
    "I need help with a form for the council, can anyone help please?",
];
const OFFERS: [&str; 2] = [
    "I can offer free lifts to anyone who needs one this week",
    "I am happy to help anyone with shopping, just ask",
];

/// What one person writes.
struct Line {
    text: &'static str,
    sitter: Sitter,
}

enum Sitter {
    Riverside(PersonId),
    Hillview(u64),
}

/// Everybody with what they are going to write.
pub struct Neighbours {
    lines: Vec<Line>,
}

/// What was written.
pub struct Said {
    /// Messages in all.
    pub messages: usize,
    /// Of which requests.
    pub requests: usize,
    /// Of which offers.
    pub offers: usize,
}

impl Said {
    /// Requests and offers.
    pub fn tellings(&self) -> usize {
        self.requests + self.offers
    }
}

impl Neighbours {
    /// So many new people on both platforms, each with something to write.
    pub fn move_in(cast: &Cast<'_>, count: usize) -> Self {
        let mut chance = SplitMix::new(u64::try_from(count).unwrap());
        let pick = |chance: &mut SplitMix, texts: &[&'static str]| {
            texts[usize::try_from(chance.next() % texts.len() as u64).unwrap()]
        };
        let lines = (0..count).map(|number| {
            let text = match chance.next() % 10 {
                0..=5 => pick(&mut chance, &CHAT),
                6..=8 => pick(&mut chance, &REQUESTS),
                _ => pick(&mut chance, &OFFERS),
            };
            let name = format!("Neighbour {number}");
            let sitter = if number % 2 == 0 {
                let person = cast.town.telegram.add_person(&name);
                cast.town.telegram.join(cast.riverside.street, person);
                Sitter::Riverside(person)
            } else {
                let person = cast.town.discord.add_person(&name);
                cast.town.discord.join(cast.hillview.guild, person);
                Sitter::Hillview(person)
            };
            Line { text, sitter }
        });
        Self {
            lines: lines.collect(),
        }
    }

    /// Everybody writes, one after the other, over some seconds.
    pub async fn talk(&self, cast: &Cast<'_>) -> Said {
        let reader = Reader::new();
        let mut said = Said {
            messages: 0,
            requests: 0,
            offers: 0,
        };
        for line in &self.lines {
            match line.sitter {
                Sitter::Riverside(person) => {
                    cast.town
                        .telegram
                        .say(cast.riverside.street, person, line.text);
                }
                Sitter::Hillview(person) => {
                    cast.town
                        .discord
                        .say(cast.hillview.street, person, line.text)
                        .unwrap();
                }
            }
            said.messages += 1;
            match reader.read(line.text).kind {
                Kind::Request => said.requests += 1,
                Kind::Offer => said.offers += 1,
                Kind::Resolved | Kind::Other => {}
            }
            sleep(Duration::from_millis(25)).await;
        }
        said
    }
}
