//! Conversations through the real connectors and the simulated platforms, each ending with nothing
//! left to send. One file a subject; the town and the hands of its people are those of the demo.

mod council;
mod crossing;
mod discord;
mod kit;
mod malformed;
mod operator;
mod telegram;
