//! kith bridges neighbourhood mutual-aid chats to the council's hub.

pub mod boot;
pub mod chat;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod flow;
pub mod hub;
pub mod intake;
pub mod reply;
pub mod safeguarding;
pub mod sim;
pub mod store;
pub mod triage;
pub mod web;
