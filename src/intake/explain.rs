//! `kith read "…"`: a reading for a person, the words that led to it underlined.

use std::fmt::Write;

use anstyle::{AnsiColor, Effects, Style};

use crate::domain::particulars::Household;
use crate::domain::reading::{Because, Reading, Span};

const WIDTH: usize = 76;
const NAME: Style = Style::new().effects(Effects::BOLD);
const REASON: Style = AnsiColor::Cyan.on_default().effects(Effects::UNDERLINE);
const DANGER: Style = AnsiColor::Red.on_default().effects(Effects::BOLD);
const FAINT: Style = Style::new().effects(Effects::DIMMED);

/// Renders a reading of `text`. Without colour the words are marked by `~` on the line below.
pub fn explain(text: &str, reading: &Reading, colour: bool) -> String {
    let page = Page { colour };
    let mut out = String::new();
    page.text(&mut out, text, &merged(text, &reading.because));
    out.push('\n');
    page.summary(&mut out, reading);
    page.particulars(&mut out, text, reading);
    if !reading.because.is_empty() {
        out.push('\n');
        for reason in &reading.because {
            page.reason(&mut out, text, reason);
        }
    }
    out
}

struct Page {
    colour: bool,
}

impl Page {
    fn paint(&self, style: Style, words: &str) -> String {
        if self.colour {
            format!("{style}{words}{style:#}")
        } else {
            words.to_owned()
        }
    }

    fn text(&self, out: &mut String, text: &str, marked: &[Span]) {
        for line in lines(text) {
            let mut shown = String::new();
            let mut below = String::new();
            for (at, character) in text[line.start..line.end].char_indices() {
                let at = line.start + at;
                let is_marked = marked
                    .iter()
                    .any(|span| (span.start..span.end).contains(&at));
                let visible = visible(character);
                let opens = is_marked && !below.ends_with('~');
                let closes = !is_marked && below.ends_with('~');
                if self.colour && opens {
                    let _ = write!(shown, "{REASON}");
                }
                if self.colour && closes {
                    let _ = write!(shown, "{REASON:#}");
                }
                shown.push(visible);
                below.push(if is_marked { '~' } else { ' ' });
            }
            if self.colour && below.ends_with('~') {
                let _ = write!(shown, "{REASON:#}");
            }
            let _ = writeln!(out, "  {shown}");
            if !self.colour && below.contains('~') {
                let _ = writeln!(out, "  {}", below.trim_end());
            }
        }
    }

    fn summary(&self, out: &mut String, reading: &Reading) {
        let sure = format!("{} ({:.0}% sure)", reading.kind, reading.confidence * 100.0);
        self.line(out, "kind", &sure, Style::new());
        let about: Vec<&str> = reading
            .categories
            .iter()
            .map(|about| about.as_str())
            .collect();
        self.line(out, "about", &or_none(&about.join(", ")), Style::new());
        self.line(out, "urgency", reading.urgency.as_str(), Style::new());
        let whom = if reading.on_behalf {
            "somebody else"
        } else {
            "the writer"
        };
        self.line(out, "for", whom, Style::new());
        self.line(
            out,
            "where",
            &or_none(reading.postcode.as_deref().unwrap_or("")),
            Style::new(),
        );
        let signals: Vec<&str> = reading
            .signals
            .iter()
            .map(|signal| signal.as_str())
            .collect();
        let style = if signals.is_empty() {
            Style::new()
        } else {
            DANGER
        };
        self.line(out, "danger", &or_none(&signals.join(", ")), style);
    }

    /// What else it tells; lines with nothing in them are left out.
    fn particulars(&self, out: &mut String, text: &str, reading: &Reading) {
        let told = &reading.particulars;
        let words = |span: Span| flat(text.get(span.start..span.end).unwrap_or(""));
        let mut some = |name: &str, parts: Vec<String>| {
            if !parts.is_empty() {
                self.line(out, name, &parts.join(", "), Style::new());
            }
        };
        if let Some(language) = reading.language {
            some("in", vec![language.code().to_owned()]);
        }
        some(
            "person",
            told.relation.iter().map(ToString::to_string).collect(),
        );
        some("people", told.household.iter().map(people).collect());
        some(
            "needs",
            told.diets.iter().map(ToString::to_string).collect(),
        );
        some(
            "barriers",
            told.access.iter().map(ToString::to_string).collect(),
        );
        some(
            "so many",
            told.quantities
                .iter()
                .map(|many| words(many.span))
                .collect(),
        );
        some(
            "places",
            told.places.iter().map(|place| words(place.span)).collect(),
        );
        some(
            "when",
            told.times.iter().map(|when| words(when.span)).collect(),
        );
        some(
            "protect",
            told.sensitive
                .iter()
                .map(|it| it.secret.to_string())
                .collect(),
        );
        for finding in &reading.findings {
            let about: Vec<&str> = finding
                .categories
                .iter()
                .map(|about| about.as_str())
                .collect();
            let part = format!(
                "{} · {} · “{}”",
                finding.kind,
                about.join(", "),
                words(finding.span)
            );
            self.line(out, "part", &part, Style::new());
        }
    }

    fn line(&self, out: &mut String, name: &str, value: &str, style: Style) {
        let name = self.paint(NAME, &format!("{name:<8}"));
        let _ = writeln!(out, "  {name} {}", self.paint(style, value));
    }

    fn reason(&self, out: &mut String, text: &str, reason: &Because) {
        let words = reason.span.and_then(|span| text.get(span.start..span.end));
        let words = words.map_or_else(
            || "the whole text".to_owned(),
            |words| format!("“{}”", flat(words)),
        );
        let rule = self.paint(FAINT, &format!("({})", reason.rule));
        let _ = writeln!(out, "  {:<20} {words}  {rule}", reason.finding);
    }
}

fn people(household: &Household) -> String {
    let mut parts = Vec::new();
    if let Some(people) = household.people {
        parts.push(format!("{people} people"));
    }
    if let Some(children) = household.children {
        parts.push(format!("{children} children"));
    }
    if !household.ages.is_empty() {
        let ages: Vec<String> = household.ages.iter().map(ToString::to_string).collect();
        parts.push(format!("aged {}", ages.join(" and ")));
    }
    parts.join(", ")
}

fn or_none(words: &str) -> String {
    if words.is_empty() {
        "–".to_owned()
    } else {
        words.to_owned()
    }
}

fn flat(words: &str) -> String {
    let shown: String = words.chars().map(visible).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A message must not steer the terminal that shows it, nor turn its writing round.
fn visible(character: char) -> char {
    match character {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
        _ if character.is_control() => ' ',
        _ => character,
    }
}

/// The spans of all reasons, joined where they touch, in order.
fn merged(text: &str, because: &[Because]) -> Vec<Span> {
    let mut spans: Vec<Span> = because
        .iter()
        .filter_map(|reason| reason.span)
        .filter(|span| text.get(span.start..span.end).is_some())
        .collect();
    spans.sort_by_key(|span| span.start);
    let mut merged: Vec<Span> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// Lines of at most `WIDTH` characters, broken at spaces where there are any.
fn lines(text: &str) -> Vec<Span> {
    let mut lines = Vec::new();
    let (mut start, mut width, mut space) = (0, 0, None);
    for (at, character) in text.char_indices() {
        if character == '\n' {
            lines.push(Span { start, end: at });
            (start, width, space) = (at + 1, 0, None);
            continue;
        }
        if character == ' ' {
            space = Some(at);
        }
        width += 1;
        if width > WIDTH {
            let (end, next) = space.map_or((at, at), |space: usize| (space, space + 1));
            lines.push(Span { start, end });
            width = text.get(next..=at).map_or(0, |rest| rest.chars().count());
            (start, space) = (next, None);
        }
    }
    lines.push(Span {
        start,
        end: text.len(),
    });
    lines
}
