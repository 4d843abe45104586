//! Channels that move and groups that kith leaves.

use kith::domain::decision::{Change, Wants};
use kith::domain::effect::{Act, Answer, Effect, Otherwise};
use kith::domain::ids::{ChannelId, ConnectorId, EffectId, GroupId};
use kith::domain::offer::OfferState;
use kith::domain::report::Subject;
use kith::domain::speech::Speech;

use super::samples::{channel, dialogue, moderators, offer, open_case, person, place, say, show};
use super::support::{Database, batch, lease, load, on_both, save};

on_both!(
    all_that_is_said_follows_a_channel,
    a_channel_that_is_set_up_already_keeps_its_settings,
    a_group_that_is_left_loses_its_channels,
    the_version_grows_with_every_change_of_settings,
);

fn moved(from: &str, to: &str) -> Change {
    Change::ChannelMoved {
        connector: ConnectorId::new("telegram"),
        from: ChannelId::new(from),
        to: ChannelId::new(to),
    }
}

fn private_effects() -> Vec<Effect> {
    let otherwise = Otherwise {
        place: place("street"),
        reply_to: None,
        speech: Box::new(Speech::Noted),
        post: None,
    };
    let tell = Act::Tell {
        person: person("resident"),
        speech: Speech::Noted,
        otherwise: Some(otherwise),
    };
    let answer = Act::Answer(Answer {
        person: person("resident"),
        place: place("street"),
        private: false,
        message: None,
        token: None,
        speech: Speech::Noted,
    });
    let effect = |id: &str, act| Effect {
        id: EffectId::new(id),
        urgent: false,
        expires: None,
        act,
    };
    vec![effect("tell", tell), effect("answer", answer)]
}

async fn all_that_is_said_follows_a_channel(database: &Database) {
    let store = database.open().await;
    let (case, offer) = (open_case(1), offer(1, OfferState::Open));
    let mut asked = dialogue("resident", Subject::Case(case.id.clone()));
    asked.place = place("street");
    let changes = vec![
        Change::Channel(Box::new(channel("street", "street"))),
        Change::Channel(Box::new(channel("other", "other"))),
        Change::Moderators {
            connector: ConnectorId::new("telegram"),
            moderators: moderators("street"),
        },
        Change::Case(Box::new(case.clone())),
        Change::Offer(Box::new(offer.clone())),
        Change::Dialogue(Box::new(asked)),
    ];
    let mut effects = vec![say("say", "street"), say("untouched", "other")];
    effects.push(show("show", "card", "words"));
    let mut listening = show("listening", "question", "words");
    if let Act::Show(show) = &mut listening.act {
        show.place = place("street");
    }
    effects.push(listening);
    effects.extend(private_effects());
    save(&store, &batch(changes, effects)).await.unwrap();
    save(&store, &batch(vec![moved("street", "avenue")], Vec::new()))
        .await
        .unwrap();

    let mut settings = channel("avenue", "avenue");
    settings.place = place("avenue");
    assert_eq!(
        store.channels().await.unwrap(),
        [settings, channel("other", "other")]
    );
    let wants = Wants {
        subjects: vec![
            Subject::Case(case.id.clone()),
            Subject::Offer(offer.id.clone()),
        ],
        people: vec![(ConnectorId::new("telegram"), person("resident").id)],
        groups: vec![(ConnectorId::new("telegram"), GroupId::new("avenue"))],
        ..Wants::default()
    };
    let snapshot = load(&store, &wants).await;
    assert_eq!(snapshot.cases[&case.id].place, place("avenue"));
    assert_eq!(snapshot.offers[&offer.id].place, place("avenue"));
    assert_eq!(
        snapshot.dialogues.values().next().unwrap().place,
        place("avenue")
    );
    assert_eq!(snapshot.moderators.len(), 1);
    let posts = &snapshot.posts[&Subject::Case(case.id)];
    let mut places: Vec<_> = posts
        .iter()
        .map(|post| post.place.channel.as_str())
        .collect();
    places.sort_unstable();
    assert_eq!(places, ["avenue", "hub"]);

    for leased in lease(&store, (1, 2)).await {
        let effect = leased.effect;
        let (expected, queue) = match effect.id.as_str() {
            "say" | "listening" => (Some("avenue"), "avenue"),
            "untouched" => (Some("other"), "other"),
            "show" => (Some("hub"), "hub"),
            "answer" => (Some("avenue"), "?resident"),
            _ => (None, "@resident"),
        };
        let place = match &effect.act {
            Act::Say { place, .. } => Some(place.channel.as_str()),
            Act::Show(show) => Some(show.place.channel.as_str()),
            Act::Answer(answer) => Some(answer.place.channel.as_str()),
            Act::Tell { otherwise, .. } => {
                let place = &otherwise.as_ref().unwrap().place;
                assert_eq!(place.channel.as_str(), "avenue");
                None
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(place, expected);
        assert_eq!(effect.act.queue(), queue);
    }
    save(&store, &batch(Vec::new(), vec![say("later", "avenue")]))
        .await
        .unwrap();
    assert_eq!(
        lease(&store, (1, 2)).await,
        [],
        "it waits behind what moved to its queue"
    );
}

async fn a_channel_that_is_set_up_already_keeps_its_settings(database: &Database) {
    let store = database.open().await;
    let kept = channel("avenue", "kept");
    let changes = vec![
        Change::Channel(Box::new(channel("street", "street"))),
        Change::Channel(Box::new(kept.clone())),
    ];
    save(&store, &batch(changes, Vec::new())).await.unwrap();
    save(&store, &batch(vec![moved("street", "avenue")], Vec::new()))
        .await
        .unwrap();
    assert_eq!(store.channels().await.unwrap(), [kept]);
}

async fn a_group_that_is_left_loses_its_channels(database: &Database) {
    let store = database.open().await;
    let left = Change::GroupLeft {
        connector: ConnectorId::new("telegram"),
        group: GroupId::new("left"),
    };
    let back = channel("c", "left");
    let changes = vec![
        Change::Channel(Box::new(channel("a", "left"))),
        Change::Channel(Box::new(channel("b", "stays"))),
    ];
    save(&store, &batch(changes, Vec::new())).await.unwrap();
    let changes = vec![
        Change::Channel(Box::new(channel("never", "left"))),
        left,
        Change::Channel(Box::new(back.clone())),
    ];
    save(&store, &batch(changes, Vec::new())).await.unwrap();
    assert_eq!(
        store.channels().await.unwrap(),
        [channel("b", "stays"), back]
    );
}

async fn the_version_grows_with_every_change_of_settings(database: &Database) {
    let store = database.open().await;
    let mut versions = vec![store.channels_version().await.unwrap()];
    let left = Change::GroupLeft {
        connector: ConnectorId::new("telegram"),
        group: GroupId::new("g"),
    };
    for change in [
        Change::Channel(Box::new(channel("a", "g"))),
        moved("a", "b"),
        left,
    ] {
        save(&store, &batch(vec![change], Vec::new()))
            .await
            .unwrap();
        versions.push(store.channels_version().await.unwrap());
    }
    assert!(
        versions.is_sorted_by(|one, next| one < next),
        "{versions:?}"
    );
    let change = Change::Case(Box::new(open_case(1)));
    save(&store, &batch(vec![change], Vec::new()))
        .await
        .unwrap();
    assert_eq!(store.channels_version().await.unwrap(), versions[3]);
}
