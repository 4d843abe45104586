//! What a reading means for people's safety: whether numbers are needed at once, which ones and in
//! what order, whether a concern is raised, and the guidance that neighbours see first.
//!
//! Numbers and guidance are data (`contacts.toml`, `prompts.toml`), so that a council can replace
//! them; the sentences around them belong to `reply`.

mod age;
mod assess;
mod contacts;
mod escalation;
mod plain;
mod prompts;

pub use age::is_under_18;
pub use assess::{Assessment, assess};
pub use contacts::{Contact, ContactId, Contacts, ContactsError};
pub use escalation::{Deputy, Escalation};
pub use plain::plain_signs;
pub use prompts::{Prompt, Prompts, PromptsError};
