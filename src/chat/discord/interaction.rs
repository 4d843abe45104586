//! Interactions (presses, commands, forms): what to answer at once, and what to hand over.

use serenity::model::id::ChannelId;
use serenity::model::permissions::Permissions;

use super::permissions;
use super::wire::{Choice, Input, Interaction, InteractionData};
use super::{answer, event, ids};
use crate::domain::action::Action;
use crate::domain::command::{Command, CommandError, MODERATOR_COMMAND};
use crate::domain::details::Field;
use crate::domain::ids::{MessageId, PersonId, RoleId};
use crate::domain::inbound::{AnswerToken, Event, FormSent, Inbound, Issued, Press, Scene};
use crate::domain::people::{Actor, Language, Presence, Standing};
use crate::domain::private::Private;
use crate::reply::{MESSAGE_COMMAND, Scope, command_menu};

/// What lets somebody see a channel.
const SEES: Permissions = Permissions::VIEW_CHANNEL.union(Permissions::ADMINISTRATOR);

/// What to do with an interaction.
#[derive(Debug)]
pub(super) struct Taken {
    /// The form to open at once; where there is none the answer is put off.
    pub(super) form: Option<Action>,
    /// The language of the form.
    pub(super) language: Language,
    /// What happened. With a form it is handed over only where the form can't be opened any more.
    pub(super) inbound: Inbound,
}

/// Reads an interaction; nothing where it is of a kind that kith never asked for.
///
/// # Errors
/// What is missing in it, in words.
pub(super) fn read(interaction: &Interaction, content: bool) -> Result<Option<Taken>, String> {
    let data = &interaction.data;
    let channel = interaction
        .channel_id
        .or(interaction.channel.as_ref().map(|channel| channel.id))
        .ok_or("expected a channel_id, found none")?;
    let by = actor(interaction).ok_or("expected a member or a user, found neither")?;
    let place = Place {
        scene: scene(interaction, channel),
        language: by.person.language,
        answer: answer::token(interaction),
        by,
    };
    let (form, event) = match interaction.kind {
        Interaction::COMPONENT => place.press(interaction),
        Interaction::FORM => place.form(data),
        Interaction::COMMAND => place.command(interaction, content),
        _ => return Ok(None),
    };
    let at = ids::moment(interaction.id.get());
    Ok(Some(Taken {
        form: form.filter(|action| crate::reply::form(action, language_of(interaction)).is_some()),
        language: language_of(interaction),
        inbound: event::inbound(format!("i{}", interaction.id), at, event),
    }))
}

fn language_of(interaction: &Interaction) -> Language {
    let locale = interaction.locale.as_deref();
    locale.map(Language::from_tag).unwrap_or_default()
}

fn scene(interaction: &Interaction, channel: ChannelId) -> Scene {
    let parent = interaction
        .channel
        .as_ref()
        .filter(|found| found.id == channel)
        .and_then(super::wire::Channel::parent);
    event::scene(channel, parent, interaction.guild_id)
}

fn actor(interaction: &Interaction) -> Option<Actor> {
    let member = interaction.member.as_ref();
    let user = member
        .and_then(|member| member.user.as_ref())
        .or(interaction.user.as_ref())?;
    let nick = member.and_then(|member| member.nick.as_deref());
    let standing = member.map(|member| {
        let may = member.permissions.unwrap_or_default();
        Standing {
            // The owner has every permission, so that this holds for owners too.
            admin: may.intersects(Permissions::ADMINISTRATOR | Permissions::MANAGE_GUILD),
            roles: member
                .roles
                .iter()
                .map(|role| RoleId::new(role.to_string()))
                .collect(),
            // The permissions are those in this very channel.
            presence: match member.permissions {
                Some(may) if !may.intersects(SEES) => Presence::Outside,
                _ => Presence::Present,
            },
        }
    });
    Some(Actor {
        person: user.person(nick, language_of(interaction)),
        standing: standing.unwrap_or_default(),
    })
}

/// Where an interaction happened and who it is from.
struct Place {
    scene: Scene,
    by: Actor,
    language: Language,
    answer: AnswerToken,
}

impl Place {
    fn press(self, interaction: &Interaction) -> (Option<Action>, Event) {
        let action = Action::decode(&interaction.data.custom_id);
        let form = action.clone().filter(Action::asks_for_words);
        let on = interaction.message.as_ref();
        let press = Press {
            scene: self.scene,
            on: on.map(|message| MessageId::new(message.id.to_string())),
            by: self.by,
            action,
            answer: Some(self.answer),
        };
        (form, Event::Press(press))
    }

    fn form(self, data: &InteractionData) -> (Option<Action>, Event) {
        let mut fields = Vec::new();
        filled_in(&data.components, &mut fields);
        let sent = FormSent {
            scene: self.scene,
            by: self.by,
            action: Action::decode(&data.custom_id),
            fields,
            answer: Some(self.answer),
        };
        (None, Event::Form(sent))
    }

    fn command(self, interaction: &Interaction, content: bool) -> (Option<Action>, Event) {
        let data = &interaction.data;
        let (command, about) = if data.kind == InteractionData::MESSAGE_COMMAND {
            self.menu_command(interaction)
        } else {
            (slash_command(data, self.language), None)
        };
        let form = match &command {
            // A menu command is about a message, whose words are all there is to ask.
            _ if about.is_some() => None,
            Ok(Command::Need { text: None }) => Some(Action::NewRequest),
            Ok(Command::Offer { text: None }) => Some(Action::NewOffer),
            _ => None,
        };
        let problems = if data.name == MODERATOR_COMMAND {
            let thread = self.scene.parent.is_some();
            permissions::problems(interaction.app_permissions, thread, content)
        } else {
            Vec::new()
        };
        let issued = Issued {
            scene: self.scene,
            by: self.by,
            command,
            message: None,
            about,
            problems,
            answer: Some(self.answer),
        };
        (form, Event::Command(issued))
    }

    fn menu_command(&self, interaction: &Interaction) -> CommandAbout {
        let data = &interaction.data;
        let unknown = || CommandError::Unknown {
            name: data.name.clone(),
        };
        if data.name != MESSAGE_COMMAND {
            return (Err(unknown()), None);
        }
        let target = data
            .target_id
            .and_then(|target| data.resolved.messages.get(&target));
        let Some(target) = target else {
            return (Err(unknown()), None);
        };
        // It is what a command is about: what it answers itself doesn't matter.
        let message = event::message(target, self.scene.clone(), None);
        let text = Some(message.text.clone()).filter(|text| !text.reveal().trim().is_empty());
        (Ok(Command::Need { text }), Some(Box::new(message)))
    }
}

type CommandAbout = (
    Result<Command, CommandError>,
    Option<Box<crate::domain::inbound::Message>>,
);

/// A slash command in the one grammar of commands. Its options come in the order in which
/// they were filled in, so that they are put in the order of the menu.
fn slash_command(data: &InteractionData, language: Language) -> Result<Command, CommandError> {
    let name = data.name.to_lowercase();
    let step = data
        .options
        .first()
        .filter(|option| matches!(option.kind, Choice::SUBCOMMAND | Choice::SUBCOMMAND_GROUP));
    let options = step.map_or(&data.options, |step| &step.options);
    if name == MODERATOR_COMMAND && step.is_some_and(|step| step.name == "moderator") {
        return Ok(named_moderator(data, options));
    }
    let order = argument_order(&name, language);
    let mut options: Vec<&Choice> = options.iter().collect();
    options.sort_by_key(|option| order.iter().position(|known| *known == option.name));
    let words = step
        .map(|step| step.name.clone())
        .into_iter()
        .chain(options.into_iter().map(in_words))
        .collect::<Vec<_>>()
        .join(" ");
    Command::parse(&name, &words)
}

fn argument_order(command: &str, language: Language) -> Vec<&'static str> {
    [Scope::Resident, Scope::Staff, Scope::Lead, Scope::Moderator]
        .into_iter()
        .flat_map(|scope| command_menu(scope, language))
        .find(|word| word.name == command)
        .map(|word| {
            word.arguments
                .iter()
                .map(|argument| argument.name)
                .collect()
        })
        .unwrap_or_default()
}

/// `/kith moderator` with a role or a person picked from Discord's own list.
fn named_moderator(data: &InteractionData, options: &[Choice]) -> Command {
    let mut role = None;
    let mut person = None;
    for option in options {
        let id = in_words(option);
        let is_role = option.kind == Choice::ROLE
            || (option.kind == Choice::MENTIONABLE && data.resolved.roles.contains_key(&id));
        if is_role {
            role = Some(RoleId::new(id));
        } else if matches!(option.kind, Choice::USER | Choice::MENTIONABLE) {
            person = Some(PersonId::new(id));
        }
    }
    Command::Moderator { role, person }
}

fn in_words(option: &Choice) -> String {
    match &option.value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The fields that were filled in, wherever in the form they stand.
fn filled_in(inputs: &[Input], fields: &mut Vec<(Field, Private<String>)>) {
    for input in inputs {
        let field = input.custom_id.as_deref().and_then(Field::from_word);
        let text = match &input.value {
            Some(serde_json::Value::String(text)) => text.clone(),
            _ => input.values.join(", "),
        };
        if let Some(field) = field
            && !text.trim().is_empty()
        {
            fields.push((field, Private::new(text)));
        }
        filled_in(&input.components, fields);
        if let Some(inner) = &input.component {
            filled_in(std::slice::from_ref(inner), fields);
        }
    }
}
