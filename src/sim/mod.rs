//! A simulated Discord, Telegram and council to run against: loopback servers
//! that follow the platforms' documented rules, faults included.

pub mod council;
pub mod discord;
pub mod faults;
pub mod telegram;
