//! What the rules look at: all that is known of a case, from each telling and from what was told in private.

use crate::domain::case::Case;
use crate::domain::particulars::{Access, Diet, Household, Particulars, Secret};
use crate::domain::priority::HubOnly;
use crate::domain::reading::{Category, Kind, Reading, Signal, Urgency};
use crate::domain::report::Report;
use crate::intake::{Marks, Reader, largest_sum};

/// People are grown up from this age on.
const GROWN_UP: u16 = 18;

/// What the rules look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What it is about.
    pub categories: Vec<Category>,
    /// How soon help is needed.
    pub urgency: Urgency,
    /// Signs of danger.
    pub signals: Vec<Signal>,
    /// Whether it is for somebody other than the writer.
    pub on_behalf: bool,
    /// Whether children are spoken of.
    pub children: bool,
    /// The age of the youngest of them in whole years, where it is told; 0 for babies.
    pub youngest: Option<u16>,
    /// What stands in the way of somebody.
    pub access: Vec<Access>,
    /// What the food must be, or must not.
    pub diets: Vec<Diet>,
    /// What is never asked of a neighbour, in the order of [`HubOnly`].
    pub tasks: Vec<HubOnly>,
}

/// What is asked beside a text's reading.
pub(super) struct Lens<'r> {
    pub(super) marks: &'r Marks,
    /// In whole pounds.
    pub(super) cash_cap: u32,
}

impl Facts {
    /// What is known of a case from its tellings, with what was told in private.
    pub(super) fn of(case: &Case, reports: &[Report], reader: &Reader, lens: &Lens<'_>) -> Self {
        let mut facts = Self {
            urgency: case.urgency,
            on_behalf: case.on_behalf,
            ..Self::default()
        };
        facts.about(&case.categories);
        for report in reports {
            // Words that were taken back count no longer; what the case itself keeps does.
            if let Some(text) = &report.text {
                facts.about(&report.reading.categories);
                facts.signs(&report.reading);
                facts.told(text.reveal(), &report.reading.particulars, lens);
            }
        }
        let details = &case.details;
        let told = [&details.what, &details.for_whom].into_iter().flatten();
        for text in told.chain(&details.answers) {
            // Its categories are guesses where few words stand alone: "my mum" is not yet personal care.
            let reading = reader.read_as(text.reveal(), Kind::Request);
            facts.signs(&reading);
            facts.told(text.reveal(), &reading.particulars, lens);
        }
        facts.tasks.sort_unstable();
        facts.tasks.dedup();
        facts
    }

    /// What one text says, as its reading has it.
    #[cfg(test)]
    pub(super) fn of_text(text: &str, reading: &Reading, lens: &Lens<'_>) -> Self {
        let mut facts = Self {
            urgency: reading.urgency,
            on_behalf: reading.on_behalf,
            ..Self::default()
        };
        facts.about(&reading.categories);
        facts.signs(reading);
        facts.told(text, &reading.particulars, lens);
        facts.tasks.sort_unstable();
        facts.tasks.dedup();
        facts
    }

    fn about(&mut self, categories: &[Category]) {
        for category in categories {
            push_new(&mut self.categories, *category);
            match category {
                Category::Care => self.tasks.push(HubOnly::PersonalCare),
                Category::Childcare => self.tasks.push(HubOnly::Childcare),
                _ => {}
            }
        }
    }

    fn signs(&mut self, reading: &Reading) {
        for signal in &reading.signals {
            push_new(&mut self.signals, *signal);
        }
    }

    fn told(&mut self, text: &str, particulars: &Particulars, lens: &Lens<'_>) {
        for access in &particulars.access {
            push_new(&mut self.access, *access);
        }
        for diet in &particulars.diets {
            push_new(&mut self.diets, *diet);
        }
        if let Some(household) = &particulars.household {
            self.household(household);
        }
        let gives_away = particulars.sensitive.iter().any(|sensitive| {
            matches!(
                sensitive.secret,
                Secret::Card | Secret::Pin | Secret::Account
            )
        });
        if gives_away || largest_sum(text).is_some_and(|sum| sum > lens.cash_cap) {
            self.tasks.push(HubOnly::Cash);
        }
        for mark in lens.marks.of(text) {
            match mark {
                "giving_medicine" => self.tasks.push(HubOnly::GivingMedicine),
                "personal_care" => self.tasks.push(HubOnly::PersonalCare),
                "childcare" => self.tasks.push(HubOnly::Childcare),
                "money_in_hand" => self.tasks.push(HubOnly::Cash),
                _ => self.child_of(0),
            }
        }
    }

    fn household(&mut self, household: &Household) {
        self.children |= household.children.is_some_and(|count| count > 0);
        for age in household.ages.iter().filter(|age| **age < GROWN_UP) {
            self.child_of(*age);
        }
    }

    fn child_of(&mut self, age: u16) {
        self.children = true;
        self.youngest = Some(self.youngest.map_or(age, |youngest| youngest.min(age)));
    }
}

fn push_new<T: PartialEq>(known: &mut Vec<T>, new: T) {
    if !known.contains(&new) {
        known.push(new);
    }
}
