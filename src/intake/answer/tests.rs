//! Short answers, each beneath what it answers.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::domain::reading::{Signal, Urgency};

static READER: LazyLock<Reader> = LazyLock::new(Reader::new);

const SHOPPING: &str = "I'm going to Asda at 4, happy to do shopping for anyone who can't get out";
const ASKS_WHO: &str = "Popping to the shops later, does anyone need anything?";
const LIFTS: &str = "I've got a car and I'm happy to give anyone a lift to the hospital";
const COT: &str = "We have a cot to give away, free to anyone who can collect";
const MILK: &str = "Could anyone get me some shopping today please? I can't get out";
const LIFT: &str = "I need a lift to the hospital tomorrow, can anybody help?";
const CHAT: &str = "Lovely sunset over the river tonight!";

/// `kind: categories`, as a reading is written in these tables.
fn short(reading: &Reading) -> String {
    let about: Vec<&str> = reading.categories.iter().map(|it| it.as_str()).collect();
    if about.is_empty() {
        reading.kind.to_string()
    } else {
        format!("{}: {}", reading.kind, about.join(" "))
    }
}

fn another(text: &str, answered: &str) -> String {
    short(&READER.read_answer(text, answered, false))
}

fn own(text: &str, answered: &str) -> String {
    short(&READER.read_answer(text, answered, true))
}

/// Reads every text under one message, and tells of all that read otherwise.
fn all(read: fn(&str, &str) -> String, answered: &str, expected: &str, texts: &[&str]) {
    let wrong: Vec<String> = texts
        .iter()
        .map(|text| (text, read(text, answered)))
        .filter(|(_, found)| found != expected)
        .map(|(text, found)| format!("{text:?} is {found}"))
        .collect();
    assert!(
        wrong.is_empty(),
        "under {answered:?} expected {expected}:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn what_is_answered_reads_as_these_tables_take_it() {
    for (text, expected) in [
        (SHOPPING, "offer: shopping"),
        // Asked of neighbours it is an offer; what it is read as by itself doesn't matter here.
        (ASKS_WHO, "request: shopping"),
        (LIFTS, "offer: transport"),
        (COT, "offer: household"),
        (MILK, "request: shopping"),
        (LIFT, "request: transport"),
        (CHAT, "other"),
    ] {
        assert_eq!(short(&READER.read(text)), expected, "{text}");
    }
}

#[test]
fn an_offer_that_is_taken_up_is_asked_for() {
    let texts = [
        "yes please",
        "Yes please! 🙏",
        "yes pls x",
        "Ooh yes please if you don't mind",
        "me please",
        "Me please, for my mum too",
        "me too please",
        "us too!",
        "please",
        "I'd love that",
        "that would be amazing thank you so much",
        "yes please I can collect tonight",
        "Hi, could you do mine as well?",
        "I'll have one if there's any left",
        "my nan would please",
        "count me in x",
        "Hi Sue, is this still going?",
        "could we have some",
        "🙋‍♀️",
        "if it's not gone yet, please",
        "what time are you going? could you take me",
        "that would be a massive help",
        "me! me! me!",
        "yes if you don't mind",
    ];
    all(another, LIFTS, "request: transport", &texts);
    all(
        another,
        COT,
        "request: household",
        &[
            "me please if its still going",
            "dibs",
            "still available?",
            "I'll take it",
            "can I have it?",
            "could you save me it please",
        ],
    );
}

#[test]
fn a_bare_yes_takes_up_only_what_was_asked() {
    all(
        another,
        ASKS_WHO,
        "request: shopping",
        &["yes", "Yes I do", "yeah", "Yes! 🙋"],
    );
    all(another, SHOPPING, "other", &["yes", "yeah lol"]);
}

#[test]
fn praise_for_an_offer_takes_up_nothing() {
    let texts = [
        "that's so kind of you",
        "that would be a great idea for the whole estate",
        "great idea",
        "bless you",
        "yes please share everyone",
        "I'm ok thanks hun",
        "gorgeous",
        "does it come with a mattress?",
        "what size is it?",
        "where are you?",
    ];
    all(another, COT, "other", &texts);
    // Another offer of the same goes on being one.
    all(
        another,
        LIFTS,
        "offer: transport",
        &["I can help with that too if you need a hand"],
    );
}

#[test]
fn whoever_answers_a_call_for_volunteers_offers() {
    let call = "Any volunteers for the foodbank on Saturday? We need 4 people to sort tins";
    let texts = [
        "I can",
        "Me please",
        "count me in",
        "happy to help",
        "me too",
    ];
    all(another, call, "offer: volunteering food", &texts);
}

#[test]
fn joining_somebody_elses_request_is_asking_too() {
    let texts = [
        "me too",
        "Me too please x",
        "same here, been stuck in all week",
        "us too please",
        "+1 for my mum",
        "and me as well",
        "so do I",
        "same for us",
    ];
    all(another, LIFT, "request: transport", &texts);
    // What it names itself comes first.
    let found = another("+1 to that, and a small brown loaf", LIFT);
    assert!(
        found.starts_with("request: ") && !found.contains("transport"),
        "{found}"
    );
}

#[test]
fn help_for_somebody_elses_request_is_an_offer() {
    let texts = [
        "I can",
        "I can do that",
        "on my way",
        "I'm on my way",
        "omw",
        "I'll do that",
        "I'll go",
        "pm me",
        "PM me hun x",
        "dm me your address",
        "inbox me",
        "I've messaged you",
        "leave it with me",
        "Yes I can, I go past there anyway",
        "my husband can take you",
        "I'm free tomorrow if that helps",
        "will do",
        "Happy to help",
        "give me a call 07700 900123",
        "hi I can pick that up for you after work",
        "my lad will run you",
        "shall I pop over?",
        "you can have mine",
        "I might be able to, what time?",
        "hi love what time? I can take you",
        "🙋",
    ];
    all(another, LIFT, "offer: transport", &texts);
    // Joining in is not helping, and what can't be done is no help.
    all(
        another,
        LIFT,
        "other",
        &[
            "I can't sorry",
            "wish I could",
            "Sorry can't tomorrow x",
            "I can imagine",
        ],
    );
}

#[test]
fn sorted_under_ones_own_is_over() {
    let texts = [
        "sorted",
        "Sorted, thanks all",
        "all done thanks",
        "got one thanks",
        "found someone, ta",
        "no longer needed",
        "ignore this",
        "never mind",
        "done",
        "someone has offered, thank you",
        "got it sorted cheers",
        "✅",
        "all good now",
        "my son is taking me now",
        "EDIT: sorted",
        "it's been cancelled",
        "don't need this now",
    ];
    all(own, LIFT, "resolved", &texts);
    all(
        own,
        COT,
        "resolved",
        &["gone", "taken", "now gone sorry", "collected thanks"],
    );
    // It goes on.
    all(
        own,
        LIFT,
        "request: transport",
        &[
            "bump",
            "anyone?",
            "Still need this please",
            "still looking",
            "any luck?",
        ],
    );
    let both = own(
        "sorted the lift but still need someone to get shopping",
        LIFT,
    );
    assert!(both.starts_with("request"), "{both}");
}

#[test]
fn sorted_says_no_more_of_time_or_subject() {
    let reading = READER.read_answer("all done for today thanks", MILK, true);
    assert_eq!(reading.kind, Kind::Resolved);
    assert_eq!(
        (reading.urgency, &reading.categories[..]),
        (Urgency::None, &[][..])
    );
}

#[test]
fn thanks_and_laughter_ask_nothing() {
    let texts = [
        "thanks",
        "Thank you x",
        "+1",
        "lol",
        "😂",
        "👍",
        "❤️",
        "aw that's lovely",
        "no thanks",
        "you're a star",
        "well done you",
        "what a kind offer",
        "hope you're ok hun",
    ];
    for answered in [SHOPPING, COT, MILK, LIFT, CHAT] {
        for text in texts {
            assert_eq!(another(text, answered), "other", "{text} under {answered}");
        }
    }
}

#[test]
fn a_helpers_questions_are_no_needs() {
    let texts = [
        "what time?",
        "Which hospital is it?",
        "where are you?",
        "whereabouts are you hun",
        "do you still need this?",
        "what's your postcode",
        "have you tried the volunteer drivers?",
        "how far is it",
    ];
    all(another, LIFT, "other", &texts);
    let theirs = another("what time? I need one too", LIFT);
    assert_eq!(theirs, "request: transport");
}

#[test]
fn under_chat_nothing_is_asked() {
    all(
        another,
        CHAT,
        "other",
        &[
            "me too",
            "same here",
            "Ditto!",
            "yes please",
            "I can",
            "on my way",
        ],
    );
    // What asks by itself goes on asking.
    all(another, CHAT, "request: transport", &[LIFT]);
}

#[test]
fn a_long_text_stands_on_its_own() {
    let story = format!(
        "Yes please keep sharing. {}",
        "It was a long day by the river. ".repeat(4)
    );
    assert_eq!(another(&story, SHOPPING), short(&READER.read(&story)));
    for text in [LIFT, COT, CHAT] {
        assert_eq!(another(text, SHOPPING), short(&READER.read(text)));
    }
}

#[test]
fn a_picture_without_words_changes_nothing() {
    for text in ["me please", "me too", "yes please", "sorted", "I can"] {
        for own in [true, false] {
            assert_eq!(READER.read_answer(text, " ", own), READER.read(text));
        }
    }
}

#[test]
fn danger_is_read_by_itself() {
    for text in [
        "yes please, he's hit me again",
        "me too, I want to end my life",
    ] {
        let alone = READER.read(text);
        assert!(!alone.signals.is_empty());
        assert_eq!(READER.read_answer(text, SHOPPING, false), alone);
        assert_eq!(READER.read_answer_to_kith(text), alone);
    }
    // Nor does somebody else's danger become the answer's.
    let theirs = "My neighbour collapsed and isn't breathing, can anyone help?";
    assert!(READER.read(theirs).signals.contains(&Signal::Medical));
    assert!(
        READER
            .read_answer("on my way", theirs, false)
            .signals
            .is_empty()
    );
}

#[test]
fn every_change_says_by_which_words() {
    let text = "Hi, me please, for my mum today";
    let reading = READER.read_answer(text, LIFTS, false);
    assert!(reading.on_behalf);
    assert_eq!(reading.urgency, Urgency::Today);
    let kind = &reading.because[0];
    assert_eq!(
        (kind.finding.as_str(), kind.rule.as_str()),
        ("kind:request", "takes_up")
    );
    let span = kind.span.unwrap();
    assert_eq!(&text[span.start..span.end], "me please");
    let about = reading
        .because
        .iter()
        .find(|it| it.finding == "category:transport");
    assert_eq!(about.unwrap().rule, ABOUT_THE_SAME);

    let over = READER.read_answer("done", LIFT, true);
    assert_eq!(over.because[0].finding, "kind:resolved");
    assert_eq!(over.because[0].rule, "settles");
}

type Texts = &'static [&'static str];

/// By language: taking up, joining in, coming forward, over.
const LANGUAGES: &[(&str, [Texts; 4])] = &[
    (
        "Polish",
        [
            &["Tak, poproszę", "chętnie, dziękuję", "chętnie skorzystam"],
            &["ja też", "mnie też"],
            &[
                "mogę pomóc",
                "Ja mogę",
                "napisz do mnie na priv",
                "już jadę",
            ],
            &["załatwione", "już nieaktualne", "już mam, dziękuję"],
        ],
    ),
    (
        "Romanian",
        [
            &["da, vă rog", "și eu vreau", "mai este valabil?"],
            &["și eu", "la fel și eu"],
            &["pot eu", "te pot ajuta", "scrie-mi în privat"],
            &["rezolvat", "gata, mulțumesc", "am găsit, mersi"],
        ],
    ),
    (
        "Panjabi",
        [
            &["ਹਾਂ ਜੀ", "ਮੈਨੂੰ ਚਾਹੀਦਾ", "mainu vi chahida"],
            &["ਮੈਨੂੰ ਵੀ", "mainu vi"],
            &["ਮੈਂ ਕਰ ਸਕਦਾ ਹਾਂ", "main lai sakdi"],
            &["ਮਿਲ ਗਿਆ", "ho gaya"],
        ],
    ),
    (
        "Urdu",
        [
            &["جی ہاں", "مجھے چاہیے", "mujhe chahiye please"],
            &["مجھے بھی", "mujhe bhi"],
            &["میں کر سکتا ہوں", "main la sakti hoon"],
            &["مل گیا", "mil gaya shukriya"],
        ],
    ),
    (
        "Bengali",
        [
            &["হ্যাঁ প্লিজ", "আমার লাগবে", "amar lagbe"],
            &["আমারও", "amaro"],
            &["আমি পারব", "ami parbo"],
            &["হয়ে গেছে", "লাগবে না"],
        ],
    ),
    (
        "Arabic",
        [
            &["نعم من فضلك", "أنا أريد", "هل مازال متوفر؟"],
            &["أنا أيضا", "وأنا"],
            &["أنا أستطيع", "راسلني على الخاص"],
            &["تم الحل", "لم أعد أحتاج"],
        ],
    ),
    (
        "Portuguese",
        [
            &["sim, por favor", "eu quero", "ainda está disponível?"],
            &["eu também", "para mim também"],
            &["eu posso", "posso ajudar", "estou a caminho"],
            &["resolvido", "já consegui, obrigada"],
        ],
    ),
    (
        "Lithuanian",
        [
            &["taip, prašau", "man reikia", "ar dar yra?"],
            &["man irgi", "ir man"],
            &["aš galiu", "galiu padėti", "rašyk man"],
            &["jau radau", "nebereikia"],
        ],
    ),
    (
        "Welsh",
        [
            &["ie plis", "fi plis", "hoffwn i"],
            &["fi hefyd", "a fi"],
            &["galla i", "mi wna i", "ar fy ffordd"],
            &["wedi'i sortio", "dim angen bellach"],
        ],
    ),
    (
        "Ukrainian",
        [
            &["так, будь ласка", "мені треба", "чи ще є?"],
            &["мені теж", "і я"],
            &["я можу", "можу допомогти", "вже їду"],
            &["вже знайшли", "вирішено"],
        ],
    ),
];

#[test]
fn other_languages_of_the_neighbourhood() {
    let mut wrong = Vec::new();
    for (language, [takes, joins, comes, over]) in LANGUAGES {
        let mut check =
            |texts: &[&str], read: fn(&str, &str) -> String, answered: &str, expected: &str| {
                for text in texts {
                    let found = read(text, answered);
                    if found != expected {
                        wrong.push(format!("{language}: {text} is {found}, not {expected}"));
                    }
                }
            };
        check(takes, another, LIFTS, "request: transport");
        check(joins, another, LIFT, "request: transport");
        check(comes, another, LIFT, "offer: transport");
        check(over, own, LIFT, "resolved");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_yes_to_kith_is_no_request() {
    for text in [
        "yes please",
        "Yes please I need it",
        "yes",
        "no thanks",
        "me please",
        "me too",
        "please",
    ] {
        assert_eq!(short(&READER.read_answer_to_kith(text)), "other", "{text}");
    }
    // What names a need of its own is one wherever it is written.
    assert_eq!(
        short(&READER.read_answer_to_kith(LIFT)),
        "request: transport"
    );
    assert_eq!(
        short(&READER.read_answer_to_kith("sorted now thanks")),
        "resolved"
    );
}

#[test]
fn a_plain_yes_and_a_plain_no() {
    for yes in [
        "yes",
        "Yes please!",
        "yeah go on then",
        "ok",
        "Tak",
        "так",
        "نعم",
        "ji haan",
        "👍",
        "sure thing",
    ] {
        assert_eq!(READER.yes_or_no(yes), Some(true), "{yes}");
    }
    for no in [
        "no",
        "No thanks",
        "nope it's not",
        "nie",
        "ні",
        "لا",
        "not a request",
        "don't",
    ] {
        assert_eq!(READER.yes_or_no(no), Some(false), "{no}");
    }
    for neither in [
        "",
        "maybe",
        "yes but not yet",
        "thanks",
        "what is this",
        "yes and by the way did you see the football on the telly",
    ] {
        assert_eq!(READER.yes_or_no(neither), None, "{neither}");
    }
}

#[test]
fn a_lexicon_without_these_marks_reads_answers_as_they_are() {
    let own = Reader::with_lexicon(&[("own.txt", "rule asks -> request 3\n  please")]).unwrap();
    for text in ["yes please", "sorted", "I can"] {
        assert_eq!(own.read_answer(text, "please", true), own.read(text));
        assert_eq!(own.read_answer_to_kith(text), own.read(text));
        assert_eq!(own.yes_or_no(text), None);
    }
}

proptest! {
    #[test]
    fn any_answer_can_be_read(text in "\\PC{0,60}", answered in "\\PC{0,60}", own: bool) {
        let reading = READER.read_answer(&text, &answered, own);
        for because in reading.because {
            if let Some(span) = because.span {
                prop_assert!(text.get(span.start..span.end).is_some());
            }
        }
        let _ = READER.read_answer_to_kith(&text);
        let _ = READER.yes_or_no(&text);
    }

    #[test]
    fn danger_is_never_lost(text in "(yes please|me too|sorted|I can)[,.] (I want to end my life|he hit me again)", answered in "\\PC{0,40}", own: bool) {
        prop_assert_eq!(READER.read_answer(&text, &answered, own), READER.read(&text));
    }
}
