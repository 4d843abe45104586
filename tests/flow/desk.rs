//! A desk that does what a message tells it to: `say a hello` says hello in channel a.

use kith::domain::clock::Timestamp;
use kith::domain::decision::{Change, Decision, Wants};
use kith::domain::details::Field;
use kith::domain::dialogue::{Asking, Dialogue};
use kith::domain::disclosure::Disclosed;
use kith::domain::effect::{Act, Answer, Effect, Otherwise, Show};
use kith::domain::heard::Heard;
use kith::domain::ids::{
    CaseId, ChannelId, ConnectorId, DestinationId, Draw, EffectId, GroupId, InboundKey, MessageId,
    PersonId, Place, PostKey, ReferralId,
};
use kith::domain::inbound::{Due, Event, Inbound, Message, Scene};
use kith::domain::people::{Language, Person};
use kith::domain::reading::Reading;
use kith::domain::referral::{NoticeOf, ReferralNotice};
use kith::domain::report::{CaseEvent, Subject};
use kith::domain::rescue::Rescue;
use kith::domain::settings::{Area, AskedBy, Channel, ChannelRole, Leaks, Listening};
use kith::domain::speech::Speech;
use kith::flow::{Channels, Desk, Question};

/// Writes inbound of one platform.
pub(crate) struct Pen {
    platform: ConnectorId,
    at: Timestamp,
}

impl Pen {
    pub(crate) const fn new(platform: ConnectorId, at: Timestamp) -> Self {
        Self { platform, at }
    }

    pub(crate) fn message(&self, key: InboundKey, words: &str) -> Inbound {
        self.message_of("resident", key, words)
    }

    pub(crate) fn message_of(&self, author: &str, key: InboundKey, words: &str) -> Inbound {
        let author = Person {
            id: PersonId::new(author),
            ..person(&self.platform)
        };
        Inbound {
            connector: self.platform.clone(),
            at: self.at,
            event: Event::Message(Message {
                scene: Scene {
                    place: place(&self.platform, "home"),
                    parent: None,
                    group: Some(GroupId::new("neighbours")),
                },
                id: MessageId::new(key.as_str()),
                author,
                text: words.into(),
                reply_to: None,
                answered: None,
            }),
            key,
        }
    }
}

fn place(platform: &ConnectorId, channel: &str) -> Place {
    Place {
        connector: platform.clone(),
        channel: ChannelId::new(channel),
    }
}

fn person(platform: &ConnectorId) -> Person {
    Person {
        connector: platform.clone(),
        id: PersonId::new("resident"),
        name: "Maya".into(),
        language: Language::English,
    }
}

fn words(inbound: &Inbound) -> &str {
    match &inbound.event {
        Event::Message(message) => message.text.reveal(),
        _ => "",
    }
}

/// The desk.
pub(crate) struct Told;

impl Desk for Told {
    fn read(&self, inbound: &Inbound, _: &Channels) -> Option<Heard> {
        assert!(
            !words(inbound).starts_with("panic while reading"),
            "told to panic"
        );
        None
    }

    fn read_plainly(&self, inbound: &Inbound, _: &Channels) -> Option<Heard> {
        words(inbound)
            .ends_with("danger")
            .then(|| Heard::new(Reading::nothing()))
    }

    fn rescue(&self, inbound: &Inbound, heard: Option<&Heard>) -> Option<Rescue> {
        let in_danger = words(inbound).starts_with("danger") || heard.is_some();
        in_danger.then(|| Rescue {
            act: numbers(inbound),
            person: author(inbound),
            asked_for: false,
        })
    }

    fn ignores(&self, inbound: &Inbound, _: Option<&Heard>, _: &Channels) -> bool {
        words(inbound) == "chat"
    }

    fn wants(&self, inbound: &Inbound, _: Option<&Heard>, _: &Channels) -> Wants {
        let mut wants = Wants::default();
        if words(inbound) == "about the dialogue" {
            let person = person(&inbound.connector);
            wants.people.push((person.connector, person.id));
        }
        wants
    }

    fn decide(&self, question: Question<'_>, draw: &mut Draw) -> Decision {
        let mut doing = Doing {
            question,
            draw,
            decision: Decision::nothing(),
        };
        match &question.inbound.event {
            Event::Message(message) => doing.told(message.text.reveal()),
            Event::Handed(handed) => doing.note(match &handed.answer {
                Ok(reference) => format!("taken {}", reference.as_deref().unwrap_or("without")),
                Err(why) => format!("refused {why}"),
            }),
            Event::Moved { from, to } => {
                doing.decision.changes.push(Change::ChannelMoved {
                    connector: question.inbound.connector.clone(),
                    from: from.clone(),
                    to: to.clone(),
                });
                doing.note(format!("moved {from} to {to}"));
            }
            Event::Due(Due::Dialogue { connector, person }) => {
                let key = (connector.clone(), person.clone());
                doing.decision.changes.push(Change::DialogueEnded(key));
                doing.note("over".to_owned());
                let place = place(connector, "home");
                doing.act(say(place, "over"));
            }
            other => panic!("the tests tell nothing like {other:?}"),
        }
        doing.decision
    }

    fn decide_danger(&self, question: Question<'_>, draw: &mut Draw) -> Decision {
        let mut doing = Doing {
            question,
            draw,
            decision: Decision::nothing(),
        };
        doing.danger("in the leads' eyes");
        doing.decision
    }
}

fn author(inbound: &Inbound) -> Person {
    match &inbound.event {
        Event::Message(message) => message.author.clone(),
        _ => panic!("only messages are dangerous here"),
    }
}

/// What somebody in danger is told.
fn numbers(inbound: &Inbound) -> Act {
    let Event::Message(message) = &inbound.event else {
        panic!("only messages are dangerous here");
    };
    Act::Tell {
        person: message.author.clone(),
        speech: speech("numbers"),
        otherwise: Some(Otherwise {
            place: message.scene.place.clone(),
            reply_to: None,
            speech: Box::new(speech("line")),
            post: None,
        }),
    }
}

fn speech(text: &str) -> Speech {
    Speech::CommandProblem {
        problem: text.to_owned(),
    }
}

fn say(place: Place, text: &str) -> Act {
    Act::Say {
        place,
        reply_to: None,
        speech: speech(text),
    }
}

struct Doing<'a> {
    question: Question<'a>,
    draw: &'a mut Draw,
    decision: Decision,
}

impl Doing<'_> {
    fn told(&mut self, words: &str) {
        let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
        let (first, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let there = place(&self.question.inbound.connector, first);
        match verb {
            "note" => self.note(rest.to_owned()),
            "danger" if rest == "panic" => panic!("told to panic"),
            "danger" => self.danger(rest),
            "say" => self.act(say(there, text)),
            "both" => {
                self.note(text.to_owned());
                self.act(say(there, text));
            }
            "show" | "lasting" => {
                let (post, text) = text.split_once(' ').unwrap();
                self.act(Act::Show(Show {
                    post: PostKey::new(post),
                    subject: log(),
                    place: there,
                    reply_to: None,
                    speech: speech(text),
                    lasting: verb == "lasting",
                }));
            }
            "retract" => self.act(Act::Retract {
                post: PostKey::new(text),
                place: there,
            }),
            "tell" => self.tell(rest, None),
            "tell-or-say" => self.tell(
                text,
                Some(Otherwise {
                    place: there,
                    reply_to: None,
                    speech: Box::new(speech("instead")),
                    post: None,
                }),
            ),
            "answer" => self.act(Act::Answer(Answer {
                person: person(&self.question.inbound.connector),
                place: there,
                private: false,
                message: None,
                token: None,
                speech: speech(text),
            })),
            "forward" => self.forward(),
            "dialogue" => self.dialogue(),
            "setup" => self.setup(there),
            "where" => self.note(format!(
                "{} channels",
                self.question.snapshot.channels.len()
            )),
            _ => panic!("told to panic"),
        }
    }

    fn note(&mut self, what: String) {
        self.decision
            .changes
            .push(Change::Event(Box::new(CaseEvent {
                subject: log(),
                at: self.question.now,
                by: None,
                what,
                why: String::new(),
            })));
    }

    fn act(&mut self, act: Act) {
        self.decision.effects.push(Effect {
            id: EffectId::new(self.draw.id()),
            urgent: false,
            expires: None,
            act,
        });
    }

    /// The leads hear of it, and its writer unless they were told already.
    fn danger(&mut self, what: &str) {
        let inbound = self.question.inbound;
        let key = (inbound.connector.clone(), inbound.key.clone());
        match self.question.snapshot.reached.get(&key) {
            Some(reached) if reached.in_private => self.note(format!("{what}, told before")),
            Some(_) => self.note(format!("{what}, has a line")),
            None => {
                self.note(what.to_owned());
                self.decision.effects.push(Effect {
                    id: EffectId::new(self.draw.id()),
                    urgent: true,
                    expires: None,
                    act: numbers(inbound),
                });
            }
        }
    }

    fn tell(&mut self, text: &str, otherwise: Option<Otherwise>) {
        self.act(Act::Tell {
            person: person(&self.question.inbound.connector),
            speech: speech(text),
            otherwise,
        });
    }

    fn forward(&mut self) {
        let notice = ReferralNotice {
            of: NoticeOf::Case,
            referral: ReferralId::new("referral"),
            code: Draw::new([0; 16]).code(),
            told: Disclosed::default(),
            ground: None,
            raised_at: None,
        };
        self.act(Act::Forward {
            destination: DestinationId::new("council"),
            notice,
        });
    }

    fn dialogue(&mut self) {
        let platform = &self.question.inbound.connector;
        let dialogue = Dialogue {
            person: person(platform),
            place: place(platform, "home"),
            subject: log(),
            asking: Asking::Field(Field::What),
            at: self.question.now,
        };
        let change = Change::Dialogue(Box::new(dialogue));
        self.decision.changes.push(change);
    }

    fn setup(&mut self, place: Place) {
        let channel = Channel {
            place,
            group: GroupId::new("neighbours"),
            role: ChannelRole::Intake,
            listening: Listening::Ask,
            asking: AskedBy::default(),
            leaks: Leaks::default(),
            area: Area::default(),
            set_by: PersonId::new("moderator"),
            set_at: self.question.now,
        };
        self.decision
            .changes
            .push(Change::Channel(Box::new(channel)));
    }
}

fn log() -> Subject {
    Subject::Case(CaseId::new("log"))
}
