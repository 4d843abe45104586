//! What a text tells beside its kind: for how many, which food, which barriers, where, when, and what must be
//! protected in it.

use serde::{Deserialize, Serialize};

use super::reading::{Span, spelled};

/// What the food must be, or must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Diet {
    Halal,
    Kosher,
    Vegetarian,
    Vegan,
    GlutenFree,
    DairyFree,
    NutAllergy,
    Diabetic,
    /// Food that needs no cooking, or no more than a kettle or a microwave.
    NoCooking,
    /// Soft or pureed food.
    Soft,
}

/// What stands in the way of somebody, or how they are best reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Access {
    Wheelchair,
    /// Walks with difficulty, or can't manage stairs.
    Mobility,
    Deaf,
    Blind,
    Housebound,
    NoInternet,
    PrefersPhone,
    PrefersText,
    /// Needs another language than English, or somebody who reads for them.
    Language,
    LearningDisability,
    Autism,
    Dementia,
    NoCar,
}

/// Who it is for, seen from the writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Relation {
    Parent,
    Grandparent,
    Child,
    Partner,
    Sibling,
    OtherRelative,
    Friend,
    Neighbour,
    /// Somebody that the writer works for or with: a client, tenant, pupil or patient.
    Client,
    Stranger,
}

spelled!(Diet {
    Halal => "halal", Kosher => "kosher", Vegetarian => "vegetarian", Vegan => "vegan",
    GlutenFree => "gluten_free", DairyFree => "dairy_free", NutAllergy => "nut_allergy",
    Diabetic => "diabetic", NoCooking => "no_cooking", Soft => "soft",
});
spelled!(Access {
    Wheelchair => "wheelchair", Mobility => "mobility", Deaf => "deaf", Blind => "blind",
    Housebound => "housebound", NoInternet => "no_internet", PrefersPhone => "prefers_phone",
    PrefersText => "prefers_text", Language => "language",
    LearningDisability => "learning_disability", Autism => "autism", Dementia => "dementia",
    NoCar => "no_car",
});
spelled!(Relation {
    Parent => "parent", Grandparent => "grandparent", Child => "child", Partner => "partner",
    Sibling => "sibling", OtherRelative => "other_relative", Friend => "friend",
    Neighbour => "neighbour", Client => "client", Stranger => "stranger",
});

/// How many people a text speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Household {
    /// All of them, where the text says.
    pub people: Option<u16>,
    /// The children among them, where the text says.
    pub children: Option<u16>,
    /// Ages in whole years; 0 for babies.
    pub ages: Vec<u16>,
}

/// So many of something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// How many.
    pub count: u32,
    /// The words.
    pub span: Span,
}

/// What kind of place words name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A full postcode.
    Postcode,
    /// Its outward half.
    Outcode,
    /// A street by name.
    Street,
    /// A church, shop, school or the like that people go by.
    Landmark,
    /// A name that the group uses for a part of its area.
    Area,
}

/// A place that a text names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceName {
    /// What it is.
    pub kind: PlaceKind,
    /// The words.
    pub span: Span,
}

/// A day, as words name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "named", rename_all = "snake_case")]
pub enum Day {
    /// The day of writing.
    Today,
    /// The day after.
    Tomorrow,
    /// The next such day; Monday is 1.
    Weekday {
        /// 1 to 7.
        number: u8,
        /// Not the first but the one after it ("a week on Friday", "next Friday" said on a Tuesday).
        next: bool,
    },
    /// Saturday and Sunday.
    Weekend,
    /// Any time within this week.
    ThisWeek,
    /// The week after.
    NextWeek,
    /// A date; the month where it is said.
    Date {
        /// 1 to 31.
        day: u8,
        /// 1 to 12.
        month: Option<u8>,
    },
    /// The next bank holiday.
    BankHoliday,
}

/// A part of a day, in minutes since midnight: from, until.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// The first minute.
    pub from: u16,
    /// One past the last minute.
    pub until: u16,
}

/// When, as far as words say. At least one of `day` and `hours` is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// The day.
    pub day: Option<Day>,
    /// The part of the day.
    pub hours: Option<Hours>,
    /// It is the last moment ("by", "before") rather than the moment itself.
    pub deadline: bool,
    /// It comes again ("every Tuesday", "Saturdays").
    pub repeats: bool,
    /// The words.
    pub span: Span,
}

/// Something that must not be shown to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secret {
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A house number with a street.
    Address,
    /// A payment card's number.
    Card,
    /// A sort code with an account number.
    Account,
    /// A PIN or a password with its value.
    Pin,
    /// An NHS number.
    NhsNumber,
    /// A National Insurance number.
    NationalInsurance,
    /// Where a key is hidden, or the code of a key safe.
    Key,
    /// A date of birth.
    BirthDate,
}

spelled!(Secret {
    Phone => "phone", Email => "email", Address => "address", Card => "card", Account => "account",
    Pin => "pin", NhsNumber => "nhs_number", NationalInsurance => "national_insurance",
    Key => "key", BirthDate => "birth_date",
});

/// Something to protect, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sensitive {
    /// What it is.
    pub secret: Secret,
    /// The words.
    pub span: Span,
}

/// Everything that a text tells beside its kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Particulars {
    /// For how many.
    pub household: Option<Household>,
    /// So many of something.
    pub quantities: Vec<Quantity>,
    /// Which food.
    pub diets: Vec<Diet>,
    /// Which barriers.
    pub access: Vec<Access>,
    /// Who it is for.
    pub relation: Option<Relation>,
    /// Where.
    pub places: Vec<PlaceName>,
    /// When.
    pub times: Vec<When>,
    /// What must be protected.
    pub sensitive: Vec<Sensitive>,
}
