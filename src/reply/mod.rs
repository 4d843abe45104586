//! Every word a person reads, by language. A [`Speech`] says what to say; this module finds
//! the words and the buttons, and puts them into the two markups that platforms read.

mod clean;
mod english;
pub mod form;
mod html;
mod layout;
mod markdown;
pub mod menu;
mod rich;
#[cfg(test)]
mod tests;

pub use form::{Form, FormField, form};
pub use menu::{
    Argument, ArgumentKind, CommandWord, MESSAGE_COMMAND, Scope, command_menu, help_lines,
};
pub use rich::{Button, Line, Rendered, Span, Style};

use crate::domain::people::Language;
use crate::domain::speech::Speech;

/// The words and buttons for a speech.
pub fn render(speech: &Speech, language: Language) -> Rendered {
    match language {
        Language::English => english::render(speech),
    }
}
