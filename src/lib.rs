//! kith listens in neighbourhood mutual-aid chats, reads requests for help and offers of it out of ordinary
//! messages, merges them into one queue, and hands each case to the people who can act.
//!
//! # The way of the data
//!
//! ```text
//! Discord gateway ─┐                                             ┌─▶ Discord REST
//! Telegram updates ┼─▶ Inbound ─▶ flow::receive ─▶ one commit ──▶│   Telegram Bot API
//! web, clock ──────┘              │   intake::read              │   council destinations
//!                                 │   safeguarding::assess      └──────────▲─────────────
//!                                 │   triage::decide                       │
//!                                 ▼                                        │
//!                       case, audit, outbox, cursor ───────────── flow::deliver
//! ```
//!
//! A connector ([`chat`]) turns what a platform says into [`domain::inbound::Inbound`]. [`flow`] takes inbound in
//! batches: [`intake`] reads the words, [`safeguarding`] looks for danger, [`triage`] decides, purely, what changes
//! and what is promised, and [`store`] writes all of it in one transaction. Only then is anything acknowledged.
//! What was promised waits in the outbox until [`flow`] has carried it out, through a connector, in the words of
//! [`reply`], or to a destination through [`hub`].
//!
//! # The modules, in reading order

// The words of kith as pure types: start here.
pub mod domain;

// Text to reading.
pub mod intake;
// Reading to signals, numbers and prompts.
pub mod safeguarding;
// Inbound and snapshot to decision.
pub mod triage;

// Every word that people read.
pub mod reply;

// Platforms: Telegram and Discord.
pub mod chat;
// Destinations outside kith.
pub mod hub;
// Decisions on disk: SQLite and PostgreSQL.
pub mod store;

// The settings.
pub mod config;
// What keeps it all going: receive, deliver, sweep, supervise.
pub mod flow;
// Health, metrics, and what destinations post back.
pub mod web;

// Wires everything.
pub mod boot;
// The command line.
pub mod cli;

// An evening in a simulated town.
pub mod demo;
// Simulated platforms and a simulated council.
pub mod sim;
