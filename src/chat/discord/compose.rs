//! kith's words in Discord's form: messages with rows of buttons, and forms.

use serenity::builder::{
    CreateActionRow, CreateAllowedMentions, CreateButton, CreateInputText,
    CreateInteractionResponse, CreateInteractionResponseFollowup, CreateMessage, CreateModal,
    EditInteractionResponse, EditMessage,
};
use serenity::model::application::{ButtonStyle, InputTextStyle};
use serenity::model::channel::{MessageReference, MessageReferenceKind, Nonce};
use serenity::model::id::{ChannelId, MessageId};

use crate::domain::action::Action;
use crate::domain::people::Language;
use crate::domain::speech::Speech;
use crate::reply::{self, Style};

/// The longest message that an app can send, in UTF-16 units.
pub(super) const MESSAGE_LENGTH: usize = 2_000;
/// Buttons in a row, and rows under a message (documentation: "Action Rows").
const ROW: usize = 5;
/// The longest label of a button, of an input and of a form's title, and the longest placeholder.
const LABEL: usize = 80;
const INPUT_LABEL: usize = 45;
const PLACEHOLDER: usize = 100;

/// A message in parts, ready for any of Discord's ways to say it.
pub(super) struct Composed {
    content: String,
    rows: Vec<CreateActionRow>,
}

/// Puts a speech into words and buttons.
pub(super) fn compose(speech: &Speech, language: Language) -> Composed {
    let rendered = reply::render(speech, language);
    let rows = rendered
        .buttons
        .iter()
        .flat_map(|row| row.chunks(ROW))
        .take(ROW)
        .map(|row| CreateActionRow::Buttons(row.iter().map(button).collect()))
        .collect();
    Composed {
        content: rendered.markdown_within(MESSAGE_LENGTH),
        rows,
    }
}

fn button(button: &reply::Button) -> CreateButton {
    CreateButton::new(button.action.encode())
        .label(cut(&button.label, LABEL))
        .style(match button.style {
            Style::Primary => ButtonStyle::Primary,
            Style::Plain => ButtonStyle::Secondary,
            Style::Danger => ButtonStyle::Danger,
        })
}

fn cut(text: &str, length: usize) -> String {
    text.chars().take(length).collect()
}

/// Nobody is called by what kith says: a resident's words may hold anything.
fn nobody() -> CreateAllowedMentions {
    CreateAllowedMentions::new().replied_user(false)
}

impl Composed {
    /// Its text.
    pub(super) fn content(&self) -> &str {
        &self.content
    }

    /// A new message. The nonce makes Discord take it once, however often it is sent.
    pub(super) fn post(
        self,
        nonce: String,
        answers: Option<(ChannelId, MessageId)>,
    ) -> Option<Vec<u8>> {
        let mut message = CreateMessage::new()
            .content(self.content)
            .components(self.rows)
            .allowed_mentions(nobody())
            .nonce(Nonce::String(nonce))
            .enforce_nonce(true);
        if let Some((channel, answered)) = answers {
            let reference = MessageReference::new(MessageReferenceKind::Default, channel)
                .message_id(answered)
                .fail_if_not_exists(false);
            message = message.reference_message(reference);
        }
        serde_json::to_vec(&message).ok()
    }

    /// A message as it is from now on.
    pub(super) fn edit(self) -> Option<Vec<u8>> {
        let message = EditMessage::new()
            .content(self.content)
            .components(self.rows)
            .allowed_mentions(nobody());
        serde_json::to_vec(&message).ok()
    }

    /// What fills the place of the first answer to an interaction.
    pub(super) fn fill(self) -> Option<Vec<u8>> {
        let response = EditInteractionResponse::new()
            .content(self.content)
            .components(self.rows)
            .allowed_mentions(nobody());
        serde_json::to_vec(&response).ok()
    }

    /// A further answer to an interaction, for that person alone.
    pub(super) fn follow_up(self) -> Option<Vec<u8>> {
        let response = CreateInteractionResponseFollowup::new()
            .content(self.content)
            .components(self.rows)
            .allowed_mentions(nobody())
            .ephemeral(true);
        serde_json::to_vec(&response).ok()
    }
}

/// The form that an action opens, as a first answer.
pub(super) fn form(action: &Action, language: Language) -> Option<Vec<u8>> {
    let form = reply::form(action, language)?;
    let rows = form.fields.iter().take(ROW).map(|field| {
        let style = if field.long {
            InputTextStyle::Paragraph
        } else {
            InputTextStyle::Short
        };
        let label = cut(&field.label, INPUT_LABEL);
        let input = CreateInputText::new(style, label, field.field.as_str())
            .placeholder(cut(&field.placeholder, PLACEHOLDER))
            .max_length(field.max_length)
            .required(false);
        CreateActionRow::InputText(input)
    });
    let modal =
        CreateModal::new(action.encode(), cut(&form.title, INPUT_LABEL)).components(rows.collect());
    serde_json::to_vec(&CreateInteractionResponse::Modal(modal)).ok()
}
