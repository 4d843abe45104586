//! How long kith keeps what: one table, from which the sweep erases and the documents are printed.

mod erase;
mod held;

pub use erase::{
    Erased, ended_case, ended_concern, ended_match, ended_offer, erase_case, erase_concern,
    erase_match, erase_offer, erase_report, nameless, nobody, week_of,
};
pub use held::{HOLDINGS, Holding};

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;

const DAY: Duration = Duration::from_hours(24);

/// One rule of retention. Its word is the setting below `[retention]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// What was told, in words, and what was made of the words.
    Words,
    /// Contact details and names.
    Details,
    /// The rest of a case or an offer: a case becomes a count.
    Cases,
    /// What a concern says and of whom, once a lead has dealt with it.
    Concerns,
    /// The receipt that stays of a concern.
    ConcernReceipts,
    /// What people said that a misread message is.
    Corrections,
    /// What was promised and could not be sent.
    Outbox,
    /// What nobody could read, as it came.
    Malformed,
    /// That a message was taken in.
    Receipts,
    /// What leads know of somebody who offers help.
    Volunteers,
    /// That somebody may not be asked to help.
    Bars,
    /// That somebody has read the doorstep and money rules.
    Briefings,
    /// Who of the staff did what.
    Audit,
    /// Who was refused what.
    Refusals,
}

/// What a rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which rule.
    pub rule: Rule,
    /// The word for it.
    pub name: &'static str,
    /// What goes.
    pub what: &'static str,
    /// What the days are counted from.
    pub from: &'static str,
    /// So many days, unless the settings say otherwise.
    pub days: u16,
    /// The fewest and the most days that the settings may say.
    pub bounds: (u16, u16),
    /// What is left.
    pub left: &'static str,
}

/// Every rule, in the order in which they are carried out.
pub const LINES: [Line; 14] = [
    Line {
        rule: Rule::Words,
        name: "words",
        what: "texts of tellings with their edits, what kith read in them, what, when and for whom as told in private, answers, the hub's question, the destination's words, keyed hashes, the reasons in the trail",
        from: "the end of the case or offer",
        days: 7,
        bounds: (1, 30),
        left: "kind of help, urgency, outcode; every card turns into a line that says nothing",
    },
    Line {
        rule: Rule::Details,
        name: "details",
        what: "address, how to reach the person, names",
        from: "the end of the case, offer or match",
        days: 30,
        bounds: (1, 90),
        left: "the platform's number of the person, that they consented and when",
    },
    Line {
        rule: Rule::Cases,
        name: "cases",
        what: "the case, the offer, the match, the referral, the tellings and the posts",
        from: "the end of the case, offer or match",
        days: 90,
        bounds: (30, 365),
        left: "a count by week, kind of help, area and outcome; in the trail what happened and which member of staff did it",
    },
    Line {
        rule: Rule::Concerns,
        name: "concerns",
        what: "the words of a concern and whose they are",
        from: "the day a lead closed it",
        days: 30,
        bounds: (7, 365),
        left: "a receipt: code, signs, times, which lead",
    },
    Line {
        rule: Rule::ConcernReceipts,
        name: "concern_receipts",
        what: "the receipt of a concern",
        from: "the day a lead closed it",
        days: 2190,
        bounds: (365, 3650),
        left: "nothing",
    },
    Line {
        rule: Rule::Corrections,
        name: "corrections",
        what: "what people said that a misread message is, where reading.keep_corrections has them kept",
        from: "the day they said so",
        days: 365,
        bounds: (1, 730),
        left: "nothing",
    },
    Line {
        rule: Rule::Outbox,
        name: "outbox",
        what: "what was promised and could not be sent",
        from: "the promise",
        days: 7,
        bounds: (1, 30),
        left: "nothing",
    },
    Line {
        rule: Rule::Malformed,
        name: "malformed",
        what: "what nobody could read, as it came",
        from: "when it came",
        days: 30,
        bounds: (1, 30),
        left: "nothing",
    },
    Line {
        rule: Rule::Receipts,
        name: "receipts",
        what: "that a message was taken in, by its number",
        from: "when it came",
        days: 7,
        bounds: (7, 30),
        left: "nothing",
    },
    Line {
        rule: Rule::Volunteers,
        name: "volunteers",
        what: "what leads know of somebody who offers help",
        from: "the last entry, where they have no open offer",
        days: 365,
        bounds: (30, 1095),
        left: "nothing",
    },
    Line {
        rule: Rule::Bars,
        name: "bars",
        what: "that somebody may not be asked to help, and why",
        from: "the last entry",
        days: 2190,
        bounds: (365, 3650),
        left: "nothing",
    },
    Line {
        rule: Rule::Briefings,
        name: "briefings",
        what: "that somebody has read the doorstep and money rules",
        from: "when they did",
        days: 365,
        bounds: (30, 730),
        left: "nothing",
    },
    Line {
        rule: Rule::Audit,
        name: "audit",
        what: "who did it, in the trail",
        from: "when it happened",
        days: 2190,
        bounds: (365, 3650),
        left: "that it happened, and when",
    },
    Line {
        rule: Rule::Refusals,
        name: "refusals",
        what: "who tried what they may not do",
        from: "when they tried",
        days: 90,
        bounds: (7, 365),
        left: "nothing",
    },
];

impl Rule {
    /// What it says.
    pub fn line(self) -> &'static Line {
        &LINES[self as usize]
    }
}

/// How many days each rule allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Terms(BTreeMap<Rule, u16>);

impl Terms {
    /// The usual terms, with another number of days for some rules.
    pub fn with(days: impl IntoIterator<Item = (Rule, u16)>) -> Self {
        Self(days.into_iter().collect())
    }

    /// How many days a rule allows.
    pub fn days(&self, rule: Rule) -> u16 {
        self.0.get(&rule).copied().unwrap_or(rule.line().days)
    }

    /// What was over by this moment is over for good under a rule.
    pub fn before(&self, rule: Rule, now: Timestamp) -> Timestamp {
        now - DAY * self.days(rule).into()
    }

    /// The first rule that is set to a number of days out of its bounds, with that number.
    pub fn out_of_bounds(&self) -> Option<(&'static Line, u16)> {
        let mut set = self.0.iter().map(|(rule, days)| (rule.line(), *days));
        set.find(|(line, days)| !(line.bounds.0..=line.bounds.1).contains(days))
            .or_else(|| {
                // What could not be sent holds words, which stand among names, which stand in a case.
                let order = [Rule::Outbox, Rule::Words, Rule::Details, Rule::Cases];
                let mut pairs = order.windows(2);
                let wrong = pairs.find(|pair| self.days(pair[0]) > self.days(pair[1]));
                wrong.map(|pair| (pair[1].line(), self.days(pair[1])))
            })
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn every_rule_has_its_line_and_its_default_is_allowed() {
        for (number, line) in LINES.iter().enumerate() {
            assert_eq!(line.rule as usize, number, "{}", line.name);
            assert!(
                (line.bounds.0..=line.bounds.1).contains(&line.days),
                "{}",
                line.name
            );
            let word = serde_json::to_string(&line.rule).unwrap();
            assert_eq!(word, format!("\"{}\"", line.name));
        }
        assert_eq!(Terms::default().out_of_bounds(), None);
    }

    /// The table as the documents have it.
    fn printed() -> String {
        let mut table = String::from(
            "| rule | what goes | counted from | days | may be set to | what is left |\n|---|---|---|---|---|---|\n",
        );
        for line in &LINES {
            let (least, most) = line.bounds;
            let Line {
                name,
                what,
                from,
                days,
                left,
                ..
            } = line;
            // Writing to a string can't fail.
            let _ = writeln!(
                table,
                "| `{name}` | {what} | {from} | {days} | {least} to {most} | {left} |"
            );
        }
        table
    }

    #[test]
    fn the_documents_have_the_table_that_the_program_erases_by() {
        let document = include_str!("../../../docs/privacy.md");
        let table = printed();
        assert!(document.contains(&table), "docs/privacy.md needs:\n{table}");
    }

    #[test]
    fn days_out_of_bounds_or_out_of_order_are_found() {
        let wrong = |rule, days| {
            Terms::with([(rule, days)])
                .out_of_bounds()
                .map(|(line, _)| line.name)
        };
        assert_eq!(wrong(Rule::Words, 0), Some("words"));
        assert_eq!(wrong(Rule::Cases, 366), Some("cases"));
        assert_eq!(wrong(Rule::Words, 30), None);
        assert_eq!(wrong(Rule::Details, 3), Some("details"));
        assert_eq!(wrong(Rule::Outbox, 8), Some("words"));
    }
}
