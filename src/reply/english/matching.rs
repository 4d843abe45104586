//! What neighbours, residents and staff read of a match.

use super::{sharing, visit, words};
use crate::domain::action::Action;
use crate::domain::code::CaseCode;
use crate::domain::consent::wording;
use crate::domain::details::{Details, Field};
use crate::domain::disclosure::Disclosed;
use crate::domain::ids::{CaseId, MatchId};
use crate::domain::match_speech::{
    FitView, Lacking, MatchNews, MatchNote, MatchSpeech, NeighbourList, Over, Running, Stage,
};
use crate::domain::matching::{Reason, Side, Went};
use crate::domain::private::Private;
use crate::domain::reading::Lang;
use crate::domain::report::Subject;
use crate::domain::volunteer::{Lack, Tier};
use crate::reply::rich::{Button, Rendered, Span, bold, code as mark, plain};

/// How many reasons are given for one offer.
const REASONS: usize = 4;

pub(super) fn told(speech: &MatchSpeech) -> Rendered {
    let rendered = news(speech);
    let of = speech.of.clone();
    match speech.told {
        MatchNews::PassedToLeads => rendered,
        _ => rendered.row([Button::plain("Worried?", Action::WorriedMatch(of))]),
    }
}

fn news(speech: &MatchSpeech) -> Rendered {
    let MatchSpeech { of, code, told } = speech;
    match told {
        MatchNews::AskNeighbour { told, rules } => ask_neighbour((of, code), told, rules),
        MatchNews::WaitForResident { told } => wait_for_resident(of, told),
        MatchNews::AskResident {
            name,
            case,
            told,
            on_behalf,
        } => ask_resident((of, code), (case, name), told.details(), *on_behalf),
        MatchNews::Shared { told, rules } => shared(of, told, rules),
        MatchNews::NeighbourComes { name } => Rendered::default()
            .line([
                bold(words::name(name)),
                plain(" now knows what you told me about "),
                mark(code),
                plain(" and will get in touch."),
            ])
            .text("Don't give anyone your card or your PIN, and don't let in anyone you don't feel sure about.")
            .row([step_back(of), something_wrong(of)]),
        MatchNews::OnYourWay { rules } => visit::on_your_way(of, rules),
        MatchNews::AreYouBack => visit::are_you_back(of),
        MatchNews::WelcomeBack { worries } => visit::welcome_back(of, worries),
        MatchNews::HowAreYou { support } => visit::how_are_you(support),
        MatchNews::Over { why } => over(code, *why),
        MatchNews::HowWasIt => how_was_it(of, code),
        MatchNews::Thanks => Rendered::say("Thank you for telling me.").row([something_wrong(of)]),
        MatchNews::PassedToLeads => Rendered::say(
            "Thank you for telling me. I have told the safeguarding leads, and nobody else. They may write to you.",
        )
        .text("If anyone is in danger right now, call 999."),
    }
}

fn need(rendered: Rendered, told: &Disclosed) -> Rendered {
    rendered
        .line([
            bold("What:"),
            plain(format!(" {}", words::categories(told.categories()))),
        ])
        .line([
            bold("Where:"),
            plain(format!(" {}", told.outcode().unwrap_or("not known yet"))),
        ])
        .line([
            bold("When:"),
            plain(format!(" {}", words::urgency(told.urgency()))),
        ])
}

/// Where the writer has said that it may be shared, also who it is, what they need and when, in their words.
fn wait_for_resident(of: &MatchId, told: &Disclosed) -> Rendered {
    let mut rendered = Rendered::say(
        "Thank you! I'm asking them now if I may tell you more. I'll write to you here.",
    );
    if let Some(name) = told.name() {
        rendered = rendered.line([bold("Who:"), plain(format!(" {}", words::name(name)))]);
    }
    for field in [Field::What, Field::When] {
        if let Some(text) = told.details().text(field) {
            rendered = rendered.quote(&format!("{}:", words::field(field)), text.reveal());
        }
    }
    rendered.row([step_back(of)])
}

/// The same in one line, where the resident's own words follow.
fn briefly(told: &Disclosed) -> [Span; 2] {
    let place = told.outcode().map(|outcode| format!(", in {outcode}"));
    let about = format!(
        " {}{}, {}",
        words::categories(told.categories()),
        place.unwrap_or_default(),
        words::urgency(told.urgency())
    );
    [bold("About:"), plain(about)]
}

fn rules(rendered: Rendered, lines: &[String]) -> Rendered {
    rendered.lines(lines.iter().map(|line| format!("• {line}")))
}

fn ask_neighbour(
    (of, code): (&MatchId, &CaseCode),
    told: &Disclosed,
    lines: &[String],
) -> Rendered {
    let rendered = Rendered::default().line([
        plain("You offered help ("),
        mark(code),
        plain("). Someone near you could use it:"),
    ]);
    let rendered = need(rendered, told)
        .text("It is fine to say no. If you say yes, I ask them if I may tell you more.")
        .line([bold("If you help, this keeps everyone safe:")]);
    rules(rendered, lines).row([
        Button::primary("Yes, I can", Action::Help(of.clone(), true)),
        Button::plain("Not this time", Action::Help(of.clone(), false)),
    ])
}

/// The question about sharing.
fn ask_resident(
    (of, code): (&MatchId, &CaseCode),
    (case, name): (&CaseId, &Private<String>),
    told: &Details,
    on_behalf: bool,
) -> Rendered {
    let mut rendered = Rendered::default()
        .line([
            plain("A neighbour, "),
            bold(words::name(name)),
            plain(", can help with "),
            mark(code),
            plain("."),
        ])
        .text(sharing::words_of(wording::neighbour(on_behalf)));
    rendered = shown(rendered, told);
    if told.reach.is_none() {
        rendered = rendered
            .text("They don't know yet how to reach you. You can add it before you say yes.");
    }
    let details = Action::Details(Subject::Case(case.clone()));
    let yes = if on_behalf {
        "Yes, they know and agree"
    } else {
        "Yes, share it"
    };
    rendered
        .row([
            Button::primary(yes, Action::Share(of.clone(), true)),
            Button::plain("No, thank you", Action::Share(of.clone(), false)),
        ])
        .row([Button::plain("Add details", details)])
}

/// What is shared, or would be.
fn shown(mut rendered: Rendered, told: &Details) -> Rendered {
    for field in [Field::What, Field::Where, Field::When, Field::Reach] {
        let label = match field {
            Field::Reach => "How to reach them:".to_owned(),
            field => format!("{}:", words::field(field)),
        };
        rendered = match told.text(field) {
            Some(text) => rendered.quote(&label, text.reveal()),
            None => rendered.line([bold(label), plain(" not told")]),
        };
    }
    rendered
}

fn shared(of: &MatchId, told: &Disclosed, lines: &[String]) -> Rendered {
    let name = told.name().map(words::name).unwrap_or_default();
    let rendered = Rendered::default().line([
        bold(name),
        plain(" said yes. This is for you alone, to help with this:"),
    ]);
    let rendered = rendered.line(briefly(told));
    let rendered = shown(rendered, told.details()).line([bold("Please remember:")]);
    rules(rendered, lines)
        .row([visit::set_off(of)])
        .row([
            Button::plain("Show it again", Action::Matched(of.clone())),
            step_back(of),
        ])
        .row([something_wrong(of)])
}

fn step_back(of: &MatchId) -> Button {
    Button::plain("I've changed my mind", Action::StepBack(of.clone()))
}

pub(super) fn something_wrong(of: &MatchId) -> Button {
    Button::danger(
        "Something is wrong",
        Action::HowItWent(of.clone(), Went::Wrong),
    )
}

fn over(code: &CaseCode, why: Over) -> Rendered {
    let rest = match why {
        Over::ByYou => ": that is fine. I won't ask you again about this one.",
        Over::ByThem => {
            ": the other person can't go on with this after all. You don't need to do anything."
        }
        Over::NotNeeded => ": it is no longer needed. Thank you for being there.",
        Over::OtherHelps => ": someone else can do it this time. Thank you for being there.",
        Over::Stopped => {
            ": the hub has stopped this one. You don't need to do anything. You can ask the hub about it."
        }
        Over::SharingStopped => {
            ": they don't want to share their details any more. Please don't use them, and delete what you noted down."
        }
        Over::NoAnswer => ": no answer came in time, so you are free again. Thank you.",
    };
    Rendered::default().line([mark(code), plain(rest)])
}

fn how_was_it(of: &MatchId, code: &CaseCode) -> Rendered {
    Rendered::default()
        .line([
            plain("How did it go with the help for "),
            mark(code),
            plain("?"),
        ])
        .row([
            Button::primary("It went well", Action::HowItWent(of.clone(), Went::Well)),
            Button::plain(
                "It didn't happen",
                Action::HowItWent(of.clone(), Went::NotAtAll),
            ),
        ])
        .row([something_wrong(of)])
}

/// The neighbours who could be asked.
pub(super) fn neighbours(list: &NeighbourList) -> Rendered {
    let mut rendered = Rendered::default();
    if list.stale {
        rendered = rendered.text("That neighbour can't be asked about this now.");
    }
    for running in &list.running {
        rendered = rendered.line(in_progress(running));
    }
    if !list.allowed {
        return rendered.line([
            mark(&list.code),
            plain(" is not for neighbours: this kind of help needs the hub's own people."),
        ]);
    }
    if list.needed > Tier::Unknown {
        rendered = rendered.line(wanted(list));
    }
    if list.fits.is_empty() {
        rendered = rendered.line([
            plain("I know nobody else to ask about "),
            mark(&list.code),
            plain(" right now. I'll tell you when a new offer fits."),
        ]);
        return lacking(rendered, &list.lacking);
    }
    rendered = rendered.line([
        plain("These neighbours could help with "),
        mark(&list.code),
        plain(". They learn only what kind of help, roughly where and how soon:"),
    ]);
    for fit in &list.fits {
        let reasons: Vec<_> = fit
            .reasons
            .iter()
            .take(REASONS)
            .copied()
            .map(reason)
            .collect();
        rendered = rendered.line([
            bold(words::name(&fit.name)),
            plain(" ("),
            mark(&fit.code),
            plain(format!("): {}", reasons.join(", "))),
        ]);
    }
    lacking(rendered, &list.lacking).row(list.fits.iter().map(|fit| ask(&list.case, fit)))
}

/// How far whoever is asked must have been checked, and why.
fn wanted(list: &NeighbourList) -> Vec<Span> {
    let because = list.because.as_deref().map(|because| format!(" {because}"));
    vec![
        bold("Needs:"),
        plain(format!(
            " {}.{}",
            words::tier(list.needed),
            because.unwrap_or_default()
        )),
    ]
}

/// Who would fit and can't be asked. What leads know of them is not said.
fn lacking(mut rendered: Rendered, lacking: &[Lacking]) -> Rendered {
    for one in lacking {
        let why = match one.lack {
            Lack::Check { needed } => format!("needs: {}", words::tier(needed)),
            Lack::RanOut => "their check has run out".to_owned(),
            Lack::NotAvailable => "not available".to_owned(),
        };
        rendered = rendered.line([
            plain("Can't be asked: "),
            bold(words::name(&one.name)),
            plain(" ("),
            mark(&one.offer),
            plain(format!("), {why}.")),
        ]);
    }
    if lacking.iter().any(|one| one.lack != Lack::NotAvailable) {
        rendered = rendered.line([
            plain("A safeguarding lead can say what they have seen: "),
            mark("/vet CODE"),
        ]);
    }
    rendered
}

fn ask(case: &CaseId, fit: &FitView) -> Button {
    Button::plain(
        format!("Ask {}", words::name(&fit.name)),
        Action::AskNeighbour(case.clone(), fit.offer.clone()),
    )
}

fn in_progress(running: &Running) -> Vec<Span> {
    let stage = match running.stage {
        Stage::Asked => " was asked and has not answered yet.",
        Stage::Accepted => " said yes. I'm waiting for the writer's answer.",
        Stage::Agreed => " is helping: both said yes.",
    };
    vec![
        bold(words::name(&running.name)),
        plain(" ("),
        mark(&running.offer),
        plain(")"),
        plain(stage),
    ]
}

pub(super) fn asked(code: &CaseCode, name: &Private<String>) -> Rendered {
    Rendered::default().line([
        plain("I'm asking "),
        bold(words::name(name)),
        plain(" about "),
        mark(code),
        plain(" in private. I'll tell you what they say."),
    ])
}

/// What a card says of a match.
pub(super) const fn on_card(stage: Stage) -> &'static str {
    match stage {
        Stage::Asked => "🤝 A neighbour was asked",
        Stage::Accepted => "🤝 A neighbour said yes; the writer is asked",
        Stage::Agreed => "🤝 Matched with a neighbour",
    }
}

/// A note for staff, after the code.
pub(super) fn note(name: &Private<String>, what: &MatchNote) -> String {
    let name = words::name(name);
    match what {
        MatchNote::SaidYes => format!("{name} can help. I'm asking the writer."),
        MatchNote::SaidNo => format!("{name} can't help this time."),
        MatchNote::Agreed => {
            format!("matched with {name}. Both said yes, and {name} has the details.")
        }
        MatchNote::ResidentSaidNo => format!("the writer would rather not be helped by {name}."),
        MatchNote::SteppedBack {
            by: Side::Neighbour,
        } => format!("{name} can't help after all."),
        MatchNote::SteppedBack { by: Side::Resident } => {
            format!("the writer no longer wants the help of {name}.")
        }
        MatchNote::NoAnswer {
            from: Side::Neighbour,
        } => format!("{name} did not answer."),
        MatchNote::NoAnswer {
            from: Side::Resident,
        } => format!("{name} could help, but the writer did not answer."),
        MatchNote::OfferGone => format!("{name} took the offer back."),
        MatchNote::NotAvailable => format!("{name} is not available any longer."),
        MatchNote::Unreachable => {
            format!("I can't write to {name} in private. Please reach them in another way.")
        }
        MatchNote::SetOff => {
            format!("{name} is on the way there. I ask in an hour whether they are back.")
        }
        MatchNote::NotBack => format!(
            "⚠️ {name} set off more than an hour ago and has not told me that they are back. Please ring them now. If you can't reach them, call 999."
        ),
        MatchNote::BackSafe => format!("{name} is back and safe."),
        MatchNote::WentWell => format!("the help of {name} went well. Is there more to do?"),
        MatchNote::DidNotHappen {
            by: Side::Neighbour,
        } => format!("{name} says that the help didn't happen."),
        MatchNote::DidNotHappen { by: Side::Resident } => {
            format!("the writer says that the help of {name} didn't happen.")
        }
    }
}

/// A note on a card that a new offer fits.
pub(super) fn offer_fits(offer: &CaseCode, reasons: &[Reason]) -> String {
    let reasons: Vec<_> = reasons.iter().take(REASONS).copied().map(reason).collect();
    format!(
        "a new offer fits: {offer} ({}). Press Neighbours on the card.",
        reasons.join(", ")
    )
}

fn reason(reason: Reason) -> String {
    match reason {
        Reason::HelpedBefore => "helped them before".to_owned(),
        Reason::SameHelp(about) => format!("offers {}", words::categories(&[about])),
        Reason::OffersTime => "offers time for anything".to_owned(),
        Reason::AlikeWords => "much the same words".to_owned(),
        Reason::SamePlace => "in the same place".to_owned(),
        Reason::NearBy => "near by".to_owned(),
        Reason::Away(metres) => away(metres),
        Reason::SameTime => "free then".to_owned(),
        Reason::OtherTime => "named another time".to_owned(),
        Reason::SameLanguage(language) => format!("writes {} too", self::language(language)),
        Reason::SameDiet => "knows that sort of food".to_owned(),
        Reason::SameAccess => "knows what stands in the way".to_owned(),
        Reason::HelpsAlready(number) => format!("helps {number} already"),
    }
}

/// Whole miles: it is measured from the middle of one outcode to that of another.
fn away(metres: u32) -> String {
    const MILE: u32 = 1609;
    match (metres + MILE / 2) / MILE {
        0 => "less than a mile away".to_owned(),
        1 => "about a mile away".to_owned(),
        miles => format!("about {miles} miles away"),
    }
}

fn language(language: Lang) -> String {
    match language.code() {
        "ar" => "Arabic",
        "bg" => "Bulgarian",
        "bn" => "Bengali",
        "cy" => "Welsh",
        "es" => "Spanish",
        "fr" => "French",
        "gu" => "Gujarati",
        "hi" => "Hindi",
        "it" => "Italian",
        "lt" => "Lithuanian",
        "pa" => "Punjabi",
        "pl" => "Polish",
        "pt" => "Portuguese",
        "ro" => "Romanian",
        "ru" => "Russian",
        "uk" => "Ukrainian",
        "ur" => "Urdu",
        _ => "the same language",
    }
    .to_owned()
}
