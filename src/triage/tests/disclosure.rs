//! Whoever reads something in a whole conversation is shown what the table says and nothing beside it, whichever way it is told.

use super::matches::{OFFER, words};
use super::*;
use crate::domain::disclosure::{Audience, Item, Rule, rule};

/// What is told of Rosa's need, with the item that it is.
const PLANTED: [(Item, &str); 8] = [
    (Item::FirstName, "Rosaplanted"),
    (Item::Name, "Lastplanted"),
    (Item::Task, "planted-tablets"),
    (Item::Time, "planted-evening"),
    (Item::ForWhom, "planted-gran"),
    (Item::Address, "12 Planted Row"),
    (Item::Contact, "07700 900456"),
    (Item::Words, "planted-kettle"),
];
/// Stands within the words of the message, in which nobody but whoever has claimed the case is shown it.
const PHONE_IN_WORDS: &str = "07700 900789";

/// Who reads an effect.
fn reader(to: &str, world: &World) -> Audience {
    let held_by_sam = world.snapshot.cases.values().any(|case| {
        case.state
            .holder()
            .is_some_and(|holder| holder.id.as_str() == "sam")
    });
    let agreed = world.snapshot.matches.values().any(|found| {
        matches!(
            found.state,
            crate::domain::matching::MatchState::Agreed { .. }
        )
    });
    let accepted = world.snapshot.matches.values().any(|found| {
        matches!(
            found.state,
            crate::domain::matching::MatchState::Accepted { .. }
        )
    });
    match to {
        "street" => Audience::Group,
        "hub" => Audience::Hub,
        "leads" => Audience::Lead,
        "@rosa" | "?rosa" => Audience::Resident,
        "@omar" | "?omar" if agreed => Audience::Agreed,
        "@omar" | "?omar" if accepted => Audience::Willing,
        "@omar" | "?omar" => Audience::Asked,
        "?sam" if held_by_sam => Audience::Holder,
        "?sam" | "?kim" => Audience::Staff,
        "council" => Audience::Destination,
        other => panic!("nobody knows who {other} is"),
    }
}

/// Looks at all that was said, and to whom.
fn look(world: &World, effects: &[Effect]) -> HashSet<(Audience, Item)> {
    let mut seen = HashSet::new();
    for effect in effects {
        let one = std::slice::from_ref(effect);
        let to = match &effect.act {
            Act::Forward { destination, .. } | Act::Recall { destination, .. } => {
                destination.to_string()
            }
            Act::Retract { .. } => continue,
            _ => said(one).remove(0).0,
        };
        let audience = reader(&to, world);
        // An effect names whom it is for; only what is said is read.
        let text = match &effect.act {
            Act::Forward { notice, .. } => serde_json::to_string(notice).expect("JSON"),
            Act::Recall { recall, .. } => serde_json::to_string(recall).expect("JSON"),
            _ => serde_json::to_string(&said(one)[0].1).expect("JSON"),
        };
        for (item, planted) in PLANTED {
            if text.contains(planted) {
                let shown = rule(item, audience);
                assert_ne!(shown, Rule::Never, "{item} to {audience}: {text}");
                seen.insert((audience, item));
            }
        }
        if !matches!(audience, Audience::Holder | Audience::Resident) {
            assert!(!text.contains(PHONE_IN_WORDS), "to {audience}: {text}");
        }
    }
    seen
}

/// Rosa, with all of her name.
fn rosa(world: &mut World, at: &str, text: &str) -> Vec<Effect> {
    let mut message = message("rosa", at, &format!("r{}", world.events), text);
    message.author.name = "Rosaplanted Lastplanted".into();
    world.hear(Event::Message(message))
}

#[test]
fn in_a_whole_conversation_everybody_reads_what_the_table_says() {
    let mut world = World::new();
    let mut seen = HashSet::new();
    let watch = |world: &World, effects: Vec<Effect>, seen: &mut HashSet<_>| {
        seen.extend(look(world, &effects));
        effects
    };
    let need = format!(
        "Could anyone pick up my prescription today please, the planted-kettle is broken too, {PHONE_IN_WORDS}. ME7 1AB"
    );
    let effects = rosa(&mut world, "street", &need);
    watch(&world, effects, &mut seen);
    let id = world.only_case().id;
    let of = Subject::Case(id.clone());
    let effects = world.presses("rosa", "street", Action::Confirm(of.clone()));
    watch(&world, effects, &mut seen);
    let effects = world.presses("rosa", "@rosa", Action::Details(of.clone()));
    watch(&world, effects, &mut seen);
    for answer in [
        "planted-tablets",
        "12 Planted Row, ME7 1AB",
        "planted-evening",
        "planted-gran",
        "07700 900456",
    ] {
        let effects = rosa(&mut world, "@rosa", answer);
        watch(&world, effects, &mut seen);
    }
    let effects = world.presses("rosa", "@rosa", Action::Consent(true));
    watch(&world, effects, &mut seen);

    // Staff look at it before anybody has it, and in the queue.
    let effects = world.presses("sam", "hub", Action::View(id.clone()));
    watch(&world, effects, &mut seen);
    let view = Box::new(crate::domain::queue::QueueView::default());
    let effects = world.presses("sam", "hub", Action::Queue(view));
    watch(&world, effects, &mut seen);

    // A neighbour is asked, says yes, and is agreed to.
    let offer = world.offers("omar", "o1", OFFER);
    let (found, effects) = world.asks(&id, &offer);
    let to_omar = watch(&world, effects, &mut seen);
    assert!(!words(&to_omar).contains("planted-tablets"));
    let effects = world.presses("omar", "@omar", Action::Help(found.clone(), true));
    watch(&world, effects, &mut seen);
    let effects = world.presses("rosa", "@rosa", Action::Share(found.clone(), true));
    watch(&world, effects, &mut seen);
    let effects = world.presses("omar", "@omar", Action::Matched(found));
    watch(&world, effects, &mut seen);

    // Sam takes it; Kim looks; it is passed on.
    let effects = world.presses("sam", "hub", Action::ClaimBriefed(id.clone()));
    watch(&world, effects, &mut seen);
    let effects = world.presses("kim", "hub", Action::View(id.clone()));
    watch(&world, effects, &mut seen);
    let effects = world.presses("sam", "hub", Action::ForwardMenu(id));
    watch(&world, effects, &mut seen);

    // What the table lets somebody see they did see: this test has looked in the right places.
    let expected = [
        (Audience::Staff, Item::Words),
        (Audience::Staff, Item::FirstName),
        (Audience::Holder, Item::Address),
        (Audience::Holder, Item::Contact),
        (Audience::Holder, Item::Name),
        (Audience::Willing, Item::FirstName),
        (Audience::Willing, Item::Task),
        (Audience::Agreed, Item::Address),
        (Audience::Agreed, Item::Contact),
        (Audience::Resident, Item::Address),
    ];
    for one in expected {
        assert!(seen.contains(&one), "{one:?} was not seen: {seen:?}");
    }
    for (audience, item) in seen {
        assert!(
            !matches!(
                audience,
                Audience::Group | Audience::Hub | Audience::Asked | Audience::Destination
            ),
            "{item} to {audience}"
        );
    }
}
