//! What a message answers: whose words they are, and how much of them is handed over.

use kith::domain::ids::PersonId;
use kith::domain::inbound::{Answered, Event};
use kith::sim::telegram::TelegramSim;
use serde_json::json;

use super::{Listener, call, connector, message_id};

#[tokio::test]
async fn the_words_that_a_message_answers_come_with_it() {
    let sim = TelegramSim::start().await.unwrap();
    let (ana, ben) = (sim.add_person("Ana"), sim.add_person("Ben"));
    let street = sim.add_supergroup("Hill Street");
    sim.join(street, ana);
    sim.join(street, ben);
    let mut listener = Listener::start(&connector(&sim));

    let offer = sim.say(street, ana, "I can do a shop for anyone");
    assert_eq!(listener.next_message().await.answered, None);

    let taken = sim.reply(street, ben, offer, "yes please");
    let message = listener.next_message().await;
    let by_ana = Some(PersonId::new(ana.0.to_string()));
    let expected = Answered::new(by_ana, false, "I can do a shop for anyone");
    assert_eq!(message.answered.as_ref(), Some(&expected));
    assert!(!message.answers_own() && !message.answers_kith());

    // An answer to an answer: only the nearest words come with it, and a change brings them again.
    sim.reply(street, ben, taken, "sorted now, thanks");
    let message = listener.next_message().await;
    assert_eq!(message.reply_to, Some(message_id(taken)));
    assert_eq!(
        message.answered.as_ref().unwrap().text.reveal(),
        "yes please"
    );
    assert!(message.answers_own());
    sim.edit(street, taken, "yes please, milk").unwrap();
    match listener.next().await.event {
        Event::Edited(edited) => assert_eq!(edited.answered.as_ref(), Some(&expected)),
        other => panic!("expected an edit, found {other:?}"),
    }

    // A photo's caption are its words; a message that is gone gives none.
    let photo = sim.say_with(street, ana, "a cot, free", json!({ "photo": [] }));
    sim.reply(street, ben, photo, "me please");
    listener.next_message().await;
    let message = listener.next_message().await;
    assert_eq!(message.answered.unwrap().text.reveal(), "a cot, free");
    sim.delete(street, offer).unwrap();
    sim.reply(street, ben, offer, "still going?");
    assert_eq!(listener.next_message().await.answered, None);
    listener.stopped().await;
}

#[tokio::test]
async fn what_kith_wrote_is_known_as_its_own() {
    let sim = TelegramSim::start().await.unwrap();
    let ana = sim.add_person("Ana");
    let street = sim.add_supergroup("Hill Street");
    sim.join(street, ana);
    let mut listener = Listener::start(&connector(&sim));
    let words = json!({ "chat_id": street.0, "text": "Shall I pass this on?" });
    let posted = call(&sim, "sendMessage", words).await;
    let posted = posted["result"]["message_id"].as_i64().unwrap();
    sim.reply(street, ana, posted, "yes please");
    let message = listener.next_message().await;
    assert!(message.answers_kith() && !message.answers_own());
    listener.stopped().await;
}

#[tokio::test]
async fn long_words_are_cut_to_where_the_answer_points() {
    let sim = TelegramSim::start().await.unwrap();
    let (ana, ben) = (sim.add_person("Ana"), sim.add_person("Ben"));
    let street = sim.add_supergroup("Hill Street");
    sim.join(street, ana);
    sim.join(street, ben);
    let mut listener = Listener::start(&connector(&sim));
    let story = "I was born here. ".repeat(100);
    let long = format!("{story}And now I have a spare kettle, free");
    let said = sim.say(street, ana, &long);
    listener.next_message().await;

    sim.reply(street, ben, said, "me please");
    let answered = listener.next_message().await.answered.unwrap();
    assert_eq!(answered.text.reveal().chars().count(), Answered::LONGEST);
    assert!(long.starts_with(answered.text.reveal()));

    sim.reply_quoting(street, ben, (said, "a spare kettle, free"), "me please");
    let answered = listener.next_message().await.answered.unwrap();
    assert_eq!(answered.text.reveal(), "a spare kettle, free");

    // Where all of it is there, the part says less than the whole.
    let short = sim.say(street, ana, "I have a spare kettle, free");
    listener.next_message().await;
    sim.reply_quoting(street, ben, (short, "kettle"), "me please");
    let answered = listener.next_message().await.answered.unwrap();
    assert_eq!(answered.text.reveal(), "I have a spare kettle, free");
    listener.stopped().await;
}
