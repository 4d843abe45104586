//! What a message answers: whose words they are, live, from history and after a restart.

use kith::chat::{Connector, Done, Task};
use kith::domain::ids::{CaseId, ChannelId, ConnectorId, EffectId, PersonId, Place};
use kith::domain::inbound::{Answered, Event, Message};
use kith::domain::report::Subject;
use kith::domain::speech::Speech;
use serde_json::{Value, json};

use crate::bench::{Bench, messages};

/// The message with these words, once it is on disk.
async fn heard(bench: &Bench, words: &str) -> Message {
    bench
        .store
        .wait_for(|disk| {
            messages(disk)
                .find(|message| message.text.reveal() == words)
                .cloned()
        })
        .await
}

fn by(person: u64, words: &str) -> Answered {
    let author = Some(PersonId::new(person.to_string()));
    Answered::new(author, false, words)
}

/// Something that kith says in the channel, as its message's number.
async fn kith_asks(bench: &Bench) -> u64 {
    let task = Task::Post {
        key: EffectId::new("ask"),
        place: Place {
            connector: ConnectorId::new("discord"),
            channel: ChannelId::new(bench.help.to_string()),
        },
        reply_to: None,
        speech: Speech::AskRequest {
            subject: Subject::Case(CaseId::new("0123456789abcdef")),
        },
    };
    match bench.discord().perform(task).await.unwrap() {
        Done::Posted(id) => id.as_str().parse().unwrap(),
        Done::Done => panic!("expected a message"),
    }
}

#[tokio::test]
async fn the_words_that_a_message_answers_come_with_it() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let (help, sim) = (bench.help, &bench.sim);
    let offer = sim.say(help, bench.asha, "I can do a shop").unwrap();
    let taken = sim.reply(help, bench.ben, offer, "yes please").unwrap();
    let message = heard(&bench, "yes please").await;
    assert_eq!(
        message.answered.as_ref().unwrap(),
        &by(bench.asha, "I can do a shop")
    );
    assert!(!message.answers_own() && !message.answers_kith());
    assert_eq!(heard(&bench, "I can do a shop").await.answered, None);

    sim.reply(help, bench.ben, taken, "sorted").unwrap();
    let message = heard(&bench, "sorted").await;
    assert_eq!(
        message.answered.as_ref().unwrap(),
        &by(bench.ben, "yes please")
    );
    assert!(message.answers_own());

    sim.edit(help, taken, "yes please, milk").unwrap();
    let edited = bench.store.event(|event| match event {
        Event::Edited(message) => Some(message.clone()),
        _ => None,
    });
    assert_eq!(
        edited.await.answered.unwrap(),
        by(bench.asha, "I can do a shop")
    );

    let long = "é".repeat(3_000);
    let story = sim.say(help, bench.asha, &long).unwrap();
    sim.reply(help, bench.ben, story, "me please").unwrap();
    let answered = heard(&bench, "me please").await.answered.unwrap();
    assert_eq!(answered.text.reveal().chars().count(), Answered::LONGEST);
    bot.stop().await;
}

#[tokio::test]
async fn what_kith_wrote_is_known_as_its_own_also_in_a_session_taken_up_again() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let asked = kith_asks(&bench).await;
    bench
        .sim
        .reply(bench.help, bench.asha, asked, "yes")
        .unwrap();
    assert!(heard(&bench, "yes").await.answers_kith());
    bot.stop().await;
    bench
        .sim
        .reply(bench.help, bench.asha, asked, "no")
        .unwrap();
    let bot = bench.start().await;
    assert!(heard(&bench, "no").await.answers_kith());
    bot.stop().await;
    assert_eq!(bench.sim.identifies(), 1);
}

#[tokio::test]
async fn history_gives_the_words_too_but_not_those_of_what_is_gone() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    bot.stop().await;
    // The stream keeps nothing of this: it is read from history.
    bench.sim.forget_sessions();
    let (help, sim) = (bench.help, &bench.sim);
    let offer = sim.say(help, bench.asha, "A free cot").unwrap();
    let gone = sim.say(help, bench.asha, "A free pram").unwrap();
    sim.reply(help, bench.ben, offer, "me please").unwrap();
    sim.reply(help, bench.ben, gone, "me too").unwrap();
    sim.delete(help, gone).unwrap();
    let bot = bench.start().await;
    let message = heard(&bench, "me please").await;
    assert_eq!(
        message.answered.as_ref().unwrap(),
        &by(bench.asha, "A free cot")
    );
    let message = heard(&bench, "me too").await;
    assert_eq!((message.answered, message.reply_to.is_some()), (None, true));
    bot.stop().await;
}

#[tokio::test]
async fn an_odd_answered_message_hides_no_answer() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let reply = |words: &str, answered: Option<Value>| {
        let mut message = json!({
            "id": (bench.help + u64::try_from(words.len()).unwrap()).to_string(),
            "channel_id": bench.help.to_string(), "guild_id": bench.guild.to_string(),
            "content": words, "type": 19,
            "author": { "id": bench.asha.to_string(), "username": "asha" },
            "message_reference": { "message_id": bench.help.to_string() },
        });
        if let Some(answered) = answered {
            message["referenced_message"] = answered;
        }
        bench.sim.inject_raw_dispatch("MESSAGE_CREATE", &message);
    };
    reply("a", None);
    reply("bb", Some(json!(null)));
    reply("ccc", Some(json!([1, { "author": 7 }])));
    let hook = json!({ "author": { "id": "8" }, "webhook_id": "8", "content": "Free milk" });
    reply("dddd", Some(hook));
    for words in ["a", "bb", "ccc"] {
        let message = heard(&bench, words).await;
        assert_eq!(message.answered, None, "{words}");
        assert!(message.reply_to.is_some(), "{words}");
    }
    // A bridge's or another app's words belong to no account.
    let answered = heard(&bench, "dddd").await.answered;
    assert_eq!(answered, Some(Answered::new(None, false, "Free milk")));
    bot.stop().await;
    assert_eq!(bot_malformed(&bench), 0);
}

fn bot_malformed(bench: &Bench) -> usize {
    let disk = bench.store.disk();
    let events = disk.inbound.iter();
    events
        .filter(|inbound| matches!(inbound.event, Event::Malformed { .. }))
        .count()
}
