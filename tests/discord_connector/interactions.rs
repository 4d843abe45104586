//! Presses, forms and commands: answered at once, handed over, answered in full later.

use kith::chat::{Connector, Done, Failure, Task};
use kith::domain::action::Action;
use kith::domain::command::{Command, CommandError, Setup};
use kith::domain::details::Field;
use kith::domain::effect::Answer;
use kith::domain::ids::{CaseId, ChannelId, ConnectorId, EffectId, PersonId, Place, RoleId};
use kith::domain::inbound::{AnswerToken, Event, Issued, Press};
use kith::domain::people::Person;
use kith::domain::report::Subject;
use kith::domain::settings::{Area, ChannelRole, Listening};
use kith::domain::speech::Speech;
use kith::sim::discord::{DiscordSim, InteractionHandle, SeenAnswer};

use crate::bench::{Bench, Bot, PATIENCE};

fn subject() -> Subject {
    Subject::Case(CaseId::new("0123456789abcdef"))
}

fn place(channel: u64) -> Place {
    Place {
        connector: ConnectorId::new("discord"),
        channel: ChannelId::new(channel.to_string()),
    }
}

/// Has kith ask about a request, and gives the message.
async fn ask(bench: &Bench, bot: &Bot) -> u64 {
    let task = Task::Post {
        key: EffectId::new("ask"),
        place: place(bench.help),
        reply_to: None,
        speech: Speech::AskRequest { subject: subject() },
    };
    let Done::Posted(message) = bot.discord.perform(task).await.unwrap() else {
        panic!("expected a message");
    };
    message.as_str().parse().unwrap()
}

async fn pressed(bench: &Bench) -> Press {
    bench
        .store
        .event(|event| match event {
            Event::Press(press) => Some(press.clone()),
            _ => None,
        })
        .await
}

async fn issued(bench: &Bench, count: usize) -> Issued {
    bench
        .store
        .wait_for(|disk| {
            let commands = disk.inbound.iter().filter_map(|it| match &it.event {
                Event::Command(issued) => Some(issued.clone()),
                _ => None,
            });
            commands.collect::<Vec<_>>().into_iter().nth(count - 1)
        })
        .await
}

fn answer(bench: &Bench, person: &Person, token: Option<AnswerToken>, speech: Speech) -> Answer {
    Answer {
        person: person.clone(),
        place: place(bench.help),
        private: false,
        message: None,
        token,
        speech,
    }
}

async fn first_answer(sim: &DiscordSim, handle: &InteractionHandle) -> SeenAnswer {
    let find = |sim: &DiscordSim| sim.answer_to(handle.id);
    sim.wait_for(find, PATIENCE).await.unwrap()
}

async fn say_in_answer(bot: &Bot, key: &str, answer: Answer) -> Result<Done, Failure> {
    let key = EffectId::new(key);
    bot.discord.perform(Task::Answer { key, answer }).await
}

#[tokio::test]
async fn a_press_is_answered_at_once_and_in_full_later() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    bench.sim.set_administrator(bench.guild, bench.asha);
    let message = ask(&bench, &bot).await;
    let confirm = Action::Confirm(subject());
    let handle = bench
        .sim
        .press(bench.asha, bench.help, message, &confirm.encode())
        .unwrap();
    let SeenAnswer::Deferred(waiting) = first_answer(&bench.sim, &handle).await else {
        panic!("expected a deferred answer");
    };
    assert!(waiting.ephemeral);
    let press = pressed(&bench).await;
    assert_eq!(press.action, Some(confirm));
    assert_eq!(press.on.as_ref().unwrap().as_str(), message.to_string());
    assert_eq!(press.by.person.id.as_str(), bench.asha.to_string());
    assert_eq!(press.by.person.name.reveal(), "Asha Rowe");
    assert!(press.by.standing.admin);
    let full = |key, speech| {
        let answer = answer(&bench, &press.by.person, press.answer.clone(), speech);
        say_in_answer(&bot, key, answer)
    };
    assert_eq!(full("one", Speech::Noted).await, Ok(Done::Done));
    // The same again changes nothing; another one comes beside it.
    assert_eq!(full("one", Speech::Noted).await, Ok(Done::Done));
    assert_eq!(full("two", Speech::ButtonGone).await, Ok(Done::Done));
    let seen = bench.sim.ephemerals(bench.asha);
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen.iter().all(|it| !it.loading && !it.content.is_empty()));
    bot.stop().await;
}

#[tokio::test]
async fn words_are_asked_in_a_form_which_alone_is_handed_over() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let message = ask(&bench, &bot).await;
    let tell = Action::TellPrivately(subject());
    let handle = bench
        .sim
        .press(bench.asha, bench.help, message, &tell.encode())
        .unwrap();
    let SeenAnswer::Modal(modal) = first_answer(&bench.sim, &handle).await else {
        panic!("expected a form");
    };
    assert_eq!(modal.custom_id, tell.encode());
    assert!(modal.fields.iter().all(|field| !field.required));
    let sent = bench
        .sim
        .submit_modal(
            bench.asha,
            handle.id,
            &[("what", "Soup"), ("where", "ME7 4AA"), ("when", " ")],
        )
        .unwrap();
    let SeenAnswer::Deferred(waiting) = first_answer(&bench.sim, &sent).await else {
        panic!("expected a deferred answer");
    };
    assert!(waiting.ephemeral);
    let form = bench
        .store
        .event(|event| match event {
            Event::Form(form) => Some(form.clone()),
            _ => None,
        })
        .await;
    assert_eq!(form.action, Some(tell));
    let fields: Vec<_> = form
        .fields
        .iter()
        .map(|(field, text)| (*field, text.reveal().as_str()))
        .collect();
    assert_eq!(fields, [(Field::What, "Soup"), (Field::Where, "ME7 4AA")]);
    let answer = answer(&bench, &form.by.person, form.answer.clone(), Speech::Noted);
    say_in_answer(&bot, "form", answer).await.unwrap();
    bot.stop().await;
    assert_eq!(
        bench.store.disk().inbound.len(),
        1,
        "the press was for the form only"
    );
}

#[tokio::test]
async fn commands_are_read_whatever_the_order_of_their_options() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    bench.commands().await;
    let slash = |command: &str, options: &[(&str, &str)]| {
        bench
            .sim
            .slash(bench.ben, bench.help, command, options)
            .unwrap()
    };
    slash("need", &[("text", "A lift to the clinic")]);
    let text = Some("A lift to the clinic".into());
    assert_eq!(issued(&bench, 1).await.command, Ok(Command::Need { text }));
    let area = ("area", "me7, ME8");
    slash(
        "kith setup",
        &[area, ("listening", "auto"), ("role", "intake")],
    );
    let setup = Setup {
        role: Some(ChannelRole::Intake),
        listening: Some(Listening::Auto),
        asking: None,
        leaks: None,
        area: Some(Area::new(["ME7".to_owned(), "ME8".to_owned()])),
    };
    let given = issued(&bench, 2).await;
    assert_eq!(given.command, Ok(Command::Setup(setup)));
    assert_eq!(given.problems, Vec::<String>::new());
    slash("done", &[("outcome", "helped"), ("code", "nonsense")]);
    let error = issued(&bench, 3).await.command.unwrap_err();
    assert!(matches!(error, CommandError::Code { .. }), "{error:?}");
    slash("my", &[]);
    assert_eq!(issued(&bench, 4).await.command, Ok(Command::My));
    bot.stop().await;
}

#[tokio::test]
async fn moderators_are_picked_from_discords_own_list() {
    let bench = Bench::new().await;
    let role = bench.sim.add_role(bench.guild, "Wardens");
    let bot = bench.start().await;
    bench.commands().await;
    let name = |who: u64| {
        let who = who.to_string();
        let options = [("who", who.as_str())];
        bench
            .sim
            .slash(bench.ben, bench.help, "kith moderator", &options)
            .unwrap()
    };
    name(role);
    let expected = Command::Moderator {
        role: Some(RoleId::new(role.to_string())),
        person: None,
    };
    assert_eq!(issued(&bench, 1).await.command, Ok(expected));
    name(bench.asha);
    let expected = Command::Moderator {
        role: None,
        person: Some(PersonId::new(bench.asha.to_string())),
    };
    assert_eq!(issued(&bench, 2).await.command, Ok(expected));
    bot.stop().await;
}

#[tokio::test]
async fn a_command_without_words_opens_a_form() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    bench.commands().await;
    let handle = bench
        .sim
        .slash(bench.asha, bench.help, "offer", &[])
        .unwrap();
    let SeenAnswer::Modal(modal) = first_answer(&bench.sim, &handle).await else {
        panic!("expected a form");
    };
    assert_eq!(modal.custom_id, Action::NewOffer.encode());
    bench.sim.dismiss_modal(handle.id);
    bot.stop().await;
    assert_eq!(bench.store.disk().inbound.len(), 0);
}

#[tokio::test]
async fn a_message_can_be_logged_from_its_menu_without_the_content_intent() {
    let bench = Bench::new().await;
    bench.sim.grant_content_intent(false);
    let bot = bench.start().await;
    bench.commands().await;
    let message = bench
        .sim
        .say(bench.help, bench.asha, "Gran has no heating")
        .unwrap();
    bench
        .sim
        .message_command(bench.ben, bench.help, message, "Log as a request")
        .unwrap();
    let issued = issued(&bench, 1).await;
    let text = Some("Gran has no heating".into());
    assert_eq!(issued.command, Ok(Command::Need { text }));
    let about = issued.about.unwrap();
    assert_eq!(about.id.as_str(), message.to_string());
    assert_eq!(about.author.id.as_str(), bench.asha.to_string());
    assert_eq!(issued.by.person.id.as_str(), bench.ben.to_string());
    bot.stop().await;
}

#[tokio::test]
async fn the_rights_of_the_channel_are_told_with_kiths_own_command() {
    let bench = Bench::new().await;
    // View Channel and nothing else.
    bench.sim.set_bot_permissions(bench.help, 1 << 10);
    let bot = bench.start().await;
    bench.commands().await;
    bench
        .sim
        .slash(bench.ben, bench.help, "kith status", &[])
        .unwrap();
    let problems = issued(&bench, 1).await.problems;
    assert!(
        problems.iter().any(|it| it.contains("“Send Messages”")),
        "{problems:?}"
    );
    bot.stop().await;
}

#[tokio::test]
async fn an_interaction_past_its_time_is_answered_in_private_or_not_at_all() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let message = ask(&bench, &bot).await;
    let confirm = Action::Confirm(subject());
    bench
        .sim
        .press(bench.asha, bench.help, message, &confirm.encode())
        .unwrap();
    let press = pressed(&bench).await;
    bench.sim.advance(std::time::Duration::from_mins(16));
    let full = |key, speech| {
        let answer = answer(&bench, &press.by.person, press.answer.clone(), speech);
        say_in_answer(&bot, key, answer)
    };
    assert!(matches!(
        full("late", Speech::Noted).await,
        Err(Failure::Gone { .. })
    ));
    let personal = Speech::Mine {
        entries: Vec::new(),
    };
    assert_eq!(full("mine", personal).await, Ok(Done::Done));
    assert_eq!(bench.sim.dms(bench.asha).len(), 1);
    bot.stop().await;
}

#[tokio::test]
async fn presses_made_while_kith_was_away_are_handed_over_all_the_same() {
    let bench = Bench::new().await;
    let bot = bench.start().await;
    let message = ask(&bench, &bot).await;
    bot.stop().await;
    let tell = Action::TellPrivately(subject());
    let confirm = Action::Confirm(subject());
    for action in [&tell, &confirm] {
        bench
            .sim
            .press(bench.asha, bench.help, message, &action.encode())
            .unwrap();
    }
    bench.sim.advance(std::time::Duration::from_secs(30));
    let bot = bench.start().await;
    let actions = bench
        .store
        .wait_for(|disk| {
            let presses = disk.inbound.iter().filter_map(|it| match &it.event {
                Event::Press(press) => press.action.clone(),
                _ => None,
            });
            let presses: Vec<_> = presses.collect();
            (presses.len() == 2).then_some(presses)
        })
        .await;
    assert!(
        actions.contains(&tell) && actions.contains(&confirm),
        "{actions:?}"
    );
    bot.stop().await;
}

#[tokio::test]
async fn the_commands_are_registered_once() {
    let bench = Bench::new().await;
    bench.start().await.stop().await;
    let bot = bench.start().await;
    bench.commands().await;
    let looked = |sim: &DiscordSim| {
        let calls = sim.calls();
        let looks = calls
            .iter()
            .filter(|(name, _)| name.starts_with("GET /applications"));
        looks.map(|(_, count)| count).sum::<u64>() >= 2
    };
    bench.sim.wait_until(looked, PATIENCE).await.unwrap();
    bot.stop().await;
    let calls = bench.sim.calls();
    let puts = calls.iter().filter(|(name, _)| name.starts_with("PUT"));
    assert_eq!(puts.map(|(_, count)| count).sum::<u64>(), 1, "{calls:?}");
}
