//! The cards in a hub channel: what is needed, roughly where, how soon, and who has it.
//! Never a resident's name, address or words.

use super::{matching, sharing, words};
use crate::domain::action::Action;
use crate::domain::case::{CaseState, Joined, Proposing, Similar};
use crate::domain::disclosure::Disclosed;
use crate::domain::offer::OfferState;
use crate::domain::priority::{Route, Triaged};
use crate::domain::report::Subject;
use crate::domain::speech::{CardView, OfferView};
use crate::reply::rich::{Button, Rendered, Span, bold, code as mark, plain};

/// How many possible doubles a card shows, so that rows of buttons stay few.
const SIMILAR_SHOWN: usize = 2;
/// How many of the cases that are part of one can be taken out of it from its card: the newest.
const PARTS_SHOWN: usize = 3;

pub(super) fn case(view: &CardView) -> Rendered {
    let mut rendered = facts(view);
    for button_row in buttons(view) {
        rendered = rendered.row(button_row);
    }
    rendered
}

/// The card's lines, without its buttons.
pub(super) fn facts(view: &CardView) -> Rendered {
    let mut rendered = Rendered::default()
        .line([
            mark(&view.code),
            plain(" "),
            bold(words::categories(view.told.categories())),
        ])
        .line(labelled("Where", place(view.told.outcode())))
        .line(labelled("When", words::urgency(view.told.urgency())))
        .line(labelled(
            "For",
            if view.told.on_behalf() == Some(true) {
                "someone else, not the writer"
            } else {
                "the writer"
            },
        ));
    if is_with_hub(view) {
        let triaged = view.told.triaged().cloned().unwrap_or_default();
        rendered = rendered
            .line(labelled("Priority", priority(&triaged)))
            .line(labelled("Best helped by", route(&triaged)));
    }
    rendered = rendered.line(state(&view.state));
    if let Some(stage) = view.neighbour {
        rendered = rendered.text(matching::on_card(stage));
    }
    match view.proposing {
        Proposing::On { .. } => {
            rendered = rendered.text("🤝 I ask neighbours myself, one at a time");
        }
        Proposing::Stopped => rendered = rendered.text("I ask no neighbours: the team stopped me"),
        Proposing::Off => {}
    }
    rendered = rendered.line(labelled("Told", telling(view)));
    if let Some(reason) = sharing::on_card(view.ground) {
        rendered = rendered.text(reason);
    }
    if let Some(status) = view.told.status() {
        rendered = rendered.line(labelled("The service says", status));
    }
    let reasons = view.told.reasons();
    if !reasons.is_empty() {
        rendered = rendered.line(labelled("Because of the words", quoted(reasons)));
    }
    if is_with_hub(view) {
        for similar in view.similar.iter().take(SIMILAR_SHOWN) {
            rendered = rendered.line(may_be_same(similar));
        }
        if !view.joined.is_empty() {
            rendered = rendered.line(parts(&view.joined));
        }
    }
    rendered
}

fn labelled(label: &str, words: impl AsRef<str>) -> [Span; 2] {
    [
        bold(format!("{label}:")),
        plain(format!(" {}", words.as_ref())),
    ]
}

fn place(outcode: Option<&str>) -> &str {
    outcode.unwrap_or("not known yet")
}

/// How soon it should be looked at, and why: the reason of a rule, or who said so.
fn priority(triaged: &Triaged) -> String {
    let how_soon = words::priority(triaged.priority);
    match (&triaged.set_by, &triaged.priority_because) {
        (Some(person), _) => format!("{how_soon}. Set by {}.", words::name(&person.name)),
        (None, Some(because)) => format!("{how_soon}. {because}"),
        (None, None) => format!("{how_soon}."),
    }
}

/// Who should meet the need, and why, unless the priority has said it; what no neighbour is asked for.
fn route(triaged: &Triaged) -> String {
    let tasks = triaged.hub_only.iter().copied().map(words::hub_only);
    let tasks = tasks.collect::<Vec<_>>().join(", ");
    if triaged.route == Route::Hub && !tasks.is_empty() {
        return format!("hub only: {tasks}.");
    }
    let said = triaged.set_by.is_none() && triaged.route_because == triaged.priority_because;
    let because = triaged.route_because.clone().filter(|_| !said);
    let forbidden = (!tasks.is_empty()).then(|| format!("Not for neighbours: {tasks}."));
    [
        Some(format!("{}.", words::route(triaged.route))),
        because,
        forbidden,
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" ")
}

/// The writer's few words that led to it.
fn quoted(words: &[String]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("“{word}”")).collect();
    quoted.join(", ")
}

const fn is_with_hub(view: &CardView) -> bool {
    view.state.is_with_hub()
}

fn telling(view: &CardView) -> String {
    let mut text = began(&view.told);
    if view.reports > 1 {
        text = format!("{text}, {} times", view.reports);
    }
    text.push_str(match (view.has_details, view.consent) {
        (true, false) if view.withdrawn => "; sharing was taken back: please share nothing",
        (false, _) => "; no private details yet",
        (true, true) => "; private details, which may be shared to help",
        (true, false) => "; private details, sharing not agreed",
    });
    text
}

fn began(told: &Disclosed) -> String {
    words::moment(told.at().unwrap_or_default())
}

fn may_be_same(similar: &Similar) -> Vec<Span> {
    let mut spans = vec![plain("May be the same as "), mark(&similar.code)];
    if !similar.reasons.is_empty() {
        spans.push(plain(format!(": {}", similar.reasons.join("; "))));
    }
    spans
}

fn parts(joined: &[Joined]) -> Vec<Span> {
    let mut spans = vec![plain("Part of it:")];
    for joined in joined {
        spans.extend([plain(" "), mark(&joined.code)]);
    }
    spans
}

fn state(state: &CaseState) -> Vec<Span> {
    match state {
        CaseState::Draft { .. } => vec![plain("Waiting for the writer's yes")],
        CaseState::Open => vec![plain("⚪ Waiting for someone to take it")],
        CaseState::Claimed(claim) => vec![
            plain("🟢 "),
            bold(words::name(&claim.by.name)),
            plain(format!(" has it since {}", words::moment(claim.since))),
        ],
        CaseState::Referred(referred) => {
            let mut spans = vec![
                plain("🔵 Passed on to "),
                bold(referred.destination.as_str()),
                plain(format!(
                    " by {} at {}. ",
                    words::name(&referred.by.name),
                    words::moment(referred.at)
                )),
            ];
            match &referred.reference {
                Some(reference) => spans.extend([plain("Their number: "), mark(reference)]),
                None => spans.push(plain("No number from them yet.")),
            }
            spans
        }
        CaseState::Closed { outcome, at } => vec![
            plain("✅ Closed: "),
            bold(words::outcome(*outcome)),
            plain(format!(", {}", words::moment(*at))),
        ],
        CaseState::Withdrawn { at } => vec![plain(format!(
            "Taken back by the writer, {}",
            words::moment(*at)
        ))],
        CaseState::Expired { at } => {
            vec![plain(format!("Never confirmed, {}", words::moment(*at)))]
        }
        CaseState::Merged(_) => vec![plain("Joined with another case, which goes on")],
    }
}

fn buttons(view: &CardView) -> Vec<Vec<Button>> {
    let mut first = steps(view, true);
    if matches!(view.state, CaseState::Open | CaseState::Claimed(_)) {
        first.push(Button::plain(
            "Neighbours",
            Action::Neighbours(view.case.clone()),
        ));
    }
    let mut second = asking(view);
    if !matches!(
        view.state,
        CaseState::Withdrawn { .. } | CaseState::Expired { .. }
    ) {
        second.push(worried(Subject::Case(view.case.clone())));
    }
    let mut rows = vec![first, second];
    if is_with_hub(view) {
        rows.extend(view.similar.iter().take(SIMILAR_SHOWN).map(|similar| {
            vec![
                Button::plain(
                    format!("Same as {}", similar.code),
                    Action::Same(view.case.clone(), similar.case.clone()),
                ),
                Button::plain(
                    format!("Not {}", similar.code),
                    Action::Different(view.case.clone(), similar.case.clone()),
                ),
            ]
        }));
        let apart = view.joined.iter().rev().take(PARTS_SHOWN).map(|joined| {
            Button::plain(
                format!("{} is another need", joined.code),
                Action::Split(joined.case.clone()),
            )
        });
        rows.push(apart.collect());
    }
    if matches!(view.state, CaseState::Merged(_)) {
        rows.push(vec![Button::plain(
            "It is another need",
            Action::Split(view.case.clone()),
        )]);
    }
    rows.retain(|row| !row.is_empty());
    rows
}

/// Anybody who sees a card can tell the leads what worries them.
fn worried(of: Subject) -> Button {
    Button::plain("Worried?", Action::Worried(Some(of)))
}

/// To stop kith from asking neighbours by itself, or to let it go on.
fn asking(view: &CardView) -> Vec<Button> {
    let asks = |yes| Action::KithAsks(view.case.clone(), yes);
    match view.proposing {
        Proposing::On { .. } => vec![Button::plain("Stop asking neighbours", asks(false))],
        Proposing::Stopped => vec![Button::plain("Go on asking neighbours", asks(true))],
        Proposing::Off => Vec::new(),
    }
}

/// What staff can do with a case as it stands; `details` leaves out the button for what is shown already.
pub(super) fn steps(view: &CardView, details: bool) -> Vec<Button> {
    let case = || view.case.clone();
    let claim = Button::primary("Claim", Action::Claim(case()));
    let release = Button::plain("Release", Action::Release(case()));
    let look = Button::plain("Details", Action::View(case()));
    let forward = Button::plain("Forward", Action::ForwardMenu(case()));
    let done = Button::primary("Done", Action::DoneMenu(case()));
    let reopen = Button::plain("Open it again", Action::Reopen(case()));
    let mut buttons = match &view.state {
        CaseState::Open => vec![
            claim,
            look,
            Button {
                style: release.style,
                ..done
            },
        ],
        CaseState::Claimed(_) => vec![release, look, forward, done],
        CaseState::Referred(_) => vec![look, done],
        CaseState::Closed { .. } => vec![reopen],
        CaseState::Draft { .. }
        | CaseState::Withdrawn { .. }
        | CaseState::Expired { .. }
        | CaseState::Merged(_) => Vec::new(),
    };
    if !details {
        buttons.retain(|button| !matches!(button.action, Action::View(_)));
    }
    buttons
}

pub(super) fn offer(view: &OfferView) -> Rendered {
    let state = match &view.state {
        OfferState::Draft { .. } => "Waiting for the writer's yes".to_owned(),
        OfferState::Open => "💚 An offer that you can use".to_owned(),
        OfferState::Withdrawn { at } => format!("Taken back, {}", words::moment(*at)),
        OfferState::Expired { at } => format!("Never confirmed, {}", words::moment(*at)),
    };
    Rendered::default()
        .line([
            mark(&view.code),
            plain(" offers "),
            bold(words::categories(view.told.categories())),
        ])
        .line(labelled("Where", place(view.told.outcode())))
        .line(labelled(
            "Told",
            format!(
                "{}; {}",
                began(&view.told),
                if view.has_details {
                    "private details"
                } else {
                    "no private details yet"
                }
            ),
        ))
        .text(state)
        .row(view.offer.clone().map(|id| worried(Subject::Offer(id))))
}
