//! Commands as people type them, or as a platform's menu sends them: one grammar for all platforms.

use serde::{Deserialize, Serialize};

use super::case::Outcome;
use super::clock::Timestamp;
use super::code::{CaseCode, CodeError};
use super::consent::Ground;
use super::ids::{DestinationId, PersonId, RoleId};
use super::priority::Priority;
use super::private::Private;
use super::queue::QueueView;
use super::settings::{Area, AskedBy, ChannelRole, Leaks, Listening};
use super::volunteer::Tier;

/// Something a person tells kith to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// `/start`: a private chat begins.
    Start,
    /// `/help`.
    Help,
    /// `/need TEXT`: a request, passed on at once. Without text the need is asked in private.
    Need {
        /// The need, in the writer's words.
        text: Option<Private<String>>,
    },
    /// `/offer TEXT`: an offer, noted at once.
    Offer {
        /// The offer, in the writer's words.
        text: Option<Private<String>>,
    },
    /// `/my`: the writer's own requests and offers.
    My,
    /// `/cancel CODE`: take back a request or an offer; without a code, stop the dialogue or choose.
    Cancel {
        /// Which one.
        code: Option<CaseCode>,
    },
    /// `/concern WORDS`: somebody worries about anybody; in a safeguarding channel `/concern CODE …`.
    Concern {
        /// The concern that a lead means, or the case that somebody worries about.
        code: Option<CaseCode>,
        /// What they write; asked in private where left out.
        words: Option<Private<String>>,
    },
    /// `/numbers`: the numbers to call, in private.
    Numbers,
    /// `/concerns`: those that leads have still to deal with.
    Concerns,
    /// `/queue …`: the cases of this hub.
    Queue(QueueView),
    /// `/case CODE`: one case.
    Case {
        /// Which one.
        code: CaseCode,
    },
    /// `/claim CODE`.
    Claim {
        /// Which one.
        code: CaseCode,
    },
    /// `/release CODE`.
    Release {
        /// Which one.
        code: CaseCode,
    },
    /// `/done CODE OUTCOME`.
    Done {
        /// Which one.
        code: CaseCode,
        /// How it ended; asked where left out.
        outcome: Option<Outcome>,
    },
    /// `/forward CODE DESTINATION`.
    Forward {
        /// Which one.
        code: CaseCode,
        /// Where to; asked where left out and there are several.
        destination: Option<DestinationId>,
    },
    /// `/reason CODE emergency WORDS`: why a case may be shared without consent.
    Reason {
        /// Which one.
        code: CaseCode,
        /// Emergency or safeguarding.
        ground: Ground,
        /// Why, in the words of whoever decides it.
        why: Private<String>,
    },
    /// `/ask CODE QUESTION`: ask the resident, who answers in private.
    Ask {
        /// Which one.
        code: CaseCode,
        /// The question.
        question: Private<String>,
    },
    /// `/merge CODE INTO`: two cases are one need; the first becomes part of the second.
    Merge {
        /// The one that becomes part of the other.
        code: CaseCode,
        /// The one that goes on.
        into: CaseCode,
    },
    /// `/split CODE`: a case is a need of its own again.
    Split {
        /// Which one.
        code: CaseCode,
    },
    /// `/priority CODE P2`: how soon, set by hand; `rules` leaves it to the rules again.
    Priority {
        /// Which one.
        code: CaseCode,
        /// How soon; none to leave it to the rules.
        priority: Option<Priority>,
    },
    /// `/vet CODE TIER until DATE`: what a lead has checked of whoever made this offer; without a tier, what is known.
    Vet {
        /// An offer of theirs.
        code: CaseCode,
        /// What was seen.
        tier: Option<Tier>,
        /// Until when it counts; as the council's file says where left out.
        until: Option<Timestamp>,
    },
    /// `/pause CODE REASON`: whoever made this offer is not asked for a while.
    Pause {
        /// An offer of theirs.
        code: CaseCode,
        /// Why; for leads alone.
        reason: Private<String>,
    },
    /// `/bar CODE REASON`: whoever made this offer is not asked.
    Bar {
        /// An offer of theirs.
        code: CaseCode,
        /// Why; for leads alone.
        reason: Private<String>,
    },
    /// `/unpause CODE`: whoever made this offer may be asked again.
    Unpause {
        /// An offer of theirs.
        code: CaseCode,
    },
    /// `/adult CODE`: whoever told this case is not under 18, as a lead has found.
    Adult {
        /// The case.
        code: CaseCode,
    },
    /// `/kith setup …`: what this channel is for.
    Setup(Setup),
    /// `/kith moderator`: who else may set kith up here.
    Moderator {
        /// A role that may.
        role: Option<RoleId>,
        /// A person who may.
        person: Option<PersonId>,
    },
    /// `/kith status`: what works here and what doesn't.
    Status,
}

/// What `/kith setup` was told; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// What the channel is for.
    pub role: Option<ChannelRole>,
    /// How kith listens.
    pub listening: Option<Listening>,
    /// Who asks neighbours.
    pub asking: Option<AskedBy>,
    /// What becomes of messages that show what strangers should not see.
    pub leaks: Option<Leaks>,
    /// Where its people live.
    pub area: Option<Area>,
}

/// Why a command was not understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum CommandError {
    /// There is no such command.
    #[error("there is no command /{name}")]
    Unknown {
        /// What was typed.
        name: String,
    },
    /// The command needs a case code.
    #[error("/{name} needs a case code")]
    CodeMissing {
        /// The command.
        name: String,
    },
    /// The code is not a code.
    #[error("{why}")]
    Code {
        /// What is wrong with it.
        why: String,
    },
    /// A word is not one of those that the command takes.
    #[error("`{found}` is not one of: {expected}")]
    Word {
        /// What was typed.
        found: String,
        /// What could have been.
        expected: String,
    },
    /// Two words say different things of the same.
    #[error("`{found}` and `{before}` don't go together; use one of them")]
    Apart {
        /// What was typed last.
        found: String,
        /// What was typed before it.
        before: String,
    },
    /// The command needs more words.
    #[error("/{name} needs {what}")]
    WordsMissing {
        /// The command.
        name: String,
        /// What is missing.
        what: String,
    },
}

/// The names of all commands, without slash, in the order of the help.
pub const RESIDENT_COMMANDS: [&str; 7] = [
    "need", "offer", "my", "cancel", "concern", "numbers", "help",
];
/// The commands of hub staff.
pub const STAFF_COMMANDS: [&str; 11] = [
    "queue", "case", "claim", "release", "done", "forward", "reason", "ask", "priority", "merge",
    "split",
];
/// The commands of safeguarding leads.
pub const LEAD_COMMANDS: [&str; 6] = ["concerns", "vet", "pause", "bar", "unpause", "adult"];
/// What comes after `/priority CODE` to leave it to the rules again.
pub const BY_THE_RULES: &str = "rules";
/// The command of moderators, with `setup`, `status` and `moderator` after it.
pub const MODERATOR_COMMAND: &str = "kith";

impl Command {
    /// Reads a command from its name without slash, in lower case, and the words after it.
    pub fn parse(name: &str, words: &str) -> Result<Self, CommandError> {
        let words = words.trim();
        let text = || (!words.is_empty()).then(|| Private::new(words.to_owned()));
        match name {
            "start" => Ok(Self::Start),
            "help" => Ok(Self::Help),
            "need" => Ok(Self::Need { text: text() }),
            "offer" => Ok(Self::Offer { text: text() }),
            "my" => Ok(Self::My),
            "cancel" if words.is_empty() => Ok(Self::Cancel { code: None }),
            "cancel" | "withdraw" => {
                code(name, words).map(|(code, _)| Self::Cancel { code: Some(code) })
            }
            "concern" => Ok(concern(words)),
            "concerns" => Ok(Self::Concerns),
            "numbers" => Ok(Self::Numbers),
            "queue" => QueueView::parse(words).map(Self::Queue),
            "case" => code(name, words).map(|(code, _)| Self::Case { code }),
            "claim" => code(name, words).map(|(code, _)| Self::Claim { code }),
            "release" => code(name, words).map(|(code, _)| Self::Release { code }),
            "done" => {
                let (code, rest) = code(name, words)?;
                let outcome = if rest.is_empty() {
                    None
                } else {
                    Some(outcome(rest)?)
                };
                Ok(Self::Done { code, outcome })
            }
            "forward" => {
                let (code, rest) = code(name, words)?;
                let destination = rest
                    .split_whitespace()
                    .next()
                    .map(|word| DestinationId::new(word.to_lowercase()));
                Ok(Self::Forward { code, destination })
            }
            "ask" => {
                let (code, question) = code(name, words)?;
                if question.is_empty() {
                    return Err(CommandError::WordsMissing {
                        name: name.to_owned(),
                        what: "a question".to_owned(),
                    });
                }
                Ok(Self::Ask {
                    code,
                    question: Private::new(question.to_owned()),
                })
            }
            "reason" => shared_because(name, words),
            "merge" => {
                let (first, rest) = code(name, words)?;
                let (into, _) = code(name, rest)?;
                Ok(Self::Merge { code: first, into })
            }
            "split" => code(name, words).map(|(code, _)| Self::Split { code }),
            "priority" => {
                let (code, rest) = code(name, words)?;
                let priority = priority(rest)?;
                Ok(Self::Priority { code, priority })
            }
            "vet" => vet(words),
            "pause" => reason(name, words).map(|(code, reason)| Self::Pause { code, reason }),
            "bar" => reason(name, words).map(|(code, reason)| Self::Bar { code, reason }),
            "unpause" => code(name, words).map(|(code, _)| Self::Unpause { code }),
            "adult" => code(name, words).map(|(code, _)| Self::Adult { code }),
            MODERATOR_COMMAND => moderator(words),
            other => Err(CommandError::Unknown {
                name: other.to_owned(),
            }),
        }
    }

    /// Whether it is for hub staff in a hub channel.
    pub const fn is_for_staff(&self) -> bool {
        matches!(
            self,
            Self::Queue(_)
                | Self::Case { .. }
                | Self::Claim { .. }
                | Self::Release { .. }
                | Self::Done { .. }
                | Self::Forward { .. }
                | Self::Reason { .. }
                | Self::Ask { .. }
                | Self::Merge { .. }
                | Self::Split { .. }
                | Self::Priority { .. }
        )
    }
}

impl From<CodeError> for CommandError {
    fn from(error: CodeError) -> Self {
        Self::Code {
            why: error.to_string(),
        }
    }
}

/// Takes a code from the front: one word, or two where it was typed with a space.
fn code<'w>(name: &str, words: &'w str) -> Result<(CaseCode, &'w str), CommandError> {
    let first_end = words.find(char::is_whitespace).unwrap_or(words.len());
    let (first, rest) = (&words[..first_end], words[first_end..].trim_start());
    if first.is_empty() {
        return Err(CommandError::CodeMissing {
            name: name.to_owned(),
        });
    }
    let error = match CaseCode::parse(first) {
        Ok(code) => return Ok((code, rest)),
        Err(error) => error,
    };
    let second_end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    match CaseCode::parse(&format!("{first}{}", &rest[..second_end])) {
        Ok(code) => Ok((code, rest[second_end..].trim_start())),
        Err(_) => Err(error.into()),
    }
}

/// The fewest letters that can say why.
const LEAST_REASON: usize = 8;

fn shared_because(name: &str, words: &str) -> Result<Command, CommandError> {
    let (code, rest) = code(name, words)?;
    let (word, why) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let ground = match Ground::from_word(&word.to_lowercase()) {
        Some(ground @ (Ground::Emergency | Ground::Safeguarding)) => ground,
        Some(Ground::Consent) | None => {
            return Err(CommandError::Word {
                found: word.to_owned(),
                expected: format!("{}, {}", Ground::Emergency, Ground::Safeguarding),
            });
        }
    };
    let why = why.trim();
    if why.chars().filter(|sign| sign.is_alphabetic()).count() < LEAST_REASON {
        return Err(CommandError::WordsMissing {
            name: name.to_owned(),
            what: "why, in a few words".to_owned(),
        });
    }
    Ok(Command::Reason {
        code,
        ground,
        why: Private::new(why.to_owned()),
    })
}

/// A code at the front is a code; all else is what somebody worries about.
fn concern(words: &str) -> Command {
    // Words may look like a code where they are put together; a code is written with its dash.
    let first = words.split_whitespace().next().unwrap_or_default();
    let (code, rest) = match code("concern", words) {
        Ok((code, rest)) if first.contains('-') => (Some(code), rest),
        _ => (None, words),
    };
    let words = (!rest.is_empty()).then(|| Private::new(rest.to_owned()));
    Command::Concern { code, words }
}

fn outcome(words: &str) -> Result<Outcome, CommandError> {
    Outcome::from_word(&words.replace(' ', "_")).ok_or_else(|| CommandError::Word {
        found: words.to_owned(),
        expected: Outcome::ALL.map(Outcome::as_str).join(", "),
    })
}

fn priority(words: &str) -> Result<Option<Priority>, CommandError> {
    let word = words.to_lowercase();
    if word.is_empty() {
        return Err(CommandError::WordsMissing {
            name: "priority".to_owned(),
            what: "a priority, such as p2".to_owned(),
        });
    }
    if word == BY_THE_RULES {
        return Ok(None);
    }
    match Priority::from_word(&word) {
        Some(priority) => Ok(Some(priority)),
        None => Err(CommandError::Word {
            found: words.to_owned(),
            expected: format!("p1, p2, p3, p4, {BY_THE_RULES}"),
        }),
    }
}

fn reason(name: &str, words: &str) -> Result<(CaseCode, Private<String>), CommandError> {
    let (code, reason) = code(name, words)?;
    if reason.is_empty() {
        return Err(CommandError::WordsMissing {
            name: name.to_owned(),
            what: "a reason, which only leads see".to_owned(),
        });
    }
    Ok((code, Private::new(reason.to_owned())))
}

fn vet(words: &str) -> Result<Command, CommandError> {
    let (code, rest) = code("vet", words)?;
    let mut parts = rest.split_whitespace();
    let tier = match parts.next() {
        None => None,
        Some(word) => Some(Tier::from_word(&word.to_lowercase()).ok_or_else(|| {
            let all: Vec<_> = Tier::ALL.iter().map(|tier| tier.as_str()).collect();
            CommandError::Word {
                found: word.to_owned(),
                expected: all.join(", "),
            }
        })?),
    };
    let until = match parts.find(|word| *word != "until") {
        None => None,
        Some(word) => Some(end_of(word).ok_or_else(|| CommandError::Word {
            found: word.to_owned(),
            expected: "a day such as 31/03/2028".to_owned(),
        })?),
    };
    Ok(Command::Vet { code, tier, until })
}

/// When a day ends, written `31/03/2028` or `2028-03-31`.
fn end_of(word: &str) -> Option<Timestamp> {
    let day = jiff::civil::Date::strptime("%d/%m/%Y", word)
        .or_else(|_| jiff::civil::Date::strptime("%Y-%m-%d", word));
    let next = day.ok()?.tomorrow().ok()?;
    let ends = next.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    Some(Timestamp::from_millis(ends.as_millisecond()))
}

fn moderator(words: &str) -> Result<Command, CommandError> {
    let mut parts = words.split([' ', ',', ';']).filter(|part| !part.is_empty());
    match parts.next().map(str::to_lowercase).as_deref() {
        None | Some("setup") => setup(parts),
        Some("status") => Ok(Command::Status),
        Some("moderator") => Ok(Command::Moderator {
            role: parts.next().map(RoleId::new),
            person: None,
        }),
        Some(other) => Err(CommandError::Word {
            found: other.to_owned(),
            expected: "setup, status, moderator".to_owned(),
        }),
    }
}

fn setup<'w>(parts: impl Iterator<Item = &'w str>) -> Result<Command, CommandError> {
    let mut setup = Setup::default();
    let mut outcodes = Vec::new();
    for part in parts {
        let word = part.to_lowercase();
        if let Some(role) = ChannelRole::from_word(&word) {
            setup.role = Some(role);
        } else if let Some(listening) = Listening::from_word(&word) {
            setup.listening = Some(listening);
        } else if let Some(asking) = AskedBy::from_word(&word) {
            setup.asking = Some(asking);
        } else if let Some(leaks) = Leaks::from_word(&word) {
            setup.leaks = Some(leaks);
        } else if word == "everywhere" {
            setup.area = Some(Area::default());
        } else if is_outcode(&word) {
            outcodes.push(part.to_owned());
        } else if word != "area" {
            return Err(CommandError::Word {
                found: part.to_owned(),
                expected: "intake, hub, safeguarding, ignored, ask, auto, commands, staff_asks, kith_asks, leaks_told, leaks_removed, everywhere, or outcodes such as ME7"
                    .to_owned(),
            });
        }
    }
    if !outcodes.is_empty() {
        setup.area = Some(Area::new(outcodes));
    }
    Ok(Command::Setup(setup))
}

/// The shape of the outward half of a UK postcode: one or two letters, a digit, and perhaps a digit or letter.
pub fn is_outcode(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = &word.as_bytes()[letters..];
    (1..=2).contains(&letters)
        && match rest {
            [digit] => digit.is_ascii_digit(),
            [digit, last] => digit.is_ascii_digit() && last.is_ascii_alphanumeric(),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::ids::Draw;

    #[test]
    fn a_code_may_be_typed_with_a_space() {
        let code = Draw::new([3; 16]).code();
        let (head, tail) = code.as_str().split_at(3);
        let expected = Ok(Command::Done {
            code: code.clone(),
            outcome: Some(Outcome::PassedOn),
        });
        assert_eq!(
            Command::parse("done", &format!("{head} {tail} passed on")),
            expected
        );
        assert_eq!(
            Command::parse("done", &format!("{code} passed_on")),
            expected
        );
    }

    #[test]
    fn setup_takes_its_words_in_any_order() {
        let expected = Command::Setup(Setup {
            role: Some(ChannelRole::Intake),
            listening: Some(Listening::Auto),
            asking: Some(AskedBy::Kith),
            leaks: Some(Leaks::Removed),
            area: Some(Area::new(["ME7".to_owned(), "ME8".to_owned()])),
        });
        assert_eq!(
            Command::parse(
                "kith",
                "setup intake auto kith_asks leaks_removed area me7, ME8"
            ),
            Ok(expected.clone())
        );
        assert_eq!(
            Command::parse("kith", "setup ME8 ME7 leaks_removed kith_asks auto intake"),
            Ok(expected)
        );
        let error = Command::parse("kith", "setup kitchen").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("`kitchen` is not one of: intake"),
            "{error}"
        );
    }

    #[test]
    fn a_check_is_recorded_with_a_day_and_a_hold_with_a_reason() {
        let code = Draw::new([3; 16]).code();
        let vet = |words: &str| Command::parse("vet", &format!("{code} {words}"));
        let until = Some(Timestamp::from_millis(1_838_160_000_000));
        for (words, tier, until) in [
            ("", None, None),
            ("Basic", Some(Tier::Basic), None),
            ("enhanced until 31/03/2028", Some(Tier::Enhanced), until),
            ("enhanced 2028-03-31", Some(Tier::Enhanced), until),
        ] {
            let code = code.clone();
            assert_eq!(
                vet(words),
                Ok(Command::Vet { code, tier, until }),
                "{words}"
            );
        }
        let wrong = |words: &str| vet(words).unwrap_err().to_string();
        assert_eq!(
            wrong("dbs"),
            "`dbs` is not one of: unknown, introduced, references, basic, enhanced"
        );
        assert_eq!(
            wrong("basic until Easter"),
            "`Easter` is not one of: a day such as 31/03/2028"
        );
        let error = Command::parse("bar", code.as_str()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "/bar needs a reason, which only leads see"
        );
    }

    proptest! {
        #[test]
        fn parsing_never_panics(name in "[a-z]{0,9}|done|claim|ask|kith|forward|vet|bar", words in "\\PC{0,60}") {
            let _ = Command::parse(&name, &words);
        }
    }
}
