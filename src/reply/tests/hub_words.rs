//! What the hub team, leads and moderators read, in plain form: the text to read when the words change.
//! Buttons stand in a row as they are shown: `(likely)`, `[other]`, `<takes back>`.

use insta::assert_snapshot;

use super::{shown_all, speeches};

#[test]
fn cards_with_the_hub() {
    assert_snapshot!(shown_all(&speeches::cards()), @r#"
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    Priority: P2, today. It is needed today.
    Best helped by: a neighbour. A neighbour can do this from the doorstep.
    ⚪ Waiting for someone to take it
    Told: 14:05 on Tue 3 Nov, 2 times; private details, sharing not agreed
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    May be the same as ZEH-W8WV: same street
    May be the same as DG4-EHVF: same street
    Part of it: QNH-J8N4
    (Claim) [Details] [Done] [Neighbours]
    [Worried?]
    [Same as ZEH-W8WV] [Not ZEH-W8WV]
    [Same as DG4-EHVF] [Not DG4-EHVF]
    [QNH-J8N4 is another need]
    ---
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    Priority: P2, today. It is needed today.
    Best helped by: a neighbour. A neighbour can do this from the doorstep.
    🟢 Sam has it since 14:05 on Tue 3 Nov
    Told: 14:05 on Tue 3 Nov, 2 times; private details, sharing not agreed
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    May be the same as ZEH-W8WV: same street
    May be the same as DG4-EHVF: same street
    Part of it: QNH-J8N4
    [Release] [Details] [Forward] (Done) [Neighbours]
    [Worried?]
    [Same as ZEH-W8WV] [Not ZEH-W8WV]
    [Same as DG4-EHVF] [Not DG4-EHVF]
    [QNH-J8N4 is another need]
    ---
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    Priority: P2, today. It is needed today.
    Best helped by: a neighbour. A neighbour can do this from the doorstep.
    🔵 Passed on to medway-council by Sam at 14:05 on Tue 3 Nov. No number from them yet.
    Told: 14:05 on Tue 3 Nov, 2 times; private details, sharing not agreed
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    May be the same as ZEH-W8WV: same street
    May be the same as DG4-EHVF: same street
    Part of it: QNH-J8N4
    [Details] (Done)
    [Worried?]
    [Same as ZEH-W8WV] [Not ZEH-W8WV]
    [Same as DG4-EHVF] [Not DG4-EHVF]
    [QNH-J8N4 is another need]
    ---
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    Priority: P2, today. It is needed today.
    Best helped by: a neighbour. A neighbour can do this from the doorstep.
    🔵 Passed on to medway-council by Sam at 14:05 on Tue 3 Nov. Their number: MC-77
    Told: 14:05 on Tue 3 Nov, 2 times; private details, sharing not agreed
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    May be the same as ZEH-W8WV: same street
    May be the same as DG4-EHVF: same street
    Part of it: QNH-J8N4
    [Details] (Done)
    [Worried?]
    [Same as ZEH-W8WV] [Not ZEH-W8WV]
    [Same as DG4-EHVF] [Not DG4-EHVF]
    [QNH-J8N4 is another need]
    ---
    K78-8WY9 something not named yet
    Where: not known yet
    When: no time named
    For: the writer
    Priority: P4, when there is time. Set by Sam.
    Best helped by: hub only: giving medicine, handling money.
    ⚪ Waiting for someone to take it
    Told: 14:05 on Tue 3 Nov; no private details yet
    Part of it: QNH-J8N4
    (Claim) [Details] [Done] [Neighbours]
    [Worried?]
    [QNH-J8N4 is another need]
    "#);
}

#[test]
fn cards_without_work() {
    assert_snapshot!(shown_all(&speeches::still_cards()), @r#"
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    Waiting for the writer's yes
    Told: 14:05 on Tue 3 Nov, 2 times; private details, sharing not agreed
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    [Worried?]
    ---
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    Taken back by the writer, 14:05 on Tue 3 Nov
    Told: 14:05 on Tue 3 Nov, 2 times; private details, sharing not agreed
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    ---
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    Never confirmed, 14:05 on Tue 3 Nov
    Told: 14:05 on Tue 3 Nov, 2 times; private details, sharing not agreed
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    ---
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    Joined with another case, which goes on
    Told: 14:05 on Tue 3 Nov, 2 times; private details, sharing not agreed
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    [Worried?]
    [It is another need]
    ---
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    ✅ Closed: Helped, 14:05 on Tue 3 Nov
    Told: 14:05 on Tue 3 Nov, 2 times; private details, sharing not agreed
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    [Open it again]
    [Worried?]
    "#);
}

#[test]
fn cards_of_offers() {
    assert_snapshot!(shown_all(&speeches::offer_cards()), @r#"
    K78-8WY9 offers shopping, a lift or a delivery
    Where: ME7
    Told: 14:05 on Tue 3 Nov; private details
    Waiting for the writer's yes
    [Worried?]
    ---
    K78-8WY9 offers shopping, a lift or a delivery
    Where: ME7
    Told: 14:05 on Tue 3 Nov; private details
    💚 An offer that you can use
    [Worried?]
    ---
    K78-8WY9 offers shopping, a lift or a delivery
    Where: ME7
    Told: 14:05 on Tue 3 Nov; private details
    Taken back, 14:05 on Tue 3 Nov
    [Worried?]
    ---
    K78-8WY9 offers shopping, a lift or a delivery
    Where: ME7
    Told: 14:05 on Tue 3 Nov; private details
    Never confirmed, 14:05 on Tue 3 Nov
    [Worried?]
    "#);
}

#[test]
fn notes_to_the_holder() {
    assert_snapshot!(shown_all(&speeches::notes()), @r#"
    K78-8WY9 Sam: the writer changed the message. Press Details to read it.
    ---
    K78-8WY9 Sam: there are new details. Press Details to read them.
    ---
    K78-8WY9 Sam: your question has an answer. Press Details to read it.
    ---
    K78-8WY9 Sam: the writer took it back. There is nothing more to do.
    ---
    K78-8WY9 Sam: nobody has moved it for two days, so it is free again.
    ---
    K78-8WY9 Sam: Medway Council has it now.
    ---
    K78-8WY9 Sam: Medway Council has it now. Their number: MC-77
    ---
    K78-8WY9 Sam: Medway Council can't take it: it is gone. It is back with you.
    ---
    K78-8WY9 Sam: Medway Council says: on the van
    ---
    K78-8WY9 Sam: ZEH-W8WV was the same need and is now part of this.
    ---
    K78-8WY9 Sam: somebody else told of the same need, as ZEH-W8WV (today): same street +3.1.
    [It is another need]
    ---
    K78-8WY9 Sam: ZEH-W8WV is not part of this any more.
    ---
    K78-8WY9 Sam: I can't write to this person in private. Please reach them in another way.
    ---
    K78-8WY9: nobody has moved it for two days, so it is free again.
    "#);
}

#[test]
fn the_whole_of_a_case() {
    assert_snapshot!(shown_all(&speeches::files()), @r#"
    You now have K78-8WY9. Thank you.
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    Priority: P2, today. It is needed today.
    Best helped by: a neighbour. A neighbour can do this from the doorstep.
    🟢 Sam has it since 14:05 on Tue 3 Nov
    Told: 14:05 on Tue 3 Nov, 2 times; private details, sharing not agreed
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    May be the same as ZEH-W8WV: same street
    May be the same as DG4-EHVF: same street
    Part of it: QNH-J8N4
    What the rules say:
    • A neighbour can do this from the doorstep.
    • It is needed today.

    From: Mrs Planted
    Wrote: “Could someone fetch planted insulin?”
    What: “planted insulin
    from the chemist”
    Where: “1 Planted Way, ME7 1AB”
    When: “planted evening”
    For whom: “planted gran”
    How to reach you: “07700 900123”
    They have not agreed to sharing yet. Please ask before you tell anyone else.

    Also from: Mr Planted, as QNH-J8N4
    What: “planted insulin
    from the chemist”
    Where: “1 Planted Way, ME7 1AB”
    When: “planted evening”
    For whom: “planted gran”
    How to reach you: “07700 900123”
    They said no to sharing. Please keep this in the hub, or ask them again.
    Answered by Sam, 14:05 on Tue 3 Nov, to: “May the hub share this with those who help you: a neighbour you say yes to, or a service such as the council? They see it only to help.”

    Before you go:
    • Stay on the doorstep.
    [Release] [Forward] (Done)
    ---
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    Priority: P2, today. It is needed today.
    Best helped by: a neighbour. A neighbour can do this from the doorstep.
    ⚪ Waiting for someone to take it
    Told: 14:05 on Tue 3 Nov, 2 times; private details, which may be shared to help
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    May be the same as ZEH-W8WV: same street
    May be the same as DG4-EHVF: same street
    Part of it: QNH-J8N4
    What the rules say:
    • A neighbour can do this from the doorstep.
    • It is needed today.

    From: Mrs Planted
    Wrote: “Could someone fetch planted insulin?”
    What: “planted insulin
    from the chemist”
    Where: “1 Planted Way, ME7 1AB”
    When: “planted evening”
    For whom: “planted gran”
    How to reach you: “07700 900123”
    They said yes to sharing this with those who help.
    Answered by Sam, 14:05 on Tue 3 Nov, to: “May the hub share this with those who help you: a neighbour you say yes to, or a service such as the council? They see it only to help.”

    Before you go:
    • Stay on the doorstep.
    (Claim) [Done]
    ---
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    Priority: P2, today. It is needed today.
    Best helped by: a neighbour. A neighbour can do this from the doorstep.
    🔵 Passed on to medway-council by Sam at 14:05 on Tue 3 Nov. Their number: MC-77
    Told: 14:05 on Tue 3 Nov, 2 times; private details, sharing not agreed
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    May be the same as ZEH-W8WV: same street
    May be the same as DG4-EHVF: same street
    Part of it: QNH-J8N4
    What the rules say:
    • A neighbour can do this from the doorstep.
    • It is needed today.

    From: Mrs Planted
    Wrote: “Could someone fetch planted insulin?”
    What: “planted insulin
    from the chemist”
    Where: “1 Planted Way, ME7 1AB”
    When: “planted evening”
    For whom: “planted gran”
    How to reach you: “07700 900123”
    They said no to sharing. Please keep this in the hub, or ask them again.
    Answered by Sam, 14:05 on Tue 3 Nov, to: “May the hub share this with those who help you: a neighbour you say yes to, or a service such as the council? They see it only to help.”

    Before you go:
    • Stay on the doorstep.
    (Done)
    "#);
}

#[test]
fn to_the_hub_team() {
    assert_snapshot!(shown_all(&speeches::hub()), @r#"
    Before you take it, please read this. It keeps everyone safe.
    • Never take a card or a PIN.
    (I understand, I'll take it)
    ---
    Sam has K78-8WY9 since 14:05 on Tue 3 Nov.
    ---
    That doesn't work for K78-8WY9 now: it was taken back. It only works for a case that is open.
    ---
    OK, K78-8WY9 is free for someone else. Thank you for looking after it.
    ---
    Nothing is waiting. Thank you, everyone!
    ---
    The queue, most urgent first:
    K78-8WY9 P2 · food · place not known · this week · waiting · 14:05 on Tue 3 Nov
    K78-8WY9 P2 · food · place not known · this week · someone has it (Sam) · 14:05 on Tue 3 Nov
    2 of 12 cases.
    [More]
    [Mine] [Unclaimed] [Stale]
    ---
    The queue, oldest first. Only: P1, food, ME7, yours, nobody has moved them for a while
    K78-8WY9 P2 · food · place not known · this week · passed on (Sam) · 14:05 on Tue 3 Nov
    1 of more than 500 cases.
    [Back] [More]
    [Unclaimed] [All]
    ---
    The queue, oldest first. Only: P1, food, ME7, yours, nobody has moved them for a while
    There is nothing here.
    [Unclaimed] [All]
    ---
    How did K78-8WY9 end?
    [Helped] [Another service has it]
    [No longer needed] [Could not reach them]
    [Could not help]
    ---
    Where should K78-8WY9 go?
    [Destination 1] [Destination 2]
    ---
    Where should K78-8WY9 go?
    There is also: destination-11, destination-12. Write /forward K78-8WY9 NAME
    [Destination 1] [Destination 2]
    [Destination 3] [Destination 4]
    [Destination 5] [Destination 6]
    [Destination 7] [Destination 8]
    [Destination 9] [Destination 10]
    ---
    There is nowhere to pass cases on to yet. Whoever runs kith can add a [[hub.destination]] to its settings.
    ---
    K78-8WY9 is on its way to Medway Council. Their number will be on the card.
    ---
    K78-8WY9 is closed: Helped. Thank you.
    ---
    Your question about K78-8WY9 is on its way. I'll tell you when there is an answer.
    ---
    Someone under 18 may have told K78-8WY9. Please don't write to them in private. The safeguarding leads know and decide what comes next.
    ---
    OK, K78-8WY9 is P2, today. It stays so, whatever the rules say.
    ---
    OK, K78-8WY9 follows the rules again: P3, within a few days.
    "#);
}

#[test]
fn safeguarding() {
    assert_snapshot!(shown_all(&speeches::safety()), @r#"
    If anyone is in danger right now, call 999.
    You are not in trouble. You don't have to be alone with this. These people can help:
    • 999, then 55 Emergency, silent call from a mobile
    • 0808 2000 247 National Domestic Abuse Helpline, day and night
    If you can't speak: call 999 from a mobile, stay quiet, then press 55.
    Could someone else look at your phone? You can delete this chat: hold it down in your list of chats, then choose delete or close.
    I am a computer program. People may not see this straight away.
    If you like, I can also pass what you asked for to the help hub.
    (Yes, pass it on)
    ---
    If anyone is in danger right now, call 999.
    You are not in trouble. You don't have to be alone with this. These people can help:
    • 999, then 55 Emergency, silent call from a mobile
    • 0808 2000 247 National Domestic Abuse Helpline, day and night
    I am a computer program. People may not see this straight away.
    ---
    ⚠️ PEJ-B35B Please look at this now
    It may be about: abuse or threats, a child at risk
    From: Mrs Planted
    Their own words: “planted insulin is gone”
    On: discord
    When: 14:05 on Tue 3 Nov
    Nobody has it yet. I have sent them numbers to call. In danger now: 999.
    <I have this>
    ---
    ⚠️ PEJ-B35B Please look at this now
    It may be about: abuse or threats, a child at risk
    From: Mrs Planted
    Their own words: “planted insulin is gone”
    On: discord
    When: 14:05 on Tue 3 Nov
    🟢 Sam has it since 14:05 on Tue 3 Nov
    (Dealt with)
    ---
    ⚠️ PEJ-B35B Please look at this now
    It may be about: abuse or threats, a child at risk
    From: Mrs Planted
    Their own words: “planted insulin is gone”
    On: discord
    When: 14:05 on Tue 3 Nov
    ✅ Dealt with by Sam, 14:05 on Tue 3 Nov: passed to adult services
    ---
    ⚠️ PEJ-B35B Please look at this now
    About: somebody worries about K78-8WY9
    From: Mrs Planted
    Their own words: “planted insulin is gone”
    Again, 14:05 on Tue 3 Nov: “and it is gone again”
    On: discord
    When: 14:05 on Tue 3 Nov
    📝 Sam wrote: rang her, no answer (14:05 on Tue 3 Nov)
    📝 Sam passed it to adult services, reference: AS-1234 (14:05 on Tue 3 Nov)
    Nobody has it yet. In danger now: 999.
    <I have this>
    ---
    Thank you for telling me. I have told the people who keep others safe.
    If anyone is in danger right now, call 999.
    (Show me the numbers again)
    ---
    If anyone is in danger right now, call 999.
    What worries you? Write it in your own words. Only the safeguarding leads will read it.
    [Not now]
    ---
    Thank you for telling me. I have told the safeguarding leads, and nobody else.
    They may write to you. I can't promise to keep it secret.
    • If anyone is in danger now, call 999.
    Did you write it where others can read it? Please delete it there.
    ---
    No concern waits.
    ---
    Concerns that are not dealt with yet
    PEJ-B35B an adult who may be neglected or not answering; nobody has it; 14:05 on Tue 3 Nov
    See one with /concern and its code.
    ---
    How did PEJ-B35B end?
    [Passed to adult services] [Passed to children's services]
    [Emergency services came] [Advice was given]
    [There was no concern] [Something else]
    ---
    ⏰ Nobody has taken a concern yet: PEJ-B35B has waited since 14:05 on Tue 3 Nov.
    Please look in the safeguarding channel, and press “I have this”.
    ---
    There is more from the same person on PEJ-B35B. Please look at its card.
    "#);
}

#[test]
fn to_those_who_run_a_group() {
    assert_snapshot!(shown_all(&speeches::setup()), @r#"
    This channel is not set up yet. What is it for?
    To say where people here live, write /kith setup area ME7 ME8
    [Neighbours talk here] [The hub team works here]
    [Safeguarding leads work here] [Leave this channel alone]
    ---
    This channel: Neighbours talk here
    How I listen: Ask the writer first
    Who asks neighbours: the hub team
    Phone numbers, addresses and the like in a message: I tell the writer
    Area: ME7, ME8
    No hub sees these requests yet. In the hub team's channel, write /kith setup hub
    To say where people here live, write /kith setup area ME7 ME8
    (✓ Neighbours talk here) [The hub team works here]
    [Safeguarding leads work here] [Leave this channel alone]
    (✓ Ask the writer first) [Pass on at once, with undo] [Commands only]
    (✓ The hub asks neighbours) [You ask them too]
    (✓ I tell the writer) [I take the message away]
    ---
    This channel: The hub team works here
    Area: ME7, ME8
    To say where people here live, write /kith setup area ME7 ME8
    [Neighbours talk here] (✓ The hub team works here)
    [Safeguarding leads work here] [Leave this channel alone]
    ---
    ✗ This channel is not set up. Write /kith setup
    ---
    This channel: Neighbours talk here
    How I listen: Ask the writer first
    Who asks neighbours: the hub team
    Phone numbers, addresses and the like in a message: I tell the writer
    Area: ME7, ME8
    ✓ One hub channel sees what is told here.
    ✗ No safeguarding channel sees what is told here.
    Cases with the hub (everywhere): 4
    ✓ I can do all that I need to do here.
    ---
    This channel: Safeguarding leads work here
    Area: ME7, ME8
    Cases with the hub (everywhere): 4
    ✗ I may not write here.
    ---
    Done. They can now use /kith setup here.
    ---
    Hello! I'm kith. I help requests and offers of help reach your local hub.
    I do nothing until someone who runs this group writes /kith setup in a channel.
    I never pass anything on unless the writer, or this group, wants it. Write /help to see more.
    "#);
}

#[test]
fn cards_while_kith_asks() {
    assert_snapshot!(shown_all(&speeches::asking_cards()), @r#"
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    Priority: P2, today. It is needed today.
    Best helped by: a neighbour. A neighbour can do this from the doorstep.
    ⚪ Waiting for someone to take it
    🤝 I ask neighbours myself, one at a time
    Told: 14:05 on Tue 3 Nov, 2 times; private details, sharing not agreed
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    (Claim) [Details] [Done] [Neighbours]
    [Stop asking neighbours] [Worried?]
    ---
    K78-8WY9 medicine from the chemist, food
    Where: ME7
    When: today
    For: someone else, not the writer
    Priority: P2, today. It is needed today.
    Best helped by: a neighbour. A neighbour can do this from the doorstep.
    ⚪ Waiting for someone to take it
    I ask no neighbours: the team stopped me
    Told: 14:05 on Tue 3 Nov, 2 times; private details, sharing not agreed
    The service says: being looked at
    Because of the words: “could anyone”, “prescription”
    (Claim) [Details] [Done] [Neighbours]
    [Go on asking neighbours] [Worried?]
    "#);
}
