//! The words for single values: categories, times, states, outcomes.

use jiff::tz::TimeZone;

use crate::domain::case::Outcome;
use crate::domain::clock::Timestamp;
use crate::domain::consent::Ground;
use crate::domain::details::Field;
use crate::domain::disclosure::Item;
use crate::domain::priority::{HubOnly, Priority, Route};
use crate::domain::private::Private;
use crate::domain::reading::{Category, Signal, Urgency};
use crate::domain::settings::{Area, AskedBy, ChannelRole, Leaks, Listening};
use crate::domain::volunteer::Tier;
use crate::reply::clean;

/// The longest name shown, in signs.
const NAME_LENGTH: usize = 40;

/// A moment as people in the United Kingdom say it, such as `14:05 on Tue 3 Nov`.
pub(in crate::reply) fn moment(at: Timestamp) -> String {
    let Ok(at) = jiff::Timestamp::from_millisecond(at.as_millis()) else {
        return "an unknown time".to_owned();
    };
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%H:%M on %a %-d %b").to_string()
}

/// A name that a platform shows, short and on one line.
pub(in crate::reply) fn name(name: &Private<String>) -> String {
    let name = clean::one_line(name.reveal());
    match name.trim() {
        "" => "someone".to_owned(),
        name => clean::cut(name, NAME_LENGTH),
    }
}

/// Several things as a list with commas.
pub(super) fn categories(categories: &[Category]) -> String {
    if categories.is_empty() {
        return "something not named yet".to_owned();
    }
    let words: Vec<_> = categories.iter().copied().map(category).collect();
    words.join(", ")
}

pub(in crate::reply) const fn category(category: Category) -> &'static str {
    match category {
        Category::Food => "food",
        Category::Shopping => "shopping",
        Category::Prescription => "medicine from the chemist",
        Category::Social => "company",
        Category::Wellbeing => "someone to talk to",
        Category::Health => "health",
        Category::Ppe => "masks and gloves",
        Category::Care => "personal care",
        Category::Childcare => "looking after children",
        Category::Transport => "a lift or a delivery",
        Category::Energy => "heating and power",
        Category::Money => "money and forms",
        Category::Housing => "housing",
        Category::Household => "things for the home",
        Category::Digital => "phones and computers",
        Category::Language => "help with English",
        Category::Pets => "pets",
        Category::Practical => "odd jobs",
        Category::Emergency => "an emergency",
        Category::Information => "where to get help",
        Category::Volunteering => "time to help",
        Category::Other => "something else",
    }
}

/// How soon.
pub(super) const fn urgency(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::None => "no time named",
        Urgency::Soon => "this week",
        Urgency::Today => "today",
        Urgency::Now => "right now",
    }
}

/// A priority, with what it means.
pub(in crate::reply) const fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::P1 => "P1, at once",
        Priority::P2 => "P2, today",
        Priority::P3 => "P3, within a few days",
        Priority::P4 => "P4, when there is time",
    }
}

/// Who should meet a need.
pub(super) const fn route(route: Route) -> &'static str {
    match route {
        Route::Emergency => "the emergency services",
        Route::Lead => "the safeguarding lead",
        Route::Hub => "the hub team",
        Route::Neighbour => "a neighbour",
        Route::Signpost => "a service they can turn to",
    }
}

/// What is never asked of a neighbour.
pub(super) const fn hub_only(task: HubOnly) -> &'static str {
    match task {
        HubOnly::PersonalCare => "personal care",
        HubOnly::GivingMedicine => "giving medicine",
        HubOnly::Childcare => "looking after children",
        HubOnly::Cash => "handling money",
        HubOnly::UnderAge => "someone who may be under 18",
    }
}

/// A priority in a list.
pub(super) const fn priority_in_short(priority: Priority) -> &'static str {
    match priority {
        Priority::P1 => "P1",
        Priority::P2 => "P2",
        Priority::P3 => "P3",
        Priority::P4 => "P4",
    }
}

/// An outcome as staff choose it.
pub(in crate::reply) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Helped => "Helped",
        Outcome::PassedOn => "Another service has it",
        Outcome::NotNeeded => "No longer needed",
        Outcome::NoAnswer => "Could not reach them",
        Outcome::CouldNotHelp => "Could not help",
    }
}

/// The state of a case or an offer, from its stored word.
pub(super) fn state(word: &str) -> &str {
    match word {
        "draft" => "waiting for a yes",
        "open" => "waiting",
        "claimed" => "someone has it",
        "referred" => "passed on",
        "closed" => "finished",
        "withdrawn" => "taken back",
        "expired" => "never confirmed",
        "merged" => "joined with another",
        other => other,
    }
}

/// What was recognised, for leads alone.
pub(super) const fn signal(signal: Signal) -> &'static str {
    match signal {
        Signal::SelfHarm => "suicide or self-harm",
        Signal::Abuse => "abuse or threats",
        Signal::Child => "a child at risk",
        Signal::Neglect => "an adult who may be neglected or not answering",
        Signal::Medical => "a life at risk",
        Signal::Scam => "a scam",
        Signal::Hazard => "fire, flood or gas",
    }
}

/// The name of a field in a summary.
pub(super) const fn field(field: Field) -> &'static str {
    match field {
        Field::What => "What",
        Field::Where => "Where",
        Field::When => "When",
        Field::ForWhom => "For whom",
        Field::Reach => "How to reach you",
        Field::Consent => "Sharing",
    }
}

/// Something that a destination can be told.
pub(super) const fn item(item: Item) -> &'static str {
    match item {
        Item::Need => "What kind of help",
        Item::Outcode => "First half of the postcode",
        Item::Urgency => "How soon",
        Item::OnBehalf => "For someone else",
        Item::Opened => "When you asked",
        Item::FirstName => "First name",
        Item::Name => "Name",
        Item::Task => "What",
        Item::Time => "When",
        Item::ForWhom => "For whom",
        Item::Address => "Where",
        Item::Contact => "How to reach you",
        other => other.as_str(),
    }
}

/// Why something may be shared.
pub(in crate::reply) const fn ground(ground: Ground) -> &'static str {
    match ground {
        Ground::Consent => "they said yes",
        Ground::Emergency => "a life is at risk",
        Ground::Safeguarding => "someone has to be kept safe",
    }
}

/// What a channel is for.
pub(in crate::reply) const fn role(role: ChannelRole) -> &'static str {
    match role {
        ChannelRole::Intake => "Neighbours talk here",
        ChannelRole::Hub => "The hub team works here",
        ChannelRole::Safeguarding => "Safeguarding leads work here",
        ChannelRole::Ignored => "Leave this channel alone",
    }
}

/// How kith listens.
pub(in crate::reply) const fn listening(listening: Listening) -> &'static str {
    match listening {
        Listening::Ask => "Ask the writer first",
        Listening::Auto => "Pass on at once, with undo",
        Listening::Commands => "Commands only",
    }
}

/// An area, or that there is none.
pub(in crate::reply) const fn asking(asking: AskedBy) -> &'static str {
    match asking {
        AskedBy::Staff => "the hub team",
        AskedBy::Kith => "the hub team, and I ask too",
    }
}

pub(super) const fn asking_in_short(asking: AskedBy) -> &'static str {
    match asking {
        AskedBy::Staff => "The hub asks neighbours",
        AskedBy::Kith => "You ask them too",
    }
}

/// What becomes of messages that show what strangers should not see.
pub(in crate::reply) const fn leaks(leaks: Leaks) -> &'static str {
    match leaks {
        Leaks::Told => "I tell the writer",
        Leaks::Removed => "I take the message away",
    }
}

pub(in crate::reply) const fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Unknown => "not checked",
        Tier::Introduced => "known to a lead",
        Tier::References => "references",
        Tier::Basic => "basic check",
        Tier::Enhanced => "enhanced check",
    }
}

/// A day, such as `31 Mar 2028`.
pub(super) fn day(at: Timestamp) -> String {
    let Ok(at) = jiff::Timestamp::from_millisecond(at.as_millis()) else {
        return "an unknown day".to_owned();
    };
    at.to_zoned(TimeZone::UTC).strftime("%-d %b %Y").to_string()
}

pub(super) fn area(area: &Area) -> String {
    if area.is_everywhere() {
        "everywhere".to_owned()
    } else {
        area.outcodes().join(", ")
    }
}
