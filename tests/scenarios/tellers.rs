//! Somebody tells of another person's need, which the hub has already from that person: what they hear, on either
//! platform, says nothing of them.

use kith::demo::{Cast, code_in};
use kith::sim::telegram::PersonId;

use crate::discord::hands::{
    SHOPPING, asks, becomes, card, case, claims, clicks, news, note, opens, passes_on, sends, slash,
};
use crate::kit::nothing_left;
use crate::telegram::hands::{Play, town};

const RETOLD: &str = "My neighbour Rosa needs shopping today, can anyone help? She is at ME7 1AB";
const ADDRESS: &str = "12 Invented Row, by the well";
const PHONE: &str = "07700 900123";
const QUESTION: &str = "Does the hatch still stick?";
const ANSWER: &str = "Push it with your knee";
/// What the resident wrote, told and was asked, and who works for them.
const SECRETS: [&str; 8] = [
    "12 Invented",
    "by the well",
    "900123",
    "hatch",
    "knee",
    "get me some shopping",
    "Kim",
    "Sam",
];

/// All that kith lets somebody on Discord see: where they wrote, in private, and for them alone.
fn seen_on_discord(cast: &Cast<'_>, person: u64) -> Vec<String> {
    let discord = &cast.town.discord;
    let mut seen = discord.messages(cast.hillview.street);
    seen.retain(|message| message.author == discord.bot_id());
    seen.extend(discord.dms(person));
    seen.extend(discord.ephemerals(person));
    seen.iter()
        .map(kith::sim::discord::SeenMessage::text)
        .collect()
}

/// The same on Telegram.
fn seen_on_telegram(cast: &Cast<'_>, person: PersonId) -> Vec<String> {
    let telegram = &cast.town.telegram;
    let street = cast.riverside.street;
    let mut seen = telegram.view(|view| view.bot_messages_in(street));
    seen.extend(telegram.view(|view| view.bot_messages_in(person)));
    let answers = telegram.answers(person).into_iter();
    let seen = seen.into_iter().map(|message| message.text);
    seen.chain(answers.map(|answer| answer.text)).collect()
}

fn holds_none(seen: &[String], code: &str) {
    for text in seen {
        for secret in SECRETS.iter().chain([&code]) {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn told_on_telegram_and_told_of_on_discord() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let (tg, dc) = (&play.riverside, &play.hillview);
    play.befriends(tg.rosa).await;
    let (_, done, first) = play.asks(tg.rosa, SHOPPING).await;
    play.follows(
        tg.rosa,
        (tg.street, &done),
        ("Add details in private", "What do you need?"),
    )
    .await;
    play.writes(tg.rosa, "skip", "Where is it?").await;
    play.writes(tg.rosa, ADDRESS, "When do you need it?").await;
    play.writes(tg.rosa, "stop", "This is what I have").await;

    let (_, line) = asks(&play, dc.priya, RETOLD).await;
    assert!(line.text().contains("has this already"), "{line:?}");
    let second = code_in(&line.text()).unwrap();
    // Nobody holds it: both hubs read of it.
    note(&play, &first, "told of the same need").await;
    play.sees(tg.hub, "a note in the other hub", |message| {
        message.text.contains("told of the same need")
            && message.button("It is another need").is_some()
    })
    .await;

    claims(&play, dc.kim, &first).await;
    let ask = [("code", first.as_str()), ("question", QUESTION)];
    slash(&play, (dc.kim, dc.hub), "ask", &ask).await;
    let question = play.sees_words(tg.rosa, QUESTION).await;
    play.taps(tg.rosa, &question, ("Answer", "write your answer"))
        .await;
    play.writes(tg.rosa, ANSWER, "has your answer").await;
    note(&play, &first, "has an answer").await;
    news(&play, dc.priya, "is looking at").await;
    // Staff can't ask her while nobody has said that it is one need.
    let ask = [("code", second.as_str()), ("question", QUESTION)];
    let refused = slash(&play, (dc.kim, dc.hub), "ask", &ask).await;
    assert!(refused.text().contains("part of another case"));
    let mine = slash(&play, (dc.priya, dc.street), "my", &[]).await;
    assert!(mine.text().contains(&second) && mine.text().contains("someone has it"));
    let cancel = [("code", first.as_str())];
    let refused = slash(&play, (dc.priya, dc.street), "cancel", &cancel).await;
    assert!(!refused.text().contains("off the list"), "{refused:?}");
    let done = [("code", first.as_str()), ("outcome", "Helped")];
    slash(&play, (dc.kim, dc.hub), "done", &done).await;
    news(&play, dc.priya, "has closed").await;
    play.sees_words(tg.rosa, "is done").await;
    let mine = slash(&play, (dc.priya, dc.street), "my", &[]).await;
    assert!(!mine.text().contains(&second), "{mine:?}");

    town.settle().await.unwrap();
    // She typed Rosa's code herself.
    let mut seen = seen_on_discord(&play, dc.priya);
    seen.retain(|text| *text != refused.text());
    assert!(seen.iter().any(|text| text.contains(&second)));
    holds_none(&seen, &first);
    nothing_left(town).await;
}

#[tokio::test]
async fn told_on_discord_and_told_of_on_telegram() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let (tg, dc) = (&play.riverside, &play.hillview);
    play.befriends(tg.omar).await;
    let told = passes_on(&play, dc.priya, SHOPPING).await;
    let form = opens(&play, dc.priya, &told.ask, "Add details in private").await;
    let filled = [("Where is it?", ADDRESS), ("How can we reach you?", PHONE)];
    sends(&play, dc.priya, &form, &filled).await;
    let retold = RETOLD.replace(" Rosa", "");
    let said = play.telegram().say(tg.street, tg.omar, &retold);
    let line = play.sees_answer(tg.street, said).await;
    assert!(line.text.contains("has this already"), "{line:?}");
    let second = code_in(&line.text).unwrap();

    play.claims(tg.sam, &told.code).await;
    play.sees_words(tg.omar, "is looking at").await;
    play.commands(tg.sam, &format!("/ask {} {QUESTION}", told.code))
        .await;
    let question = news(&play, dc.priya, QUESTION).await;
    let form = opens(&play, dc.priya, &question, "Answer").await;
    sends(&play, dc.priya, &form, &[("Your answer", ANSWER)]).await;
    play.commands(tg.sam, &format!("/release {}", told.code))
        .await;
    play.sees_words(tg.omar, "still has").await;
    let mine = play.writes(tg.omar, "/my", &second).await;
    assert!(mine.text.contains("waiting"), "{mine:?}");
    play.commands(tg.sam, &format!("/done {} no_answer", told.code))
        .await;
    play.sees_words(tg.omar, "has closed").await;
    news(&play, dc.priya, "could not reach you").await;

    town.settle().await.unwrap();
    let seen = seen_on_telegram(&play, tg.omar);
    assert!(seen.iter().any(|text| text.contains(&second)));
    assert!(seen.iter().all(|text| !text.contains("Priya")));
    holds_none(&seen, &told.code);
    nothing_left(town).await;
}

#[tokio::test]
async fn each_goes_with_their_own_message_and_leaves_the_other_standing() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let (tg, dc) = (&play.riverside, &play.hillview);
    let (_, _, first) = play.asks(tg.rosa, SHOPPING).await;
    let (said, line) = asks(&play, dc.priya, RETOLD).await;
    let second = code_in(&line.text()).unwrap();
    claims(&play, dc.kim, &first).await;
    town.discord.delete(dc.street, said).unwrap();
    note(&play, &first, "not part of this any more").await;
    becomes(&play, &line, "off the list").await;
    assert_eq!(case(&town, &second).await.state.name(), "withdrawn");
    let whole = card(&play, &first, "Kim").await;
    assert!(!whole.text().contains("2 times"), "{whole:?}");

    // Told again, it stands by itself when Rosa takes hers back.
    let (_, line) = asks(&play, dc.priya, RETOLD).await;
    let third = code_in(&line.text()).unwrap();
    let back = play
        .telegram()
        .say_privately(tg.rosa, &format!("/cancel {first}"));
    play.sees_next(tg.rosa, back, "off the list").await;
    becomes(&play, &line, "Done, the help hub has it").await;
    let alone = card(&play, &third, "Waiting for someone").await;
    clicks(&play, dc.kim, &alone, "Details").await;
    nothing_left(town).await;
}
