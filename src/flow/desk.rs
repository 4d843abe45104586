//! The desk: where receive has its inbound read and decided.

use std::collections::HashMap;

use crate::domain::clock::Timestamp;
use crate::domain::decision::{Decision, Snapshot, Wants};
use crate::domain::heard::Heard;
use crate::domain::ids::{Draw, Place};
use crate::domain::inbound::Inbound;
use crate::domain::rescue::Rescue;
use crate::domain::settings::Channel;

/// The settings of every channel that was set up.
pub type Channels = HashMap<Place, Channel>;

/// Pure judgement on one inbound after the other. A panic sets the one inbound aside, no more.
pub trait Desk: Send + Sync + 'static {
    /// What the words of an inbound say; none where there are none to read or kith doesn't listen.
    fn read(&self, inbound: &Inbound, channels: &Channels) -> Option<Heard>;

    /// What they say where reading them failed; none where there is nothing to fear.
    fn read_plainly(&self, _inbound: &Inbound, _channels: &Channels) -> Option<Heard> {
        None
    }

    /// What somebody needs at once, whatever else fails; none where nobody is in danger.
    fn rescue(&self, _inbound: &Inbound, _heard: Option<&Heard>) -> Option<Rescue> {
        None
    }

    /// Whether nothing can come of it, so that it costs the database nothing.
    fn ignores(&self, inbound: &Inbound, heard: Option<&Heard>, channels: &Channels) -> bool;

    /// What must be loaded to decide it.
    fn wants(&self, inbound: &Inbound, heard: Option<&Heard>, channels: &Channels) -> Wants;

    /// What must be loaded beside, seen from what was loaded.
    fn wants_more(&self, _question: Question<'_>) -> Wants {
        Wants::default()
    }

    /// What comes of it.
    fn decide(&self, question: Question<'_>, draw: &mut Draw) -> Decision;

    /// What comes of danger where nothing else could be decided.
    fn decide_danger(&self, _question: Question<'_>, _draw: &mut Draw) -> Decision {
        Decision::nothing()
    }
}

/// One inbound to decide, with all that it is decided from.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The rows that were wanted, and what this batch changed so far.
    pub snapshot: &'a Snapshot,
    /// What happened.
    pub inbound: &'a Inbound,
    /// What its words say.
    pub heard: Option<&'a Heard>,
    /// The present moment.
    pub now: Timestamp,
}

impl Desk for crate::triage::Desk {
    fn read(&self, inbound: &Inbound, channels: &Channels) -> Option<Heard> {
        self.read(inbound, channels)
    }

    fn read_plainly(&self, inbound: &Inbound, channels: &Channels) -> Option<Heard> {
        self.read_plainly(inbound, channels)
    }

    fn rescue(&self, inbound: &Inbound, heard: Option<&Heard>) -> Option<Rescue> {
        self.rescue(inbound, heard)
    }

    fn ignores(&self, inbound: &Inbound, heard: Option<&Heard>, channels: &Channels) -> bool {
        self.ignores(inbound, heard, channels)
    }

    fn wants(&self, inbound: &Inbound, heard: Option<&Heard>, channels: &Channels) -> Wants {
        self.wants(inbound, heard, channels)
    }

    fn wants_more(&self, question: Question<'_>) -> Wants {
        self.wants_more(
            question.snapshot,
            question.inbound,
            question.heard,
            question.now,
        )
    }

    fn decide(&self, question: Question<'_>, draw: &mut Draw) -> Decision {
        self.decide(
            question.snapshot,
            question.inbound,
            question.heard,
            question.now,
            draw,
        )
    }

    fn decide_danger(&self, question: Question<'_>, draw: &mut Draw) -> Decision {
        let about = (question.snapshot, question.inbound);
        self.decide_danger(about, question.heard, question.now, draw)
    }
}
