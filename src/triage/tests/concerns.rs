//! Concerns: once a day for a person and a sign, seen by leads alone, called for until somebody takes them.

use std::time::Duration;

use super::{World, actor, connector, place, scene};
use crate::domain::action::Action;
use crate::domain::clock::Timestamp;
use crate::domain::concern::{Concern, ConcernOutcome, ConcernState, Entry, Service};
use crate::domain::decision::Post;
use crate::domain::details::Field;
use crate::domain::effect::{Act, Effect};
use crate::domain::ids::{DestinationId, InboundKey, MessageId, PostKey};
use crate::domain::inbound::{Due, Event, FormSent};
use crate::domain::referral::NoticeOf;
use crate::domain::report::Subject;
use crate::domain::rescue::Reached;
use crate::domain::speech::{Needed, Speech};
use crate::safeguarding::Deputy;

const DANGER: &str = "I can't go on any more, I want to end my life tonight";
const AGAIN: &str = "I really want to kill myself";

fn said(effects: &[Effect]) -> Vec<(String, Speech)> {
    super::said(effects)
}

fn numbers(effects: &[Effect]) -> usize {
    let said = said(effects);
    let numbers = said
        .iter()
        .filter(|(_, speech)| matches!(speech, Speech::Numbers(_)));
    numbers.count()
}

impl World {
    fn concern(&self) -> Concern {
        let mut all = self.snapshot.concerns.values();
        let concern = all.next().expect("a concern").clone();
        assert!(all.next().is_none(), "expected one concern");
        concern
    }

    fn trail_of(&self, concern: &Concern) -> Vec<(&str, Option<&str>)> {
        let of = Subject::Concern(concern.id.clone());
        let trail = self.trail.iter().filter(|event| event.subject == of);
        trail
            .map(|event| {
                let by = event.by.as_ref().map(|by| by.id.as_str());
                (event.what.as_str(), by)
            })
            .collect()
    }

    fn time_comes(&mut self, concern: &Concern) -> Vec<Effect> {
        // What is heard takes a minute here.
        self.now = concern.due().expect("a time") - Duration::from_mins(1);
        let id = concern.id.clone();
        self.hear(Event::Due(Due::Concern { id }))
    }

    /// They could not be reached, so that the line stands beneath what they wrote.
    fn has_line(&mut self, concern: &Concern) {
        let subject = Subject::Concern(concern.id.clone());
        let place = place("street");
        let post = Post {
            key: PostKey::new(format!("line/concern/{}/{place}", concern.id)),
            subject: subject.clone(),
            place,
            message: Some(MessageId::new("77")),
        };
        self.snapshot.posts.entry(subject).or_default().push(post);
    }

    fn minutes_pass(&mut self, minutes: u64) {
        self.now = self.now + Duration::from_mins(minutes);
    }
}

#[test]
fn the_same_within_a_day_brings_the_numbers_once_and_stays_one_concern() {
    let mut world = World::new();
    let effects = world.says("ina", "street", "1", DANGER);
    assert_eq!(numbers(&effects), 1);
    world.minutes_pass(20);
    let effects = world.says("ina", "street", "2", AGAIN);
    assert_eq!(numbers(&effects), 0, "{effects:?}");
    // The leads read on, on the card that they have, and hear that there is more.
    assert!(said(&effects).iter().all(|(to, _)| to == "leads"));
    assert!(
        said(&effects)
            .iter()
            .any(|(_, speech)| matches!(speech, Speech::ConcernGrew { .. }))
    );
    world.minutes_pass(1);
    let effects = world.says("ina", "street", "3", AGAIN);
    let grew = |(_, speech): &(String, Speech)| matches!(speech, Speech::ConcernGrew { .. });
    assert!(!said(&effects).iter().any(grew), "not with every message");
    let concern = world.concern();
    assert_eq!(concern.again.len(), 2);

    // Another sign is another matter, and another person another concern.
    let effects = world.says("ina", "street", "4", "my husband hits me and the kids");
    assert_eq!(numbers(&effects), 1);
    assert_eq!(world.snapshot.concerns.len(), 2);
    let effects = world.says("omar", "street", "5", DANGER);
    assert_eq!(numbers(&effects), 1);
    assert_eq!(world.snapshot.concerns.len(), 3);

    world.minutes_pass(25 * 60);
    let effects = world.says("ina", "street", "6", DANGER);
    assert_eq!(numbers(&effects), 1, "a day later they are given again");
    assert_eq!(world.snapshot.concerns.len(), 4);
}

#[test]
fn in_private_who_writes_on_is_answered_and_who_asks_is_given_the_numbers() {
    let mut world = World::new();
    world.says("ina", "@ina", "1", DANGER);
    let effects = world.says("ina", "@ina", "2", AGAIN);
    assert_eq!(numbers(&effects), 0);
    let heard = said(&effects)
        .into_iter()
        .any(|(to, speech)| to == "@ina" && matches!(speech, Speech::HeardAgain { .. }));
    assert!(heard, "silence would be worse than a nuisance");
    let id = world.concern().id;
    for _ in 0..3 {
        let effects = world.presses("ina", "@ina", Action::Numbers(id.clone()));
        assert_eq!(numbers(&effects), 1);
        let effects = world.commands("ina", "@ina", "numbers", "");
        assert_eq!(numbers(&effects), 1);
    }
}

#[test]
fn who_was_told_straight_is_not_told_again_and_the_leads_hear_of_it() {
    let mut world = World::new();
    let reached = Reached {
        at: world.now,
        in_private: true,
    };
    let next = InboundKey::new(format!("{}", world.events + 1));
    let key = (connector("telegram"), next);
    world.snapshot.reached.insert(key, reached);
    let effects = world.says("ina", "street", "1", DANGER);
    assert_eq!(numbers(&effects), 0);
    assert!(said(&effects).iter().any(|(to, _)| to == "leads"));
    let concern = world.concern();
    assert!(world.trail_of(&concern).contains(&("numbers_sent", None)));
    // That counts for the day.
    let effects = world.says("ina", "street", "2", AGAIN);
    assert_eq!(numbers(&effects), 0);
}

#[test]
fn a_child_is_given_childline_before_the_others() {
    let mut world = World::new();
    let effects = world.says("ina", "street", "1", "I'm 14 and I want to kill myself");
    let said = said(&effects);
    let given = said.iter().find_map(|(_, speech)| match speech {
        Speech::Numbers(numbers) => Some(&numbers.numbers),
        _ => None,
    });
    let given: Vec<_> = given.unwrap().iter().map(|n| n.contact.as_str()).collect();
    assert_eq!(given[..2], ["999", "0800 1111"]);
}

#[test]
fn nobody_takes_it_so_the_leads_the_deputies_and_the_destination_are_called() {
    let mut world = World::new();
    world.desk.escalation.deputies = vec![
        Deputy::Channel(place("deputies")),
        Deputy::Person(super::person("dan")),
    ];
    world.desk.escalation.destination = Some(DestinationId::new("council"));
    world.says("ina", "street", "1", DANGER);
    let concern = world.concern();
    // The neutral line goes no sooner than the clock.
    let quarter = Duration::from_mins(15);
    assert_eq!(concern.due(), Some(concern.at + quarter));

    let rung = |effects: &[Effect]| -> Vec<String> {
        let waits = said(effects);
        let waits = waits
            .into_iter()
            .filter(|(_, speech)| matches!(speech, Speech::ConcernWaits { .. }));
        waits.map(|(to, _)| to).collect()
    };
    let effects = world.time_comes(&concern);
    assert_eq!(rung(&effects), ["leads"]);
    assert!(effects.iter().all(|effect| effect.urgent));
    let concern = world.concern();
    assert_eq!(concern.ringing.at, Some(concern.at + 2 * quarter));
    let effects = world.time_comes(&concern);
    assert_eq!(rung(&effects), ["deputies", "@dan"]);
    let effects = world.time_comes(&world.concern());
    let notice = effects.iter().find_map(|effect| match &effect.act {
        Act::Forward {
            destination,
            notice,
        } => Some((destination.as_str(), notice.of, notice.code.clone())),
        _ => None,
    });
    let code = world.concern().code;
    assert_eq!(notice, Some(("council", NoticeOf::Concern, code)));

    // Once somebody has it, nobody is called.
    let id = world.concern().id;
    world.presses("lea", "leads", Action::Acknowledge(id.clone()));
    assert_eq!(world.concern().due(), None);
    world.minutes_pass(60 * 24 * 3);
    let effects = world.hear(Event::Due(Due::Concern { id }));
    assert!(effects.is_empty(), "{effects:?}");
}

#[test]
fn where_no_lead_would_see_it_the_deputies_are_called_at_once() {
    let mut world = World::new();
    world.snapshot.channels.remove(&place("leads"));
    world.desk.escalation.deputies = vec![Deputy::Channel(place("deputies"))];
    world.says("ina", "street", "1", DANGER);
    let concern = world.concern();
    assert_eq!(concern.due(), Some(concern.at));
    let effects = world.time_comes(&concern);
    assert_eq!(said(&effects)[0].0, "deputies");
}

#[test]
fn the_line_in_the_group_is_taken_away_once_they_came_or_after_a_while() {
    for comes in [true, false] {
        let mut world = World::new();
        world.says("ina", "street", "1", DANGER);
        let concern = world.concern();
        world.has_line(&concern);
        let effects = if comes {
            world.presses("ina", "@ina", Action::Numbers(concern.id.clone()))
        } else {
            world.presses("lea", "leads", Action::Acknowledge(concern.id.clone()));
            let concern = world.concern();
            assert_eq!(concern.due(), Some(concern.at + Duration::from_mins(30)));
            world.time_comes(&concern)
        };
        let retracted = effects.iter().any(|effect| {
            matches!(&effect.act, Act::Retract { place: at, .. } if *at == place("street"))
        });
        assert!(retracted, "{effects:?}");
    }
}

#[test]
fn a_lead_writes_down_passes_on_and_ends_it_and_every_look_is_kept() {
    let mut world = World::new();
    world.says("ina", "street", "1", DANGER);
    let concern = world.concern();
    let code = concern.code.to_string();
    let typed = |world: &mut World, words: &str| {
        let effects = world.commands("lea", "leads", "concern", &format!("{code} {words}"));
        super::answer(&effects)
    };
    assert!(matches!(typed(&mut world, ""), Speech::ConcernCard(_)));
    assert_eq!(
        typed(&mut world, "note rang her, she is safe"),
        Speech::Noted
    );
    assert_eq!(typed(&mut world, "adults AS-77"), Speech::Noted);
    assert!(matches!(
        typed(&mut world, "adults"),
        Speech::CommandProblem { .. }
    ));
    let effects = world.commands("lea", "leads", "concerns", "");
    assert!(matches!(super::answer(&effects), Speech::Concerns { entries } if entries.len() == 1));
    let log: Vec<_> = world.concern().log.into_iter().map(|l| l.entry).collect();
    assert!(matches!(&log[0], Entry::Note { words } if words.reveal() == "rang her, she is safe"));
    assert!(
        matches!(&log[1], Entry::Passed { to: Service::Adults, reference } if reference.reveal() == "AS-77")
    );

    let end = Action::EndConcern(concern.id.clone(), ConcernOutcome::AdultServices);
    let effects = world.presses("lea", "leads", end.clone());
    assert!(matches!(super::answer(&effects), Speech::NotNow { .. }));
    world.presses("lea", "leads", Action::Acknowledge(concern.id.clone()));
    world.presses("lea", "leads", end);
    assert!(matches!(
        world.concern().state,
        ConcernState::Closed {
            outcome: Some(ConcernOutcome::AdultServices),
            ..
        }
    ));
    assert_eq!(
        world.trail_of(&concern),
        [
            ("raised", None),
            ("viewed", Some("lea")),
            ("noted", Some("lea")),
            ("passed_to_adults", Some("lea")),
            ("listed", Some("lea")),
            ("acknowledged", Some("lea")),
            ("closed", Some("lea")),
        ]
    );
    // What leads write is nowhere in the trail.
    assert!(world.trail.iter().all(|event| !event.why.contains("safe")));
}

#[test]
fn nobody_but_leads_sees_that_there_is_one() {
    let mut world = World::new();
    world.says("ina", "street", "1", DANGER);
    let concern = world.concern();
    let code = concern.code.to_string();
    let unknown = Speech::NoSuchCode {
        code: concern.code.clone(),
    };
    let effects = world.commands("sam", "hub", "case", &code);
    assert_eq!(super::answer(&effects), unknown);
    let effects = world.commands("sam", "hub", "concerns", "");
    let only = Speech::NotForYou { who: Needed::Lead };
    assert_eq!(super::answer(&effects), only);
    for action in [
        Action::Acknowledge(concern.id.clone()),
        Action::CloseConcern(concern.id.clone()),
        Action::EndConcern(concern.id.clone(), ConcernOutcome::Other),
    ] {
        let effects = world.presses("sam", "hub", action);
        assert_eq!(super::answer(&effects), only);
    }
    let effects = world.commands("ina", "@ina", "my", "");
    assert!(matches!(super::answer(&effects), Speech::Mine { entries } if entries.is_empty()));
    assert_eq!(world.trail_of(&concern), [("raised", None)]);
}

#[test]
fn leads_of_another_area_see_nothing_of_it() {
    let mut world = World::new();
    let street = world.snapshot.channels.get_mut(&place("street")).unwrap();
    street.area = crate::domain::settings::Area::new(["ME7".to_owned()]);
    let leads = world.snapshot.channels.get_mut(&place("leads")).unwrap();
    leads.area = crate::domain::settings::Area::new(["TN1".to_owned()]);
    world.says("ina", "street", "1", DANGER);
    let concern = world.concern();
    let effects = world.commands("lea", "leads", "concern", &concern.code.to_string());
    assert!(matches!(super::answer(&effects), Speech::NoSuchCode { .. }));
    let effects = world.presses("lea", "leads", Action::Acknowledge(concern.id.clone()));
    assert_eq!(super::answer(&effects), Speech::ButtonGone);
    let effects = world.commands("lea", "leads", "concerns", "");
    assert!(matches!(super::answer(&effects), Speech::Concerns { entries } if entries.is_empty()));
}

#[test]
fn anybody_raises_one_in_their_own_words() {
    let mut world = World::new();
    let words = "The man at number 4 has not opened his door for a week";
    let effects = world.commands("rosa", "@rosa", "concern", words);
    assert!(
        matches!(super::answer(&effects), Speech::ConcernRaised { lines } if !lines.is_empty())
    );
    let concern = world.concern();
    assert_eq!(concern.words.unwrap().reveal(), words);
    assert_eq!(concern.person, super::person("rosa"));
    // No danger to life was read: a working day.
    assert!(concern.ringing.at.unwrap() > concern.at + Duration::from_hours(20));
}

#[test]
fn a_worry_about_a_case_says_which() {
    let mut world = World::new();
    let id = world.open_case();
    let of = Some(Subject::Case(id.clone()));
    let code = world.only_case().code;
    // In the group the button leads to the private chat, where the next words are the worry.
    let effects = world.presses("sam", "hub", Action::Worried(of.clone()));
    assert!(matches!(
        super::answer(&effects),
        Speech::MessageWaiting { .. }
    ));
    let effects = world.presses("sam", "@sam", Action::Worried(of.clone()));
    assert_eq!(super::answer(&effects), Speech::AskWorry);
    let effects = world.says("sam", "@sam", "9", "somebody shouts at her all night");
    assert!(matches!(
        super::answer(&effects),
        Speech::ConcernRaised { .. }
    ));
    assert_eq!(world.concern().about, Some(code.clone()));
    let effects = world.says("sam", "@sam", "10", "hello?");
    assert!(!said(&effects).iter().any(|(to, _)| to == "leads"));

    // By a form.
    let form = FormSent {
        scene: scene("hub"),
        by: actor("kim"),
        action: Some(Action::Worried(of)),
        fields: vec![(Field::What, "she has no food in the house".into())],
        answer: None,
    };
    world.hear(Event::Form(form));
    let about = world.snapshot.concerns.values();
    assert_eq!(about.filter(|c| c.about == Some(code.clone())).count(), 2);
    assert!(world.now > Timestamp::default());
}
