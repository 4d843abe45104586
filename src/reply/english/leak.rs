//! What the writer of a message reads, in private, where it shows a group what strangers should not see.

use crate::domain::action::Action;
use crate::domain::particulars::Secret;
use crate::domain::sealed::SealedMessage;
use crate::reply::rich::{Button, Rendered, bold, plain};

/// How many kinds are named before the rest is left out.
const NAMED: usize = 3;

pub(super) fn told(secrets: &[Secret], removed: bool, message: &SealedMessage) -> Rendered {
    let shows = format!("Your message in the group shows {}.", named(secrets));
    let rendered = Rendered::default()
        .line([bold(shows), plain(" People you don't know can read it there.")])
        .text(if removed {
            "I have taken the message away, as your group wants. If you can still see it, please delete it yourself."
        } else {
            "It is safer to take it away. You are not in trouble: it happens to all of us."
        });
    let rendered = if secrets.iter().any(|secret| is_money(*secret)) {
        rendered.text("If it was a card or a PIN: your bank can make it safe. Call 159.")
    } else if secrets.contains(&Secret::Key) {
        rendered.text("If you can, put the key somewhere else or change the code.")
    } else {
        rendered
    };
    let rendered = rendered.text(
        "What you asked for or offered is not lost. Anything that helpers need, you can tell me here, in private.",
    );
    if removed {
        rendered
    } else {
        rendered.row([Button::danger(
            "Take my message away",
            Action::RemoveMine(message.clone()),
        )])
    }
}

pub(super) fn removing() -> Rendered {
    Rendered::say(
        "I'm taking your message away. If you still see it in a minute, please delete it yourself.",
    )
}

const fn is_money(secret: Secret) -> bool {
    matches!(secret, Secret::Card | Secret::Pin | Secret::Account)
}

/// Some of what it shows, in words; that it is private where nobody remembers.
fn named(secrets: &[Secret]) -> String {
    let names: Vec<_> = secrets
        .iter()
        .take(NAMED)
        .map(|secret| name(*secret))
        .collect();
    match names.split_last() {
        None => "something private".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

const fn name(secret: Secret) -> &'static str {
    match secret {
        Secret::Phone => "a phone number",
        Secret::Email => "an e-mail address",
        Secret::Address => "a home address",
        Secret::Card => "a bank card number",
        Secret::Account => "a bank account number",
        Secret::Pin => "a PIN or a password",
        Secret::NhsNumber => "an NHS number",
        Secret::NationalInsurance => "a National Insurance number",
        Secret::Key => "where a key is",
        Secret::BirthDate => "a date of birth",
    }
}
