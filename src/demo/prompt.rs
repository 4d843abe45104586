//! After the story the chats stay open: type as any of the people, at a prompt, until Ctrl-C.

use std::io;

use tokio::io::{AsyncBufReadExt, BufReader};

use crate::sim::telegram::{self, ChatId, PersonId};

use super::cast::Cast;

const HOW: &str = "The chats are open. Type as anybody who lives here:\n\
    \x20 Rosa: could somebody walk my dog tomorrow?    says it where Rosa talks\n\
    \x20 Rosa privately: hello                         says it to kith alone\n\
    \x20 Rosa presses Yes, pass it on                  presses the newest such button that Rosa sees\n\
    \x20 queue                                         shows the queue; Ctrl-C ends\n\
    People: Rosa, Omar, Ina, Sam on Telegram; Priya, Jack, Kim, Leah on Discord.";

/// Takes lines until the input or Ctrl-C ends.
///
/// # Errors
/// The terminal can't be read.
pub async fn stay_open(cast: &Cast<'_>) -> io::Result<()> {
    println!("\n{HOW}\n");
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        let line = tokio::select! {
            line = lines.next_line() => line?,
            _ = tokio::signal::ctrl_c() => None,
        };
        let Some(line) = line else { return Ok(()) };
        let done = match line.trim() {
            "" => Ok(()),
            "help" => Err(HOW.to_owned()),
            "queue" => match cast.town.queue().await {
                Ok(queue) => Err(queue),
                Err(error) => Err(error.to_string()),
            },
            line => act(cast, line),
        };
        if let Err(text) = done {
            println!("{text}");
        }
    }
}

/// Where one of the people sits.
enum Seat {
    Telegram(PersonId, ChatId),
    Discord(u64, u64),
}

fn seat(cast: &Cast<'_>, name: &str) -> Option<Seat> {
    let (tg, dc) = (&cast.riverside, &cast.hillview);
    Some(match name.to_lowercase().as_str() {
        "rosa" => Seat::Telegram(tg.rosa, tg.street),
        "omar" => Seat::Telegram(tg.omar, tg.street),
        "ina" => Seat::Telegram(tg.ina, tg.street),
        "sam" => Seat::Telegram(tg.sam, tg.hub),
        "priya" => Seat::Discord(dc.priya, dc.street),
        "jack" => Seat::Discord(dc.jack, dc.street),
        "kim" => Seat::Discord(dc.kim, dc.hub),
        "leah" => Seat::Discord(dc.leah, dc.leads),
        _ => return None,
    })
}

fn act(cast: &Cast<'_>, line: &str) -> Result<(), String> {
    let name_end = line.find([' ', ':']).unwrap_or(line.len());
    let (name, rest) = line.split_at(name_end);
    let seat =
        seat(cast, name).ok_or_else(|| format!("Nobody here is called {name}. Type help."))?;
    if let Some(label) = rest.trim_start().strip_prefix("presses ") {
        return press(cast, &seat, label.trim());
    }
    let (privately, text) = match rest.split_once(':') {
        Some((how, text)) => (how.trim() == "privately", text.trim()),
        None => return Err("After the name goes a colon and what they say. Type help.".to_owned()),
    };
    match (seat, privately) {
        (Seat::Telegram(person, chat), false) => {
            cast.town.telegram.say(chat, person, text);
        }
        (Seat::Telegram(person, _), true) => {
            cast.town.telegram.say_privately(person, text);
        }
        (Seat::Discord(person, channel), false) => {
            cast.town
                .discord
                .say(channel, person, text)
                .map_err(|error| error.to_string())?;
        }
        (Seat::Discord(person, _), true) => {
            cast.town
                .discord
                .say_directly(person, text)
                .map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// Presses the newest button with this label that the person can see.
fn press(cast: &Cast<'_>, seat: &Seat, label: &str) -> Result<(), String> {
    let missing = || format!("No button {label} is there to press.");
    match *seat {
        Seat::Telegram(person, chat) => {
            let telegram = &cast.town.telegram;
            let has = |message: &telegram::SeenMessage| {
                !message.deleted && message.button(label).is_some()
            };
            let private = telegram
                .private_messages(person)
                .into_iter()
                .rev()
                .find(&has);
            let here = telegram.messages(chat).into_iter().rev().find(&has);
            let (chat, message) = match (private, here) {
                (Some(message), _) => (ChatId::from(person), message),
                (None, Some(message)) => (chat, message),
                (None, None) => return Err(missing()),
            };
            let pressed = telegram.press(person, chat, message.id, label);
            match pressed {
                Err(telegram::SimError::OpensLink { .. }) => telegram
                    .follow(person, chat, message.id, label)
                    .map(|_| ())
                    .map_err(|error| error.to_string()),
                other => other.map(|_| ()).map_err(|error| error.to_string()),
            }
        }
        Seat::Discord(person, channel) => {
            let discord = &cast.town.discord;
            let mut seen = discord.messages(channel);
            seen.extend(discord.ephemerals(person));
            seen.extend(discord.dms(person));
            let mut fits = seen
                .into_iter()
                .filter(|message| !message.deleted && message.button(label).is_some());
            let message = fits.next_back().ok_or_else(missing)?;
            discord
                .press(person, message.channel, message.id, label)
                .map(|_| ())
                .map_err(|error| error.to_string())
        }
    }
}
