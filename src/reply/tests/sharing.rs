//! What residents and staff read of sharing, in plain form: the text to read when the words change.

use insta::assert_snapshot;

use super::samples::{case, code, need, staff, told};
use super::shown_all;
use crate::domain::consent::{Ground, Said};
use crate::domain::disclosure::{Audience, Disclosed, Item, To};
use crate::domain::ids::DestinationId;
use crate::domain::sharing_speech::{GroundSpeech, SharingSpeech};
use crate::domain::speech::{CardView, Destination, HubNote, Speech};

fn council() -> Destination {
    Destination {
        id: DestinationId::new("medway-council"),
        title: "Medway Council".to_owned(),
        fields: Item::nameable().collect(),
    }
}

fn ask(on_behalf: bool) -> Speech {
    let destination = council();
    let to = To::destination(&destination.fields, true, |text, _| text.to_owned());
    let told = Box::new(Disclosed::of(&need(None), &to));
    Speech::Sharing(Box::new(SharingSpeech::Ask {
        case: case(),
        code: code(1),
        destination,
        told,
        on_behalf,
    }))
}

fn to_resident() -> Vec<Speech> {
    let title = || "Medway Council".to_owned();
    let answered = |said: &Said| SharingSpeech::Answered {
        title: title(),
        said: *said,
    };
    let stopped = |destinations| SharingSpeech::Stopped {
        case: case(),
        code: code(1),
        destinations,
    };
    let mut all: Vec<_> = Said::ALL.iter().map(answered).collect();
    all.extend([
        stopped(Vec::new()),
        stopped(vec![title()]),
        SharingSpeech::NothingToStop,
    ]);
    let say = |speech| Speech::Sharing(Box::new(speech));
    let asked = [ask(false), ask(true)].into_iter();
    asked.chain(all.into_iter().map(say)).collect()
}

fn to_staff() -> Vec<Speech> {
    let all = [
        GroundSpeech::Missing {
            case: case(),
            code: code(1),
            destination: council(),
        },
        GroundSpeech::Asking {
            code: code(1),
            title: "Medway Council".to_owned(),
        },
        GroundSpeech::Kept {
            code: code(1),
            reason: Ground::Emergency,
        },
    ];
    let mut speeches: Vec<_> = all.map(|speech| Speech::Ground(Box::new(speech))).into();
    let destination = || "Medway Council".to_owned();
    let notes = Said::ALL.iter().map(|said| HubNote::SharingAnswered {
        destination: destination(),
        said: *said,
    });
    let notes = notes.chain([
        HubNote::SharingStopped,
        HubNote::NotRecalled {
            destination: destination(),
            why: "it is gone".to_owned(),
        },
    ]);
    speeches.extend(notes.map(|note| Speech::HubNote {
        code: code(1),
        holder: Some(staff()),
        note,
    }));
    speeches.push(Speech::Card(Box::new(CardView {
        ground: Some(Ground::Safeguarding),
        withdrawn: true,
        told: told(&need(None), Audience::Hub),
        similar: Vec::new(),
        joined: Vec::new(),
        ..super::samples::card(super::samples::claimed())
    })));
    speeches
}

pub(super) fn all() -> Vec<Speech> {
    [to_resident(), to_staff()].concat()
}

#[test]
fn what_residents_read_of_sharing() {
    assert_snapshot!(shown_all(&to_resident()), @r"
    About K78-8WY9:
    May the hub pass this on to Medway Council, so that they can help? They would get this and nothing else:
    What kind of help: medicine from the chemist, food
    First half of the postcode: ME7
    How soon: today
    For someone else: yes
    When you asked: 14:05 on Tue 3 Nov
    First name: “Mrs Planted”
    Name: “Mrs Planted”
    What: “planted insulin
    from the chemist”
    When: “planted evening”
    For whom: “planted gran”
    Where: “1 Planted Way, ME7 1AB”
    How to reach you: “07700 900123”
    (Yes, pass it on) [No, thank you]
    ---
    About K78-8WY9:
    May the hub pass this on to Medway Council, so that they can help? Please say yes only if the person it is for knows and agrees. They would get this and nothing else:
    What kind of help: medicine from the chemist, food
    First half of the postcode: ME7
    How soon: today
    For someone else: yes
    When you asked: 14:05 on Tue 3 Nov
    First name: “Mrs Planted”
    Name: “Mrs Planted”
    What: “planted insulin
    from the chemist”
    When: “planted evening”
    For whom: “planted gran”
    Where: “1 Planted Way, ME7 1AB”
    How to reach you: “07700 900123”
    (Yes, they know and agree) [No, thank you]
    [They don't know yet]
    ---
    Thank you. The hub may tell Medway Council. You can change your mind at any time: write /my
    ---
    That is fine. Medway Council hears nothing that says who you are.
    ---
    Thank you for saying so. Medway Council hears nothing that says who it is. Please ask them, and then write to me again.
    ---
    OK. From now on I share nothing more of K78-8WY9. The hub still has it and can still help.
    [Take it all back]
    ---
    OK. From now on I share nothing more of K78-8WY9. The hub still has it and can still help.
    I'm telling Medway Council to stop using what they have.
    [Take it all back]
    ---
    I have shared nothing of yours with anyone outside the hub.
    ");
}

#[test]
fn what_staff_read_of_sharing() {
    assert_snapshot!(shown_all(&to_staff()), @r"
    Medway Council would be told: first name, name, what, when, for whom, where, how to reach you. The writer of K78-8WY9 has not said yes to that. You can:
    Is a life at risk? Write /reason K78-8WY9 emergency and why. Does someone have to be kept safe? Write /reason K78-8WY9 safeguarding and why. Your words are kept with your name.
    (Ask the writer) [Send without personal details]
    ---
    I'm asking the writer of K78-8WY9 if Medway Council may be told. You'll hear what they say.
    ---
    Your reason for K78-8WY9 is kept with your name: a life is at risk. You can now press Forward.
    ---
    K78-8WY9 Sam: the writer says yes: Medway Council may be told. Press Forward.
    ---
    K78-8WY9 Sam: the writer would rather not that Medway Council is told.
    ---
    K78-8WY9 Sam: the person it is for doesn't know yet, so Medway Council can't be told who it is.
    ---
    K78-8WY9 Sam: the writer took back their yes to sharing. Please share nothing more, and don't use what was shared.
    ---
    K78-8WY9 Sam: I could not tell Medway Council to stop using this: it is gone. Please tell them yourself.
    ---
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    Priority: P2, today. It is needed today.
    Best helped by: a neighbour. A neighbour can do this from the doorstep.
    🟢 Sam has it since 14:05 on Tue 3 Nov
    Told: 14:05 on Tue 3 Nov, 2 times; sharing was taken back: please share nothing
    Reason to share without asking: someone has to be kept safe
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    [Release] [Details] [Forward] (Done) [Neighbours]
    [Worried?]
    ");
}
