//! The residents' commands: need, offer, my, cancel, help; and "Log as a request".

use kith::demo::code_in;

use super::hands::{
    OFFER, SHOPPING, answer, becomes, card, caught_up, clicks, coded, form, news, sends, slash,
    spoken, town,
};
use crate::kit::{cast, nothing_left};

#[tokio::test]
async fn need_and_offer_with_their_words_are_passed_on_at_once() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let priya = (place.priya, place.street);
    let told = slash(&cast, priya, "need", &[("text", SHOPPING)]).await;
    let need = code_in(&told.text()).unwrap();
    card(&cast, &need, "shopping").await;
    let told = slash(&cast, priya, "offer", &[("text", OFFER)]).await;
    let offer = code_in(&told.text()).unwrap();
    card(&cast, &offer, "a lift").await;
    assert!(spoken(&cast, place.street).is_empty(), "nothing in public");

    let mine = slash(&cast, priya, "my", &[]).await;
    assert!(mine.text().contains(&need) && mine.text().contains(&offer));
    let back = clicks(&cast, place.priya, &mine, &format!("Take back {offer}")).await;
    assert!(back.text().contains(&offer));
    card(&cast, &offer, "Taken back").await;

    let jack = (place.jack, place.street);
    let others = slash(&cast, jack, "cancel", &[("code", &need)]).await;
    assert!(others.text().contains("can't find"), "codes tell nothing");
    let mistyped = slash(&cast, priya, "cancel", &[("code", "AAA-AAAB")]).await;
    assert!(mistyped.text().contains("typing mistake"), "{mistyped:?}");
    let short = slash(&cast, priya, "cancel", &[("code", "AAA")]).await;
    assert!(short.text().contains("K7M-4QXP"), "{short:?}");
    let choose = slash(&cast, priya, "cancel", &[]).await;
    assert!(choose.button(&format!("Take back {need}")).is_some());
    let lower = need.to_lowercase().replace('-', " ");
    let gone = slash(&cast, priya, "cancel", &[("code", &lower)]).await;
    assert!(gone.text().contains("off the list"));
    card(&cast, &need, "Taken back").await;
    let twice = slash(&cast, priya, "cancel", &[("code", &need)]).await;
    assert!(twice.text().contains("off the list"), "{twice:?}");
    let none = slash(&cast, priya, "my", &[]).await;
    assert!(none.button("Ask for help").is_some());
    nothing_left(town).await;
}

#[tokio::test]
async fn need_and_offer_without_words_open_a_form() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let given = |person, command: &str| {
        town.discord
            .slash(person, place.street, command, &[])
            .unwrap()
            .id
    };
    let closed = form(&cast, given(place.priya, "need")).await;
    town.discord.dismiss_modal(closed.interaction);
    let empty = form(&cast, given(place.priya, "need")).await;
    let nothing = sends(&cast, place.priya, &empty, &[]).await;
    assert!(nothing.button("Ask for help").is_some());
    caught_up(&cast).await;
    assert!(spoken(&cast, place.hub).is_empty());

    let modal = form(&cast, given(place.priya, "need")).await;
    assert_eq!(modal.title, "Ask for help");
    let fields = [
        ("What do you need?", "Please can somebody walk my dog"),
        ("Where is it?", "ME7 1AB"),
        ("When do you need it?", "today"),
    ];
    let saved = sends(&cast, place.priya, &modal, &fields).await;
    let code = code_in(&saved.text()).unwrap();
    clicks(&cast, place.priya, &saved, "Yes, you may").await;
    let shown = card(&cast, &code, "which may be shared").await;
    for fact in ["pets", "ME7"] {
        assert!(shown.text().contains(fact), "{fact}: {shown:?}");
    }
    let modal = form(&cast, given(place.jack, "offer")).await;
    assert_eq!(modal.title, "Offer help");
    let fields = [("What can you do?", "Shopping and lifts, ME8")];
    let saved = sends(&cast, place.jack, &modal, &fields).await;
    card(&cast, &code_in(&saved.text()).unwrap(), "An offer").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn cancel_ends_the_question_that_is_open() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let priya = (place.priya, place.street);
    let given = town.discord.slash(place.priya, place.street, "need", &[]);
    let modal = form(&cast, given.unwrap().id).await;
    let fields = [("What do you need?", "Milk and bread please")];
    let saved = sends(&cast, place.priya, &modal, &fields).await;
    let code = code_in(&saved.text()).unwrap();
    let stopped = slash(&cast, priya, "cancel", &[]).await;
    assert!(
        stopped.text().contains(&code),
        "what can be taken back: {stopped:?}"
    );
    card(&cast, &code, "Waiting for someone").await;
    let mine = slash(&cast, priya, "my", &[]).await;
    assert!(mine.text().contains(&code));
    nothing_left(town).await;
}

#[tokio::test]
async fn help_tells_each_what_they_can_do() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let neighbour = slash(&cast, (place.priya, place.street), "help", &[]).await;
    let text = neighbour.text();
    assert!(text.contains("/need") && text.contains("999"));
    assert!(
        !text.contains("/claim") && !text.contains("/kith"),
        "{text}"
    );
    let staff = slash(&cast, (place.kim, place.hub), "help", &[]).await;
    assert!(staff.text().contains("/claim CODE"));
    let owner = slash(&cast, (place.max, place.street), "help", &[]).await;
    assert!(owner.text().contains("/kith setup"));
    nothing_left(town).await;
}

#[tokio::test]
async fn ones_own_message_is_logged_and_anothers_writer_is_asked() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let log = |person, message| {
        town.discord
            .message_command(person, place.street, message, "Log as a request")
            .unwrap()
            .id
    };
    let words = "Bins again. It is beyond me with this hip, ME7 1AB";
    let own = town.discord.say(place.street, place.priya, words).unwrap();
    let told = answer(&cast, log(place.priya, own)).await;
    let code = code_in(&told.text()).unwrap();
    card(&cast, &code, "ME7").await;
    let twice = answer(&cast, log(place.priya, own)).await;
    assert_eq!(twice.text(), "Done, thank you.");
    assert_eq!(spoken(&cast, place.hub).len(), 1);

    let words = "The stairs and the pram, every single morning";
    let said = town.discord.say(place.street, place.leah, words).unwrap();
    let noted = answer(&cast, log(place.jack, said)).await;
    assert_eq!(noted.text(), "Done, thank you.");
    let ask = cast.reads(place.street, "Leah to be asked", |message| {
        message.reply_to == Some(said)
    });
    let ask = ask.await.unwrap();
    let again = answer(&cast, log(place.priya, said)).await;
    assert_eq!(again.text(), "Done, thank you.");
    let refused = clicks(&cast, place.jack, &ask, "Yes, pass it on").await;
    assert!(refused.text().contains("Only the person who wrote"));
    clicks(&cast, place.leah, &ask, "Yes, pass it on").await;
    let code = code_in(&coded(&cast, &ask).await.text()).unwrap();
    card(&cast, &code, "Waiting for someone").await;
    becomes(&cast, &ask, "Your code is").await;
    let asked: Vec<_> = spoken(&cast, place.street);
    assert_eq!(asked.len(), 1, "asked once: {asked:?}");
    nothing_left(town).await;
}

#[tokio::test]
async fn a_message_of_danger_is_answered_in_private_whoever_logs_it() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let elsewhere = town.discord.add_channel(place.guild, "chatter");
    let words = "I can't go on. I want to end my life";
    let said = town.discord.say(elsewhere, place.priya, words).unwrap();
    let logged = town
        .discord
        .message_command(place.jack, elsewhere, said, "Log as a request");
    answer(&cast, logged.unwrap().id).await;
    news(&cast, place.priya, "116 123").await;
    let concern = cast.reads(place.leads, "the concern", |message| {
        message.button("I have this").is_some()
    });
    concern.await.unwrap();
    town.settle().await.unwrap();
    for message in spoken(&cast, elsewhere) {
        assert!(!message.text().contains("life"), "{message:?}");
    }
    assert!(spoken(&cast, place.hub).is_empty());
    nothing_left(town).await;
}
