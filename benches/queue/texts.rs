//! Invented needs of invented people, as many as are asked for, and the same needs told again in other words.
//!
//! Whoever tells again leaves out most of what was told, and never what a careful person would know the household by: an
//! e-mail address with the name, the full postcode with the name, the house and the street without the town, or the name
//! with the street and the outcode.

/// A stream of numbers that is the same in every run: `SplitMix64` (Steele, Lea, Flood 2014).
#[derive(Debug)]
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below this.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or(0) % end
    }

    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len())]
    }
}

const NAMES: [&str; 60] = [
    "Doris",
    "Mavis",
    "Harjit",
    "Ivor",
    "Gladys",
    "Winston",
    "Agnieszka",
    "Bronwen",
    "Cedric",
    "Dilys",
    "Edna",
    "Farida",
    "Gethin",
    "Hilda",
    "Imran",
    "Jozef",
    "Kwame",
    "Lakshmi",
    "Maud",
    "Nasreen",
    "Olwen",
    "Percy",
    "Qasim",
    "Rhoda",
    "Selwyn",
    "Thelma",
    "Ursula",
    "Vera",
    "Wilf",
    "Yusuf",
    "Zofia",
    "Albie",
    "Beryl",
    "Chidi",
    "Deirdre",
    "Ernie",
    "Fenella",
    "Glynis",
    "Horace",
    "Iris",
    "Jagdeep",
    "Keith",
    "Leonora",
    "Merle",
    "Nerys",
    "Oonagh",
    "Phyllis",
    "Raza",
    "Stanislav",
    "Tilda",
    "Una",
    "Violet",
    "Walter",
    "Xanthe",
    "Yvonne",
    "Zeb",
    "Amina",
    "Bertie",
    "Constance",
    "Desmond",
];
const FIRST: [&str; 40] = [
    "Mill", "Church", "Orchard", "Station", "Chapel", "Quarry", "Tannery", "Weir", "Heron",
    "Larch", "Alder", "Copper", "Dyers", "Foundry", "Garth", "Hazel", "Ivy", "Juniper", "Kiln",
    "Linden", "Maltings", "Nettle", "Otter", "Poplar", "Quince", "Rowan", "Saddler", "Thorn",
    "Under", "Vicarage", "Wharf", "Yew", "Abbey", "Brook", "Castle", "Dove", "Elm", "Fern",
    "Grange", "Hollow",
];
const LAST: [&str; 8] = [
    "Lane", "Road", "Street", "Close", "Avenue", "Row", "Terrace", "Drive",
];
pub(crate) const AREAS: [&str; 30] = [
    "ME4", "ME5", "ME7", "ME8", "NG9", "NG7", "LS6", "LS8", "BD3", "BD21", "CF5", "CF24", "SA1",
    "M14", "M20", "L8", "L15", "S7", "S11", "B13", "B30", "BS5", "BS7", "PL4", "EX4", "YO10",
    "HU5", "NE6", "SR4", "DL1",
];
/// A need in two wordings of one kind.
const NEEDS: [(&str, &str); 12] = [
    (
        "needs her prescription collecting today",
        "has no one to fetch the tablets from the chemist",
    ),
    (
        "can't get to the shops for food this week",
        "has nothing left in to eat, needs some shopping",
    ),
    (
        "needs a lift to hospital on Friday",
        "has to be driven to an appointment at the hospital",
    ),
    (
        "has had no heating since last night",
        "is sitting there in a coat, the boiler is broken",
    ),
    (
        "would love somebody to talk to, sees nobody",
        "is lonely and could do with a visitor",
    ),
    (
        "needs the dog walking for a week",
        "can't take the dog out, could somebody walk him",
    ),
    (
        "has no money left for the meter",
        "needs a top-up for the electric, it has run out",
    ),
    (
        "needs help filling in a form for housing",
        "has a letter from housing and can't make it out",
    ),
    (
        "needs a bed frame carrying upstairs",
        "could do with two strong people to move a bed",
    ),
    (
        "needs nappies and milk for the baby",
        "has run out of formula and nappies for the little one",
    ),
    (
        "can't get online to book the doctor",
        "needs somebody to help with the computer, the doctor is online only",
    ),
    (
        "needs a blanket and some warm clothes",
        "has hardly any warm things, a coat or blankets would help",
    ),
];

/// One need of one person in one place.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    name: &'static str,
    house: usize,
    street: (&'static str, &'static str),
    area: &'static str,
    inward: String,
    what: usize,
    number: usize,
}

impl Need {
    /// The need of this number, always the same.
    pub(crate) fn of(number: usize) -> Self {
        let mut numbers = Numbers(
            u64::try_from(number)
                .unwrap_or(0)
                .wrapping_mul(0x2545_f491_4f6c_dd1d),
        );
        let letters = b"ABDEFGHJLNPQRSTUWXYZ";
        let mut letter = || char::from(letters[numbers.below(letters.len())]);
        let (one, other) = (letter(), letter());
        Self {
            inward: format!("{}{one}{other}", numbers.below(10)),
            name: numbers.one_of(&NAMES),
            house: numbers.below(140) + 1,
            street: (numbers.one_of(&FIRST), numbers.one_of(&LAST)),
            area: numbers.one_of(&AREAS),
            what: numbers.below(NEEDS.len()),
            number,
        }
    }

    /// As it is told first.
    pub(crate) fn told(&self) -> String {
        let Self {
            name,
            house,
            area,
            inward,
            ..
        } = self;
        let (first, last) = self.street;
        let what = NEEDS[self.what].0;
        let reach = if self.number.is_multiple_of(5) {
            format!(", write to {}", self.mail())
        } else {
            String::new()
        };
        format!("{name} at {house} {first} {last} {area} {inward} {what}, can anyone help{reach}?")
    }

    /// As somebody else tells it, in one of the ways in which people do; each leaves something out.
    pub(crate) fn told_again(&self) -> String {
        let Self {
            name,
            house,
            area,
            inward,
            ..
        } = self;
        let (first, last) = self.street;
        let what = NEEDS[self.what].1;
        if self.number.is_multiple_of(5) {
            return format!(
                "please can someone help, {name} {what}. Contact is {}",
                self.mail()
            );
        }
        match self.number % 3 {
            0 => format!(
                "{name} next door {what}. Please can someone help? We are at {area} {inward}"
            ),
            1 => format!(
                "is anybody near {house} {first} {last}? My neighbour there {what}, please help"
            ),
            _ => {
                format!("{name} on {first} {last} in {area} {what}, please could somebody help her")
            }
        }
    }

    fn mail(&self) -> String {
        format!("{}{}@example.org", self.name.to_lowercase(), self.number)
    }
}
