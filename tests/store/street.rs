//! A street on a database: everything that happens is decided by kith's own desk and written by its store, at whatever
//! moment the test says.

use std::collections::HashMap;
use std::time::Duration;

use kith::domain::action::Action;
use kith::domain::clock::Timestamp;
use kith::domain::command::Command;
use kith::domain::decision::{Capabilities, Wants};
use kith::domain::details::Field;
use kith::domain::effect::{Act, Effect};
use kith::domain::ids::{
    ChannelId, ConnectorId, DestinationId, Draw, GroupId, InboundKey, MessageId, PersonId, Place,
};
use kith::domain::inbound::{Event, FormSent, Inbound, Issued, Message, Press, Scene};
use kith::domain::people::{Actor, Language, Person, Presence, Standing};
use kith::domain::retention::Terms;
use kith::domain::settings::Channel;
use kith::domain::speech::Destination;
use kith::domain::traces::Hasher;
use kith::flow::{self, Purged};
use kith::store::{Batch, Lease, Leased, Purging, Settled, Settlement, Store};
use kith::triage::Desk;

/// A street, its hub and its leads on one platform.
pub(super) struct Street {
    pub(super) store: Store,
    pub(super) now: Timestamp,
    desk: Desk,
    events: u64,
}

fn telegram() -> ConnectorId {
    ConnectorId::new("telegram")
}

fn scene(name: &str) -> Scene {
    let private = name.starts_with('@');
    Scene {
        place: Place {
            connector: telegram(),
            channel: ChannelId::new(name),
        },
        parent: None,
        group: (!private).then(|| GroupId::new(name)),
    }
}

/// Somebody by their number; their name begins as the number does.
pub(super) fn someone(number: &str) -> Person {
    let name = number.split('-').next().unwrap_or(number);
    Person {
        connector: telegram(),
        id: PersonId::new(number),
        name: format!("{name} Plantname").as_str().into(),
        language: Language::English,
    }
}

fn actor(number: &str) -> Actor {
    Actor {
        person: someone(number),
        standing: Standing {
            admin: number == "admin",
            roles: Vec::new(),
            presence: Presence::Present,
        },
    }
}

impl Street {
    /// A street that is set up.
    pub(super) async fn open(store: Store, now: Timestamp) -> Self {
        let mut desk = Desk::embedded(Hasher::new(b"test"));
        desk.keep_corrections = true;
        let mut street = Self {
            store,
            now,
            desk,
            events: 0,
        };
        for (place, words) in [
            ("street", "setup intake ask"),
            ("hub", "setup hub"),
            ("leads", "setup safeguarding"),
        ] {
            street.commands("admin", place, ("kith", words)).await;
        }
        street
    }

    /// Something happens: it is read, decided and written as flow does it. Gives what was promised.
    pub(super) async fn hear(&mut self, event: Event) -> Vec<Effect> {
        self.events += 1;
        self.now = self.now + Duration::from_mins(1);
        let inbound = Inbound {
            connector: telegram(),
            key: InboundKey::new(self.events.to_string()),
            at: self.now,
            event,
        };
        let known = self.store.channels().await.unwrap();
        let channels: HashMap<Place, Channel> = known
            .into_iter()
            .map(|channel| (channel.place.clone(), channel))
            .collect();
        let heard = self.desk.read(&inbound, &channels);
        if self.desk.ignores(&inbound, heard.as_ref(), &channels) {
            return Vec::new();
        }
        let mut transaction = self.store.begin().await.unwrap();
        let mut wants = self.desk.wants(&inbound, heard.as_ref(), &channels);
        wants.as_of = self.now;
        let mut snapshot = transaction.load(&wants).await.unwrap();
        snapshot.channels = channels;
        snapshot.capabilities = HashMap::from([(telegram(), capabilities())]);
        snapshot.destinations = vec![Destination {
            id: DestinationId::new("council"),
            title: "the council".to_owned(),
            fields: Vec::new(),
        }];
        let more = self
            .desk
            .wants_more(&snapshot, &inbound, heard.as_ref(), self.now);
        if more != Wants::default() {
            snapshot.add(transaction.load(&more).await.unwrap());
        }
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&self.events.to_be_bytes());
        let mut draw = Draw::new(seed).at(self.now);
        let decision = self
            .desk
            .decide(&snapshot, &inbound, heard.as_ref(), self.now, &mut draw);
        let effects = decision.effects.clone();
        let batch = Batch {
            now: self.now,
            receipts: vec![(inbound.connector, inbound.key)],
            decisions: vec![decision],
            ..Batch::default()
        };
        transaction.save(&batch).await.unwrap();
        transaction.commit().await.unwrap();
        effects
    }

    pub(super) async fn says(&mut self, who: &str, place: &str, text: &str) -> Vec<Effect> {
        let id = MessageId::new(format!("m{}", self.events));
        self.hear(Event::Message(Message {
            scene: scene(place),
            id,
            author: someone(who),
            text: text.into(),
            reply_to: None,
            answered: None,
        }))
        .await
    }

    pub(super) async fn presses(&mut self, who: &str, place: &str, action: Action) -> Vec<Effect> {
        self.hear(Event::Press(Press {
            scene: scene(place),
            on: None,
            by: actor(who),
            action: Some(action),
            answer: None,
        }))
        .await
    }

    pub(super) async fn commands(
        &mut self,
        who: &str,
        place: &str,
        (name, words): (&str, &str),
    ) -> Vec<Effect> {
        self.hear(Event::Command(Issued {
            scene: scene(place),
            by: actor(who),
            command: Command::parse(name, words),
            message: None,
            about: None,
            problems: Vec::new(),
            answer: None,
        }))
        .await
    }

    pub(super) async fn fills(
        &mut self,
        who: &str,
        action: Action,
        fields: &[(Field, &str)],
    ) -> Vec<Effect> {
        let fields = fields.iter().map(|(field, text)| (*field, (*text).into()));
        self.hear(Event::Form(FormSent {
            scene: scene(&format!("@{who}")),
            by: actor(who),
            action: Some(action),
            fields: fields.collect(),
            answer: None,
        }))
        .await
    }

    /// Sends all that waits, except what is given up.
    pub(super) async fn delivers(&mut self, is_given_up: impl Fn(&Act) -> bool) -> Vec<Act> {
        let mut sent = Vec::new();
        for connector in ["telegram", "hub"] {
            loop {
                let lease = Lease {
                    connector: ConnectorId::new(connector),
                    now: self.now,
                    until: self.now + Duration::from_mins(1),
                    limit: 100,
                };
                let leased = self.store.lease(&lease).await.unwrap();
                if leased.is_empty() {
                    break;
                }
                let settlements: Vec<_> = leased
                    .iter()
                    .map(|one| settled(one, is_given_up(&one.effect.act)))
                    .collect();
                self.store.settle(&settlements, self.now).await.unwrap();
                sent.extend(leased.into_iter().map(|one| one.effect.act));
            }
        }
        sent
    }

    pub(super) async fn purges(&mut self) -> Purged {
        let terms = Terms::default();
        let purging = Purging {
            terms: &terms,
            now: self.now,
            really: true,
        };
        flow::purge(&self.store, purging).await.unwrap()
    }
}

fn settled(leased: &Leased, is_given_up: bool) -> Settlement {
    let posted = match &leased.effect.act {
        Act::Show(show) => {
            let known = leased.post.as_ref().and_then(|post| post.message.clone());
            let message =
                known.unwrap_or_else(|| MessageId::new(format!("of {}", leased.effect.id)));
            Some((show.post.clone(), message))
        }
        _ => None,
    };
    let outcome = if is_given_up {
        Settled::Dead {
            why: "nobody there".to_owned(),
        }
    } else {
        Settled::Done {
            posted,
            cleared: None,
        }
    };
    Settlement {
        effect: leased.effect.id.clone(),
        generation: leased.generation,
        outcome,
    }
}

const fn capabilities() -> Capabilities {
    Capabilities {
        buttons: true,
        forms: true,
        ephemeral: false,
        sees_deletions: false,
        direct_first: true,
        recognises_repeats: false,
        message_length: 4096,
    }
}
