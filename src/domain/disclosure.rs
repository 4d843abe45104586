//! What is shown to whom. One table says it, and a [`Disclosed`] is the only way in which a view comes by anything that
//! somebody told: its parts can't be set from outside, and it is made by the table.

use serde::{Deserialize, Serialize};

use super::case::Case;
use super::clock::Timestamp;
use super::details::{Details, Field};
use super::offer::Offer;
use super::particulars::Secret;
use super::people::Person;
use super::priority::Triaged;
use super::private::Private;
use super::reading::{Category, Urgency, spelled};

/// One thing that kith knows of a need, of who needs it, or of who offers to meet it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// kith's code for the case.
    Code,
    /// What kind of help.
    Need,
    /// The outward half of the postcode.
    Outcode,
    /// How soon.
    Urgency,
    /// Whether it is for somebody other than the writer.
    OnBehalf,
    /// The few words of a telling that rules name one by one.
    RuleWords,
    /// How soon it should be looked at and by whom, with the reasons of the rules.
    Priority,
    /// What a destination said of it last.
    Status,
    /// When it began.
    Opened,
    /// Whether, and on what ground, details may leave the hub.
    Ground,
    /// The first word of the name that the platform shows.
    FirstName,
    /// All of that name.
    Name,
    /// What is needed, as it was told in private.
    Task,
    /// When, as it was told in private.
    Time,
    /// For whom, as it was told in private.
    ForWhom,
    /// Where, as it was told in private: an address or a postcode.
    Address,
    /// How to reach them: a telephone number or the like.
    Contact,
    /// The words of the messages that told of it.
    Words,
    /// Answers to questions of the hub.
    Answers,
    /// What kind of help a neighbour offers.
    Offered,
    /// Where: the outward half of the postcode.
    OfferedWhere,
    /// The first word of the neighbour's name.
    HelperFirstName,
    /// All of the neighbour's name.
    HelperName,
    /// What the neighbour told in private.
    HelperDetails,
}

/// Who is shown something, and how far they have come with a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody in a neighbours' channel.
    Group,
    /// Whoever sets kith up there.
    Moderator,
    /// A safeguarding lead, of a concern.
    Lead,
    /// Everybody in a hub channel: cards, notes and `/queue`.
    Hub,
    /// One of the staff who looks at a case that is not theirs.
    Staff,
    /// The one of the staff who has taken the case.
    Holder,
    /// A neighbour who is asked whether they can help.
    Asked,
    /// A neighbour who said yes, before the resident has.
    Willing,
    /// A neighbour to whom the resident said yes.
    Agreed,
    /// Somebody else who told of the same need.
    Teller,
    /// A destination outside kith.
    Destination,
    /// A tool that reads the queue with a token.
    Api,
    /// The resident who told it.
    Resident,
}

spelled!(Item {
    Code => "code", Need => "need", Outcode => "outcode", Urgency => "urgency", OnBehalf => "on_behalf",
    RuleWords => "rule_words", Priority => "priority", Status => "status", Opened => "opened", Ground => "ground",
    FirstName => "first_name", Name => "name", Task => "task", Time => "time", ForWhom => "for_whom",
    Address => "address", Contact => "contact", Words => "words", Answers => "answers", Offered => "offered",
    OfferedWhere => "offered_where", HelperFirstName => "helper_first_name", HelperName => "helper_name",
    HelperDetails => "helper_details",
});
spelled!(Audience {
    Group => "group", Moderator => "moderator", Lead => "lead", Hub => "hub", Staff => "staff", Holder => "holder",
    Asked => "asked", Willing => "willing", Agreed => "agreed", Teller => "teller", Destination => "destination",
    Api => "api", Resident => "resident",
});

/// On what condition something is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Not at all.
    Never,
    /// In any case.
    Always,
    /// Once the person whom it is about has said yes to it.
    WithYes,
    /// Where the destination's settings name it.
    IfNamed,
    /// Where the destination's settings name it and there is a ground: a yes, or a reason that a person typed.
    IfNamedOnGround,
}

/// How many audiences there are.
const AUDIENCES: usize = Audience::ALL.len();

#[rustfmt::skip]
const TABLE: [(Item, [Rule; AUDIENCES]); Item::ALL.len()] = {
    use Rule::{Always as ALL, IfNamed as SET, IfNamedOnGround as LAW, Never as ___, WithYes as YES};
    [
        //                        group moder lead hub  staff hold asked will agree tell dest  api  resident
        (Item::Code,            [ALL,  ___,  ALL, ALL, ALL,  ALL, ___,  ___, ___,  ___, ALL,  ALL, ALL]),
        (Item::Need,            [___,  ___,  ___, ALL, ALL,  ALL, ALL,  ALL, ALL,  ___, SET,  ALL, ALL]),
        (Item::Outcode,         [___,  ___,  ___, ALL, ALL,  ALL, ALL,  ALL, ALL,  ___, SET,  ALL, ALL]),
        (Item::Urgency,         [___,  ___,  ___, ALL, ALL,  ALL, ALL,  ALL, ALL,  ___, SET,  ALL, ALL]),
        (Item::OnBehalf,        [___,  ___,  ___, ALL, ALL,  ALL, ___,  ___, ___,  ___, SET,  ALL, ALL]),
        (Item::RuleWords,       [___,  ___,  ___, ALL, ALL,  ALL, ___,  ___, ___,  ___, ___,  ___, ALL]),
        (Item::Priority,        [___,  ___,  ___, ALL, ALL,  ALL, ___,  ___, ___,  ___, ___,  ALL, ___]),
        (Item::Status,          [___,  ___,  ___, ALL, ALL,  ALL, ___,  ___, ___,  ___, ___,  ___, ALL]),
        (Item::Opened,          [___,  ___,  ___, ALL, ALL,  ALL, ___,  ___, ___,  ___, SET,  ALL, ALL]),
        (Item::Ground,          [___,  ___,  ___, ALL, ALL,  ALL, ___,  ___, ___,  ___, ALL,  ___, ALL]),
        (Item::FirstName,       [___,  ___,  ALL, ___, ALL,  ALL, ___,  YES, YES,  ___, LAW,  ___, ALL]),
        (Item::Name,            [___,  ___,  ALL, ___, ___,  ALL, ___,  ___, ___,  ___, LAW,  ___, ALL]),
        (Item::Task,            [___,  ___,  ___, ___, ALL,  ALL, ___,  YES, YES,  ___, LAW,  ___, ALL]),
        (Item::Time,            [___,  ___,  ___, ___, ALL,  ALL, ___,  YES, YES,  ___, LAW,  ___, ALL]),
        (Item::ForWhom,         [___,  ___,  ___, ___, ALL,  ALL, ___,  ___, ___,  ___, LAW,  ___, ALL]),
        (Item::Address,         [___,  ___,  ___, ___, ___,  ALL, ___,  ___, YES,  ___, LAW,  ___, ALL]),
        (Item::Contact,         [___,  ___,  ___, ___, ___,  ALL, ___,  ___, YES,  ___, LAW,  ___, ALL]),
        (Item::Words,           [___,  ___,  ALL, ___, ALL,  ALL, ___,  ___, ___,  ___, ___,  ___, ALL]),
        (Item::Answers,         [___,  ___,  ___, ___, ALL,  ALL, ___,  ___, ___,  ___, ___,  ___, ALL]),
        (Item::Offered,         [___,  ___,  ___, ALL, ALL,  ALL, ALL,  ALL, ALL,  ___, ___,  ___, ___]),
        (Item::OfferedWhere,    [___,  ___,  ___, ALL, ALL,  ALL, ALL,  ALL, ALL,  ___, ___,  ___, ___]),
        (Item::HelperFirstName, [___,  ___,  ALL, ALL, ALL,  ALL, ALL,  ALL, ALL,  ___, ___,  ___, YES]),
        (Item::HelperName,      [___,  ___,  ALL, ___, ALL,  ALL, ALL,  ALL, ALL,  ___, ___,  ___, ___]),
        (Item::HelperDetails,   [___,  ___,  ___, ___, ___,  ___, ALL,  ALL, ALL,  ___, ___,  ___, ___]),
    ]
};

/// On what condition an audience is shown something.
pub const fn rule(item: Item, to: Audience) -> Rule {
    TABLE[item as usize].1[to as usize]
}

/// What a destination is told where its settings name nothing.
pub const LEAST_FIELDS: [Item; 3] = [Item::Need, Item::Outcode, Item::Urgency];

impl Item {
    /// Everything that the settings of a destination can name.
    pub fn nameable() -> impl Iterator<Item = Self> {
        let named = |item: &&Self| {
            matches!(
                rule(**item, Audience::Destination),
                Rule::IfNamed | Rule::IfNamedOnGround
            )
        };
        Self::ALL.iter().filter(named).copied()
    }

    /// Whether it says who somebody is, or may: then it leaves the hub on a ground only.
    pub const fn is_personal(self) -> bool {
        match self {
            Self::FirstName
            | Self::Name
            | Self::Task
            | Self::Time
            | Self::ForWhom
            | Self::Address
            | Self::Contact
            | Self::Words
            | Self::Answers
            | Self::HelperFirstName
            | Self::HelperName
            | Self::HelperDetails => true,
            Self::Code
            | Self::Need
            | Self::Outcode
            | Self::Urgency
            | Self::OnBehalf
            | Self::RuleWords
            | Self::Priority
            | Self::Status
            | Self::Opened
            | Self::Ground
            | Self::Offered
            | Self::OfferedWhere => false,
        }
    }

    /// The part of the details that it is.
    const fn field(self) -> Option<Field> {
        match self {
            Self::Task => Some(Field::What),
            Self::Time => Some(Field::When),
            Self::ForWhom => Some(Field::ForWhom),
            Self::Address => Some(Field::Where),
            Self::Contact => Some(Field::Reach),
            _ => None,
        }
    }
}

/// Takes what identifies somebody out of a text, all but these.
pub type Clean = fn(&str, &[Secret]) -> String;

/// Somebody who is to be shown something, and on what conditions.
#[derive(Clone, Copy, Debug)]
pub struct To<'t> {
    /// Who.
    audience: Audience,
    /// Whether whom it is about has said yes, or there is another ground.
    agreed: bool,
    /// What the settings of the destination name.
    named: &'t [Item],
    /// How free text is cleaned.
    clean: Clean,
}

impl<'t> To<'t> {
    /// An audience that is shown the same whatever was agreed.
    pub const fn just(audience: Audience, clean: Clean) -> Self {
        Self::once(audience, false, clean)
    }

    /// An audience that is shown more once somebody has said yes.
    pub const fn once(audience: Audience, agreed: bool, clean: Clean) -> Self {
        Self {
            audience,
            agreed,
            named: &[],
            clean,
        }
    }

    /// A destination whose settings name these, with or without a ground.
    pub const fn destination(named: &'t [Item], on_ground: bool, clean: Clean) -> Self {
        Self {
            audience: Audience::Destination,
            agreed: on_ground,
            named,
            clean,
        }
    }

    /// Whether they are shown it.
    pub fn sees(&self, item: Item) -> bool {
        match rule(item, self.audience) {
            Rule::Never => false,
            Rule::Always => true,
            Rule::WithYes => self.agreed,
            Rule::IfNamed => self.named.contains(&item),
            Rule::IfNamedOnGround => self.agreed && self.named.contains(&item),
        }
    }

    /// What of a text they are shown: before the resident has agreed, and outside kith always, nothing in it identifies
    /// anybody but what it is itself.
    fn text(&self, item: Item, text: &Private<String>) -> Private<String> {
        const CONTACTS: &[Secret] = &[Secret::Phone, Secret::Email, Secret::Address];
        let keeps: &[Secret] = match (self.audience, item) {
            (Audience::Holder | Audience::Resident | Audience::Lead, _) => return text.clone(),
            (Audience::Agreed, _) => CONTACTS,
            (_, Item::Address) => &[Secret::Address],
            (_, Item::Contact) => &[Secret::Phone, Secret::Email],
            _ => &[],
        };
        Private::new((self.clean)(text.reveal(), keeps))
    }
}

/// What of a case or an offer is shown to one audience. Nothing but the table in this module puts anything in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Disclosed {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    categories: Vec<Category>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    urgency: Option<Urgency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_behalf: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    triaged: Option<Triaged>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Private<String>>,
    #[serde(skip_serializing_if = "is_nothing")]
    details: Details,
    /// What was told and is not shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    withheld: Vec<Field>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    words: Vec<Private<String>>,
}

fn is_nothing(details: &Details) -> bool {
    *details == Details::default()
}

impl Disclosed {
    /// What of a case they are shown, without the words of its tellings.
    pub fn of(case: &Case, to: &To<'_>) -> Self {
        let shown = |item: Item| to.sees(item);
        let status = case.status.as_deref().filter(|_| shown(Item::Status));
        Self {
            categories: list(&case.categories, shown(Item::Need)),
            outcode: case.outcode.clone().filter(|_| shown(Item::Outcode)),
            urgency: shown(Item::Urgency).then_some(case.urgency),
            on_behalf: shown(Item::OnBehalf).then_some(case.on_behalf),
            reasons: list(&case.reasons, shown(Item::RuleWords)),
            triaged: shown(Item::Priority).then(|| case.triaged.clone()),
            status: status.map(|status| to.text(Item::Status, &status.into()).into_revealed()),
            at: shown(Item::Opened).then_some(case.at),
            name: name(&case.resident, to, (Item::Name, Item::FirstName)),
            details: details(&case.details, to),
            withheld: withheld(&case.details, to),
            words: Vec::new(),
        }
    }

    /// The same, with the words of its tellings where they are shown them.
    pub fn with_words<'w>(
        case: &Case,
        words: impl IntoIterator<Item = &'w Private<String>>,
        to: &To<'_>,
    ) -> Self {
        let words = words.into_iter().filter(|_| to.sees(Item::Words));
        Self {
            words: words.map(|words| to.text(Item::Words, words)).collect(),
            ..Self::of(case, to)
        }
    }

    /// What of an offer they are shown.
    pub fn of_offer(offer: &Offer, to: &To<'_>) -> Self {
        Self {
            categories: list(&offer.categories, to.sees(Item::Offered)),
            outcode: offer
                .outcode
                .clone()
                .filter(|_| to.sees(Item::OfferedWhere)),
            at: to.sees(Item::Opened).then_some(offer.at),
            ..Self::default()
        }
    }

    /// What kind of help; empty where that is not shown.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// The outward half of the postcode, where it is known and shown.
    pub fn outcode(&self) -> Option<&str> {
        self.outcode.as_deref()
    }

    /// How soon; no time where that is not shown.
    pub fn urgency(&self) -> Urgency {
        self.soon().unwrap_or_default()
    }

    /// How soon, where that is shown.
    pub const fn soon(&self) -> Option<Urgency> {
        self.urgency
    }

    /// Whether it is for somebody other than the writer, where that is shown.
    pub const fn on_behalf(&self) -> Option<bool> {
        self.on_behalf
    }

    /// The words that rules name.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// How soon it should be looked at and by whom, where that is shown.
    pub const fn triaged(&self) -> Option<&Triaged> {
        self.triaged.as_ref()
    }

    /// What a destination said last.
    pub fn status(&self) -> Option<&str> {
        self.status.as_deref()
    }

    /// When it began, where that is shown.
    pub const fn at(&self) -> Option<Timestamp> {
        self.at
    }

    /// As much of the resident's name as is shown.
    pub const fn name(&self) -> Option<&Private<String>> {
        self.name.as_ref()
    }

    /// As much of what was told in private as is shown.
    pub const fn details(&self) -> &Details {
        &self.details
    }

    /// What was told in private and is not shown.
    pub fn withheld(&self) -> &[Field] {
        &self.withheld
    }

    /// The words of the tellings, oldest first.
    pub fn words(&self) -> &[Private<String>] {
        &self.words
    }
}

fn list<T: Clone>(all: &[T], shown: bool) -> Vec<T> {
    if shown { all.to_vec() } else { Vec::new() }
}

/// As much of a name as the table gives: all of it, its first word, or nothing.
fn name(person: &Person, to: &To<'_>, (whole, first): (Item, Item)) -> Option<Private<String>> {
    if to.sees(whole) {
        Some(person.name.clone())
    } else {
        to.sees(first).then(|| first_word(&person.name))
    }
}

/// As much of a neighbour's name as somebody is shown.
pub fn helper_name(helper: &Person, to: &To<'_>) -> Option<Private<String>> {
    name(helper, to, (Item::HelperName, Item::HelperFirstName))
}

fn first_word(name: &Private<String>) -> Private<String> {
    let name = name.reveal();
    name.split_whitespace().next().unwrap_or_default().into()
}

const PARTS: [Item; 5] = [
    Item::Task,
    Item::Address,
    Item::Time,
    Item::ForWhom,
    Item::Contact,
];

fn details(told: &Details, to: &To<'_>) -> Details {
    let mut shown = Details::default();
    for item in PARTS {
        if let Some(field) = item.field()
            && let Some(text) = told.text(field).filter(|_| to.sees(item))
        {
            shown.set(field, Some(to.text(item, text)));
        }
    }
    // Others are told whether there is a ground, not who said what.
    let whole = matches!(
        to.audience,
        Audience::Staff | Audience::Holder | Audience::Resident
    );
    if whole && to.sees(Item::Ground) {
        shown.consent.clone_from(&told.consent);
    }
    if to.sees(Item::Answers) {
        let answers = told.answers.iter();
        shown.answers = answers.map(|text| to.text(Item::Answers, text)).collect();
    }
    shown
}

fn withheld(told: &Details, to: &To<'_>) -> Vec<Field> {
    // Who is shown none of it need not know what there is.
    if !to.sees(Item::Task) {
        return Vec::new();
    }
    let hidden = PARTS.into_iter().filter(|item| !to.sees(*item));
    hidden
        .filter_map(Item::field)
        .filter(|field| told.text(*field).is_some())
        .collect()
}

#[cfg(test)]
mod tests;
