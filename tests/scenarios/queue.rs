//! Looking at the queue by every word, on both platforms: staff on either see the same one.

use std::time::Duration;

use kith::domain::case::{Case, CaseState, Referred};
use kith::domain::ids::{CaseId, DestinationId, Draw, ReferralId};
use kith::domain::priority::{Priority, Triaged};
use kith::domain::reading::{Category, Urgency};
use kith::domain::settings::Area;

use crate::discord::hands::{clicks, slash, town};
use crate::kit::{nothing_left, put};
use crate::telegram::hands::{NEED, Play, UNDERSTOOD};

/// What one case of the queue is, where it differs from the others.
struct Wanted {
    priority: Priority,
    categories: &'static [Category],
    outcode: Option<&'static str>,
    area: &'static [&'static str],
    passed_on: bool,
    /// How long nothing has happened with it, in days.
    left_alone: u64,
}

/// The cases, each told an hour before the one above; a letter stands for each.
const WANTED: [Wanted; 6] = [
    // a
    wanted(
        Priority::P3,
        &[Category::Food, Category::Money],
        Some("ME7"),
    ),
    // b, which Sam on Telegram takes
    wanted(Priority::P2, &[Category::Food], Some("ME8")),
    // c, which Kim on Discord takes
    wanted(Priority::P4, &[Category::Pets], Some("ME7")),
    // d
    Wanted {
        passed_on: true,
        ..wanted(Priority::P1, &[Category::Money], Some("ME4"))
    },
    // e
    Wanted {
        area: &["ME7", "ME8"],
        left_alone: 2,
        ..wanted(Priority::P3, &[Category::Shopping], None)
    },
    // f
    Wanted {
        passed_on: true,
        left_alone: 8,
        ..wanted(Priority::P4, &[Category::Transport], Some("M1"))
    },
];

/// The options of a command on Discord: name and value.
type Options = &'static [(&'static str, &'static str)];

/// What is typed on Telegram, what is chosen on Discord, and what is seen.
const VIEWS: [(&str, Options, &str); 20] = [
    ("", &[], "dbeafc"),
    ("by priority", &[("order", "urgent")], "dbeafc"),
    ("by age", &[("order", "oldest")], "fedcba"),
    (
        "oldest p3",
        &[("order", "oldest"), ("priority", "p3")],
        "ea",
    ),
    ("p1", &[("priority", "p1")], "d"),
    ("p2", &[("priority", "p2")], "b"),
    ("P4", &[("priority", "p4")], "fc"),
    ("ME7", &[("area", "ME7")], "eac"),
    ("in area me8", &[("area", "me8")], "be"),
    ("food", &[("category", "food")], "ba"),
    ("money", &[("category", "money")], "da"),
    ("childcare", &[("category", "childcare")], ""),
    ("unclaimed", &[("show", "unclaimed")], "ea"),
    ("open", &[("show", "unclaimed")], "ea"),
    ("claimed", &[("show", "claimed")], "bc"),
    ("referred", &[("show", "referred")], "df"),
    ("stale", &[("show", "stale")], "ef"),
    (
        "stale referred",
        &[("show", "stale"), ("priority", "p4")],
        "f",
    ),
    (
        "ME7, food unclaimed",
        &[("show", "unclaimed"), ("area", "ME7"), ("category", "food")],
        "a",
    ),
    (
        "oldest stale p3 shopping me7",
        &[
            ("show", "stale"),
            ("order", "oldest"),
            ("priority", "p3"),
            ("category", "shopping"),
            ("area", "me7"),
        ],
        "e",
    ),
];

const fn wanted(
    priority: Priority,
    categories: &'static [Category],
    outcode: Option<&'static str>,
) -> Wanted {
    Wanted {
        priority,
        categories,
        outcode,
        area: &[],
        passed_on: false,
        left_alone: 0,
    }
}

fn case(number: u8, wanted: &Wanted, like: &Case) -> Case {
    let day = Duration::from_hours(24);
    let changed = like.changed - day * u32::try_from(wanted.left_alone).unwrap();
    let referred = || Referred {
        referral: ReferralId::new(format!("passed{number:010}")),
        destination: DestinationId::new("council"),
        reference: None,
        by: like.resident.clone(),
        at: changed,
    };
    Case {
        state: if wanted.passed_on {
            CaseState::Referred(referred())
        } else {
            CaseState::Open
        },
        id: CaseId::new(format!("queued{number:010}")),
        code: Draw::new([number; 16]).code(),
        categories: wanted.categories.to_vec(),
        urgency: Urgency::None,
        triaged: Triaged {
            priority: wanted.priority,
            // Said by staff, so that the rules leave it.
            set_by: Some(like.resident.clone()),
            ..Triaged::default()
        },
        outcode: wanted.outcode.map(str::to_owned),
        area: Area::new(wanted.area.iter().map(|code| (*code).to_owned())),
        source: None,
        keys: Vec::new(),
        compared: Vec::new(),
        at: like.at - day * 20 - Duration::from_hours(1) * number.into(),
        changed,
        version: 1,
        ..like.clone()
    }
}

/// The letters of the cases in a text, in their order there.
fn shown(text: &str, codes: &[String]) -> String {
    let mut places: Vec<_> = ('a'..)
        .zip(codes)
        .filter_map(|(letter, code)| Some((text.find(code)?, letter)))
        .collect();
    places.sort_unstable();
    places.into_iter().map(|(_, letter)| letter).collect()
}

#[tokio::test]
async fn every_word_shows_the_same_cases_on_both_platforms() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let (sam, hub) = (play.riverside.sam, play.riverside.hub);
    let kim = (play.hillview.kim, play.hillview.hub);
    let (_, _, asked) = play.asks(play.riverside.rosa, NEED).await;
    play.card(&asked, "Waiting").await;
    let like = play.case(&asked).await;
    let cases = (1..).zip(&WANTED);
    let cases: Vec<_> = cases
        .map(|(number, one)| case(number, one, &like))
        .collect();
    let codes: Vec<_> = cases.iter().map(|case| case.code.to_string()).collect();
    put(&town, cases).await;

    let claim = play.commands(sam, &format!("/claim {}", codes[1])).await;
    play.press(sam, (hub, &claim), UNDERSTOOD).await;
    play.card(&codes[1], "has it since").await;
    let claim = slash(&play, kim, "claim", &[("code", &codes[2])]).await;
    clicks(&play, kim.0, &claim, UNDERSTOOD).await;
    play.card(&codes[2], "has it since").await;

    for (words, options, letters) in VIEWS {
        let typed = play.commands(sam, &format!("/queue {words}")).await;
        assert_eq!(shown(&typed.text, &codes), letters, "{words}: {typed:?}");
        let chosen = slash(&play, kim, "queue", options).await;
        assert_eq!(
            shown(&chosen.text(), &codes),
            letters,
            "{options:?}: {chosen:?}"
        );
    }
    let mine = play.commands(sam, "/queue mine").await;
    assert_eq!(shown(&mine.text, &codes), "b", "{mine:?}");
    let mine = slash(&play, kim, "queue", &[("show", "mine")]).await;
    assert_eq!(shown(&mine.text(), &codes), "c", "{mine:?}");

    // The buttons beneath narrow what is seen; an order stays.
    let by_age = play.commands(sam, "/queue oldest").await;
    for (label, letters) in [("Mine", "b"), ("Unclaimed", "ea"), ("Stale", "fe")] {
        play.press(sam, (hub, &by_age), label).await;
        let last = play.sees(hub, label, |answer| {
            answer.reply_to == Some(by_age.id) && shown(&answer.text, &codes) == letters
        });
        let last = last.await;
        assert!(last.text.contains("oldest first"), "{last:?}");
    }
    let by_age = slash(&play, kim, "queue", &[("order", "oldest")]).await;
    for (label, letters) in [("Mine", "c"), ("Unclaimed", "ea"), ("Stale", "fe")] {
        let narrowed = clicks(&play, kim.0, &by_age, label).await;
        assert_eq!(
            shown(&narrowed.text(), &codes),
            letters,
            "{label}: {narrowed:?}"
        );
    }

    // A hub for one part of the town sees what was told there or everywhere.
    play.sets_up(hub, "hub ME4").await;
    let ours = play.commands(sam, "/queue").await;
    assert_eq!(shown(&ours.text, &codes), "dbafc", "{ours:?}");
    let theirs = play.commands(sam, "/queue stale ME7").await;
    assert_eq!(shown(&theirs.text, &codes), "", "{theirs:?}");
    nothing_left(town).await;
}
