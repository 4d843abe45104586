//! What people see: messages, buttons, forms.

use serde_json::Value;

use crate::sim::discord::DiscordSim;
use crate::sim::discord::world::{FirstAnswer, Interaction, Message, Ping, World};

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenButton {
    /// What is written on it.
    pub label: String,
    /// What the bot gets when it is pressed; none for links.
    pub custom_id: Option<String>,
    /// Where a link leads.
    pub url: Option<String>,
    /// Whether it can't be pressed.
    pub disabled: bool,
    /// Discord's number for its looks: 1 blue, 2 grey, 3 green, 4 red, 5 link.
    pub style: u64,
}

/// A message as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenMessage {
    /// Its id.
    pub id: u64,
    /// The channel it is in.
    pub channel: u64,
    /// Who wrote it.
    pub author: u64,
    /// Who wrote it, by display name.
    pub author_name: String,
    /// The text.
    pub content: String,
    /// The text of each embed: title, description, fields and footer, a line each.
    pub embeds: Vec<String>,
    /// The buttons, row by row.
    pub buttons: Vec<Vec<SeenButton>>,
    /// The message it replies to.
    pub reply_to: Option<u64>,
    /// How often it was edited.
    pub edits: u32,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Whether only one person sees it.
    pub ephemeral: bool,
    /// Whether it still says that the bot is thinking.
    pub loading: bool,
    /// The emoji under it, once for each person.
    pub reactions: Vec<String>,
    /// The thread that was started from it.
    pub thread: Option<u64>,
    /// Whom it notifies: ids of people and roles, or "everyone".
    pub pings: Vec<String>,
}

impl SeenMessage {
    /// The button with this label or custom id.
    pub fn button(&self, wanted: &str) -> Option<&SeenButton> {
        self.buttons
            .iter()
            .flatten()
            .find(|button| button.label == wanted || button.custom_id.as_deref() == Some(wanted))
    }

    /// Whether it was edited.
    pub fn is_edited(&self) -> bool {
        self.edits > 0
    }

    /// Content and embeds together, for searching.
    pub fn text(&self) -> String {
        let mut text = self.content.clone();
        for embed in &self.embeds {
            text.push('\n');
            text.push_str(embed);
        }
        text
    }
}

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenField {
    /// What is written above it.
    pub label: String,
    /// What the bot knows it by.
    pub custom_id: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// What is in it already.
    pub value: String,
    /// The hint inside it.
    pub placeholder: String,
    /// Whether it has room for more than one line.
    pub paragraph: bool,
}

/// A form that is open before somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenModal {
    /// The interaction that it answers: what [`DiscordSim::submit_modal`] wants.
    pub interaction: u64,
    /// What the bot knows it by.
    pub custom_id: String,
    /// Its title.
    pub title: String,
    /// Its fields.
    pub fields: Vec<SeenField>,
}

/// How the bot answered an interaction first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeenAnswer {
    /// With a message, which is perhaps edited by now.
    Message(SeenMessage),
    /// Not yet, but "thinking" was shown; this is the message now.
    Deferred(SeenMessage),
    /// Silently: the message with the button may change later.
    Acknowledged,
    /// By changing the message with the button.
    Updated,
    /// With a form.
    Modal(SeenModal),
}

impl DiscordSim {
    /// All messages of a channel, oldest first, deleted ones included.
    pub fn messages(&self, channel: u64) -> Vec<SeenMessage> {
        self.shared.peek(|world| {
            let messages = world.channels.get(&channel).map(|it| &it.messages);
            let messages = messages.into_iter().flat_map(|it| it.values());
            messages.map(|message| seen(world, message)).collect()
        })
    }

    /// One message of a channel, ephemeral ones included.
    pub fn message(&self, channel: u64, message: u64) -> Option<SeenMessage> {
        self.shared.peek(|world| {
            world
                .message(channel, message)
                .map(|message| seen(world, message))
        })
    }

    /// How many messages a channel has, deleted ones included: cheaper than listing them.
    pub fn message_count(&self, channel: u64) -> usize {
        self.shared.peek(|world| {
            world
                .channels
                .get(&channel)
                .map_or(0, |it| it.messages.len())
        })
    }

    /// The direct messages between the bot and a person, oldest first.
    pub fn dms(&self, person: u64) -> Vec<SeenMessage> {
        let channel = self.shared.peek(|world| {
            let mut channels = world.channels.values();
            channels
                .find(|channel| channel.recipient == Some(person))
                .map(|channel| channel.id)
        });
        channel.map_or_else(Vec::new, |channel| self.messages(channel))
    }

    /// Everything that only this person was shown, as it is now, oldest first.
    pub fn ephemerals(&self, person: u64) -> Vec<SeenMessage> {
        self.shared.peek(|world| {
            let all = world.ephemerals.values();
            all.filter(|message| message.only_for == Some(person))
                .map(|message| seen(world, message))
                .collect()
        })
    }

    /// The threads of a channel, oldest first.
    pub fn threads(&self, channel: u64) -> Vec<(u64, String)> {
        self.shared.peek(|world| {
            let all = world.channels.values();
            all.filter(|thread| thread.parent == Some(channel))
                .map(|thread| (thread.id, thread.name.clone()))
                .collect()
        })
    }

    /// The forms that are open before a person, oldest first.
    pub fn modals(&self, person: u64) -> Vec<SeenModal> {
        self.shared.peek(|world| {
            let all = world.interactions.values();
            all.filter(|interaction| interaction.person == person && !interaction.modal_closed)
                .filter_map(seen_modal)
                .collect()
        })
    }

    /// How the bot answered an interaction, if it did.
    pub fn answer_to(&self, interaction: u64) -> Option<SeenAnswer> {
        self.shared.peek(|world| {
            let interaction = world.interactions.get(&interaction)?;
            let original = || {
                let message = world.message(interaction.channel, interaction.original?)?;
                Some(seen(world, message))
            };
            match interaction.answer.as_ref()? {
                FirstAnswer::Message => original().map(SeenAnswer::Message),
                FirstAnswer::Deferred => original().map(SeenAnswer::Deferred),
                FirstAnswer::DeferredUpdate => Some(SeenAnswer::Acknowledged),
                FirstAnswer::Update => Some(SeenAnswer::Updated),
                FirstAnswer::Modal(_) => seen_modal(interaction).map(SeenAnswer::Modal),
            }
        })
    }

    /// Whether the person was told that the interaction failed: no answer within 3 seconds.
    pub fn has_failed(&self, interaction: u64) -> bool {
        self.shared.peek(|world| {
            let now = world.clock.now();
            world.interactions.get(&interaction).is_some_and(|it| {
                it.answer.is_none() && now.saturating_sub(it.created) > Interaction::FIRST_ANSWER
            })
        })
    }
}

/// A message as people see it.
pub(in crate::sim::discord) fn seen(world: &World, message: &Message) -> SeenMessage {
    SeenMessage {
        id: message.id,
        channel: message.channel,
        author: message.author,
        author_name: world.name_of(message.author),
        content: message.content.clone(),
        embeds: message.embeds.iter().map(embed_text).collect(),
        buttons: message.components.iter().map(seen_row).collect(),
        reply_to: message.reply_to,
        edits: message.edits,
        deleted: message.deleted,
        ephemeral: message.only_for.is_some(),
        loading: message.flags & Message::LOADING != 0,
        reactions: message
            .reactions
            .iter()
            .map(|(emoji, _)| emoji.clone())
            .collect(),
        thread: message.thread,
        pings: message
            .pings
            .iter()
            .map(|ping| match ping {
                Ping::Person(id) | Ping::Role(id) => id.to_string(),
                Ping::Everyone => "everyone".to_owned(),
            })
            .collect(),
    }
}

fn seen_row(row: &Value) -> Vec<SeenButton> {
    let components = row["components"].as_array().map_or(&[][..], Vec::as_slice);
    components
        .iter()
        .filter(|component| component["type"] == 2)
        .map(|button| SeenButton {
            label: text(&button["label"]),
            custom_id: button["custom_id"].as_str().map(str::to_owned),
            url: button["url"].as_str().map(str::to_owned),
            disabled: button["disabled"] == true,
            style: button["style"].as_u64().unwrap_or_default(),
        })
        .collect()
}

/// The labels of the buttons under a message, row by row.
pub(super) fn labels(message: &Message) -> Vec<Vec<String>> {
    message
        .components
        .iter()
        .map(|row| seen_row(row).into_iter().map(|it| it.label).collect())
        .collect()
}

/// The text of an embed: a line for each part.
pub(super) fn embed_text(embed: &Value) -> String {
    let mut lines = vec![
        text(&embed["author"]["name"]),
        text(&embed["title"]),
        text(&embed["description"]),
    ];
    for field in embed["fields"].as_array().into_iter().flatten() {
        lines.push(format!(
            "{}: {}",
            text(&field["name"]),
            text(&field["value"])
        ));
    }
    lines.push(text(&embed["footer"]["text"]));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

fn seen_modal(interaction: &Interaction) -> Option<SeenModal> {
    let Some(FirstAnswer::Modal(modal)) = &interaction.answer else {
        return None;
    };
    let parts = modal["components"].as_array()?;
    Some(SeenModal {
        interaction: interaction.id,
        custom_id: text(&modal["custom_id"]),
        title: text(&modal["title"]),
        fields: parts.iter().filter_map(seen_field).collect(),
    })
}

fn seen_field(part: &Value) -> Option<SeenField> {
    let (input, label) = if part["type"] == 18 {
        (&part["component"], &part["label"])
    } else {
        let input = part["components"].get(0)?;
        (input, &input["label"])
    };
    Some(SeenField {
        label: text(label),
        custom_id: input["custom_id"].as_str()?.to_owned(),
        required: input["required"].as_bool().unwrap_or(true),
        value: text(&input["value"]),
        placeholder: text(&input["placeholder"]),
        paragraph: input["style"] == 2,
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
