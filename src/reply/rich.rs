//! A message as kith means it, before any platform's markup: lines of spans, and rows of buttons.

use std::fmt;

use super::{clean, html, layout, markdown};
use crate::domain::action::Action;

/// The longest label of a button, in signs.
const LABEL_LENGTH: usize = 60;

/// A stretch of text in one style. Made by the functions here, it is one line of visible signs.
#[derive(Clone, PartialEq, Eq)]
pub enum Span {
    /// As it is.
    Plain(String),
    /// Stressed.
    Bold(String),
    /// Set apart.
    Italic(String),
    /// To be typed or copied: codes and commands.
    Code(String),
}

/// Spans may hold what residents told, so that their `Debug` shows nothing.
impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Span(…)")
    }
}

impl Span {
    /// The text without its style.
    pub fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Bold(text) | Self::Italic(text) | Self::Code(text) => text,
        }
    }

    /// Other text in the same style.
    pub(super) fn with_text(&self, text: &str) -> Self {
        let text = text.to_owned();
        match self {
            Self::Plain(_) => Self::Plain(text),
            Self::Bold(_) => Self::Bold(text),
            Self::Italic(_) => Self::Italic(text),
            Self::Code(_) => Self::Code(text),
        }
    }
}

pub(super) fn plain(text: impl AsRef<str>) -> Span {
    Span::Plain(clean::one_line(text.as_ref()))
}

pub(super) fn bold(text: impl AsRef<str>) -> Span {
    Span::Bold(clean::one_line(text.as_ref()))
}

pub(super) fn italic(text: impl AsRef<str>) -> Span {
    Span::Italic(clean::one_line(text.as_ref()))
}

pub(super) fn code(text: impl fmt::Display) -> Span {
    Span::Code(clean::one_line(&text.to_string()))
}

/// One line; an empty one is a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line(pub Vec<Span>);

/// How a button stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The likely choice.
    Primary,
    /// One choice among others.
    Plain,
    /// It ends or takes back something.
    Danger,
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it says, at most 60 signs.
    pub label: String,
    /// How it stands out.
    pub style: Style,
    /// What it does.
    pub action: Action,
}

impl Button {
    fn new(label: &str, style: Style, action: Action) -> Self {
        Self {
            label: clean::cut(clean::one_line(label).trim(), LABEL_LENGTH),
            style,
            action,
        }
    }

    pub(super) fn primary(label: impl AsRef<str>, action: Action) -> Self {
        Self::new(label.as_ref(), Style::Primary, action)
    }

    pub(super) fn plain(label: impl AsRef<str>, action: Action) -> Self {
        Self::new(label.as_ref(), Style::Plain, action)
    }

    pub(super) fn danger(label: impl AsRef<str>, action: Action) -> Self {
        Self::new(label.as_ref(), Style::Danger, action)
    }
}

/// A message ready for a platform: at most five rows of at most five buttons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The lines.
    pub text: Vec<Line>,
    /// The buttons, row by row.
    pub buttons: Vec<Vec<Button>>,
}

impl Rendered {
    /// The text without any style.
    pub fn plain(&self) -> String {
        layout::lay_out(&self.text, None, &layout::PLAIN)
    }

    /// The text in the HTML that Telegram reads.
    pub fn html(&self) -> String {
        layout::lay_out(&self.text, None, &html::MARKUP)
    }

    /// As [`Rendered::html`], at most `limit` UTF-16 units long once the tags are read, as Telegram counts.
    pub fn html_within(&self, limit: usize) -> String {
        layout::lay_out(&self.text, Some(limit), &html::MARKUP)
    }

    /// The text in the Markdown that Discord reads, with nothing in it that calls people or makes links.
    pub fn markdown(&self) -> String {
        layout::lay_out(&self.text, None, &markdown::MARKUP)
    }

    /// As [`Rendered::markdown`], at most `limit` UTF-16 units long, its markup included.
    pub fn markdown_within(&self, limit: usize) -> String {
        layout::lay_out(&self.text, Some(limit), &markdown::MARKUP)
    }

    pub(super) fn say(words: impl AsRef<str>) -> Self {
        Self::default().text(words)
    }

    pub(super) fn text(self, words: impl AsRef<str>) -> Self {
        self.line([plain(words)])
    }

    pub(super) fn line(mut self, spans: impl IntoIterator<Item = Span>) -> Self {
        self.text.push(Line(spans.into_iter().collect()));
        self
    }

    pub(super) fn lines<T: AsRef<str>>(self, lines: impl IntoIterator<Item = T>) -> Self {
        lines.into_iter().fold(self, Self::text)
    }

    pub(super) fn gap(mut self) -> Self {
        self.text.push(Line::default());
        self
    }

    /// What a person wrote, between quotation marks, with its own line ends.
    pub(super) fn quote(mut self, label: &str, words: &str) -> Self {
        let mut lines: Vec<String> = clean::lines(words).collect();
        let Some(first) = lines.first_mut() else {
            return self;
        };
        first.insert(0, '“');
        if let Some(last) = lines.last_mut() {
            last.push('”');
        }
        for (number, line) in lines.into_iter().enumerate() {
            let mut spans = vec![Span::Plain(line)];
            if number == 0 && !label.is_empty() {
                spans.insert(0, bold(label));
                spans.insert(1, plain(" "));
            }
            self.text.push(Line(spans));
        }
        self
    }

    /// A row of buttons; none where it is empty.
    pub(super) fn row(mut self, buttons: impl IntoIterator<Item = Button>) -> Self {
        let row: Vec<Button> = buttons.into_iter().collect();
        if !row.is_empty() {
            self.buttons.push(row);
        }
        self
    }
}
