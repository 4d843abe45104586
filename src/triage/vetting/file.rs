//! Reads and checks a file of tasks and tiers. What is wrong is told with its line, its task, and what was expected.

use toml::de::DeTable;

use super::{Doing, Months, Task};
use crate::domain::volunteer::Tier;
use crate::triage::rules::values::{
    ACCESS, CATEGORIES, Checked, Mistake, Value, Vocabulary, in_order, line, line_of, mistake,
    number, unknown, word, words, yes_or_no,
};
use crate::triage::rules::{Conditions, RuleError};

/// The longest that a check may count: ten years.
const LONGEST: u16 = 120;

const TIERS: Vocabulary<Tier> = Vocabulary {
    all: Tier::ALL,
    spell: Tier::as_str,
};
const DOINGS: Vocabulary<Doing> = Vocabulary {
    all: &Doing::ALL,
    spell: Doing::as_str,
};

/// The settings of a task, in the order in which they are explained.
const SETTINGS: [&str; 8] = [
    "name",
    "categories",
    "on_behalf",
    "children",
    "access",
    "doing",
    "tier",
    "because",
];

/// What a file says.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) least: Tier,
    pub(super) months: Months,
    pub(super) tasks: Vec<Task>,
}

/// Reads a file and checks every task, by itself and beside the others.
pub(super) fn read(text: &str) -> Result<Written, RuleError> {
    let error = |rule: Option<&str>, mistake: Mistake| RuleError {
        line: line_of(text, mistake.at.start),
        rule: rule.map(str::to_owned),
        problem: mistake.problem,
    };
    let file = DeTable::parse(text).map_err(|wrong| {
        let problem = wrong.message().lines().collect::<Vec<_>>().join(", ");
        let at = wrong.span().unwrap_or_default();
        error(None, Mistake { at, problem })
    })?;
    let (least, months, tables) = settings(file.get_ref()).map_err(|wrong| error(None, wrong))?;
    let mut tasks: Vec<Task> = Vec::with_capacity(tables.len());
    for table in tables {
        let named = table.get_ref().as_table();
        let named = named.and_then(|table| table.get("name")?.get_ref().as_str());
        let read = task(table).and_then(|task| checked(task, table, (&tasks, least)));
        tasks.push(read.map_err(|wrong| error(named, wrong))?);
    }
    Ok(Written {
        least,
        months,
        tasks,
    })
}

type Settings<'t, 'i> = (Tier, Months, &'t [Value<'i>]);

fn settings<'t, 'i>(file: &'t DeTable<'i>) -> Checked<Settings<'t, 'i>> {
    let (mut least, mut counts) = (None, None);
    let mut tables: &[Value<'_>] = &[];
    for (key, value) in in_order(file) {
        match key.get_ref().as_ref() {
            "least" => least = Some(word(value, &TIERS)?),
            "months" => counts = Some(months(value)?),
            "task" => match value.get_ref().as_array() {
                Some(written) => tables = written,
                None => return no_task(value),
            },
            other => return mistake(key.span(), unknown(other, &["least", "months", "task"])),
        }
    }
    match (least, counts) {
        (Some(least), Some(months)) => Ok((least, months, tables)),
        (None, _) => mistake(
            0..0,
            "expected `least`, how far every neighbour must have been checked, found none; write `least = \"introduced\"`",
        ),
        (_, None) => mistake(
            0..0,
            "expected [months], how long each tier counts, found none; name introduced, references, basic and enhanced",
        ),
    }
}

fn no_task<T>(value: &Value<'_>) -> Checked<T> {
    mistake(
        value.span(),
        "expected [[task]], with two brackets, for each task",
    )
}

fn months(value: &Value<'_>) -> Checked<Months> {
    const NAMES: [&str; 4] = ["introduced", "references", "basic", "enhanced"];
    let Some(table) = value.get_ref().as_table() else {
        return mistake(value.span(), "expected a table [months]");
    };
    let mut counts = [None; 4];
    for (key, value) in in_order(table) {
        let name = key.get_ref().as_ref();
        let Some(place) = NAMES.iter().position(|tier| *tier == name) else {
            return mistake(key.span(), unknown(name, &NAMES));
        };
        counts[place] = Some(number(value, (1, LONGEST), "months")?);
    }
    let [
        Some(introduced),
        Some(references),
        Some(basic),
        Some(enhanced),
    ] = counts
    else {
        let missing = NAMES.iter().zip(counts).find(|(_, count)| count.is_none());
        let missing = missing.map_or("", |(tier, _)| tier);
        return mistake(
            value.span(),
            format!("expected months for `{missing}`, found none"),
        );
    };
    Ok(Months {
        introduced,
        references,
        basic,
        enhanced,
    })
}

fn task(written: &Value<'_>) -> Checked<Task> {
    let Some(table) = written.get_ref().as_table() else {
        return no_task(written);
    };
    let (mut name, mut because, mut tier) = (None, None, None);
    let mut when = Conditions::default();
    let mut doing = Vec::new();
    for (key, value) in in_order(table) {
        match key.get_ref().as_ref() {
            "name" => name = Some(line(value)?),
            "because" => because = Some(line(value)?),
            "tier" => tier = Some(word(value, &TIERS)?),
            "categories" => when.categories = words(value, &CATEGORIES)?,
            "on_behalf" => when.on_behalf = Some(yes_or_no(value)?),
            "children" => when.children = Some(yes_or_no(value)?),
            "access" => when.access = words(value, &ACCESS)?,
            "doing" => doing = words(value, &DOINGS)?,
            other => return mistake(key.span(), unknown(other, &SETTINGS)),
        }
    }
    let missing = |what: &str| Mistake {
        at: written.span(),
        problem: format!("expected {what}, found none"),
    };
    Ok(Task {
        name: name.ok_or_else(|| missing("a `name` for the task"))?,
        when,
        doing,
        tier: tier.ok_or_else(|| missing("a `tier`"))?,
        because: because.ok_or_else(|| missing("`because`, the reason that staff read"))?,
    })
}

/// A task that can do what it says.
fn checked(task: Task, written: &Value<'_>, (others, least): (&[Task], Tier)) -> Checked<Task> {
    let problem = if others.iter().any(|other| other.name == task.name) {
        "another task has the same name; choose another".to_owned()
    } else if task.when.are_none() && task.doing.is_empty() {
        "expected at least one condition, found none: what is needed always is `least`; name categories, on_behalf, \
         children, access or doing"
            .to_owned()
    } else if task.tier <= least {
        format!(
            "it can never change anything: `least` is `{least}` already; name a higher tier, or take it out"
        )
    } else {
        return Ok(task);
    };
    mistake(written.span(), problem)
}
