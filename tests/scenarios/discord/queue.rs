//! Looking at the queue: by words, by options and by buttons.

use super::hands::{SHOPPING, case, claims, clicks, passes_on, slash, town};
use crate::kit::{cast, more_cases, nothing_left};

#[tokio::test]
async fn the_queue_is_narrowed_and_turned_page_by_page() {
    let town = town().await;
    let cast = cast(&town).await;
    let place = &cast.hillview;
    let kim = (place.kim, place.hub);
    let told = passes_on(&cast, place.priya, SHOPPING).await;
    let codes = more_cases(&town, &case(&town, &told.code).await, 12).await;

    let first = slash(&cast, kim, "queue", &[]).await;
    let text = first.text();
    assert!(text.contains("10 of 13 cases"), "{text}");
    let (urgent, other) = (text.find(&told.code), text.find(&codes[0]));
    assert!(urgent.unwrap() < other.unwrap(), "{text}");
    assert!(
        text.contains(&codes[8]) && !text.contains(&codes[9]),
        "{text}"
    );
    assert!(first.button("Back").is_none());
    let second = clicks(&cast, place.kim, &first, "More").await;
    for code in &codes[9..] {
        assert!(second.text().contains(code), "{second:?}");
    }
    assert!(!second.text().contains(&codes[8]) && second.button("More").is_none());
    let back = clicks(&cast, place.kim, &second, "Back").await;
    assert_eq!(back.text(), text);

    let pets = [
        ("category", "pets"),
        ("priority", "P4, when there is time"),
        ("order", "Oldest first"),
    ];
    let pets = slash(&cast, kim, "queue", &pets).await;
    assert!(
        pets.text().contains("oldest first. Only: P4, pets"),
        "{pets:?}"
    );
    assert!(!pets.text().contains(&told.code) && pets.text().contains(&codes[2]));
    let mine = clicks(&cast, place.kim, &first, "Mine").await;
    assert!(mine.text().contains("nothing here"), "{mine:?}");
    claims(&cast, place.kim, &told.code).await;
    let mine = slash(&cast, kim, "queue", &[("show", "mine")]).await;
    assert!(mine.text().contains(&told.code) && !mine.text().contains(&codes[0]));
    let unclaimed = clicks(&cast, place.kim, &mine, "Unclaimed").await;
    assert!(!unclaimed.text().contains(&told.code) && unclaimed.text().contains(&codes[0]));
    let stale = clicks(&cast, place.kim, &unclaimed, "Stale").await;
    assert!(stale.text().contains("nothing here"), "{stale:?}");
    let all = clicks(&cast, place.kim, &stale, "All").await;
    assert!(all.text().contains("10 of 13 cases"), "{all:?}");

    let wrong = slash(&cast, kim, "queue", &[("area", "Hillview")]).await;
    assert!(
        wrong.text().contains("not one of: mine, unclaimed"),
        "{wrong:?}"
    );
    nothing_left(town).await;
}
