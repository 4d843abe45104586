//! The words of the command menus.

use crate::domain::command::MODERATOR_COMMAND;

/// What a command does.
pub(in crate::reply) fn describe(command: &str) -> &'static str {
    match command {
        "need" => "Say what you need, and I pass it on to the help hub",
        "offer" => "Say how you can help others",
        "my" => "See your own requests and offers",
        "cancel" => "Take back a request or an offer",
        "concern" => "Tell the safeguarding leads that something worries you",
        "numbers" => "See the numbers to call",
        "concerns" => "See the concerns that are not dealt with yet",
        "help" => "See what I can do",
        "queue" => "See the cases that wait: all, or mine, stale, p1, food, ME7",
        "case" => "See one case",
        "claim" => "Take a case",
        "release" => "Give a case back",
        "done" => "Close a case and say how it ended",
        "forward" => "Pass a case on to another service",
        "reason" => {
            "Say why a case may be shared without asking: a life at risk, or someone to keep safe"
        }
        "ask" => "Ask the person a question; they answer in private",
        "merge" => "Make two cases one, as they are the same need",
        "split" => "Take a case out of the one that it is part of",
        "priority" => "Say how soon a case should be looked at",
        "vet" => "Say what you have checked of whoever made an offer, or see what is known",
        "pause" => "Don't ask whoever made an offer, for a while",
        "bar" => "Never ask whoever made an offer",
        "unpause" => "Whoever made an offer may be asked again",
        "adult" => "Say that whoever told a case is not under 18, as you have found",
        MODERATOR_COMMAND => "Set up this channel, or see if all is well",
        _ => "A command of kith",
    }
}

/// What an argument is.
pub(in crate::reply) fn describe_argument(command: &str, argument: &str) -> &'static str {
    match (command, argument) {
        ("need", "text") => "What you need; leave it out to tell me in private",
        ("offer", "text") => "What you can do; leave it out to tell me in private",
        ("concern", "words") => {
            "What worries you, in your own words; leave it out to tell me in private"
        }
        ("cancel", "code") => "The code of your request or offer",
        ("merge", "code") => "The case that becomes part of the other",
        (_, "into") => "The case that goes on",
        ("queue", "show") => "Which cases; leave it out to see all",
        ("queue", "priority") => "Cases of one priority; P1 comes first",
        ("queue", "category") => "Cases about one kind of help",
        ("queue", "area") => "Cases from one place, such as ME7",
        ("queue", "order") => "Which come first",
        ("vet" | "pause" | "bar" | "unpause", "code") => "The code of one of their offers",
        (_, "tier") => "What you have seen yourself; leave it out to see what is known",
        (_, "until") => {
            "The last day it counts, such as 31/03/2028; leave it out for the usual time"
        }
        (_, "reason") => "Why; only leads can see it",
        (_, "ground") => "Is a life at risk, or does someone have to be kept safe?",
        (_, "why") => "Why, in your own words; they are kept with your name",
        (_, "asking") => "Who asks neighbours to help",
        (_, "leaks") => "What to do where a message shows a phone number or the like",
        (_, "code") => "The code on the card, such as K7M-4QXP",
        (_, "outcome") => "How it ended; leave it out to choose from buttons",
        (_, "destination") => "Where it goes; leave it out to choose from buttons",
        (_, "question") => "What you would like to know",
        (_, "priority") => "How soon: p1, p2, p3 or p4; or rules, to leave it to the rules",
        (_, "step") => "What you want to do",
        (_, "role") => "What this channel is for",
        (_, "listening") => "How I listen where neighbours talk",
        (_, "area") => "Where people here live, such as ME7 ME8",
        (_, "who") => "A role or a person who may set kith up, too",
        _ => "What it is about",
    }
}

/// To leave the priority to the rules again.
pub(in crate::reply) const BY_THE_RULES: &str = "As the rules say";
/// Which cases of the queue can be chosen.
pub(in crate::reply) const QUEUE_VIEWS: [(&str, &str); 5] = [
    ("Cases I have", "mine"),
    ("Cases nobody has", "unclaimed"),
    ("Cases nobody has moved for a while", "stale"),
    ("Cases someone has", "claimed"),
    ("Cases that were passed on", "referred"),
];

/// In which order cases of the queue can be shown.
pub(in crate::reply) const QUEUE_ORDERS: [(&str, &str); 2] =
    [("Most urgent first", "urgent"), ("Oldest first", "oldest")];

/// What comes first after the moderators' command.
pub(in crate::reply) const MODERATOR_STEPS: [(&str, &str); 3] = [
    ("Set this channel up", "setup"),
    ("See if all is well", "status"),
    ("Let others set kith up", "moderator"),
];

/// The help for moderators, a line for each step.
pub(in crate::reply) fn moderator_lines() -> Vec<(String, &'static str)> {
    MODERATOR_STEPS
        .iter()
        .map(|(what, step)| (format!("/{MODERATOR_COMMAND} {step}"), *what))
        .collect()
}
