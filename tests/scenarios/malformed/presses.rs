//! Presses: ten thousand at once, of buttons that never were, of another area's cases, and forged forms.

use std::time::Duration;

use kith::config::Pace;
use kith::demo::{Cast, Town};
use kith::domain::case::CaseState;
use kith::domain::details::Field;
use kith::sim::telegram::Choice;
use serde_json::json;

use super::super::kit;
use super::{
    all_is_well, counter, discord_still_works, kept, rosas_case, stored, telegram_still_works,
};

/// How many presses are made; each is made twice.
// A debug build is some ten times slower: it presses a tenth, so that the suite stays short.
const PRESSES: usize = if cfg!(debug_assertions) {
    1_000
} else {
    10_000
};
/// How many people make them.
const PEOPLE: usize = 5;
/// How long all of them may take to be taken in on a slow machine.
const LONG: Duration = Duration::from_mins(5);
const UNDERSTOOD: &str = "I understand, I'll take it";

/// A town whose platforms let kith speak as fast as it can.
async fn fast_town() -> Town {
    let mut town = Town::prepare().await.unwrap();
    let pace = Some(Pace {
        overall_a_second: 10_000,
        channel_a_minute: 100_000,
        direct_a_second: 10_000,
    });
    town.config_mut().telegram.pace = pace;
    town.config_mut().discord.pace = pace;
    town.start_kith().await.unwrap();
    town
}

/// Waits until kith has taken in so many things more than before.
async fn until_taken_in(town: &Town, count: u64) {
    let waiting = async {
        while counter(town, "decided").await + counter(town, "repeated").await < count {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(LONG, waiting)
        .await
        .expect("every press is taken in");
}

async fn until_nothing_waits(town: &Town) {
    let store = town.store().await.unwrap();
    let waiting = async {
        while store.counts().await.unwrap().waiting > 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(LONG, waiting)
        .await
        .expect("every answer is given");
    store.close().await;
}

/// The case has one holder, who was given it once, and no message was lost or made up on the way.
async fn assert_one_holder(town: &Town, code: &str) -> String {
    let case = stored(town, code).await;
    let CaseState::Claimed(claim) = &case.state else {
        panic!("{:?}", case.state);
    };
    let store = town.store().await.unwrap();
    let subject = kith::domain::report::Subject::Case(case.id.clone());
    let events = store.events(&subject).await.unwrap();
    let counts = store.counts().await.unwrap();
    store.close().await;
    let takers: std::collections::BTreeSet<String> = events
        .iter()
        .rev()
        .take_while(|event| event.what != "released")
        .filter(|event| event.what == "claimed")
        .filter_map(|event| Some(event.by.as_ref()?.name.reveal().clone()))
        .collect();
    let holder = claim.by.name.reveal().clone();
    assert_eq!(
        takers.into_iter().collect::<Vec<_>>(),
        std::slice::from_ref(&holder),
        "nobody else ever had it"
    );
    assert_eq!((counts.dead, counts.malformed), (0, 0), "{counts:#?}");
    holder
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_presses_twice_on_telegram_make_one_holder() {
    let town = fast_town().await;
    let cast = kit::cast(&town).await;
    let hub = cast.riverside.hub;
    let code = rosas_case(&cast).await;
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let person = town.telegram.add_person(&format!("Staff {number}"));
        town.telegram.join(hub, person);
        claim_and_release(&cast, person, &code).await;
        people.push(person);
    }
    town.settle().await.unwrap();
    let card = cast
        .hears(hub, "the card", |m| {
            m.text.starts_with(&code) && m.button("Claim").is_some()
        })
        .await
        .unwrap();
    let claim = card.button("Claim").unwrap().data.clone().unwrap();
    let before = counter(&town, "decided").await;
    for number in 0..PRESSES {
        for _ in 0..2 {
            let data = Choice::Data(claim.clone());
            town.telegram
                .press(people[number % PEOPLE], hub, card.id, data)
                .unwrap();
        }
    }
    until_taken_in(&town, before + 2 * u64::try_from(PRESSES).unwrap()).await;
    until_nothing_waits(&town).await;
    let holder = assert_one_holder(&town, &code).await;
    cast.reads(cast.hillview.hub, "the holder on Discord", |m| {
        m.text().contains(&code) && m.text().contains(&holder)
    })
    .await
    .unwrap();
    telegram_still_works(&cast).await;
    all_is_well(&town).await;
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_presses_twice_on_discord_make_one_holder() {
    let town = fast_town().await;
    let cast = kit::cast(&town).await;
    let place = &cast.hillview;
    let code = rosas_case(&cast).await;
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let person = town.discord.add_person(&format!("Staff {number}"));
        town.discord.join(place.guild, person);
        let card = cast.reads(place.hub, "the card", |m| {
            m.text().contains(&code) && m.button("Claim").is_some()
        });
        cast.clicks(person, &card.await.unwrap(), "Claim").unwrap();
        let rules = cast.reads_alone(person, "the rules", |m| m.button(UNDERSTOOD).is_some());
        cast.clicks(person, &rules.await.unwrap(), UNDERSTOOD)
            .unwrap();
        let card = cast.reads(place.hub, "the card to release", |m| {
            m.text().contains(&code) && m.button("Release").is_some()
        });
        cast.clicks(person, &card.await.unwrap(), "Release")
            .unwrap();
        people.push(person);
    }
    town.settle().await.unwrap();
    let card = cast.reads(place.hub, "the card", |m| {
        m.text().contains(&code) && m.button("Claim").is_some()
    });
    let card = card.await.unwrap();
    let claim = card.button("Claim").unwrap().custom_id.clone().unwrap();
    let before = counter(&town, "decided").await;
    for number in 0..PRESSES {
        for _ in 0..2 {
            let on = (place.hub, card.id);
            town.discord
                .press_forged(people[number % PEOPLE], on, &claim);
        }
    }
    until_taken_in(&town, before + 2 * u64::try_from(PRESSES).unwrap()).await;
    until_nothing_waits(&town).await;
    let holder = assert_one_holder(&town, &code).await;
    cast.hears(cast.riverside.hub, "the holder on Telegram", |m| {
        m.text.starts_with(&code) && m.text.contains(&holder)
    })
    .await
    .unwrap();
    discord_still_works(&cast).await;
    all_is_well(&town).await;
    kit::nothing_left(town).await;
}

async fn claim_and_release(cast: &Cast<'_>, person: kith::sim::telegram::PersonId, code: &str) {
    let hub = cast.riverside.hub;
    let with = |label: &'static str| {
        cast.hears(hub, label, move |m| {
            m.text.starts_with(code) && m.button(label).is_some()
        })
    };
    let card = with("Claim").await.unwrap();
    let last = cast
        .town
        .telegram
        .view(|view| view.last_message(hub))
        .map_or(0, |message| message.id);
    cast.presses(person, (hub, card.id), "Claim").unwrap();
    let rules = cast
        .hears(hub, "the rules", |m| {
            m.id > last && m.button(UNDERSTOOD).is_some()
        })
        .await
        .unwrap();
    cast.presses(person, (hub, rules.id), UNDERSTOOD).unwrap();
    let card = with("Release").await.unwrap();
    cast.presses(person, (hub, card.id), "Release").unwrap();
    with("Claim").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buttons_that_never_were_change_nothing() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let code = rosas_case(&cast).await;
    town.settle().await.unwrap();
    let before = stored(&town, &code).await;
    let id = before.id.as_str().to_owned();
    let on_telegram = cast
        .hears(cast.riverside.hub, "the card", |m| {
            m.text.starts_with(&code)
        })
        .await
        .unwrap();
    let on_discord = cast
        .reads(cast.hillview.hub, "the card", |m| m.text().contains(&code))
        .await
        .unwrap();
    for data in [
        String::new(),
        "nonsense".to_owned(),
        "claim".to_owned(),
        "claim_".to_owned(),
        "claim_nosuchcase".to_owned(),
        format!("claim_{id}_{id}"),
        format!("done_{id}_eaten"),
        format!("forward_{id}_nowhere"),
        format!("same_{id}_nosuchcase"),
        format!("edit_case_{id}_nosuchfield"),
        format!("yes_offer_{id}"),
        format!("yes_case_{id}"),
        format!("withdraw_case_{id}"),
        format!("undo_case_{id}"),
        format!("ack_{id}"),
        format!("endconcern_{id}"),
        "role_hub".to_owned(),
        "listen_auto".to_owned(),
        "claim_' OR 1=1; --".to_owned(),
        "👩‍👩‍👧‍👦\u{202e}\u{0}".to_owned(),
        "x".repeat(3_000),
    ] {
        let press = town
            .telegram
            .press(
                cast.riverside.sam,
                cast.riverside.hub,
                on_telegram.id,
                Choice::Data(data.clone()),
            )
            .unwrap();
        let what = format!("an answer to {data:?}");
        town.telegram
            .wait_for(&what, kith::demo::PATIENCE, |view| view.answer(&press))
            .await
            .unwrap();
        let on = (on_discord.channel, on_discord.id);
        let press = town.discord.press_forged(cast.hillview.kim, on, &data).id;
        cast.on_discord(&what, || town.discord.answer_to(press).map(|_| ()))
            .await
            .unwrap();
    }
    town.settle().await.unwrap();
    assert_eq!(stored(&town, &code).await, before);
    // What stood under the card yesterday is as good as any other.
    telegram_still_works(&cast).await;
    discord_still_works(&cast).await;
    all_is_well(&town).await;
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_areas_hub_learns_nothing_of_a_case() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let telegram = &town.telegram;
    let far = telegram.add_supergroup("Farside hub");
    let nick = telegram.add_person("Nick");
    telegram.join(far, nick);
    telegram.start_bot(nick, None).unwrap();
    let founder = telegram.founder(far);
    let setup = format!("/kith@{} setup hub CT1", telegram.bot_username());
    telegram.say(far, founder, &setup);
    let panel = cast
        .hears(far, "the setup panel", |m| !m.buttons.is_empty())
        .await
        .unwrap();
    let code = rosas_case(&cast).await;
    let case = stored(&town, &code).await;
    let before = case.clone();
    let id = case.id.as_str();
    for data in [
        format!("view_{id}"),
        format!("claim_{id}"),
        format!("briefed_{id}"),
        format!("release_{id}"),
        format!("outcomes_{id}"),
        format!("done_{id}_helped"),
        format!("forwards_{id}"),
        format!("forward_{id}_council"),
        format!("reopen_{id}"),
    ] {
        let press = telegram
            .press(nick, far, panel.id, Choice::Data(data.clone()))
            .unwrap();
        let answer = telegram
            .wait_for(&data, kith::demo::PATIENCE, |view| view.answer(&press))
            .await
            .unwrap();
        assert!(
            answer.text.contains("stopped working"),
            "{data}: {answer:?}"
        );
    }
    // A code of the other area is answered like one that nobody was given.
    for typed in ["case", "claim", "release", "done", "forward"] {
        let said = telegram.say(far, nick, &format!("/{typed} {code}"));
        let answer = cast
            .hears(far, typed, |m| m.reply_to == Some(said))
            .await
            .unwrap();
        assert!(answer.text.contains("can't find"), "{typed}: {answer:?}");
    }
    let said = telegram.say(far, nick, "/queue");
    let queue = cast
        .hears(far, "the queue", |m| m.reply_to == Some(said))
        .await
        .unwrap();
    assert!(!queue.text.contains(&code), "{queue:?}");
    let seen: Vec<String> = telegram.view(|view| {
        let all = view.bot_messages_in(far).into_iter();
        all.chain(view.bot_messages_in(nick))
            .map(|message| message.text)
            .collect()
    });
    for told in ["Rosa", "Boots", "prescription"] {
        let leak = seen.iter().find(|text| text.contains(told));
        assert!(leak.is_none(), "{told} in {leak:?}");
    }
    assert_eq!(stored(&town, &code).await, before);
    kit::nothing_left(town).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_keep_what_they_know_and_pass_over_the_rest() {
    let town = kit::town().await;
    let cast = kit::cast(&town).await;
    let place = &cast.hillview;
    let said = town
        .discord
        .say(place.street, place.priya, super::NEED)
        .unwrap();
    let ask = cast
        .reads(place.street, "a question", |m| m.reply_to == Some(said))
        .await
        .unwrap();
    cast.clicks(place.priya, &ask, "Yes, pass it on").unwrap();
    let card = cast
        .reads(place.hub, "the card", |m| {
            kith::demo::code_in(&m.text()).is_some()
        })
        .await
        .unwrap();
    let code = kith::demo::code_in(&card.text()).unwrap();
    let id = stored(&town, &code).await.id;
    let details = format!("details_case_{id}");
    let input = |name: &str, value: serde_json::Value| json!({ "type": 1, "components": [{ "type": 4, "custom_id": name, "value": value }] });
    let where_to = "12 Invented Row \u{202e}<b>@everyone</b>";
    let forms = [
        json!([
            input("where", json!(where_to)),
            input("brand_new", json!("planted")),
            input("when", json!({ "not": "text" })),
            { "type": 99, "custom_id": "where?", "anything": [null] },
        ]),
        json!([]),
        json!([{}]),
        json!([input("", json!(""))]),
    ];
    for form in forms {
        let sent = town
            .discord
            .submit_forged(place.priya, place.street, (&details, &form));
        cast.on_discord("an answer to the form", || {
            town.discord.answer_to(sent.id).map(|_| ())
        })
        .await
        .unwrap_or_else(|error| panic!("{form}: {error}"));
    }
    // Neither another's case, nor a form that never was.
    for (person, action) in [
        (place.jack, details.as_str()),
        (place.priya, "nonsense"),
        (place.priya, "details_case_nosuchcase"),
        (place.priya, "claim_x"),
    ] {
        let form = json!([input("where", json!("1 Planted Way"))]);
        let sent = town
            .discord
            .submit_forged(person, place.street, (action, &form));
        cast.on_discord(action, || town.discord.answer_to(sent.id).map(|_| ()))
            .await
            .unwrap();
    }
    town.settle().await.unwrap();
    let case = stored(&town, &code).await;
    let told = case
        .details
        .text(Field::Where)
        .map(|text| text.reveal().clone());
    assert_eq!(told.as_deref(), Some(where_to));
    assert!(case.details.text(Field::When).is_none());
    assert_eq!(kept(&town).await, 0);
    discord_still_works(&cast).await;
    all_is_well(&town).await;
    kit::nothing_left(town).await;
}
