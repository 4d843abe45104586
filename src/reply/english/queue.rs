//! A page of the queue.

use super::words;
use crate::domain::action::Action;
use crate::domain::queue::{COUNTED, HubState, QueueFilter, QueueFrom, QueueOrder, QueueView};
use crate::domain::speech::{QueueEntry, QueueList};
use crate::reply::rich::{Button, Rendered, Span, bold, code as mark, plain};

pub(super) fn queue(list: &QueueList) -> Rendered {
    let QueueList {
        view,
        entries,
        total,
        ..
    } = list;
    let is_plain = view.filter == QueueFilter::default();
    if entries.is_empty() && is_plain && view.from == QueueFrom::Start {
        return Rendered::say("Nothing is waiting. Thank you, everyone!");
    }
    let mut rendered = Rendered::default().line([bold(title(view))]);
    if entries.is_empty() {
        rendered = rendered.text("There is nothing here.");
    }
    for entry in entries {
        rendered = rendered.line(line(entry));
    }
    if *total > COUNTED {
        rendered = rendered.text(format!("{} of more than {COUNTED} cases.", entries.len()));
    } else if *total > entries.len() {
        rendered = rendered.text(format!("{} of {total} cases.", entries.len()));
    }
    let turn = [("Back", &list.previous), ("More", &list.next)];
    let turns: Vec<_> = turn
        .into_iter()
        .filter_map(|(label, view)| Some(Button::plain(label, to(view.clone()?))))
        .collect();
    if !turns.is_empty() {
        rendered = rendered.row(turns);
    }
    rendered.row(others(view))
}

fn to(view: QueueView) -> Action {
    Action::Queue(Box::new(view))
}

/// What the page shows, such as `The queue, most urgent first: P1, food, ME7`.
fn title(view: &QueueView) -> String {
    let order = match view.order {
        QueueOrder::Urgent => "most urgent first",
        QueueOrder::Oldest => "oldest first",
    };
    let QueueFilter {
        state,
        mine,
        priority,
        category,
        outcode,
        stale,
    } = &view.filter;
    let state = state.map(|state| match state {
        HubState::Open => "nobody has them",
        HubState::Claimed => "someone has them",
        HubState::Referred => "passed on",
    });
    let only: Vec<_> = [
        priority.map(words::priority_in_short),
        category.map(words::category),
        outcode.as_deref(),
        mine.then_some("yours"),
        state,
        stale.then_some("nobody has moved them for a while"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if only.is_empty() {
        return format!("The queue, {order}:");
    }
    format!("The queue, {order}. Only: {}", only.join(", "))
}

fn line(entry: &QueueEntry) -> [Span; 2] {
    let told = &entry.told;
    let priority = told.triaged().map(|triaged| triaged.priority);
    let priority = priority.unwrap_or_default();
    let state = match &entry.holder {
        Some(holder) => format!("{} ({})", words::state(&entry.state), words::name(holder)),
        None => words::state(&entry.state).to_owned(),
    };
    [
        mark(&entry.code),
        plain(format!(
            " {} · {} · {} · {} · {state} · {}",
            words::priority_in_short(priority),
            words::categories(told.categories()),
            told.outcode().unwrap_or("place not known"),
            words::urgency(told.urgency()),
            words::moment(told.at().unwrap_or_default()),
        )),
    ]
}

/// The views that are one press away: the same with one filter more, and all.
fn others(view: &QueueView) -> Vec<Button> {
    let filter = &view.filter;
    let narrowed = |label: &str, filter: QueueFilter| {
        let view = QueueView {
            filter,
            order: view.order,
            from: QueueFrom::Start,
        };
        Button::plain(label, to(view))
    };
    let mut buttons = Vec::new();
    if !filter.mine {
        let mine = QueueFilter {
            mine: true,
            state: None,
            ..filter.clone()
        };
        buttons.push(narrowed("Mine", mine));
    }
    if filter.state != Some(HubState::Open) {
        let open = QueueFilter {
            mine: false,
            state: Some(HubState::Open),
            ..filter.clone()
        };
        buttons.push(narrowed("Unclaimed", open));
    }
    if !filter.stale {
        let stale = QueueFilter {
            stale: true,
            ..filter.clone()
        };
        buttons.push(narrowed("Stale", stale));
    }
    if *filter != QueueFilter::default() {
        buttons.push(narrowed("All", QueueFilter::default()));
    }
    buttons
}
