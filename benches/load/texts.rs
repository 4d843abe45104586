//! Invented messages of a neighbourhood, as varied as the bench needs them and the same in every run.

use std::collections::HashSet;

use kith::domain::reading::{Kind, Reading};
use kith::intake::Reader;

/// Below this confidence kith leaves a message alone.
const ASK_FROM: f32 = 0.5;

const CHAT: &[&str] = &[
    "Morning all, lovely {weather} on {street} today",
    "Did anyone else hear that {noise} on {street} around {hour}?",
    "Happy birthday {name}! Hope you have a brilliant day 🎂",
    "The {shop} has finally reopened, {name} was behind the counter again",
    "Haha {name} that made my {day}",
    "The bins on {street} were collected at {hour}, earlier than usual",
    "Thanks {name}, that was really kind of you",
    "Great turnout at the {event}, well done to {name} and {name}",
    "The number {number} bus was {minutes} minutes late again this morning",
    "Saw {name} and the {pet} in the park, both looking well",
    "Roadworks on {street} until {day}, the diversion goes past the {shop}",
    "Minutes of the {event} are up on the notice board by the {shop}",
    "Our {pet} slept through the whole of the {noise}, typical",
    "The {food} at the {event} was the best I have tasted in {number} years",
    "I see the council has painted new lines along {street}",
    "{name} says the {event} starts at {hour} sharp on {day}",
    "What a match on {day}! {number} goals and I missed the last one",
    "Congratulations to {name} and {name} on the new baby",
    "The crocuses outside number {number} {street} are out already",
    "Anyone watching the film at {hour} tonight? No spoilers please",
    "Power was off on {street} for {minutes} minutes but it is back now",
    "Lovely to see so many faces at the {event} on {day}",
    "That {pet} is back on the roof of the {shop}, I have a photo somewhere",
    "Agree with {name}, the {event} should be on a {day}",
    "Good point {name}",
    "😂😂 brilliant {name}",
    "Choir practice moved to {hour} on {day}, same hall",
    "Parking on {street} is a nightmare on a {day}",
    "The {weather} has played havoc with my tomatoes this year",
    "Reminder that the clocks change on {day}",
    "There was a heron on the canal by {street} at {hour}, beautiful",
    "New {food} at the {shop}, {number} pounds and worth it",
    "Well that was a noisy {day} on {street}",
    "The library closes at {hour} on {day} this week",
    "{name} won the raffle at the {event}, number {number}!",
    "Can't believe it is {day} already, where has the week gone",
    "My {pet} ate {number} slices of {food}, no regrets apparently",
    "The school play was wonderful, {name} remembered every line",
    "Seen on {street}: a very confident {pet} crossing at the lights",
    "Good night everyone, see you at the {event}",
];

const NEEDS: &[&str] = &[
    "Could someone pick up a prescription for me from the chemist near {street} on {day}? I'm at number {number}",
    "Hi, I'm self isolating at {number} {street} and need some {food}, can anyone help?",
    "Does anyone have a spare {thing} we could borrow this {day}? We are on {street}",
    "My neighbour {name} at {number} {street} needs a lift to the hospital on {day} at {hour}, can anyone help please",
    "Please can someone walk my {pet} on {day}, I've hurt my back and can't get out. {street}",
    "Can anyone help me get shopping in? {number} {street}, mostly {food} and milk",
    "Looking for someone to sit with my mum for {minutes} minutes on {day}, {street}",
    "We've run out of nappies and {food}, could anybody drop some off at {number} {street}?",
    "I need help filling in a form online, could someone come round on {day}? I'm on {street}, {name}",
    "Is anyone able to collect a parcel of {food} for {name} on {street}? She can't leave the house",
    "Could anyone lend us a {thing}? Ours broke on {day}. {name}, {number} {street}",
    "I can't get out of the house, please could somebody bring me {food} on {day}? {street} number {number}",
];

const OFFERS: &[&str] = &[
    "I'm going to the {shop} at {hour}, happy to pick up shopping for anyone on {street}",
    "I can give lifts to appointments on {day}, just message me. {name}, {street}",
    "We have spare {food} to give away, free to anyone near {street}",
    "Happy to walk dogs on {day} for anyone who is isolating around {street}",
    "I've got a {thing} I can lend to anybody who needs it, I'm at {number} {street}",
    "I can collect prescriptions on {day} for anyone who can't get out, {street} area",
    "Free to help with shopping or phone calls on {day} after {hour}, {name} on {street}",
];

/// A word of a template and what may stand for it.
const FILLERS: &[(&str, &[&str])] = &[
    (
        "weather",
        &["sunshine", "frost", "drizzle", "fog", "rain", "breeze"],
    ),
    (
        "street",
        &[
            "Alder Road",
            "Birch Lane",
            "Canal Row",
            "Dove Street",
            "Elm Grove",
            "Fuller Way",
            "Glebe Close",
            "Harbour Street",
            "Iris Terrace",
            "Juniper Walk",
            "Kiln Road",
            "Larch Avenue",
            "Mill Bank",
            "Nettle Hill",
            "Orchard Place",
            "Priory Gardens",
            "Quarry Road",
            "Rosemary Court",
            "Sorrel Drive",
            "Tanner Street",
        ],
    ),
    (
        "noise",
        &[
            "fireworks",
            "thunder",
            "drilling",
            "car alarm",
            "brass band",
            "helicopter",
        ],
    ),
    (
        "hour",
        &[
            "7am",
            "9.30",
            "noon",
            "2pm",
            "half past four",
            "six",
            "8pm",
            "ten",
        ],
    ),
    (
        "name",
        &[
            "Asha", "Bryn", "Carys", "Dilip", "Esme", "Femi", "Greta", "Hamid", "Ines", "Jarek",
            "Kezia", "Lowri", "Marek", "Nia", "Otis", "Priya", "Quinn", "Rhodri", "Saoirse",
            "Tomasz",
        ],
    ),
    (
        "shop",
        &[
            "bakery",
            "corner shop",
            "hardware shop",
            "post office",
            "greengrocer",
            "café",
        ],
    ),
    (
        "day",
        &[
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ],
    ),
    (
        "event",
        &[
            "street party",
            "quiz",
            "jumble sale",
            "litter pick",
            "carol evening",
            "residents' meeting",
        ],
    ),
    (
        "pet",
        &["dog", "cat", "spaniel", "tortoise", "terrier", "whippet"],
    ),
    (
        "food",
        &[
            "bread",
            "soup",
            "potatoes",
            "tinned tomatoes",
            "rice",
            "apples",
            "pasta",
            "eggs",
        ],
    ),
    (
        "thing",
        &[
            "ladder",
            "wheelbarrow",
            "travel cot",
            "kettle",
            "fan heater",
            "sewing machine",
            "laptop",
        ],
    ),
];

/// Gives message after message, none twice.
pub(crate) struct Texts {
    reader: Reader,
    state: u64,
    given: HashSet<String>,
}

impl Texts {
    pub(crate) fn new() -> Self {
        Self {
            reader: Reader::new(),
            state: 0x9e37_79b9_7f4a_7c15,
            given: HashSet::new(),
        }
    }

    /// A message that is neither request nor offer to kith.
    pub(crate) fn chat(&mut self) -> String {
        self.fitting(CHAT, |reading| reading.kind == Kind::Other)
    }

    /// A request.
    pub(crate) fn need(&mut self) -> String {
        self.fitting(NEEDS, |reading| {
            reading.kind == Kind::Request && reading.confidence >= ASK_FROM
        })
    }

    /// An offer.
    pub(crate) fn offer(&mut self) -> String {
        self.fitting(OFFERS, |reading| {
            reading.kind == Kind::Offer && reading.confidence >= ASK_FROM
        })
    }

    fn fitting(&mut self, templates: &[&str], fits: impl Fn(&Reading) -> bool) -> String {
        loop {
            let template = templates[self.below(templates.len())];
            let mut text = self.fill(template);
            if self.given.contains(&text) {
                // Short templates run out of fillings: people say them again with a little more.
                let (count, more) = (
                    2 + self.below(9_000),
                    ["ha", "!!", "anyway", "👍", "lol"][self.below(5)],
                );
                text = format!("{text} {more} ({count})");
            }
            let reading = self.reader.read(&text);
            if reading.signals.is_empty() && fits(&reading) && self.given.insert(text.clone()) {
                return text;
            }
        }
    }

    fn fill(&mut self, template: &str) -> String {
        let mut text = String::with_capacity(template.len() * 2);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (word, after) = after.split_once('}').unwrap_or((after, ""));
            text.push_str(before);
            match FILLERS.iter().find(|(name, _)| *name == word) {
                Some((_, values)) => text.push_str(values[self.below(values.len())]),
                None => text.push_str(&(2 + self.below(180)).to_string()),
            }
            rest = after;
        }
        text.push_str(rest);
        text
    }

    /// A number from 0 to below `end`; xorshift64*.
    fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let drawn = self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(drawn).unwrap_or(0) % end.max(1)
    }
}
