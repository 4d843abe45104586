//! The Telegram connector against the simulated Telegram, over real HTTP.

#![expect(clippy::unwrap_used, reason = "whatever panics here fails its test")]

mod answered;
mod listen;
mod speak;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use kith::chat::telegram::{Telegram, TelegramSettings};
use kith::chat::{Connector, Delivery, Inlet, ListenError, Start};
use kith::domain::clock::{Clock, Timestamp};
use kith::domain::code::CaseCode;
use kith::domain::ids::{
    CaseId, ChannelId, ConnectorId, Draw, EffectId, GroupId, MessageId, PersonId, Place,
};
use kith::domain::inbound::{Event, Inbound};
use kith::domain::people::{Language, Person};
use kith::domain::private::Private;
use kith::domain::report::Subject;
use kith::domain::settings::{Area, AskedBy, Channel, ChannelRole, Leaks, Listening};
use kith::sim::telegram::{self as sim, ChatId, TelegramSim};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Longer than anything takes that goes well.
const WAIT: Duration = Duration::from_secs(20);

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_000)
    }
}

fn connector_with(token: &str, url: &str) -> Telegram {
    Telegram::new(TelegramSettings {
        token: Private::from(token),
        api_url: Some(Url::parse(url).unwrap()),
        pace: None,
        clock: Arc::new(Fixed),
    })
    .unwrap()
}

fn connector(sim: &TelegramSim) -> Arc<Telegram> {
    Arc::new(connector_with(sim.token(), &sim.url()))
}

/// A connector that listens, and the hands that take what it hands over.
struct Listener {
    deliveries: mpsc::Receiver<Delivery>,
    waiting: VecDeque<Inbound>,
    cursors: HashMap<String, String>,
    channels: watch::Sender<Vec<Channel>>,
    stop: CancellationToken,
    task: JoinSet<Result<(), ListenError>>,
}

impl Listener {
    fn start(telegram: &Arc<Telegram>) -> Self {
        Self::go_on(telegram, HashMap::new())
    }

    fn go_on(telegram: &Arc<Telegram>, cursors: HashMap<String, String>) -> Self {
        let (sender, deliveries) = mpsc::channel(1);
        let (channels, watched) = watch::channel(Vec::new());
        let stop = CancellationToken::new();
        let start = Start {
            inlet: Inlet::new(telegram.id(), sender),
            cursors: cursors.clone(),
            channels: watched,
            stop: stop.clone(),
        };
        let telegram = Arc::clone(telegram);
        let mut task = JoinSet::new();
        task.spawn(async move { telegram.listen(start).await });
        Self {
            deliveries,
            waiting: VecDeque::new(),
            cursors,
            channels,
            stop,
            task,
        }
    }

    async fn delivery(&mut self) -> Delivery {
        tokio::time::timeout(WAIT, self.deliveries.recv())
            .await
            .expect("expected a delivery, found none")
            .expect("the connector listens")
    }

    fn commit(&mut self, delivery: Delivery) -> Vec<Inbound> {
        self.cursors.extend(delivery.cursors);
        let _ = delivery.committed.send(());
        delivery.inbound
    }

    /// The next inbound, committed; that the bot was added to a group is passed over.
    async fn next(&mut self) -> Inbound {
        loop {
            if let Some(inbound) = self.waiting.pop_front() {
                return inbound;
            }
            let delivery = self.delivery().await;
            let inbound = self.commit(delivery);
            self.waiting.extend(
                inbound
                    .into_iter()
                    .filter(|inbound| !matches!(inbound.event, Event::Added { .. })),
            );
        }
    }

    async fn next_message(&mut self) -> kith::domain::inbound::Message {
        match self.next().await.event {
            Event::Message(message) => message,
            other => panic!("expected a message, found {other:?}"),
        }
    }

    async fn next_press(&mut self) -> kith::domain::inbound::Press {
        match self.next().await.event {
            Event::Press(press) => press,
            other => panic!("expected a press, found {other:?}"),
        }
    }

    async fn next_command(&mut self) -> kith::domain::inbound::Issued {
        match self.next().await.event {
            Event::Command(issued) => issued,
            other => panic!("expected a command, found {other:?}"),
        }
    }

    /// How listening ended.
    async fn end(&mut self) -> Result<(), ListenError> {
        tokio::time::timeout(WAIT, self.task.join_next())
            .await
            .expect("expected an end, found that it goes on")
            .expect("it was started")
            .expect("it does not panic")
    }

    async fn stopped(mut self) -> HashMap<String, String> {
        self.stop.cancel();
        self.end().await.unwrap();
        self.cursors
    }
}

fn telegram_id() -> ConnectorId {
    ConnectorId::new("telegram")
}

fn place(chat: impl Into<ChatId>) -> Place {
    Place {
        connector: telegram_id(),
        channel: ChannelId::new(chat.into().0.to_string()),
    }
}

fn topic(chat: ChatId, topic: i64) -> Place {
    Place {
        connector: telegram_id(),
        channel: ChannelId::new(format!("{}/{topic}", chat.0)),
    }
}

fn person(person: sim::PersonId) -> Person {
    Person {
        connector: telegram_id(),
        id: PersonId::new(person.0.to_string()),
        name: Private::from("Ana"),
        language: Language::English,
    }
}

fn channel(chat: ChatId, role: ChannelRole) -> Channel {
    Channel {
        place: place(chat),
        group: GroupId::new(chat.0.to_string()),
        role,
        listening: Listening::Ask,
        asking: AskedBy::default(),
        leaks: Leaks::default(),
        area: Area::default(),
        set_by: PersonId::new("1"),
        set_at: Timestamp::default(),
    }
}

fn case() -> CaseId {
    CaseId::new("0123456789abcdef")
}

fn subject() -> Subject {
    Subject::Case(case())
}

fn code() -> CaseCode {
    Draw::new([1; 16]).code()
}

fn key() -> EffectId {
    EffectId::new("effect")
}

fn message_id(number: i64) -> MessageId {
    MessageId::new(number.to_string())
}

/// Calls the simulator as another program with the same token would.
async fn call(sim: &TelegramSim, method: &str, params: serde_json::Value) -> serde_json::Value {
    let client = reqwest::Client::builder().timeout(WAIT).build().unwrap();
    let url = format!("{}/bot{}/{method}", sim.url(), sim.token());
    let answer = client.post(url).json(&params).send().await.unwrap();
    answer.json().await.unwrap()
}
