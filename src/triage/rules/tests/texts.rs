//! The rules that kith comes with, over what neighbours write.

use std::fmt::Write;

use insta::assert_snapshot;

use super::super::*;
use crate::domain::reading::Kind;

/// How soon, by whom, and what no neighbour is asked for, with the reasons that decided.
fn weighed(texts: &[&str]) -> String {
    let (rules, reader) = (Rules::embedded(), Reader::new());
    let mut out = String::new();
    for text in texts {
        let reading = reader.read_as(text, Kind::Request);
        let facts = Facts::of_text(text, &reading, &rules.lens());
        let verdict = rules.judge(&facts, 0);
        let tasks: Vec<_> = verdict.hub_only.iter().map(|task| task.as_str()).collect();
        let because = |because: &Option<String>| because.clone().unwrap_or_default();
        writeln!(
            out,
            "{text}\n  {} {}{}{} / {} / {}",
            verdict.priority,
            verdict.route,
            if tasks.is_empty() {
                ""
            } else {
                " not neighbours: "
            },
            tasks.join(", "),
            because(&verdict.priority_because),
            because(&verdict.route_because)
        )
        .unwrap();
    }
    out
}

#[test]
fn everyday_needs_go_to_neighbours() {
    assert_snapshot!(weighed(&[
        "Could anyone pick up my prescription from Boots today please? I'm stuck in, ME7 1AB",
        "Could somebody walk my dog this week?",
        "can anybody cut the grass for my neighbour, she is 84",
        "I need a lift to hospital tomorrow morning",
        "Could anyone get shopping for me, about £20, I'll pay cash",
        "my smoke alarm keeps beeping could someone change the battery",
        "Lonely, would love someone to chat to",
        "Where is the food bank open today?",
        "could someone collect my mum's tablets from the chemist",
        "Halal food parcel for a family of five please, kids are 2, 4 and 9",
        "No milk no bread and the baby is hungry, can anyone help?",
        "anyone got a spare cot? baby due in March",
        "could someone read a letter from the council to me, my English is not good",
    ]), @r"
    Could anyone pick up my prescription from Boots today please? I'm stuck in, ME7 1AB
      p2 neighbour / It is needed today. / A neighbour can do this.
    Could somebody walk my dog this week?
      p3 neighbour / It is needed this week. / A neighbour can do this.
    can anybody cut the grass for my neighbour, she is 84
      p4 neighbour / It can wait a little. / A neighbour can do this.
    I need a lift to hospital tomorrow morning
      p3 neighbour / It should not wait long. / A neighbour can do this.
    Could anyone get shopping for me, about £20, I'll pay cash
      p3 neighbour / It should not wait long. / A neighbour can do this.
    my smoke alarm keeps beeping could someone change the battery
      p4 neighbour / It can wait a little. / A neighbour can do this.
    Lonely, would love someone to chat to
      p4 neighbour / It can wait a little. / A neighbour can do this.
    Where is the food bank open today?
      p2 neighbour / It is needed today. / A neighbour can do this.
    could someone collect my mum's tablets from the chemist
      p2 neighbour / Somebody may be without their medicine. / A neighbour can do this.
    Halal food parcel for a family of five please, kids are 2, 4 and 9
      p3 neighbour / It should not wait long. / A neighbour can do this.
    No milk no bread and the baby is hungry, can anyone help?
      p1 neighbour / It is needed right now. / A neighbour can do this.
    anyone got a spare cot? baby due in March
      p4 neighbour / It can wait a little. / A neighbour can do this.
    could someone read a letter from the council to me, my English is not good
      p3 neighbour / It should not wait long. / A neighbour can do this.
    ");
}

#[test]
fn what_is_for_vetted_staff_stays_in_the_hub() {
    assert_snapshot!(weighed(&[
        "Could someone give my mum her insulin while I'm away this weekend?",
        "Could anyone give my gran her tablets at night, I'm in hospital",
        "Could someone put my eye drops in please, I can't manage them",
        "someone to make sure dad takes his tablets in the morning",
        "Need somebody to help my dad wash and dress in the mornings",
        "I need help using the toilet at night",
        "Need help changing my dad's catheter bag",
        "Mam needs feeding at lunchtime while I'm at work, any carers about?",
        "My mum has dementia and needs someone to sit with her on Thursday",
        "Can anyone babysit my two kids on Friday evening?",
        "Someone to mind my toddler for an hour while I see the GP",
        "Can anyone drop my kids at school tomorrow",
        "Could anyone get shopping for me, about £80, I'll pay cash",
        "could you use my card and pin to get cash out for me",
        "can someone collect my pension from the post office",
        "Can someone take £300 out of the bank for my nan, she can't get out",
    ]), @r"
    Could someone give my mum her insulin while I'm away this weekend?
      p2 hub not neighbours: personal_care, giving_medicine / Nobody may be there to look after the person. / It needs somebody who was checked for this.
    Could anyone give my gran her tablets at night, I'm in hospital
      p2 hub not neighbours: giving_medicine / Somebody may be without their medicine. / It needs somebody who was checked for this.
    Could someone put my eye drops in please, I can't manage them
      p2 hub not neighbours: personal_care, giving_medicine / Nobody may be there to look after the person. / It needs somebody who was checked for this.
    someone to make sure dad takes his tablets in the morning
      p2 hub not neighbours: giving_medicine / Somebody may be without their medicine. / It needs somebody who was checked for this.
    Need somebody to help my dad wash and dress in the mornings
      p2 hub not neighbours: personal_care / Nobody may be there to look after the person. / It needs somebody who was checked for this.
    I need help using the toilet at night
      p2 hub not neighbours: personal_care / Nobody may be there to look after the person. / It needs somebody who was checked for this.
    Need help changing my dad's catheter bag
      p2 hub not neighbours: personal_care / Nobody may be there to look after the person. / It needs somebody who was checked for this.
    Mam needs feeding at lunchtime while I'm at work, any carers about?
      p2 hub not neighbours: personal_care / Nobody may be there to look after the person. / It needs somebody who was checked for this.
    My mum has dementia and needs someone to sit with her on Thursday
      p2 hub not neighbours: personal_care / The person may not manage to say what they need, or to check who comes. / It needs somebody who was checked for this.
    Can anyone babysit my two kids on Friday evening?
      p3 hub not neighbours: childcare / It should not wait long. / It needs somebody who was checked for this.
    Someone to mind my toddler for an hour while I see the GP
      p3 hub not neighbours: childcare / It should not wait long. / It needs somebody who was checked for this.
    Can anyone drop my kids at school tomorrow
      p2 hub not neighbours: childcare / It is needed today. / It needs somebody who was checked for this.
    Could anyone get shopping for me, about £80, I'll pay cash
      p3 hub not neighbours: cash / It should not wait long. / It needs somebody who was checked for this.
    could you use my card and pin to get cash out for me
      p2 lead not neighbours: cash / Speak to the safeguarding lead before anybody pays or calls. / Speak to the safeguarding lead before anybody pays or calls.
    can someone collect my pension from the post office
      p3 hub not neighbours: cash / It should not wait long. / It needs somebody who was checked for this.
    Can someone take £300 out of the bank for my nan, she can't get out
      p2 lead not neighbours: cash / Speak to the safeguarding lead before anybody pays or calls. / Speak to the safeguarding lead before anybody pays or calls.
    ");
}

#[test]
fn the_urgent_and_the_dangerous_come_first() {
    assert_snapshot!(weighed(&[
        "boiler broke and I have a newborn, freezing here",
        "no electric since last night and I'm housebound",
        "we are being evicted tomorrow, three kids, nowhere to go",
        "the river is in my kitchen, we need to get out now",
        "my husband hits me, I need somewhere to go tonight",
        "I can't go on, I want to kill myself",
        "dad has collapsed and isn't breathing properly",
        "I can smell gas in the hall and the neighbours are asleep",
        "haven't seen the old man at number 4 for days and he is not answering",
        "man at my door says I must pay him £500 cash for my roof now",
        "my diabetic dad has no food in until Friday",
    ]), @r"
    boiler broke and I have a newborn, freezing here
      p1 hub / It is needed right now. / It needs somebody who knows how this works.
    no electric since last night and I'm housebound
      p1 hub not neighbours: personal_care / Somebody frail may be cold. / It needs somebody who was checked for this.
    we are being evicted tomorrow, three kids, nowhere to go
      p2 hub / It is needed today. / It needs somebody who knows how this works.
    the river is in my kitchen, we need to get out now
      p1 hub / It is needed right now. / It needs somebody who knows how this works.
    my husband hits me, I need somewhere to go tonight
      p1 lead / Speak to the safeguarding lead before anything else. / Speak to the safeguarding lead before anything else.
    I can't go on, I want to kill myself
      p1 lead / Speak to the safeguarding lead before anything else. / Speak to the safeguarding lead before anything else.
    dad has collapsed and isn't breathing properly
      p1 emergency / The emergency services come first. Check that they know. / The emergency services come first. Check that they know.
    I can smell gas in the hall and the neighbours are asleep
      p1 emergency / The emergency services come first. Check that they know. / The emergency services come first. Check that they know.
    haven't seen the old man at number 4 for days and he is not answering
      p1 lead not neighbours: personal_care / Speak to the safeguarding lead before anything else. / Speak to the safeguarding lead before anything else.
    man at my door says I must pay him £500 cash for my roof now
      p2 lead not neighbours: cash / Speak to the safeguarding lead before anybody pays or calls. / Speak to the safeguarding lead before anybody pays or calls.
    my diabetic dad has no food in until Friday
      p2 neighbour / The wrong food, or none, would make the person ill. / A neighbour can do this.
    ");
}
