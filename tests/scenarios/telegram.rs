//! Every button and command on Telegram, each as the conversation in which people meet it.

mod answers;
mod asking;
mod commands;
mod danger;
mod dialogue;
pub mod hands;
mod hub;
mod leaks;
mod listening;
mod moderators;
mod news;
mod offers;
mod places;
mod queue;
mod restart;
mod strain;
