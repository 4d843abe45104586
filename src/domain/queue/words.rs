//! The words after `/queue`, in any order.

use super::{HubState, LAST_PAGE, QueueFrom, QueueOrder, QueueView};
use crate::domain::command::{CommandError, is_outcode};
use crate::domain::priority::Priority;
use crate::domain::reading::Category;

/// What an error says could have been typed.
const EXPECTED: &str = "mine, unclaimed, claimed, referred, stale, urgent, oldest, p1, p2, p3, p4, a kind of help such as \
    food, an outcode such as ME7, page 2";
/// Words that people put between the others.
const FILLERS: [&str; 6] = ["by", "in", "only", "and", "area", "all"];

impl QueueView {
    /// Reads the words after `/queue`: each is a filter, an order, or `page` with its number.
    ///
    /// # Errors
    /// A word that is none of those, two that say different things, or `page` without a number from 1 to [`LAST_PAGE`].
    pub fn parse(words: &str) -> Result<Self, CommandError> {
        let mut reading = Reading::default();
        let mut words = words
            .split(|sign: char| sign.is_whitespace() || sign == ',')
            .filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            reading.word(word, &mut words)?;
        }
        Ok(reading.view)
    }
}

/// A view while it is being read, with the words that gave what two words can't both give.
#[derive(Default)]
struct Reading<'w> {
    view: QueueView,
    order: Option<&'w str>,
    hands: Option<&'w str>,
    priority: Option<&'w str>,
    category: Option<&'w str>,
    outcode: Option<&'w str>,
    page: Option<&'w str>,
}

impl<'w> Reading<'w> {
    fn word(
        &mut self,
        typed: &'w str,
        rest: &mut impl Iterator<Item = &'w str>,
    ) -> Result<(), CommandError> {
        let word = typed.to_lowercase();
        let Self { view, .. } = self;
        let filter = &mut view.filter;
        if let Some(priority) = Priority::from_word(&word) {
            once(&mut self.priority, typed)?;
            filter.priority = Some(priority);
        } else if let Some(state) = state(&word) {
            once(&mut self.hands, typed)?;
            filter.state = Some(state);
        } else if let Some(order) = order(&word) {
            once(&mut self.order, typed)?;
            view.order = order;
        } else if word == "mine" {
            once(&mut self.hands, typed)?;
            filter.mine = true;
        } else if word == "stale" {
            filter.stale = true;
        } else if word == "page" {
            let number = rest.next().unwrap_or_default();
            once(&mut self.page, number)?;
            view.from = page(number)?;
        } else if let Some(category) = Category::from_word(&word) {
            once(&mut self.category, typed)?;
            filter.category = Some(category);
        } else if is_outcode(&word) && !is_like_priority(&word) {
            once(&mut self.outcode, typed)?;
            filter.outcode = Some(typed.to_ascii_uppercase());
        } else if !FILLERS.contains(&word.as_str()) {
            return Err(CommandError::Word {
                found: typed.to_owned(),
                expected: EXPECTED.to_owned(),
            });
        }
        Ok(())
    }
}

/// Notes the word that said something; another one that says the same thing otherwise is an error.
fn once<'w>(slot: &mut Option<&'w str>, typed: &'w str) -> Result<(), CommandError> {
    match slot.replace(typed) {
        Some(before) if !before.eq_ignore_ascii_case(typed) => Err(CommandError::Apart {
            found: typed.to_owned(),
            before: before.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// No postcode begins with `P` and a digit, so that `p5` is a slip.
fn is_like_priority(word: &str) -> bool {
    let digits = word.strip_prefix('p');
    digits.is_some_and(|digits| digits.starts_with(|sign: char| sign.is_ascii_digit()))
}

fn state(word: &str) -> Option<HubState> {
    match word {
        "unclaimed" => Some(HubState::Open),
        word => HubState::from_word(word),
    }
}

fn order(word: &str) -> Option<QueueOrder> {
    match word {
        "age" => Some(QueueOrder::Oldest),
        "priority" => Some(QueueOrder::Urgent),
        word => QueueOrder::from_word(word),
    }
}

fn page(number: &str) -> Result<QueueFrom, CommandError> {
    if number.is_empty() {
        return Err(CommandError::WordsMissing {
            name: "queue".to_owned(),
            what: "a number after page, such as page 2".to_owned(),
        });
    }
    match number.parse() {
        Ok(1) => Ok(QueueFrom::Start),
        Ok(number) if (2..=LAST_PAGE).contains(&number) => Ok(QueueFrom::Page(number)),
        _ => Err(CommandError::Word {
            found: number.to_owned(),
            expected: format!("page 1 to page {LAST_PAGE}"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::queue::QueueFilter;

    fn view(filter: QueueFilter) -> QueueView {
        QueueView {
            filter,
            ..QueueView::default()
        }
    }

    #[test]
    fn words_come_in_any_order() {
        let food = QueueFilter {
            priority: Some(Priority::P1),
            category: Some(Category::Food),
            ..QueueFilter::default()
        };
        let unclaimed = QueueFilter {
            state: Some(HubState::Open),
            outcode: Some("ME7".to_owned()),
            ..QueueFilter::default()
        };
        let mine = QueueFilter {
            mine: true,
            ..QueueFilter::default()
        };
        let stale = QueueFilter {
            stale: true,
            ..QueueFilter::default()
        };
        let oldest = QueueView {
            order: QueueOrder::Oldest,
            ..QueueView::default()
        };
        let second = QueueFilter {
            category: Some(Category::Food),
            ..QueueFilter::default()
        };
        let second = view(second).at(QueueFrom::Page(2));
        for (words, expected) in [
            ("", QueueView::default()),
            ("p1 food", view(food.clone())),
            ("FOOD, P1", view(food.clone())),
            ("food p1 P1 food", view(food)),
            ("unclaimed ME7", view(unclaimed.clone())),
            ("in area me7 open", view(unclaimed)),
            ("mine", view(mine)),
            ("stale", view(stale)),
            ("oldest", oldest.clone()),
            ("by age", oldest),
            ("by priority", QueueView::default()),
            ("food page 2", second.clone()),
            ("page 2 food", second),
            ("page 1", QueueView::default()),
        ] {
            assert_eq!(QueueView::parse(words), Ok(expected), "{words}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (words, start) in [
            ("kitchen", "`kitchen` is not one of: mine, unclaimed,"),
            ("p5", "`p5` is not one of: "),
            ("p1 p2", "`p2` and `p1` don't go together"),
            ("mine unclaimed", "`unclaimed` and `mine` don't go together"),
            ("food money", "`money` and `food` don't go together"),
            ("ME7 ME8", "`ME8` and `ME7` don't go together"),
            ("oldest urgent", "`urgent` and `oldest` don't go together"),
            ("page", "/queue needs a number after page"),
            ("page 0", "`0` is not one of: page 1 to page 100"),
            ("page two", "`two` is not one of: page 1"),
            ("page 101", "`101` is not one of: page 1"),
            ("page 2 page 3", "`3` and `2` don't go together"),
        ] {
            let error = QueueView::parse(words).unwrap_err().to_string();
            assert!(error.starts_with(start), "{words}: {error}");
        }
    }

    proptest! {
        #[test]
        fn the_order_of_words_says_nothing(
            mut words in proptest::sample::subsequence(vec!["mine", "stale", "p2", "food", "me7", "oldest", "page 3"], 0..=7),
            turn in 0..7_usize,
        ) {
            let read = QueueView::parse(&words.join(" ")).unwrap();
            if !words.is_empty() {
                let turn = turn % words.len();
                words.rotate_left(turn);
            }
            prop_assert_eq!(QueueView::parse(&words.join(", ")), Ok(read));
        }

        #[test]
        fn parsing_never_panics(words in "\\PC{0,60}") {
            let _ = QueueView::parse(&words);
        }
    }
}
