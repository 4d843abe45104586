//! All that staff may see of a case, shown to one of them alone.

use super::{card, details, sharing, words};
use crate::domain::details::Details;
use crate::domain::disclosure::Disclosed;
use crate::domain::priority::Triaged;
use crate::domain::speech::{CaseFile, Teller};
use crate::reply::rich::{Rendered, bold, code as mark, plain};

/// Words of so many bytes stand where they are looked for; longer ones stand last.
const WORDS_INLINE: usize = 800;

pub(super) fn you_have_it(file: &CaseFile) -> Rendered {
    let begun = Rendered::default().line([
        plain("You now have "),
        mark(&file.card.code),
        plain(". Thank you."),
    ]);
    shown(begun, file)
}

pub(super) fn file(file: &CaseFile) -> Rendered {
    shown(Rendered::default(), file)
}

fn shown(mut rendered: Rendered, file: &CaseFile) -> Rendered {
    rendered.text.extend(card::facts(&file.card).text);
    if let Some(triaged) = file.card.told.triaged() {
        rendered = weighed(rendered, triaged);
    }
    rendered = rendered.gap();
    rendered = rendered.line([bold("From:"), plain(format!(" {}", name(&file.told)))]);
    // What is long comes last, so that a platform's limit never cuts off the rules and what was agreed.
    let total: usize = file
        .told
        .words()
        .iter()
        .map(|words| words.reveal().len())
        .sum();
    let long = total > WORDS_INLINE;
    if !long {
        rendered = wrote(rendered, file);
    }
    rendered = details::disclosed(rendered, &file.told);
    rendered = agreed(rendered, file.told.details());
    for teller in &file.others {
        rendered = told_too(rendered, teller);
    }
    if !file.prompts.is_empty() {
        rendered = rendered.gap().line([bold("Before you go:")]);
        rendered = rendered.lines(file.prompts.iter().map(|prompt| format!("• {prompt}")));
    }
    if long {
        rendered = wrote(rendered.gap(), file);
    }
    rendered.row(card::steps(&file.card, false))
}

/// The reason of every rule that applies; the card has those that decided.
fn weighed(rendered: Rendered, triaged: &Triaged) -> Rendered {
    if triaged.reasons.is_empty() {
        return rendered;
    }
    let reasons = triaged.reasons.iter().map(|reason| format!("• {reason}"));
    rendered.line([bold("What the rules say:")]).lines(reasons)
}

fn wrote(rendered: Rendered, file: &CaseFile) -> Rendered {
    let words = file.told.words().iter();
    words.fold(rendered, |rendered, words| {
        rendered.quote("Wrote:", words.reveal())
    })
}

fn told_too(rendered: Rendered, teller: &Teller) -> Rendered {
    let rendered = rendered.gap().line([
        bold("Also from:"),
        plain(format!(" {}, as ", name(&teller.told))),
        mark(&teller.code),
    ]);
    let rendered = details::disclosed(rendered, &teller.told);
    agreed(rendered, teller.told.details())
}

fn agreed(rendered: Rendered, details: &Details) -> Rendered {
    let rendered = rendered.line([bold(may_be_shared(details))]);
    match &details.consent {
        Some(consent) => sharing::agreed(rendered, consent),
        None => rendered,
    }
}

fn name(told: &Disclosed) -> String {
    told.name().map(words::name).unwrap_or_default()
}

fn may_be_shared(details: &Details) -> &'static str {
    match &details.consent {
        Some(consent) if consent.holds() => "They said yes to sharing this with those who help.",
        Some(consent) if consent.withdrawn.is_some() => {
            "They took their yes back. Please share nothing more, and don't use what was shared."
        }
        Some(consent) if consent.knows == Some(false) => {
            "The person it is for doesn't know of it yet, the writer says. Please keep this in the hub."
        }
        Some(_) => "They said no to sharing. Please keep this in the hub, or ask them again.",
        None => "They have not agreed to sharing yet. Please ask before you tell anyone else.",
    }
}
