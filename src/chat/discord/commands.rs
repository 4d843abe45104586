//! The slash commands and the message command, registered once and again when they change.

use reqwest::Method;
use serde_json::Value;
use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::http::Route;
use serenity::model::application::{
    CommandOptionType, CommandType, InstallationContext, InteractionContext,
};
use serenity::model::id::ApplicationId;

use super::rest::{Call, Rest, RestError};
use crate::domain::people::Language;
use crate::reply::{Argument, ArgumentKind, CommandWord, MESSAGE_COMMAND, Scope, command_menu};

/// What registering came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Registered {
    /// They were as they should be.
    Already,
    /// They were written anew.
    Anew,
}

/// Registers the commands where they differ from those that Discord has.
pub(super) async fn register(
    rest: &Rest,
    application: ApplicationId,
) -> Result<Registered, RestError> {
    if are_registered(rest, application).await? {
        return Ok(Registered::Already);
    }
    let body = serde_json::to_vec(&menu()).map_err(|error| RestError::Unreadable {
        why: error.to_string(),
    })?;
    let route = Route::Commands {
        application_id: application,
    };
    rest.tell(Call::new(Method::PUT, route).body(body)).await?;
    Ok(Registered::Anew)
}

/// Whether Discord has the commands as they are now.
pub(super) async fn are_registered(
    rest: &Rest,
    application: ApplicationId,
) -> Result<bool, RestError> {
    let route = Route::Commands {
        application_id: application,
    };
    let registered: Value = rest.call(Call::get(route)).await?;
    let wanted = serde_json::to_value(menu()).unwrap_or_default();
    Ok(are_same(&wanted, &registered))
}

/// Every command, for everybody: who may use which is decided when it is given, since groups
/// name moderators of their own.
fn menu() -> Vec<CreateCommand> {
    let words = |scope| command_menu(scope, Language::default());
    let mut commands: Vec<CreateCommand> = words(Scope::Resident)
        .iter()
        .map(|word| everywhere(flat(word)))
        .collect();
    for scope in [Scope::Staff, Scope::Lead] {
        commands.extend(words(scope).iter().map(|word| in_guilds(flat(word))));
    }
    commands.extend(
        words(Scope::Moderator)
            .iter()
            .map(|word| in_guilds(stepped(word))),
    );
    commands.push(in_guilds(
        CreateCommand::new(MESSAGE_COMMAND).kind(CommandType::Message),
    ));
    commands
}

fn everywhere(command: CreateCommand) -> CreateCommand {
    command
        .integration_types(vec![InstallationContext::Guild])
        .contexts(vec![InteractionContext::Guild, InteractionContext::BotDm])
}

fn in_guilds(command: CreateCommand) -> CreateCommand {
    command
        .integration_types(vec![InstallationContext::Guild])
        .contexts(vec![InteractionContext::Guild])
}

fn named(word: &CommandWord) -> CreateCommand {
    CreateCommand::new(word.name)
        .kind(CommandType::ChatInput)
        .description(word.description)
}

/// A command whose arguments are options.
fn flat(word: &CommandWord) -> CreateCommand {
    named(word).set_options(word.arguments.iter().map(option).collect())
}

/// A command whose first argument, the step, becomes subcommands: who is picked belongs to
/// naming a moderator, everything else to setting up.
fn stepped(word: &CommandWord) -> CreateCommand {
    let Some((step, rest)) = word.arguments.split_first() else {
        return named(word);
    };
    let options = step.choices.iter().map(|(label, value)| {
        let of_step = |argument: &&Argument| match *value {
            "moderator" => argument.kind == ArgumentKind::Who,
            "setup" => argument.kind == ArgumentKind::Words,
            _ => false,
        };
        CreateCommandOption::new(CommandOptionType::SubCommand, *value, *label)
            .set_sub_options(rest.iter().filter(of_step).map(option).collect::<Vec<_>>())
    });
    named(word).set_options(options.collect())
}

fn option(argument: &Argument) -> CreateCommandOption {
    let kind = match argument.kind {
        ArgumentKind::Words => CommandOptionType::String,
        ArgumentKind::Who => CommandOptionType::Mentionable,
    };
    let option = CreateCommandOption::new(kind, argument.name, argument.description)
        .required(argument.required);
    argument
        .choices
        .iter()
        .fold(option, |option, (label, value)| {
            option.add_string_choice(*label, *value)
        })
}

/// Whether what is wanted is what is there. Discord adds fields of its own, and may leave out
/// what is empty.
fn are_same(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => wanted
            .iter()
            .all(|(name, value)| are_same(value, found.get(name).unwrap_or(&Value::Null))),
        (Value::Array(wanted), Value::Array(found)) => {
            wanted.len() == found.len()
                && wanted
                    .iter()
                    .zip(found)
                    .all(|(wanted, found)| are_same(wanted, found))
        }
        (wanted, Value::Null) => is_empty(wanted),
        (wanted, found) => wanted == found || (is_empty(wanted) && is_empty(found)),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn commands_are_compared_by_what_counts() {
        let wanted = json!([{"name": "need", "options": [{"name": "text", "required": false}]}]);
        let mut found = json!([{"id": "1", "name": "need", "options": [{"name": "text"}]}]);
        assert!(are_same(&wanted, &found));
        found[0]["options"][0]["name"] = json!("words");
        assert!(!are_same(&wanted, &found));
        assert!(!are_same(&wanted, &json!([])));
    }

    #[test]
    fn the_menu_has_every_command_and_its_steps() {
        let menu = serde_json::to_value(menu()).unwrap();
        let names: Vec<_> = menu
            .as_array()
            .unwrap()
            .iter()
            .map(|c| &c["name"])
            .collect();
        for name in ["need", "my", "claim", "kith", MESSAGE_COMMAND] {
            assert!(names.contains(&&json!(name)), "{name} is missing");
        }
        let kith = menu
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["name"] == "kith")
            .unwrap();
        let steps: Vec<_> = kith["options"].as_array().unwrap().iter().collect();
        assert!(
            steps
                .iter()
                .any(|step| step["name"] == "setup" && step["type"] == 1)
        );
        assert!(
            menu.as_array()
                .unwrap()
                .iter()
                .all(|c| c["default_member_permissions"].is_null()),
            "moderators that a group names must see the commands"
        );
        for option in steps {
            let text = option["description"].as_str().unwrap();
            assert!((1..=100).contains(&text.chars().count()), "{text}");
        }
    }
}
