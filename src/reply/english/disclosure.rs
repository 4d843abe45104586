//! What is shown to whom, in words: the table that people read is printed from the one that kith goes by.

use std::fmt::Write as _;

use crate::domain::disclosure::{Audience, Item, Rule, rule};

/// The table, as Markdown.
pub(in crate::reply) fn table() -> String {
    let mut text = String::from("| what |");
    for audience in Audience::ALL {
        // Writing to a string can't fail, here and below.
        let _ = write!(text, " {} |", who(*audience));
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(Audience::ALL.len()));
    for item in Item::ALL {
        let _ = write!(text, "\n| {} |", what(*item));
        for audience in Audience::ALL {
            let _ = write!(text, " {} |", when(rule(*item, *audience)));
        }
    }
    text.push('\n');
    text
}

const fn when(rule: Rule) -> &'static str {
    match rule {
        Rule::Never => "–",
        Rule::Always => "yes",
        Rule::WithYes => "with their yes",
        Rule::IfNamed => "if configured",
        Rule::IfNamedOnGround => "if configured, and with a ground",
    }
}

const fn who(audience: Audience) -> &'static str {
    match audience {
        Audience::Group => "neighbours' channel",
        Audience::Moderator => "moderator",
        Audience::Lead => "lead, of a concern",
        Audience::Hub => "hub channel: card, notes, queue",
        Audience::Staff => "staff who look",
        Audience::Holder => "staff who claimed it",
        Audience::Asked => "neighbour who is asked",
        Audience::Willing => "neighbour who said yes",
        Audience::Agreed => "neighbour the resident said yes to",
        Audience::Teller => "somebody else who told of it",
        Audience::Destination => "destination",
        Audience::Api => "API",
        Audience::Resident => "resident",
    }
}

const fn what(item: Item) -> &'static str {
    match item {
        Item::Code => "kith's code",
        Item::Need => "kind of help",
        Item::Outcode => "first half of the postcode",
        Item::Urgency => "how soon",
        Item::OnBehalf => "whether it is for someone else",
        Item::RuleWords => "the few words that a rule names",
        Item::Priority => "priority, route and the rules' reasons",
        Item::Status => "what a destination said of it",
        Item::Opened => "when it began",
        Item::Ground => "whether there is a ground for sharing",
        Item::FirstName => "first name",
        Item::Name => "whole name on the platform",
        Item::Task => "what, in their words",
        Item::Time => "when, in their words",
        Item::ForWhom => "for whom, in their words",
        Item::Address => "address",
        Item::Contact => "phone or other contact",
        Item::Words => "the words of their messages",
        Item::Answers => "answers to the hub's questions",
        Item::Offered => "kind of help offered",
        Item::OfferedWhere => "first half of the helper's postcode",
        Item::HelperFirstName => "helper's first name",
        Item::HelperName => "helper's whole name on the platform",
        Item::HelperDetails => "what the helper told in private",
    }
}
