//! What a message shows a group that strangers should not see: what its writer hears, and what kith keeps.

use super::*;
use crate::domain::particulars::Secret;
use crate::domain::private::Private;
use crate::domain::sealed::SealedMessage;

const NEED: &str = "Could anyone pick up my prescription from Boots today please? I'm stuck in at 14 Mill Lane, ME7 1AB, ring 07700 900123";
const CHAT: &str = "lol my pin is 4821 and the card is 4929 1111 1111 1113";

fn nudge(effects: &[Effect], who: &str) -> Option<(Vec<Secret>, bool, SealedMessage)> {
    said(effects)
        .into_iter()
        .find_map(|(to, speech)| match speech {
            Speech::Leak {
                secrets,
                removed,
                message,
            } if to == format!("@{who}") => Some((secrets, removed, message)),
            _ => None,
        })
}

fn removed(effects: &[Effect]) -> Vec<&MessageRef> {
    let removed = effects.iter().filter_map(|effect| match &effect.act {
        Act::Remove { message } => Some(message),
        _ => None,
    });
    removed.collect()
}

impl World {
    fn removing() -> Self {
        let mut world = Self::new();
        let effects = world.presses("admin", "street", Action::SetLeaks(Leaks::Removed));
        assert!(matches!(answer(&effects), Speech::SetupPanel { .. }));
        world
    }

    fn words(&self) -> Vec<String> {
        let texts = self
            .snapshot
            .reports
            .values()
            .filter_map(|report| report.text.as_ref());
        texts.map(|text| text.reveal().clone()).collect()
    }
}

#[test]
fn the_writer_hears_in_private_and_the_group_sees_nothing_of_it() {
    let mut world = World::new();
    let effects = world.says("rosa", "street", "1", NEED);
    let (secrets, removed_at_once, _) = nudge(&effects, "rosa").expect("a nudge");
    assert_eq!(secrets, [Secret::Address, Secret::Phone]);
    assert!(!removed_at_once && removed(&effects).is_empty());
    for (to, speech) in said(&effects) {
        assert!(
            to == "@rosa" || matches!(speech, Speech::AskRequest { .. }),
            "{to}: {speech:?}"
        );
    }
}

#[test]
fn what_is_kept_of_the_words_has_it_taken_out_and_how_to_reach_them_is_kept_apart() {
    let mut world = World::new();
    world.says("rosa", "street", "1", NEED);
    let case = world.only_case();
    let words = world.words().concat();
    assert!(
        !words.contains("07700") && !words.contains("Mill"),
        "{words}"
    );
    assert!(
        words.contains("ring xxxxx xxxxxx") && words.contains("prescription"),
        "{words}"
    );
    assert_eq!(case.details.reach, Some("07700 900123".into()));
    assert!(
        case.details
            .r#where
            .is_some_and(|place| place.reveal().contains("14 Mill Lane"))
    );
    let mut world = World::new();
    let card = "Could anyone do my shopping please, ME7 1AB? My card is 4929 1111 1111 1113 and the pin is 4821";
    world.says("rosa", "street", "1", card);
    let everything = serde_json::to_string(&world.only_case()).unwrap() + &world.words().concat();
    assert!(
        !everything.contains("4821") && !everything.contains("4929"),
        "{everything}"
    );
}

#[test]
fn ordinary_chat_that_leaks_is_told_of_and_not_kept() {
    let mut world = World::new();
    let effects = world.says("rosa", "street", "1", CHAT);
    let (secrets, ..) = nudge(&effects, "rosa").expect("a nudge");
    assert_eq!(secrets, [Secret::Pin, Secret::Card]);
    assert!(world.snapshot.cases.is_empty());
    let concerns = world.snapshot.concerns.values();
    let told: Vec<_> = concerns
        .filter_map(|concern| concern.words.clone())
        .collect();
    let told: Vec<_> = told.into_iter().map(Private::into_revealed).collect();
    let kept = told.concat() + &world.words().concat();
    assert!(!kept.contains("4821") && !kept.contains("4929"), "{kept}");
}

#[test]
fn public_numbers_and_halls_are_nobodys_secret() {
    for text in [
        "Ring the helpline on 0808 2000 247 if you are worried about bills",
        "14 Mill Lane has sold at last, lovely new people",
        "Soup and a chat for everybody at 14 Mill Lane church hall, 12 till 2",
        "Bin day moved to 07/11/2026",
    ] {
        let mut world = World::new();
        assert_eq!(
            nudge(&world.says("rosa", "street", "1", text), "rosa"),
            None,
            "{text}"
        );
    }
}

#[test]
fn only_its_writer_can_have_it_taken_away_and_what_it_told_stays() {
    let mut world = World::new();
    let effects = world.says("rosa", "street", "1", NEED);
    let (.., sealed) = nudge(&effects, "rosa").expect("a nudge");
    let of = Subject::Case(world.only_case().id);
    world.presses("rosa", "street", Action::Confirm(of));

    let take = Action::RemoveMine(sealed.clone());
    let effects = world.presses("nosy", "@nosy", take.clone());
    assert_eq!(answer(&effects), Speech::OnlyTheWriter);
    assert!(removed(&effects).is_empty());

    let effects = world.presses("rosa", "@rosa", Action::Leaked(sealed));
    assert!(matches!(answer(&effects), Speech::Leak { .. }));
    let effects = world.presses("rosa", "@rosa", take);
    assert_eq!(answer(&effects), Speech::Removing);
    let source = message("rosa", "street", "1", "").reference();
    assert_eq!(removed(&effects), [&source]);

    // Where the platform tells of what kith deleted, the need is not taken back by that.
    world.hear(Event::Deleted {
        messages: vec![source],
    });
    assert_eq!(world.only_case().state, CaseState::Open);
}

#[test]
fn a_group_can_have_them_taken_away_at_once() {
    let mut world = World::removing();
    let effects = world.says("rosa", "street", "1", NEED);
    let (_, removed_at_once, _) = nudge(&effects, "rosa").expect("a nudge");
    let source = message("rosa", "street", "1", "").reference();
    assert!(removed_at_once);
    assert_eq!(removed(&effects), [&source]);
    world.hear(Event::Deleted {
        messages: vec![source],
    });
    let case = world.only_case();
    assert!(
        matches!(case.state, CaseState::Draft { .. }),
        "they are still asked"
    );
    let effects = world.presses("rosa", "street", Action::SetLeaks(Leaks::Told));
    assert_eq!(
        answer(&effects),
        Speech::NotForYou {
            who: Needed::Moderator
        }
    );
}

#[test]
fn an_edit_is_told_of_only_where_it_shows_something_new() {
    let mut world = World::new();
    world.says("rosa", "street", "1", NEED);
    let edit = |text: &str| Event::Edited(message("rosa", "street", "1", text));
    let effects = world.hear(edit(&NEED.replace("today", "tomorrow")));
    assert_eq!(nudge(&effects, "rosa"), None);
    let effects = world.hear(edit(&format!("{NEED}, my pin is 4821")));
    let (secrets, ..) = nudge(&effects, "rosa").expect("a nudge");
    assert_eq!(secrets, [Secret::Pin, Secret::Address, Secret::Phone]);
    assert!(!world.words().concat().contains("4821"));
}

#[test]
fn numbers_to_call_come_alone() {
    let mut world = World::new();
    let effects = world.says(
        "rosa",
        "street",
        "1",
        "I want to kill myself, I'm at 14 Mill Lane, 07700 900123",
    );
    assert_eq!(nudge(&effects, "rosa"), None);
    let concern = world.snapshot.concerns.values().next().expect("a concern");
    let words = concern.words.clone().expect("words").into_revealed();
    assert!(
        words.contains("14 Mill Lane") && words.contains("07700 900123"),
        "a lead has to find them"
    );
}

#[test]
fn a_pin_told_in_private_is_not_kept_either() {
    let mut world = World::new();
    let id = world.open_case();
    world.presses(
        "rosa",
        "@rosa",
        Action::EditField(Subject::Case(id.clone()), Field::ForWhom),
    );
    world.says("rosa", "@rosa", "9", "for me, my pin is 4821");
    let told = world.case(&id).details.for_whom.clone();
    assert_eq!(told, Some("for me, my pin is xxxx".into()));
}
