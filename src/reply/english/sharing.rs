//! What residents and staff read of sharing. Every wording by which somebody was ever asked is kept here under its version, since
//! a yes is a yes to those words.

use super::words;
use crate::domain::action::Action;
use crate::domain::code::CaseCode;
use crate::domain::consent::{Consent, Ground, Said, wording};
use crate::domain::disclosure::{Disclosed, Item};
use crate::domain::ids::CaseId;
use crate::domain::sharing_speech::{GroundSpeech, SharingSpeech};
use crate::domain::speech::Destination;
use crate::reply::rich::{Button, Rendered, bold, code as mark, plain};

/// Every wording, by its version. Only ever added to. `{}` is the name of the destination.
pub(in crate::reply) const WORDINGS: [(&str, &str); 7] = [
    (
        "2026-11-1",
        "May the hub share this with the people who help you? They see it only to help.",
    ),
    (
        wording::details(false),
        "May the hub share this with those who help you: a neighbour you say yes to, or a service such as the council? \
         They see it only to help.",
    ),
    (
        wording::details(true),
        "May the hub share this with those who help? Please say yes only if the person it is for knows that you asked, and agrees.",
    ),
    (
        wording::neighbour(false),
        "May they have your first name and what you told me? That is:",
    ),
    (
        wording::neighbour(true),
        "May they have your first name and what you told me? Please say yes only if the person it is for knows and agrees. That is:",
    ),
    (
        wording::destination(false),
        "May the hub pass this on to {}, so that they can help? They would get this and nothing else:",
    ),
    (
        wording::destination(true),
        "May the hub pass this on to {}, so that they can help? Please say yes only if the person it is for knows and agrees. \
         They would get this and nothing else:",
    ),
];

/// The words of a version.
pub(super) fn words_of(version: &str) -> &'static str {
    let mut all = WORDINGS.into_iter();
    all.find(|(known, _)| *known == version)
        .map_or("", |(_, words)| words)
}

pub(super) fn told(speech: &SharingSpeech) -> Rendered {
    match speech {
        SharingSpeech::Ask {
            case,
            code,
            destination,
            told,
            on_behalf,
        } => ask((case, code), destination, told, *on_behalf),
        SharingSpeech::Answered { title, said } => Rendered::say(match said {
            Said::Yes => format!(
                "Thank you. The hub may tell {title}. You can change your mind at any time: write /my"
            ),
            Said::No => format!("That is fine. {title} hears nothing that says who you are."),
            Said::Unasked => format!(
                "Thank you for saying so. {title} hears nothing that says who it is. Please ask them, and then write to me again."
            ),
        }),
        SharingSpeech::Stopped {
            case,
            code,
            destinations,
        } => stopped(case, code, destinations),
        SharingSpeech::NothingToStop => {
            Rendered::say("I have shared nothing of yours with anyone outside the hub.")
        }
    }
}

fn ask(
    (case, code): (&CaseId, &CaseCode),
    destination: &Destination,
    told: &Disclosed,
    on_behalf: bool,
) -> Rendered {
    let question = words_of(wording::destination(on_behalf)).replace("{}", &destination.title);
    let mut rendered = Rendered::default()
        .line([plain("About "), mark(code), plain(":")])
        .line([bold(question)]);
    for item in &destination.fields {
        rendered = shown(rendered, *item, told);
    }
    let answer = |said| Action::Agree(case.clone(), destination.id.clone(), said);
    let yes = if on_behalf {
        "Yes, they know and agree"
    } else {
        "Yes, pass it on"
    };
    rendered = rendered.row([
        Button::primary(yes, answer(Said::Yes)),
        Button::plain("No, thank you", answer(Said::No)),
    ]);
    if on_behalf {
        rendered = rendered.row([Button::plain("They don't know yet", answer(Said::Unasked))]);
    }
    rendered
}

/// One thing that a destination would be told, exactly as it would be.
fn shown(rendered: Rendered, item: Item, told: &Disclosed) -> Rendered {
    let details = told.details();
    let text = match item {
        Item::FirstName | Item::Name => told.name(),
        Item::Task => details.what.as_ref(),
        Item::Time => details.when.as_ref(),
        Item::ForWhom => details.for_whom.as_ref(),
        Item::Address => details.r#where.as_ref(),
        Item::Contact => details.reach.as_ref(),
        _ => None,
    };
    let label = format!("{}:", words::item(item));
    let known = match item {
        Item::Need => Some(words::categories(told.categories())),
        Item::Outcode => told.outcode().map(str::to_owned),
        Item::Urgency => Some(words::urgency(told.urgency()).to_owned()),
        Item::OnBehalf => told
            .on_behalf()
            .map(|other| if other { "yes" } else { "no" }.to_owned()),
        Item::Opened => told.at().map(words::moment),
        _ => None,
    };
    match (text, known) {
        (Some(text), _) => rendered.quote(&label, text.reveal()),
        (None, Some(known)) => rendered.line([bold(label), plain(format!(" {known}"))]),
        (None, None) => rendered.line([bold(label), plain(" not told")]),
    }
}

fn stopped(case: &CaseId, code: &CaseCode, destinations: &[String]) -> Rendered {
    let mut rendered = Rendered::default().line([
        plain("OK. From now on I share nothing more of "),
        mark(code),
        plain(". The hub still has it and can still help."),
    ]);
    if !destinations.is_empty() {
        rendered = rendered.text(format!(
            "I'm telling {} to stop using what they have.",
            destinations.join(", ")
        ));
    }
    rendered.row([Button::plain(
        "Take it all back",
        Action::Withdraw(crate::domain::report::Subject::Case(case.clone())),
    )])
}

pub(super) fn ground(speech: &GroundSpeech) -> Rendered {
    match speech {
        GroundSpeech::Missing {
            case,
            code,
            destination,
        } => missing(case, code, destination),
        GroundSpeech::Asking { code, title } => Rendered::default().line([
            plain("I'm asking the writer of "),
            mark(code),
            plain(format!(
                " if {title} may be told. You'll hear what they say."
            )),
        ]),
        GroundSpeech::Kept { code, reason } => Rendered::default().line([
            plain("Your reason for "),
            mark(code),
            plain(format!(
                " is kept with your name: {}. You can now press Forward.",
                words::ground(*reason)
            )),
        ]),
    }
}

fn missing(case: &CaseId, code: &CaseCode, destination: &Destination) -> Rendered {
    let personal = destination.fields.iter().filter(|item| item.is_personal());
    let personal: Vec<_> = personal
        .map(|item| words::item(*item).to_lowercase())
        .collect();
    Rendered::default()
        .line([
            plain(format!(
                "{} would be told: {}. The writer of ",
                destination.title,
                personal.join(", ")
            )),
            mark(code),
            plain(" has not said yes to that. You can:"),
        ])
        .row([
            Button::primary(
                "Ask the writer",
                Action::AskSharing(case.clone(), destination.id.clone()),
            ),
            Button::plain(
                "Send without personal details",
                Action::ForwardThin(case.clone(), destination.id.clone()),
            ),
        ])
        .line([
            plain("Is a life at risk? Write "),
            mark(format!("/reason {code} emergency")),
            plain(" and why. Does someone have to be kept safe? Write "),
            mark(format!("/reason {code} safeguarding")),
            plain(" and why. Your words are kept with your name."),
        ])
}

/// What somebody agreed to, for staff: who, when and the very words.
pub(super) fn agreed(rendered: Rendered, consent: &Consent) -> Rendered {
    let who = consent
        .by
        .as_ref()
        .map_or_else(|| "the writer".to_owned(), |by| words::name(&by.name));
    let words = words_of(&consent.wording);
    rendered.text(format!(
        "Answered by {who}, {}, to: “{words}”",
        words::moment(consent.at)
    ))
}

/// Whether a case may be shared, on a card.
pub(super) fn on_card(ground: Option<Ground>) -> Option<String> {
    let reason = ground.filter(|ground| *ground != Ground::Consent)?;
    Some(format!(
        "Reason to share without asking: {}",
        words::ground(reason)
    ))
}
