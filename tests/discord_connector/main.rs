//! The Discord connector against the simulated Discord, over real HTTP and WebSocket: what
//! people do arrives as inbound exactly once, and what kith says arrives before people.

#![expect(clippy::unwrap_used, reason = "a test stops at what it didn't expect")]

mod answered;
mod bench;
mod events;
mod hostile;
mod interactions;
mod loss;
mod speaking;
