//! Answers: to what neighbours wrote, and to what kith itself asked.

use crate::domain::case::Case;
use crate::domain::inbound::Answered;
use crate::domain::offer::OfferState;
use crate::domain::reading::Category;

use super::*;

const OFFER: &str = "I've got a car and I'm happy to give anyone a lift to the hospital";
const SHOPPING: &str = "Could anyone get me some shopping today please? I can't get out";

impl World {
    /// Somebody answers what somebody wrote.
    fn replies(&mut self, who: &str, id: &str, text: &str, to: (&str, &str, &str)) -> Vec<Effect> {
        let (writer, answered, words) = to;
        self.hear(Event::Message(Message {
            reply_to: Some(MessageId::new(answered)),
            answered: Some(Answered::new(Some(PersonId::new(writer)), false, words)),
            ..message(who, "street", id, text)
        }))
    }

    /// Somebody answers a post of kith's.
    fn answers(&mut self, who: &str, at: &str, text: &str, post: &str) -> Vec<Effect> {
        let id = format!("a{}", self.events);
        self.hear(Event::Message(Message {
            reply_to: Some(MessageId::new(post)),
            answered: Some(Answered::new(None, true, "Shall I pass this on?")),
            ..message(who, at, &id, text)
        }))
    }

    /// The platform has posted what was promised of this sort.
    fn posted(&mut self, sort: &str, as_message: &str) {
        let mut posts = self.snapshot.posts.values_mut().flatten();
        let post = posts.find(|post| post.key.as_str().starts_with(sort) && post.message.is_none());
        post.expect("a post").message = Some(MessageId::new(as_message));
    }

    fn cases(&self) -> Vec<&Case> {
        let mut cases: Vec<&Case> = self.snapshot.cases.values().collect();
        cases.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        cases
    }

    fn offer_state(&self) -> OfferState {
        let mut offers = self.snapshot.offers.values();
        let offer = offers.next().expect("an offer").state.clone();
        assert!(offers.next().is_none(), "only one offer");
        offer
    }
}

fn is_draft(case: &Case) -> bool {
    matches!(case.state, CaseState::Draft { .. })
}

fn asks_to_pass_on(effects: &[Effect]) -> bool {
    said(effects)
        .iter()
        .any(|(_, speech)| matches!(speech, Speech::AskRequest { .. } | Speech::AskOffer { .. }))
}

#[test]
fn yes_please_under_an_offer_is_asked_about_as_a_request() {
    let mut world = World::new();
    world.says("omar", "street", "1", OFFER);
    let effects = world.replies("rosa", "2", "yes please", ("omar", "1", OFFER));
    let case = world.only_case();
    let subject = Subject::Case(case.id.clone());
    assert_eq!(
        said(&effects),
        [("street".to_owned(), Speech::AskRequest { subject })]
    );
    assert!(is_draft(&case));
    assert_eq!(case.categories, [Category::Transport]);
    assert_eq!(case.resident, person("rosa"));
    assert_eq!(case.reasons, ["yes please"]);
    // Without the offer the same words are chat.
    assert!(world.says("noor", "street", "3", "yes please").is_empty());
}

#[test]
fn nothing_of_anothers_words_is_kept() {
    let mut world = World::new();
    let words = "I can give anyone a lift to the hospital, I'm Omar at 9 Invented Row";
    world.replies("rosa", "2", "me please", ("omar", "1", words));
    let kept = format!(
        "{} {}",
        serde_json::to_string(&world.snapshot.reports.values().collect::<Vec<_>>()).unwrap(),
        serde_json::to_string(&world.cases()).unwrap(),
    );
    assert!(kept.contains("me please"));
    assert!(
        !kept.contains("Omar") && !kept.contains("Invented"),
        "{kept}"
    );
}

#[test]
fn on_my_way_is_asked_about_as_an_offer() {
    let mut world = World::new();
    world.says("rosa", "street", "1", NEED);
    let effects = world.replies("omar", "2", "on my way", ("rosa", "1", NEED));
    assert!(matches!(
        &said(&effects)[..],
        [(_, Speech::AskOffer { .. })]
    ));
    assert!(matches!(world.offer_state(), OfferState::Draft { .. }));
    assert!(is_draft(&world.only_case()), "her request is as it was");
}

#[test]
fn sorted_takes_the_request_that_it_answers_and_no_other() {
    let mut world = World::new();
    world.says("rosa", "street", "1", NEED);
    world.says("rosa", "street", "2", SHOPPING);
    assert_eq!(world.cases().len(), 2);
    // Two are told, so that by itself it says too little.
    assert!(
        world
            .says("rosa", "street", "3", "All sorted now, thank you!")
            .is_empty()
    );
    let effects = world.replies("rosa", "4", "all done thanks", ("rosa", "2", SHOPPING));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect.act, Act::Retract { .. }))
    );
    let cases = world.cases();
    assert!(is_draft(cases[0]));
    assert!(matches!(cases[1].state, CaseState::Withdrawn { .. }));

    let id = cases[0].id.clone();
    world.presses("rosa", "street", Action::Confirm(Subject::Case(id.clone())));
    let effects = world.replies("rosa", "5", "sorted", ("rosa", "1", NEED));
    let asked = said(&effects);
    assert!(
        matches!(&asked[..], [(_, Speech::AskResolved { subject: Subject::Case(of), .. })] if *of == id),
        "{asked:?}"
    );
    // Once it is over there is nothing to ask.
    world.presses("rosa", "street", Action::Withdraw(Subject::Case(id)));
    assert!(
        world
            .replies("rosa", "6", "sorted", ("rosa", "1", NEED))
            .is_empty()
    );
}

#[test]
fn sorted_under_anothers_request_is_not_about_ones_own() {
    let mut world = World::new();
    world.says("rosa", "street", "1", NEED);
    world.says("omar", "street", "2", SHOPPING);
    world.replies(
        "omar",
        "3",
        "Sorted! It's on your step",
        ("rosa", "1", NEED),
    );
    assert!(world.cases().into_iter().all(is_draft));
    // Under somebody's answer to one's own request it is.
    world.replies(
        "omar",
        "4",
        "all sorted now thanks",
        ("jean", "77", "on my way"),
    );
    let withdrawn: Vec<_> = world
        .cases()
        .into_iter()
        .filter(|case| !is_draft(case))
        .collect();
    assert!(matches!(&withdrawn[..], [case] if case.resident == person("omar")));
}

#[test]
fn an_offer_that_is_gone_is_taken_back() {
    let mut world = World::new();
    world.says("omar", "street", "1", OFFER);
    world.says("omar", "street", "2", SHOPPING);
    let effects = world.replies("omar", "3", "taken now sorry", ("omar", "1", OFFER));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect.act, Act::Retract { .. }))
    );
    assert!(matches!(world.offer_state(), OfferState::Withdrawn { .. }));
    assert!(is_draft(&world.only_case()), "the request goes on");
}

#[test]
fn asked_again_it_is_the_same_case() {
    let mut world = World::new();
    world.open_case();
    let effects = world.replies("rosa", "2", "anyone?", ("rosa", "1", NEED));
    world.only_case();
    assert!(
        said(&effects)
            .iter()
            .any(|(_, speech)| matches!(speech, Speech::AlreadyWithHub { .. }))
    );
}

#[test]
fn a_yes_to_kiths_question_is_the_button() {
    let mut world = World::new();
    world.says("rosa", "street", "1", NEED);
    world.posted("ask", "k1");
    // Of others it is nothing, and it is no request of theirs.
    assert!(
        world
            .answers("omar", "street", "yes please", "k1")
            .is_empty()
    );
    let effects = world.answers("rosa", "street", "Yes please", "k1");
    assert_eq!(world.only_case().state, CaseState::Open);
    let places: Vec<_> = said(&effects).into_iter().map(|(to, _)| to).collect();
    assert_eq!(
        places,
        ["hub", "street"],
        "the question itself says what became of it"
    );
    assert!(!asks_to_pass_on(&effects));
    // A second yes, or thanks, is nothing more.
    assert!(world.answers("rosa", "street", "yes", "k1").is_empty());
    assert!(
        world
            .answers("rosa", "street", "thank you", "k1")
            .is_empty()
    );
}

#[test]
fn a_no_to_kiths_question_leaves_no_words_behind() {
    let mut world = World::new();
    world.says("omar", "street", "1", OFFER);
    world.posted("ask", "k1");
    let effects = world.answers("omar", "street", "no thanks", "k1");
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect.act, Act::Retract { .. }))
    );
    assert!(matches!(world.offer_state(), OfferState::Withdrawn { .. }));
    assert!(
        world
            .snapshot
            .reports
            .values()
            .all(|report| report.text.is_none())
    );
}

#[test]
fn an_answer_to_kiths_question_is_no_new_request() {
    let mut world = World::new();
    world.says("rosa", "street", "1", NEED);
    world.posted("ask", "k1");
    let more = "I need someone to fetch some milk and bread as well please";
    let effects = world.answers("rosa", "street", more, "k1");
    assert!(!asks_to_pass_on(&effects), "{:?}", said(&effects));
    let case = world.only_case();
    assert!(is_draft(&case));
    let told = world.snapshot.reports_of(&Subject::Case(case.id));
    assert_eq!(told.len(), 2, "what it tells is not lost");
    // A yes with more to tell is both.
    world.answers("rosa", "street", "Yes please, I need milk too", "k1");
    assert_eq!(world.only_case().state, CaseState::Open);
    // Beneath what is no question any more, another need is another request.
    world.answers(
        "rosa",
        "street",
        "Could anyone give me a lift to the hospital tomorrow?",
        "k1",
    );
    assert_eq!(world.cases().len(), 2);
}

#[test]
fn is_it_sorted_is_answered_in_words() {
    for (text, goes) in [
        ("yes", true),
        ("Sorted, thanks", true),
        ("no, still need it", false),
    ] {
        let mut world = World::new();
        world.open_case();
        world.says("rosa", "street", "2", "All sorted now, thank you everyone!");
        world.posted("sorted", "k2");
        let effects = world.answers("rosa", "street", text, "k2");
        assert!(
            effects
                .iter()
                .any(|effect| matches!(effect.act, Act::Retract { .. })),
            "{text}"
        );
        let over = matches!(world.only_case().state, CaseState::Withdrawn { .. });
        assert_eq!(over, goes, "{text}");
    }
}

#[test]
fn danger_in_an_answer_goes_before_all_else() {
    let mut world = World::new();
    world.says("rosa", "street", "1", NEED);
    world.posted("ask", "k1");
    for (who, post) in [("rosa", "k1"), ("omar", "k9")] {
        let effects = world.answers(who, "street", "yes please, I want to end my life", post);
        assert!(
            said(&effects).iter().any(|(to, _)| to == "leads"),
            "{:?}",
            said(&effects)
        );
    }
    assert_eq!(world.snapshot.concerns.len(), 2);
}

#[test]
fn with_two_questions_open_the_one_that_is_answered_is_meant() {
    let mut world = World::new();
    for (id, text) in [("1", NEED), ("2", SHOPPING)] {
        world.says("rosa", "street", id, text);
    }
    let subjects: Vec<(CaseId, CaseCode)> = world
        .cases()
        .into_iter()
        .map(|case| (case.id.clone(), case.code.clone()))
        .collect();
    for (id, code) in &subjects {
        world.presses("rosa", "street", Action::Confirm(Subject::Case(id.clone())));
        world.presses("sam", "hub", Action::ClaimBriefed(id.clone()));
        world.commands("sam", "hub", "ask", &format!("{code} which chemist?"));
    }
    let asks_about = |code: &CaseCode| format!("The help hub has a question about {code}: which?");
    let (id, code) = &subjects[1];
    let effects = world.hear(Event::Message(Message {
        reply_to: Some(MessageId::new("k7")),
        answered: Some(Answered::new(None, true, &asks_about(code))),
        ..message("rosa", "@rosa", "9", "I need the one on Mill Street please")
    }));
    let answer = answer(&effects);
    assert!(matches!(answer, Speech::AnswerPassedOn { code: of } if of == *code));
    assert_eq!(world.cases().len(), 2, "no new request");
    assert_eq!(world.snapshot.cases[id].question, None);
    assert!(world.snapshot.cases[&subjects[0].0].question.is_some());
}

#[test]
fn sorted_said_in_private_ends_what_was_told_there() {
    let mut world = World::new();
    world.says("rosa", "@rosa", "1", SHOPPING);
    assert!(is_draft(&world.only_case()));
    world.says("rosa", "@rosa", "2", "Sorted now, thanks");
    assert!(matches!(
        world.only_case().state,
        CaseState::Withdrawn { .. }
    ));
    let effects = world.says("rosa", "@rosa", "3", "Sorted now, thanks");
    assert!(matches!(&said(&effects)[..], [(_, Speech::NotUnderstood)]));
}
