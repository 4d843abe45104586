//! What happens in the chats, printed as a play: a line an event, a colour a chat.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

use crate::flow::supervise;
use crate::sim::{discord, telegram};

use super::town::Town;

/// How long a reader needs between two lines.
const PAUSE: Duration = Duration::from_millis(700);
/// Between two steps of the story.
const BREATH: Duration = Duration::from_millis(1500);
const COLOURS: [AnsiColor; 6] = [
    AnsiColor::Cyan,
    AnsiColor::Green,
    AnsiColor::Magenta,
    AnsiColor::Yellow,
    AnsiColor::Blue,
    AnsiColor::BrightRed,
];

/// Prints what happens, in order, and what the narrator says in between.
pub struct Printer {
    lines: mpsc::UnboundedSender<Line>,
    task: Mutex<Option<JoinHandle<()>>>,
    slow: bool,
}

enum Line {
    Event {
        chat: String,
        who: String,
        text: String,
        buttons: String,
    },
    Narrator(String),
    Plain(String),
    End(String),
}

impl Printer {
    /// Listens to both platforms from now on.
    pub fn start(town: &Town, slow: bool) -> Self {
        let (lines, received) = mpsc::unbounded_channel();
        supervise::spawn(relay(town.telegram.on_change(), lines.clone(), of_telegram));
        supervise::spawn(relay(town.discord.transcript(), lines.clone(), of_discord));
        let task = supervise::spawn(print(received, slow));
        Self {
            lines,
            task: Mutex::new(Some(task)),
            slow,
        }
    }

    /// Says what is going on.
    pub async fn narrate(&self, text: &str) {
        if self.slow {
            tokio::time::sleep(BREATH).await;
        }
        // Nobody listens any more once it has finished.
        let _ = self.lines.send(Line::Narrator(text.to_owned()));
    }

    /// Prints this in its turn.
    pub fn show(&self, text: &str) {
        let _ = self.lines.send(Line::Plain(text.to_owned()));
    }

    /// Prints the rest and this last.
    pub async fn finish(&self, text: &str) {
        let _ = self.lines.send(Line::End(text.to_owned()));
        if let Some(task) = self.task.lock().await.take() {
            let _ = task.await;
        }
    }
}

async fn relay<T: Clone + Send + 'static>(
    mut events: Receiver<T>,
    lines: mpsc::UnboundedSender<Line>,
    shape: fn(T) -> Option<Line>,
) {
    loop {
        match events.recv().await {
            Ok(event) => {
                if let Some(line) = shape(event)
                    && lines.send(line).is_err()
                {
                    return;
                }
            }
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

fn of_telegram(event: telegram::Happening) -> Option<Line> {
    use telegram::Happened;
    let chat = if event.private {
        format!("Telegram · {} ⇄ kith", event.title)
    } else {
        format!("Telegram · {}", event.title)
    };
    let (text, buttons) = match event.what {
        Happened::Said(message) => (message.text.clone(), labels(&message)),
        Happened::Edited(message) => (format!("(edited) {}", message.text), labels(&message)),
        Happened::Deleted(message) => (format!("(deleted) {}", message.text), String::new()),
        Happened::Pressed { label, .. } => (format!("▸ {label}"), String::new()),
        Happened::Answered { text, .. } if text.is_empty() => return None,
        Happened::Answered { person, text, .. } => {
            (format!("(to {person} alone) {text}"), String::new())
        }
        _ => return None,
    };
    Some(Line::Event {
        chat,
        who: speaker(&event.who, event.by_bot),
        text,
        buttons,
    })
}

fn labels(message: &telegram::SeenMessage) -> String {
    boxed(
        &message
            .labels()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
    )
}

fn of_discord(event: discord::Happening) -> Option<Line> {
    use discord::What;
    let chat = match event.place.strip_prefix("direct: ") {
        Some(person) => format!("Discord · {person} ⇄ kith"),
        None => format!("Discord · {}", event.place),
    };
    let alone = event
        .only_for
        .as_ref()
        .map(|person| format!("(to {person} alone) "))
        .unwrap_or_default();
    if event.by_bot && event.text.trim().is_empty() {
        return None;
    }
    let plain = event.text.replace(['`'], "").replace("**", "");
    let text = match event.what {
        What::Said => format!("{alone}{plain}"),
        What::Edited if event.only_for.is_some() => format!("{alone}{plain}"),
        What::Edited => format!("(edited) {plain}"),
        What::Deleted => format!("(deleted) {plain}"),
        What::Pressed => format!("▸ {}", event.text),
        What::Commanded => event.text,
        What::FormOpened => format!("(form) {}", event.text),
        What::FormSent => format!("(fills in) {}", event.text),
        What::Reacted => return None,
    };
    let buttons = boxed(&event.buttons.concat());
    Some(Line::Event {
        chat,
        who: speaker(&event.who, event.by_bot),
        text,
        buttons,
    })
}

fn speaker(who: &str, by_bot: bool) -> String {
    if by_bot {
        "kith".to_owned()
    } else {
        who.to_owned()
    }
}

fn boxed(labels: &[String]) -> String {
    labels
        .iter()
        .map(|label| format!("[{label}]"))
        .collect::<Vec<_>>()
        .join(" ")
}

async fn print(mut lines: mpsc::UnboundedReceiver<Line>, slow: bool) {
    let colour = std::io::stdout().is_terminal();
    let mut colours: HashMap<String, AnsiColor> = HashMap::new();
    let mut last = String::new();
    while let Some(line) = lines.recv().await {
        match line {
            Line::Event {
                chat,
                who,
                text,
                buttons,
            } => {
                let next = COLOURS[colours.len() % COLOURS.len()];
                let paint = *colours.entry(chat.clone()).or_insert(next);
                let style = if colour {
                    paint.on_default()
                } else {
                    Style::new()
                };
                if chat != last {
                    println!("\n{style}── {chat}{style:#}");
                    last = chat;
                }
                let mut rows = text.lines();
                println!(
                    "{style}│{style:#} {:>8}  {}",
                    who,
                    rows.next().unwrap_or_default()
                );
                for row in rows {
                    println!("{style}│{style:#} {:>8}  {row}", "");
                }
                if !buttons.is_empty() {
                    println!("{style}│{style:#} {:>8}  {style}{buttons}{style:#}", "");
                }
                if slow {
                    tokio::time::sleep(PAUSE).await;
                }
            }
            Line::Narrator(text) => {
                let style = if colour {
                    Style::new().bold()
                } else {
                    Style::new()
                };
                println!("\n{style}* {text}{style:#}");
                last.clear();
            }
            Line::Plain(text) => println!("\n{text}"),
            Line::End(text) => {
                println!("\n{text}");
                return;
            }
        }
    }
}
