//! What reaches somebody who told of another person's need: never anything of that person.

use std::collections::BTreeSet;
use std::time::Duration;

use super::*;
use crate::domain::case::{Case, JoinedBy};
use crate::domain::ids::{EffectId, OfferId, ReferralId};

const RETOLD: &str =
    "My neighbour needs her prescription collected today, can anyone help? ME7 1AB";
const OFFER: &str = "I can pick up prescriptions for anyone in ME7, happy to help";
const ADDRESS: &str = "12 Invented Row, ME7 9ZZ";
const PHONE: &str = "07700 900123";
const QUESTION: &str = "Which zinnia door is it?";
const ANSWER: &str = "The one with a zinnia on it";
/// What Rosa wrote, told in private, was asked and answered, and who is at work for her.
const SECRETS: [&str; 12] = [
    "rosa",
    "Boots",
    "stuck",
    "Invented Row",
    "9ZZ",
    "900123",
    "zinnia",
    "for an aunt",
    "\"sam\"",
    "zelda",
    "ZINNIA-7",
    "on the van",
];

/// Rosa told it in the street with all her details; Omar tells it in the lane and it is joined. Two hubs see it.
struct Told {
    world: World,
    first: CaseId,
    second: CaseId,
    offer: OfferId,
    referral: Option<ReferralId>,
}

impl Told {
    fn by(by: JoinedBy) -> Self {
        let mut world = World::new();
        for (name, like) in [("lane", "street"), ("hub2", "hub")] {
            let channel = Channel {
                place: place(name),
                group: GroupId::new(name),
                ..world.snapshot.channels[&place(like)].clone()
            };
            world.snapshot.channels.insert(place(name), channel);
        }
        let offer = world.offers("zelda", "o1", OFFER);
        let first = world.open_case();
        let rosas = world.snapshot.cases.get_mut(&first).expect("a case");
        rosas.resident.name = "Rosa zinnia".into();
        for (field, text) in [
            (Field::What, "the zinnia pack"),
            (Field::Where, ADDRESS),
            (Field::ForWhom, "for an aunt"),
            (Field::Reach, PHONE),
        ] {
            rosas.details.set(field, Some(text.into()));
        }
        world.says("omar", "lane", "3", RETOLD);
        let second = world.snapshot.cases.keys().find(|id| **id != first);
        let second = second.expect("another case").clone();
        let mut told = Self {
            world,
            first,
            second,
            offer,
            referral: None,
        };
        if by == JoinedBy::Staff {
            let same = Action::Same(told.second.clone(), told.first.clone());
            let effects = told.world.presses("sam", "hub", same);
            assert_eq!(answer(&effects), Speech::Noted);
            assert_eq!(super::told(&effects, "omar"), [News::Joined]);
        }
        let CaseState::Merged(merged) = &told.case(&told.second).state else {
            panic!("expected what Omar told to be joined")
        };
        assert_eq!(merged.by, by);
        told
    }

    fn case(&self, id: &CaseId) -> &Case {
        self.world.case(id)
    }

    fn code(&self, id: &CaseId) -> String {
        self.case(id).code.to_string()
    }

    fn hub(&mut self, action: Action) -> Vec<Effect> {
        self.world.presses("sam", "hub", action)
    }

    fn asks(&mut self, id: &CaseId) -> Vec<Effect> {
        let words = format!("{} {QUESTION}", self.code(id));
        self.world.commands("sam", "hub", "ask", &words)
    }

    fn answers(&mut self, who: &str, id: &CaseId) -> Vec<Effect> {
        let place = format!("@{who}");
        let mut effects = self
            .world
            .presses(who, &place, Action::AnswerQuestion(id.clone()));
        let message = format!("a{}", self.world.events);
        effects.extend(self.world.says(who, &place, &message, ANSWER));
        effects
    }

    /// All that happens to Rosa's case, one step after the other.
    fn step(&mut self, number: usize) -> Option<Vec<Effect>> {
        let first = self.first.clone();
        let outcome = |outcome| Action::Done(first.clone(), outcome);
        Some(match number {
            0 => self
                .world
                .hear(Event::Edited(message("rosa", "street", "1", &edited()))),
            1 => {
                let of = Subject::Case(first);
                let reach = Action::EditField(of, Field::Reach);
                self.world.presses("rosa", "@rosa", reach);
                self.world.says("rosa", "@rosa", "p1", PHONE)
            }
            2 | 6 | 10 | 16 => self.hub(Action::ClaimBriefed(first)),
            3 => self.asks(&first),
            4 => self.answers("rosa", &first),
            5 | 9 => self.hub(Action::Release(first)),
            7 => {
                let ask = Action::AskNeighbour(first, self.offer.clone());
                let mut effects = self.hub(ask);
                let id = self.world.snapshot.matches.keys().next();
                let id = id.expect("a match").clone();
                let yes = Action::Help(id.clone(), true);
                effects.extend(self.world.presses("zelda", "@zelda", yes));
                effects.extend(self.world.presses("rosa", "@rosa", Action::Share(id, true)));
                effects
            }
            8 => self.hub(Action::View(first)),
            11 => {
                let effects = self.hub(Action::ForwardMenu(first));
                let notice = effects.iter().find_map(|effect| match &effect.act {
                    Act::Forward { notice, .. } => Some(notice),
                    _ => None,
                });
                self.referral = Some(notice.expect("a notice").referral.clone());
                effects
            }
            12 => self.world.hear(Event::Handed(Handed {
                referral: self.referral.clone()?,
                recall: false,
                effect: EffectId::new("e"),
                answer: Ok(Some("ZINNIA-7".to_owned())),
            })),
            13 => self.world.hear(Event::Status(StatusNews {
                destination: DestinationId::new("council"),
                about: ReferralName::Ours(self.referral.clone()?),
                status: "on the van to Rosa zinnia".to_owned(),
                outcome: None,
            })),
            14 => self.hub(outcome(Outcome::NoAnswer)),
            15 | 19 => self.hub(Action::Reopen(first)),
            17 => {
                self.world.now = self.world.now + Duration::from_hours(49);
                self.world.hear(Event::Due(Due::Case { id: first }))
            }
            18 => self.hub(outcome(Outcome::Helped)),
            20 => self
                .world
                .presses("rosa", "street", Action::Withdraw(Subject::Case(first))),
            _ => return None,
        })
    }

    fn now(&self) -> (Snapshot, Timestamp, u8) {
        let world = &self.world;
        (world.snapshot.clone(), world.now, world.events)
    }

    fn back_to(&mut self, (snapshot, now, events): &(Snapshot, Timestamp, u8)) {
        self.world.snapshot = snapshot.clone();
        (self.world.now, self.world.events) = (*now, *events);
    }

    /// Everything that Omar may try, each from here, with what he finds out by it.
    fn omar_tries(&mut self) -> Vec<Effect> {
        let before = self.now();
        let mut all = Vec::new();
        for id in [self.first.clone(), self.second.clone()] {
            let code = self.code(&id);
            for action in actions(&id) {
                for at in ["@omar", "lane"] {
                    all.extend(self.world.presses("omar", at, action.clone()));
                    // What he is asked he answers.
                    all.extend(self.world.says("omar", "@omar", "t", "my own words"));
                    self.back_to(&before);
                }
            }
            for (command, words) in [
                ("my", String::new()),
                ("cancel", String::new()),
                ("cancel", code.clone()),
                ("case", code.clone()),
                ("done", format!("{code} helped")),
                ("ask", format!("{code} who is it?")),
                ("merge", format!("{code} {code}")),
                ("need", RETOLD.to_owned()),
            ] {
                all.extend(self.world.commands("omar", "lane", command, &words));
                self.back_to(&before);
            }
        }
        for (at, id, text) in [
            ("lane", "t1", RETOLD),
            ("@omar", "t2", RETOLD),
            ("@omar", "t3", "What is going on with it?"),
            ("lane", "t4", "All sorted now, thanks everyone"),
            ("@omar", "t5", "All sorted now, thanks everyone"),
        ] {
            let mut says = message("omar", at, id, text);
            all.extend(self.world.hear(Event::Message(says.clone())));
            self.back_to(&before);
            says.reply_to = Some(MessageId::new("3"));
            all.extend(self.world.hear(Event::Message(says)));
            self.back_to(&before);
        }
        let changed = message(
            "omar",
            "lane",
            "3",
            "She still needs it, today please. ME7 1AB",
        );
        all.extend(self.world.hear(Event::Edited(changed)));
        self.back_to(&before);
        all.extend(self.world.hear(deleted("lane", "3")));
        self.back_to(&before);
        all
    }

    /// What reaches Omar, as the outbox keeps it, holds nothing of Rosa's. Gives the news that he hears.
    fn check(&self, effects: &[Effect], when: &str) -> Vec<News> {
        let own = [self.code(&self.first), self.first.to_string()];
        let mut news = Vec::new();
        for speech in reaching_omar(effects) {
            let words = serde_json::to_string(&speech).expect("a speech is JSON");
            // His own words and name are his.
            for secret in SECRETS.into_iter().chain(own.iter().map(String::as_str)) {
                assert!(!words.contains(secret), "{when}: {secret} in {words}");
            }
            if let Speech::News {
                case, news: told, ..
            } = speech
            {
                assert_eq!(case, self.second, "he hears of his own");
                news.push(told);
            }
        }
        news
    }

    fn play(&mut self) -> Vec<News> {
        let mut heard = Vec::new();
        let tried = self.omar_tries();
        self.check(&tried, "at first");
        for number in 0.. {
            let Some(effects) = self.step(number) else {
                break;
            };
            heard.extend(self.check(&effects, &format!("step {number}")));
            let tried = self.omar_tries();
            self.check(&tried, &format!("after step {number}"));
        }
        heard
    }
}

fn edited() -> String {
    format!("{NEED} It is at the zinnia counter.")
}

fn deleted(at: &str, id: &str) -> Event {
    Event::Deleted {
        messages: vec![MessageRef {
            place: place(at),
            message: MessageId::new(id),
        }],
    }
}

/// Every button that names a case.
fn actions(id: &CaseId) -> Vec<Action> {
    let of = || Subject::Case(id.clone());
    let mut actions = vec![
        Action::Confirm(of()),
        Action::Dismiss(of()),
        Action::TellPrivately(of()),
        Action::Details(of()),
        Action::Withdraw(of()),
        Action::Undo(of()),
        Action::AnswerQuestion(id.clone()),
        Action::Claim(id.clone()),
        Action::View(id.clone()),
        Action::Split(id.clone()),
        Action::Apart(id.clone()),
        Action::Reopen(id.clone()),
        Action::Neighbours(id.clone()),
        Action::Same(id.clone(), id.clone()),
        Action::Mine,
    ];
    actions.extend(Field::ALL.map(|field| Action::EditField(of(), field)));
    actions
}

/// All that Omar can see: what he is told and answered, and what is said where he wrote.
fn reaching_omar(effects: &[Effect]) -> Vec<Speech> {
    let his = |place: &Place| ["lane", "@omar"].contains(&place.channel.as_str());
    let mut seen = Vec::new();
    for effect in effects {
        match &effect.act {
            Act::Show(show) if his(&show.place) => seen.push(show.speech.clone()),
            Act::Say { place, speech, .. } if his(place) => seen.push(speech.clone()),
            Act::Answer(answer) if answer.person.id.as_str() == "omar" || his(&answer.place) => {
                seen.push(answer.speech.clone());
            }
            Act::Tell {
                person,
                speech,
                otherwise,
            } => {
                if person.id.as_str() == "omar" {
                    seen.push(speech.clone());
                }
                let line = otherwise.iter().filter(|line| his(&line.place));
                seen.extend(line.map(|line| (*line.speech).clone()));
            }
            _ => {}
        }
    }
    seen
}

#[test]
fn whose_telling_kith_joined_hears_nothing_of_the_resident() {
    let mut told = Told::by(JoinedBy::Kith);
    let heard = told.play();
    let kinds: BTreeSet<String> = heard.iter().map(|news| format!("{news:?}")).collect();
    let kinds: Vec<_> = kinds.iter().map(String::as_str).collect();
    assert_eq!(kinds, ["LookedAt", "Over", "WithHub"]);
    assert_eq!(
        told.case(&told.second).state,
        CaseState::Open,
        "and what he told is there when Rosa has taken hers back"
    );
}

#[test]
fn whose_telling_staff_joined_hears_how_it_stands_and_nothing_in_words() {
    let mut told = Told::by(JoinedBy::Staff);
    let heard = told.play();
    let council = News::Forwarded {
        destination: "the council hub".to_owned(),
        reference: None,
    };
    let helped = News::Closed {
        outcome: Outcome::Helped,
    };
    for news in [
        News::Claimed,
        News::Released,
        council,
        News::Over,
        News::Reopened,
        helped,
    ] {
        assert!(heard.contains(&news), "{news:?} in {heard:?}");
    }
    let kinds: BTreeSet<String> = heard.iter().map(|news| format!("{news:?}")).collect();
    assert_eq!(kinds.len(), 6, "{kinds:?}");
}

#[test]
fn the_resident_hears_all_of_it() {
    let mut told = Told::by(JoinedBy::Kith);
    let mut all = Vec::new();
    for number in 0.. {
        let Some(effects) = told.step(number) else {
            break;
        };
        all.extend(super::told(&effects, "rosa"));
    }
    let words = serde_json::to_string(&all).expect("news is JSON");
    for secret in [QUESTION, "ZINNIA-7", "on the van"] {
        assert!(words.contains(secret), "{secret} in {words}");
    }
    assert!(all.contains(&News::Closed {
        outcome: Outcome::NoAnswer
    }));
}

#[test]
fn staff_ask_whom_they_name_and_each_sees_their_own_answers() {
    let mut told = Told::by(JoinedBy::Kith);
    let (first, second) = (told.first.clone(), told.second.clone());
    let refused = told.asks(&second);
    assert!(matches!(answer(&refused), Speech::NotNow { .. }));
    assert!(super::told(&refused, "omar").is_empty());

    let mut told = Told::by(JoinedBy::Staff);
    told.hub(Action::ClaimBriefed(first.clone()));
    let asked = told.asks(&second);
    let question = News::Question {
        text: QUESTION.into(),
    };
    assert_eq!(super::told(&asked, "omar"), [question]);
    assert!(super::told(&asked, "rosa").is_empty());
    let effects = told
        .world
        .presses("rosa", "@rosa", Action::AnswerQuestion(second.clone()));
    assert_eq!(answer(&effects), Speech::OnlyTheWriter);
    let effects = told.answers("omar", &second);
    let whole = told.code(&first);
    assert!(said(&effects).iter().any(|(to, speech)| to == "hub"
        && matches!(speech, Speech::HubNote { code, note: HubNote::Answered, .. } if code.to_string() == whole)));
    assert!(told.case(&first).details.answers.is_empty());
    assert_eq!(told.case(&second).details.answers, [ANSWER.into()]);
    let shown = answer(&told.hub(Action::View(first)));
    assert!(
        matches!(shown, Speech::File(file) if file.others[0].told.details().answers.len() == 1)
    );
}

#[test]
fn who_told_it_too_sees_it_under_their_own_code_and_can_tell_more() {
    let mut told = Told::by(JoinedBy::Kith);
    let (first, second) = (told.first.clone(), told.second.clone());
    let mine = |told: &mut Told| match answer(&told.world.commands("omar", "@omar", "my", "")) {
        Speech::Mine { entries } => entries
            .into_iter()
            .map(|entry| (entry.code.to_string(), entry.state))
            .collect::<Vec<_>>(),
        other => panic!("expected a list, found {other:?}"),
    };
    let stands = |told: &Told, state: &str| vec![(told.code(&second), state.to_owned())];
    assert_eq!(mine(&mut told), stands(&told, "open"));
    told.hub(Action::ClaimBriefed(first.clone()));
    assert_eq!(mine(&mut told), stands(&told, "claimed"));

    let of = Subject::Case(second.clone());
    let reach = Action::EditField(of, Field::Reach);
    told.world.presses("omar", "@omar", reach);
    let effects = told.world.says("omar", "@omar", "p", "020 7946 0001");
    let whole = told.code(&first);
    assert!(said(&effects).iter().any(|(to, speech)| to == "hub"
        && matches!(speech, Speech::HubNote { code, note: HubNote::DetailsAdded, .. } if code.to_string() == whole)));

    told.hub(Action::ForwardMenu(first.clone()));
    assert_eq!(mine(&mut told), stands(&told, "claimed"));
    told.hub(Action::Done(first, Outcome::Helped));
    assert_eq!(mine(&mut told), []);
}

#[test]
fn sorted_beneath_a_joined_telling_is_about_that_telling() {
    let mut told = Told::by(JoinedBy::Kith);
    let mut says = message("omar", "lane", "4", "All sorted now, thanks everyone");
    says.reply_to = Some(MessageId::new("3"));
    let effects = told.world.hear(Event::Message(says));
    let own = told.code(&told.second);
    assert!(said(&effects).iter().any(|(to, speech)| to == "lane"
        && matches!(speech, Speech::AskResolved { code, .. } if code.to_string() == own)));
}

#[test]
fn every_hub_that_has_the_card_is_told_and_can_take_it_apart() {
    let hubs = |effects: &[Effect]| {
        let noted = said(effects).into_iter().filter(|(_, speech)| {
            matches!(
                speech,
                Speech::HubNote {
                    note: HubNote::ToldByAnother { .. },
                    ..
                }
            )
        });
        noted.map(|(to, _)| to).collect::<Vec<_>>()
    };
    // What nobody holds is for whoever takes it; what somebody holds is theirs.
    for (held, noted) in [(false, vec!["hub", "hub2"]), (true, vec!["hub"])] {
        let mut told = Told::by(JoinedBy::Kith);
        if held {
            told.hub(Action::ClaimBriefed(told.first.clone()));
        }
        let effects = told.world.says("ivy", "lane", "6", RETOLD);
        assert_eq!(hubs(&effects), noted);
    }

    // Told of another place than the whole, it is on its card all the same.
    let mut told = Told::by(JoinedBy::Kith);
    let second = told.second.clone();
    let elsewhere = Area::new(["ME8".to_owned()]);
    let here = Area::new(["ME7".to_owned()]);
    let part = told.world.snapshot.cases.get_mut(&second).expect("a case");
    part.area = elsewhere;
    let hub = told.world.snapshot.channels.get_mut(&place("hub2"));
    hub.expect("a hub").area = here;
    let effects = told.world.presses("kim", "hub2", Action::Split(second));
    assert_eq!(answer(&effects), Speech::Noted);
}

#[test]
fn what_was_stored_before_counts_as_joined_by_kith() {
    let told = Told::by(JoinedBy::Staff);
    let mut stored = serde_json::to_value(told.case(&told.second)).expect("a case is JSON");
    let by = stored["state"]
        .as_object_mut()
        .and_then(|state| state.remove("by"));
    assert_eq!(by, Some("staff".into()));
    let case: Case = serde_json::from_value(stored).expect("a case");
    assert!(matches!(case.state, CaseState::Merged(merged) if merged.by == JoinedBy::Kith));
}
