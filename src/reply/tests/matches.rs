//! What neighbours, residents and staff read of a match, in plain form: the text to read when the words change.

use insta::assert_snapshot;

use super::samples::{NOW, card, case, claimed, code, concern, details, need, staff, told};
use super::{shown, shown_all};
use crate::domain::case::Case;
use crate::domain::concern::ConcernState;
use crate::domain::details::Details;
use crate::domain::disclosure::{Audience, Disclosed};
use crate::domain::ids::{MatchId, OfferId};
use crate::domain::match_speech::{
    FitView, Lacking, MatchNews, MatchNote, MatchSpeech, NeighbourList, Over, Running, Stage,
};
use crate::domain::matching::{Reason, Side};
use crate::domain::reading::{Category, Lang, Urgency};
use crate::domain::speech::{CardView, HubNote, Number, Speech, VolunteerView};
use crate::domain::volunteer::{Deed, Lack, Step, Tier};

fn speech(told: MatchNews) -> Speech {
    Speech::Match(Box::new(MatchSpeech {
        of: MatchId::new("0123456789abcdef"),
        code: code(1),
        told,
    }))
}

fn rules() -> Vec<String> {
    vec!["Stay on the doorstep.".to_owned()]
}

fn shopping() -> Case {
    Case {
        categories: vec![Category::Shopping],
        ..need(None)
    }
}

fn boxed(case: &Case, audience: Audience) -> Box<Disclosed> {
    Box::new(told(case, audience))
}

fn to_neighbour() -> Vec<Speech> {
    let mut told = vec![
        MatchNews::AskNeighbour {
            told: boxed(&shopping(), Audience::Asked),
            rules: rules(),
        },
        MatchNews::WaitForResident {
            told: Box::default(),
        },
        MatchNews::WaitForResident {
            told: boxed(&shopping(), Audience::Willing),
        },
        MatchNews::OnYourWay { rules: rules() },
        MatchNews::AreYouBack,
        MatchNews::WelcomeBack {
            worries: vec!["Write down the person's own words.".to_owned()],
        },
        MatchNews::HowAreYou {
            support: vec![Number {
                name: "Samaritans".to_owned(),
                contact: "116 123".to_owned(),
                hours: "all hours".to_owned(),
            }],
        },
        MatchNews::Shared {
            told: boxed(
                &Case {
                    outcode: None,
                    urgency: Urgency::None,
                    ..shopping()
                },
                Audience::Agreed,
            ),
            rules: rules(),
        },
    ];
    let whys = [
        Over::ByYou,
        Over::ByThem,
        Over::NotNeeded,
        Over::OtherHelps,
        Over::NoAnswer,
    ];
    told.extend(whys.map(|why| MatchNews::Over { why }));
    told.into_iter().map(speech).collect()
}

fn to_resident() -> Vec<Speech> {
    let ask = |details| MatchNews::AskResident {
        name: "Omar".into(),
        case: case(),
        told: boxed(
            &Case {
                details,
                ..shopping()
            },
            Audience::Agreed,
        ),
        on_behalf: false,
    };
    let told = vec![
        ask(details(None)),
        ask(Details::default()),
        MatchNews::NeighbourComes {
            name: "Omar".into(),
        },
        MatchNews::HowWasIt,
        MatchNews::Thanks,
        MatchNews::PassedToLeads,
    ];
    told.into_iter().map(speech).collect()
}

fn list(allowed: bool, fits: Vec<FitView>) -> NeighbourList {
    NeighbourList {
        case: case(),
        code: code(1),
        allowed,
        stale: false,
        running: Vec::new(),
        fits,
        lacking: Vec::new(),
        needed: Tier::Introduced,
        because: None,
    }
}

fn lists() -> Vec<Speech> {
    let fit = |number: u8, name: &str, reasons: Vec<Reason>| FitView {
        offer: OfferId::new(format!("00000000000000{number:02}")),
        code: code(number),
        name: name.into(),
        reasons,
    };
    let fits = vec![
        fit(
            2,
            "Omar",
            vec![
                Reason::SameHelp(Category::Shopping),
                Reason::HelpedBefore,
                Reason::SamePlace,
                Reason::SameTime,
                Reason::AlikeWords,
            ],
        ),
        fit(
            3,
            "Zofia",
            vec![
                Reason::OffersTime,
                Reason::NearBy,
                Reason::SameLanguage(Lang::from_code("pl").unwrap()),
                Reason::HelpsAlready(2),
            ],
        ),
        fit(
            4,
            "Lee",
            vec![
                Reason::OtherTime,
                Reason::SameDiet,
                Reason::SameAccess,
                Reason::Away(1600),
            ],
        ),
        fit(5, "Ade", vec![Reason::Away(700)]),
        fit(6, "Bo", vec![Reason::Away(3500)]),
    ];
    let running = [Stage::Asked, Stage::Accepted, Stage::Agreed].map(|stage| Running {
        name: "Omar".into(),
        offer: code(2),
        stage,
    });
    let lacks = [
        Lack::Check {
            needed: Tier::Basic,
        },
        Lack::RanOut,
        Lack::NotAvailable,
    ];
    let lacking = lacks.map(|lack| Lacking {
        name: "Omar".into(),
        offer: code(2),
        lack,
    });
    let lists = vec![
        list(true, fits),
        NeighbourList {
            stale: true,
            running: running.to_vec(),
            ..list(true, Vec::new())
        },
        list(false, Vec::new()),
        NeighbourList {
            lacking: lacking.to_vec(),
            needed: Tier::Basic,
            because: Some("There are children.".to_owned()),
            ..list(true, Vec::new())
        },
    ];
    let mut speeches: Vec<_> = lists
        .into_iter()
        .map(|list| Speech::Neighbours(Box::new(list)))
        .collect();
    speeches.push(Speech::NeighbourAsked {
        code: code(1),
        name: "Omar".into(),
    });
    speeches
}

fn notes() -> Vec<Speech> {
    let what = [
        MatchNote::SaidYes,
        MatchNote::SaidNo,
        MatchNote::Agreed,
        MatchNote::ResidentSaidNo,
        MatchNote::SteppedBack {
            by: Side::Neighbour,
        },
        MatchNote::SteppedBack { by: Side::Resident },
        MatchNote::NoAnswer {
            from: Side::Neighbour,
        },
        MatchNote::NoAnswer {
            from: Side::Resident,
        },
        MatchNote::OfferGone,
        MatchNote::NotAvailable,
        MatchNote::Unreachable,
        MatchNote::WentWell,
        MatchNote::DidNotHappen {
            by: Side::Neighbour,
        },
        MatchNote::DidNotHappen { by: Side::Resident },
    ];
    let mut notes: Vec<HubNote> = what
        .into_iter()
        .map(|what| HubNote::Match {
            name: "Omar".into(),
            what,
        })
        .collect();
    notes.push(HubNote::OfferFits {
        offer: code(2),
        reasons: vec![Reason::SameHelp(Category::Pets), Reason::SamePlace],
    });
    let note = |note| Speech::HubNote {
        code: code(1),
        holder: Some(staff()),
        note,
    };
    notes.into_iter().map(note).collect()
}

fn cards() -> Vec<Speech> {
    let card = |stage| {
        Speech::Card(Box::new(CardView {
            neighbour: Some(stage),
            ..card(claimed())
        }))
    };
    [Stage::Asked, Stage::Accepted, Stage::Agreed]
        .map(card)
        .into()
}

/// One of every speech about matches, and more where one has several faces.
pub(super) fn all() -> Vec<Speech> {
    [
        to_neighbour(),
        to_resident(),
        lists(),
        notes(),
        cards(),
        volunteers(),
        own_checks(),
    ]
    .concat()
}

#[test]
fn what_a_neighbour_reads() {
    assert_snapshot!(shown_all(&to_neighbour()), @r#"
    You offered help (K78-8WY9). Someone near you could use it:
    What: shopping
    Where: ME7
    When: today
    It is fine to say no. If you say yes, I ask them if I may tell you more.
    If you help, this keeps everyone safe:
    • Stay on the doorstep.
    (Yes, I can) [Not this time]
    [Worried?]
    ---
    Thank you! I'm asking them now if I may tell you more. I'll write to you here.
    [I've changed my mind]
    [Worried?]
    ---
    Thank you! I'm asking them now if I may tell you more. I'll write to you here.
    Who: Mrs
    What: “planted insulin
    from the chemist”
    When: “planted evening”
    [I've changed my mind]
    [Worried?]
    ---
    Before you knock:
    • Stay on the doorstep.
    Tell me when you are back. If I hear nothing for an hour I ask you, and then I tell the hub.
    (I'm back and safe) <Something is wrong>
    [Worried?]
    ---
    Are you back and safe? If I hear nothing in the next 15 minutes, I ask the hub to look for you.
    If you are in danger, call 999.
    (I'm back and safe) <Something is wrong>
    [Worried?]
    ---
    Good to know that you are safe. Thank you for going.
    Did something worry you, or did they tell you something hard?
    • Write down the person's own words.
    How did it go?
    (It went well) [It didn't happen]
    <Something is wrong>
    [Worried?]
    ---
    And how are you? Helping can be hard, and it can stay with you. That is normal.
    Talk to someone you trust, or to the safeguarding lead of your hub. These people listen too:
    • 116 123 Samaritans, all hours
    [Worried?]
    ---
    Mrs said yes. This is for you alone, to help with this:
    About: shopping, no time named
    What: “planted insulin
    from the chemist”
    Where: “1 Planted Way, ME7 1AB”
    When: “planted evening”
    How to reach them: “07700 900123”
    Please remember:
    • Stay on the doorstep.
    [I'm setting off]
    [Show it again] [I've changed my mind]
    <Something is wrong>
    [Worried?]
    ---
    K78-8WY9: that is fine. I won't ask you again about this one.
    [Worried?]
    ---
    K78-8WY9: the other person can't go on with this after all. You don't need to do anything.
    [Worried?]
    ---
    K78-8WY9: it is no longer needed. Thank you for being there.
    [Worried?]
    ---
    K78-8WY9: someone else can do it this time. Thank you for being there.
    [Worried?]
    ---
    K78-8WY9: no answer came in time, so you are free again. Thank you.
    [Worried?]
    "#);
}

#[test]
fn what_a_resident_reads() {
    assert_snapshot!(shown_all(&to_resident()), @r#"
    A neighbour, Omar, can help with K78-8WY9.
    May they have your first name and what you told me? That is:
    What: “planted insulin
    from the chemist”
    Where: “1 Planted Way, ME7 1AB”
    When: “planted evening”
    How to reach them: “07700 900123”
    (Yes, share it) [No, thank you]
    [Add details]
    [Worried?]
    ---
    A neighbour, Omar, can help with K78-8WY9.
    May they have your first name and what you told me? That is:
    What: not told
    Where: not told
    When: not told
    How to reach them: not told
    They don't know yet how to reach you. You can add it before you say yes.
    (Yes, share it) [No, thank you]
    [Add details]
    [Worried?]
    ---
    Omar now knows what you told me about K78-8WY9 and will get in touch.
    Don't give anyone your card or your PIN, and don't let in anyone you don't feel sure about.
    [I've changed my mind] <Something is wrong>
    [Worried?]
    ---
    How did it go with the help for K78-8WY9?
    (It went well) [It didn't happen]
    <Something is wrong>
    [Worried?]
    ---
    Thank you for telling me.
    <Something is wrong>
    [Worried?]
    ---
    Thank you for telling me. I have told the safeguarding leads, and nobody else. They may write to you.
    If anyone is in danger right now, call 999.
    "#);
}

#[test]
fn whom_staff_could_ask() {
    assert_snapshot!(shown_all(&lists()), @r#"
    Needs: known to a lead.
    These neighbours could help with K78-8WY9. They learn only what kind of help, roughly where and how soon:
    Omar (ZEH-W8WV): offers shopping, helped them before, in the same place, free then
    Zofia (DG4-EHVF): offers time for anything, near by, writes Polish too, helps 2 already
    Lee (WAN-HBXX): named another time, knows that sort of food, knows what stands in the way, about a mile away
    Ade (PEJ-B35B): less than a mile away
    Bo (X33-CRGP): about 2 miles away
    [Ask Omar] [Ask Zofia] [Ask Lee] [Ask Ade] [Ask Bo]
    ---
    That neighbour can't be asked about this now.
    Omar (ZEH-W8WV) was asked and has not answered yet.
    Omar (ZEH-W8WV) said yes. I'm waiting for the writer's answer.
    Omar (ZEH-W8WV) is helping: both said yes.
    Needs: known to a lead.
    I know nobody else to ask about K78-8WY9 right now. I'll tell you when a new offer fits.
    ---
    K78-8WY9 is not for neighbours: this kind of help needs the hub's own people.
    ---
    Needs: basic check. There are children.
    I know nobody else to ask about K78-8WY9 right now. I'll tell you when a new offer fits.
    Can't be asked: Omar (ZEH-W8WV), needs: basic check.
    Can't be asked: Omar (ZEH-W8WV), their check has run out.
    Can't be asked: Omar (ZEH-W8WV), not available.
    A safeguarding lead can say what they have seen: /vet CODE
    ---
    I'm asking Omar about K78-8WY9 in private. I'll tell you what they say.
    "#);
}

#[test]
fn what_staff_see_happen() {
    assert_snapshot!(shown_all(&notes()), @r#"
    K78-8WY9 Sam: Omar can help. I'm asking the writer.
    ---
    K78-8WY9 Sam: Omar can't help this time.
    ---
    K78-8WY9 Sam: matched with Omar. Both said yes, and Omar has the details.
    ---
    K78-8WY9 Sam: the writer would rather not be helped by Omar.
    ---
    K78-8WY9 Sam: Omar can't help after all.
    ---
    K78-8WY9 Sam: the writer no longer wants the help of Omar.
    ---
    K78-8WY9 Sam: Omar did not answer.
    ---
    K78-8WY9 Sam: Omar could help, but the writer did not answer.
    ---
    K78-8WY9 Sam: Omar took the offer back.
    ---
    K78-8WY9 Sam: Omar is not available any longer.
    ---
    K78-8WY9 Sam: I can't write to Omar in private. Please reach them in another way.
    ---
    K78-8WY9 Sam: the help of Omar went well. Is there more to do?
    ---
    K78-8WY9 Sam: Omar says that the help didn't happen.
    ---
    K78-8WY9 Sam: the writer says that the help of Omar didn't happen.
    ---
    K78-8WY9 Sam: a new offer fits: ZEH-W8WV (offers pets, in the same place). Press Neighbours on the card.
    "#);
}

#[test]
fn a_card_says_how_far_a_match_has_come_and_names_nobody() {
    let lines: Vec<_> = cards()
        .iter()
        .filter_map(|card| {
            let text = shown(card);
            let line = text.lines().find(|line| line.contains('🤝'));
            line.map(str::to_owned)
        })
        .collect();
    assert_snapshot!(lines.join("\n"), @r#"
    🤝 A neighbour was asked
    🤝 A neighbour said yes; the writer is asked
    🤝 Matched with a neighbour
    "#);
}

#[test]
fn leads_read_which_match_something_is_wrong_with() {
    let Speech::ConcernCard(mut view) = concern(ConcernState::Raised) else {
        panic!("expected the card of a concern");
    };
    view.signals.clear();
    view.words = None;
    view.source = None;
    view.about = Some(code(1));
    view.given = false;
    view.at = NOW;
    assert_snapshot!(shown(&Speech::ConcernCard(view)), @r#"
    ⚠️ PEJ-B35B Please look at this now
    About: something is wrong with a neighbour's help for K78-8WY9
    From: Mrs Planted
    They pressed “Something is wrong” and wrote nothing. Please ask them.
    When: 14:05 on Tue 3 Nov
    Nobody has it yet. In danger now: 999.
    <I have this>
    "#);
}

fn volunteers() -> Vec<Speech> {
    let by = |deed| {
        Some(Step {
            at: NOW,
            by: staff(),
            deed,
        })
    };
    let view = VolunteerView {
        offer: OfferId::new("0123456789abcdef"),
        code: code(2),
        name: "Omar".into(),
        check: None,
        ran_out: false,
        hold: None,
        stated: None,
    };
    let until = Some(NOW);
    let checked = Deed::Checked {
        tier: Tier::Basic,
        until,
    };
    let barred = Deed::Barred {
        reason: "asked for a PIN".into(),
    };
    let views = vec![
        VolunteerView {
            stated: Some(Tier::Enhanced),
            ..view.clone()
        },
        VolunteerView {
            check: by(checked),
            ran_out: true,
            hold: by(barred),
            ..view
        },
    ];
    views
        .into_iter()
        .map(|view| Speech::Volunteer(Box::new(view)))
        .collect()
}

fn own_checks() -> Vec<Speech> {
    vec![
        Speech::AskChecks,
        Speech::CheckStated {
            tier: Tier::Enhanced,
        },
    ]
}

#[test]
fn volunteers_read() {
    assert_snapshot!(shown_all(&volunteers()), @r#"
    Omar, who offers help (ZEH-W8WV)
    Checked: nobody has looked yet
    They say they have: enhanced check. It counts once one of you has seen it.
    Write down no certificate and no number: not here either.
    [Seen: known to a lead] [Seen: references]
    [Seen: basic check] [Seen: enhanced check]
    ---
    Omar, who offers help (ZEH-W8WV)
    Checked: basic check, seen by Sam on 3 Nov 2026; it ran out on 3 Nov 2026
    Never asked: “asked for a PIN”
    So says Sam, 14:05 on Tue 3 Nov. To ask them again: /unpause ZEH-W8WV
    Write down no certificate and no number: not here either.
    [Seen: known to a lead] [Seen: references]
    [Seen: basic check] [Seen: enhanced check]
    "#);
    assert_snapshot!(shown_all(&own_checks()), @r#"
    Which of these do you have? The safeguarding leads will ask to see it.
    Please send me no papers and no numbers: I don't keep them. It is fine to have none.
    [Someone who vouches for me] [A basic DBS check] [An enhanced DBS check]
    ---
    Thank you. I have told the safeguarding leads that you say you have: enhanced check. They will ask to see it.
    "#);
}
