//! kith asks neighbours by itself where the group allows it, and only those of whom a lead has seen enough.

use kith::demo::{Cast, code_in};
use kith::sim::telegram::SeenMessage;

use crate::discord::hands::{SHOPPING, card, clicks, note, passes_on, slash, town};
use crate::kit::{cast, nothing_left};
use crate::matching::{offers, reads, says_offer, taps};

/// Whether kith has asked somebody on Telegram anything.
fn was_asked(cast: &Cast<'_>, person: kith::sim::telegram::PersonId) -> bool {
    cast.town.telegram.view(|view| {
        let messages: Vec<SeenMessage> = view.bot_messages_in(person);
        messages
            .iter()
            .any(|message| message.text.contains("Someone near you"))
    })
}

#[tokio::test]
async fn on_telegram_the_neighbour_who_was_checked_is_asked() {
    let town = town().await;
    let cast = cast(&town).await;
    let (telegram, tg) = (&town.telegram, &cast.riverside);
    let founder = telegram.founder(tg.street);
    let words = format!("/kith@{} setup kith_asks", telegram.bot_username());
    telegram.say(tg.street, founder, &words);
    let panel = cast.hears(tg.street, "the panel", |message| {
        message.text.contains("I ask too")
    });
    panel.await.unwrap();
    says_offer(&cast, tg.omar).await;
    offers(&cast, tg.ina).await;

    telegram.start_bot(tg.rosa, None).unwrap();
    let said = telegram.say(
        tg.street,
        tg.rosa,
        "Could anyone get me some shopping today please? ME7 1AB",
    );
    let ask = cast.hears(tg.street, "a question", |message| {
        message.reply_to == Some(said)
    });
    let ask = ask.await.unwrap();
    cast.presses(tg.rosa, (tg.street, ask.id), "Yes, pass it on")
        .unwrap();
    let asked = reads(&cast, tg.ina, "Someone near you").await;
    let coded = cast.hears(tg.street, "a code", |message| {
        message.id == ask.id && code_in(&message.text).is_some()
    });
    let code = code_in(&coded.await.unwrap().text).unwrap();
    let shown = card(&cast, &code, "A neighbour was asked").await;
    assert!(
        shown.text().contains("I ask neighbours myself"),
        "{shown:?}"
    );
    taps(&cast, (tg.ina, &asked), ("Yes, I can", "I'm asking them")).await;
    let question = reads(&cast, tg.rosa, "A neighbour").await;
    taps(&cast, (tg.rosa, &question), ("Yes, share it", "Ina")).await;
    reads(&cast, tg.ina, "Rosa").await;
    card(&cast, &code, "Matched with a neighbour").await;
    assert!(!was_asked(&cast, tg.omar), "nobody has seen Omar's checks");
    nothing_left(town).await;
}

#[tokio::test]
async fn on_discord_the_next_is_asked_after_a_no_until_staff_stop_it() {
    let town = town().await;
    let cast = cast(&town).await;
    let (tg, dc) = (&cast.riverside, &cast.hillview);
    let panel = slash(
        &cast,
        (dc.max, dc.street),
        "kith setup",
        &[("asking", "kith_asks")],
    )
    .await;
    assert!(panel.text().contains("I ask too"), "{panel:?}");
    says_offer(&cast, tg.rosa).await;
    offers(&cast, tg.omar).await;

    let told = passes_on(&cast, dc.priya, SHOPPING).await;
    let asked = reads(&cast, tg.omar, "Someone near you").await;
    offers(&cast, tg.ina).await;
    taps(&cast, (tg.omar, &asked), ("Not this time", "that is fine")).await;
    note(&cast, &told.code, "can't help this time").await;
    reads(&cast, tg.ina, "Someone near you").await;
    let shown = card(&cast, &told.code, "A neighbour was asked").await;
    let done = clicks(&cast, dc.kim, &shown, "Stop asking neighbours").await;
    assert!(done.text().contains("Done"), "{done:?}");
    reads(&cast, tg.ina, "someone else can do it").await;
    let shown = card(&cast, &told.code, "the team stopped me").await;
    assert!(!was_asked(&cast, tg.rosa), "nobody has seen Rosa's checks");
    let list = clicks(&cast, dc.kim, &shown, "Neighbours").await;
    assert!(list.text().contains("needs: known to a lead"), "{list:?}");

    // A lead looks at what is known, and says what they have seen.
    let rosas = list.text();
    let rosas = rosas.lines().find(|line| line.contains("Can't be asked"));
    let rosas = code_in(rosas.unwrap()).unwrap();
    let known = slash(&cast, (dc.leah, dc.leads), "vet", &[("code", &rosas)]).await;
    assert!(known.text().contains("nobody has looked yet"), "{known:?}");
    let seen = clicks(&cast, dc.leah, &known, "Seen: known to a lead").await;
    assert!(seen.text().contains("seen by"), "{seen:?}");
    let barred = [("code", rosas.as_str()), ("reason", "asked for a PIN")];
    let barred = slash(&cast, (dc.leah, dc.leads), "bar", &barred).await;
    assert!(barred.text().contains("asked for a PIN"), "{barred:?}");
    let list = clicks(&cast, dc.kim, &shown, "Neighbours").await;
    assert!(list.text().contains("not available"), "{list:?}");
    assert!(!list.text().contains("PIN"), "{list:?}");
    nothing_left(town).await;
}
