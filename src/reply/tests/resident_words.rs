//! What neighbours and residents read, in plain form: the text to read when the words change.
//! Buttons stand in a row as they are shown: `(likely)`, `[other]`, `<takes back>`.

use insta::assert_snapshot;

use super::{shown_all, speeches};

#[test]
fn where_neighbours_talk() {
    assert_snapshot!(shown_all(&speeches::group()), @r#"
    Shall I pass this on to the local help hub? I won't unless you say yes.
    (Yes, pass it on) [Not a request] [Tell you privately]
    ---
    Thank you! Shall I tell the local help hub? I won't unless you say yes.
    (Yes, tell them) [Not an offer] [Tell you privately]
    ---
    Is K78-8WY9 sorted? Shall I take it off the list?
    (Yes, take it off) [No, keep it]
    ---
    Done, the help hub has it. Your code is K78-8WY9.
    (Add details in private) [Take it back]
    ---
    Thank you! The help hub knows. Your code is K78-8WY9.
    (Add details in private) [Take it back]
    ---
    I've told the help hub. Your code is K78-8WY9. Not what you wanted? Press Undo.
    [Undo] (Add details in private)
    ---
    The help hub has this already. Your code is K78-8WY9.
    (Add details in private) [Take it back]
    ---
    The help hub has this already. Your code is K78-8WY9. You will hear when it is looked at.
    [It is something else] [Take it back]
    ---
    OK, K78-8WY9 is off the list. You can ask again any time.
    ---
    What stood here has been erased.
    ---
    There is a private message for you. Please look in our chat.
    ---
    There is a private message for you.
    (Open it)
    "#);
}

#[test]
fn short_answers() {
    assert_snapshot!(shown_all(&speeches::answers()), @r#"
    Done, thank you.
    ---
    Only the person who wrote the message can answer this.
    ---
    This button has stopped working. Write /my to see where things stand.
    ---
    Sorry, I didn't get that: /case needs a case code. Write /help to see what I can do.
    ---
    I can't find K78-8WY9 here. Please check the code.
    ---
    OK, I have passed nothing on.
    ---
    That is for the hub team, in their own channel.
    ---
    That is for the safeguarding leads, in their own channel.
    ---
    That is for the people who run this group.
    ---
    Only the person who has this case can do that.
    ---
    I can't see who you are when you write as a group or a channel. Please do that again in your own name.
    ---
    That was a lot of codes that I can't find. Please check them, and try again in an hour.
    ---
    You have asked me a lot in a short time. I still do what you ask, and I'll answer again in ten minutes.
    ---
    You have told me a lot in a short time. Nothing is lost: I have put this with K78-8WY9.
    ---
    You have begun a lot in a short time. Please add to K78-8WY9, or begin again in an hour.
    "#);
}

#[test]
fn to_residents() {
    assert_snapshot!(shown_all(&speeches::resident()), @r#"
    Hello! I'm kith. I pass requests and offers of help to your local hub.
    You choose what to tell me, and you can take it back at any time.
    Is someone in danger? Call 999 now. Nobody reads this chat all day and night.
    (Ask for help) [Offer help]
    ---
    What you can do
    /need Say what you need, and I pass it on to the help hub
    /offer Say how you can help others
    /my See your own requests and offers
    /cancel Take back a request or an offer
    /concern Tell the safeguarding leads that something worries you
    /numbers See the numbers to call
    /help See what I can do
    In danger? Call 999.
    ---
    What you can do
    /need Say what you need, and I pass it on to the help hub
    /offer Say how you can help others
    /my See your own requests and offers
    /cancel Take back a request or an offer
    /concern Tell the safeguarding leads that something worries you
    /numbers See the numbers to call
    /help See what I can do
    For the hub team
    /queue See the cases that wait: all, or mine, stale, p1, food, ME7
    /case CODE See one case
    /claim CODE Take a case
    /release CODE Give a case back
    /done CODE Close a case and say how it ended
    /forward CODE Pass a case on to another service
    /reason CODE GROUND WHY Say why a case may be shared without asking: a life at risk, or someone to keep safe
    /ask CODE QUESTION Ask the person a question; they answer in private
    /priority CODE PRIORITY Say how soon a case should be looked at
    /merge CODE INTO Make two cases one, as they are the same need
    /split CODE Take a case out of the one that it is part of
    For the safeguarding leads
    /concerns See the concerns that are not dealt with yet
    /vet CODE Say what you have checked of whoever made an offer, or see what is known
    /pause CODE REASON Don't ask whoever made an offer, for a while
    /bar CODE REASON Never ask whoever made an offer
    /unpause CODE Whoever made an offer may be asked again
    /adult CODE Say that whoever told a case is not under 18, as you have found
    For those who run the group
    /kith setup Set this channel up
    /kith status See if all is well
    /kith moderator Let others set kith up
    In danger? Call 999.
    ---
    OK, we'll stop here. I kept what you told me. Write /my to see or change it.
    ---
    You have no requests or offers with me.
    (Ask for help) [Offer help]
    ---
    Your requests and offers:
    K78-8WY9 food: waiting for a yes, since 14:05 on Tue 3 Nov
    ZEH-W8WV food: waiting, since 14:05 on Tue 3 Nov
    DG4-EHVF food: someone has it, since 14:05 on Tue 3 Nov
    WAN-HBXX food: passed on, since 14:05 on Tue 3 Nov
    PEJ-B35B food: finished, since 14:05 on Tue 3 Nov
    X33-CRGP food: taken back, since 14:05 on Tue 3 Nov
    FNA-EZ8A food: never confirmed, since 14:05 on Tue 3 Nov
    RMP-3YYE food: joined with another, since 14:05 on Tue 3 Nov
    [Take back K78-8WY9] [Take back ZEH-W8WV]
    [Take back DG4-EHVF] [Take back WAN-HBXX]
    [Stop sharing DG4-EHVF]
    ---
    Your requests and offers:
    RVT-8CBF food: waiting, since 14:05 on Tue 3 Nov
    K78-8WY9 food: waiting, since 14:05 on Tue 3 Nov
    ZEH-W8WV food: waiting, since 14:05 on Tue 3 Nov
    DG4-EHVF food: waiting, since 14:05 on Tue 3 Nov
    WAN-HBXX food: waiting, since 14:05 on Tue 3 Nov
    PEJ-B35B food: waiting, since 14:05 on Tue 3 Nov
    X33-CRGP food: waiting, since 14:05 on Tue 3 Nov
    FNA-EZ8A food: waiting, since 14:05 on Tue 3 Nov
    RMP-3YYE food: waiting, since 14:05 on Tue 3 Nov
    QNH-J8N4 food: waiting, since 14:05 on Tue 3 Nov
    NMH-Y598 food: waiting, since 14:05 on Tue 3 Nov
    To take back another, write /cancel and its code.
    [Take back RVT-8CBF] [Take back K78-8WY9]
    [Take back ZEH-W8WV] [Take back DG4-EHVF]
    [Take back WAN-HBXX] [Take back PEJ-B35B]
    ---
    The help hub would like to know about K78-8WY9:
    “Which planted evening?”
    Please write your answer now.
    [Not now]
    ---
    Thank you. The help hub has your answer about K78-8WY9.
    ---
    I'm not sure what you would like. You can press one of these:
    (Ask for help) [Offer help]
    "#);
}

#[test]
fn news_of_a_case() {
    assert_snapshot!(shown_all(&speeches::news()), @r#"
    Good news: someone at the help hub is now looking after K78-8WY9. They may get in touch with you.
    ---
    K78-8WY9 is waiting for the next free person at the hub. You don't need to do anything.
    ---
    The help hub has a question about K78-8WY9:
    “Which planted evening?”
    (Answer)
    ---
    K78-8WY9 has been passed on to Medway Council.
    ---
    K78-8WY9 has been passed on to Medway Council.
    If you call them, give them this number: MC-77
    ---
    Medway Council says about K78-8WY9: on the van
    ---
    K78-8WY9 is back with the help hub. Someone will look at it again.
    ---
    We put K78-8WY9 together with what someone else told us, as it is about the same thing. Nothing is lost.
    ---
    K78-8WY9 stands by itself again. The help hub has it.
    ---
    Someone at the help hub is looking at K78-8WY9.
    ---
    The help hub still has K78-8WY9. You don't need to do anything.
    ---
    The help hub has closed K78-8WY9.
    Is help still needed? Just ask again.
    [Ask for help]
    ---
    K78-8WY9 is done. We're glad we could help. Take care!
    Do you still need help? Just ask again.
    [Ask for help]
    ---
    K78-8WY9 is now with another service. They will take it from here.
    Do you still need help? Just ask again.
    [Ask for help]
    ---
    K78-8WY9 is off our list, as it is no longer needed.
    Do you still need help? Just ask again.
    [Ask for help]
    ---
    K78-8WY9 is off our list, as we could not reach you.
    Do you still need help? Just ask again.
    [Ask for help]
    ---
    K78-8WY9 is off our list. We are sorry: we found nobody who could help.
    Do you still need help? Just ask again.
    [Ask for help]
    "#);
}

#[test]
fn questions_of_the_dialogue() {
    assert_snapshot!(shown_all(&speeches::questions()), @r#"
    Question 1 of 6. You can skip any of them.
    What do you need?
    [Skip] [Stop]
    ---
    Question 2 of 6. You can skip any of them.
    Where is it? A postcode is enough.
    [Skip] [Back] [Stop]
    ---
    Question 3 of 6. You can skip any of them.
    When do you need it?
    [Skip] [Back] [Stop]
    ---
    Question 4 of 6. You can skip any of them.
    Who is it for: you, or someone else?
    [Skip] [Back] [Stop]
    ---
    Question 5 of 6. You can skip any of them.
    How can we reach you? A phone number, or say that here is best.
    [Skip] [Back] [Stop]
    ---
    Question 6 of 6. You can skip any of them.
    May the hub share this with those who help you: a neighbour you say yes to, or a service such as the council? They see it only to help.
    (Yes, you may) [No, keep it in the hub]
    [Skip] [Back] [Stop]
    ---
    Question 1 of 6. You can skip any of them.
    What can you do for others?
    [Skip] [Stop]
    ---
    Question 2 of 6. You can skip any of them.
    Where can you help? A postcode is enough.
    [Skip] [Back] [Stop]
    ---
    Question 3 of 6. You can skip any of them.
    When can you help?
    [Skip] [Back] [Stop]
    ---
    Question 4 of 6. You can skip any of them.
    Who can you help: anyone, or only some people?
    [Skip] [Back] [Stop]
    ---
    Where is it? A postcode is enough.
    You told me: “1 Planted Way”
    Write again to change it.
    [Leave it as it is]
    "#);
}

#[test]
fn summaries_of_the_dialogue() {
    assert_snapshot!(shown_all(&speeches::summaries()), @r#"
    Thank you. This is what I have for K78-8WY9:
    What: “planted insulin
    from the chemist”
    Where: “1 Planted Way, ME7 1AB”
    When: “planted evening”
    For whom: “planted gran”
    How to reach you: “07700 900123”

    May the hub share this with those who help? Please say yes only if the person it is for knows that you asked, and agrees.
    (Yes, they know and agree) [No, keep it in the hub] [They don't know yet]
    [Change: what] [Change: where]
    [Change: when] [Change: for whom]
    [Change: how to reach you]
    <Take it all back>
    ---
    Thank you. This is what I have for K78-8WY9:
    What: “planted insulin
    from the chemist”
    Where: “1 Planted Way, ME7 1AB”
    When: “planted evening”
    For whom: “planted gran”
    How to reach you: “07700 900123”
    You said yes: the hub may share this with those who help.
    [Change: what] [Change: where]
    [Change: when] [Change: for whom]
    [Change: how to reach you] [Change: sharing]
    <Take it all back>
    ---
    Thank you. This is what I have for K78-8WY9:
    What: “planted insulin
    from the chemist”
    Where: “1 Planted Way, ME7 1AB”
    When: “planted evening”
    For whom: “planted gran”
    How to reach you: “07700 900123”
    You said no: this stays in the hub.
    [Change: what] [Change: where]
    [Change: when] [Change: for whom]
    [Change: how to reach you] [Change: sharing]
    <Take it all back>
    ---
    Thank you. This is what I have for K78-8WY9:
    What: not told
    Where: not told
    When: not told
    For whom: not told
    How to reach you: not told
    Answer: “planted evening”

    May the hub share this with those who help you: a neighbour you say yes to, or a service such as the council? They see it only to help.
    (Yes, you may) [No, keep it in the hub]
    [Change: what] [Change: where]
    [Change: when] [Change: for whom]
    [Change: how to reach you]
    <Take it all back>
    "#);
}
