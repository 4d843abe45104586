//! What people say that a text is: what is kept of it, and what a message becomes.

use super::*;
use crate::domain::details::Details;
use crate::domain::offer::{Offer, OfferState};
use crate::domain::reading::Kind;

/// Nobody would take it for a request or an offer.
const CHAT: &str = "Lovely sunset tonight!";

impl World {
    /// A world whose operator wants corrections kept.
    fn that_keeps() -> Self {
        Self {
            desk: Desk {
                keep_corrections: true,
                ..Desk::embedded(Hasher::new(b"test"))
            },
            ..Self::new()
        }
    }

    fn listening(mut self, listening: Listening) -> Self {
        let street = self.snapshot.channels.get_mut(&place("street")).unwrap();
        street.listening = listening;
        self
    }

    /// A command without words that answers a message.
    fn answers_about(&mut self, who: &str, name: &str, about: &Message) -> Vec<Effect> {
        self.replies_with(who, (name, ""), about)
    }

    fn replies_with(
        &mut self,
        who: &str,
        (name, words): (&str, &str),
        about: &Message,
    ) -> Vec<Effect> {
        self.hear(Event::Command(Issued {
            scene: about.scene.clone(),
            by: actor(who),
            command: Command::parse(name, words),
            message: Some(MessageId::new(format!("c{}", self.events))),
            about: Some(Box::new(about.clone())),
            problems: Vec::new(),
            answer: None,
        }))
    }

    fn only_correction(&self) -> Correction {
        let mut kept = self.corrections.values();
        let correction = kept.next().expect("a correction").clone();
        assert_eq!(kept.next(), None, "only one correction");
        correction
    }

    /// From what to what, and by whom, of every correction.
    fn corrected(&self) -> Vec<(Kind, Kind, &str)> {
        let kept = self.corrections.values();
        kept.map(|one| (one.read, one.is, one.by.as_str()))
            .collect()
    }

    fn only_offer(&self) -> Offer {
        let mut offers = self.snapshot.offers.values();
        let offer = offers.next().expect("an offer").clone();
        assert!(offers.next().is_none(), "only one offer");
        offer
    }

    fn report_ids(&self) -> Vec<ReportId> {
        self.snapshot.reports.keys().cloned().collect()
    }
}

fn chat() -> Message {
    message("rosa", "street", "1", CHAT)
}

fn need() -> Message {
    message("rosa", "street", "1", NEED)
}

#[test]
fn no_words_are_kept_unless_the_operator_says_so() {
    let mut world = World::new();
    world.says("rosa", "street", "1", NEED);
    let of = Subject::Case(world.only_case().id);
    world.presses("rosa", "street", Action::Dismiss(of));
    world.answers_about("omar", "need", &message("omar", "street", "2", CHAT));
    world.answers_about("rosa", "offer", &need());
    assert_eq!(world.corrected(), []);
    assert_eq!(world.only_offer().state, OfferState::Open);
}

#[test]
fn not_a_request_is_kept_as_such_and_nowhere_else() {
    let mut world = World::that_keeps();
    world.says("rosa", "street", "1", NEED);
    let of = Subject::Case(world.only_case().id);
    world.presses("nosy", "street", Action::Dismiss(of.clone()));
    assert_eq!(world.corrected(), [], "only the writer can say so");
    world.presses("rosa", "street", Action::Dismiss(of.clone()));
    let expected = Correction {
        id: world.report_ids()[0].clone(),
        text: NEED.into(),
        read: Kind::Request,
        is: Kind::Other,
        language: Some("en".to_owned()),
        connector: connector("telegram"),
        group: Some(GroupId::new("street")),
        author: PersonId::new("rosa"),
        by: PersonId::new("rosa"),
        at: world.now,
    };
    assert_eq!(world.only_correction(), expected);
    let mut reports = world.snapshot.reports.values();
    assert!(reports.all(|report| report.text.is_none()));
    assert!(
        !format!("{:?}", world.only_correction()).contains("Boots"),
        "no log can show the words"
    );
    // The button that was pressed is gone; who presses it all the same changes nothing.
    world.presses("rosa", "street", Action::Dismiss(of));
    assert_eq!(world.only_correction(), expected);
}

#[test]
fn in_a_private_chat_there_is_no_group() {
    let mut world = World::that_keeps();
    world.says("rosa", "@rosa", "1", NEED);
    let of = Subject::Case(world.only_case().id);
    world.presses("rosa", "@rosa", Action::Dismiss(of));
    assert_eq!(world.only_correction().group, None);
}

#[test]
fn undo_says_that_it_was_none_while_nobody_has_done_anything_with_it() {
    let begin = || {
        let mut world = World::that_keeps().listening(Listening::Auto);
        world.says("rosa", "street", "1", NEED);
        let id = world.only_case().id;
        assert_eq!(world.only_case().state, CaseState::Open);
        (world, id)
    };
    let undo = |world: &mut World, id: &CaseId| {
        let effects = world.presses("rosa", "street", Action::Undo(Subject::Case(id.clone())));
        assert!(matches!(answer(&effects), Speech::TakenBack { .. }));
        assert!(matches!(
            world.only_case().state,
            CaseState::Withdrawn { .. }
        ));
    };

    let (mut world, id) = begin();
    undo(&mut world, &id);
    assert_eq!(world.corrected(), [(Kind::Request, Kind::Other, "rosa")]);
    undo(&mut world, &id);
    assert_eq!(world.corrections.len(), 1, "pressed again: as it was");

    let (mut world, id) = begin();
    world.now = world.now + std::time::Duration::from_mins(30);
    undo(&mut world, &id);
    assert_eq!(world.corrected(), [], "by now it may be sorted");

    let (mut world, id) = begin();
    world.presses("sam", "hub", Action::ClaimBriefed(id.clone()));
    undo(&mut world, &id);
    assert_eq!(world.corrected(), [], "somebody acted on it");

    let (mut world, id) = begin();
    world.presses("rosa", "@rosa", Action::Details(Subject::Case(id.clone())));
    world.says("rosa", "@rosa", "p1", "tablets");
    assert_ne!(world.only_case().details, Details::default());
    undo(&mut world, &id);
    assert_eq!(world.corrected(), [], "who tells more of it means it");

    let (mut world, id) = begin();
    world.presses("rosa", "street", Action::Withdraw(Subject::Case(id)));
    assert_eq!(world.corrected(), [], "what is taken back was meant");
}

#[test]
fn an_offer_that_was_none_is_undone_alike() {
    let mut world = World::that_keeps().listening(Listening::Auto);
    let text = "Happy to do shopping for anyone on the estate who can't get out, just shout";
    world.says("omar", "street", "1", text);
    let of = Subject::Offer(world.only_offer().id);
    world.presses("omar", "street", Action::Undo(of));
    assert_eq!(world.corrected(), [(Kind::Offer, Kind::Other, "omar")]);
}

#[test]
fn ones_own_message_that_kith_passed_over_becomes_a_request() {
    let mut world = World::that_keeps();
    let effects = world.answers_about("rosa", "need", &chat());
    assert!(
        said(&effects)
            .iter()
            .any(|(_, speech)| matches!(speech, Speech::PassedOn { .. }))
    );
    assert_eq!(world.corrected(), [(Kind::Other, Kind::Request, "rosa")]);
    assert_eq!(world.only_correction().text, CHAT.into());

    // What kith would take for one by itself is nothing to learn from: it was not listening.
    let mut world = World::that_keeps().listening(Listening::Commands);
    world.answers_about("rosa", "need", &need());
    assert_eq!(world.only_case().state, CaseState::Open);
    assert_eq!(world.corrected(), []);
}

#[test]
fn a_neighbours_word_counts_until_the_writer_says_otherwise() {
    let log = || {
        let mut world = World::that_keeps();
        world.answers_about("omar", "need", &chat());
        assert_eq!(world.corrected(), [(Kind::Other, Kind::Request, "omar")]);
        assert_eq!(world.only_correction().author, PersonId::new("rosa"));
        let of = Subject::Case(world.only_case().id);
        (world, of)
    };
    let (mut world, of) = log();
    world.presses("rosa", "street", Action::Confirm(of));
    assert_eq!(world.corrected(), [(Kind::Other, Kind::Request, "omar")]);

    let (mut world, of) = log();
    world.presses("rosa", "street", Action::Dismiss(of));
    assert_eq!(world.corrected(), [], "kith was right, the neighbour not");

    let (mut world, _) = log();
    world.now = world.now + crate::domain::case::DRAFT_LASTS;
    let id = world.only_case().id;
    world.hear(Event::Due(Due::Case { id }));
    assert_eq!(world.corrected(), [], "the writer never agreed");
}

#[test]
fn what_was_taken_for_a_request_becomes_the_offer_that_its_writer_says_it_is() {
    let mut world = World::that_keeps();
    world.says("rosa", "street", "1", NEED);
    let report = world.report_ids();
    let effects = world.answers_about("rosa", "offer", &need());
    assert!(matches!(
        world.only_case().state,
        CaseState::Withdrawn { .. }
    ));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect.act, Act::Retract { .. })),
        "the question is gone"
    );
    assert!(
        said(&effects)
            .iter()
            .any(|(to, speech)| to == "street" && matches!(speech, Speech::OfferNoted { .. }))
    );
    let offer = world.only_offer();
    assert_eq!(
        (&offer.state, &offer.neighbour),
        (&OfferState::Open, &person("rosa"))
    );
    assert_eq!(world.report_ids(), report, "a message has one report");
    let told = world.snapshot.reports.values().next().unwrap();
    assert_eq!(told.subject, Subject::Offer(offer.id.clone()));
    assert_eq!(
        (told.reading.kind, told.text.clone()),
        (Kind::Offer, Some(NEED.into()))
    );
    assert_eq!(world.corrected(), [(Kind::Request, Kind::Offer, "rosa")]);

    let effects = world.answers_about("rosa", "offer", &need());
    assert_eq!(answer(&effects), Speech::Noted, "it is one already");
    assert_eq!(world.only_offer(), offer);

    // And back again: then kith was right.
    world.answers_about("rosa", "need", &need());
    assert!(matches!(
        world.only_offer().state,
        OfferState::Withdrawn { .. }
    ));
    assert_eq!(world.snapshot.cases.len(), 2);
    assert_eq!(world.report_ids(), report);
    assert_eq!(world.corrected(), []);
}

#[test]
fn who_holds_a_request_hears_that_it_was_an_offer() {
    let mut world = World::that_keeps();
    world.claimed_case();
    let effects = world.answers_about("rosa", "offer", &need());
    assert!(said(&effects).iter().any(|(to, speech)| to == "hub"
        && matches!(
            speech,
            Speech::HubNote {
                note: HubNote::Withdrawn,
                ..
            }
        )));
    assert_eq!(world.corrected(), [(Kind::Request, Kind::Offer, "rosa")]);
}

#[test]
fn a_closed_request_stays_what_it_was() {
    let mut world = World::that_keeps();
    let id = world.claimed_case();
    world.presses("sam", "hub", Action::Done(id, Outcome::Helped));
    let effects = world.answers_about("rosa", "offer", &need());
    assert_eq!(answer(&effects), Speech::Noted);
    assert!(world.snapshot.offers.is_empty());
    assert_eq!(world.corrected(), []);
}

#[test]
fn one_telling_of_several_is_taken_out_alone() {
    let mut world = World::that_keeps();
    let id = world.open_case();
    let again = message(
        "rosa",
        "street",
        "2",
        "Sorry to ask again, could anyone collect my prescription today please? ME7 1AB",
    );
    world.hear(Event::Message(again.clone()));
    let of = Subject::Case(id);
    assert_eq!(world.snapshot.reports_of(&of).len(), 2);
    world.answers_about("rosa", "offer", &again);
    assert_eq!(world.only_case().state, CaseState::Open);
    assert_eq!(world.snapshot.reports_of(&of).len(), 1);
    let offer = Subject::Offer(world.only_offer().id);
    assert_eq!(world.snapshot.reports_of(&offer).len(), 1);
    assert_eq!(world.only_correction().text, again.text);
}

#[test]
fn an_answer_to_somebody_else_is_an_offer_to_them() {
    let mut world = World::that_keeps();
    world.open_case();
    let effects = world.answers_about("omar", "offer", &need());
    assert!(matches!(answer(&effects), Speech::MessageWaiting { .. }));
    world.replies_with("omar", ("offer", "I can fetch it at five"), &need());
    assert_eq!(world.only_offer().neighbour, person("omar"));
    assert_eq!(world.only_case().state, CaseState::Open);
    assert_eq!(world.corrected(), []);
}

#[test]
fn words_of_their_own_behind_a_command_say_nothing_of_the_message_they_answer() {
    let mut world = World::that_keeps();
    world.answers_about("rosa", "offer", &chat());
    world.corrections.clear();
    world.replies_with("rosa", ("need", "milk and bread, ME7 1AB"), &chat());
    assert_eq!(world.only_case().state, CaseState::Open);
    assert_eq!(world.only_offer().state, OfferState::Open, "it stands");
    assert_eq!(world.corrected(), []);
}

#[test]
fn who_thinks_again_has_the_last_word() {
    let mut world = World::that_keeps();
    world.says("rosa", "street", "1", NEED);
    let first = world.only_case().id;
    world.presses(
        "rosa",
        "street",
        Action::Dismiss(Subject::Case(first.clone())),
    );
    world.answers_about("rosa", "need", &need());
    let mut others = world
        .snapshot
        .cases
        .values()
        .filter(|case| case.id != first);
    assert_eq!(
        others.next().map(|case| &case.state),
        Some(&CaseState::Open)
    );
    assert_eq!(world.corrected(), [], "kith was right after all");
    world.answers_about("rosa", "offer", &need());
    assert_eq!(world.corrected(), [(Kind::Request, Kind::Offer, "rosa")]);
}

#[test]
fn words_of_danger_are_not_kept() {
    let mut world = World::that_keeps();
    let danger = "I can't go on any more, I want to end my life tonight";
    world.answers_about("omar", "need", &message("ina", "elsewhere", "1", danger));
    world.answers_about("eve", "offer", &message("eve", "elsewhere", "2", danger));
    assert_eq!(world.snapshot.concerns.len(), 2, "the leads have them");
    assert_eq!(world.corrected(), []);
    let drafts: Vec<_> = world.snapshot.cases.keys().cloned().collect();
    for id in drafts {
        world.presses("ina", "@ina", Action::Dismiss(Subject::Case(id)));
    }
    assert_eq!(world.corrected(), []);
}

#[test]
fn words_that_their_writer_changes_or_deletes_are_not_kept_as_they_were() {
    let dismissed = || {
        let mut world = World::that_keeps();
        world.says("rosa", "street", "1", NEED);
        let of = Subject::Case(world.only_case().id);
        world.presses("rosa", "street", Action::Dismiss(of));
        assert_eq!(world.corrections.len(), 1);
        world
    };
    let mut world = dismissed();
    world.hear(Event::Edited(message("rosa", "street", "1", CHAT)));
    assert_eq!(world.corrected(), []);
    let mut world = dismissed();
    let messages = vec![need().reference()];
    world.hear(Event::Deleted { messages });
    assert_eq!(world.corrected(), []);
}
