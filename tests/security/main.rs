//! Abuse, each case by its name: somebody does what they must not, or sends what they should not. Every case is refused,
//! recorded without words of theirs, reveals nothing and changes nothing; or it is harmless on every card.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod doors;
mod flooding;
mod guessing;
mod http;
mod outward;
mod platforms;
mod words;
mod world;
