//! Reads and checks a file of rules. What is wrong is told with its line, its rule, and what was expected.

use toml::de::DeTable;

use super::table::{Conditions, Rule, care, least_route};
use super::values::{
    ACCESS, CATEGORIES, Checked, DIETS, Mistake, PRIORITIES, ROUTES, SIGNALS, TASKS, URGENCIES,
    Value, in_order, line, line_of, mistake, number, one_of, unknown, word, words, yes_or_no,
};
use crate::domain::priority::{Priority, Route};
use crate::domain::reading::{Category, Signal, Urgency};

/// The longest wait that a rule may speak of, in hours: four weeks.
const LONGEST_WAIT: u32 = 24 * 28;
/// The largest sum that can be made the cap, in whole pounds.
const LARGEST_CAP: u32 = 500;
/// Children are under this age.
const GROWN_UP: u16 = 18;

/// The settings of a rule, in the order in which they are explained.
const SETTINGS: [&str; 14] = [
    "name",
    "categories",
    "urgency",
    "signals",
    "on_behalf",
    "children",
    "child_under",
    "access",
    "diets",
    "tasks",
    "waiting",
    "priority",
    "route",
    "because",
];

/// A file of rules that can't be used, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}{}: {problem}", in_rule(rule.as_deref()))]
pub struct RuleError {
    /// The line, from one.
    pub line: usize,
    /// The rule, where it is in one that has a name.
    pub rule: Option<String>,
    /// What was expected, what was found, and what to do.
    pub problem: String,
}

fn in_rule(rule: Option<&str>) -> String {
    rule.map(|name| format!(", rule `{name}`"))
        .unwrap_or_default()
}

/// What a file says.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) rules: Vec<Rule>,
    /// In whole pounds.
    pub(super) cash_cap: u32,
}

/// Reads a file and checks every rule, by itself and beside the others.
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
    let (cash_cap, tables) = settings(file.get_ref()).map_err(|wrong| error(None, wrong))?;
    let mut rules: Vec<(usize, Rule)> = Vec::with_capacity(tables.len());
    for table in tables {
        let read = rule(table).and_then(|rule| {
            check(&rule).map_or_else(|| Ok(rule), |problem| mistake(table.span(), problem))
        });
        let rule = read.map_err(|wrong| error(name_of(table), wrong))?;
        rules.push((line_of(text, table.span().start), rule));
    }
    if let Some((line, rule, problem)) = standing_twice(&rules) {
        return Err(RuleError {
            line,
            rule: Some(rule.name.clone()),
            problem,
        });
    }
    Ok(Written {
        rules: rules.into_iter().map(|(_, rule)| rule).collect(),
        cash_cap,
    })
}

/// The cap, and the tables of the rules.
fn settings<'t, 'i>(file: &'t DeTable<'i>) -> Checked<(u32, &'t [Value<'i>])> {
    let mut cash_cap = None;
    let mut tables: &[Value<'_>] = &[];
    for (key, value) in in_order(file) {
        match key.get_ref().as_ref() {
            "cash_cap" => cash_cap = Some(number(value, (0, LARGEST_CAP), "pounds")?),
            "rule" => tables = rule_tables(value)?,
            other => return mistake(key.span(), unknown(other, &["cash_cap", "rule"])),
        }
    }
    match cash_cap {
        None => mistake(
            0..0,
            "expected `cash_cap`, the pounds beyond which no neighbour handles somebody's money, found none; \
             write `cash_cap = 30`",
        ),
        Some(_) if tables.is_empty() => mistake(
            0..0,
            "expected at least one [[rule]], found none; leave the setting out to use kith's own",
        ),
        Some(cap) => Ok((cap, tables)),
    }
}

fn rule_tables<'t, 'i>(value: &'t Value<'i>) -> Checked<&'t [Value<'i>]> {
    match value.get_ref().as_array() {
        Some(tables) => Ok(tables.as_ref()),
        None => mistake(
            value.span(),
            "expected [[rule]], with two brackets, for each rule",
        ),
    }
}

/// The name of a rule, for what is said of it, even where the rule is wrong.
fn name_of<'t>(table: &'t Value<'_>) -> Option<&'t str> {
    table.get_ref().as_table()?.get("name")?.get_ref().as_str()
}

fn rule(written: &Value<'_>) -> Checked<Rule> {
    let Some(table) = written.get_ref().as_table() else {
        return mistake(
            written.span(),
            "expected [[rule]], with two brackets, for each rule",
        );
    };
    let (mut name, mut because) = (None, None);
    let (mut priority, mut route) = (None, None);
    let mut when = Conditions::default();
    for (key, value) in in_order(table) {
        match key.get_ref().as_ref() {
            "name" => name = Some(line(value)?),
            "because" => because = Some(line(value)?),
            "priority" => priority = Some(word(value, &PRIORITIES)?),
            "route" => route = Some(word(value, &ROUTES)?),
            "categories" => when.categories = words(value, &CATEGORIES)?,
            "urgency" => when.urgency = Some(word(value, &URGENCIES)?),
            "signals" => when.signals = words(value, &SIGNALS)?,
            "on_behalf" => when.on_behalf = Some(yes_or_no(value)?),
            "children" => when.children = Some(yes_or_no(value)?),
            "child_under" => when.child_under = Some(number(value, (1, GROWN_UP), "years")?),
            "access" => when.access = words(value, &ACCESS)?,
            "diets" => when.diets = words(value, &DIETS)?,
            "tasks" => when.tasks = words(value, &TASKS)?,
            "waiting" => when.waiting = Some(number(value, (1, LONGEST_WAIT), "hours")?),
            other => return mistake(key.span(), unknown(other, &SETTINGS)),
        }
    }
    let missing = |what: &str| Mistake {
        at: written.span(),
        problem: format!("expected {what}, found none"),
    };
    Ok(Rule {
        name: name.ok_or_else(|| missing("a `name` for the rule"))?,
        because: because.ok_or_else(|| missing("`because`, the reason that staff read"))?,
        when,
        priority,
        route,
    })
}

/// Why a rule can't do what it says.
fn check(rule: &Rule) -> Option<String> {
    let problem = if rule.when.are_none() {
        "expected at least one condition, found none: it would apply to every case; name categories, urgency, signals, \
         on_behalf, children, child_under, access, diets, tasks or waiting"
            .to_owned()
    } else if rule.priority.is_none() && rule.route.is_none() {
        "expected a `priority`, a `route` or both, found neither: it would say nothing".to_owned()
    } else if rule.when.urgency == Some(Urgency::None) {
        "`urgency = \"none\"` holds for every case; leave it out, or name soon, today or now"
            .to_owned()
    } else if rule.when.children == Some(false) && rule.when.child_under.is_some() {
        "it can never apply: `children = false` and `child_under` can't both hold; take one out"
            .to_owned()
    } else if rule.when.waiting.is_some() && (rule.priority.is_none() || rule.route.is_some()) {
        "expected `priority` and no `route` beside `waiting`: waiting makes a case more urgent, and changes nothing else"
            .to_owned()
    } else if rule.when.waiting.is_some() && rule.priority == Some(Priority::P4) {
        "it can never change anything: nothing is less urgent than p4, so that waiting can't raise a case to it; name p1, p2 or p3"
            .to_owned()
    } else {
        return less_careful(rule);
    };
    Some(problem)
}

/// Why a rule's route is one that its own conditions forbid.
fn less_careful(rule: &Rule) -> Option<String> {
    let route = rule.route?;
    let danger = |signal: &Signal| least_route(*signal).map(|least| (signal.as_str(), least));
    let signs = rule.when.signals.iter().filter_map(danger);
    let tasks = rule
        .when
        .tasks
        .iter()
        .map(|task| (task.as_str(), Route::Hub));
    let forbidden = rule
        .when
        .categories
        .iter()
        .filter_map(|category| match category {
            Category::Care | Category::Childcare => Some((category.as_str(), Route::Hub)),
            _ => None,
        });
    let (what, least) = signs
        .chain(tasks)
        .chain(forbidden)
        .find(|(_, least)| care(*least) > care(route))?;
    let allowed: Vec<_> = Route::ALL
        .iter()
        .filter(|other| care(**other) >= care(least))
        .map(|other| other.as_str())
        .collect();
    Some(format!(
        "`{what}` never goes to `{route}`, whatever a file says; expected `route` to be {}",
        one_of(&allowed)
    ))
}

/// The first rule that stands there twice, by its name or by what it does; with its line, and why.
fn standing_twice(rules: &[(usize, Rule)]) -> Option<(usize, &Rule, String)> {
    for (number, (line, rule)) in rules.iter().enumerate() {
        let (before, after) = (&rules[..number], &rules[number + 1..]);
        if let Some((first, _)) = before.iter().find(|(_, other)| other.name == rule.name) {
            let problem = format!("the rule on line {first} has the same name; choose another");
            return Some((*line, rule, problem));
        }
        // Of two that do the same the later one is told.
        let idle_beside = |(_, other): &&(usize, Rule)| other.covers(rule);
        let later = |pair: &&(usize, Rule)| idle_beside(pair) && !rule.covers(&pair.1);
        let wider = before.iter().find(idle_beside);
        if let Some((other_line, other)) = wider.or_else(|| after.iter().find(later)) {
            return Some((*line, rule, idle(other, *other_line)));
        }
    }
    None
}

fn idle(other: &Rule, line: usize) -> String {
    format!(
        "it can never change anything: rule `{}` on line {line} applies wherever it does, and says as much; take one of them out",
        other.name
    )
}
