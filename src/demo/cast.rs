//! Who lives in the town, where they talk, and the hands and eyes that a story needs.

use std::fmt;

use regex::Regex;

use crate::sim::discord::{self, DiscordSim};
use crate::sim::telegram::{self, ChatId, PersonId, TelegramSim};

use super::town::{PATIENCE, Town};

/// The Telegram side: a neighbourhood and its hub.
pub struct Riverside {
    /// Where neighbours talk.
    pub street: ChatId,
    /// Where the hub works.
    pub hub: ChatId,
    /// A resident.
    pub rosa: PersonId,
    /// A resident.
    pub omar: PersonId,
    /// A resident in danger.
    pub ina: PersonId,
    /// Staff of the hub.
    pub sam: PersonId,
}

/// The Discord side: a neighbourhood, its hub and its safeguarding leads.
pub struct Hillview {
    /// The server.
    pub guild: u64,
    /// Where neighbours talk.
    pub street: u64,
    /// Where the hub works.
    pub hub: u64,
    /// Where the safeguarding leads are.
    pub leads: u64,
    /// A resident.
    pub priya: u64,
    /// A neighbour who offers.
    pub jack: u64,
    /// Staff of the hub.
    pub kim: u64,
    /// A safeguarding lead.
    pub leah: u64,
    /// The owner of the server.
    pub max: u64,
}

/// Everybody.
pub struct Cast<'t> {
    /// Where they live.
    pub town: &'t Town,
    /// On Telegram.
    pub riverside: Riverside,
    /// On Discord.
    pub hillview: Hillview,
}

/// What the story expected and did not find.
#[derive(Debug, thiserror::Error)]
pub struct Unexpected(String);

impl fmt::Display for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Unexpected {
    /// Says what was expected and what was found.
    pub fn new(expected: &str, found: impl fmt::Display) -> Self {
        Self(format!("expected {expected}, found {found}"))
    }
}

impl From<telegram::TimedOut> for Unexpected {
    fn from(error: telegram::TimedOut) -> Self {
        Self(error.to_string())
    }
}

impl From<telegram::SimError> for Unexpected {
    fn from(error: telegram::SimError) -> Self {
        Self(error.to_string())
    }
}

impl From<discord::Impossible> for Unexpected {
    fn from(error: discord::Impossible) -> Self {
        Self(error.to_string())
    }
}

type Told<T> = Result<T, Unexpected>;

impl<'t> Cast<'t> {
    /// Lets everybody move in and lets the moderators set their channels up, from chat.
    ///
    /// # Errors
    /// Something does not answer as it should.
    pub async fn move_in(town: &'t Town) -> Told<Self> {
        let cast = Self {
            town,
            riverside: riverside(&town.telegram),
            hillview: hillview(&town.discord),
        };
        cast.set_up_telegram(cast.riverside.street, "intake ask ME7 ME8")
            .await?;
        cast.set_up_telegram(cast.riverside.hub, "hub").await?;
        let discord = &cast.town.discord;
        cast.on_discord("kith's commands on Discord", || {
            discord
                .command_names()
                .iter()
                .any(|name| name == "kith")
                .then_some(())
        })
        .await?;
        let hillview = &cast.hillview;
        cast.set_up_discord(hillview.street, ("role", "intake"))
            .await?;
        cast.set_up_discord(hillview.hub, ("role", "hub")).await?;
        cast.set_up_discord(hillview.leads, ("role", "safeguarding"))
            .await?;
        Ok(cast)
    }

    /// Has both neighbourhoods pass requests and offers on at once.
    ///
    /// # Errors
    /// Something does not answer as it should.
    pub async fn listen_automatically(&self) -> Told<()> {
        self.set_up_telegram(self.riverside.street, "auto").await?;
        self.set_up_discord(self.hillview.street, ("listening", "auto"))
            .await
    }

    async fn set_up_telegram(&self, chat: ChatId, words: &str) -> Told<()> {
        let telegram = &self.town.telegram;
        let founder = telegram.founder(chat);
        let said = telegram.say(
            chat,
            founder,
            &format!("/kith@{} setup {words}", telegram.bot_username()),
        );
        self.hears(chat, "the setup panel", |message| {
            message.id > said && !message.buttons.is_empty()
        })
        .await
        .map(|_| ())
    }

    async fn set_up_discord(&self, channel: u64, option: (&str, &str)) -> Told<()> {
        let max = self.hillview.max;
        let before = self.town.discord.ephemerals(max).len();
        self.town
            .discord
            .slash(max, channel, "kith setup", &[option])?;
        let discord = &self.town.discord;
        self.on_discord("the setup panel", || {
            let seen = discord.ephemerals(max);
            seen.get(before)
                .filter(|message| !message.loading)
                .map(|_| ())
        })
        .await
    }

    /// Somebody on Telegram writes where neighbours talk and says yes to kith's question. Gives their message and the code.
    ///
    /// # Errors
    /// kith does not ask, or gives no code.
    pub async fn passes_on_telegram(&self, person: PersonId, text: &str) -> Told<(i64, String)> {
        let street = self.riverside.street;
        let said = self.town.telegram.say(street, person, text);
        let ask = self.hears(street, "a question under the message", |m| {
            m.reply_to == Some(said) && !m.buttons.is_empty()
        });
        let ask = ask.await?;
        let yes = ask.labels().first().map(ToString::to_string);
        self.presses(person, (street, ask.id), &yes.unwrap_or_default())?;
        let done = self.hears(street, "a code", |m| {
            m.id == ask.id && code_in(&m.text).is_some()
        });
        let code = code_in(&done.await?.text).unwrap_or_default();
        Ok((said, code))
    }

    /// Somebody on Discord does the same. Gives kith's line beneath their message, and the code.
    ///
    /// # Errors
    /// kith does not ask, or gives no code.
    pub async fn passes_on_discord(
        &self,
        person: u64,
        text: &str,
    ) -> Told<(discord::SeenMessage, String)> {
        let street = self.hillview.street;
        let said = self.town.discord.say(street, person, text)?;
        let ask = self.reads(street, "a question under the message", |m| {
            m.reply_to == Some(said) && !m.buttons.is_empty()
        });
        let ask = ask.await?;
        let yes = ask.buttons.iter().flatten().next();
        let yes = yes.map(|button| button.label.clone());
        self.clicks(person, &ask, &yes.unwrap_or_default())?;
        let done = self.reads(street, "a code", |m| {
            m.id == ask.id && code_in(&m.text()).is_some()
        });
        let done = done.await?;
        let code = code_in(&done.text()).unwrap_or_default();
        Ok((done, code))
    }

    /// Waits for a message of kith's in a Telegram chat.
    ///
    /// # Errors
    /// It does not come.
    pub async fn hears(
        &self,
        chat: impl Into<ChatId>,
        what: &str,
        fits: impl Fn(&telegram::SeenMessage) -> bool,
    ) -> Told<telegram::SeenMessage> {
        let chat = chat.into();
        let found = self.town.telegram.wait_for(what, PATIENCE, |view| {
            view.bot_messages_in(chat)
                .into_iter()
                .rev()
                .find(|message| fits(message))
        });
        Ok(found.await?)
    }

    /// Waits for a message of kith's in a Discord channel.
    ///
    /// # Errors
    /// It does not come.
    pub async fn reads(
        &self,
        channel: u64,
        what: &str,
        fits: impl Fn(&discord::SeenMessage) -> bool,
    ) -> Told<discord::SeenMessage> {
        let (discord, bot) = (&self.town.discord, self.town.discord.bot_id());
        self.on_discord(what, || {
            let messages = discord.messages(channel);
            messages
                .into_iter()
                .rev()
                .find(|message| message.author == bot && !message.deleted && fits(message))
        })
        .await
    }

    /// Waits for a private message, or an answer to this person alone, on Discord.
    ///
    /// # Errors
    /// It does not come.
    pub async fn reads_alone(
        &self,
        person: u64,
        what: &str,
        fits: impl Fn(&discord::SeenMessage) -> bool,
    ) -> Told<discord::SeenMessage> {
        let discord = &self.town.discord;
        self.on_discord(what, || {
            let alone = discord
                .ephemerals(person)
                .into_iter()
                .chain(discord.dms(person));
            alone
                .filter(|message| !message.loading && !message.deleted)
                .find(|message| fits(message))
        })
        .await
    }

    /// Waits for anything on Discord.
    ///
    /// # Errors
    /// It does not come.
    pub async fn on_discord<T>(&self, what: &str, find: impl Fn() -> Option<T>) -> Told<T> {
        let found = self.town.discord.wait_for(|_| find(), PATIENCE).await;
        found.map_err(|error| Unexpected::new(what, error))
    }

    /// A Telegram person presses a button under kith's message.
    ///
    /// # Errors
    /// There is no such button.
    pub fn presses(&self, person: PersonId, message: (ChatId, i64), label: &str) -> Told<()> {
        self.town
            .telegram
            .press(person, message.0, message.1, label)?;
        Ok(())
    }

    /// A Discord person presses a button under kith's message.
    ///
    /// # Errors
    /// There is no such button.
    pub fn clicks(&self, person: u64, message: &discord::SeenMessage, label: &str) -> Told<u64> {
        Ok(self
            .town
            .discord
            .press(person, message.channel, message.id, label)?
            .id)
    }
}

fn riverside(telegram: &TelegramSim) -> Riverside {
    let street = telegram.add_supergroup("Riverside neighbours");
    let hub = telegram.add_supergroup("Riverside hub");
    let member = |chat, name| {
        let person = telegram.add_person(name);
        telegram.join(chat, person);
        person
    };
    Riverside {
        street,
        hub,
        rosa: member(street, "Rosa"),
        omar: member(street, "Omar"),
        ina: member(street, "Ina"),
        sam: member(hub, "Sam"),
    }
}

fn hillview(discord: &DiscordSim) -> Hillview {
    let guild = discord.add_guild("Hillview");
    let member = |name| {
        let person = discord.add_person(name);
        discord.join(guild, person);
        person
    };
    let max = member("Max");
    discord.set_owner(guild, max);
    Hillview {
        guild,
        street: discord.add_channel(guild, "neighbours"),
        hub: discord.add_channel(guild, "hub"),
        leads: discord.add_channel(guild, "leads"),
        priya: member("Priya"),
        jack: member("Jack"),
        kim: member("Kim"),
        leah: member("Leah"),
        max,
    }
}

/// The first case code in a text.
pub fn code_in(text: &str) -> Option<String> {
    let pattern = Regex::new(r"\b[2-9A-Z]{3}-[2-9A-Z]{4}\b").ok()?;
    pattern.find(text).map(|found| found.as_str().to_owned())
}
