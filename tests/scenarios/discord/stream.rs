//! The event stream at its worst: without content, cut, invalid, silent, muted; and restarts.

use std::collections::BTreeMap;

use kith::demo::{Cast, PATIENCE, Town, code_in};

use super::hands::{
    LIFT, SHOPPING, answer, asks, card, caught_up, claims, clicks, form, news, passes_on,
    quiet_town, sends, slash, spoken, town,
};
use crate::kit::{cast, nothing_left};

/// Neighbours who each have a need of their own, so that none is like another.
const NEEDS: [&str; 8] = [
    "Could anyone get me some shopping today please? ME7 1AB",
    "I need a lift to the hospital tomorrow, can anybody help? ME8 0AA",
    "Could somebody walk my dog today please? ME7 1AC",
    "Our boiler is broken, has anyone got a heater to lend? ME8 0AB",
    "Can anyone collect my prescription today please? ME7 1AD",
    "I need help with my laptop please, can anyone help? ME7 1AE",
    "Could anyone look after my kids tomorrow please? ME8 0AD",
    "We have run out of food, can anyone help please? ME7 1AF",
];

/// One neighbour says each of the needs, in turn with ordinary chat.
struct Neighbours {
    people: Vec<u64>,
    said: Vec<u64>,
}

impl Neighbours {
    fn new(cast: &Cast<'_>) -> Self {
        let discord = &cast.town.discord;
        let people = (0..NEEDS.len()).map(|number| {
            let person = discord.add_person(&format!("Neighbour {number}"));
            discord.join(cast.hillview.guild, person);
            person
        });
        Self {
            people: people.collect(),
            said: Vec::new(),
        }
    }

    fn speak(&mut self, cast: &Cast<'_>, count: usize) {
        for _ in 0..count {
            let next = self.said.len();
            let (discord, street) = (&cast.town.discord, cast.hillview.street);
            let said = discord.say(street, self.people[next], NEEDS[next]);
            self.said.push(said.unwrap());
            discord.say(street, cast.hillview.jack, "Nice day").unwrap();
        }
    }

    /// Waits until each was asked, and sees that none was asked twice.
    async fn each_asked_once(&self, cast: &Cast<'_>) {
        let asked = || {
            let mut asked: BTreeMap<u64, usize> = BTreeMap::new();
            for message in spoken(cast, cast.hillview.street) {
                *asked
                    .entry(message.reply_to.unwrap_or_default())
                    .or_default() += 1;
            }
            asked
        };
        let all = || self.said.iter().all(|said| asked().contains_key(said));
        let waited = cast.on_discord("everybody to be asked", || all().then_some(()));
        waited.await.unwrap();
        caught_up(cast).await;
        let wanted: BTreeMap<u64, usize> = self.said.iter().map(|said| (*said, 1)).collect();
        assert_eq!(asked(), wanted, "each once, and nothing else");
    }
}

async fn resumed(town: &Town, times: u64) {
    let again = town
        .discord
        .wait_until(|discord| discord.resumes() >= times, PATIENCE);
    again.await.unwrap();
}

#[tokio::test]
async fn without_the_content_of_messages_the_rest_works_and_status_says_so() {
    let town = quiet_town().await;
    town.discord.grant_content_intent(false);
    town.start_kith().await.unwrap();
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let max = (place.max, place.street);
    let status = slash(&cast, max, "kith status", &[]).await.text();
    assert!(status.contains("Message Content Intent"), "{status}");
    let unheard = town.discord.say(place.street, place.priya, SHOPPING);
    let unheard = unheard.unwrap();
    caught_up(&cast).await;
    assert!(spoken(&cast, place.street).is_empty());

    let log = "Log as a request";
    let logged = town
        .discord
        .message_command(place.priya, place.street, unheard, log);
    let told = answer(&cast, logged.unwrap().id).await;
    let code = code_in(&told.text()).unwrap();
    card(&cast, &code, "shopping").await;
    let mention = format!("<@{}> {LIFT}", town.discord.bot_id());
    let (_, ask) = asks(&cast, place.jack, &mention).await;
    clicks(&cast, place.jack, &ask, "Yes, pass it on").await;
    let given = town.discord.slash(place.leah, place.street, "need", &[]);
    let modal = form(&cast, given.unwrap().id).await;
    let fields = [("What do you need?", "Milk and bread please")];
    sends(&cast, place.leah, &modal, &fields).await;
    let words = "Could somebody walk my dog today please?";
    town.discord.say_directly(place.max, words).unwrap();
    let asked = news(&cast, place.max, "Shall I pass this on").await;
    clicks(&cast, place.max, &asked, "Yes, pass it on").await;
    claims(&cast, place.kim, &code).await;
    // Its writer deletes it: that much is told without content too.
    town.discord.delete(place.street, unheard).unwrap();
    card(&cast, &code, "Taken back").await;
    nothing_left(town).await;
}

#[tokio::test]
async fn cut_and_asked_to_reconnect_kith_hears_everything_once() {
    let town = town().await;
    let cast = cast(&town).await;
    let mut neighbours = Neighbours::new(&cast);
    neighbours.speak(&cast, 1);
    town.discord.request_reconnect();
    neighbours.speak(&cast, 1);
    resumed(&town, 1).await;
    town.discord.drop_connections();
    neighbours.speak(&cast, 2);
    resumed(&town, 2).await;
    town.discord.invalidate_session(true);
    neighbours.speak(&cast, 2);
    resumed(&town, 3).await;
    let identified = town.discord.identifies();
    town.discord.invalidate_session(false);
    neighbours.speak(&cast, 1);
    let anew = town
        .discord
        .wait_until(|discord| discord.identifies() > identified, PATIENCE);
    anew.await.unwrap();
    neighbours.speak(&cast, 1);
    neighbours.each_asked_once(&cast).await;
    nothing_left(town).await;
}

#[tokio::test]
async fn a_stream_that_has_gone_silent_is_left_and_nothing_is_missed() {
    let town = quiet_town().await;
    town.discord.set_heartbeat_interval(50);
    town.start_kith().await.unwrap();
    let cast = cast(&town).await;
    let mut neighbours = Neighbours::new(&cast);
    neighbours.speak(&cast, 2);
    let before = town.discord.resumes();
    town.discord.acknowledge_heartbeats(false);
    resumed(&town, before + 1).await;
    town.discord.acknowledge_heartbeats(true);
    neighbours.speak(&cast, 2);
    neighbours.each_asked_once(&cast).await;
    nothing_left(town).await;
}

#[tokio::test]
async fn what_the_stream_kept_to_itself_is_found_in_the_history() {
    let town = town().await;
    let cast = cast(&town).await;
    let mut neighbours = Neighbours::new(&cast);
    neighbours.speak(&cast, 1);
    neighbours.each_asked_once(&cast).await;
    town.discord.mute_events(&["MESSAGE_CREATE"]);
    neighbours.speak(&cast, 3);
    town.discord.mute_events(&[]);
    // Behind the gap all seems well.
    neighbours.speak(&cast, 1);
    let resumes = town.discord.resumes();
    town.discord.drop_connections();
    resumed(&town, resumes + 1).await;
    neighbours.each_asked_once(&cast).await;
    nothing_left(town).await;
}

#[tokio::test]
async fn a_restart_in_the_middle_of_everything_misses_and_doubles_nothing() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, LIFT).await;
    let (_, open) = asks(
        &cast,
        place.leah,
        "Can anyone lend me a ladder today please? ME7",
    )
    .await;
    let mut neighbours = Neighbours::new(&cast);
    for forgets in [false, true] {
        neighbours.speak(&cast, 1);
        town.stop_kith().await.unwrap();
        neighbours.speak(&cast, 2);
        if forgets {
            town.discord.forget_sessions();
        }
        let edited = LIFT.replace("ME8 0AA", "I'm at ME9 7ZZ, please bring a blanket");
        town.discord.edit(place.street, told.said, &edited).unwrap();
        town.start_kith().await.unwrap();
        neighbours.speak(&cast, 1);
        let answered = cast.on_discord("everybody to be asked", || {
            let heard = |said: &u64| {
                spoken(&cast, place.street)
                    .iter()
                    .any(|message| message.reply_to == Some(*said))
            };
            neighbours.said.iter().all(heard).then_some(())
        });
        answered.await.unwrap();
    }
    card(&cast, &told.code, "ME9").await;
    // Questions from before the restart can still be answered.
    clicks(&cast, place.leah, &open, "Yes, pass it on").await;
    super::hands::coded(&cast, &open).await;
    caught_up(&cast).await;
    let mut counted: BTreeMap<u64, usize> = BTreeMap::new();
    for message in spoken(&cast, place.street) {
        *counted
            .entry(message.reply_to.unwrap_or_default())
            .or_default() += 1;
    }
    assert!(counted.values().all(|count| *count == 1), "{counted:?}");
    assert_eq!(counted.len(), neighbours.said.len() + 2);
    nothing_left(town).await;
}

#[tokio::test]
async fn a_restart_between_form_and_answer_loses_neither() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, SHOPPING).await;
    let modal = super::hands::opens(&cast, place.priya, &told.ask, "Add details in private").await;
    town.stop_kith().await.unwrap();
    let fields = [("How can we reach you?", "07700 900111")];
    town.discord
        .submit_modal(place.priya, modal.interaction, &fields)
        .unwrap();
    // Pressed while nobody was there: Discord tells when kith is back.
    let shown = card(&cast, &told.code, "Waiting for someone").await;
    cast.clicks(place.kim, &shown, "Claim").unwrap();
    town.start_kith().await.unwrap();
    card(&cast, &told.code, "private details").await;
    claims(&cast, place.kim, &told.code).await;
    nothing_left(town).await;
}

#[tokio::test]
async fn a_platform_that_is_away_for_a_while_gets_its_words_when_it_is_back() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let told = passes_on(&cast, place.priya, SHOPPING).await;
    town.discord.go_offline();
    let need = format!("/need@{} {LIFT}", town.telegram.bot_username());
    let rosa = cast.riverside.rosa;
    town.telegram.say(cast.riverside.street, rosa, &need);
    let shown = cast.hears(cast.riverside.hub, "Rosa's card", |message| {
        message.text.contains("a lift") && code_in(&message.text).is_some()
    });
    let code = code_in(&shown.await.unwrap().text).unwrap();
    town.discord.come_online().await.unwrap();
    card(&cast, &code, "ME8").await;
    claims(&cast, place.kim, &told.code).await;
    nothing_left(town).await;
}
