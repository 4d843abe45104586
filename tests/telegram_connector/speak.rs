//! Speaking: tasks carried out, answers to presses and commands, and what failures mean.

use std::time::Duration;

use kith::chat::{Connector, Done, Failure, Finding, Level, Task};
use kith::domain::action::Action;
use kith::domain::effect::Answer;
use kith::domain::ids::{MessageId, MessageRef, Place};
use kith::domain::inbound::AnswerToken;
use kith::domain::private::Private;
use kith::domain::reading::Signal;
use kith::domain::settings::ChannelRole;
use kith::domain::speech::{Number, Numbers, Speech};
use kith::sim::faults::Outcome;
use kith::sim::telegram::{ChatId, PersonId, SeenMessage, TelegramSim};
use serde_json::{Value, json};

use super::{
    Listener, call, case, channel, code, connector, connector_with, key, message_id, person, place,
    subject, topic,
};

fn post(place: Place, speech: Speech) -> Task {
    Task::Post {
        key: key(),
        place,
        reply_to: None,
        speech,
    }
}

fn direct(to: PersonId, speech: Speech) -> Task {
    Task::Direct {
        key: key(),
        person: person(to),
        speech,
    }
}

fn ask() -> Speech {
    Speech::AskRequest { subject: subject() }
}

fn problem(words: &str) -> Speech {
    Speech::CommandProblem {
        problem: words.to_owned(),
    }
}

fn numbers() -> Speech {
    Speech::Numbers(Box::new(Numbers {
        signals: vec![Signal::Medical],
        numbers: vec![Number {
            name: "Ambulance".to_owned(),
            contact: "020 7946 0999".to_owned(),
            hours: "always".to_owned(),
        }],
        request: None,
    }))
}

/// Personal, and with a button, which the answer to a press can't have.
fn personal() -> Speech {
    Speech::AskAnswer {
        code: code(),
        question: "Is there a step at your doorstep?".into(),
    }
}

fn posted(done: Result<Done, Failure>) -> i64 {
    match done {
        Ok(Done::Posted(id)) => id.as_str().parse().unwrap(),
        other => panic!("expected a message, found {other:?}"),
    }
}

fn reference(place: Place, message: i64) -> MessageRef {
    MessageRef {
        place,
        message: message_id(message),
    }
}

fn seen(sim: &TelegramSim, chat: impl Into<ChatId>, id: i64) -> SeenMessage {
    sim.view(|view| view.message(chat, id))
        .expect("the message is there")
}

#[tokio::test]
async fn posting_editing_deleting() {
    let sim = TelegramSim::start().await.unwrap();
    let street = sim.add_supergroup("Hill Street");
    let ana = sim.add_person("Ana");
    sim.join(street, ana);
    let telegram = connector(&sim);
    let asked = sim.say(street, ana, "we need milk");

    let task = Task::Post {
        key: key(),
        place: place(street),
        reply_to: Some(message_id(asked)),
        speech: ask(),
    };
    let id = posted(telegram.perform(task).await);
    let message = seen(&sim, street, id);
    assert_eq!(message.reply_to, Some(asked));
    let [yes, no, tell] = message.buttons[0].as_slice() else {
        panic!("expected three buttons, found {:?}", message.buttons);
    };
    assert_eq!(yes.data, Some(Action::Confirm(subject()).encode()));
    assert_eq!(no.data, Some(Action::Dismiss(subject()).encode()));
    assert_eq!(
        tell.url,
        Some(format!(
            "https://t.me/{}?start=tell_case_0123456789abcdef",
            sim.bot_username()
        )),
        "what is for one person alone leads into the private chat"
    );

    let edit = |speech| Task::Edit {
        message: reference(place(street), id),
        speech,
    };
    let taken_back = || Speech::TakenBack { code: code() };
    for _ in 0..2 {
        // The second time nothing changes, which is as good.
        assert_eq!(telegram.perform(edit(taken_back())).await, Ok(Done::Done));
    }
    let message = seen(&sim, street, id);
    assert!(message.edited && message.buttons.is_empty());
    assert!(message.text.contains(&code().to_string()));

    let delete = || Task::Delete {
        message: reference(place(street), id),
    };
    for _ in 0..2 {
        assert_eq!(telegram.perform(delete()).await, Ok(Done::Done));
    }
    assert!(seen(&sim, street, id).deleted);
    assert!(matches!(
        telegram.perform(edit(ask())).await,
        Err(Failure::Gone { .. })
    ));

    // Said without the message that it answers, where that is gone.
    sim.delete(street, asked).unwrap();
    let task = Task::Post {
        key: key(),
        place: place(street),
        reply_to: Some(message_id(asked)),
        speech: ask(),
    };
    let id = posted(telegram.perform(task).await);
    assert_eq!(seen(&sim, street, id).reply_to, None);
}

#[tokio::test]
async fn hostile_words_are_shown_as_they_are() {
    let sim = TelegramSim::start().await.unwrap();
    let street = sim.add_supergroup("Hill Street");
    let telegram = connector(&sim);
    let hostile = "<b>bold</b> </i> & &lt; <a href=\"https://example.org\">x</a>";
    let id = posted(
        telegram
            .perform(post(place(street), problem(hostile)))
            .await,
    );
    let message = seen(&sim, street, id);
    assert!(message.text.contains(hostile), "{}", message.text);
    assert!(
        message
            .entities
            .iter()
            .all(|entity| entity["type"] != "text_link"),
        "{:?}",
        message.entities
    );

    let long = "🥛<&>".repeat(5_000);
    let id = posted(telegram.perform(post(place(street), problem(&long))).await);
    let text = seen(&sim, street, id).text;
    let units = text.encode_utf16().count();
    assert!((4_000..=4_096).contains(&units), "{units}");
    assert!(text.ends_with('…'));
}

#[tokio::test]
async fn topics_that_are_closed_or_gone() {
    let sim = TelegramSim::start().await.unwrap();
    let forum = sim.add_forum("Estate");
    let lifts = sim.add_topic(forum, "Lifts");
    let telegram = connector(&sim);
    let id = posted(telegram.perform(post(topic(forum, lifts), ask())).await);
    assert_eq!(seen(&sim, forum, id).thread, Some(lifts));

    let id = posted(telegram.perform(post(topic(forum, 9_999), ask())).await);
    assert_eq!(
        seen(&sim, forum, id).thread,
        None,
        "the general topic takes what a deleted one can't"
    );

    sim.close_topic(forum, lifts);
    match telegram.perform(post(topic(forum, lifts), ask())).await {
        Err(Failure::Dead { why }) => assert!(why.contains("Open the topic"), "{why}"),
        other => panic!("expected it to be dead, found {other:?}"),
    }
}

#[tokio::test]
async fn a_person_is_told_in_private_once_they_came() {
    let sim = TelegramSim::start().await.unwrap();
    let ana = sim.add_person("Ana");
    let telegram = connector(&sim);
    let unreachable = |result| matches!(result, Err(Failure::Unreachable { .. }));
    assert!(unreachable(telegram.perform(direct(ana, numbers())).await));
    sim.start_bot(ana, None).unwrap();
    let id = posted(telegram.perform(direct(ana, ask())).await);
    let message = seen(&sim, ana, id);
    assert!(
        message.buttons[0].iter().all(|button| button.url.is_none()),
        "in private every button is one"
    );
    sim.block_bot(ana);
    assert!(unreachable(telegram.perform(direct(ana, numbers())).await));
    assert!(
        unreachable(telegram.perform(post(place(ana), ask())).await),
        "a private chat is a person, however it is named"
    );
    // Whoever writes in a group's name can't be told in private: it would be told to all.
    let street = sim.add_supergroup("Hill Street");
    let nobody = PersonId(street.0);
    assert!(unreachable(
        telegram.perform(direct(nobody, numbers())).await
    ));
    assert_eq!(sim.view(|view| view.bot_messages_in(street)), []);
}

#[tokio::test]
async fn failures_say_when_to_try_again() {
    let sim = TelegramSim::start().await.unwrap();
    let street = sim.add_supergroup("Hill Street");
    let old = sim.add_group("Old Street");
    let telegram = connector(&sim);

    sim.fail_next("sendMessage", Outcome::Limit(7));
    assert!(matches!(
        telegram.perform(post(place(street), ask())).await,
        Err(Failure::Retry { after: Some(after), .. }) if after == Duration::from_secs(7)
    ));
    for outcome in [
        Outcome::Fail(500),
        Outcome::Fail(502),
        Outcome::Drop,
        Outcome::LoseAnswer,
    ] {
        sim.fail_next("sendMessage", outcome);
        assert!(
            matches!(
                telegram.perform(post(place(street), ask())).await,
                Err(Failure::Retry { after: None, .. })
            ),
            "{outcome:?}"
        );
    }

    let new = sim.migrate(old);
    assert_eq!(
        telegram.perform(post(place(old), ask())).await,
        Err(Failure::Moved {
            to: place(new).channel
        })
    );

    let dead = |result: Result<Done, Failure>, remedy: &str| match result {
        Err(Failure::Dead { why }) => assert!(why.contains(remedy), "{why}"),
        other => panic!("expected it to be dead, found {other:?}"),
    };
    sim.mute_bot(street, true);
    dead(
        telegram.perform(post(place(street), ask())).await,
        "Let the bot send messages",
    );
    sim.kick_bot(street);
    dead(
        telegram.perform(post(place(street), ask())).await,
        "Add the bot",
    );
    dead(
        telegram.perform(post(place(ChatId(-404)), ask())).await,
        "Add the bot",
    );
    let mut elsewhere = place(street);
    elsewhere.channel = kith::domain::ids::ChannelId::new("general");
    dead(telegram.perform(post(elsewhere, ask())).await, "general");
}

#[tokio::test]
async fn markup_that_telegram_can_not_read_is_left_out() {
    let (bodies, mut received) = tokio::sync::mpsc::unbounded_channel();
    let answer = move |body: axum::Json<Value>| {
        let marked = body.get("parse_mode").is_some();
        bodies.send(body.0).unwrap();
        let answer = if marked {
            json!({ "ok": false, "error_code": 400,
                "description": "Bad Request: can't parse entities: unsupported start tag" })
        } else {
            json!({ "ok": true, "result": { "message_id": 7, "brand_new": {} } })
        };
        async move { axum::Json(answer) }
    };
    let door = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", door.local_addr().unwrap());
    let app = axum::Router::new().fallback(axum::routing::post(answer));
    let mut server = tokio::task::JoinSet::new();
    server.spawn(async move { axum::serve(door, app).await });

    let telegram = connector_with("123456:ABC-DEF", &url);
    let said = telegram
        .perform(post(place(ChatId(-5)), problem("a < b & c")))
        .await;
    assert_eq!(posted(said), 7);
    let (first, second) = (
        received.recv().await.unwrap(),
        received.recv().await.unwrap(),
    );
    assert!(first["text"].as_str().unwrap().contains("a &lt; b &amp; c"));
    assert!(second["text"].as_str().unwrap().contains("a < b & c"));
    assert_eq!(second["link_preview_options"]["is_disabled"], json!(true));
}

/// A group with a card in it that Ana presses.
struct Pressed {
    sim: TelegramSim,
    telegram: std::sync::Arc<kith::chat::telegram::Telegram>,
    listener: Listener,
    street: ChatId,
    ana: PersonId,
    card: i64,
}

impl Pressed {
    async fn new() -> Self {
        let sim = TelegramSim::start().await.unwrap();
        let street = sim.add_supergroup("Hill Street");
        let ana = sim.add_person("Ana");
        sim.join(street, ana);
        let telegram = connector(&sim);
        let listener = Listener::start(&telegram);
        let card = posted(telegram.perform(post(place(street), ask())).await);
        Self {
            sim,
            telegram,
            listener,
            street,
            ana,
            card,
        }
    }

    /// Presses the first button; gives the press, and its token as it comes out of the store.
    async fn press(&mut self) -> (String, AnswerToken) {
        let press = self.sim.press(self.ana, self.street, self.card, 0).unwrap();
        let token = self.listener.next_press().await.answer.unwrap();
        let stored = serde_json::to_string(&token).unwrap();
        (press, serde_json::from_str(&stored).unwrap())
    }

    async fn answer(&self, token: Option<AnswerToken>, speech: Speech) -> Result<Done, Failure> {
        self.answer_in(place(self.street), false, token, speech)
            .await
    }

    async fn answer_in(
        &self,
        place: Place,
        private: bool,
        token: Option<AnswerToken>,
        speech: Speech,
    ) -> Result<Done, Failure> {
        let answer = Answer {
            person: person(self.ana),
            place,
            private,
            message: None,
            token,
            speech,
        };
        self.telegram
            .perform(Task::Answer { key: key(), answer })
            .await
    }

    fn public(&self) -> Vec<SeenMessage> {
        self.sim.view(|view| view.bot_messages_in(self.street))
    }

    fn private(&self) -> Vec<SeenMessage> {
        self.sim.view(|view| view.bot_messages_in(self.ana))
    }
}

#[tokio::test]
async fn short_answers_are_shown_over_the_chat() {
    let mut act = Pressed::new().await;
    for (speech, alert) in [
        (Speech::Noted, false),
        (problem(&"twelve words ".repeat(6)), true),
    ] {
        let (press, token) = act.press().await;
        assert_eq!(act.answer(Some(token), speech).await, Ok(Done::Done));
        let shown = act.sim.view(|view| view.answer(&press)).unwrap();
        assert!(!shown.text.is_empty() && shown.url.is_none());
        assert_eq!(shown.alert, alert);
    }
    assert_eq!(act.public().len(), 1, "nothing was said in the group");
}

#[tokio::test]
async fn long_answers_are_said_in_the_group_unless_personal() {
    let mut act = Pressed::new().await;
    let (press, token) = act.press().await;
    let outcome = Speech::AskOutcome {
        case: case(),
        code: code(),
    };
    assert_eq!(act.answer(Some(token), outcome).await, Ok(Done::Done));
    let said = act.public().pop().unwrap();
    assert_eq!(said.reply_to, Some(act.card));
    assert!(!said.buttons.is_empty());
    let shown = act.sim.view(|view| view.answer(&press)).unwrap();
    assert_eq!(shown.text, "", "only the waiting sign went away");

    act.sim.start_bot(act.ana, None).unwrap();
    act.listener.next_command().await;
    let (press, token) = act.press().await;
    assert_eq!(act.answer(Some(token), personal()).await, Ok(Done::Done));
    assert_eq!(act.public().len(), 2);
    let told = act.private().pop().unwrap();
    assert!(told.text.contains("doorstep"));
    let shown = act.sim.view(|view| view.answer(&press)).unwrap();
    assert!(shown.text.contains("private"), "{}", shown.text);
}

#[tokio::test]
async fn who_never_came_is_led_into_the_private_chat() {
    let mut act = Pressed::new().await;
    let (press, token) = act.press().await;
    assert_eq!(act.answer(Some(token), personal()).await, Ok(Done::Done));
    assert_eq!((act.public().len(), act.private().len()), (1, 0));
    let shown = act.sim.view(|view| view.answer(&press)).unwrap();
    // The link brings the same press again, from where it can be answered.
    act.sim.open_link(act.ana, &shown.url.unwrap()).unwrap();
    let again = act.listener.next_press().await;
    assert_eq!(again.action, Some(Action::Confirm(subject())));
    assert!(again.scene.is_private());
    let done = act
        .answer_in(again.scene.place, true, again.answer, personal())
        .await;
    posted(done);
    assert_eq!(act.private().len(), 1);
}

#[tokio::test]
async fn answers_in_private_are_messages() {
    let mut act = Pressed::new().await;
    act.sim.start_bot(act.ana, None).unwrap();
    act.listener.next_command().await;
    let asked = posted(act.telegram.perform(direct(act.ana, ask())).await);
    let press = act.sim.press(act.ana, act.ana, asked, 2).unwrap();
    let pressed = act.listener.next_press().await;
    assert_eq!(pressed.action, Some(Action::TellPrivately(subject())));
    assert!(pressed.scene.is_private());
    let done = act
        .answer_in(pressed.scene.place, true, pressed.answer, Speech::Noted)
        .await;
    assert_eq!(done, Ok(Done::Done));
    assert_eq!(act.private().len(), 2);
    let shown = act.sim.view(|view| view.answer(&press)).unwrap();
    assert_eq!(shown.text, "");
}

#[tokio::test]
async fn a_press_that_is_too_old_is_settled() {
    let mut act = Pressed::new().await;
    let (press, token) = act.press().await;
    act.sim.advance(Duration::from_secs(200));
    assert_eq!(
        act.answer(Some(token.clone()), Speech::Noted).await,
        Ok(Done::Done)
    );
    assert_eq!(act.sim.view(|view| view.answer(&press)), None);
    // Who can be told in private still is.
    act.sim.start_bot(act.ana, None).unwrap();
    act.listener.next_command().await;
    assert_eq!(act.answer(Some(token), personal()).await, Ok(Done::Done));
    assert_eq!(act.private().len(), 1);
}

#[tokio::test]
async fn an_answer_that_was_said_is_not_said_twice() {
    let mut act = Pressed::new().await;
    let (_, token) = act.press().await;
    act.sim.fail_next("answerCallbackQuery", Outcome::Fail(502));
    let outcome = Speech::AskOutcome {
        case: case(),
        code: code(),
    };
    assert_eq!(
        act.answer(Some(token.clone()), outcome).await,
        Ok(Done::Done),
        "trying again would say it twice"
    );
    act.sim.fail_next("answerCallbackQuery", Outcome::Fail(502));
    assert!(matches!(
        act.answer(Some(token), Speech::Noted).await,
        Err(Failure::Retry { .. })
    ));
}

#[tokio::test]
async fn typed_commands_are_answered_in_place_unless_personal() {
    let mut act = Pressed::new().await;
    let typed = act.sim.say(act.street, act.ana, "/my");
    let issued = act.listener.next_command().await;
    assert_eq!(issued.message, Some(message_id(typed)));
    let answer = |speech| Task::Answer {
        key: key(),
        answer: Answer {
            person: person(act.ana),
            place: place(act.street),
            private: false,
            message: Some(MessageId::new(typed.to_string())),
            token: None,
            speech,
        },
    };
    let mine = || Speech::Mine {
        entries: Vec::new(),
    };
    let id = posted(act.telegram.perform(answer(Speech::Noted)).await);
    assert_eq!(seen(&act.sim, act.street, id).reply_to, Some(typed));

    // In the group only that there is something, with the way to it.
    let id = posted(act.telegram.perform(answer(mine())).await);
    let pointer = seen(&act.sim, act.street, id);
    assert_eq!(pointer.reply_to, Some(typed));
    act.sim.follow(act.ana, act.street, id, 0).unwrap();
    let issued = act.listener.next_command().await;
    assert_eq!(issued.command, Ok(kith::domain::command::Command::My));
    assert!(issued.scene.is_private());

    posted(act.telegram.perform(answer(mine())).await);
    assert_eq!(act.private().len(), 1);
    assert_eq!(act.public().len(), 3);
}

#[tokio::test]
async fn a_strange_token_is_answered_as_a_command() {
    let act = Pressed::new().await;
    let token = AnswerToken(Private::from("of another time"));
    posted(act.answer(Some(token), Speech::Noted).await);
    assert_eq!(act.public().len(), 2);
}

fn problems(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .filter(|finding| finding.level != Level::Fine)
        .map(|finding| {
            assert!(!finding.what.is_empty());
            finding.what.as_str()
        })
        .collect()
}

#[tokio::test]
async fn examining_finds_what_is_wrong() {
    let sim = TelegramSim::start().await.unwrap();
    let street = sim.add_supergroup("Hill Street");
    let hub = sim.add_supergroup("Hub");
    let telegram = connector(&sim);
    let channels = [
        channel(street, ChannelRole::Intake),
        channel(hub, ChannelRole::Hub),
    ];
    let findings = telegram.examine(&channels).await;
    assert_eq!(problems(&findings), Vec::<&str>::new());
    assert!(findings[0].what.contains(sim.bot_username()));
    assert_eq!(findings.len(), 5);

    sim.set_privacy(true);
    let findings = telegram.examine(&channels).await;
    let found = problems(&findings);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("Privacy mode") && found[1].contains(&street.0.to_string()));
    assert!(
        findings
            .iter()
            .any(|finding| finding.remedy.contains("/setprivacy"))
    );
    sim.set_bot_admin(street, true);
    assert_eq!(
        problems(&telegram.examine(&channels).await).len(),
        1,
        "an administrator sees everything"
    );

    sim.set_privacy(false);
    sim.mute_bot(hub, true);
    sim.kick_bot(street);
    call(
        &sim,
        "setWebhook",
        json!({ "url": "https://example.org/hook" }),
    )
    .await;
    let findings = telegram.examine(&channels).await;
    let found = problems(&findings).join("\n");
    for words in ["webhook", "kicked", "may not write"] {
        assert!(found.contains(words), "{words}: {found}");
    }

    let stranger = connector_with("123456:not-the-token", &sim.url());
    let findings = stranger.examine(&channels).await;
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].level, Level::Problem);
    assert!(findings[0].remedy.contains("telegram.token"));
}

#[test]
fn a_token_that_can_not_be_one_is_refused() {
    for token in ["", "123456", "abc:def", "123:", "123:a b", "123:../x"] {
        let settings = kith::chat::telegram::TelegramSettings {
            token: Private::from(token),
            api_url: None,
            pace: None,
            clock: std::sync::Arc::new(super::Fixed),
        };
        let Err(error) = kith::chat::telegram::Telegram::new(settings) else {
            panic!("expected {token:?} to be refused");
        };
        assert!(error.to_string().contains("@BotFather"));
    }
}
