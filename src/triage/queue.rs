//! `/queue`: which page has to be loaded for it, and what is told of that page.

use std::collections::HashMap;

use crate::domain::action::Action;
use crate::domain::case::Case;
use crate::domain::command::Command;
use crate::domain::ids::Place;
use crate::domain::inbound::{Event, Inbound, Scene};
use crate::domain::people::Person;
use crate::domain::queue::{PAGE, QueueFrom, QueueKey, QueuePage, QueueQuestion, QueueView};
use crate::domain::settings::{Area, Channel};
use crate::domain::speech::{QueueList, Speech};

use super::deciding::{Asker, Deciding};
use super::{route, views};

/// How many of the cases that wait are looked at when a channel is set up.
const WAITING: usize = 50;

/// The pages of the queue that have to be loaded before an inbound can be decided.
pub fn questions(inbound: &Inbound, channels: &HashMap<Place, Channel>) -> Vec<QueueQuestion> {
    let area_of = |scene: &Scene| route::channel_of(channels, scene).map(|channel| &channel.area);
    let looked_at = |person: &Person, scene: &Scene, view: &QueueView| {
        let area = area_of(scene).cloned().unwrap_or_default();
        question(person, area, view)
    };
    // What waits for a hub is shown in its new channel, and counted for its moderators.
    let waiting = |area: Option<&Area>| QueueQuestion {
        area: area.cloned().unwrap_or_default(),
        size: WAITING,
        ..QueueQuestion::default()
    };
    let asked = match &inbound.event {
        Event::Command(issued) => match &issued.command {
            Ok(Command::Queue(view)) => looked_at(&issued.by.person, &issued.scene, view),
            Ok(Command::Setup(setup)) => {
                waiting(setup.area.as_ref().or_else(|| area_of(&issued.scene)))
            }
            Ok(Command::Status) => waiting(area_of(&issued.scene)),
            _ => return Vec::new(),
        },
        Event::Press(press) => match &press.action {
            Some(Action::Queue(view)) => looked_at(&press.by.person, &press.scene, view),
            Some(
                Action::SetRole(_)
                | Action::SetListening(_)
                | Action::SetAsking(_)
                | Action::SetLeaks(_),
            ) => waiting(area_of(&press.scene)),
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    vec![asked]
}

fn question(person: &Person, area: Area, view: &QueueView) -> QueueQuestion {
    QueueQuestion {
        view: view.clone(),
        asker: Some((person.connector.clone(), person.id.clone())),
        area,
        size: PAGE,
    }
}

impl Deciding<'_> {
    /// A page of the queue, as this batch has left it.
    pub fn queue(&mut self, asker: &Asker, view: &QueueView) {
        let area = self.hub_area(asker).unwrap_or_default();
        let question = question(&asker.person, area, view);
        let page = self.page(&question);
        let mut cases: Vec<_> = self
            .snapshot
            .cases
            .values()
            .filter(|case| self.is_on(case, &question, &page))
            .map(|case| (QueueKey::of(case), case))
            .collect();
        cases.sort_by(|(a, _), (b, _)| view.order.compare(a, b));
        let goes_on = cases.len() > PAGE || page.before.is_some();
        cases.truncate(PAGE);
        let first = cases.first().map(|(key, _)| key.clone());
        let last = cases.last().map(|(key, _)| key.clone());
        let previous = page
            .after
            .map(|_| first.map_or(QueueFrom::Start, QueueFrom::Before));
        let next = last.filter(|_| goes_on).map(QueueFrom::After);
        let list = QueueList {
            view: view.clone(),
            total: page.total.max(cases.len()),
            entries: cases
                .into_iter()
                .map(|(_, case)| views::queue_entry(case))
                .collect(),
            previous: previous.map(|from| view.at(from)),
            next: next.map(|from| view.at(from)),
        };
        self.answer(asker, Speech::Queue(Box::new(list)));
    }

    /// The page that was loaded for this; where the area of the hub has changed since, that of the area before.
    fn page(&self, question: &QueueQuestion) -> QueuePage {
        let pages = &self.snapshot.queues;
        let exactly = pages.iter().find(|(asked, _)| asked == question);
        let nearly = || {
            pages
                .iter()
                .find(|(asked, _)| asked.view == question.view && asked.asker == question.asker)
        };
        exactly
            .or_else(nearly)
            .map(|(_, page)| page.clone())
            .unwrap_or_default()
    }

    /// Whether a case belongs on a page by now: what this batch did to it before counts.
    fn is_on(&self, case: &Case, question: &QueueQuestion, page: &QueuePage) -> bool {
        let view = &question.view;
        view.filter.admits(case, question.asker.as_ref(), self.now)
            && question.area.meets(&case.area)
            && page.holds(view.order, &QueueKey::of(case))
    }
}
