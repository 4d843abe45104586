//! The table looked at cell by cell, and what of free text is cleaned for whom.

use proptest::prelude::*;

use super::*;
use crate::domain::samples;

/// Takes nothing out: which free text is cleaned, and of what, is looked at by itself.
fn as_told(text: &str, _: &[Secret]) -> String {
    text.to_owned()
}

/// What stands for an item in what is disclosed; none where a view carries it beside that, or nothing shows it at all.
fn planted(item: Item) -> Option<&'static str> {
    match item {
        Item::Need => Some("prescription"),
        Item::Outcode => Some("\"ME7\""),
        Item::Urgency => Some("\"urgency\":\"today\""),
        Item::OnBehalf => Some("\"on_behalf\":true"),
        Item::RuleWords => Some("planted-rule-words"),
        Item::Priority => Some("planted-reason"),
        Item::Status => Some("planted-status"),
        Item::Opened => Some("\"at\":1614261600000"),
        Item::FirstName => Some("Firstplanted"),
        Item::Name => Some("Lastplanted"),
        Item::Task => Some("planted-task"),
        Item::Time => Some("planted-time"),
        Item::ForWhom => Some("planted-gran"),
        Item::Address => Some("Plantedstreet"),
        Item::Contact => Some("planted-contact"),
        Item::Words => Some("planted-words"),
        Item::Answers => Some("planted-answer"),
        Item::Offered => Some("transport"),
        Item::OfferedWhere => Some("\"ME8\""),
        Item::HelperFirstName => Some("Helperfirst"),
        Item::HelperName => Some("Helperlast"),
        Item::Code | Item::Ground | Item::HelperDetails => None,
    }
}

/// All that is disclosed of a case, an offer and who made it, as it would be written down.
fn all(to: &To<'_>) -> String {
    let words = "planted-words".into();
    let offer = samples::offer();
    let told = (
        Disclosed::with_words(&samples::case(), [&words], to),
        Disclosed {
            at: None,
            ..Disclosed::of_offer(&offer, to)
        },
        helper_name(&offer.neighbour, to),
    );
    serde_json::to_string(&told).unwrap()
}

#[test]
fn rows_and_columns_stand_in_the_order_of_their_names() {
    for (at, (row, item)) in TABLE.iter().zip(Item::ALL).enumerate() {
        assert_eq!((&row.0, *item as usize), (item, at));
    }
    for (at, audience) in Audience::ALL.iter().enumerate() {
        assert_eq!(*audience as usize, at);
    }
}

#[test]
fn every_audience_is_shown_what_the_table_says_and_nothing_else() {
    let everything: Vec<Item> = Item::ALL.to_vec();
    for audience in Audience::ALL {
        for (agreed, named) in [
            (false, &[][..]),
            (true, &[]),
            (false, &everything),
            (true, &everything),
        ] {
            let to = To {
                named,
                ..To::once(*audience, agreed, as_told)
            };
            let told = all(&to);
            for item in Item::ALL {
                let expected = match rule(*item, *audience) {
                    Rule::Never => false,
                    Rule::Always => true,
                    Rule::WithYes => agreed,
                    Rule::IfNamed => !named.is_empty(),
                    Rule::IfNamedOnGround => agreed && !named.is_empty(),
                };
                assert_eq!(to.sees(*item), expected, "{item} to {audience}");
                if let Some(words) = planted(*item) {
                    let shown = told.contains(words);
                    // All of a name has its first word in it.
                    let within = *item == Item::FirstName && to.sees(Item::Name)
                        || *item == Item::HelperFirstName && to.sees(Item::HelperName);
                    assert_eq!(shown, expected || within, "{item} to {audience}: {told}");
                }
            }
        }
    }
}

#[test]
fn outside_the_hub_nothing_personal_is_shown_without_a_yes_or_a_ground() {
    let outside = [
        Audience::Group,
        Audience::Moderator,
        Audience::Asked,
        Audience::Willing,
        Audience::Agreed,
        Audience::Teller,
        Audience::Destination,
        Audience::Api,
    ];
    let of_the_need = |item: &&Item| {
        item.is_personal()
            && !matches!(
                item,
                Item::HelperFirstName | Item::HelperName | Item::HelperDetails
            )
    };
    for item in Item::ALL.iter().filter(of_the_need) {
        for audience in outside {
            assert!(
                matches!(
                    rule(*item, audience),
                    Rule::Never | Rule::WithYes | Rule::IfNamedOnGround
                ),
                "{item} to {audience}"
            );
        }
        assert_eq!(rule(*item, Audience::Hub), Rule::Never, "{item} on a card");
    }
}

#[test]
fn every_step_shows_what_the_one_before_it_showed() {
    let everything = To::once(Audience::Agreed, true, as_told);
    for item in Item::ALL {
        let seen = |audience, agreed| To::once(audience, agreed, as_told).sees(*item);
        assert!(!seen(Audience::Asked, true) || seen(Audience::Willing, true));
        assert!(!seen(Audience::Willing, true) || everything.sees(*item));
        assert!(!seen(Audience::Hub, true) || seen(Audience::Staff, true));
        assert!(!seen(Audience::Staff, true) || seen(Audience::Holder, true));
    }
}

/// Says what it was told to keep, in place of the text.
fn what_is_kept(_: &str, keeps: &[Secret]) -> String {
    let all: Vec<_> = keeps.iter().map(|secret| secret.as_str()).collect();
    format!("cleaned but for: {}", all.join(", "))
}

#[test]
fn free_text_is_cleaned_before_the_resident_has_agreed_and_outside_kith() {
    let named: Vec<Item> = Item::nameable().collect();
    let case = samples::case();
    let of = |to: To<'_>| Disclosed::of(&case, &to).details().clone();
    let text = |field: &Option<Private<String>>| field.clone().map(Private::into_revealed);
    let staff = of(To::just(Audience::Staff, what_is_kept));
    let nothing_kept = Some("cleaned but for: ".to_owned());
    assert_eq!(
        (text(&staff.what), text(&staff.when), text(&staff.for_whom)),
        (
            nothing_kept.clone(),
            nothing_kept.clone(),
            nothing_kept.clone()
        )
    );
    let willing = of(To::once(Audience::Willing, true, what_is_kept));
    assert_eq!(text(&willing.what), nothing_kept);
    let agreed = of(To::once(Audience::Agreed, true, what_is_kept));
    let contacts = Some("cleaned but for: phone, email, address".to_owned());
    assert_eq!(
        (text(&agreed.what), text(&agreed.r#where)),
        (contacts.clone(), contacts)
    );
    let away = of(To::destination(&named, true, what_is_kept));
    assert_eq!(text(&away.what), nothing_kept);
    assert_eq!(
        text(&away.r#where).as_deref(),
        Some("cleaned but for: address")
    );
    assert_eq!(
        text(&away.reach).as_deref(),
        Some("cleaned but for: phone, email")
    );
    let holder = of(To::just(Audience::Holder, what_is_kept));
    assert_eq!(holder, case.details);
}

#[test]
fn staff_are_told_that_there_is_more_and_others_are_not() {
    let case = samples::case();
    let withheld = |to: To<'_>| Disclosed::of(&case, &to).withheld().to_vec();
    assert_eq!(
        withheld(To::just(Audience::Staff, as_told)),
        [Field::Where, Field::Reach]
    );
    for audience in [Audience::Hub, Audience::Asked, Audience::Api] {
        assert!(withheld(To::just(audience, as_told)).is_empty());
    }
}

proptest! {
    #[test]
    fn what_is_disclosed_is_read_back_as_it_was_written(audience in 0..AUDIENCES, agreed: bool) {
        let to = To::once(Audience::ALL[audience], agreed, as_told);
        let told = Disclosed::of(&samples::case(), &to);
        let written = serde_json::to_string(&told).unwrap();
        let read: Disclosed = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(read, told);
    }
}
