//! What happens, as a stream that a demo can print.

use super::seen::{embed_text, labels};
use crate::sim::discord::world::{ChannelKind, FirstAnswer, World};

/// The kinds of thing that happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A message appeared.
    Said,
    /// A message was edited.
    Edited,
    /// A message was deleted.
    Deleted,
    /// Somebody put a reaction under a message; the text is the emoji.
    Reacted,
    /// Somebody pressed a button or chose from a menu; the text says which.
    Pressed,
    /// Somebody used a command; the text is the command as they typed it.
    Commanded,
    /// A form opened before somebody; the text is its title.
    FormOpened,
    /// Somebody sent a form; the text is what they filled in.
    FormSent,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// Milliseconds since 1970, in simulated time.
    pub at: u64,
    /// The channel.
    pub channel: u64,
    /// The channel for people: "Fernhill #help", "Fernhill #help › Lift on Friday" or
    /// "direct: Asha".
    pub place: String,
    /// The message it is about, when it is about one.
    pub message: Option<u64>,
    /// Who did it, by display name.
    pub who: String,
    /// Whether the bot did it.
    pub by_bot: bool,
    /// What it was.
    pub what: What,
    /// The text, embeds included.
    pub text: String,
    /// The labels of the buttons under it, row by row.
    pub buttons: Vec<Vec<String>>,
    /// Who alone can see it, by display name.
    pub only_for: Option<String>,
}

impl World {
    pub(in crate::sim::discord) fn name_of(&self, person: u64) -> String {
        self.people
            .get(&person)
            .map_or_else(|| "nobody".to_owned(), |it| it.display_name.clone())
    }

    fn place_name(&self, channel: u64) -> String {
        let Some(channel) = self.channels.get(&channel) else {
            return "nowhere".to_owned();
        };
        match (channel.kind, channel.recipient, channel.parent) {
            (ChannelKind::Direct, Some(person), _) => {
                format!("direct: {}", self.name_of(person))
            }
            (_, _, Some(parent)) => format!("{} › {}", self.place_name(parent), channel.name),
            _ => {
                let guild = channel.guild.and_then(|guild| self.guilds.get(&guild));
                let guild = guild.map_or("", |guild| &guild.name);
                format!("{guild} #{}", channel.name)
            }
        }
    }

    fn tell_message(&self, what: What, channel: u64, id: u64) {
        if self.transcript.receiver_count() == 0 {
            return;
        }
        let Some(message) = self.message(channel, id) else {
            return;
        };
        let mut text = message.content.clone();
        for embed in &message.embeds {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&embed_text(embed));
        }
        self.send_happening(Happening {
            at: self.clock.now(),
            channel,
            place: self.place_name(channel),
            message: Some(id),
            who: self.name_of(message.author),
            by_bot: message.author == self.bot,
            what,
            text,
            buttons: labels(message),
            only_for: message.only_for.map(|person| self.name_of(person)),
        });
    }

    pub(in crate::sim::discord) fn tell_posted(&self, channel: u64, message: u64) {
        self.tell_message(What::Said, channel, message);
    }

    pub(in crate::sim::discord) fn tell_edited(&self, channel: u64, message: u64) {
        self.tell_message(What::Edited, channel, message);
    }

    pub(in crate::sim::discord) fn tell_deleted(&self, channel: u64, message: u64) {
        self.tell_message(What::Deleted, channel, message);
    }

    /// Tells of a form that opened; messages tell of themselves.
    pub(in crate::sim::discord) fn tell_answered(&self, interaction: u64) {
        let Some(interaction) = self.interactions.get(&interaction) else {
            return;
        };
        if let Some(FirstAnswer::Modal(modal)) = &interaction.answer {
            let title = modal["title"].as_str().unwrap_or_default();
            self.tell(
                What::FormOpened,
                (interaction.channel, interaction.person),
                title,
            );
        }
    }

    /// Tells of something that a person (or the bot) did in a channel.
    pub(in crate::sim::discord) fn tell(
        &self,
        what: What,
        (channel, person): (u64, u64),
        text: &str,
    ) {
        if self.transcript.receiver_count() == 0 {
            return;
        }
        self.send_happening(Happening {
            at: self.clock.now(),
            channel,
            place: self.place_name(channel),
            message: None,
            who: self.name_of(person),
            by_bot: person == self.bot,
            what,
            text: text.to_owned(),
            buttons: Vec::new(),
            only_for: None,
        });
    }

    fn send_happening(&self, happening: Happening) {
        // Nobody listening is no fault.
        self.transcript.send(happening).ok();
    }
}
