//! Looking at the queue, a page at a time. The text of a statement depends on what is asked, so that an index serves each:
//! a page begins at a place in the order, never at a number of rows to pass over.

use sqlx::query::Query;
use sqlx::{Any, AnyConnection, any::AnyArguments};

use super::dialect::Dialect;
use super::error::StoreError;
use super::queries::NumberRow;
use super::row::{Sql, fetch, parameter, parse, query, row, text};
use super::types::Listed;
use crate::domain::case::Case;
use crate::domain::clock::Timestamp;
use crate::domain::ids::CaseId;
use crate::domain::queue::{
    COUNTED, QueueFrom, QueueKey, QueueOrder, QueuePage, QueueQuestion, QueueView,
    REFERRED_STALE_AFTER, STALE_AFTER, rank,
};
use crate::domain::reading::Urgency;

row! {
    /// Where a case stands in the queue.
    KeyRow in "case_record" { rank: i64, at: i64, id: String }
}

row! {
    /// A case, and how many told of it.
    ListedRow in "case_record" { id: String, body: String, reports: i64 }
}

/// A place in the list of parameters of a statement.
enum Value {
    Text(String),
    Whole(i64),
}

/// What is asked of the queue as conditions on `case_record AS t`, with what they compare with.
struct Conditions {
    text: String,
    values: Vec<Value>,
}

impl Conditions {
    /// The cases of a question, whichever page it asks for.
    fn of(question: &QueueQuestion, now: Timestamp, dialect: Dialect) -> Result<Self, StoreError> {
        let mut all = Self {
            text: "t.with_hub = 1".to_owned(),
            values: Vec::new(),
        };
        all.filter(&question.view, now);
        if question.view.filter.mine {
            // Where nobody asks, nothing is theirs.
            let (connector, person) = question
                .asker
                .as_ref()
                .map_or(("", ""), |(c, p)| (c.as_str(), p.as_str()));
            all.and(
                "t.holder_connector = ? AND t.holder = ?",
                [text_of(connector), text_of(person)],
            );
        }
        if !question.area.is_everywhere() {
            let outcodes: Vec<_> = question
                .area
                .outcodes()
                .iter()
                .map(|code| Outcode { code })
                .collect();
            let outcodes = parameter("case_record", &outcodes)?;
            let number = u8::try_from(all.values.len() + 1).unwrap_or(u8::MAX);
            let rows = dialect.rows(number, &[text("code")]);
            all.text
                .push_str(" AND (t.area = '' OR EXISTS (SELECT 1 FROM ");
            all.text.push_str(&rows);
            all.text
                .push_str(" WHERE t.area LIKE '% ' || r.code || ' %'))");
            all.values.push(Value::Text(outcodes));
        }
        Ok(all)
    }

    fn filter(&mut self, view: &QueueView, now: Timestamp) {
        let filter = &view.filter;
        if let Some(priority) = filter.priority {
            let first = rank(priority, Urgency::Now).into();
            let last = rank(priority, Urgency::None).into();
            // Where the place that a page begins at bounds the rank already, an index is to begin there: the plus keeps it
            // from beginning at the priority.
            let bounds = match view.from {
                QueueFrom::Start | QueueFrom::Page(_) => "t.rank >= ? AND t.rank <= ?",
                QueueFrom::After(_) => "+t.rank >= ? AND t.rank <= ?",
                QueueFrom::Before(_) => "t.rank >= ? AND +t.rank <= ?",
            };
            self.and(bounds, [Value::Whole(first), Value::Whole(last)]);
        }
        if let Some(state) = filter.state {
            self.and("t.state = ?", [text_of(state.as_str())]);
        }
        if let Some(category) = filter.category {
            self.and(
                "t.categories LIKE ?",
                [Value::Text(format!("% {category} %"))],
            );
        }
        if let Some(outcode) = &filter.outcode {
            self.and(
                "(t.outcode = ? OR (t.outcode IS NULL AND t.area LIKE ?))",
                [text_of(outcode), Value::Text(format!("% {outcode} %"))],
            );
        }
        if filter.stale {
            self.and(
                "t.changed <= CASE t.state WHEN 'referred' THEN CAST(? AS BIGINT) ELSE CAST(? AS BIGINT) END",
                [
                    Value::Whole((now - REFERRED_STALE_AFTER).as_millis()),
                    Value::Whole((now - STALE_AFTER).as_millis()),
                ],
            );
        }
    }

    /// Adds a condition; each `?` in it stands for the next of the values.
    fn and<const N: usize>(&mut self, condition: &str, values: [Value; N]) {
        self.text.push_str(" AND ");
        let mut number = self.values.len();
        for sign in condition.chars() {
            if sign == '?' {
                number += 1;
                self.text.push('$');
                self.text.push_str(&number.to_string());
            } else {
                self.text.push(sign);
            }
        }
        self.values.extend(values);
    }

    /// Only what lies after (or before) a place.
    fn beyond(&mut self, order: QueueOrder, (sign, key): (&str, &QueueKey)) {
        let (rank, at, id) = (
            Value::Whole(key.rank.into()),
            Value::Whole(key.at.as_millis()),
            text_of(key.id.as_str()),
        );
        match order {
            QueueOrder::Urgent => self.and(
                &format!("(t.rank, t.at, t.id) {sign} (?, ?, ?)"),
                [rank, at, id],
            ),
            QueueOrder::Oldest => self.and(&format!("(t.at, t.id) {sign} (?, ?)"), [at, id]),
        }
    }

    /// The columns of the cases from where the question begins, in its order, as many as it reaches for.
    fn page(mut self, columns: &str, question: &QueueQuestion) -> Bound {
        let order = question.view.order;
        match &question.view.from {
            QueueFrom::Start | QueueFrom::Page(_) => {}
            QueueFrom::After(key) => self.beyond(order, (">", key)),
            QueueFrom::Before(key) => self.beyond(order, ("<", key)),
        }
        let way = if question.is_backwards() { " DESC" } else { "" };
        let by = match order {
            QueueOrder::Urgent => format!("t.rank{way}, t.at{way}, t.id{way}"),
            QueueOrder::Oldest => format!("t.at{way}, t.id{way}"),
        };
        let text = format!(
            "SELECT {columns} FROM case_record AS t WHERE {} ORDER BY {by} LIMIT {}",
            self.text,
            question.reach()
        );
        Bound {
            sql: text.into(),
            values: self.values,
        }
    }

    /// How many cases there are, counted no further than makes a difference.
    fn count(self) -> Bound {
        let text = format!(
            "SELECT COUNT(*) AS number FROM (SELECT 1 AS one FROM case_record AS t WHERE {} LIMIT {}) AS counted",
            self.text,
            COUNTED + 1
        );
        Bound {
            sql: text.into(),
            values: self.values,
        }
    }
}

/// A statement with its parameters.
struct Bound {
    sql: Sql,
    values: Vec<Value>,
}

impl Bound {
    fn query(self) -> Query<'static, Any, AnyArguments> {
        let Self { sql, values } = self;
        values
            .into_iter()
            .fold(query(&sql), |query, value| match value {
                Value::Text(text) => query.bind(text),
                Value::Whole(number) => query.bind(number),
            })
    }
}

#[derive(serde::Serialize)]
struct Outcode<'c> {
    code: &'c str,
}

fn text_of(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Which cases are on a page, and what lies around it.
pub(super) async fn page(
    connection: &mut AnyConnection,
    dialect: Dialect,
    (question, now): (&QueueQuestion, Timestamp),
) -> Result<QueuePage, StoreError> {
    let keys = Conditions::of(question, now, dialect)?.page("t.rank, t.at, t.id", question);
    let keys: Vec<KeyRow> = fetch(keys.query(), connection).await?;
    let count = Conditions::of(question, now, dialect)?.count();
    let count: Vec<NumberRow> = fetch(count.query(), connection).await?;
    let total = super::number(&count).and_then(|number| usize::try_from(number).ok());
    let keys = keys.into_iter().map(|row| QueueKey {
        rank: u8::try_from(row.rank).unwrap_or(u8::MAX),
        at: Timestamp::from_millis(row.at),
        id: CaseId::new(row.id),
    });
    Ok(QueuePage::of(
        question,
        keys.collect(),
        total.unwrap_or_default(),
    ))
}

/// The cases that a question reaches for, in the direction in which it is answered.
pub(super) async fn list(
    connection: &mut AnyConnection,
    dialect: Dialect,
    (question, now): (&QueueQuestion, Timestamp),
) -> Result<Vec<Listed>, StoreError> {
    let columns = "t.id, t.body, (SELECT COUNT(*) FROM report AS r WHERE r.subject = t.id AND r.sort = 'case') AS reports";
    let rows = Conditions::of(question, now, dialect)?.page(columns, question);
    let rows: Vec<ListedRow> = fetch(rows.query(), connection).await?;
    rows.into_iter().map(Listed::try_from).collect()
}

impl TryFrom<ListedRow> for Listed {
    type Error = StoreError;

    fn try_from(row: ListedRow) -> Result<Self, StoreError> {
        let case: Case = parse(("case_record", "body", &row.id), &row.body)?;
        Ok(Self {
            case,
            reports: usize::try_from(row.reports).unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    row! {
        StepRow in "plan" { id: i64, parent: i64, notused: i64, detail: String }
    }

    /// How SQLite goes about a page of this view.
    async fn plan(store: &Store, words: &str, from: QueueFrom) -> String {
        let question = QueueQuestion {
            view: QueueView::parse(words).unwrap().at(from),
            size: 10,
            ..QueueQuestion::default()
        };
        let now = Timestamp::from_millis(0);
        let page = Conditions::of(&question, now, Dialect::Sqlite).unwrap();
        let mut page = page.page("t.rank, t.at, t.id", &question);
        page.sql = format!("EXPLAIN QUERY PLAN {}", page.sql).into();
        let mut connection = store.writing().await.unwrap();
        let steps: Vec<StepRow> = fetch(page.query(), &mut connection).await.unwrap();
        let steps: Vec<_> = steps.into_iter().map(|step| step.detail).collect();
        steps.join("; ")
    }

    #[tokio::test]
    async fn an_index_gives_every_page_in_its_order() {
        let store = Store::open("sqlite::memory:").await.unwrap();
        let key = QueueKey {
            rank: 3,
            at: Timestamp::from_millis(5),
            id: CaseId::new("c1"),
        };
        for (words, index) in [
            ("", "case_queue"),
            ("p1", "case_queue"),
            ("p4 food unclaimed", "case_queue"),
            ("stale", "case_queue"),
            ("oldest", "case_age"),
            ("oldest food stale", "case_age"),
        ] {
            let froms = [
                QueueFrom::Start,
                QueueFrom::Page(9),
                QueueFrom::After(key.clone()),
                QueueFrom::Before(key.clone()),
            ];
            for from in froms {
                let plan = plan(&store, words, from.clone()).await;
                let covered = format!("COVERING INDEX {index}");
                assert!(plan.contains(&covered), "{words} {from:?}: {plan}");
                assert!(!plan.contains("TEMP B-TREE"), "{words} {from:?}: {plan}");
                let place = match (&from, index) {
                    (QueueFrom::After(_), "case_queue") => "(rank,at,id)>(?,?,?)",
                    (QueueFrom::After(_), _) => "(at,id)>(?,?)",
                    (QueueFrom::Before(_), "case_queue") => "(rank,at,id)<(?,?,?)",
                    (QueueFrom::Before(_), _) => "(at,id)<(?,?)",
                    _ => "",
                };
                assert!(plan.contains(place), "it begins at its place: {plan}");
            }
        }
        let mine = plan(&store, "mine", QueueFrom::Start).await;
        assert!(mine.contains("INDEX case_holder"), "{mine}");
    }
}
