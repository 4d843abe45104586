//! What somebody shows a group that strangers should not see: its writer hears so in private and can have the message taken away,
//! or the group has set kith to do so by itself. What kith keeps of the words has it taken out.

use crate::domain::case::Case;
use crate::domain::decision::Change;
use crate::domain::effect::Act;
use crate::domain::ids::MessageRef;
use crate::domain::inbound::Message;
use crate::domain::mask::masked;
use crate::domain::particulars::{Secret, Sensitive};
use crate::domain::private::Private;
use crate::domain::reading::{Category, Kind, Reading};
use crate::domain::report::Report;
use crate::domain::sealed::SealedMessage;
use crate::domain::settings::{Channel, Leaks, Listening};
use crate::domain::speech::Speech;
use crate::intake;
use crate::safeguarding;

use super::deciding::{Asker, Deciding, waiting};
use super::{ASK_FROM, route};

/// What of a message in a group its writer should hear about, each sort once. A helpline's number is nobody's own, and an address
/// is somebody's home where help is asked for or where it stands beside something secret: a church hall with soup is none.
pub fn leaks(text: &str, reading: &Reading) -> Vec<Secret> {
    let mut secrets: Vec<Secret> = Vec::new();
    for found in &reading.particulars.sensitive {
        let words = text.get(found.span.start..found.span.end).unwrap_or("");
        let counts = found.secret != Secret::Phone || is_personal(words);
        if counts && !secrets.contains(&found.secret) {
            secrets.push(found.secret);
        }
    }
    let helps = |about: &Category| *about != Category::Information;
    let asks = reading.kind == Kind::Request
        && reading.confidence >= ASK_FROM
        && reading.categories.iter().any(helps);
    if secrets == [Secret::Address] && !asks {
        secrets.clear();
    }
    secrets
}

/// Whether a number may be a person's: those that begin with 03, 08 and 09 are of organisations (Ofcom's numbering plan).
fn is_personal(phone: &str) -> bool {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix("0044").or(digits.strip_prefix("44"));
    let national = national.unwrap_or(&digits).trim_start_matches('0');
    !national.starts_with(['3', '8', '9'])
}

/// What is kept of a report's words: nothing that strangers should not see. A phone number and an address are kept apart.
pub fn kept(text: &Private<String>, sensitive: &[Sensitive]) -> Private<String> {
    Private::new(masked(text.reveal(), sensitive, |_| true))
}

/// What is kept of words in which somebody may be in danger: leads have to find them, but nobody needs their PIN.
pub fn kept_for_leads(text: &Private<String>, sensitive: &[Sensitive]) -> Private<String> {
    Private::new(masked(text.reveal(), sensitive, is_never_needed))
}

/// What is kept of words that somebody told in private.
pub fn kept_in_private(text: &Private<String>) -> Private<String> {
    kept_for_leads(text, &intake::sensitive(text.reveal()))
}

/// Whether it is of no use to anybody who helps.
const fn is_never_needed(secret: Secret) -> bool {
    match secret {
        Secret::Card
        | Secret::Account
        | Secret::Pin
        | Secret::NhsNumber
        | Secret::NationalInsurance => true,
        Secret::Phone | Secret::Email | Secret::Address | Secret::Key | Secret::BirthDate => false,
    }
}

/// Puts how to reach and find somebody, which their words don't keep, where only those see it who may.
pub fn put_apart(text: &str, sensitive: &[Sensitive], case: &mut Case) {
    let first = |wanted: &[Secret]| {
        let found = sensitive
            .iter()
            .find(|found| wanted.contains(&found.secret))?;
        let words = text.get(found.span.start..found.span.end)?;
        Some(Private::new(words.to_owned()))
    };
    let details = &mut case.details;
    details.reach = details
        .reach
        .take()
        .or_else(|| first(&[Secret::Phone, Secret::Email]));
    details.r#where = details.r#where.take().or_else(|| first(&[Secret::Address]));
}

impl Deciding<'_> {
    /// Somebody may show a group what strangers should not see. `before`: what of it was in an earlier form of the message.
    pub fn leak(&mut self, message: &Message, reading: &Reading, before: &[Sensitive]) {
        let channel = route::channel_of(&self.snapshot.channels, &message.scene);
        let Some(leaks_are) = channel.and_then(looked_for) else {
            return;
        };
        // Numbers to call come alone.
        if safeguarding::assess(reading, &self.desk.contacts).danger {
            return;
        }
        let mut secrets = leaks(message.text.reveal(), reading);
        let is_new = secrets
            .iter()
            .any(|secret| before.iter().all(|one| one.secret != *secret));
        if !is_new {
            return;
        }
        // The gravest first: it is what the writer must not overlook.
        secrets.sort_by_key(|secret| !is_never_needed(*secret));
        let source = message.reference();
        let hasher = self.desk.linkage.hasher();
        let sealed = SealedMessage::new(hasher, &source, &message.author.id);
        let removed = leaks_are == Leaks::Removed;
        if removed {
            self.remove(&source);
        }
        self.promise(Act::Tell {
            person: message.author.clone(),
            speech: Speech::Leak {
                secrets,
                removed,
                message: sealed.clone(),
            },
            otherwise: Some(waiting(source, super::Action::Leaked(sealed))),
        });
    }

    /// The same, for its writer who followed the link to the private chat.
    pub fn leaked(&mut self, asker: &Asker, sealed: &SealedMessage) {
        let speech = match self.opened(asker, sealed) {
            Some(_) => Speech::Leak {
                secrets: Vec::new(),
                removed: false,
                message: sealed.clone(),
            },
            None => Speech::OnlyTheWriter,
        };
        self.answer(asker, speech);
    }

    /// Its writer wants the message taken away.
    pub fn remove_mine(&mut self, asker: &Asker, sealed: &SealedMessage) {
        let Some(message) = self.opened(asker, sealed) else {
            return self.answer(asker, Speech::OnlyTheWriter);
        };
        self.remove(&message);
        self.answer(asker, Speech::Removing);
    }

    fn opened(&self, asker: &Asker, sealed: &SealedMessage) -> Option<MessageRef> {
        let hasher = self.desk.linkage.hasher();
        sealed.open(hasher, &asker.scene.place, &asker.person.id)
    }

    /// Takes a message away. What it told stays: it is gone because kith took it, not because its writer thinks otherwise.
    fn remove(&mut self, message: &MessageRef) {
        let told = |report: &&Report| report.source.as_ref() == Some(message);
        let gathered = self
            .decision
            .changes
            .iter()
            .rev()
            .find_map(|change| match change {
                Change::Report(report) => Some(&**report).filter(told),
                _ => None,
            });
        let report = gathered
            .or_else(|| self.snapshot.report_of(message))
            .cloned();
        if let Some(report) = report {
            self.put_report(Report {
                source: None,
                ..report
            });
        }
        let message = message.clone();
        self.promise_urgently(Act::Remove { message });
    }
}

/// What becomes of leaks in a channel; nothing where kith reads commands alone.
fn looked_for(channel: &Channel) -> Option<Leaks> {
    match (channel.listening, channel.leaks) {
        (Listening::Commands, Leaks::Told) => None,
        (_, leaks) => Some(leaks),
    }
}
