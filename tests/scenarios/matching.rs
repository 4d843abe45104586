//! A neighbour on one platform, a resident on the other, and staff who bring them together.

use kith::demo::{Cast, Town, code_in};
use kith::domain::clock::Timestamp;
use kith::domain::decision::{Change, Decision, Wants};
use kith::domain::matching::{Match, MatchState};
use kith::domain::report::Subject;
use kith::sim::discord::SeenMessage as OnDiscord;
use kith::sim::telegram::{PersonId, SeenMessage};
use kith::store::Batch;

use crate::discord::hands::{
    SHOPPING, becomes, card, case, clicks, events, news, note, opens, passes_on, sends, slash,
    spoken, town,
};
use crate::kit::{cast, nothing_left};

const OFFER: &str = "I can do shopping for anyone in ME7, happy to help";
const ADDRESS: &str = "12 Invented Row";
const PHONE: &str = "07700 900123";

/// Somebody offers on Telegram, where kith may write to them, and a lead has seen their checks.
pub async fn offers(cast: &Cast<'_>, person: PersonId) -> String {
    let code = says_offer(cast, person).await;
    is_checked(cast, &code).await;
    code
}

/// A lead on Discord has seen the checks of whoever made an offer.
async fn is_checked(cast: &Cast<'_>, offer: &str) {
    let place = (cast.hillview.leah, cast.hillview.leads);
    let seen = [("code", offer), ("tier", "enhanced")];
    let known = slash(cast, place, "vet", &seen).await;
    assert!(known.text().contains("enhanced check"), "{known:?}");
}

/// Somebody of whom nothing is known offers on Telegram, where kith may write to them.
pub async fn says_offer(cast: &Cast<'_>, person: PersonId) -> String {
    cast.town.telegram.start_bot(person, None).unwrap();
    cast.passes_on_telegram(person, OFFER).await.unwrap().1
}

/// What kith last wrote to somebody on Telegram with these words in it.
pub async fn reads(cast: &Cast<'_>, person: PersonId, words: &str) -> SeenMessage {
    let heard = cast.hears(person, words, |message| message.text.contains(words));
    heard.await.unwrap()
}

/// Somebody on Telegram presses a button in private and reads what follows.
pub async fn taps(
    cast: &Cast<'_>,
    (person, on): (PersonId, &SeenMessage),
    (label, words): (&str, &str),
) -> SeenMessage {
    cast.presses(person, (person.into(), on.id), label).unwrap();
    let after = cast.hears(person, words, |message| {
        message.id > on.id && message.text.contains(words)
    });
    after.await.unwrap()
}

/// Staff on Discord look for neighbours; gives what they alone see.
async fn looks(cast: &Cast<'_>, code: &str) -> OnDiscord {
    let shown = card(cast, code, "Waiting for someone").await;
    clicks(cast, cast.hillview.kim, &shown, "Neighbours").await
}

/// Staff ask somebody.
async fn asks(cast: &Cast<'_>, code: &str, name: &str) {
    let list = looks(cast, code).await;
    let asked = clicks(cast, cast.hillview.kim, &list, &format!("Ask {name}")).await;
    assert!(asked.text().contains("in private"), "{asked:?}");
}

/// A need on Discord with an address and a telephone number that were told in private.
async fn needs(cast: &Cast<'_>) -> (OnDiscord, String) {
    let told = passes_on(cast, cast.hillview.priya, SHOPPING).await;
    let form = opens(
        cast,
        cast.hillview.priya,
        &told.ask,
        "Add details in private",
    )
    .await;
    let filled = [
        ("Where is it?", "12 Invented Row, ME7 1AB"),
        ("How can we reach you?", PHONE),
    ];
    let saved = sends(cast, cast.hillview.priya, &form, &filled).await;
    assert!(saved.text().contains(PHONE), "{saved:?}");
    (told.ask, told.code)
}

/// Lets the time come that a match waits for.
async fn time_comes(town: &Town, code: &str) {
    let case = case(town, code).await;
    let store = town.store().await.unwrap();
    let mut transaction = store.begin().await.unwrap();
    let wants = Wants {
        subjects: vec![Subject::Case(case.id)],
        ..Wants::default()
    };
    let snapshot = transaction.load(&wants).await.unwrap();
    let found = snapshot
        .matches
        .into_values()
        .find(|found| found.state.is_live());
    let found = found.unwrap();
    let past = Timestamp::from_millis(1);
    let state = match found.state {
        MatchState::Agreed { at, asked, .. } => MatchState::Agreed {
            at,
            due: past,
            asked,
        },
        _ => MatchState::Asked { expires: past },
    };
    let found = Match {
        state,
        version: found.version + 1,
        ..found
    };
    let decision = Decision {
        changes: vec![Change::Match(Box::new(found))],
        effects: Vec::new(),
    };
    let batch = Batch {
        decisions: vec![decision],
        ..Batch::default()
    };
    transaction.save(&batch).await.unwrap();
    transaction.commit().await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_neighbour_and_a_resident_meet_across_platforms() {
    let town = town().await;
    let cast = cast(&town).await;
    let (omar, dc) = (cast.riverside.omar, &cast.hillview);
    let (_, code) = needs(&cast).await;
    let offer = offers(&cast, omar).await;
    let fits = note(&cast, &code, "a new offer fits").await;
    assert!(fits.text().contains(&offer), "{fits:?}");

    let list = looks(&cast, &code).await;
    assert!(list.text().contains("offers shopping"), "{list:?}");
    asks(&cast, &code, "Omar").await;
    let asked = reads(&cast, omar, "Someone near you").await;
    assert!(asked.text.contains("ME7") && asked.text.contains("today"));
    assert!(asked.text.contains("doorstep"), "the rules come first");
    for secret in ["Priya", ADDRESS, PHONE, "1AB", &code] {
        assert!(!asked.text.contains(secret), "{secret} in {}", asked.text);
    }
    card(&cast, &code, "A neighbour was asked").await;
    taps(&cast, (omar, &asked), ("Yes, I can", "I'm asking them")).await;
    let question = news(&cast, dc.priya, "A neighbour").await;
    assert!(question.text().contains("Omar") && question.text().contains(PHONE));
    let coming = clicks(&cast, dc.priya, &question, "Yes, share it").await;
    assert!(coming.text().contains("Omar"), "{coming:?}");
    let shared = reads(&cast, omar, "Priya").await;
    assert!(shared.text.contains(ADDRESS) && shared.text.contains(PHONE));
    note(&cast, &code, "matched with Omar").await;
    card(&cast, &code, "Matched with a neighbour").await;

    time_comes(&town, &code).await;
    let how = reads(&cast, omar, "How did it go").await;
    taps(
        &cast,
        (omar, &how),
        ("It went well", "Thank you for telling"),
    )
    .await;
    let how = news(&cast, dc.priya, "How did it go").await;
    let thanks = clicks(&cast, dc.priya, &how, "It went well").await;
    assert!(thanks.text().contains("Thank you"), "{thanks:?}");
    note(&cast, &code, "went well").await;

    town.settle().await.unwrap();
    let in_hub = spoken(&cast, dc.hub);
    assert!(in_hub.iter().all(|said| !said.text().contains(PHONE)));
    let trail: Vec<_> = events(&town, &code).await;
    let trail: Vec<_> = trail.iter().map(|event| event.what.as_str()).collect();
    for what in [
        "offer_fits",
        "neighbour_asked",
        "neighbour_accepted",
        "details_shared",
        "told_how_it_went",
    ] {
        assert!(trail.contains(&what), "{what} in {trail:?}");
    }
    nothing_left(town).await;
}

#[tokio::test]
async fn no_is_no_and_either_side_may_change_their_mind() {
    let town = town().await;
    let cast = cast(&town).await;
    let (tg, dc) = (&cast.riverside, &cast.hillview);
    let (line, code) = needs(&cast).await;
    offers(&cast, tg.omar).await;
    asks(&cast, &code, "Omar").await;
    let asked = reads(&cast, tg.omar, "Someone near you").await;
    let no = ("Not this time", "that is fine");
    taps(&cast, (tg.omar, &asked), no).await;
    note(&cast, &code, "can't help this time").await;
    let list = looks(&cast, &code).await;
    assert!(list.text().contains("nobody else"), "{list:?}");

    offers(&cast, tg.rosa).await;
    asks(&cast, &code, "Rosa").await;
    let asked = reads(&cast, tg.rosa, "Someone near you").await;
    taps(&cast, (tg.rosa, &asked), ("Yes, I can", "I'm asking them")).await;
    let question = news(&cast, dc.priya, "Rosa").await;
    clicks(&cast, dc.priya, &question, "Yes, share it").await;
    let shared = reads(&cast, tg.rosa, PHONE).await;
    let mind = ("I've changed my mind", "that is fine");
    taps(&cast, (tg.rosa, &shared), mind).await;
    news(&cast, dc.priya, "can't go on").await;
    note(&cast, &code, "can't help after all").await;
    // The old message leads to nothing that was told.
    let press = town
        .telegram
        .press(tg.rosa, tg.rosa, shared.id, "Show it again");
    press.unwrap();

    offers(&cast, tg.ina).await;
    asks(&cast, &code, "Ina").await;
    let asked = reads(&cast, tg.ina, "Someone near you").await;
    let back = clicks(&cast, dc.priya, &line, "Take it back").await;
    assert!(back.text().contains("off the list"), "{back:?}");
    becomes(&cast, &line, "off the list").await;
    reads(&cast, tg.ina, "no longer needed").await;
    let late = ("Yes, I can", "no longer needed");
    taps(&cast, (tg.ina, &asked), late).await;
    town.settle().await.unwrap();
    let seen = |view: &kith::sim::telegram::View<'_>| {
        let messages = view.bot_messages_in(tg.rosa);
        messages
            .iter()
            .filter(|message| message.text.contains(PHONE))
            .count()
    };
    assert_eq!(town.telegram.view(seen), 1, "told once");
    nothing_left(town).await;
}

#[tokio::test]
async fn that_something_is_wrong_goes_to_the_leads_and_nobody_else() {
    let town = town().await;
    let cast = cast(&town).await;
    let (omar, dc) = (cast.riverside.omar, &cast.hillview);
    let (_, code) = needs(&cast).await;
    offers(&cast, omar).await;
    asks(&cast, &code, "Omar").await;
    let asked = reads(&cast, omar, "Someone near you").await;
    taps(&cast, (omar, &asked), ("Yes, I can", "I'm asking them")).await;
    let question = news(&cast, dc.priya, "A neighbour").await;
    let coming = clicks(&cast, dc.priya, &question, "Yes, share it").await;
    card(&cast, &code, "Matched with a neighbour").await;
    let in_hub = |cast: &Cast<'_>| spoken(cast, dc.hub).len();
    town.settle().await.unwrap();
    let before = in_hub(&cast);

    let heard = clicks(&cast, dc.priya, &coming, "Something is wrong").await;
    assert!(heard.text().contains("safeguarding leads") && heard.text().contains("999"));
    let concern = cast.reads(dc.leads, "the concern", |message| {
        let text = message.text();
        text.contains("something is wrong") && text.contains(&code) && text.contains("Priya")
    });
    let concern = concern.await.unwrap();
    assert!(!concern.text().contains(PHONE));
    clicks(&cast, dc.leah, &concern, "I have this").await;
    let taken = becomes(&cast, &concern, "Leah").await;
    let ends = clicks(&cast, dc.leah, &taken, "Dealt with").await;
    clicks(&cast, dc.leah, &ends, "Advice was given").await;
    becomes(&cast, &concern, "Dealt with by").await;

    // The hub's card says no more than that the match is over; neither its trail nor the neighbour hears of it.
    town.settle().await.unwrap();
    assert_eq!(in_hub(&cast), before);
    for said in spoken(&cast, dc.hub) {
        assert!(!said.text().contains("wrong"), "{said:?}");
    }
    let omars = town.telegram.view(|view| view.bot_messages_in(omar));
    assert!(omars.iter().all(|told| !told.text.contains("safeguarding")));
    let trail = events(&town, &code).await;
    assert!(trail.iter().all(|event| !event.why.contains("wrong")));
    nothing_left(town).await;
}

#[tokio::test]
async fn who_cannot_be_written_to_is_led_to_the_private_chat() {
    let town = town().await;
    let cast = cast(&town).await;
    let (telegram, tg) = (&town.telegram, &cast.riverside);
    let (_, code) = needs(&cast).await;
    let said = telegram.say(tg.street, tg.omar, OFFER);
    let ask = cast.hears(tg.street, "a question", |message| {
        message.reply_to == Some(said)
    });
    let ask = ask.await.unwrap();
    cast.presses(tg.omar, (tg.street, ask.id), "Yes, tell them")
        .unwrap();
    let fits = note(&cast, &code, "a new offer fits").await;
    let offer = fits.text().split("fits: ").nth(1).and_then(code_in);
    is_checked(&cast, &offer.unwrap()).await;
    asks(&cast, &code, "Omar").await;
    let line = cast.hears(tg.street, "a neutral line", |message| {
        message.button("Open it").is_some()
    });
    let line = line.await.unwrap();
    assert!(!line.text.contains("shopping") && !line.text.contains("ME7"));
    telegram
        .follow(tg.omar, tg.street, line.id, "Open it")
        .unwrap();
    let asked = reads(&cast, tg.omar, "Someone near you").await;
    taps(&cast, (tg.omar, &asked), ("Yes, I can", "I'm asking them")).await;
    news(&cast, cast.hillview.priya, "A neighbour").await;
    nothing_left(town).await;
}
