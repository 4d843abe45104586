//! Looking at the queue, a page at a time, at a cost that hardly grows with it.
//!
//! The first cases of each stream that a question is about are read, and put in order. An index holds each stream together,
//! whatever the question narrows the queue to, so that nothing is read only to be passed over.

use serde::Serialize;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, any::AnyArguments};

use super::dialect::{Dialect, FirstOfEach};
use super::error::StoreError;
use super::filing::ANYWHERE;
use super::queries::NumberRow;
use super::row::{Row as _, Sql, fetch, parameter, parse, query, row, text};
use super::streams::{self, Stream};
use super::types::Listed;
use crate::domain::case::Case;
use crate::domain::clock::Timestamp;
use crate::domain::ids::CaseId;
use crate::domain::queue::{COUNTED, QueueFrom, QueueKey, QueueOrder, QueuePage, QueueQuestion};
use crate::domain::settings::Area;

row! {
    /// Where a case stands in the queue.
    KeyRow in "case_record" { rank: i64, at: i64, id: String }
}

row! {
    /// A case, and how many told of it.
    ListedRow in "case_record" { id: String, body: String, reports: i64 }
}

row! {
    /// An area in which there are cases with the hub: its outcodes, each between spaces.
    AreaRow in "case_record" { area: String }
}

/// Every area in which there are cases with the hub, each found from the one before.
const AREAS: &str = "WITH RECURSIVE found(area) AS (\
    SELECT MIN(t.area) FROM case_record AS t WHERE t.with_hub = 1 \
    UNION ALL SELECT (SELECT MIN(t.area) FROM case_record AS t WHERE t.with_hub = 1 AND t.area > found.area) \
    FROM found WHERE found.area IS NOT NULL) SELECT area FROM found WHERE area IS NOT NULL";

/// Where cases are looked for: in an area as it is filed, known to be at an outcode.
#[derive(Serialize)]
struct Filed<'p> {
    area: &'p str,
    outcode: &'p str,
}

/// A place in the list of parameters of a statement.
enum Value {
    Text(String),
    Whole(i64),
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

/// A question with what is needed to answer it.
struct Look<'q> {
    question: &'q QueueQuestion,
    now: Timestamp,
    dialect: Dialect,
    /// The areas in which there are cases and which the hub's meets; none where it does not matter which.
    areas: Option<Vec<String>>,
}

impl<'q> Look<'q> {
    async fn at(
        connection: &mut AnyConnection,
        dialect: Dialect,
        (question, now): (&'q QueueQuestion, Timestamp),
    ) -> Result<Self, StoreError> {
        let mut look = Self {
            question,
            now,
            dialect,
            areas: None,
        };
        if !question.area.is_everywhere()
            || look.is_by_category()
            || question.view.filter.outcode.is_some()
        {
            let areas: Vec<AreaRow> = fetch(query(&AREAS.into()), connection).await?;
            let areas = areas.into_iter().map(|row| row.area);
            let meets = |area: &String| question.area.meets(&area_of(area));
            look.areas = Some(areas.filter(meets).collect());
        }
        Ok(look)
    }

    /// Whether the streams of a kind of help are read. Of what one person holds there is not enough for that to matter.
    fn is_by_category(&self) -> bool {
        let filter = &self.question.view.filter;
        filter.category.is_some() && !filter.mine
    }

    fn places<'a>(&'a self, areas: &'a [String]) -> Vec<Filed<'a>> {
        let Some(outcode) = &self.question.view.filter.outcode else {
            let everywhere = areas.iter().map(|area| Filed {
                area,
                outcode: ANYWHERE,
            });
            return everywhere.collect();
        };
        let known = areas.iter().map(|area| Filed { area, outcode });
        // Where the place of a case is not known, it is taken to be where it was told.
        let told = areas
            .iter()
            .filter(|area| area_of(area).outcodes().contains(outcode))
            .map(|area| Filed { area, outcode: "" });
        known.chain(told).collect()
    }

    /// A statement about where the cases of the question stand: what comes before and after the rows it is from, and at most so
    /// many cases.
    fn bound(&self, (before, after): (&str, &str), limit: usize) -> Result<Bound, StoreError> {
        let filter = &self.question.view.filter;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut values = vec![
            Value::Text(parameter(
                KeyRow::TABLE,
                &streams::of(self.question, self.now),
            )?),
            Value::Whole(limit),
        ];
        let mut number = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        let mut from = self.dialect.rows(1, &Stream::COLUMNS);
        // What is said of a row, whatever its name: @ stands for that.
        // A column behind nothing is one that no index is to begin with: one person holds few cases, which are found by that alone.
        let unled = if filter.mine { " || ''" } else { "" };
        let mut said = vec![format!("@.state{unled} = r.state AND @.rank = r.rank")];
        let is_backwards = self.question.is_backwards();
        said.push(if is_backwards {
            "(@.at, @.id) < (r.at, r.id)".to_owned()
        } else {
            "(@.at, @.id) > (r.at, r.id)".to_owned()
        });
        if let Some(areas) = &self.areas {
            let places = parameter(AreaRow::TABLE, &self.places(areas))?;
            number(Value::Text(places));
            from.push_str(" CROSS JOIN ");
            from.push_str(
                &self
                    .dialect
                    .rows_as("p", 3, &[text("area"), text("outcode")]),
            );
            said.push(format!("@.area{unled} = p.area"));
            if filter.outcode.is_some() || self.is_by_category() {
                said.push(format!("@.outcode{unled} = p.outcode"));
            }
        }
        let table = if self.is_by_category() {
            "case_category"
        } else {
            said.push("@.with_hub = 1".to_owned());
            "case_record"
        };
        if let Some(category) = filter.category {
            said.push(if self.is_by_category() {
                format!("@.category = {}", number(Value::Text(category.to_string())))
            } else {
                let word = Value::Text(format!("% {category} %"));
                format!("@.categories LIKE {}", number(word))
            });
        }
        if filter.mine {
            // Where nobody asks, nothing is theirs.
            let asker = self.question.asker.as_ref();
            let (connector, person) = asker.map_or(("", ""), |(connector, person)| {
                (connector.as_str(), person.as_str())
            });
            let connector = number(Value::Text(connector.to_owned()));
            let person = number(Value::Text(person.to_owned()));
            said.push(format!(
                "@.holder_connector = {connector} AND @.holder = {person}"
            ));
        }
        if filter.stale {
            said.push(if self.is_by_category() {
                "(SELECT c.changed FROM case_record AS c WHERE c.id = @.id) <= r.changed".to_owned()
            } else {
                "@.changed <= r.changed".to_owned()
            });
        }
        let said = said.join(" AND ");
        let first = self.dialect.first_of_each(&FirstOfEach {
            table,
            condition: &|name| said.replace('@', name),
            up_to: if is_backwards { ">=" } else { "<=" },
            way: if is_backwards { " DESC" } else { "" },
            limit: "$2",
        });
        let sql = format!("{before} FROM {from} CROSS JOIN {first}{after}");
        Ok(Bound {
            sql: sql.into(),
            values,
        })
    }

    /// Where the cases stand that the question reaches for, in the direction in which it is answered; with a beginning and an end of
    /// one's own.
    fn keys(&self, (before, after): (&str, &str)) -> Result<Bound, StoreError> {
        let before = format!("{before}SELECT t.rank, t.at, t.id");
        let after = format!(" ORDER BY {} LIMIT $2{after}", self.order());
        self.bound((&before, &after), self.question.reach())
    }

    fn order(&self) -> String {
        let way = if self.question.is_backwards() {
            " DESC"
        } else {
            ""
        };
        match self.question.view.order {
            QueueOrder::Urgent => format!("t.rank{way}, t.at{way}, t.id{way}"),
            QueueOrder::Oldest => format!("t.at{way}, t.id{way}"),
        }
    }

    /// Those cases themselves.
    fn cases(&self) -> Result<Bound, StoreError> {
        let columns = "c.id, c.body, \
            (SELECT COUNT(*) FROM report AS o WHERE o.subject = c.id AND o.sort = 'case') AS reports";
        let after = format!(
            ") AS t CROSS JOIN case_record AS c WHERE c.id = t.id ORDER BY {}",
            self.order()
        );
        self.keys((&format!("SELECT {columns} FROM ("), &after))
    }

    /// How many cases there are, counted no further than makes a difference.
    fn count(&self) -> Result<Bound, StoreError> {
        let before = "SELECT COUNT(*) AS number FROM (SELECT 1 AS one";
        self.bound((before, " LIMIT $2) AS counted"), COUNTED + 1)
    }
}

/// An area as it is filed.
fn area_of(filed: &str) -> Area {
    Area::new(filed.split_whitespace().map(str::to_owned))
}

/// Which cases are on a page, and what lies around it.
pub(super) async fn page(
    connection: &mut AnyConnection,
    dialect: Dialect,
    (question, now): (&QueueQuestion, Timestamp),
) -> Result<QueuePage, StoreError> {
    let look = Look::at(connection, dialect, (question, now)).await?;
    let keys: Vec<KeyRow> = fetch(look.keys(("", ""))?.query(), connection).await?;
    let all = QueueQuestion {
        view: question.view.at(QueueFrom::Start),
        ..question.clone()
    };
    let all = Look {
        question: &all,
        ..look
    };
    let count: Vec<NumberRow> = fetch(all.count()?.query(), connection).await?;
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
    asked: (&QueueQuestion, Timestamp),
) -> Result<Vec<Listed>, StoreError> {
    let look = Look::at(connection, dialect, asked).await?;
    let rows: Vec<ListedRow> = fetch(look.cases()?.query(), connection).await?;
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
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::domain::ids::{ConnectorId, PersonId};
    use crate::domain::queue::QueueView;
    use crate::store::Store;

    row! {
        StepRow in "plan" { id: i64, parent: i64, notused: i64, detail: String }
    }

    row! {
        LineRow in "plan" { line: String }
    }

    /// So many cases that reading all of them would never be the cheapest way.
    const FILL: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) \
        INSERT INTO case_record (id, code, state, live, with_hub, urgency, connector, channel, resident_connector, resident, at, \
        version, body, rank, changed, categories, outcode, area, holder_connector, holder) \
        SELECT 'c' || i, 'k' || i, CASE WHEN i % 10 = 0 THEN 'claimed' WHEN i % 10 = 1 THEN 'referred' ELSE 'open' END, 1, 1, 0, \
        'telegram', 'street', 'telegram', 'r' || i, i, 1, '{}', i % 16, i, CASE WHEN i % 7 < 4 THEN ' food ' ELSE ' food pets ' END, \
        CASE WHEN i % 3 = 0 THEN '' ELSE 'ME' || i % 9 END, CASE WHEN i % 5 = 0 THEN '' ELSE ' ME' || i % 9 || ' ' END, \
        CASE WHEN i % 10 = 0 THEN 'telegram' END, CASE WHEN i % 10 = 0 THEN 's' || i % 90 END FROM n";
    const FILE: &str = "INSERT INTO case_category SELECT 'food', o.column1, area, state, rank, at, id FROM case_record \
        CROSS JOIN (VALUES ('*'), ('ME7')) AS o";

    /// What the views are, for a hub of which area, and the index that holds their streams together.
    const VIEWS: [(&str, &[&str], &str); 15] = [
        ("", &[], "case_queue"),
        ("p1", &[], "case_queue"),
        ("unclaimed", &[], "case_queue"),
        ("stale", &[], "case_queue"),
        ("oldest", &[], "case_queue"),
        ("", &["ME7", "ME8"], "case_area"),
        ("p4 claimed oldest", &["ME7"], "case_area"),
        ("stale", &["ZE1"], "case_area"),
        ("ME7", &[], "case_outcode"),
        ("ME7 p1 stale", &["ME7"], "case_outcode"),
        ("food", &[], "case_category"),
        ("food ME7 unclaimed oldest", &["ME7"], "case_category"),
        ("food stale", &["ME7"], "case_category"),
        ("mine", &[], "case_holder"),
        ("mine p2 food ME7 stale oldest", &["ME7"], "case_holder"),
    ];

    async fn run(store: &Store, sql: &str) {
        let mut connection = store.writing().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut *connection)
            .await
            .unwrap();
    }

    /// Every page of every view, with the statements that find it.
    async fn statements(store: &Store) -> Vec<(String, &'static str, Bound)> {
        let key = QueueKey {
            rank: 3,
            at: Timestamp::from_millis(5),
            id: CaseId::new("c1"),
        };
        let mut all = Vec::new();
        let mut connection = store.writing().await.unwrap();
        for (words, area, index) in VIEWS {
            for from in [
                QueueFrom::Start,
                QueueFrom::Page(9),
                QueueFrom::After(key.clone()),
                QueueFrom::Before(key.clone()),
            ] {
                let question = QueueQuestion {
                    view: QueueView::parse(words).unwrap().at(from.clone()),
                    asker: Some((ConnectorId::new("telegram"), PersonId::new("s10"))),
                    area: Area::new(area.iter().map(|code| (*code).to_owned())),
                    size: 10,
                };
                let now = Timestamp::from_millis(1_000_000);
                let asked = (&question, now);
                let look = Look::at(&mut connection, store.dialect, asked)
                    .await
                    .unwrap();
                let name = format!("`{words}` in {area:?} from {from:?}");
                let parts = [
                    ("keys", look.keys(("", "")).unwrap()),
                    ("cases", look.cases().unwrap()),
                    ("count", look.count().unwrap()),
                ];
                all.extend(parts.map(|(part, bound)| (format!("{part} of {name}"), index, bound)));
            }
        }
        all
    }

    #[tokio::test]
    async fn sqlite_reads_no_more_of_the_streams_than_it_shows() {
        let store = Store::open("sqlite::memory:").await.unwrap();
        for filled in [false, true] {
            if filled {
                run(&store, &format!("{FILL}; {FILE}; ANALYZE")).await;
            }
            for (name, index, mut bound) in statements(&store).await {
                bound.sql = format!("EXPLAIN QUERY PLAN {}", bound.sql).into();
                let mut connection = store.writing().await.unwrap();
                let steps: Vec<StepRow> = fetch(bound.query(), &mut connection).await.unwrap();
                let plan: Vec<_> = steps.iter().map(|step| step.detail.as_str()).collect();
                let plan = plan.join("\n");
                let of = |alias: &str| {
                    let mut found = steps.iter().filter(|step| {
                        let words: Vec<_> = step.detail.split(' ').collect();
                        ["SCAN", "SEARCH"].contains(&words[0]) && words[1] == alias
                    });
                    found
                        .next()
                        .map(|step| step.detail.clone())
                        .unwrap_or_default()
                };
                for alias in ["t", "n"] {
                    let step = of(alias);
                    let index = match index {
                        "case_category" => "PRIMARY KEY (category=? AND outcode=? AND area=?",
                        other => other,
                    };
                    assert!(step.contains(index), "{name}: {plan}");
                    let ends: &[&str] = if index == "case_holder" {
                        &["case_holder (holder_connector=? AND holder=?)"]
                    } else {
                        &[
                            "state=? AND rank=? AND (at,id)>(?,?) AND at<?)",
                            "state=? AND rank=? AND at>? AND (at,id)<(?,?))",
                        ]
                    };
                    assert!(
                        ends.iter().any(|ends| step.ends_with(ends)),
                        "{name}: {plan}"
                    );
                    if index != "case_holder" && !index.starts_with("PRIMARY") {
                        assert!(step.contains("COVERING"), "{name}: {plan}");
                    }
                }
                // What is sorted is what the streams gave, not what is in them; or the little that one person holds.
                let sorts = steps
                    .iter()
                    .filter(|step| step.detail.contains("TEMP B-TREE"));
                let within = steps
                    .iter()
                    .filter(|step| step.detail.contains("SCALAR SUBQUERY"));
                let within: Vec<_> = within.map(|step| step.id).collect();
                assert!(
                    index == "case_holder"
                        || sorts.into_iter().all(|sort| !within.contains(&sort.parent)),
                    "{name}: {plan}"
                );
                let scans = steps.iter().filter(|step| step.detail.starts_with("SCAN"));
                for scan in scans {
                    let of_rows = ["jsonb_each", "t", "counted"];
                    let what = scan.detail.split(' ').nth(1).unwrap_or_default();
                    assert!(
                        of_rows.iter().any(|rows| what.starts_with(rows)),
                        "{name}: {plan}"
                    );
                }
            }
        }
    }

    #[tokio::test]
    async fn postgres_reads_no_more_of_the_streams_than_it_shows() {
        #[expect(
            clippy::disallowed_methods,
            reason = "the suite is told by its environment alone where a server is"
        )]
        let Ok(server) = std::env::var("KITH_TEST_POSTGRES_URL") else {
            return;
        };
        let schema = format!("kith_plan_{}", std::process::id());
        let admin = sqlx::any::AnyPoolOptions::new();
        sqlx::any::install_default_drivers();
        let admin = admin.connect(&server).await.unwrap();
        let create = format!("CREATE SCHEMA {schema}");
        sqlx::raw_sql(AssertSqlSafe(create))
            .execute(&admin)
            .await
            .unwrap();
        let sign = if server.contains('?') { '&' } else { '?' };
        // So few rows as there are here may as well be gathered and sorted; by how many a sample finds, that changes.
        let url = format!(
            "{server}{sign}options=-c%20search_path%3D{schema}%20-c%20enable_bitmapscan%3Doff"
        );
        let store = Store::open(&url).await.unwrap();
        for sql in [
            FILL,
            FILE,
            "VACUUM ANALYZE case_record",
            "VACUUM ANALYZE case_category",
        ] {
            run(&store, sql).await;
        }
        for (name, index, mut bound) in statements(&store).await {
            bound.sql = format!("EXPLAIN {}", bound.sql).into();
            let mut connection = store.writing().await.unwrap();
            let lines: Vec<LineRow> = fetch(bound.query(), &mut connection).await.unwrap();
            let lines: Vec<_> = lines.into_iter().map(|row| row.line).collect();
            let plan = lines.join("\n");
            let stream = lines
                .iter()
                .position(|line| line.contains(index) && line.contains("Scan"));
            let Some(stream) = stream else {
                panic!("{name} without {index}: {plan}")
            };
            let begins = lines[stream..]
                .iter()
                .find(|line| line.contains("Index Cond"));
            let begins = begins.unwrap();
            if index == "case_holder" {
                assert!(begins.contains("(holder = "), "{name}: {plan}");
            } else {
                for part in ["state = r.state", "rank = r.rank", "ROW(", "r.last"] {
                    assert!(begins.contains(part), "{name}: {plan}");
                }
                // A stream comes in its order: what is sorted is what the streams gave.
                assert!(lines[stream - 1].contains("Limit"), "{name}: {plan}");
            }
            assert!(!plan.contains("Seq Scan"), "{name}: {plan}");
        }
        store.close().await;
        let drop = format!("DROP SCHEMA {schema} CASCADE");
        sqlx::raw_sql(AssertSqlSafe(drop))
            .execute(&admin)
            .await
            .unwrap();
    }
}
