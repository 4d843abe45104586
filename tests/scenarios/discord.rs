//! Every button and command on Discord, for those who ask, those who help and those who moderate.

#![expect(clippy::unwrap_used, reason = "a test stops at what it didn't expect")]

mod answers;
mod commands;
mod dialogue;
pub mod hands;
mod hub;
mod hub_commands;
mod leaks;
mod messages;
mod moderators;
mod news;
mod queue;
mod residents;
mod stream;
