//! Conversations through the real connectors and the simulated platforms, each ending with nothing
//! left to send. One file a subject; the town and the hands of its people are those of the demo.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod api;
mod council;
mod crossing;
mod discord;
mod key;
mod kit;
mod malformed;
mod matching;
mod operator;
mod proposing;
mod queue;
mod safeguarding;
mod telegram;
mod tellers;
