//! Looking at the queue: by words and by buttons.

use kith::sim::telegram::SeenMessage;

use super::hands::{NEED, Play, town};
use crate::kit::{more_cases, nothing_left};

#[tokio::test]
async fn the_queue_is_narrowed_and_turned_page_by_page() {
    let town = town().await;
    let play = Play::begin(&town).await;
    let place = &play.riverside;
    let (hub, sam) = (place.hub, place.sam);
    let (_, _, asked) = play.asks(place.rosa, NEED).await;
    play.card(&asked, "Waiting").await;
    let codes = more_cases(&town, &play.case(&asked).await, 12).await;
    let turns = async |message: &SeenMessage, label: &str| {
        play.press(sam, (hub, message), label).await;
        let on = message.id;
        play.sees(hub, label, |answer| answer.reply_to == Some(on))
            .await
    };

    let first = play.commands(sam, "/queue").await;
    assert!(first.text.contains("10 of 13 cases"), "{first:?}");
    assert!(
        first.text.find(&asked) < first.text.find(&codes[0]),
        "{first:?}"
    );
    assert_eq!(first.labels(), ["More", "Mine", "Unclaimed", "Stale"]);
    let second = turns(&first, "More").await;
    for code in &codes[9..] {
        assert!(second.text.contains(code), "{second:?}");
    }
    assert_eq!(second.labels(), ["Back", "Mine", "Unclaimed", "Stale"]);
    let back = turns(&second, "Back").await;
    assert_eq!(back.text, first.text);

    let narrow = play.commands(sam, "/queue childcare P4 unclaimed").await;
    assert!(
        narrow.text.contains("Only: P4, looking after children"),
        "{narrow:?}"
    );
    assert!(narrow.text.contains(&codes[0]) && narrow.text.contains(&codes[1]));
    assert!(!narrow.text.contains(&codes[2]) && !narrow.text.contains(&asked));
    let stale = turns(&narrow, "Stale").await;
    assert!(stale.text.contains("nothing here"), "{stale:?}");
    let all = turns(&stale, "All").await;
    assert!(all.text.contains("10 of 13 cases"), "{all:?}");
    let page = play.commands(sam, "/queue page 2").await;
    assert_eq!(page.text, second.text);

    for (words, problem) in [
        ("kitchen", "`kitchen` is not one of: mine, unclaimed"),
        ("p1 p2", "don't go together"),
        ("page", "needs a number after page"),
    ] {
        let answer = play.commands(sam, &format!("/queue {words}")).await;
        assert!(answer.text.contains(problem), "{words}: {answer:?}");
    }
    nothing_left(town).await;
}
