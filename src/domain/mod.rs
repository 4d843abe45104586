//! The words of kith as pure types: states that carry their data, and transitions between them.

pub mod action;
pub mod areas;
pub mod case;
pub mod clock;
pub mod code;
pub mod command;
pub mod concern;
pub mod consent;
pub mod correction;
pub mod decision;
pub mod details;
pub mod dialogue;
pub mod disclosure;
pub mod effect;
pub mod heard;
pub mod ids;
pub mod inbound;
pub mod match_speech;
pub mod matching;
pub mod nation;
pub mod offer;
pub mod particulars;
pub mod people;
pub mod priority;
pub mod private;
pub mod queue;
pub mod reading;
pub mod referral;
pub mod report;
#[cfg(test)]
pub(crate) mod samples;
pub mod settings;
pub mod sharing_speech;
pub mod speech;
pub mod traces;
pub mod volunteer;
