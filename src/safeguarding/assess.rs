//! From signals to what must happen: numbers at once, a concern, or a warning.

use super::contacts::ContactId;
use super::{Contact, Contacts};
use crate::domain::reading::{Reading, Signal};

/// What a reading asks of the people who keep others safe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Assessment {
    /// Somebody may be in danger now: give the numbers before anything else.
    pub danger: bool,
    /// The signs that were read.
    pub signals: Vec<Signal>,
    /// Somebody must look at this as a safeguarding matter.
    pub concern: bool,
    /// Whom to ring, first things first.
    pub numbers: Vec<ContactId>,
}

impl Assessment {
    /// The numbers as entries of the file that they were chosen from.
    pub fn contacts<'a>(&self, contacts: &'a Contacts) -> Vec<&'a Contact> {
        self.numbers
            .iter()
            .filter_map(|id| contacts.get(id))
            .collect()
    }
}

/// Weighs a reading. A scam brings the fraud lines but no crisis numbers; neglect brings a concern.
pub fn assess(reading: &Reading, contacts: &Contacts) -> Assessment {
    let danger = reading.signals.iter().any(|signal| is_danger(*signal));
    let concern = reading.signals.iter().any(|signal| is_concern(*signal));
    let numbers = contacts
        .for_signals(&reading.signals)
        .into_iter()
        .filter(|contact| danger || contact.given_for(Signal::Scam))
        .filter(|contact| reading.signals.iter().any(|signal| gives(*signal, contact)))
        .map(|contact| contact.id.clone())
        .collect();
    Assessment {
        danger,
        signals: reading.signals.clone(),
        concern,
        numbers,
    }
}

fn gives(signal: Signal, contact: &Contact) -> bool {
    (is_danger(signal) || signal == Signal::Scam) && contact.given_for(signal)
}

fn is_danger(signal: Signal) -> bool {
    match signal {
        Signal::SelfHarm | Signal::Abuse | Signal::Child | Signal::Medical | Signal::Hazard => true,
        Signal::Neglect | Signal::Scam => false,
    }
}

/// A hazard or an illness is an emergency, but not by itself a person harmed by another or alone.
fn is_concern(signal: Signal) -> bool {
    match signal {
        Signal::SelfHarm | Signal::Abuse | Signal::Child | Signal::Neglect | Signal::Scam => true,
        Signal::Medical | Signal::Hazard => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(signals: &[Signal]) -> Assessment {
        let reading = Reading {
            signals: signals.to_vec(),
            ..Reading::nothing()
        };
        assess(&reading, &Contacts::of_england())
    }

    fn ids(assessment: &Assessment) -> Vec<&str> {
        assessment.numbers.iter().map(ContactId::as_str).collect()
    }

    #[test]
    fn nothing_read_asks_for_nothing() {
        assert_eq!(numbers(&[]), Assessment::default());
    }

    #[test]
    fn life_at_risk_comes_first() {
        let self_harm = numbers(&[Signal::SelfHarm]);
        assert!(self_harm.danger && self_harm.concern);
        assert_eq!(
            ids(&self_harm),
            ["emergency", "nhs_111_option_2", "samaritans", "shout"]
        );
        assert_eq!(ids(&numbers(&[Signal::Medical])), ["emergency"]);
        let both = numbers(&[Signal::Child, Signal::SelfHarm]);
        assert_eq!(
            ids(&both),
            [
                "emergency",
                "nhs_111_option_2",
                "samaritans",
                "shout",
                "childline",
                "nspcc"
            ]
        );
    }

    #[test]
    fn abuse_says_how_to_call_in_silence() {
        let abuse = numbers(&[Signal::Abuse]);
        assert_eq!(
            ids(&abuse),
            [
                "emergency",
                "silent_999",
                "domestic_abuse",
                "mens_advice",
                "lgbt_abuse"
            ]
        );
        assert!(!ids(&numbers(&[Signal::Medical, Signal::Hazard])).contains(&"silent_999"));
    }

    #[test]
    fn a_hazard_is_danger_without_a_concern() {
        let hazard = numbers(&[Signal::Hazard]);
        assert!(hazard.danger && !hazard.concern);
        assert_eq!(ids(&hazard), ["emergency", "gas", "floodline", "power_cut"]);
    }

    #[test]
    fn neglect_and_scams_are_no_crisis() {
        let neglect = numbers(&[Signal::Neglect]);
        assert!(!neglect.danger && neglect.concern && neglect.numbers.is_empty());
        let scam = numbers(&[Signal::Scam]);
        assert!(!scam.danger && scam.concern);
        assert_eq!(ids(&scam), ["bank", "report_fraud", "scam_texts"]);
    }

    #[test]
    fn entries_are_found_again() {
        let contacts = Contacts::of_england();
        let medical = numbers(&[Signal::Medical]);
        let found: Vec<&str> = medical
            .contacts(&contacts)
            .iter()
            .map(|contact| contact.how.as_str())
            .collect();
        assert_eq!(found, ["999"]);
    }
}
