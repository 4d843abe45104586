//! A simulated Discord, Telegram and council to run against: loopback servers
//! that follow the platforms' documented rules, faults included.

pub mod clock;
pub mod council;
pub mod discord;
pub mod faults;
mod serve;
pub mod telegram;
