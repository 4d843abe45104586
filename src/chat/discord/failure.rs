//! What a refusal by Discord means for the task that was refused.

use std::time::Duration;

use super::rest::RestError;
use crate::chat::Failure;

/// Discord's numbers (reference: "JSON Error Codes").
pub(super) mod code {
    pub(in super::super) const UNKNOWN_CHANNEL: u64 = 10_003;
    pub(in super::super) const UNKNOWN_GUILD: u64 = 10_004;
    pub(in super::super) const UNKNOWN_MESSAGE: u64 = 10_008;
    pub(in super::super) const UNKNOWN_USER: u64 = 10_013;
    pub(in super::super) const UNKNOWN_WEBHOOK: u64 = 10_015;
    pub(in super::super) const UNKNOWN_INTERACTION: u64 = 10_062;
    pub(in super::super) const TOO_MANY_CHATS: u64 = 40_003;
    pub(in super::super) const MISSING_ACCESS: u64 = 50_001;
    pub(in super::super) const CANNOT_WRITE_TO_PERSON: u64 = 50_007;
    pub(in super::super) const MISSING_PERMISSIONS: u64 = 50_013;
    pub(in super::super) const TOKEN_OVER: u64 = 50_027;
    pub(in super::super) const NO_COMMON_SERVER: u64 = 50_278;
}

/// How long to wait where the token is refused or chats are opened too fast.
const LONG: Duration = Duration::from_mins(1);

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// Saying something in a channel.
    Post,
    /// Changing a message.
    Edit,
    /// Deleting a message.
    Delete,
    /// Writing to a person.
    Direct,
    /// Answering an interaction.
    Answer,
}

impl Doing {
    const fn needs(self) -> &'static str {
        match self {
            Self::Post => "“Send Messages” (in a thread “Send Messages in Threads”)",
            Self::Delete => "“View Channel” or “Manage Messages”",
            Self::Edit | Self::Direct | Self::Answer => "“View Channel” and “Send Messages”",
        }
    }
}

/// Whether an interaction can't be answered any more.
pub(super) fn is_over(error: &RestError) -> bool {
    matches!(
        error.code(),
        Some(code::UNKNOWN_WEBHOOK | code::TOKEN_OVER | code::UNKNOWN_INTERACTION)
    )
}

/// The failure that an error is.
pub(super) fn failure(error: &RestError, doing: Doing) -> Failure {
    let why = error.to_string();
    match error {
        RestError::Limited { after } => Failure::Retry {
            after: Some(*after),
            why,
        },
        // An answer that can't be read may be an error page of something in between.
        RestError::Network { .. } | RestError::Unreadable { .. } => {
            Failure::Retry { after: None, why }
        }
        RestError::Refused { status, code, .. } => refused(*status, *code, why, doing),
    }
}

fn refused(status: u16, code: u64, why: String, doing: Doing) -> Failure {
    match code {
        code::CANNOT_WRITE_TO_PERSON | code::NO_COMMON_SERVER => Failure::Unreachable { why },
        code::UNKNOWN_USER if doing == Doing::Direct => Failure::Unreachable { why },
        code::TOO_MANY_CHATS => Failure::Retry {
            after: Some(LONG),
            why,
        },
        code::MISSING_ACCESS => Failure::Dead {
            why: format!("{why}. kith can't see the channel: give it “View Channel” there"),
        },
        code::MISSING_PERMISSIONS => Failure::Dead {
            why: format!("{why}. Give kith {} there", doing.needs()),
        },
        code::UNKNOWN_CHANNEL
        | code::UNKNOWN_GUILD
        | code::UNKNOWN_MESSAGE
        | code::UNKNOWN_USER
        | code::UNKNOWN_WEBHOOK
        | code::UNKNOWN_INTERACTION
        | code::TOKEN_OVER => Failure::Gone { why },
        _ => match status {
            500.. => Failure::Retry { after: None, why },
            // A token that was changed: everything would be dead within seconds, and a person can mend it.
            401 => Failure::Retry {
                after: Some(LONG),
                why: format!("{why}. Put the bot's present token into discord.token"),
            },
            404 => Failure::Gone { why },
            _ => Failure::Dead { why },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, code: u64, doing: Doing) -> Failure {
        let error = RestError::Refused {
            status,
            code,
            message: "No".to_owned(),
            details: String::new(),
        };
        failure(&error, doing)
    }

    #[test]
    fn refusals_are_told_apart() {
        use Doing::{Direct, Edit, Post};
        assert!(matches!(
            of(403, 50_007, Direct),
            Failure::Unreachable { .. }
        ));
        assert!(matches!(
            of(403, 50_278, Direct),
            Failure::Unreachable { .. }
        ));
        assert!(matches!(of(404, 10_008, Edit), Failure::Gone { .. }));
        assert!(matches!(of(404, 10_003, Post), Failure::Gone { .. }));
        assert!(matches!(of(400, 50_035, Post), Failure::Dead { .. }));
        assert!(matches!(
            of(503, 0, Post),
            Failure::Retry { after: None, .. }
        ));
        assert!(matches!(
            of(401, 0, Post),
            Failure::Retry { after: Some(_), .. }
        ));
        let Failure::Dead { why } = of(403, 50_013, Post) else {
            panic!("expected it to be dead");
        };
        assert!(why.contains("Send Messages"), "{why}");
    }
}
