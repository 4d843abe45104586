//! Odd words and odd names: very long, right to left, unseen, full of markup.

use kith::demo::{Cast, Town, code_in};
use kith::sim::discord;
use serde_json::json;

use super::super::kit;
use super::{NEED, all_is_well};

/// What a message of the bot's may hold on each platform, in signs.
const TELEGRAM_HOLDS: usize = 4_096;
const DISCORD_HOLDS: usize = 2_000;
/// Markup of both platforms, mentions, a hidden turn of the reading direction, and signs without width.
const NAME: &str = "<b>Eve</b> &amp; *co* _x_ `y` ||z|| [here](http://evil.example) @everyone <@1> \u{202e}evE\u{200b}";

fn texts() -> Vec<(&'static str, String)> {
    vec![
        ("long", format!("{NEED} {}", "and some bread ".repeat(700))),
        ("one word", format!("{NEED} {}", "x".repeat(10_000))),
        (
            "right to left",
            format!("\u{202e}{NEED} \u{2067}שלום\u{2069} \u{200f}مرحبا"),
        ),
        (
            "without width",
            format!("\u{200b}{}\u{feff}", NEED.replace("today", "to\u{200b}day")),
        ),
        ("emoji", format!("{NEED} {}", "👩‍👩‍👧‍👦🇬🇧🙏🏽".repeat(300))),
        (
            "markup",
            format!(
                "<b>{NEED}</b> <script>alert(1)</script> &lt; **x** ||y|| `z` [a](http://evil.example) @everyone @here <@1> <#2>"
            ),
        ),
        (
            "stacked",
            format!("{NEED} {}", "e\u{301}\u{302}\u{303}\u{304}".repeat(500)),
        ),
        (
            "lines",
            format!("{NEED}\r\n{}", "\n\u{2028}\u{b}line".repeat(500)),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_words_on_telegram_become_cases_that_staff_can_read() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let place = &cast.riverside;
    town.telegram.start_bot(place.sam, None).unwrap();
    for (what, text) in texts() {
        let eve = town.telegram.add_person(NAME);
        town.telegram.join(place.street, eve);
        let said = town.telegram.say(place.street, eve, &text);
        let ask = cast.hears(place.street, what, |m| m.reply_to == Some(said));
        let ask = ask.await.unwrap();
        cast.presses(eve, (place.street, ask.id), "Yes, pass it on")
            .unwrap();
        let done = cast.hears(place.street, what, |m| {
            m.id == ask.id && code_in(&m.text).is_some()
        });
        let code = code_in(&done.await.unwrap().text).unwrap();
        let card = cast
            .hears(place.hub, what, |m| m.text.starts_with(&code))
            .await
            .unwrap();
        cast.presses(place.sam, (place.hub, card.id), "Details")
            .unwrap();
        let file = cast
            .hears(place.sam, what, |m| {
                m.text.starts_with(&code) && m.text.contains("From:")
            })
            .await
            .unwrap();
        assert!(file.text.encode_utf16().count() <= TELEGRAM_HOLDS, "{what}");
        assert_readable(what, &file.text);
        assert!(file.text.contains("<b>Eve</b>"), "{what}: {}", file.text);
        assert!(file.text.contains("prescription"), "{what}: {}", file.text);
        assert!(
            file.entities
                .iter()
                .all(|entity| entity["type"] != "text_link" && entity["type"] != "spoiler"),
            "{what}: {:#?}",
            file.entities
        );
        let cards = cast.reads(cast.hillview.hub, what, |m| m.text().contains(&code));
        assert_harmless(what, &cards.await.unwrap());
    }
    all_is_well(&town).await;
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_words_on_discord_become_cases_that_staff_can_read() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let place = &cast.hillview;
    for (what, text) in texts() {
        let eve = town.discord.add_person(NAME);
        town.discord.join(place.guild, eve);
        let text: String = text.chars().take(4_000).collect();
        let said = town.discord.say(place.street, eve, &text).unwrap();
        let ask = cast.reads(place.street, what, |m| m.reply_to == Some(said));
        let ask = ask.await.unwrap();
        cast.clicks(eve, &ask, "Yes, pass it on").unwrap();
        let done = cast.reads(place.street, what, |m| {
            m.id == ask.id && code_in(&m.text()).is_some()
        });
        let code = code_in(&done.await.unwrap().text()).unwrap();
        let begins = format!("`{code}`");
        let card = cast.reads(place.hub, what, |m| m.text().starts_with(&begins));
        let card = card.await.unwrap();
        assert_harmless(what, &card);
        cast.clicks(place.kim, &card, "Details").unwrap();
        let file = cast
            .reads_alone(place.kim, what, |m| {
                m.text().starts_with(&begins) && m.text().contains("From:")
            })
            .await
            .unwrap();
        assert_harmless(what, &file);
        assert!(file.text().contains("Eve"), "{what}: {}", file.text());
        assert!(
            file.text().contains("prescription"),
            "{what}: {}",
            file.text()
        );
        // Whatever is cut off, the rules and what was agreed are not.
        assert!(
            file.text().contains("not agreed to sharing"),
            "{what}: {}",
            file.text()
        );
        assert!(
            file.text().contains("Before you go"),
            "{what}: {}",
            file.text()
        );
    }
    // Longer than Discord's own app lets anybody write.
    let before = cards_in(&town, place.hub);
    let last = town
        .discord
        .say(place.street, place.jack, "Lovely light over the river")
        .unwrap();
    town.discord.inject_raw_dispatch(
        "MESSAGE_CREATE",
        &json!({
            "id": (last + 1).to_string(), "channel_id": place.street.to_string(),
            "guild_id": place.guild.to_string(), "type": 0,
            "timestamp": "2026-11-03T14:05:00.000000+00:00",
            "author": { "id": place.priya.to_string(), "username": "priya", "global_name": "Priya" },
            "member": { "roles": [], "joined_at": "2026-01-01T00:00:00.000000+00:00" },
            "content": format!("{NEED} {}", "and some bread ".repeat(700)),
        }),
    );
    super::discord_still_works(&cast).await;
    assert_eq!(super::kept(&town).await, 0, "it was read");
    assert_eq!(cards_in(&town, place.hub), before, "nobody said yes to it");
    all_is_well(&town).await;
    town.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holder_with_an_odd_name_harms_no_card() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let eve = town.telegram.add_person(NAME);
    town.telegram.join(cast.riverside.hub, eve);
    let adam = town.discord.add_person(NAME);
    town.discord.join(cast.hillview.guild, adam);

    let code = super::rosas_case(&cast).await;
    claims(&cast, eve, &code).await;
    let card = cast.reads(cast.hillview.hub, "Eve on the card", |m| {
        m.text().contains(&code) && m.text().contains("has it since")
    });
    let card = card.await.unwrap();
    assert_harmless("Eve", &card);
    cast.clicks(adam, &card, "Release").unwrap();
    cast.reads_alone(adam, "who has it", |m| {
        m.text().contains("Eve") && m.text().contains(&code)
    })
    .await
    .unwrap();
    town.discord
        .slash(adam, cast.hillview.hub, "queue", &[])
        .unwrap();
    let queue = cast.reads_alone(adam, "the queue", |m| {
        m.text().contains(&code) && m.text().contains("Eve")
    });
    assert_harmless("the queue", &queue.await.unwrap());

    let card = cast.hears(cast.riverside.hub, "the card to release", |m| {
        m.text.starts_with(&code) && m.button("Release").is_some()
    });
    let card = card.await.unwrap();
    assert_readable("the card", &card.text);
    assert!(card.text.contains("<b>Eve</b>"), "{}", card.text);
    cast.presses(eve, (cast.riverside.hub, card.id), "Release")
        .unwrap();
    let card = cast.reads(cast.hillview.hub, "the card to claim", |m| {
        m.text().contains(&code) && m.button("Claim").is_some()
    });
    cast.clicks(adam, &card.await.unwrap(), "Claim").unwrap();
    let understood = "I understand, I'll take it";
    let rules = cast.reads_alone(adam, "the rules", |m| m.button(understood).is_some());
    cast.clicks(adam, &rules.await.unwrap(), understood)
        .unwrap();
    let card = cast.hears(cast.riverside.hub, "Adam on the card", |m| {
        m.text.starts_with(&code) && m.text.contains("has it since")
    });
    assert_readable("Adam", &card.await.unwrap().text);
    all_is_well(&town).await;
    kit::nothing_left(town).await;
}

async fn claims(cast: &Cast<'_>, person: kith::sim::telegram::PersonId, code: &str) {
    let hub = cast.riverside.hub;
    let card = cast
        .hears(hub, "the card", |m| {
            m.text.starts_with(code) && m.button("Claim").is_some()
        })
        .await
        .unwrap();
    cast.presses(person, (hub, card.id), "Claim").unwrap();
    let understood = "I understand, I'll take it";
    let rules = cast
        .hears(hub, "the rules", |m| m.button(understood).is_some())
        .await
        .unwrap();
    cast.presses(person, (hub, rules.id), understood).unwrap();
}

fn cards_in(town: &Town, channel: u64) -> usize {
    let bot = town.discord.bot_id();
    let messages = town.discord.messages(channel);
    messages
        .iter()
        .filter(|m| m.author == bot && code_in(&m.text()).is_some())
        .count()
}

/// Nothing hides, and nothing turns the reading direction.
fn assert_readable(what: &str, text: &str) {
    let hidden = |sign: &char| matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!text.chars().any(|sign| hidden(&sign)), "{what}: {text:?}");
}

/// A message on Discord that fits, notifies nobody and links nowhere.
fn assert_harmless(what: &str, message: &discord::SeenMessage) {
    assert!(message.text().chars().count() <= DISCORD_HOLDS, "{what}");
    assert!(message.pings.is_empty(), "{what}: {:?}", message.pings);
    assert_readable(what, &message.text());
    assert!(
        !message.text().contains("[here](") && !message.text().contains("://evil"),
        "{what}: {}",
        message.text()
    );
}
