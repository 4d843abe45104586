//! The commands as platforms list them, from which the help is made too.

use super::english::{menu, words};
use crate::domain::case::Outcome;
use crate::domain::command::{
    BY_THE_RULES, LEAD_COMMANDS, MODERATOR_COMMAND, RESIDENT_COMMANDS, STAFF_COMMANDS,
};
use crate::domain::consent::Ground;
use crate::domain::people::Language;
use crate::domain::priority::Priority;
use crate::domain::reading::Category;
use crate::domain::settings::{AskedBy, ChannelRole, Leaks, Listening};
use crate::domain::volunteer::Tier;

/// The command in the menu of a message, where a platform has such menus.
pub const MESSAGE_COMMAND: &str = "Log as a request";

/// Whose commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Residents and neighbours.
    Resident,
    /// Hub staff.
    Staff,
    /// Safeguarding leads.
    Lead,
    /// Those who run a group.
    Moderator,
}

/// One command. Its arguments, joined with spaces in their order, are what `Command::parse` reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandWord {
    /// Its name, without slash.
    pub name: &'static str,
    /// What it does, at most 100 signs.
    pub description: &'static str,
    /// What comes after it.
    pub arguments: Vec<Argument>,
}

/// One argument of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Its name, in small letters.
    pub name: &'static str,
    /// What it is, at most 100 signs.
    pub description: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it is made of.
    pub kind: ArgumentKind,
    /// What can be chosen, as label and value; empty where any words will do.
    pub choices: Vec<(&'static str, &'static str)>,
}

/// What an argument is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentKind {
    /// Words.
    Words,
    /// A role or a person, picked from the platform's own list where it has one.
    Who,
}

/// The commands for some people, in the order of the help.
pub fn command_menu(scope: Scope, language: Language) -> Vec<CommandWord> {
    let describe = match language {
        Language::English => menu::describe,
    };
    let names: &[&'static str] = match scope {
        Scope::Resident => &RESIDENT_COMMANDS,
        Scope::Staff => &STAFF_COMMANDS,
        Scope::Lead => &LEAD_COMMANDS,
        Scope::Moderator => &[MODERATOR_COMMAND],
    };
    let describe_argument = match language {
        Language::English => menu::describe_argument,
    };
    names
        .iter()
        .map(|name| CommandWord {
            name,
            description: describe(name),
            arguments: arguments(name, describe_argument),
        })
        .collect()
}

/// The commands for some people, as what is typed and what it does.
pub fn help_lines(scope: Scope, language: Language) -> Vec<(String, &'static str)> {
    let line = |command: CommandWord| {
        let mut typed = format!("/{}", command.name);
        for argument in command.arguments.iter().filter(|a| a.required) {
            typed.push(' ');
            typed.push_str(&argument.name.to_uppercase());
        }
        (typed, command.description)
    };
    match scope {
        Scope::Moderator => match language {
            Language::English => menu::moderator_lines(),
        },
        _ => command_menu(scope, language)
            .into_iter()
            .map(line)
            .collect(),
    }
}

fn arguments(command: &str, describe: fn(&str, &str) -> &'static str) -> Vec<Argument> {
    let argument = |name: &'static str| Argument {
        name,
        description: describe(command, name),
        required: false,
        kind: ArgumentKind::Words,
        choices: Vec::new(),
    };
    let required = |name: &'static str| Argument {
        required: true,
        ..argument(name)
    };
    match command {
        "need" | "offer" => vec![argument("text")],
        "cancel" => vec![argument("code")],
        "concern" => vec![argument("words")],
        "queue" => vec![
            Argument {
                choices: menu::QUEUE_VIEWS.to_vec(),
                ..argument("show")
            },
            Argument {
                choices: Priority::ALL
                    .iter()
                    .map(|priority| (words::priority(*priority), priority.as_str()))
                    .collect(),
                ..argument("priority")
            },
            Argument {
                choices: Category::ALL
                    .iter()
                    .map(|category| (words::category(*category), category.as_str()))
                    .collect(),
                ..argument("category")
            },
            argument("area"),
            Argument {
                choices: menu::QUEUE_ORDERS.to_vec(),
                ..argument("order")
            },
        ],
        "case" | "claim" | "release" | "split" | "unpause" | "adult" => vec![required("code")],
        "done" => vec![
            required("code"),
            Argument {
                choices: Outcome::ALL
                    .iter()
                    .map(|outcome| (words::outcome(*outcome), outcome.as_str()))
                    .collect(),
                ..argument("outcome")
            },
        ],
        "forward" => vec![required("code"), argument("destination")],
        "ask" => vec![required("code"), required("question")],
        "reason" => vec![
            required("code"),
            Argument {
                choices: [Ground::Emergency, Ground::Safeguarding]
                    .map(|ground| (words::ground(ground), ground.as_str()))
                    .to_vec(),
                ..required("ground")
            },
            required("why"),
        ],
        "merge" => vec![required("code"), required("into")],
        "priority" => vec![
            required("code"),
            Argument {
                choices: Priority::ALL
                    .iter()
                    .map(|priority| (words::priority(*priority), priority.as_str()))
                    .chain([(menu::BY_THE_RULES, BY_THE_RULES)])
                    .collect(),
                ..required("priority")
            },
        ],
        "vet" => vec![
            required("code"),
            Argument {
                choices: Tier::ALL
                    .iter()
                    .map(|tier| (words::tier(*tier), tier.as_str()))
                    .collect(),
                ..argument("tier")
            },
            argument("until"),
        ],
        "pause" | "bar" => vec![required("code"), required("reason")],
        MODERATOR_COMMAND => setup_arguments(argument),
        _ => Vec::new(),
    }
}

fn setup_arguments(argument: impl Fn(&'static str) -> Argument) -> Vec<Argument> {
    vec![
        Argument {
            choices: menu::MODERATOR_STEPS.to_vec(),
            required: true,
            ..argument("step")
        },
        Argument {
            choices: ChannelRole::ALL
                .iter()
                .map(|role| (words::role(*role), role.as_str()))
                .collect(),
            ..argument("role")
        },
        Argument {
            choices: Listening::ALL
                .iter()
                .map(|listening| (words::listening(*listening), listening.as_str()))
                .collect(),
            ..argument("listening")
        },
        Argument {
            choices: AskedBy::ALL
                .iter()
                .map(|asking| (words::asking(*asking), asking.as_str()))
                .collect(),
            ..argument("asking")
        },
        Argument {
            choices: Leaks::ALL
                .iter()
                .map(|leaks| (words::leaks(*leaks), leaks.as_str()))
                .collect(),
            ..argument("leaks")
        },
        argument("area"),
        Argument {
            kind: ArgumentKind::Who,
            ..argument("who")
        },
    ]
}
