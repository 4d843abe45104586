//! Answers to interactions: the first one within three seconds, then fifteen minutes of edits
//! and follow-ups (documentation: "Receiving and Responding").

use axum::http::Method;
use serde_json::{Value, json};

use super::messages::{change, fill};
use super::validate::{check_message, check_modal, is_empty};
use super::{Answer, Call, Refusal, Reply};
use crate::sim::discord::payload::Withheld;
use crate::sim::discord::world::{Deed, FirstAnswer, Interaction, Message, World};

pub(super) fn route(world: &mut World, call: &Call, parts: &[&str]) -> Answer {
    match (&call.method, parts) {
        (&Method::POST, ["interactions", id, token, "callback"]) => {
            let id: u64 = id.parse().map_err(|_| Refusal::unknown_interaction())?;
            callback(world, (id, token), call)
        }
        (method, ["webhooks", application, token, rest @ ..]) => {
            let interaction = by_token(world, application, token)?;
            match (method, rest) {
                (&Method::POST, []) => follow_up(world, &interaction, &call.body),
                (method, ["messages", which]) => {
                    let message = which_message(&interaction, which)?;
                    let place = (interaction.channel, message);
                    match *method {
                        Method::GET => shown(world, place),
                        Method::PATCH => {
                            change(world, place, &call.body)?;
                            shown(world, place)
                        }
                        Method::DELETE => {
                            world.remove_message(place.0, place.1);
                            Ok(Reply::Empty)
                        }
                        _ => Err(Refusal::not_allowed()),
                    }
                }
                _ => Err(Refusal::not_found()),
            }
        }
        _ => Err(Refusal::not_found()),
    }
}

fn shown(world: &World, (channel, message): (u64, u64)) -> Answer {
    world
        .message(channel, message)
        .filter(|message| !message.deleted)
        .map(|message| Reply::Json(world.message_object(message, Withheld::Nothing)))
        .ok_or_else(Refusal::unknown_message)
}

fn callback(world: &mut World, (id, token): (u64, &str), call: &Call) -> Answer {
    let now = world.clock.now();
    let interaction = world
        .interactions
        .get(&id)
        .filter(|interaction| interaction.token == token)
        .cloned()
        .ok_or_else(Refusal::unknown_interaction)?;
    if interaction.answer.is_some() {
        return Err(Refusal::already_acknowledged());
    }
    if now.saturating_sub(interaction.created) > Interaction::FIRST_ANSWER {
        return Err(Refusal::unknown_interaction());
    }
    let kind = call.body["type"].as_u64().unwrap_or_default();
    let (answer, original) = first_answer(world, &interaction, kind, &call.body["data"])?;
    if let Some(stored) = world.interactions.get_mut(&id) {
        stored.answer = Some(answer);
        stored.original = original;
    }
    world.tell_answered(id);
    if !call.flag("with_response") {
        return Ok(Reply::Empty);
    }
    let Some(interaction) = world.interactions.get(&id) else {
        return Err(Refusal::unknown_interaction());
    };
    let mut response = json!({ "interaction": world.callback_object(interaction) });
    response["resource"] = json!({ "type": kind });
    let message = original.and_then(|message| world.message(interaction.channel, message));
    if let (Some(message), 4 | 5 | 7) = (message, kind) {
        response["resource"]["message"] = world.message_object(message, Withheld::Nothing);
    }
    Ok(Reply::Json(response))
}

fn first_answer(
    world: &mut World,
    interaction: &Interaction,
    kind: u64,
    data: &Value,
) -> Result<(FirstAnswer, Option<u64>), Refusal> {
    let source = interaction.source();
    match (kind, source) {
        (4, _) => {
            let message = answer_message(world, interaction, data)?;
            Ok((FirstAnswer::Message, Some(message)))
        }
        (5, _) => {
            let flags = data["flags"].as_u64().unwrap_or(0);
            let message = post_answer(world, interaction, flags | Message::LOADING, data);
            Ok((FirstAnswer::Deferred, Some(message)))
        }
        (6, Some(source)) => Ok((FirstAnswer::DeferredUpdate, Some(source))),
        (7, Some(source)) => {
            // An update may be empty: then it only acknowledges.
            if data.as_object().is_some_and(|fields| !fields.is_empty()) {
                change(world, (interaction.channel, source), data)?;
            }
            Ok((FirstAnswer::Update, Some(source)))
        }
        (9, _) if !matches!(interaction.deed, Deed::Modal { .. }) => {
            check_modal(data)?;
            Ok((FirstAnswer::Modal(data.clone()), None))
        }
        _ => Err(Refusal::invalid(
            "type",
            "BASE_TYPE_CHOICES",
            "Value must be one of the answers that this kind of interaction allows.",
        )),
    }
}

fn answer_message(
    world: &mut World,
    interaction: &Interaction,
    body: &Value,
) -> Result<u64, Refusal> {
    check_message(body)?;
    if is_empty(body) {
        return Err(Refusal::empty_message());
    }
    let flags = body["flags"].as_u64().unwrap_or(0);
    Ok(post_answer(world, interaction, flags, body))
}

/// Posts an answer: ephemeral ones reach only the person and the bot.
fn post_answer(world: &mut World, interaction: &Interaction, flags: u64, body: &Value) -> u64 {
    let (number, now) = (world.clock.next_id(), world.clock.now());
    let mut message = Message::new(number, interaction.channel, world.bot, now);
    let settable = Message::SUPPRESS_EMBEDS
        | Message::SUPPRESS_NOTIFICATIONS
        | Message::EPHEMERAL
        | Message::LOADING;
    message.flags = flags & settable;
    message.kind = match (&interaction.deed, interaction.source()) {
        (Deed::Command { menu: false, .. }, _) => 20,
        (Deed::Command { menu: true, .. }, _) => 23,
        (_, Some(_)) => 19,
        (_, None) => 0,
    };
    message.reply_to = interaction.source();
    message.interaction = Some(interaction.id);
    message.only_for = (flags & Message::EPHEMERAL != 0).then_some(interaction.person);
    fill(&mut message, body);
    message.pings = world.pings(&message, &body["allowed_mentions"]);
    world.post(message)
}

/// The interaction behind a token, while the token lives.
fn by_token(world: &World, application: &str, token: &str) -> Result<Interaction, Refusal> {
    if application != world.application.to_string() {
        return Err(Refusal::unknown_webhook());
    }
    let interaction = token
        .split('-')
        .nth(1)
        .and_then(|id| world.interactions.get(&id.parse().ok()?))
        .filter(|interaction| interaction.token == token)
        .ok_or_else(Refusal::unknown_webhook)?;
    let age = world.clock.now().saturating_sub(interaction.created);
    if age > Interaction::TOKEN_LIFE {
        return Err(Refusal::invalid_webhook_token());
    }
    // An interaction without a first answer has no webhook yet, and never gets one later.
    if interaction.answer.is_none() {
        return Err(Refusal::unknown_webhook());
    }
    Ok(interaction.clone())
}

fn which_message(interaction: &Interaction, which: &str) -> Result<u64, Refusal> {
    if which == "@original" {
        return interaction.original.ok_or_else(Refusal::unknown_message);
    }
    let message: u64 = which.parse().map_err(|_| Refusal::unknown_message())?;
    let own = interaction.original == Some(message) || interaction.follow_ups.contains(&message);
    if own {
        Ok(message)
    } else {
        Err(Refusal::unknown_message())
    }
}

/// A follow-up. Right after a deferral it fills the waiting answer instead, as documented.
fn follow_up(world: &mut World, interaction: &Interaction, body: &Value) -> Answer {
    let waiting = interaction
        .original
        .and_then(|message| world.message(interaction.channel, message))
        .filter(|message| message.flags & Message::LOADING != 0)
        .map(|message| message.id);
    if let Some(message) = waiting {
        let place = (interaction.channel, message);
        change(world, place, body)?;
        return shown(world, place);
    }
    let message = answer_message(world, interaction, body)?;
    if let Some(stored) = world.interactions.get_mut(&interaction.id) {
        stored.follow_ups.push(message);
    }
    shown(world, (interaction.channel, message))
}
