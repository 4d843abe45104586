//! What a refused call means for the task: again, never, or elsewhere; and what to do about it.

// Telegram has no stable error codes besides HTTP's; its words are all there is to tell them apart by.

use std::time::Duration;

use super::call::CallError;
use super::ids::Spot;
use crate::chat::Failure;

/// A token that the server refuses can be mended: what waits is kept for it.
const UNTIL_MENDED: Duration = Duration::from_mins(1);

/// What a call was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// Say something to one person in their private chat.
    Person,
    /// Say something in a group.
    Group,
    /// Change or delete a message of kith's own.
    Message,
    /// Answer a press.
    Press,
}

impl Aim {
    /// What it is to say something there.
    pub(super) const fn say(spot: Spot) -> Self {
        if spot.is_private() {
            Self::Person
        } else {
            Self::Group
        }
    }
}

/// The message is gone or can't be changed any more.
const GONE: [&str; 5] = [
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
];
/// A press is too old to be answered.
const TOO_OLD: [&str; 2] = ["query is too old", "query id is invalid"];
/// Nobody can be told in private.
const UNREACHABLE: [&str; 7] = [
    "bot can't initiate conversation",
    "bot can't send messages to bots",
    "bot was blocked",
    "user is deactivated",
    "user not found",
    "chat not found",
    "peer_id_invalid",
];
/// kith isn't in the group.
const NOT_THERE: [&str; 6] = [
    "kicked",
    "not a member",
    "chat not found",
    "group is deactivated",
    "channel_private",
    "group chat was deleted",
];
/// kith is in the group and may not write.
const NOT_ALLOWED: [&str; 6] = [
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_send_plain_forbidden",
    "need administrator rights",
];

/// Reads a failed call.
pub(super) fn read(error: &CallError, aim: Aim) -> Failure {
    let why = error.to_string();
    let CallError::Refused {
        code,
        wait,
        moved_to,
        ..
    } = error
    else {
        return Failure::Retry { after: None, why };
    };
    if let Some(to) = moved_to {
        let to = Spot::whole(*to).channel();
        return Failure::Moved { to };
    }
    let says = |any: &[&str]| any.iter().any(|words| error.says(words));
    let dead = |remedy: &str| Failure::Dead {
        why: format!("{why}. {remedy}"),
    };
    match (*code, aim) {
        // Too fast; or another process polls, or the server restarts, and nothing is wrong with the task.
        (408 | 409 | 429, _) => Failure::Retry { after: *wait, why },
        (401 | 404, _) => Failure::Retry {
            after: Some(UNTIL_MENDED),
            why: format!("{why}. Check telegram.token and telegram.api_url"),
        },
        (_, Aim::Press) if says(&TOO_OLD) => Failure::Gone { why },
        (_, Aim::Message) if says(&GONE) => Failure::Gone { why },
        (_, Aim::Person) if says(&UNREACHABLE) || *code == 403 => Failure::Unreachable { why },
        _ if says(&["topic_closed"]) => {
            dead("Open the topic again or make the bot an administrator who manages topics")
        }
        _ if says(&["topic_deleted", "message thread not found"]) => {
            dead("The topic was deleted; set up another with /kith setup")
        }
        _ if says(&NOT_THERE) => dead("Add the bot to the group again"),
        _ if says(&NOT_ALLOWED) => {
            dead("Let the bot send messages there, or make it an administrator")
        }
        _ if says(&["message can't be deleted"]) => {
            dead("It is older than two days; an administrator can delete it by hand")
        }
        _ => dead("This is not known to kith; if it comes again, report it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: u16, description: &str) -> CallError {
        CallError::Refused {
            code,
            description: description.to_owned(),
            wait: (code == 429).then_some(Duration::from_secs(7)),
            moved_to: description.contains("upgraded").then_some(-100_777),
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "it is a table")]
    fn telegram_words_are_told_apart() {
        let table = [
            (
                Aim::Group,
                429,
                "Too Many Requests: retry after 7",
                "retry 7",
            ),
            (Aim::Group, 401, "Unauthorized", "retry 60"),
            (
                Aim::Group,
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                "moved -100777",
            ),
            (
                Aim::Person,
                403,
                "Forbidden: bot can't initiate conversation with a user",
                "unreachable",
            ),
            (
                Aim::Person,
                403,
                "Forbidden: bot was blocked by the user",
                "unreachable",
            ),
            (
                Aim::Person,
                403,
                "Forbidden: user is deactivated",
                "unreachable",
            ),
            (
                Aim::Person,
                400,
                "Bad Request: chat not found",
                "unreachable",
            ),
            (
                Aim::Group,
                400,
                "Bad Request: chat not found",
                "dead: Add the bot",
            ),
            (
                Aim::Group,
                403,
                "Forbidden: bot was kicked from the supergroup chat",
                "dead: Add the bot",
            ),
            (
                Aim::Group,
                403,
                "Forbidden: bot is not a member of the supergroup chat",
                "dead: Add the bot",
            ),
            (
                Aim::Group,
                400,
                "Bad Request: not enough rights to send text messages to the chat",
                "dead: Let the bot",
            ),
            (
                Aim::Group,
                400,
                "Bad Request: CHAT_WRITE_FORBIDDEN",
                "dead: Let the bot",
            ),
            (
                Aim::Group,
                400,
                "Bad Request: TOPIC_CLOSED",
                "dead: Open the topic",
            ),
            (
                Aim::Group,
                400,
                "Bad Request: BUTTON_DATA_INVALID",
                "dead: This is not known",
            ),
            (
                Aim::Message,
                400,
                "Bad Request: message to edit not found",
                "gone",
            ),
            (
                Aim::Message,
                400,
                "Bad Request: message can't be edited",
                "gone",
            ),
            (
                Aim::Message,
                400,
                "Bad Request: message can't be deleted for everyone",
                "dead: It is older",
            ),
            (
                Aim::Press,
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
                "gone",
            ),
        ];
        for (aim, code, words, expected) in table {
            let found = match read(&refused(code, words), aim) {
                Failure::Retry { after, .. } => {
                    format!("retry {}", after.map_or(0, |after| after.as_secs()))
                }
                Failure::Dead { why } => format!("dead: {}", &why[why.find(". ").unwrap() + 2..]),
                Failure::Unreachable { .. } => "unreachable".to_owned(),
                Failure::Gone { .. } => "gone".to_owned(),
                Failure::Moved { to } => format!("moved {to}"),
            };
            assert!(
                found.starts_with(expected),
                "{words}: expected {expected}, found {found}"
            );
        }
    }

    #[test]
    fn trouble_on_the_way_is_worth_another_try() {
        for error in [
            CallError::Trouble("502".to_owned()),
            CallError::Unreached("reset".to_owned()),
        ] {
            assert!(matches!(
                read(&error, Aim::Person),
                Failure::Retry { after: None, .. }
            ));
        }
    }
}
