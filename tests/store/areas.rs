//! Where outcodes lie: what is loaded again stays as it was, and matches are found across the letters of outcodes.

use std::collections::BTreeSet;

use kith::domain::areas::{AreaPoint, Areas, Distance, Grid, Point};
use kith::domain::decision::{Change, Wants};
use kith::domain::ids::OfferId;
use kith::domain::offer::Offer;
use kith::domain::reading::Category;
use kith::domain::report::Subject;
use kith::store::{KnownAreas, Store, StoreError};

use super::matches::{fitting, told};
use super::samples::open_case;
use super::support::{Database, at, batch, load, on_both, save};

on_both!(
    what_is_loaded_again_stays_and_what_is_new_comes_beside,
    offers_across_letters_are_found_once_it_is_known_where_they_are,
    cases_across_letters_are_found_too,
    only_the_nearest_few_places_and_of_them_the_newest_are_weighed,
    a_point_that_makes_no_sense_is_named,
);

fn area(outcode: &str, east: i32, north: i32) -> AreaPoint {
    AreaPoint {
        outcode: outcode.to_owned(),
        point: Point {
            grid: Grid::of(outcode),
            east,
            north,
        },
        postcodes: 3,
    }
}

async fn opened(store: &Store, offers: &[Offer]) -> Subject {
    // A case in ME7.
    let case = open_case(1);
    let mut changes: Vec<_> = offers
        .iter()
        .map(|offer| Change::Offer(Box::new(offer.clone())))
        .collect();
    changes.push(Change::Case(Box::new(case.clone())));
    save(store, &batch(changes, Vec::new())).await.unwrap();
    Subject::Case(case.id)
}

async fn what_is_loaded_again_stays_and_what_is_new_comes_beside(database: &Database) {
    let store = database.open().await;
    assert_eq!(store.known_areas().await.unwrap(), KnownAreas::default());
    let areas = [area("ME7", 577_000, 168_000), area("BT1", 333_500, 374_000)];
    for _ in 0..2 {
        store.put_areas(&areas, at(5)).await.unwrap();
        let known = KnownAreas {
            outcodes: 2,
            postcodes: 6,
            oldest: Some(at(5)),
            newest: Some(at(5)),
        };
        assert_eq!(store.known_areas().await.unwrap(), known);
    }
    let later = [area("ME7", 577_100, 168_000), area("ME8", 580_000, 165_000)];
    store.put_areas(&later, at(9)).await.unwrap();
    let known = store.known_areas().await.unwrap();
    assert_eq!(
        (known.outcodes, known.oldest, known.newest),
        (3, Some(at(5)), Some(at(9)))
    );
}

async fn offers_across_letters_are_found_once_it_is_known_where_they_are(database: &Database) {
    let store = database.open().await;
    let offers = [
        told(1, Category::Shopping, Some("ME7")),
        told(2, Category::Shopping, Some("CT1")),
        told(3, Category::Shopping, Some("DA1")),
        told(4, Category::Shopping, Some("ME14")),
        told(5, Category::Shopping, Some("ME15")),
        told(6, Category::Shopping, Some("BT1")),
    ];
    let case = opened(&store, &offers).await;
    let found = |snapshot: &kith::domain::decision::Snapshot| -> BTreeSet<String> {
        snapshot.offers.keys().map(ToString::to_string).collect()
    };
    let before = fitting(&store, &case).await;
    assert_eq!(found(&before), ["o1", "o4", "o5"].map(str::to_owned).into());
    assert_eq!(before.areas.distance("ME7", "ME14"), Distance::Near);

    let areas = [
        area("ME7", 577_000, 168_000),
        area("CT1", 580_000, 172_000),
        area("DA1", 577_000, 184_500),
        area("ME14", 577_000, 148_000),
        area("BT1", 577_000, 168_500),
    ];
    store.put_areas(&areas, at(5)).await.unwrap();
    let after = fitting(&store, &case).await;
    assert_eq!(
        found(&after),
        ["o1", "o2", "o4", "o5"].map(str::to_owned).into()
    );
    assert_eq!(after.areas.distance("ME7", "CT1"), Distance::Away(5000));
    assert_eq!(
        after.areas.distance("ME7", "ME14"),
        Distance::Far,
        "by its letters it was near"
    );
    assert_eq!(
        after.areas.distance("ME7", "ME15"),
        Distance::Near,
        "where it is nobody told"
    );
    assert_eq!(after.areas.distance("ME7", "BT1"), Distance::Far);

    let nothing_sought = Wants {
        subjects: vec![case],
        ..Wants::default()
    };
    let quiet = load(&store, &nothing_sought).await;
    assert_eq!(
        quiet.areas,
        Areas::default(),
        "what is not needed is not loaded"
    );
}

async fn cases_across_letters_are_found_too(database: &Database) {
    let store = database.open().await;
    let offer = told(1, Category::Shopping, Some("CT1"));
    opened(&store, std::slice::from_ref(&offer)).await;
    let of = Subject::Offer(offer.id);
    assert!(fitting(&store, &of).await.cases.is_empty());
    let areas = [area("ME7", 577_000, 168_000), area("CT1", 580_000, 172_000)];
    store.put_areas(&areas, at(5)).await.unwrap();
    let snapshot = fitting(&store, &of).await;
    assert!(snapshot.cases.contains_key(&open_case(1).id));
}

async fn only_the_nearest_few_places_and_of_them_the_newest_are_weighed(database: &Database) {
    let store = database.open().await;
    // 90 in the place, 60 close by and newer, and 60 wherever that are newer still.
    let offers: Vec<_> = (1..=210)
        .map(|number| {
            let place = match number {
                1..=90 => Some("ME7"),
                91..=150 => Some("CT1"),
                _ => None,
            };
            Offer {
                at: at(i64::from(number)),
                ..told(number, Category::Shopping, place)
            }
        })
        .collect();
    let case = opened(&store, &offers).await;
    let areas = [area("ME7", 577_000, 168_000), area("CT1", 580_000, 172_000)];
    store.put_areas(&areas, at(5)).await.unwrap();
    let snapshot = fitting(&store, &case).await;
    let expected: BTreeSet<OfferId> = offers[..90]
        .iter()
        .chain(&offers[140..150])
        .map(|offer| offer.id.clone())
        .collect();
    assert_eq!(
        snapshot.offers.into_keys().collect::<BTreeSet<_>>(),
        expected
    );
}

async fn a_point_that_makes_no_sense_is_named(database: &Database) {
    let store = database.open().await;
    let case = opened(&store, &[]).await;
    let areas = [area("ME7", 577_000, 168_000)];
    store.put_areas(&areas, at(5)).await.unwrap();
    database
        .tamper("UPDATE area_point SET grid = 'ireland'")
        .await;
    let wants = Wants {
        subjects: vec![case.clone()],
        fits: vec![case],
        ..Wants::default()
    };
    let refused = store.begin().await.unwrap().load(&wants).await;
    let Err(StoreError::BadRow {
        table, column, row, ..
    }) = refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!((table, column, row.as_str()), ("area_point", "grid", "ME7"));
}
