//! Who may do what: buttons, commands and forms of people who may not, each against what is there and what is not.

use kith::domain::action::Action;
use kith::domain::case::Outcome;
use kith::domain::consent::Said;
use kith::domain::details::Field;
use kith::domain::ids::DestinationId;
use kith::domain::matching::Went;
use kith::domain::settings::{AskedBy, ChannelRole, Listening};
use kith::domain::volunteer::Tier;

use super::world::Deeds::{Command, Forge, Form, Press};
use super::world::{World, each, is_refused, only_answer, person, words};

const WRITER: &str = "Only the person who wrote the message";
const GONE: &str = "stopped working";
const STAFF: &str = "for the hub team";
const LEAD: &str = "for the safeguarding leads";
const MODERATOR: &str = "for the people who run this group";
const NAMED: &str = "I can't see who you are";
const NO_CODE: &str = "I can't find";

/// One abuse each: who, where, what of the things there are; and the right that it takes, and what they hear.
macro_rules! refused {
    ($group:ident { $($name:ident: $who:expr, $at:literal, |$things:pat_param| $what:expr => $right:literal, $told:ident;)+ }) => {
        #[test]
        fn $group() {
            each(&[$((
                stringify!($name),
                &|| is_refused((&$who, $at), |$things| $what, ($right, $told)),
            )),+]);
        }
    };
}

// What belongs to whoever wrote it.
refused! { what_belongs_to_whoever_wrote_it {
    a_neighbour_passes_on_anothers_need:
        person("nosy"), "street", |t| Press(Action::Confirm(t.of_case())) => "confirm", WRITER;
    a_neighbour_dismisses_anothers_need:
        person("nosy"), "street", |t| Press(Action::Dismiss(t.of_case())) => "dismiss", WRITER;
    a_neighbour_takes_anothers_need_back:
        person("nosy"), "street", |t| Press(Action::Withdraw(t.of_case())) => "withdraw", WRITER;
    a_neighbour_takes_anothers_offer_back:
        person("nosy"), "street", |t| Press(Action::Withdraw(t.of_offer())) => "withdraw", WRITER;
    a_neighbour_undoes_anothers_need:
        person("nosy"), "street", |t| Press(Action::Undo(t.of_case())) => "undo", WRITER;
    a_link_to_anothers_details_is_followed:
        person("nosy"), "@nosy", |t| Press(Action::Details(t.of_case())) => "details", WRITER;
    a_link_to_tell_for_another_is_followed:
        person("nosy"), "@nosy", |t| Press(Action::TellPrivately(t.of_case())) => "tell_privately", WRITER;
    anothers_number_is_changed:
        person("nosy"), "@nosy", |t| Press(Action::EditField(t.of_case(), Field::Reach)) => "details", WRITER;
    a_neighbour_parts_anothers_need:
        person("nosy"), "street", |t| Press(Action::Apart(t.case.clone())) => "apart", WRITER;
    a_question_of_the_hub_is_answered_by_another:
        person("nosy"), "@nosy", |t| Press(Action::AnswerQuestion(t.case.clone())) => "answer_question", WRITER;
    a_link_to_anothers_numbers_is_followed:
        person("nosy"), "@nosy", |t| Press(Action::Numbers(t.concern.clone())) => "numbers", WRITER;
    staff_agree_for_the_resident:
        person("sam"), "hub", |t| Press(Action::Confirm(t.of_case())) => "confirm", WRITER;
    a_concern_is_named_as_a_need:
        person("nosy"), "street", |t| Forge(format!("withdraw_concern_{}", t.concern)) => "withdraw", WRITER;
    a_stranger_agrees_that_the_council_is_told:
        person("nosy"), "@nosy",
        |t| Press(Action::Agree(t.case.clone(), DestinationId::new("council"), Said::Yes)) => "agree", WRITER;
    staff_agree_that_the_council_is_told:
        person("sam"), "hub",
        |t| Press(Action::Agree(t.case.clone(), DestinationId::new("council"), Said::Yes)) => "agree", WRITER;
    a_stranger_looks_at_what_would_be_shared:
        person("nosy"), "@nosy", |t| Press(Action::Sharing(t.case.clone())) => "agree", WRITER;
    a_stranger_takes_a_yes_back:
        person("nosy"), "@nosy", |t| Press(Action::StopSharing(t.case.clone())) => "stop_sharing", WRITER;
    a_case_is_named_as_an_offer:
        person("rosa"), "street", |t| Forge(format!("withdraw_offer_{}", t.case)) => "withdraw", WRITER;
    a_code_of_anothers_need_is_taken_back:
        person("nosy"), "@nosy", |t| Command("cancel", t.code.to_string()) => "withdraw", NO_CODE;
    a_code_of_anothers_offer_is_taken_back:
        person("nosy"), "@nosy", |t| Command("cancel", t.offer_code.to_string()) => "withdraw", NO_CODE;
}}

// What belongs to the two who are matched.
refused! { what_belongs_to_the_two_who_are_matched {
    a_stranger_says_yes_for_the_neighbour:
        person("nosy"), "@nosy", |t| Press(Action::Help(t.found.clone(), true)) => "help", GONE;
    a_stranger_agrees_to_share_for_the_resident:
        person("nosy"), "@nosy", |t| Press(Action::Share(t.found.clone(), true)) => "share", GONE;
    a_stranger_looks_at_a_match:
        person("nosy"), "@nosy", |t| Press(Action::Matched(t.found.clone())) => "matched", GONE;
    a_stranger_ends_a_match:
        person("nosy"), "@nosy", |t| Press(Action::StepBack(t.found.clone())) => "step_back", GONE;
    a_stranger_says_that_something_is_wrong:
        person("nosy"), "@nosy", |t| Press(Action::HowItWent(t.found.clone(), Went::Wrong)) => "how_it_went", GONE;
    staff_agree_to_share_for_the_resident:
        person("sam"), "hub", |t| Press(Action::Share(t.found.clone(), true)) => "share", GONE;
}}

// Buttons copied out of a hub that somebody can't see.
refused! { buttons_copied_out_of_a_hub {
    a_resident_takes_a_case:
        person("nosy"), "street", |t| Press(Action::Claim(t.case.clone())) => "claim", STAFF;
    a_resident_takes_a_case_past_the_rules:
        person("nosy"), "street", |t| Press(Action::ClaimBriefed(t.case.clone())) => "claim", STAFF;
    the_resident_takes_their_own_case:
        person("rosa"), "street", |t| Press(Action::Claim(t.case.clone())) => "claim", STAFF;
    a_resident_looks_at_a_case:
        person("nosy"), "street", |t| Press(Action::View(t.case.clone())) => "view", STAFF;
    a_resident_looks_at_a_case_in_private:
        person("nosy"), "@nosy", |t| Press(Action::View(t.case.clone())) => "view", STAFF;
    staff_look_at_a_case_from_their_street:
        person("sam"), "street", |t| Press(Action::View(t.case.clone())) => "view", STAFF;
    a_resident_gives_a_case_back:
        person("nosy"), "street", |t| Press(Action::Release(t.case.clone())) => "release", STAFF;
    a_resident_passes_a_case_to_the_council:
        person("nosy"), "street",
        |t| Press(Action::Forward(t.case.clone(), DestinationId::new("council"))) => "forward", STAFF;
    a_resident_passes_a_case_on_without_a_name:
        person("nosy"), "street",
        |t| Press(Action::ForwardThin(t.case.clone(), DestinationId::new("council"))) => "forward", STAFF;
    a_resident_has_somebody_asked_to_share:
        person("nosy"), "street",
        |t| Press(Action::AskSharing(t.case.clone(), DestinationId::new("council"))) => "ask_sharing", STAFF;
    a_resident_types_a_reason_to_share:
        person("nosy"), "street",
        |t| Command("reason", format!("{} emergency a life is at risk", t.code)) => "give_reason", STAFF;
    a_resident_closes_a_case:
        person("nosy"), "street", |t| Press(Action::Done(t.case.clone(), Outcome::Helped)) => "close", STAFF;
    a_resident_brings_a_case_back:
        person("nosy"), "street", |t| Press(Action::Reopen(t.case.clone())) => "reopen", STAFF;
    a_resident_makes_two_cases_one:
        person("nosy"), "street", |t| Press(Action::Same(t.case.clone(), t.case.clone())) => "join", STAFF;
    a_resident_keeps_two_cases_apart:
        person("nosy"), "street", |t| Press(Action::Different(t.case.clone(), t.case.clone())) => "keep_apart", STAFF;
    a_resident_splits_a_case:
        person("nosy"), "street", |t| Press(Action::Split(t.case.clone())) => "split", STAFF;
    a_resident_reads_the_queue:
        person("nosy"), "street", |_| Press(Action::Queue(Box::default())) => "queue", STAFF;
    a_resident_reads_the_queue_in_private:
        person("nosy"), "@nosy", |_| Command("queue", String::new()) => "queue", STAFF;
    a_resident_looks_who_could_help:
        person("nosy"), "street", |t| Press(Action::Neighbours(t.case.clone())) => "neighbours", STAFF;
    a_resident_asks_a_neighbour:
        person("nosy"), "street",
        |t| Press(Action::AskNeighbour(t.case.clone(), t.offer.clone())) => "ask_neighbour", STAFF;
    a_resident_stops_kith_from_asking:
        person("nosy"), "street", |t| Press(Action::KithAsks(t.case.clone(), false)) => "kith_asks", STAFF;
    a_lead_takes_a_case_where_leads_are:
        person("lea"), "leads", |t| Press(Action::Claim(t.case.clone())) => "claim", STAFF;
    a_case_is_taken_where_kith_is_to_be_quiet:
        person("sam"), "quiet", |t| Press(Action::Claim(t.case.clone())) => "claim", STAFF;
    a_case_is_looked_at_where_nobody_set_kith_up:
        person("sam"), "elsewhere", |t| Press(Action::View(t.case.clone())) => "view", STAFF;
    an_administrator_of_the_street_looks_at_a_case:
        person("max").admin(), "street", |t| Press(Action::View(t.case.clone())) => "view", STAFF;
    a_case_is_named_by_the_identifier_of_an_offer:
        person("sam"), "hub", |t| Forge(format!("view_{}", t.offer)) => "view", GONE;
}}

// Another group's cases, from a hub of another place.
refused! { another_groups_cases {
    another_hub_looks_at_a_case:
        person("dan"), "far_hub", |t| Press(Action::View(t.case.clone())) => "view", GONE;
    another_hub_takes_a_case:
        person("dan"), "far_hub", |t| Press(Action::Claim(t.case.clone())) => "claim", GONE;
    another_hub_takes_a_case_past_the_rules:
        person("dan"), "far_hub", |t| Press(Action::ClaimBriefed(t.case.clone())) => "claim", GONE;
    another_hub_passes_a_case_on:
        person("dan"), "far_hub",
        |t| Press(Action::Forward(t.case.clone(), DestinationId::new("council"))) => "forward", GONE;
    another_hub_closes_a_case:
        person("dan"), "far_hub", |t| Press(Action::DoneMenu(t.case.clone())) => "close", GONE;
    another_hub_looks_who_could_help:
        person("dan"), "far_hub", |t| Press(Action::Neighbours(t.case.clone())) => "neighbours", GONE;
    another_hub_asks_a_neighbour:
        person("dan"), "far_hub",
        |t| Press(Action::AskNeighbour(t.case.clone(), t.offer.clone())) => "ask_neighbour", GONE;
    another_hub_names_a_case_by_its_code:
        person("dan"), "far_hub", |t| Command("case", t.code.to_string()) => "view", NO_CODE;
    another_hub_takes_a_case_by_its_code:
        person("dan"), "far_hub", |t| Command("claim", t.code.to_string()) => "claim", NO_CODE;
    another_hub_closes_a_case_by_its_code:
        person("dan"), "far_hub", |t| Command("done", format!("{} helped", t.code)) => "close", NO_CODE;
    another_hub_passes_a_case_on_by_its_code:
        person("dan"), "far_hub", |t| Command("forward", format!("{} council", t.code)) => "forward", NO_CODE;
    another_hub_types_a_reason_to_share:
        person("dan"), "far_hub",
        |t| Command("reason", format!("{} emergency a life is at risk", t.code)) => "give_reason", NO_CODE;
    another_hub_asks_a_resident:
        person("dan"), "far_hub", |t| Command("ask", format!("{} where are you?", t.code)) => "ask", NO_CODE;
    another_hub_joins_a_case:
        person("dan"), "far_hub", |t| Command("merge", format!("{0} {0}", t.code)) => "join", NO_CODE;
    another_hub_splits_a_case:
        person("dan"), "far_hub", |t| Command("split", t.code.to_string()) => "split", NO_CODE;
    another_hub_hurries_a_case:
        person("dan"), "far_hub", |t| Command("priority", format!("{} p1", t.code)) => "prioritise", NO_CODE;
    staff_name_an_offer_as_a_case:
        person("sam"), "hub", |t| Command("case", t.offer_code.to_string()) => "view", NO_CODE;
}}

// What is for leads.
refused! { what_is_for_leads {
    staff_take_a_concern:
        person("sam"), "hub", |t| Press(Action::Acknowledge(t.concern.clone())) => "acknowledge", LEAD;
    staff_end_a_concern:
        person("sam"), "hub", |t| Press(Action::CloseConcern(t.concern.clone())) => "close_concern", LEAD;
    the_one_it_is_about_ends_a_concern:
        person("ina"), "@ina", |t| Press(Action::CloseConcern(t.concern.clone())) => "close_concern", LEAD;
    leads_of_another_place_take_a_concern:
        person("fay"), "far_leads", |t| Press(Action::Acknowledge(t.concern.clone())) => "acknowledge", GONE;
    leads_of_another_place_end_a_concern:
        person("fay"), "far_leads", |t| Press(Action::CloseConcern(t.concern.clone())) => "close_concern", GONE;
    a_neighbour_records_their_own_check:
        person("jack"), "@jack", |t| Press(Action::Vet(t.offer.clone(), Tier::Enhanced)) => "vet", LEAD;
    staff_record_a_check:
        person("sam"), "hub", |t| Command("vet", format!("{} enhanced", t.offer_code)) => "vet", LEAD;
    staff_bar_a_neighbour:
        person("sam"), "hub", |t| Command("bar", format!("{} because", t.offer_code)) => "hold", LEAD;
    staff_find_somebody_grown_up:
        person("sam"), "hub", |t| Command("adult", t.code.to_string()) => "find_adult", LEAD;
    leads_of_another_place_find_somebody_grown_up:
        person("fay"), "far_leads", |t| Command("adult", t.code.to_string()) => "find_adult", NO_CODE;
    a_lead_names_an_offer_as_a_case:
        person("lea"), "leads", |t| Command("adult", t.offer_code.to_string()) => "find_adult", NO_CODE;
    a_neighbour_lifts_their_own_bar:
        person("jack"), "@jack", |t| Command("unpause", t.offer_code.to_string()) => "hold", LEAD;
    leads_of_another_place_look_at_a_neighbour:
        person("fay"), "far_leads", |t| Command("vet", t.offer_code.to_string()) => "vet", NO_CODE;
    leads_of_another_place_pause_a_neighbour:
        person("fay"), "far_leads", |t| Command("pause", format!("{} because", t.offer_code)) => "hold", NO_CODE;
    leads_of_another_place_press_a_check:
        person("fay"), "far_leads", |t| Press(Action::Vet(t.offer.clone(), Tier::Basic)) => "vet", GONE;
    a_lead_names_a_case_as_an_offer:
        person("lea"), "leads", |t| Command("vet", t.code.to_string()) => "vet", NO_CODE;
}}

// What is for those who run a group.
refused! { what_is_for_those_who_run_a_group {
    a_resident_makes_a_street_a_hub:
        person("nosy"), "street", |_| Press(Action::SetRole(ChannelRole::Hub)) => "set_up", MODERATOR;
    a_resident_changes_how_kith_listens:
        person("nosy"), "street", |_| Press(Action::SetListening(Listening::Auto)) => "set_up", MODERATOR;
    a_resident_has_kith_ask_neighbours:
        person("nosy"), "street", |_| Press(Action::SetAsking(AskedBy::Kith)) => "set_up", MODERATOR;
    a_resident_sets_up_by_command:
        person("nosy"), "street", |_| Command("kith", "setup hub".to_owned()) => "set_up", MODERATOR;
    a_resident_makes_their_private_chat_a_hub:
        person("nosy"), "@nosy", |_| Command("kith", "setup hub".to_owned()) => "set_up", MODERATOR;
    a_resident_looks_at_the_status:
        person("nosy"), "street", |_| Command("kith", "status".to_owned()) => "status", MODERATOR;
    staff_widen_the_area_of_their_hub:
        person("sam"), "hub", |_| Command("kith", "setup everywhere".to_owned()) => "set_up", MODERATOR;
    a_moderator_of_one_group_sets_up_another:
        person("mo"), "hub", |_| Command("kith", "setup everywhere".to_owned()) => "set_up", MODERATOR;
    a_demoted_moderator_sets_up:
        person("rita"), "street", |_| Press(Action::SetRole(ChannelRole::Hub)) => "set_up", MODERATOR;
    a_role_of_another_name_sets_up:
        person("rita").with_role("helpers2"), "street",
        |_| Press(Action::SetRole(ChannelRole::Hub)) => "set_up", MODERATOR;
    a_moderator_who_left_sets_up:
        person("mo").outside(), "street", |_| Press(Action::SetRole(ChannelRole::Hub)) => "set_up", MODERATOR;
    a_moderator_names_another:
        person("mo"), "street", |_| Command("kith", "moderator helpers".to_owned()) => "name_moderator", MODERATOR;
    a_resident_names_themselves:
        person("nosy"), "street", |_| Command("kith", "moderator nosy".to_owned()) => "name_moderator", MODERATOR;
}}

// Whoever has no face, and whoever is not there any more.
refused! { whoever_has_no_face_or_has_left {
    an_anonymous_administrator_names_a_moderator:
        person("street").admin().faceless(), "street",
        |_| Command("kith", "moderator helpers".to_owned()) => "name_moderator", NAMED;
    an_anonymous_administrator_takes_a_case:
        person("hub").admin().faceless(), "hub", |t| Command("claim", t.code.to_string()) => "claim", NAMED;
    an_anonymous_administrator_looks_at_a_case:
        person("hub").admin().faceless(), "hub", |t| Command("case", t.code.to_string()) => "view", NAMED;
    an_anonymous_lead_looks_at_a_neighbour:
        person("leads").admin().faceless(), "leads",
        |t| Command("vet", t.offer_code.to_string()) => "vet", NAMED;
    a_channel_that_posts_as_itself_sets_up:
        person("-100778").faceless(), "street", |_| Command("kith", "setup hub".to_owned()) => "set_up", MODERATOR;
    a_channel_that_was_once_named_sets_up:
        person("-100777").faceless(), "street", |_| Command("kith", "setup hub".to_owned()) => "set_up", MODERATOR;
    a_channel_that_posts_as_itself_reads_the_queue:
        person("-100777").faceless(), "hub", |_| Command("queue", String::new()) => "queue", NAMED;
    staff_who_left_the_hub_look_at_a_case:
        person("sam").outside(), "hub", |t| Press(Action::View(t.case.clone())) => "view", STAFF;
    staff_who_left_the_hub_take_a_case:
        person("sam").outside(), "hub", |t| Press(Action::ClaimBriefed(t.case.clone())) => "claim", STAFF;
    a_lead_who_left_takes_a_concern:
        person("lea").outside(), "leads", |t| Press(Action::Acknowledge(t.concern.clone())) => "acknowledge", LEAD;
}}

// Forms that were never opened before those who send them, and buttons that never were.
refused! { forms_and_buttons_that_never_were {
    a_form_changes_anothers_details:
        person("nosy"), "street", |t| Form(Action::Details(t.of_case()), "planted") => "details", WRITER;
    a_form_tells_for_another:
        person("nosy"), "street", |t| Form(Action::TellPrivately(t.of_case()), "planted") => "tell_privately", WRITER;
    a_form_changes_one_field_of_anothers:
        person("nosy"), "street",
        |t| Form(Action::EditField(t.of_case(), Field::Reach), "planted") => "details", WRITER;
    a_form_answers_for_another:
        person("nosy"), "street",
        |t| Form(Action::AnswerQuestion(t.case.clone()), "planted") => "answer_question", WRITER;
    a_form_takes_a_case:
        person("sam"), "hub", |t| Form(Action::Claim(t.case.clone()), "planted") => "unknown_button", GONE;
    a_form_sets_a_group_up:
        person("max").admin(), "street",
        |_| Form(Action::SetRole(ChannelRole::Hub), "planted") => "unknown_button", GONE;
    a_button_of_no_words:
        person("nosy"), "street", |_| Forge(String::new()) => "unknown_button", GONE;
    a_button_with_sql_in_it:
        person("sam"), "hub", |_| Forge("done_x' OR '1'='1_helped_--".to_owned()) => "unknown_button", GONE;
    a_button_with_a_made_up_outcome:
        person("sam"), "hub", |t| Forge(format!("done_{}_eaten", t.case)) => "unknown_button", GONE;
    a_button_with_another_case_behind_it:
        person("sam"), "hub", |t| Forge(format!("claim_{0}_{0}", t.case)) => "claim", GONE;
    a_button_in_another_case:
        person("sam"), "hub", |t| Forge(format!("VIEW_{}", t.case)) => "unknown_button", GONE;
    a_button_that_turns_the_reading_direction:
        person("sam"), "hub", |t| Forge(format!("\u{202e}view_{}", t.case)) => "unknown_button", GONE;
}}

#[test]
fn the_same_doors_open_to_those_who_may() {
    let open = |who: super::world::Who,
                at: &str,
                what: &dyn Fn(&super::world::Things) -> super::world::Deeds| {
        let (mut world, things) = World::lived_in();
        let decision = world.does(&who, at, &what(&things));
        let refused = decision
            .changes
            .iter()
            .any(|change| matches!(change, kith::domain::decision::Change::Refused(_)));
        assert!(!refused, "{who:?} at {at}: {:#?}", decision.effects);
    };
    open(person("sam"), "hub", &|t| {
        Press(Action::View(t.case.clone()))
    });
    open(person("sam"), "hub", &|t| {
        Command("claim", t.code.to_string())
    });
    open(person("lea"), "leads", &|t| {
        Press(Action::Acknowledge(t.concern.clone()))
    });
    open(person("lea"), "leads", &|t| {
        Command("vet", t.offer_code.to_string())
    });
    open(person("rosa"), "street", &|t| {
        Press(Action::Withdraw(t.of_case()))
    });
    open(person("rosa"), "@rosa", &|t| {
        Command("cancel", t.code.to_string())
    });
    open(person("jack"), "@jack", &|t| {
        Press(Action::Help(t.found.clone(), true))
    });
    open(person("ina"), "@ina", &|t| {
        Press(Action::Numbers(t.concern.clone()))
    });
    open(person("mo"), "street", &|_| {
        Press(Action::SetRole(ChannelRole::Intake))
    });
    open(person("rita").with_role("helpers"), "street", &|_| {
        Command("kith", "status".to_owned())
    });
    open(person("street").admin().faceless(), "street", &|_| {
        Command("kith", "setup ask".to_owned())
    });
    open(person("max").admin(), "street", &|_| {
        Command("kith", "moderator helpers".to_owned())
    });
}

#[test]
fn what_is_pressed_again_changes_nothing() {
    let (mut world, things) = World::lived_in();
    let claim = Press(Action::ClaimBriefed(things.case.clone()));
    let _ = world.does(&person("sam"), "hub", &claim);
    let before = world.picture();
    let said = words(&only_answer(&world.does(&person("tess"), "hub", &claim)));
    assert!(said.contains("sam"), "who has it: {said}");
    let held = serde_json::to_string(&world.snapshot.cases[&things.case].state).unwrap();
    assert!(held.contains("sam") && !held.contains("tess"), "{held}");
    let yes = Press(Action::Confirm(things.of_case()));
    let decision = world.does(&person("rosa"), "street", &yes);
    assert_eq!(words(&only_answer(&decision)), "Done, thank you.");
    let after = world.picture();
    // Tess has read the rules, which is all that her press left.
    let rest = |picture: &str| {
        picture
            .lines()
            .filter(|line| !line.contains("tess"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(rest(&after), before);
}
