//! What people do on Discord, step by step, and what each of them then sees.

use kith::demo::{Cast, Town, code_in};
use kith::domain::case::Case;
use kith::domain::code::CaseCode;
use kith::domain::report::{CaseEvent, Subject};
use kith::sim::discord::{SeenAnswer, SeenMessage, SeenModal};

/// The button under the doorstep rules.
pub const UNDERSTOOD: &str = "I understand, I'll take it";
/// A need that reads as one, with a street that must not show in public.
pub const SHOPPING: &str =
    "Could anyone get me some shopping today please? I'm at 12 Invented Row, ME7 1AB";
/// Another need.
pub const LIFT: &str = "I need a lift to the hospital tomorrow, can anybody help? ME8 0AA";
/// An offer.
pub const OFFER: &str = "I've got a car and I'm happy to give anyone a lift to the shops tomorrow";

/// A town in which kith may speak as fast as it likes, with nobody in it and kith not started.
pub async fn quiet_town() -> Town {
    let mut town = Town::prepare().await.unwrap();
    town.speak_freely();
    town
}

/// A running town in which kith may speak as fast as it likes.
pub async fn town() -> Town {
    let town = quiet_town().await;
    town.start_kith().await.unwrap();
    town
}

/// The answer to an interaction, which one person alone sees.
pub async fn answer(cast: &Cast<'_>, interaction: u64) -> SeenMessage {
    let discord = &cast.town.discord;
    let answered = cast.on_discord("an answer", || match discord.answer_to(interaction)? {
        SeenAnswer::Message(message) | SeenAnswer::Deferred(message) if !message.loading => {
            Some(message)
        }
        _ => None,
    });
    let message = answered.await.unwrap();
    assert!(message.ephemeral, "others could see {message:?}");
    message
}

/// The form that answers an interaction.
pub async fn form(cast: &Cast<'_>, interaction: u64) -> SeenModal {
    let discord = &cast.town.discord;
    let opened = cast.on_discord("a form", || match discord.answer_to(interaction)? {
        SeenAnswer::Modal(modal) => Some(modal),
        _ => None,
    });
    let modal = opened.await.unwrap();
    for field in &modal.fields {
        assert_eq!(field.value, "", "a form is prefilled with what was told");
        assert!(!field.required, "everything can be left out");
    }
    modal
}

/// Somebody presses a button and reads the answer.
pub async fn clicks(
    cast: &Cast<'_>,
    person: u64,
    message: &SeenMessage,
    label: &str,
) -> SeenMessage {
    let interaction = cast.clicks(person, message, label).unwrap();
    answer(cast, interaction).await
}

/// Somebody presses a button that opens a form.
pub async fn opens(cast: &Cast<'_>, person: u64, message: &SeenMessage, label: &str) -> SeenModal {
    let interaction = cast.clicks(person, message, label).unwrap();
    form(cast, interaction).await
}

/// Somebody fills in a form, sends it, and reads the answer.
pub async fn sends(
    cast: &Cast<'_>,
    person: u64,
    modal: &SeenModal,
    filled: &[(&str, &str)],
) -> SeenMessage {
    let discord = &cast.town.discord;
    let sent = discord
        .submit_modal(person, modal.interaction, filled)
        .unwrap();
    answer(cast, sent.id).await
}

/// Somebody gives a command, as `/need text` with its option, and reads the answer.
pub async fn slash(
    cast: &Cast<'_>,
    (person, channel): (u64, u64),
    command: &str,
    options: &[(&str, &str)],
) -> SeenMessage {
    let discord = &cast.town.discord;
    let given = discord.slash(person, channel, command, options).unwrap();
    answer(cast, given.id).await
}

/// Something that was told and passed on.
pub struct Told {
    /// The message that told it.
    pub said: u64,
    /// kith's line beneath it.
    pub ask: SeenMessage,
    /// The code.
    pub code: String,
}

/// Somebody writes in a channel and kith asks beneath it.
pub async fn asks_in(cast: &Cast<'_>, channel: u64, person: u64, text: &str) -> (u64, SeenMessage) {
    let said = cast.town.discord.say(channel, person, text).unwrap();
    let asked = cast.reads(channel, "a question beneath the message", |message| {
        message.reply_to == Some(said) && !message.buttons.is_empty()
    });
    (said, asked.await.unwrap())
}

/// Somebody writes where neighbours talk and kith asks beneath it.
pub async fn asks(cast: &Cast<'_>, person: u64, text: &str) -> (u64, SeenMessage) {
    asks_in(cast, cast.hillview.street, person, text).await
}

/// Somebody writes a need or an offer and says yes to kith's question.
pub async fn passes_on(cast: &Cast<'_>, person: u64, text: &str) -> Told {
    let (said, ask) = asks(cast, person, text).await;
    let yes = ask.buttons[0][0].label.clone();
    let answered = clicks(cast, person, &ask, &yes).await;
    assert_eq!(answered.text(), "Done, thank you.");
    let ask = coded(cast, &ask).await;
    let code = code_in(&ask.text()).unwrap();
    Told { said, ask, code }
}

/// A line of kith's once it names a code.
pub async fn coded(cast: &Cast<'_>, ask: &SeenMessage) -> SeenMessage {
    let coded = cast.reads(ask.channel, "a code", |message| {
        message.id == ask.id && code_in(&message.text()).is_some()
    });
    coded.await.unwrap()
}

/// A line of kith's once it says this.
pub async fn becomes(cast: &Cast<'_>, ask: &SeenMessage, words: &str) -> SeenMessage {
    let changed = cast.reads(ask.channel, words, |message| {
        message.id == ask.id && message.text().contains(words)
    });
    changed.await.unwrap()
}

/// Waits until a message of kith's is taken away.
pub async fn disappears(cast: &Cast<'_>, message: &SeenMessage) {
    let discord = &cast.town.discord;
    let gone = cast.on_discord("a message to be taken away", || {
        discord
            .message(message.channel, message.id)
            .is_none_or(|now| now.deleted)
            .then_some(())
    });
    gone.await.unwrap();
}

/// Whether a message is the card of a case, which notes about it are not.
pub fn is_card(message: &SeenMessage, code: &str) -> bool {
    let text = message.text();
    text.lines().next().is_some_and(|line| line.contains(code)) && text.contains("Told:")
}

/// The card of a case in a hub channel, once it fits.
pub async fn card_in(
    cast: &Cast<'_>,
    channel: u64,
    code: &str,
    fits: impl Fn(&SeenMessage) -> bool,
) -> SeenMessage {
    let what = format!("the card of {code}");
    cast.reads(channel, &what, |message| {
        is_card(message, code) && fits(message)
    })
    .await
    .unwrap()
}

/// The card of a case in the hub, once it says this.
pub async fn card(cast: &Cast<'_>, code: &str, words: &str) -> SeenMessage {
    card_in(cast, cast.hillview.hub, code, |card| {
        card.text().contains(words)
    })
    .await
}

/// A note to the holder of a case.
pub async fn note(cast: &Cast<'_>, code: &str, words: &str) -> SeenMessage {
    let noted = cast.reads(cast.hillview.hub, words, |message| {
        let text = message.text();
        text.contains(code) && text.contains(words) && !is_card(message, code)
    });
    noted.await.unwrap()
}

/// News in private.
pub async fn news(cast: &Cast<'_>, person: u64, words: &str) -> SeenMessage {
    let discord = &cast.town.discord;
    let told = cast.on_discord(words, || {
        let mut told = discord.dms(person).into_iter().rev();
        told.find(|message| !message.deleted && message.text().contains(words))
    });
    told.await.unwrap()
}

/// Staff claim a case from its card, reading the doorstep rules where they are shown. Gives what
/// they see of it.
pub async fn claims(cast: &Cast<'_>, person: u64, code: &str) -> SeenMessage {
    let card = card_in(cast, cast.hillview.hub, code, |card| {
        card.button("Claim").is_some()
    });
    let answered = clicks(cast, person, &card.await, "Claim").await;
    let file = if answered.button(UNDERSTOOD).is_some() {
        clicks(cast, person, &answered, UNDERSTOOD).await
    } else {
        answered
    };
    assert!(file.text().contains("You now have"), "{file:?}");
    file
}

/// Waits until kith has taken all that was said on Discord before.
pub async fn caught_up(cast: &Cast<'_>) {
    let place = &cast.hillview;
    slash(cast, (place.jack, place.street), "help", &[]).await;
    cast.town.settle().await.unwrap();
}

/// All that kith says in a channel now.
pub fn spoken(cast: &Cast<'_>, channel: u64) -> Vec<SeenMessage> {
    let discord = &cast.town.discord;
    let mut messages = discord.messages(channel);
    messages.retain(|message| message.author == discord.bot_id() && !message.deleted);
    messages
}

/// A case as it is on disk.
pub async fn case(town: &Town, code: &str) -> Case {
    let store = town.store().await.unwrap();
    let code = CaseCode::parse(code).unwrap();
    let case = store.case_by_code(&code).await.unwrap();
    store.close().await;
    case.unwrap()
}

/// The audit trail of a case.
pub async fn events(town: &Town, code: &str) -> Vec<CaseEvent> {
    let case = case(town, code).await;
    let store = town.store().await.unwrap();
    let events = store.events(&Subject::Case(case.id)).await.unwrap();
    store.close().await;
    events
}
