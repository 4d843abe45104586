//! What a reading means for people's safety: whether numbers are needed at once, which ones and in
//! what order, whether a concern is raised, and the guidance that neighbours see first.
//!
//! Numbers and guidance are data (`contacts.toml`, `prompts.toml`), so that a council can replace
//! them; the sentences around them belong to `reply`.

mod assess;
mod contacts;
mod plain;
mod prompts;

pub use assess::{Assessment, assess};
pub use contacts::{Contact, ContactId, Contacts, ContactsError};
pub use plain::plain_signs;
pub use prompts::{Prompt, Prompts, PromptsError};
